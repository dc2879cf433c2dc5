"""ShelfCase: one row of the catalogue of shelf models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from residua.science.registry import ShelfModel, get

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ShelfCase:
    """A shelf model, true parameters, the places measured and the standard deviation of noise.

    x: an array, or one array for each independent variable of the model. scales: False where x has
    a unit of its own (a mole fraction), so that the same data in another unit mean something else.
    """

    name: str
    params: Mapping[str, float]
    x: Array | tuple[Array, ...]
    sigma: float
    options: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    scales: bool = True

    @property
    def id(self) -> str:
        return f"{self.name}-{self.label}" if self.label else self.name

    @property
    def model(self) -> ShelfModel:
        return get(self.name, **self.options)

    @property
    def columns(self) -> tuple[Array, ...]:
        """One array per independent variable."""
        return self.x if isinstance(self.x, tuple) else (self.x,)

    @property
    def size(self) -> int:
        """The number of points measured."""
        return self.columns[0].size

    def truth(self) -> Array:
        return np.asarray(self.model.function(*self.columns, **self.params))

    def data(self, seed: int) -> Array:
        """One draw of the measurement: truth plus normal noise of standard deviation sigma."""
        noise = np.random.default_rng(seed).normal(0.0, self.sigma, self.size)
        return self.truth() + noise


def uneven(low: float, high: float, count: int, seed: int) -> Array:
    """Unsorted, uneven places: measurements as they come."""
    return np.random.default_rng(seed).uniform(low, high, count)


def one_in(share: int, cases: Sequence[ShelfCase], first: int = 0) -> list[Any]:
    """Cases of a test that takes seconds for each: one in `share` by default, all before a release.

    Tests with different `first` look at different models.
    """
    return [
        pytest.param(case, id=case.id, marks=[] if k % share == first else pytest.mark.slow)
        for k, case in enumerate(cases)
    ]
