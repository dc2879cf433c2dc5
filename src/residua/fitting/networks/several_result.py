"""NetworkJointFit: the frozen result of a fit of a network to several datasets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError
from residua._outcomes import Outcome
from residua.fitting.joint.levels import Levels
from residua.fitting.networks.judge import posterior_triangle
from residua.fitting.networks.model import Formula, model_of, parameters_of
from residua.fitting.networks.result import NetworkFit
from residua.fitting.networks.stack import Source, Stack
from residua.fitting.networks.table import Table, table
from residua.fitting.result import door
from residua.fitting.verdict import Verdict
from residua.networks.choose import Plan
from residua.networks.ensemble import Ensemble, Trained
from residua.networks.network import Architecture
from residua.networks.observed import Observed, view
from residua.networks.scaling import Scaling
from residua.networks.spread import Spread

if TYPE_CHECKING:
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

    @property
    def noise(self) -> float:
        """Standard deviation of the noise as the median member sees it, in units of y."""
        spread = float(np.median([one.member.spread for one in self.ensemble.active]))
        return spread * self.unit * float(np.mean(self.scaling.y_scale))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NetworkJointFit(SeenFit):
    """A network fitted to values and derivatives together.

    `fit.predict`, `fit(x)`, `fit.derivative`, `fit.x`, `fit.y`, `fit.residuals` are those of the
    values; `fit.parts["force"]` predicts what that dataset observes. All are as sure as all
    datasets together make them.

    stack: the datasets. levels: their noise. said: what members said of all rows, where they had
    not seen them (NaN elsewhere), standardized. noises: the noise of each dataset.
    """

    stack: Stack
    levels: Levels
    said: np.ndarray | None
    noises: tuple[tuple[Spread, ...], ...]

    @cached_property
    def parts(self) -> NetworkParts:
        """What each dataset observes: `fit.parts["force"].predict(x)`."""
        return NetworkParts(self)

    @property
    def n(self) -> int:
        """Number of observations in all datasets."""
        return sum(one.table.Y.size for one in self.stack.sources)

    @cached_property
    def noise_levels(self) -> dict[str, float]:
        """By dataset, the standard deviation of its noise in units of its sigma (of y where none
        was given); 1 where sigma is absolute.
        """
        _, unit = self.stack.weight(self.scaling, self.levels.values)
        noisy = self.ensemble.likelihood.noisy
        spread = float(np.median([one.member.spread for one in self.ensemble.active]))
        factor = spread * math.sqrt(unit) if noisy else 1.0
        return {
            one.name: factor * level for one, level in zip(self.stack.sources, self.levels.values)
        }

    @cached_property
    def rss(self) -> float:
        """Sum of squared residuals of all datasets, each in units of its sigma and level."""
        total = 0.0
        for part, level in zip(self.parts.values(), self.levels.values):
            rows = np.ravel(part.residuals) / (level * part.source.sigma.ravel())
            total += float(rows @ rows)
        return total

    @cached_property
    def r_squared(self) -> float:
        """1 - (squared residuals of the values) / (squares about their mean)."""
        total = float(((self.y - self.y.mean(axis=0)) ** 2).sum())
        return 1 - float((self.residuals**2).sum()) / total if total > 0 else math.nan

    @cached_property
    def log_likelihood(self) -> float:
        """Gaussian log-likelihood of all datasets; a common variance is estimated unless known."""
        n = self.n
        jacobian = -float(np.log(self.stack.sigma(self.levels.values)).sum())
        if not self.ensemble.likelihood.noisy:
            return -0.5 * (self.rss + n * math.log(2 * math.pi)) + jacobian
        return -0.5 * n * (math.log(2 * math.pi * self.rss / n) + 1) + jacobian

    def plot(self, path: Any = None, **options: Any) -> Any:
        """One panel per dataset, as a matplotlib figure, saved when a path is given."""
        return door("joint_plot")(self, path, **options)


@dataclass(frozen=True, eq=False)
class NetworkPart:
    """What one dataset observes of a fitted network, with what all datasets tell of it.

    dof, rss: NaN; the parameters belong to all datasets.
    """

    name: str
    source: Source
    view: SeenFit
    dof: float = math.nan
    rss: float = math.nan

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
    "x",
    "y",
)


class NetworkParts(Mapping[str, NetworkPart]):
    """The datasets of a fit by name or number, each made when it is asked for."""

    def __init__(self, fit: NetworkJointFit) -> None:
        self._fit = fit
        self._names = [one.name for one in fit.stack.sources]
        self._made: dict[int, NetworkPart] = {}

    def __getitem__(self, name: str | int) -> NetworkPart:
        if isinstance(name, int) and -len(self._names) <= name < len(self._names):
            k = name % len(self._names)
        elif name in self._names:
            k = self._names.index(str(name))
        else:
            raise KeyError(f"there is no dataset {name!r}: they are {', '.join(self._names)}")
        if k not in self._made:
            self._made[k] = _part(self._fit, k)
        return self._made[k]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"NetworkParts({', '.join(self._names)})"


def _part(fit: NetworkJointFit, k: int) -> NetworkPart:
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
    return NetworkPart(source.name, source, SeenFit(**given))


def pooled(stack: Stack, levels: Sequence[float]) -> tuple[Table, bool, np.ndarray]:
    """All values in one table, whether their sigma is absolute, and which rows they are.

    Raises ModelError where no dataset observes values.
    """
    chosen = stack.values
    if not chosen:
        raise ModelError("no dataset observes the value itself")
    sources = [stack.sources[k] for k in chosen]
    index = np.concatenate([np.arange(len(stack.X))[stack.places[k]] for k in chosen])
    if len(chosen) == 1:
        return sources[0].table, sources[0].absolute, index
    blocks = [one.observations.block for one in sources]
    columns = tuple(np.concatenate(parts) for parts in zip(*(block.x for block in blocks)))
    x = dict(zip(stack.names, columns)) if len(columns) > 1 else columns[0]
    sigma: Any = np.concatenate([levels[k] * stack.sources[k].sigma for k in chosen])
    y = np.concatenate([block.y for block in blocks])
    if all(one.observations.sigma is None for one in sources):
        sigma = None
    found = table(
        x, y, None, None if sigma is None else sigma.reshape(y.shape), stack.names, "raise"
    )
    named = found.observations._replace(y_name=sources[0].observations.y_name)
    return found._replace(observations=named), all(one.absolute for one in sources), index


def assembled(
    stack: Stack,
    architecture: Architecture,
    scaling: Scaling,
    levels: Levels,
    plan: Plan,
    whole: Ensemble,
    one: Trained,
    said: np.ndarray | None,
    spreads: tuple[Spread, ...],
    noises: tuple[tuple[Spread, ...], ...],
) -> NetworkJointFit:
    """The fit of a trained (or loaded) ensemble; its verdict is for others to give."""
    found, absolute, index = pooled(stack, levels.values)
    observed = whole.networks[one.candidate]
    assert isinstance(observed, Observed) and whole.rows.weight is not None
    network = observed.inner
    names = found.observations.names
    formula = Formula(network, scaling, len(names), found.observations.block.y.ndim == 1, None)
    theta = formula.parameters(one.member.theta)
    lin = posterior_triangle(
        observed, one.member, whole.rows, whole.likelihood, scaling, formula.folded
    )
    honest = None if said is None or not np.isfinite(said[index]).all() else said[index]
    held = np.zeros(len(theta), dtype=bool)
    return NetworkJointFit(
        model=model_of(_text(plan.candidates[one.candidate]), names, formula),
        parameters=parameters_of(network, theta),
        theta=theta,
        observations=found.observations,
        lin=lin,
        verdict=Verdict(Outcome.TRAINED, (), 0.0, lin.R, held),
        absolute_sigma=absolute,
        engine="eager",
        engine_reason="backpropagation written out",
        architecture=architecture,
        scaling=scaling,
        table=found,
        ensemble=view(whole),
        one=one,
        plan=plan,
        spreads=spreads,
        honest=honest,
        everywhere=stack.X,
        unit=float(1 / np.sqrt(whole.rows.weight[index].mean())),
        stack=stack,
        levels=levels,
        said=said,
        noises=noises,
    )


def _text(architecture: Architecture) -> str:
    text = repr(architecture)
    return text if len(text) < 200 else type(architecture).__name__
