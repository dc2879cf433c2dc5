"""Levenberg-Marquardt with evidence: a network and its regularization found in one descent.

The cost is β/2 Σ w c(f, y) + ½ Σ α_g θ², c the squares (or the deviance of 0/1 data, then β = 1),
with a precision α_g for every group of parameters and β that of the noise. Between steps both
follow MacKay's fixed point: with H = Σ w J Jᵀ + diag(α/β),

    γ_g = m_g - α_g/β tr_g(H⁻¹),   α_g = γ_g / Σ_g θ²,   β = (N - Σγ) / Σ w r²

γ, the number of parameters that the data determine, says how large a network really is.

The damping is additive, λI: a network's directions of no curvature must stay short, where
Marquardt's λ diag(JJᵀ) would let them run (XOR by 2-2-1 from single starts: 69 of 100 against 3).

Normal equations serve here, since the prior bounds their condition, and halve the work of QR.

Sources: D. J. C. MacKay, Neural Computation 4 (1992) 448; F. D. Foresee, M. T. Hagan, IJCNN (1997).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from residua.networks import cholesky
from residua.networks.likelihood import GAUSSIAN, Likelihood
from residua.networks.network import Network

FIRST_DAMPING, LEAST_DAMPING, MOST_DAMPING = 1.0, 1e-8, 1e10
# A step that lowers the cost by this share of what the quadratic model promised changes the damping
# by this factor; one that does not lower it hardens the damping.
EASING, HARDENING = ((0.75, 0.3), (0.25, 1.0), (-math.inf, 3.0)), 5.0
FIRST_RATIO = 0.05
# So few observations cannot tell a prior from its data: it stays weak instead (XOR has four).
FEWEST_FOR_EVIDENCE, WEAK_RATIO = 10, 1e-3
LEAST_RATIO, MOST_RATIO = 1e-10, 1e6
# The smallest noise, as a share of the standard deviation of y, that a fit may believe in.
LEAST_SPREAD = 1e-8
# A descent has ended when the log-likelihood and γ have moved by less for so many steps: what is
# still to come then means nothing beside the noise.
STILL, STILL_STEPS = 0.05, 4
JITTER = 1e-11
# Beyond so many parameters no Gauss-Newton matrix is made.
MOST_PARAMETERS = 2000
SETTLING = 12
# The prior follows every step at first, later every third: it costs as much as the step itself.
EVERY_STEP, SELDOM = 12, 3


class Step(NamedTuple):
    """What somebody who watches a descent sees after each step; cost is Σ w r²."""

    step: int
    theta: np.ndarray
    cost: float
    gradient: np.ndarray
    damping: float


OnStep = Callable[[Step], bool]


class Rows(NamedTuple):
    """What is fitted: Z (n, d), Y (n, k), and weights (n, 1) or None; standardized."""

    Z: np.ndarray
    Y: np.ndarray
    weight: np.ndarray | None = None

    def take(self, index: np.ndarray) -> Rows:
        """Some of the rows."""
        weight = None if self.weight is None else self.weight[index]
        return Rows(self.Z[index], self.Y[index], weight)

    @property
    def size(self) -> int:
        """Number of observations that a noise can be estimated from."""
        return int(self.Y.size)


class Member(NamedTuple):
    """A trained network.

    theta (p,). ratio (p,): prior precision over noise precision, α/β. spread: noise standard
    deviation, β^-½. effective: γ. lower: Cholesky factor of H, None where it was not kept; β H is
    the posterior's precision.
    """

    theta: np.ndarray
    ratio: np.ndarray
    spread: float
    effective: float
    lower: np.ndarray | None
    cost: float
    steps: int
    settled: bool


class _Point(NamedTuple):
    theta: np.ndarray
    gram: np.ndarray
    gradient: np.ndarray
    cost: float


def train(
    network: Network,
    rows: Rows,
    theta: np.ndarray,
    *,
    likelihood: Likelihood = GAUSSIAN,
    ratio: np.ndarray | None = None,
    steps: int = 100,
    on_step: OnStep | None = None,
) -> Member:
    """Fit a network from `theta` (and from prior/noise ratios, when given), and find its prior."""
    groups = network.groups
    adapted = rows.size >= FEWEST_FOR_EVIDENCE
    if ratio is None:
        ratio = np.where(groups < 0, 0.0, FIRST_RATIO if adapted else WEAK_RATIO)
    point = _at(network, theta, rows, likelihood)
    damping, still, last, done, settled = FIRST_DAMPING, 0, (math.inf, math.inf), 0, False
    effective = float(len(theta))
    for done in range(1, steps + 1):
        moved, damping = _step(network, rows, point, ratio, damping, likelihood)
        if moved is not None:
            point = _at(network, moved, rows, likelihood)
        if done <= EVERY_STEP or done % SELDOM == 0:
            found, effective = _evidence(point, groups, ratio, rows, likelihood)
            ratio = found if adapted else ratio
        now = 0.5 * rows.size * math.log(point.cost + 1e-300), effective
        calm = abs(now[0] - last[0]) < STILL and abs(now[1] - last[1]) < STILL
        still = still + 1 if moved is None or calm else 0
        last = now
        settled = still >= STILL_STEPS
        state = Step(done, point.theta, point.cost, point.gradient, damping)
        if settled or (on_step is not None and on_step(state)):
            break
    return _member(point, ratio, effective, rows, likelihood, done, settled)


def judged(
    network: Network, rows: Rows, theta: np.ndarray, likelihood: Likelihood, steps: int
) -> Member:
    """A member whose parameters somebody else found: the prior and the noise that suit them."""
    p = len(theta)
    if p > MOST_PARAMETERS:
        cost = cost_at(network, theta, rows, likelihood)
        spread = math.sqrt(cost / rows.size) if likelihood.noisy else 1.0
        return Member(theta, np.zeros(p), spread, math.nan, None, cost, steps, True)
    point = _at(network, theta, rows, likelihood)
    groups = network.groups
    ratio, effective = np.where(groups < 0, 0.0, FIRST_RATIO), float(p)
    for _ in range(SETTLING):
        ratio, effective = _evidence(point, groups, ratio, rows, likelihood)
    return _member(point, ratio, effective, rows, likelihood, steps, True)


def _member(
    point: _Point,
    ratio: np.ndarray,
    effective: float,
    rows: Rows,
    likelihood: Likelihood,
    steps: int,
    settled: bool,
) -> Member:
    spread = _spread(point, effective, rows, likelihood)
    lower = _factor(point.gram, ratio)
    return Member(point.theta, ratio, spread, effective, lower, point.cost, steps, settled)


def posterior_factor(
    network: Network, member: Member, rows: Rows, likelihood: Likelihood
) -> np.ndarray:
    """The Cholesky factor of H at a member's parameters, from the rows it was trained on."""
    return _factor(_at(network, member.theta, rows, likelihood).gram, member.ratio)


