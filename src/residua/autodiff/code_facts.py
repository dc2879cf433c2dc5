"""What a Python code object refers to, read once from its bytecode and remembered."""

from __future__ import annotations

import dis
import hashlib
import sys
import sysconfig
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_WRITES = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "DELETE_NAME"})


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The part of a function's identity that never changes.

    ``paths`` are the global names it reads, each followed by the attributes read straight from it
    (``("cfg", "K")`` for ``cfg.K``); ``imports`` the modules it imports while it runs;
    ``writes_outside`` whether it assigns a global or a name of an enclosing function.
    """

    digest: bytes
    paths: tuple[tuple[str, ...], ...]
    imports: tuple[str, ...]
    writes_outside: bool


_FACTS: weakref.WeakKeyDictionary[CodeType, CodeFacts] = weakref.WeakKeyDictionary()


def code_facts(code: CodeType) -> CodeFacts:
    """The facts of ``code`` and of every code object nested in it."""
    facts = _FACTS.get(code)
    if facts is None:
        facts = _FACTS[code] = _read(code)
    return facts


def _read(code: CodeType) -> CodeFacts:
    paths: set[tuple[str, ...]] = set()
    imports: set[str] = set()
    writes = False
    for piece in _nested(code):
        path: tuple[str, ...] = ()
        for step in dis.get_instructions(piece):
            name = step.opname
            if path and name in _ATTRIBUTES:
                path = (*path, str(step.argval))
                continue
            if path:
                paths.add(path)
            path = (str(step.argval),) if name in _READS else ()
            if name == "IMPORT_NAME":
                imports.add(str(step.argval))
            writes |= name in _WRITES
            writes |= name == "STORE_DEREF" and step.argval in code.co_freevars
    return CodeFacts(_digest(code), tuple(sorted(paths)), tuple(sorted(imports)), writes)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _digest(code: CodeType) -> bytes:
    """Hash of what the code does; file, line numbers and the function's name play no part."""
    what = (
        code.co_code,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags),
        code.co_exceptiontable,
        tuple(_constant(c) for c in code.co_consts),
    )
    return hashlib.blake2b(repr(what).encode(), digest_size=20).digest()


def _constant(value: object) -> str:
    if isinstance(value, CodeType):
        return code_facts(value).digest.hex()
    if isinstance(value, tuple):
        return "(" + ",".join(map(_constant, value)) + ")"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_constant, value))) + "}"
    # repr is exact for every other constant Python compiles, and tells 1, 1.0 and True apart.
    return repr(value)


_LIBRARY_ROOTS: dict[str, bool] = {"residua": True, "__main__": False}


def is_library(module: str | None) -> bool:
    """Whether a module belongs to Python or to an installed package: its contents do not change."""
    root = (module or "__main__").partition(".")[0]  # made by exec, a function has no module
    known = _LIBRARY_ROOTS.get(root)
    if known is None:
        known = root in sys.stdlib_module_names or _is_installed(sys.modules.get(root))
        _LIBRARY_ROOTS[root] = known
    return known


def _is_installed(module: ModuleType | None) -> bool:
    file = getattr(module, "__file__", None)
    if file is None:
        return False
    places = {sysconfig.get_path(key) for key in ("purelib", "platlib")}
    where = Path(file).resolve()
    return any(where.is_relative_to(Path(place).resolve()) for place in places)
