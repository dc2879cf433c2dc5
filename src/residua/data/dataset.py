"""The contract of a Dataset: where rows live.

It knows nothing of least squares. A new home for data writes these three verbs, about 40 lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np


class Block(NamedTuple):
    """Rows that are worked on together.

    x: one array per independent variable. y: observations. noise: what whitens
    a residual (problem/noise.py), or None when every observation counts the same.
    """

    x: tuple[Any, ...]
    y: np.ndarray
    noise: Any = None


class Dataset(Protocol):
    """Where rows live."""

    def reduce(self, fn: Callable[[Block], Any], combine: Callable[[Any, Any], Any]) -> Any:
        """Fold `combine` over `fn(block)` for every block of rows."""

    def map(self, fn: Callable[[Block], np.ndarray]) -> np.ndarray:
        """One answer per row, in the order of the rows."""

    def sample(self, key: int, size: int) -> Block:
        """A block of `size` rows drawn without replacement; the same key draws the same rows."""
