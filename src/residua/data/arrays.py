"""Rows in memory: one block of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.data.dataset import Block
from residua.problem.noise import Independent


@dataclass(frozen=True, eq=False)
class Arrays:
    """The whole table as one block, so that models may look at all of x at once."""

    block: Block

    def reduce(self, fn: Callable[[Block], Any], combine: Callable[[Any, Any], Any]) -> Any:
        """`fn` of the only block; there is nothing to combine."""
        return fn(self.block)

    def map(self, fn: Callable[[Block], np.ndarray]) -> np.ndarray:
        """`fn` of the only block."""
        return fn(self.block)

    def sample(self, key: int, size: int) -> Block:
        """`size` rows of x, y and noise, drawn without replacement."""
        x, y, noise = self.block
        rows = np.random.default_rng(key).choice(len(y), size=size, replace=False)
        drawn = tuple(np.asarray(item)[rows] for item in x)
        return Block(drawn, y[rows], None if noise is None else Independent(noise.weight[rows]))
