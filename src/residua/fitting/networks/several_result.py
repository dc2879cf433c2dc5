"""NetworkJointFit: the frozen result of a fit of a network to several datasets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._outcomes import Outcome
from residua.fitting.doors import door
from residua.fitting.joint.levels import Levels
from residua.fitting.networks.judge import posterior_triangle
from residua.fitting.networks.model import Formula, model_of, parameters_of
from residua.fitting.networks.pooled import pooled
from residua.fitting.networks.several_part import NetworkParts, SeenFit
from residua.fitting.networks.stack import Stack
from residua.fitting.verdict import Verdict
from residua.networks.choose import Plan
from residua.networks.ensemble import Ensemble, Trained
from residua.networks.network import Architecture
from residua.networks.observed import Observed, view
from residua.networks.scaling import Scaling
from residua.networks.spread import Spread

if TYPE_CHECKING:
    pass


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
        if noisy and not self.noise_known:
            return dict.fromkeys(self.parts, math.nan)
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
