"""By what name the caller called: whether it was Python code that wrote ``np.zeros(...)``.

Cython code (numpy.random, pandas, SciPy) has no Python frame and looks ``np.empty`` up when it
runs, so from the frames alone it cannot be told from the model that called it; it would take a
carrier for a bare array and crash. The bytecode of the model says which name it really called.
"""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

_seen: dict[tuple[int, int], tuple[CodeType, str]] = {}
_MOST = 4096


def callee(frame: FrameType) -> str:
    """The name before the parentheses of the call that this frame is making; "" if unknown."""
    code = frame.f_code
    site = (id(code), frame.f_lasti)
    found = _seen.get(site)
    if found is None or found[0] is not code:
        if len(_seen) >= _MOST:
            _seen.clear()
        # The code object is kept with the answer, so that its id stays its own.
        found = _seen[site] = (code, _find(code, frame.f_lasti))
    return found[1]


def _find(code: CodeType, offset: int) -> str:
    """The last name loaded of the expression that begins where the call begins."""
    import dis

    instructions = [i for i in dis.get_instructions(code) if i.offset <= offset]
    call = _span(instructions[-1]) if instructions else None
    if call is None:
        return ""
    name, furthest = "", (0, 0)
    for instruction in instructions:
        span = _span(instruction)
        if span is None or span[0] != call[0] or not furthest <= span[1] < call[1]:
            continue
        if instruction.opname.startswith("LOAD_") and isinstance(instruction.argval, str):
            name, furthest = instruction.argval, span[1]
    return name


def _span(instruction: Any) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where in the source the instruction begins and ends."""
    where = instruction.positions
    if where is None or None in where:
        return None
    return (where.lineno, where.col_offset), (where.end_lineno, where.end_col_offset)
