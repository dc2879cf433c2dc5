"""A training put aside and taken up again: one .npz file of plain arrays, no pickle.

The file carries what the training was (digests of data, start and solver), so that another training
is never continued by mistake. It says which of these differ.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from residua._errors import FileError
from residua.networks.stepwise.descent import FirstOrder, Plan
from residua.networks.stepwise.schedules import depends_on_total, factors

FORMAT = "residua training 1"
# Steps whose rates tell one function of the step from another.
PROBED = 1000
# The loss at the start may be rounded otherwise by another compiler.
SAME_LOSS = 1e-5
_NOTHING = np.zeros((), np.bool_)


def settings(
    solver: FirstOrder,
    plan: Plan,
    seed: int,
    start: np.ndarray,
    data: Sequence[np.ndarray],
    held: Sequence[np.ndarray],
) -> dict[str, str]:
    """What decides the path of a training, one short text each.

    Returns:
        name -> text. Steps are not among them where a longer training begins like a shorter one.
    """
    total = plan.steps if depends_on_total(plan.schedule) else 0
    return {
        "solver": f"{solver.kind} {solver.structure()} {solver.numbers()}",
        "rate": repr(plan.rate),
        "schedule": digest([factors(plan.schedule, 0, PROBED, total or PROBED)]) + f" {total}",
        "batch": repr(plan.batch),
        "shuffle": repr(plan.shuffle),
        "clip": repr(plan.clip),
        "patience": repr((plan.patience, plan.tolerance)),
        "precision": solver.precision,
        "record": solver.record,
        "seed": repr(seed),
        "start": digest([start]),
        "data": digest(data),
        "validation": digest(held),
    }


def digest(arrays: Sequence[np.ndarray]) -> str:
    """A short text that differs for different arrays."""
    sha = hashlib.sha256()
    for array in arrays:
        sha.update(f"{array.shape} {array.dtype.str};".encode())
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()[:32]


def save(
    path: Any,
    about: Mapping[str, str],
    loss: float,
    point: Sequence[np.ndarray],
    records: Mapping[str, np.ndarray],
) -> None:
    """Write a training whole or not at all.

    Args:
        path: of the file, conventionally ending in .npz.
        about: of `settings`.
        loss: of all rows at the start.
        point: arrays of the point, in the program's order.
        records: arrays of the recorder.

    Raises:
        FileError: it cannot be written.
    """
    head = json.dumps({"format": FORMAT, "about": dict(about), "loss": float(loss).hex()})
    arrays = {"head": np.frombuffer(head.encode(), np.uint8)}
    arrays |= {f"point_{i}": array for i, array in enumerate(point)}
    arrays |= {f"record_{name}": array for name, array in records.items()}
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    import_module("residua.report.atomic").write_atomically(path, buffer.getvalue())


def load(
    path: Any,
    about: Mapping[str, str],
    loss: float,
    point: Sequence[np.ndarray],
    records: Mapping[str, np.ndarray],
) -> tuple[list[np.ndarray], dict[str, np.ndarray]] | None:
    """Read a training that is this one.

    Args:
        path: of the file.
        about: of `settings`.
        loss: of all rows at the start.
        point: arrays of the same shapes and kinds as those saved.
        records: likewise, with any number of rows.

    Returns:
        The arrays of point and recorder; None when there is no such file.

    Raises:
        FileError: the file cannot be read, or belongs to another training.
    """
    if not Path(path).exists():
        return None
    arrays = _arrays(path)
    head = _head(path, arrays)
    _refuse_another(path, head, about, loss)
    found = [arrays.get(f"point_{i}", _NOTHING) for i in range(len(point))]
    kept = {name: arrays.get(f"record_{name}", _NOTHING) for name in records}
    good = all(a.shape == b.shape and a.dtype == b.dtype for a, b in zip(found, point))
    rows = ((kept[name], b) for name, b in records.items())
    if not good or any(a.shape[1:] != b.shape[1:] or a.dtype != b.dtype for a, b in rows):
        raise _unreadable(path, "its arrays have other shapes")
    return found, kept


def _arrays(path: Any) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise _unreadable(path, str(error)) from error


def _head(path: Any, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    try:
        head = json.loads(arrays["head"].tobytes().decode())
        if head["format"] == FORMAT:
            return {"about": dict(head["about"]), "loss": float.fromhex(head["loss"])}
    except (KeyError, ValueError, TypeError) as error:
        raise _unreadable(path, f"it has no head: {error!r}") from error
    raise _unreadable(path, f"its format is {head['format']!r}, not {FORMAT!r}")


def _refuse_another(
    path: Any, head: Mapping[str, Any], about: Mapping[str, str], loss: float
) -> None:
    there = head["about"]
    differ = [name for name in about if there.get(name) != about[name]]
    if not differ and not np.isclose(head["loss"], loss, rtol=SAME_LOSS, equal_nan=True):
        differ = ["network or loss"]
    if differ:
        raise FileError(
            f"the checkpoint {path} belongs to another training",
            causes=[f"these differ: {', '.join(differ)}"],
            next="checkpoint= another file, or remove this one",
        )


def _unreadable(path: Any, why: str) -> FileError:
    return FileError(f"{path} is not a checkpoint that can be read: {why}")
