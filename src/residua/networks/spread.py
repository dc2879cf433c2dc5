"""How far observations lie from an ensemble's mean: a Student's t whose scale depends on the input.

    s²(x) = exp(b · φ(x)) + exp(c) v(x)

v is the ensemble's own variance, φ a few features of the point, ν the degrees of freedom; b, c and
ν are fitted to residuals that no member was trained on. Whether φ is more than a constant is
decided by cross-validation: a noise that only seems to depend on the input is not believed.

The scale is found by Fisher scoring, the information on log s² being ν/(2(ν + 3)) a point
(K. L. Lange, R. J. A. Little, J. M. G. Taylor, JASA 84 (1989) 881), ν on a short list.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

DEGREES = (3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, 1e6)
# Prior precisions: of what a feature of unit spread does to log s², of c about 0, and what a heavy
# tail has to pay, in log-likelihood, against the next lighter one.
FEATURE_PRIOR, EPISTEMIC_PRIOR, TAIL_PRICE = 4.0, 4.0, 0.1
STEPS = 40
# Two of K folds share (K-2)/(K-1) of their rows, and so about as much of their errors: the mean
# of K = 5 keeps at least 3/4 + (1/4)/5 of a single one's variance. More is not claimed.
LEAST_KEPT = 0.8
# How unsure of log s² may enlarge a noise. Of data without any, the ensemble's own variance
# explains all residuals, and the noise is only known to be smaller: no reason to think it large.
MOST_UNSURE = 1.0
# Fewer residuals than this say nothing about a dependence on the input.
ENOUGH = 60
SMALLEST = 1e-16


class Features(NamedTuple):
    """Standardization of the features of fitted points, and their range; none is taken beyond."""

    mean: np.ndarray
    scale: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def of(self, raw: np.ndarray) -> np.ndarray:
        """Features (n, f), standardized, within the fitted range, a constant in front."""
        inside = (np.clip(raw, self.low, self.high) - self.mean) / self.scale
        return np.concatenate([np.ones((len(raw), 1)), inside], axis=1)


class Spread(NamedTuple):
    """A fitted noise: coefficients b (of the features, or the constant alone), c, ν, and how
    unsure b is: its covariance.

    weight multiplies precisions: rows measured w times as well have 1/w of the noise.
    """

    b: np.ndarray
    c: float
    dof: float
    features: Features
    covariance: np.ndarray

    @property
    def epistemic(self) -> float:
        """What the ensemble's own variance has to be multiplied by."""
        return math.exp(self.c)

    def scale(
        self, raw: np.ndarray, variance: np.ndarray, weight: np.ndarray | float = 1.0
    ) -> np.ndarray:
        """s at points with these raw features (n, f) and ensemble variance (n,)."""
        design = _design(self.features, raw, len(self.b))
        # A variance fitted to residuals is too small on average, and unsure: half its own variance
        # in the logarithm for each.
        unsure = np.einsum("nf,fg,ng->n", design, self.covariance, design)
        noise = np.exp(np.clip(design @ self.b + np.minimum(unsure, MOST_UNSURE), -80, 80))
        return np.asarray(np.sqrt(noise / weight + self.epistemic * variance))

    def scale_of_all(
        self,
        raw: np.ndarray,
        variance: np.ndarray,
        between: np.ndarray,
        weight: np.ndarray | float = 1.0,
    ) -> np.ndarray:
        """s about the mean of all folds, where `between` of the variance is that of their means.

        The noise was fitted to what single folds say. Their mean squared error exceeds that of
        their mean by just the variance between them (A. Krogh, J. Vedelsby, NIPS 7 (1995)).
        """
        single = self.scale(raw, variance - between, weight) ** 2
        share = 1.0 if self.dof > 1e5 else (self.dof - 2) / self.dof  # scale² to variance of t
        least = np.maximum(LEAST_KEPT * single, self.epistemic * variance)
        return np.asarray(np.sqrt(np.maximum(single - share * between, least)))

    @property
    def varies(self) -> bool:
        """Whether the noise was found to depend on the input."""
        return len(self.b) > 1


