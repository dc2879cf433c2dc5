"""What the residuals of a fit say: is it better than a constant, and do they look like noise."""

from __future__ import annotations

import math

import numpy as np

from residua._outcomes import Finding
from residua.data.dataset import Block

# Residuals this far below the data are rounding: there is no noise left to judge.
EXACT = 1e-12
# Standard deviations by which the number of sign runs may fall short before it is called structure.
RUNS = 3.3
Note = tuple[Finding, str]
CONSTANT: Note = (Finding.NO_BETTER_THAN_CONSTANT, "a constant explains the data exactly")


def fit_notes(rows: np.ndarray, block: Block, p: int) -> list[Note]:
    """Is the fit better than a constant, and do its residuals look like noise."""
    if not block.x:  # residuals of a function: there are no data to compare with a constant
        return []
    y = np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))
    rss = float(rows @ rows)
    size = float(y @ y)
    total = constant_sum_of_squares(block, y)
    if p > 1 and total <= EXACT**2 * size:
        return [CONSTANT]
    if rss <= EXACT**2 * size:
        return []
    notes: list[Note] = []
    # The constant has one parameter; Schwarz's criterion says which of the two explains better.
    if total > 0 and rows.size * math.log(rss / total) + (p - 1) * math.log(rows.size) >= 0:
        notes.append(
            (
                Finding.NO_BETTER_THAN_CONSTANT,
                f"the fit explains the data no better than a constant (R² = {1 - rss / total:.3g})",
            )
        )
    shortfall = runs_shortfall(in_order(rows, block))
    if shortfall > RUNS:
        notes.append(
            (
                Finding.STRUCTURED_RESIDUALS,
                "the residuals are structured (too few changes of sign, "
                f"{shortfall:.1f} standard deviations): the model misses something, and the error "
                "bars are too small",
            )
        )
    return notes


def constant_sum_of_squares(block: Block, y: np.ndarray) -> float:
    """Whitened sum of squares about the best constant."""
    ones = np.ones_like(block.y)
    unit = np.ravel(ones if block.noise is None else block.noise.whiten(ones))
    left = y - unit * ((unit @ y) / (unit @ unit))
    return float(left @ left)


def in_order(rows: np.ndarray, block: Block) -> np.ndarray:
    """Residuals in the order of x where there is one x; as they came otherwise."""
    if len(block.x) == 1 and block.x[0].shape == rows.shape:
        return np.asarray(rows[np.argsort(block.x[0], kind="stable")])
    return rows


def runs_shortfall(rows: np.ndarray) -> float:
    """Standard deviations by which sign runs fall short of chance (Wald and Wolfowitz 1940)."""
    above = rows > 0
    n, plus = rows.size, int(np.count_nonzero(above))
    minus = n - plus
    if plus < 4 or minus < 4:
        return 0.0
    runs = 1 + int(np.count_nonzero(above[1:] != above[:-1]))
    product = 2.0 * plus * minus
    variance = product * (product - n) / (n * n * (n - 1.0))
    return (1 + product / n - runs) / math.sqrt(variance)
