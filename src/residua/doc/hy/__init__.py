"""Documentation beside each argument in Hy: `(require residua.doc.hy [mydef])`."""

from residua._errors import MissingLibrary

try:
    import hy as _hy  # noqa: F401  (from here on modules written in Hy can be imported)
except ImportError as error:
    raise MissingLibrary(
        "residua.doc.hy is written in Hy, which is not installed",
        next='python -m pip install "residua[hy]"',
    ) from error

from importlib import import_module as _import_module

# Where `require` looks for the macros of a module.
_hy_macros = _import_module("residua.doc.hy.macros")._hy_macros