def _at(network: Network, theta: np.ndarray, rows: Rows, likelihood: Likelihood) -> _Point:
    """The cost with its Gauss-Newton Hessian and gradient."""
    value, tangents = network.linearized(theta, rows.Z)
    score, curvature = likelihood.score(value, rows.Y), likelihood.curvature(value)
    cost = likelihood.cost(value, rows.Y)
    if rows.weight is not None:
        score, cost = rows.weight * score, rows.weight * cost
        curvature = rows.weight if curvature is None else rows.weight * curvature
    J = tangents.reshape(len(theta), -1)
    gradient = J @ score.ravel()
    if curvature is not None:
        J = J * np.sqrt(np.broadcast_to(curvature, value.shape)).ravel()
    return _Point(theta, J @ J.T, gradient, float(cost.sum()))


def cost_at(network: Network, theta: np.ndarray, rows: Rows, likelihood: Likelihood) -> float:
    """Σ w c(f, y)."""
    cost = likelihood.cost(network.value(theta, rows.Z), rows.Y)
    return float(cost.sum() if rows.weight is None else (rows.weight * cost).sum())


def _factor(gram: np.ndarray, extra: np.ndarray) -> np.ndarray:
    """The Cholesky factor of gram + diag(extra), with as much jitter as it takes."""
    return _jittered(gram, extra)[0]


def _jittered(gram: np.ndarray, extra: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """That factor, and the diagonal that was added in all."""
    matrix = gram.copy()
    diagonal = np.einsum("ii->i", matrix)
    diagonal += extra
    jitter = JITTER * float(diagonal.mean())
    added = extra
    while True:
        diagonal += jitter
        added = added + jitter
        lower = cholesky.factor(matrix)
        if lower is not None:
            return lower, added
        jitter *= 100


def _step(
    network: Network,
    rows: Rows,
    point: _Point,
    ratio: np.ndarray,
    damping: float,
    likelihood: Likelihood,
) -> tuple[np.ndarray | None, float]:
    """A step that lowers the cost, and the next damping; None when none does."""
    theta = point.theta
    right = point.gradient - ratio * theta
    here = point.cost + float(ratio @ (theta * theta))
    while damping < MOST_DAMPING:
        step = cholesky.solve(_factor(point.gram, ratio + damping), right)
        promised = float(step @ right)
        if promised <= 1e-13 * here:
            return None, max(damping / 10, LEAST_DAMPING)
        trial = theta + step
        cost = cost_at(network, trial, rows, likelihood) + float(ratio @ (trial * trial))
        if cost < here:
            gain = (here - cost) / (promised + damping * float(step @ step))
            factor = next(factor for least, factor in EASING if gain >= least)
            return trial, max(damping * factor, LEAST_DAMPING)
        damping *= HARDENING
    return None, FIRST_DAMPING


def _evidence(
    point: _Point, groups: np.ndarray, ratio: np.ndarray, rows: Rows, likelihood: Likelihood
) -> tuple[np.ndarray, float]:
    """MacKay's update of α/β, and γ."""
    # The jitter is part of the prior: where it is all there is, data determine nothing either.
    lower, prior = _jittered(point.gram, ratio)
    share = np.clip(1 - prior * cholesky.inverse_diagonal(lower), 0.0, 1.0)
    effective = float(share.sum())
    noise = 1 / _spread(point, effective, rows, likelihood) ** 2
    known = groups >= 0
    counts = int(groups.max(initial=-1)) + 1
    gamma = np.bincount(groups[known], share[known], counts)
    square = np.bincount(groups[known], point.theta[known] ** 2, counts)
    found = np.clip((gamma + 1e-3) / ((square + 1e-10) * noise), LEAST_RATIO, MOST_RATIO)
    new = np.zeros_like(ratio)
    new[known] = found[groups[known]]
    return new, effective


def _spread(point: _Point, effective: float, rows: Rows, likelihood: Likelihood) -> float:
    """The noise's standard deviation; at least a twentieth of the observations are left to it."""
    if not likelihood.noisy:
        return 1.0
    left = max(rows.size - effective, 0.05 * rows.size)
    return max(math.sqrt(point.cost / left), LEAST_SPREAD)
