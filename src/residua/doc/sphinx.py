"""A Sphinx extension: `extensions = ["residua.doc.sphinx"]` in conf.py.

Functions whose arguments carry documentation are shown with it, decorated or not, and their
signatures without the marks. Sections are read by numpydoc or napoleon, whichever is there; where
neither is, napoleon is added.
"""

from __future__ import annotations

import inspect
from typing import Any

from residua.doc.describe import arguments
from residua.doc.record import Arguments
from residua.doc.signature import subject_of

READERS = ("numpydoc", "sphinx.ext.napoleon")
# Before numpydoc and napoleon, which come at 500.
FIRST = 400


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls when it loads an extension."""
    app.setup_extension("sphinx.ext.autodoc")
    if not any(reader in app.extensions for reader in READERS):
        app.setup_extension("sphinx.ext.napoleon")
    app.connect("autodoc-process-docstring", put_docstring, priority=FIRST)
    app.connect("autodoc-process-signature", put_signature, priority=FIRST)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_docstring(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """The docstring with the documentation of the arguments, for one that lacks it."""
    record = _record(obj)
    if record is not None and record.after and any(each.documented for each in record.values()):
        lines[:] = inspect.cleandoc(record.after).split("\n")


def put_signature(
    app: Any, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str | None] | None:
    """The signature with types only: `(T: float = 300.0)`; the marks are told below it.

    `autodoc_typehints = "none"` leaves the types out as well, which are told below, too.
    """
    record = _record(obj)
    if record is None or not any(each.documented for each in (*record.values(), *record.returns)):
        return None
    from sphinx.util.inspect import stringify_signature

    bare = bare_signature(obj, record)
    typed = app.config.autodoc_typehints != "none"
    spelled = stringify_signature(bare, show_annotation=typed, unqualified_typehints=True)
    before, arrow, after = spelled.rpartition(" -> ")
    return (before, after) if arrow else (spelled, None)


def bare_signature(obj: Any, record: Arguments) -> inspect.Signature:
    """The signature of a function, its annotations without the marks beside them."""
    signature = inspect.signature(subject_of(obj))
    empty = inspect.Parameter.empty
    parameters = [
        parameter.replace(annotation=record[name].type)
        if name in record and record[name].type_words
        else parameter.replace(annotation=empty)
        for name, parameter in signature.parameters.items()
        if name in record
    ]
    whole = len(record.returns) == 1 and record.returns[0].type_words
    returns = record.returns[0].type if whole else empty
    return signature.replace(parameters=parameters, return_annotation=returns)


def _record(obj: Any) -> Arguments | None:
    try:
        return arguments(obj) if callable(subject_of(obj)) else None
    except Exception:  # a documentation site is built of everything that can be shown
        return None
