"""Ensemble: networks of several sizes, each trained without one part of the data, as one predictor.

Its value is the weighted mean of the members; its variance that of the mixture: how far the
members lie apart, plus what each is unsure of by itself (Laplace's approximation, from the same
factor of the Gauss-Newton matrix that trained it).

Sources: P. Sollich, A. Krogh, NIPS 8 (1996), crossed ensembles; D. J. C. MacKay (1992), Laplace;
R. Eschenhagen et al. (2021), mixtures of Laplace approximations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from residua.networks import cholesky
from residua.networks.bundle import Bundle
from residua.networks.evidence import MOST_PARAMETERS, Member, Rows, posterior_factor
from residua.networks.likelihood import GAUSSIAN, Likelihood
from residua.networks.network import Network
from residua.networks.threads import one_blas_thread

# Points whose tangents are in memory at once: about 30 MB for 200 parameters.
CHUNK = 16_384


class Trained(NamedTuple):
    """A member with its candidate, the fold it never saw (-1: it saw all), and its weight."""

    candidate: int
    fold: int
    weight: float
    member: Member


class Moments(NamedTuple):
    """Mean and variance (n, k) of a mixture."""

    value: np.ndarray
    variance: np.ndarray


class Said(NamedTuple):
    """What the ensemble says: mean and variance of the mixture, and how much of the variance is
    that between the folds' own means (n, k).
    """

    value: np.ndarray
    variance: np.ndarray
    between: np.ndarray


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trained members over one table of standardized rows."""

    networks: tuple[Network, ...]
    members: tuple[Trained, ...]
    rows: Rows
    fold: np.ndarray
    likelihood: Likelihood

    @cached_property
    def active(self) -> tuple[Trained, ...]:
        """Members with a weight."""
        return tuple(one for one in self.members if one.weight > 0)

    @cached_property
    def _factors(self) -> dict[int, tuple[Trained, np.ndarray]]:
        return {}

    def factor(self, one: Trained) -> np.ndarray:
        """The Cholesky factor of a member's Gauss-Newton matrix; made again after loading."""
        if one.member.lower is not None:
            return one.member.lower
        if id(one) not in self._factors:
            seen = np.flatnonzero(self.fold != one.fold)
            network = self.networks[one.candidate]
            found = posterior_factor(network, one.member, self.rows.take(seen), self.likelihood)
            self._factors[id(one)] = one, found  # kept with its owner, whose id stays its own
        return self._factors[id(one)][1]

    def value(self, Z: np.ndarray) -> np.ndarray:
        """The mean alone (n, k): no derivatives are taken."""
        if self._bundle is not None:
            return self._bundle.value(Z)
        total: Any = 0.0
        with one_blas_thread():
            for one in self.active:
                eta = self.networks[one.candidate].value(one.member.theta, Z)
                total = total + one.weight * self.likelihood.mean(eta)
        return np.asarray(total)

    @cached_property
    def _bundle(self) -> Bundle | None:
        if self.likelihood.name != GAUSSIAN.name:
            return None  # the mean of probabilities is not that of the outputs
        networks = [self.networks[one.candidate] for one in self.active]
        thetas = [one.member.theta for one in self.active]
        return Bundle.of(networks, thetas, [one.weight for one in self.active])

    def moments(self, Z: np.ndarray) -> Said:
        """Mean and variance of the mixture."""
        parts = [self._moments(Z[at : at + CHUNK]) for at in range(0, max(len(Z), 1), CHUNK)]
        return Said(*(np.concatenate(items) for items in zip(*parts)))

    def _moments(self, Z: np.ndarray) -> Said:
        with one_blas_thread():
            found = [self.member_moments(one, Z) for one in self.active]
        weights = np.array([one.weight for one in self.active])
        value, variance = mixed(list(weights), found)
        folds = np.array([one.fold for one in self.active])
        between = np.zeros_like(value)
        for k in np.unique(folds):
            mine = np.flatnonzero(folds == k)
            mean = sum(weights[i] * found[i].value for i in mine) / weights[mine].sum()
            between += weights[mine].sum() / weights.sum() * (mean - value) ** 2
        return Said(value, variance, between)

    def member_moments(self, one: Trained, Z: np.ndarray) -> Moments:
        """What one member says, with its own Laplace variance."""
        network = self.networks[one.candidate]
        if network.size > MOST_PARAMETERS:
            value = self.likelihood.mean(network.value(one.member.theta, Z))
            return Moments(value, np.zeros_like(value))
        eta, tangents = network.linearized(one.member.theta, Z)
        variance = self._laplace(one, tangents)
        slope = self.likelihood.curvature(eta)
        if slope is None:
            return Moments(eta, variance)
        return Moments(self.likelihood.mean(eta), slope**2 * variance)

    def _laplace(self, one: Trained, tangents: np.ndarray) -> np.ndarray:
        half = cholesky.whitened(self.factor(one), tangents.reshape(len(tangents), -1))
        square = np.einsum("pn,pn->n", half, half).reshape(tangents.shape[1:])
        return np.asarray(one.member.spread**2 * square)


def mixed(weights: list[float], parts: list[Moments]) -> Moments:
    """Mean and variance of a mixture."""
    total = sum(weights)
    value = sum(w * part.value for w, part in zip(weights, parts)) / total
    variance = sum(
        w * (part.variance + (part.value - value) ** 2) for w, part in zip(weights, parts)
    )
    return Moments(np.asarray(value), np.asarray(variance / total))
