"""The model that is fitted when none is given: a plane over all columns."""

from __future__ import annotations

from typing import Any

import numpy as np

# A column is new when this much of its variation is outside the span of those before it (R's lm),
# and varies when it does so by more than rounding.
NEW, ROUNDING = 1e-7, 1e-12


def plane(X: Any, intercept: Any, slopes: Any) -> Any:
    """intercept + X @ slopes, for X (n, d) and slopes (d,).

    >>> import numpy as np
    >>> plane(np.array([[1.0, 2.0]]), 0.5, np.array([1.0, 10.0]))
    array([21.5])
    """
    return X @ slopes + intercept


def distinguishable(X: np.ndarray) -> tuple[int, ...]:
    """The columns that rows can tell apart from a constant and from the columns before them.

    Gram-Schmidt in the order of the columns, each made orthogonal twice (W. Hoffmann, 1989). What
    is left out has slope 0, as in R's lm; which columns those are does not depend on how often
    a row is repeated, nor on its weight.
    """
    centered = X - X.mean(axis=0)
    least = np.maximum(NEW * _lengths(centered), ROUNDING * _lengths(X))
    basis = np.empty((min(X.shape), len(X)))
    kept: list[int] = []
    for j, column in enumerate(centered.T):
        if len(kept) == len(basis):
            break
        known, rest = basis[: len(kept)], column
        for _ in range(2):
            rest = rest - (known @ rest) @ known
        length = np.sqrt(rest @ rest)
        if length > least[j]:
            basis[len(kept)] = rest / length
            kept.append(j)
    return tuple(kept)


def _lengths(X: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt((X**2).sum(axis=0)))
