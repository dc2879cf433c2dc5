"""Blocks run in processes of their own: one for each session, with a time limit and a bare
environment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from residua._errors import DataError

# What a session sees of the environment. Everything else may be a secret.
PASSED = (
    "COMSPEC",
    "HOME",
    "JAX_PLATFORMS",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "MPLBACKEND",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PATH",
    "PYTHONPATH",
    "RESIDUA_CACHE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "TZ",
    "USERPROFILE",
)
ALWAYS = {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
_SECONDS_TO_DIE = 5.0


class Ended(NamedTuple):
    """How a process ended: its code, None where it was stopped at the limit, and what it wrote."""

    code: int | None
    out: str
    err: str


class Ran(NamedTuple):
    """The output of one statement, and whether it was cut short by an exception."""

    output: str
    raised: str


class Work(NamedTuple):
    """A block to run: what errors call it, and its statements."""

    called: str
    statements: Sequence[str]


def run_session(
    tasks: Sequence[Work], module: str, file: Path, folder: Path, limit: float
) -> list[list[Ran]]:
    """Run blocks one after the other in one new process.

    Args:
        tasks: the blocks. module, file: the name of the module and the file it seems to be, as the
            code sees them. folder: where it runs. limit: seconds for the whole session.

    Returns:
        What each statement of each block printed and raised.

    Raises:
        DataError: the time is up, or the process ended before its code did.
    """
    blocks = [{"name": task.called, "statements": list(task.statements)} for task in tasks]
    request = json.dumps({"module": module, "file": str(file), "blocks": blocks})
    program = Path(__file__).with_name("session.py").read_text(encoding="utf-8")
    ended = spawn([sys.executable, "-c", program], request, folder, limit)
    answers = [json.loads(line) for line in ended.out.splitlines() if line.endswith("}")]
    ran: list[list[Ran]] = []
    for task in tasks:
        mine, answers = answers[: len(task.statements)], answers[len(task.statements) :]
        if len(mine) < len(task.statements) or any("error" in answer for answer in mine):
            raise _stopped(task, ended, mine[-1].get("error", "") if mine else "", limit)
        ran.append([Ran(answer["output"], answer["raised"]) for answer in mine])
    return ran


def _stopped(task: Work, ended: Ended, why: str, limit: float) -> DataError:
    if ended.code is None:
        return DataError(
            f"{task.called} did not end within {limit:g} s", next="--timeout with more seconds"
        )
    reason = why or f"the process ended with code {ended.code}"
    return DataError(f"{task.called} was not run to its end: {reason}", causes=_tail(ended.err))


def _tail(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1:]


def spawn(arguments: Sequence[str], text: str, folder: Path, limit: float) -> Ended:
    """Run a program in a process group of its own, which is ended with it.

    Args:
        arguments: the program. text: its standard input. folder: where it runs. limit: seconds.

    Returns:
        Ended.
    """
    environment = {name: os.environ[name] for name in PASSED if name in os.environ} | ALWAYS
    # A file, not a pipe: what the code started may hold it open for ever.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        code, out = _waited(process, text.encode("utf-8"), limit)
        return Ended(code, out.decode("utf-8", "replace"), _read(errors))


def _waited(
    process: subprocess.Popen[bytes], text: bytes, limit: float
) -> tuple[int | None, bytes]:
    try:
        out, _ = process.communicate(text, timeout=limit)
        return process.returncode, out
    except subprocess.TimeoutExpired:
        _end(process)
        out = b""
        with contextlib.suppress(subprocess.TimeoutExpired):
            out, _ = process.communicate(timeout=_SECONDS_TO_DIE)
        return None, out
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything that it started in its group."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
