"""One regressor on one set in a process of its own; scores go to a file of JSON lines."""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.uci_data import Split, splits
from benchmarks.uci_peers import LIBRARY, PEERS, Forecast

LONG = 30.0  # seconds; what takes longer is not run twice to tell a first call from a later one
ROOMS = ("networks", "fitting/networks", "inference")  # of ours: what its scores depend on
PACKAGES = {"sklearn": "scikit-learn"}


def identity(peer: str) -> str:
    """What a stored score belongs to: the peer's own code, or all of ours."""
    library = LIBRARY[peer]
    if library == "residua":
        source = Path(inspect.getfile(__import__("residua"))).parent
        files = sorted(path for room in ROOMS for path in source.glob(f"{room}/**/*.py"))
        text = b"".join(path.read_bytes() for path in files)
        return hashlib.sha256(text).hexdigest()[:12]
    return f"{library} {version(PACKAGES.get(library, library))}"


def stored(cache: Path, peer: str, name: str, code: str) -> dict[int, dict[str, Any]]:
    """Scores of this code on this set that the file has, by split; the latest of each."""
    if not cache.is_file():
        return {}
    rows = (json.loads(line) for line in cache.read_text().splitlines())
    wanted = (peer, name, code)
    return {r["split"]: r for r in rows if (r["peer"], r["set"], r["code"]) == wanted}


def score(peer: str, split: Split, code: str) -> dict[str, Any]:
    """Fit on nine tenths, judge on the rest, in the units of the data."""
    wall, busy = time.perf_counter(), _busy()
    with warnings.catch_warnings():  # peers on convergence; what counts is the score
        warnings.simplefilter("ignore")
        predictor = PEERS[peer](split.X, split.y)
    wall, busy = time.perf_counter() - wall, _busy() - busy
    found = predictor(split.X_test, split.y_test)
    row = {"peer": peer, "code": code, "split": split.number, "wall": wall, "cpu": busy}
    return row | _judged(found, split.y_test)


def _judged(found: Forecast, y: np.ndarray) -> dict[str, float | None]:
    nothing = found.log_density is None or found.low is None or found.high is None
    inside = None if nothing else float(np.mean((found.low <= y) & (y <= found.high)))
    return {
        "rmse": float(np.sqrt(np.mean((found.value - y) ** 2))),
        "nll": None if nothing else float(-np.mean(found.log_density)),
        "coverage": inside,
    }


def _busy() -> float:
    """Processor seconds of this process, its threads and the children it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main() -> None:
    """python -m benchmarks.uci_run PEER SET FIRST STOP CACHE: prints a line of JSON per split."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uci_run")
    for name in ("peer", "set", "first", "stop", "cache"):
        parser.add_argument(name)
    args = parser.parse_args()
    cache, code, first = Path(args.cache), identity(args.peer), None
    done = stored(cache, args.peer, args.set, code)
    for split in splits(args.set, range(int(args.first), int(args.stop))):
        row = done.get(split.number)
        if row is None:
            row, first = _measured(args.peer, split, code, first)
            row |= {"set": args.set}
            with cache.open("a") as file:
                file.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)


def _measured(
    peer: str, split: Split, code: str, first: float | None
) -> tuple[dict[str, Any], float]:
    """A score and the wall time of the process's first fit, which is told apart from later ones."""
    row = score(peer, split, code)
    if first is not None:
        return row, first
    first = row["wall"]
    again = row if first > LONG else score(peer, split, code)
    return again | {"first": first}, first


if __name__ == "__main__":
    main()
