"""Noise levels of several datasets: what counts as known, and what the residuals must tell.

Datasets whose sigma is absolute are at level 1. All datasets with a relative sigma share one level
(their ratios count), and so do all that observe the same without any sigma. One level alone is the
residual variance of every fit and needs nothing special. Where there are more, weights between them
are estimated with the parameters, by repeating fits until, for each group g of datasets,

    level_g² = Σ r² / (n_g - tr H_g),     H = J (RᵀR)⁻¹ Jᵀ,

the variance components of restricted maximum likelihood: every group is charged with the degrees of
freedom that the fit took from it. Sources: W. Förstner, Allgemeine Vermessungs-Nachrichten 86
(1979) 446-453; H. D. Patterson, R. Thompson, Biometrika 58 (1971) 545-554. Error bars then need no
further factor; their degrees of freedom follow F. E. Satterthwaite, Biometrics Bulletin 2 (1946)
110-114, the smallest of any parameter standing for all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from residua._errors import DataError
from residua._outcomes import Finding
from residua.algebra.covariance import Uncertainty
from residua.algebra.linearization import Linearization, triangle
from residua.fitting.joint.task import JointTask, Part
from residua.fitting.residual_notes import EXACT, Note
from residua.fitting.verdict import held_at_bound
from residua.solvers.host import run

# Convergence is linear with a rate near tr H_g / n_g, so a few tens of rounds reach this.
ROUNDS, SETTLED = 100, 1e-10
# A level may fall to this share of the data; below it the residuals are no noise.
LOWEST = 1e-9
# The share of its variation that a fit must leave in a dataset to explain nothing of it.
NOTHING = 0.9
MOST_DOF = 1e9


class Group(NamedTuple):
    """Datasets at one noise level; members are their numbers."""

    members: tuple[int, ...]
    absolute: bool
    given: bool


class Levels(NamedTuple):
    """The noise level of every dataset, in units of its sigma (of y where it has none)."""

    groups: tuple[Group, ...]
    values: tuple[float, ...]
    estimated: bool


class Shares(NamedTuple):
    """What the fit took of every dataset: chi_squares, degrees of freedom left, and its share of
    the information, M = Tᵀ JᵀJ T, (k, k), per unit of what all datasets know together.
    """

    chi_squares: list[float]
    dofs: list[float]
    information: list[np.ndarray]
    known: Uncertainty


def first_levels(parts: Sequence[Part]) -> Levels:
    """Who shares a level, and where estimates begin: at the spread of the data."""
    kinds: dict[object, list[int]] = {}
    for k, part in enumerate(parts):
        given = part.observations.sigma is not None
        key = ("absolute" if part.absolute else "relative") if given else ("none", part.kind)
        kinds.setdefault(key, []).append(k)
    groups = tuple(
        Group(tuple(members), key == "absolute", key in ("absolute", "relative"))
        for key, members in kinds.items()
    )
    estimated = len(groups) > 1
    values = [1.0] * len(parts)
    for group in groups:
        if estimated and not group.given:
            for k in group.members:
                values[k] = _spread(parts, group)
    return Levels(groups, tuple(values), estimated)


def _spread(parts: Sequence[Part], group: Group) -> float:
    y = np.concatenate([np.ravel(parts[k].observations.block.y) for k in group.members])
    return float(np.std(y)) or float(np.abs(y).max()) or 1.0


def at_levels(task: JointTask, levels: Levels) -> JointTask:
    """The task with its noise at these levels; unchanged where none are estimated."""
    if not levels.estimated:
        return task
    parts = tuple(part.at_level(level) for part, level in zip(task.parts, levels.values))
    return replace(task, parts=parts)


def settled(
    task: JointTask, levels: Levels, theta: np.ndarray
) -> tuple[JointTask, Levels, np.ndarray]:
    """Fit and estimate in turns until the levels stay; nothing to do where none are estimated.

    Raises DataError when the fit leaves a group without sigma no residuals to tell its level from.
    """
    if not levels.estimated:
        return task, levels, theta
    for _ in range(ROUNDS):
        shares = shares_of(task, theta)
        size = sum(_size(part) for part in task.parts)
        if sum(shares.chi_squares) <= EXACT**2 * size:
            break
        changed = _updated(task.parts, levels, shares)
        moves = [abs(math.log(a / b)) for a, b in zip(changed.values, levels.values)]
        levels = changed
        task = at_levels(task, levels)
        theta = run(task.objective, theta, task.solver, task.limits).params
        if max(moves) <= SETTLED:
            break
    _refuse_unknown_levels(task, levels, shares_of(task, theta))
    return task, levels, theta


def _size(part: Part) -> float:
    y = np.ravel(
        part.block.y if part.block.noise is None else part.block.noise.whiten(part.block.y)
    )
    return float(y @ y)


def shares_of(task: JointTask, theta: np.ndarray, lin: Linearization | None = None) -> Shares:
    """What the fit at theta took of every dataset."""
    objective = task.objective
    lin = objective.linearize(theta) if lin is None else lin
    known = task.uncertainty(lin, held_at_bound(theta, task.limits))
    chi_squares, dofs, information = [], [], []
    for matrix, place in zip(objective.matrices(theta), objective.places):
        rows = triangle(np, matrix.T)
        seen = rows.R @ known.factor[np.sort(place)]
        chi_squares.append(float(matrix[-1] @ matrix[-1]))
        dofs.append(matrix.shape[1] - float((seen * seen).sum()))
        information.append(seen)
    return Shares(chi_squares, dofs, information, known)


def _updated(parts: Sequence[Part], levels: Levels, shares: Shares) -> Levels:
    values = list(levels.values)
    for group in levels.groups:
        if group.absolute:
            continue
        dof = max(sum(shares.dofs[k] for k in group.members), 1e-3)
        factor = math.sqrt(sum(shares.chi_squares[k] for k in group.members) / dof)
        floor = LOWEST * (1.0 if group.given else _spread(parts, group))
        for k in group.members:
            values[k] = max(values[k] * factor, floor)
    return levels._replace(values=tuple(values))


def _refuse_unknown_levels(task: JointTask, levels: Levels, shares: Shares) -> None:
    for group in levels.groups:
        dof = sum(shares.dofs[k] for k in group.members)
        if group.absolute or dof >= 0.5:
            continue
        names = _listed(task.parts, group)
        count = sum(task.parts[k].block.y.size for k in group.members)
        raise DataError(
            f"the noise of {names} cannot be estimated: the parameters take up its {count} "
            "observations",
            causes=["it has no absolute sigma, and observes something else than the others"],
            next="rs.dataset(x, y, sigma=..., absolute_sigma=True)",
        )


def _listed(parts: Sequence[Part], group: Group, most: int = 3) -> str:
    names = [repr(parts[k].name) for k in group.members]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def level_notes(parts: Sequence[Part], levels: Levels, shares: Shares | None) -> list[Note]:
    """What was assumed and estimated about the noise, one sentence per group."""
    if not levels.estimated or shares is None:
        return []
    notes = []
    for group in levels.groups:
        names, level = _listed(parts, group), levels.values[group.members[0]]
        if group.absolute:
            continue
        text = (
            f"the sigma of {names} was taken as relative, and multiplied by {level:.3g} as its "
            "residuals say"
            if group.given
            else f"no sigma was given for {names}: its noise was estimated from its residuals as "
            f"{level:.3g}"
        )
        notes.append(
            (
                Finding.NOISE_LEVELS,
                f"{text} (variance components){_unexplained(parts, group, levels, shares)}",
            )
        )
    return notes


def _unexplained(parts: Sequence[Part], group: Group, levels: Levels, shares: Shares) -> str:
    """A warning where an estimated noise is as large as the data: a level hides every misfit."""
    if group.given:
        return ""
    left = sum(shares.chi_squares[k] * levels.values[k] ** 2 for k in group.members)
    total = 0.0
    for k in group.members:
        y = np.ravel(parts[k].observations.block.y)
        total += float(((y - y.mean()) ** 2).sum())
    if total == 0 or left < NOTHING * total:
        return ""
    return (
        f"; the fit explains nothing of it (R² = {1 - left / total:.2g}): are its units, and what "
        "it observes, right?"
    )


def interval_dof(levels: Levels, shares: Shares, plain: int) -> float:
    """Degrees of freedom for intervals: the smallest of any parameter (Satterthwaite)."""
    if not levels.estimated:
        return plain
    T = shares.known.factor
    variance = (T * T).sum(axis=1)
    doubt = np.zeros(len(T))
    for group in levels.groups:
        if group.absolute:
            continue
        share = sum(((T @ shares.information[k].T) ** 2).sum(axis=1) for k in group.members)
        doubt += share**2 / sum(shares.dofs[k] for k in group.members)
    told = (variance > 0) & (doubt > 0)
    return float(min((variance[told] ** 2 / doubt[told]).min(initial=MOST_DOF), MOST_DOF))
