"""One dataset of a joint fit as a Fit of its own, with the error bars of all of them together."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError
from residua.algebra.covariance import Uncertainty
from residua.algebra.linearization import Linearization, triangle
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.doors import door
from residua.fitting.joint.task import Part, pooled_block
from residua.fitting.parts import ByDataset, observed_name
from residua.fitting.result import Fit
from residua.fitting.verdict import Verdict
from residua.problem.parameters import Parameters

if TYPE_CHECKING:
    from residua.fitting.joint.result import JointFit


@dataclass(frozen=True)
class PartVerdict(Verdict):
    """The verdict on a joint fit, with what all datasets together know of some parameters."""

    known: Any = None

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """The rows of the joint uncertainty that belong to these parameters."""
        found: Uncertainty = self.known
        return found


@dataclass(frozen=True, eq=False, repr=False)
class PartFit(Fit):
    """One dataset of a joint fit: a Fit whose error bars come from all datasets together.

    `n`, `rss`, `dof` and residuals are those of this dataset: `dof` is its rows minus the share of
    the parameters that it determined, so `rss / dof` is its reduced chi-square.
    """

    joint: Any = None
    name: str = ""
    share: float = math.nan

    @property
    def dof(self) -> Any:
        """Rows minus the trace of their part of the projection onto the fit."""
        return self.share

    @cached_property
    def rss(self) -> float:
        """Sum of squared whitened residuals of this dataset."""
        rows = np.ravel(self.weighted_residuals)
        return float(rows @ rows)

    @property
    def observed_name(self) -> str:
        """What y is called on axes."""
        column, own = self.observations.y_name, self.model is self.joint.model
        several = any(part.model is not self.joint.model for part in self.joint.datasets)
        return observed_name(column, self.name, several, column if own else self.model.text)

    @property
    def interval_dof(self) -> float:
        """That of the joint fit."""
        return float(self.joint.interval_dof)

    @property
    def residual_variance_factor(self) -> float:
        """That of the joint fit."""
        return float(self.joint.residual_variance_factor)

    @property
    def aic(self) -> float:
        """NaN: criteria compare whole fits."""
        return math.nan

    bic = aic

    def save(self, path: Any, overwrite: bool = True) -> None:
        """Refused: a part is saved with the fit that it belongs to."""
        raise ModelError(
            f"{self.name!r} is one dataset of a joint fit, and its error bars come from all of it",
            next="fit.save(path)   # the joint fit; its parts come back with it",
        )

    def __str__(self) -> str:
        return str(door("part_text")(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(door("part_html")(self))


class Parts(ByDataset[PartFit]):
    """The datasets of a joint fit by name or number, each made when it is asked for."""

    def __init__(self, fit: JointFit) -> None:
        super().__init__([part.name for part in fit.datasets], lambda k: _part(fit, k))


def _part(fit: JointFit, k: int) -> PartFit:
    """The joint fit as dataset k sees it."""
    part, place = fit.datasets[k], fit.layout.places[k]
    level = fit.levels.values[k] if fit.levels.estimated else 1.0
    found = part.observations
    sigma = found.sigma
    if fit.levels.estimated:
        sigma = (
            np.full(found.block.y.shape, level) if sigma is None else _times(sigma, found, level)
        )
    observations = found._replace(block=part.block, sigma=sigma)
    named = tuple(note for note in fit.verdict.findings if repr(part.name) in note[1])
    return _view(
        fit, part.name, fit.layout.each[k], place, part.model, observations, named, fit.dof_left[k]
    )


def _times(sigma: np.ndarray, found: Observations, level: float) -> np.ndarray:
    """Standard deviations, or a covariance matrix, at another level."""
    matrix = sigma.ndim > found.block.y.ndim
    return sigma * (level**2 if matrix else level)


def _view(
    fit: JointFit,
    name: str,
    parameters: Parameters,
    place: np.ndarray,
    model: Any,
    observations: Observations,
    findings: tuple[Any, ...],
    share: float,
) -> PartFit:
    given = {one.name: getattr(fit, one.name) for one in fields(Fit)}
    given |= {
        "model": model,
        "parameters": parameters,
        "theta": fit.theta[place],
        "observations": observations,
        "lin": _marginal(fit.lin, place, fit.layout.size_local),
        "verdict": _restricted(fit.verdict, place, findings),
        "notes": (),
    }
    return PartFit(**given, joint=fit, name=name, share=share)


def _restricted(verdict: Verdict, place: np.ndarray, findings: tuple[Any, ...]) -> PartVerdict:
    known = verdict.uncertainty
    rows = known._replace(
        factor=known.factor[place],
        null=known.null[place],
        scale=known.scale[place],
        held=known.held[place],
    )
    return PartVerdict(
        verdict.outcome,
        findings,
        verdict.offset,
        verdict.R[np.ix_(place, place)],
        verdict.held[place],
        verdict.linear,
        rows,
    )


def _marginal(lin: Linearization, place: np.ndarray, local: int) -> Linearization:
    """The triangle of some parameters, all others eliminated.

    Local parameters of other datasets were eliminated when the triangle was made: rows and columns
    of the wanted local ones and of all shared ones are the triangle of these.
    """
    every = np.union1d(place, np.arange(local, len(lin.qtr)))
    columns = np.r_[np.setdiff1d(every, place), place]
    augmented = np.column_stack([lin.R[np.ix_(every, columns)], lin.qtr[every]])
    found = triangle(np, np.vstack([augmented, [*np.zeros(len(columns)), lin.rho]]))
    cut = len(columns) - len(place)
    return Linearization(found.R[cut:, cut:], found.qtr[cut:], found.rho)


def whole(fit: JointFit) -> PartFit:
    """The fitted model itself, with the datasets that observe it (or its variables) as support."""
    leaves: list[Any] = [leaf for leaf in fit.layout.leaves if leaf.name in fit.model.parameters]
    parameters = Parameters(tuple(leaves))
    where = {label: i for i, label in enumerate(fit.labels)}
    place = np.array([where[label] for label in parameters.labels], dtype=int)
    names = fit.model.independent
    plain = [part for part in fit.datasets if part.model is fit.model]
    plain = plain or [part for part in fit.datasets if part.observations.names == names]
    if plain:
        block = pooled_block(plain)
        share = sum(fit.dof_left[fit.datasets.index(part)] for part in plain)
    else:
        block, share = Block(tuple(np.zeros(0) for _ in names), np.zeros(0)), math.nan
    sigmas = [_pooled_sigma(fit, part) for part in plain]
    known = bool(plain) and all(sigma is not None for sigma in sigmas)
    sigma = np.concatenate([s for s in sigmas if s is not None]) if known else None
    observations = Observations(names, block, sigma)
    return _view(fit, "the model", parameters, place, fit.model, observations, (), share)


def _pooled_sigma(fit: JointFit, part: Part) -> np.ndarray | None:
    sigma, y = fit.parts[part.name].sigma, part.block.y
    if sigma is None:
        return None
    return np.ravel(np.sqrt(np.diagonal(sigma)) if sigma.ndim > y.ndim else sigma)
