"""Which line of the user's own code an error came from."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import FrameType, TracebackType

from .._errors import ResiduaError
from .code_facts import is_library


def last_line(error: BaseException) -> str:
    """``file.py, line 12: `np.linalg.svd(a)``` of the last frame that is the user's, or "".

    Frames of Python's own library and of installed packages are passed over.
    """
    found = ""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if _is_users(trace.tb_frame):
            found = _described(trace.tb_frame, trace.tb_lineno)
        trace = trace.tb_next
    if not found and error.__context__ is not None:
        return last_line(error.__context__)
    return found


def calling_line() -> str:
    """The same, of the user's line that is running now."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if _is_users(frame):
            return _described(frame, frame.f_lineno)
        frame = frame.f_back
    return ""


def locate(error: ResiduaError, source: BaseException | None = None) -> None:
    """Add the user's line to the message, once: ``what happened (file.py, line 3: `...`)``.

    The line is looked for in ``source`` when that is where the trouble began.
    """
    if getattr(error, "located", False):
        return
    line = last_line(source or error)
    if not line:
        return
    stop = "." if error.what.endswith(".") else ""
    error.what = f"{error.what.removesuffix('.')} ({line}){stop}"
    error.args = (error._text(),)
    error.located = True  # type: ignore[attr-defined]


def _is_users(frame: FrameType) -> bool:
    return not is_library(str(frame.f_globals.get("__name__", "__main__")))


def _described(frame: FrameType, number: int) -> str:
    file = frame.f_code.co_filename
    text = linecache.getline(file, number, frame.f_globals).strip()
    where = f"{Path(file).name}, line {number}"
    return f"{where}: `{text}`" if text else where
