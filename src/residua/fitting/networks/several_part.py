"""A network as one of its datasets observes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua.fitting.networks.result import NetworkFit
from residua.fitting.networks.stack import Source
from residua.fitting.networks.units import units_seen
from residua.fitting.parts import ByDataset, observed_name
from residua.networks.observed import view

if TYPE_CHECKING:
    from residua.fitting.networks.several_result import NetworkJointFit
    from residua.inference.prediction import Prediction


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SeenFit(NetworkFit):
    """A network fitted to more than its own table shows.

    everywhere: (N, d), all places that were observed. unit: of the noise, in that of a row of
    weight 1.
    """

    everywhere: np.ndarray
    unit: float

    @property
    def reach(self) -> np.ndarray:
        """All places that were observed."""
        return self.everywhere

    @cached_property
    def cross_validated(self) -> float:
        """Root mean square error of predictions of rows of this table that no predicting member
        had seen, in units of y; NaN where nothing was left out.
        """
        if self.honest is None:
            return math.nan
        said = self.scaling.from_Y(self.honest)
        return float(np.sqrt(np.mean((self.table.Y - said) ** 2)))

    @property
    def noise(self) -> float:
        """Standard deviation of the noise as the median member sees it, in units of y.

        Where sigma was given, of an observation of average weight; NaN where nothing was left to
        tell it.
        """
        if not self.noise_known:
            return math.nan
        spread = float(np.median([one.member.spread for one in self.ensemble.active]))
        return spread * self.unit * float(np.mean(self.scaling.y_scale))


@dataclass(frozen=True, eq=False)
class NetworkPart:
    """What one dataset observes of a fitted network, with what all datasets tell of it.

    several: whether the datasets of the fit observe several things.
    dof, rss: NaN; the parameters belong to all datasets.
    """

    name: str
    source: Source
    view: SeenFit
    several: bool = False
    dof: float = math.nan
    rss: float = math.nan

    @property
    def observed_name(self) -> str:
        """What y is called on axes."""
        column = self.source.observations.y_name
        observed = self.source.functional.text(column, self.source.table.columns)
        return observed_name(column, self.name, self.several, observed)

    def predict(
        self, /, *x: Any, interval: str | None = None, level: float = 0.95, **named: Any
    ) -> Prediction:
        """What it would observe at x, with its uncertainty; words as of `fit.predict`."""
        return self.view.predict(*x, interval=interval, level=level, **named)

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """What it would observe at x, as a plain array."""
        return self.view(*x, **named)

    def __getattr__(self, name: str) -> Any:
        if name in SHOWN:
            return getattr(self.view, name)
        raise AttributeError(f"a dataset of a network has no {name}; it has {', '.join(SHOWN)}")

    @property
    def n(self) -> int:
        """Number of its observations."""
        return self.source.table.Y.size

    @property
    def standardized(self) -> np.ndarray:
        """The ensemble at its rows (n, k), in units of training."""
        return self.view.ensemble.value(self.view.scaling.to_z(self.source.table.X))


SHOWN = (
    "absolute_sigma",
    "cross_validated",
    "fitted",
    "noise",
    "observations",
    "residuals",
    "sigma",
    "units",
    "x",
    "y",
)


class NetworkParts(ByDataset[NetworkPart]):
    """The datasets of a fit by name or number, each made when it is asked for."""

    def __init__(self, fit: NetworkJointFit) -> None:
        super().__init__([one.name for one in fit.stack.sources], lambda k: part_of(fit, k))


def part_of(fit: NetworkJointFit, k: int) -> NetworkPart:
    source, place = fit.stack.sources[k], fit.stack.places[k]
    given = {name: getattr(fit, name) for name in SeenFit.__dataclass_fields__}
    whole: Any = fit.ensemble
    weight = whole.rows.weight[place]
    said = None if fit.said is None else fit.said[place]
    given |= {
        "observations": source.observations,
        "table": source.table,
        "scaling": source.functional.scaling(fit.scaling),
        "ensemble": view(whole.whole, source.functional.standardized(fit.scaling)),
        "absolute_sigma": source.absolute,
        "spreads": fit.noises[k],
        "honest": None if said is None or not np.isfinite(said).all() else said,
        "unit": float(1 / np.sqrt(weight.mean())),
    }
    seen = SeenFit(**given)
    # Not those of the model, which is what gives the values: a slope has another unit.
    seen.__dict__["units"] = units_seen(fit, source)
    return NetworkPart(source.name, source, seen, len(fit.stack.kinds) > 1)