def raw_features(Z: np.ndarray, value: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Inputs, prediction, its square, and the logarithm of the ensemble's standard deviation."""
    spread = 0.5 * np.log(variance + SMALLEST)
    return np.column_stack([value, value**2, spread, Z])


def constant(variance: float, dof: float, width: int) -> Spread:
    """A noise of this variance everywhere."""
    nothing = Features(*(np.full(width, one) for one in (0.0, 1.0, 0.0, 0.0)))
    return Spread(
        np.array([math.log(max(variance, SMALLEST))]), 0.0, dof, nothing, np.zeros((1, 1))
    )


def fitted(
    residual: np.ndarray,
    variance: np.ndarray,
    raw: np.ndarray,
    fold: np.ndarray,
    weight: np.ndarray | None = None,
) -> Spread:
    """The noise of residuals (n,) at points with ensemble variance (n,) and raw features (n, f)."""
    scale = raw.std(axis=0)
    scale[scale < 1e-12] = 1.0
    features = Features(raw.mean(axis=0), scale, raw.min(axis=0), raw.max(axis=0))
    whole = _design(features, raw, 1 + raw.shape[1])
    w = np.ones(len(residual)) if weight is None else weight
    data = (residual**2 + SMALLEST, variance, w)
    best = _best(whole[:, :1], data)
    if len(residual) >= max(ENOUGH, 4 * whole.shape[1]):
        other = _best(whole, data)
        gain = _held_out(whole, data, fold, other[2]) - _held_out(whole[:, :1], data, fold, best[2])
        # Two standard errors: an accidental gain must not be believed.
        if gain.mean() > 2 * gain.std() / math.sqrt(len(gain)):
            best = other
    covariance = _covariance(whole[:, : len(best[0])], data, best[0], best[1], best[2])
    return Spread(best[0], best[1], best[2], features, covariance)


def _design(features: Features, raw: np.ndarray, width: int) -> np.ndarray:
    return np.ones((len(raw), 1)) if width == 1 else features.of(raw)


def _held_out(
    design: np.ndarray,
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
    fold: np.ndarray,
    dof: float,
) -> np.ndarray:
    """Log-likelihood (n,) of every residual by the noise fitted to the other folds, at this ν."""
    found = np.empty(len(design))
    for k in range(int(fold.max()) + 1):
        out = fold == k
        if not out.any():
            continue
        others = (data[0][~out], data[1][~out], data[2][~out])
        b, c, _ = _scored(design[~out], others, dof, None, -1.0)
        held = (data[0][out], data[1][out], data[2][out])
        found[out] = log_density(held[0], _square(design[out], b, c, held), dof)
    return found


def _best(
    design: np.ndarray, data: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, float, float, float]:
    """(b, c, ν, cost) of the best ν on the list."""
    tries = []
    b, c = None, -1.0
    for rank, dof in enumerate(reversed(DEGREES)):
        b, c, cost = _scored(design, data, dof, b, c)
        tries.append((cost + TAIL_PRICE * rank, dof, b, c))
    cost, dof, b, c = min(tries, key=lambda item: item[0])
    return b, c, dof, cost


def _scored(
    design: np.ndarray,
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
    dof: float,
    b: np.ndarray | None,
    c: float,
) -> tuple[np.ndarray, float, float]:
    """Fisher scoring of (b, c) at one ν, from a start."""
    square, variance, weight = data
    if b is None:
        b = np.zeros(design.shape[1])
        b[0] = math.log(float(np.mean(square * weight)))
    centre = math.log(float(np.mean(square * weight)))
    prior = _prior(len(b))
    theta = np.append(b, c)
    aim = np.zeros(len(theta))
    aim[0] = centre

    def cost(at: np.ndarray) -> float:
        s = _square(design, at[:-1], at[-1], data)
        return float(-log_density(square, s, dof).sum() + 0.5 * (prior @ (at - aim) ** 2))

    here = cost(theta)
    information = _information(dof)
    for _ in range(STEPS):
        s = _square(design, theta[:-1], theta[-1], data)
        own = math.exp(theta[-1]) * variance / s
        rows = np.column_stack([design * (1 - own)[:, None], own])
        u = square / (dof * s)
        slope = 0.5 - 0.5 * (dof + 1) * u / (1 + u)
        gradient = rows.T @ slope + prior * (theta - aim)
        step = np.linalg.solve(information * rows.T @ rows + np.diag(prior), -gradient)
        size, gained = 1.0, False
        while size > 1e-3:
            trial = theta + size * step
            there = cost(trial)
            if there < here:
                gained = here - there > 1e-9 * len(square)
                theta, here = trial, there
                break
            size *= 0.5
        if not gained:
            break
    return theta[:-1], float(theta[-1]), here


def _prior(width: int) -> np.ndarray:
    """Prior precisions of b, the constant's next to none, and of c."""
    prior = np.full(width + 1, FEATURE_PRIOR)
    prior[0], prior[-1] = 1e-3, EPISTEMIC_PRIOR
    return prior


def _information(dof: float) -> float:
    """What one observation of Student's t tells about log s²."""
    return dof / (2 * (dof + 3)) if dof < 1e5 else 0.5


def _covariance(
    design: np.ndarray,
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
    b: np.ndarray,
    c: float,
    dof: float,
) -> np.ndarray:
    """Covariance of b where the scoring ended."""
    own = math.exp(c) * data[1] / _square(design, b, c, data)
    rows = np.column_stack([design * (1 - own)[:, None], own])
    matrix = _information(dof) * rows.T @ rows + np.diag(_prior(len(b)))
    return np.asarray(np.linalg.inv(matrix)[:-1, :-1])


def _square(
    design: np.ndarray,
    b: np.ndarray,
    c: float,
    data: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> np.ndarray:
    _, variance, weight = data
    noise = np.exp(np.clip(design @ b, -80, 80)) / weight
    return np.asarray(noise + math.exp(np.clip(c, -20, 20)) * variance + SMALLEST)


def log_density(square: np.ndarray, scale_square: np.ndarray, dof: float) -> np.ndarray:
    """Log density of Student's t at squared distance `square` from its center."""
    ratio = square / scale_square
    if dof > 1e5:
        return np.asarray(-0.5 * (math.log(2 * math.pi) + np.log(scale_square) + ratio))
    front = math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - 0.5 * math.log(dof * math.pi)
    tail = 0.5 * (dof + 1) * np.log1p(ratio / dof)
    return np.asarray(front - 0.5 * np.log(scale_square) - tail)
