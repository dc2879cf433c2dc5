"""A griffe extension, for mkdocstrings: `extensions: [residua.doc.griffe]`.

griffe reads source and runs nothing, so it sees neither the docstring that `documented` makes nor
what an alias stands for. This asks the function itself, which means that its module is imported.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from residua.doc.describe import arguments
from residua.doc.record import Arguments
from residua.doc.signature import subject_of

if TYPE_CHECKING:
    Extension = Any
else:
    try:
        from griffe import Extension
    except ImportError:  # without griffe nobody asks for its extension
        Extension = object


class DocumentedArguments(Extension):  # type: ignore[misc]
    """Shows the documentation that stands beside arguments.

    Args:
        packages: names of what may be imported; all that is loaded, if there are none.
    """

    def __init__(self, packages: list[str] | None = None) -> None:
        super().__init__()
        self.packages = packages

    def on_function_instance(self, *, func: Any, **kwargs: Any) -> None:
        """A function or method was found."""
        self._put(func)

    def on_class_instance(self, *, cls: Any, **kwargs: Any) -> None:
        """A class was found."""
        self._put(cls)

    def _put(self, found: Any) -> None:
        if self.packages is not None and found.path.partition(".")[0] not in self.packages:
            return
        if (record := _record(found.path)) is None or not record.after:
            return
        from griffe import Docstring

        text = inspect.cleandoc(record.after)
        if found.docstring is None:
            found.docstring = Docstring(text, parent=found, parser="numpy")
        else:
            found.docstring.value = text
            found.docstring.parser = "numpy"
        for parameter in getattr(found, "parameters", None) or ():
            parameter.annotation = _bare(parameter.annotation)
        if hasattr(found, "returns"):
            found.returns = _bare(found.returns)


def _record(path: str) -> Arguments | None:
    from griffe import dynamic_import

    try:
        thing = dynamic_import(path)
        record = arguments(thing) if callable(subject_of(thing)) else None
    except (Exception, SystemExit):  # what cannot be imported is shown as it is written
        return None
    told = record is not None and any(each.documented for each in record.values())
    return record if told else None


def _bare(annotation: Any) -> Any:
    """The X of `Annotated[X, ...]` in griffe's own expressions."""
    if getattr(annotation, "canonical_name", "") != "Annotated" and not _is_annotated(annotation):
        return annotation
    inside = annotation.slice
    return inside.elements[0] if getattr(inside, "elements", None) else inside


def _is_annotated(annotation: Any) -> bool:
    left = getattr(annotation, "left", None)
    return str(left).rpartition(".")[2] == "Annotated"
