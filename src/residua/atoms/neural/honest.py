"""What a fit says of structures that it has not seen, and how large its errors there are.

A fold of the structures is left out and the descent goes on from the answer without it: a few steps
suffice, since nine tenths of the data are the same. Of a line, which has one optimum, that is what
a fit anew would say; a network keeps something of what its inner weights had learned.

Of the rows of the fold, with J their tangents and H the Gauss-Newton matrix without them, the
parameters leave the variance q = β⁻¹ diag Jᵀ H⁻¹ J open. How large errors are at a given q is told
by what is left of the fold: their variance is floor² + scale² (q / q̄)^power, by maximum
likelihood, apart for energies and forces. A power below one says that q overdoes the differences.

Source: F. Musil et al., J. Chem. Theory Comput. 15, 906 (2019), for calibration by likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from residua.atoms.neural.matching import Matching
from residua.networks import cholesky
from residua.networks.evidence import Member, Rows, train

# Steps without a fold.
STEPS = 6
# Where the likelihood is looked for: shares of the root mean square of errors, and powers of q.
SHARES, POWERS = np.geomspace(0.01, 3.0, 24), (0.0, 0.25, 0.5, 0.75, 1.0)
# Rows that it is taken from.
MOST_ROWS = 20_000
# Rows whose q is a smaller share of the mean are zero by symmetry: nothing is at stake.
LEAST = 1e-9


class Calibration(NamedTuple):
    """The variance of an error is floor² + scale² (q / mean)^power."""

    floor: float
    scale: float
    mean: float
    power: float

    def stderr(self, q: np.ndarray) -> np.ndarray:
        """Standard deviations of errors, from variances of parameters; zero where q is."""
        share = np.maximum(q, 0.0) / self.mean
        total = np.sqrt(self.floor**2 + self.scale**2 * share**self.power)
        return np.where(share < LEAST, 0.0, total)


class Held(NamedTuple):
    """Of every row, by a fit that did not see its fold: what is left, and q; units of the fit."""

    left: np.ndarray
    variance: np.ndarray


def held_out(
    network: Matching, members: Sequence[Member], observed: np.ndarray, fold: np.ndarray
) -> Held:
    """Every structure by a fit that goes on without its fold.

    Args:
        network: of all structures.
        members: its fits; the mean of them is what predicts.
        observed: the rows, (rows,).
        fold: of every structure, (m,).
    """
    left, q = np.empty_like(observed), np.empty_like(observed)
    for k in np.unique(fold):
        mine = _rows(network, fold == k)
        some = _part(network, fold != k)
        Y = np.delete(observed, mine)[:, None]
        rows = Rows(np.zeros_like(Y), Y)
        without = [train(some, rows, m.theta, ratio=m.ratio, steps=STEPS) for m in members]
        said = variance_of(_part(network, fold == k), without)
        left[mine], q[mine] = observed[mine] - said.left, said.variance
    return Held(left, q)


def _part(network: Matching, which: np.ndarray) -> Matching:
    some = [one for one, yes in zip(network.structures, which) if yes]
    return Matching(network.layout, some, network.energy, network.forces)


def _rows(network: Matching, which: np.ndarray) -> np.ndarray:
    parts = [np.arange(r.start, r.stop) for r, yes in zip(network.rows, which) if yes]
    return np.concatenate(parts)


def variance_of(network: Matching, members: Sequence[Member]) -> Held:
    """What the members say of structures that none has seen, and q; `left` is the mean itself."""
    values, variances = [], []
    for member in members:
        value, tangents = network.linearized(member.theta)
        assert member.lower is not None
        white = cholesky.whitened(member.lower, tangents[:, :, 0])
        values.append(value[:, 0])
        variances.append(member.spread**2 * np.einsum("ij,ij->j", white, white))
    said = np.stack(values)
    return Held(said.mean(0), np.mean(variances, 0) + said.var(0))


def calibrated(left: np.ndarray, variance: np.ndarray) -> Calibration:
    """The calibration under which these errors are most likely.

    Args:
        left: errors of rows held out, (rows,).
        variance: their q, (rows,).

    Example:
        >>> rng = np.random.default_rng(0)
        >>> q = rng.uniform(0.1, 2, 4000)
        >>> found = calibrated(rng.normal(0, 3 * q**0.5), q)
        >>> bool(0.85 < np.mean(found.stderr(q) ** 2 / (9 * q)) < 1.15)
        True
    """
    mean = max(float(variance.mean()), 1e-300)
    told = np.flatnonzero(variance >= LEAST * mean)
    told = told[:: -(-len(told) // MOST_ROWS)]
    square, share = left[told] ** 2, variance[told] / mean
    spread = float(np.sqrt(square.mean()))
    best = min(
        (_unlikeliness(square, share, low * spread, high * spread, power), low, high, power)
        for power in POWERS
        for low in SHARES
        for high in SHARES
    )
    return Calibration(float(best[1] * spread), float(best[2] * spread), mean, best[3])


def _unlikeliness(
    square: np.ndarray, share: np.ndarray, floor: float, scale: float, power: float
) -> float:
    total = floor**2 + scale**2 * share**power
    return float((np.log(total) + square / total).mean())
