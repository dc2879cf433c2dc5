"""What the residuals of several datasets say: structure, and noise that is not what was claimed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from residua._outcomes import Finding
from residua.data.dataset import Block
from residua.fitting.residual_notes import (
    CONSTANT,
    EXACT,
    RUNS,
    Note,
    constant_sum_of_squares,
    in_order,
    runs_shortfall,
)

MOST = 5  # datasets named one by one; the rest are counted


def joint_notes(
    names: Sequence[str], blocks: Sequence[Block], rows: Sequence[np.ndarray], p: int
) -> list[Note]:
    """Is the fit better than a constant for each dataset, and do its residuals look like noise."""
    whitened = [_whitened(block) for block in blocks]
    size = sum(float(y @ y) for y in whitened)
    rss = sum(float(r @ r) for r in rows)
    total = sum(constant_sum_of_squares(b, y) for b, y in zip(blocks, whitened))
    if p > 1 and total <= EXACT**2 * size:
        return [CONSTANT]
    if rss <= EXACT**2 * size:
        return []
    n, constants = sum(r.size for r in rows), len(blocks)
    notes: list[Note] = []
    if total > 0 and n * math.log(rss / total) + (p - constants) * math.log(n) >= 0:
        each = "constant" if constants == 1 else "constant for each dataset"
        notes.append(
            (
                Finding.NO_BETTER_THAN_CONSTANT,
                f"the fit explains the data no better than a {each} (R² = {1 - rss / total:.3g})",
            )
        )
    return notes + _structured(names, blocks, rows)


def _whitened(block: Block) -> np.ndarray:
    return np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))


def beyond_chance(datasets: int) -> float:
    """Standard deviations that one of so many datasets exceeds as rarely as one alone does RUNS."""
    return math.sqrt(RUNS**2 + 2 * math.log(datasets))


def _structured(
    names: Sequence[str], blocks: Sequence[Block], rows: Sequence[np.ndarray]
) -> list[Note]:
    found = []
    for name, block, row in zip(names, blocks, rows):
        shortfall = runs_shortfall(in_order(row, block))
        if shortfall > beyond_chance(len(names)):
            found.append(
                (
                    Finding.STRUCTURED_RESIDUALS,
                    f"the residuals of {name!r} are structured (too few changes of sign, "
                    f"{shortfall:.1f} standard deviations): the model misses something there, and "
                    "the error bars are too small",
                )
            )
    return named_or_counted(found)


def named_or_counted(notes: list[Note], most: int = MOST) -> list[Note]:
    """At most so many sentences of one kind; the last says how many more there are."""
    if len(notes) <= most + 1:
        return notes
    kind, text = notes[most]
    left = len(notes) - most - 1
    return [*notes[:most], (kind, f"{text} (and {left} more like this)")]
