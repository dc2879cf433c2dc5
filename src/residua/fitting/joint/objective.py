"""The rows of several datasets: linearized dataset by dataset, local parameters eliminated there.

For dataset k with its local parameters first, one factorization

    [J_local | J_shared | r] = Q [R_ll  R_ls  q_l]
                                 [0     R_ss  q_s]
                                 [0     0     rho]

separates what only its own parameters can answer (the first rows) from what it says about the
shared ones. Merging the second rows of all datasets gives the last rows of the joint triangle; the
first rows go into it as they are. So the work grows with the number of datasets, and no matrix of
all rows by all parameters is ever made. It is the elimination of variable projection (G. H. Golub,
V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413) and of arrow-shaped least squares (Å. Björck,
Numerical Methods for Least Squares Problems, 1996, section 6.3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from residua.algebra.linearization import Linearization, triangle
from residua.fitting.joint.parameters import Layout
from residua.objective import Objective

# A step for the second difference along a direction, as in Objective.curvature.
BEND_STEP = 1e-3


class JointObjective:
    """The objectives of all datasets as one; read like `Objective` by drivers and rescues."""

    def __init__(self, parts: Sequence[Objective], layout: Layout) -> None:
        self.parts = tuple(parts)
        self.places = layout.places
        self.local = layout.size_local
        self.size = len(layout.labels)
        # Positions ascend from local to shared, so this puts the local columns first.
        self._orders = [np.r_[np.argsort(place), len(place)] for place in self.places]
        self._sorted = [np.sort(place) for place in self.places]
        self._split: tuple[np.ndarray, list[np.ndarray]] | None = None
        self._last: np.ndarray | None = None
        self.evaluations = 0

    @property
    def troubles(self) -> int:
        """How often a model raised at a point that was tried."""
        return sum(part.troubles for part in self.parts)

    @property
    def trouble(self) -> str:
        """The first thing that a model raised."""
        return next((part.trouble for part in self.parts if part.trouble), "")

    def each(self, theta: np.ndarray) -> list[np.ndarray]:
        """The vector of every dataset; the same objects for the same vector, so that each
        objective knows its last point again.
        """
        if self._split is None or self._split[0] is not theta:
            self._split = (theta, [theta[place] for place in self.places])
        return self._split[1]

    def matrices(self, theta: np.ndarray) -> list[np.ndarray]:
        """[J | r] transposed of every dataset, its local columns first."""
        if self._last is not theta:
            self.evaluations += 1
        found = [part.augmented(own) for part, own in zip(self.parts, self.each(theta))]
        self._last = theta
        return [matrix[order] for matrix, order in zip(found, self._orders)]

    def linearize(self, theta: np.ndarray) -> Linearization:
        """The triangle at theta. Not finite rows give a triangle of NaN, which solvers refuse."""
        return self._merged(self.matrices(theta))

    def _merged(self, matrices: Sequence[np.ndarray]) -> Linearization:
        """The joint triangle of every dataset's [J | r] transposed."""
        p, local = self.size, self.local
        shared = p - local
        R, qtr = np.zeros((p, p)), np.zeros(p)
        rows = [np.zeros((0, shared + 1))]
        for matrix, place in zip(matrices, self._sorted):
            lin = triangle(np, matrix.T)
            if not np.isfinite(lin.rho):
                return _unknown(p)
            own = int(np.searchsorted(place, local))
            R[place[:own, None], place] = lin.R[:own]
            qtr[place[:own]] = lin.qtr[:own]
            rest = np.zeros((len(place) - own + 1, shared + 1))
            columns = place[own:] - local
            rest[:-1, columns] = lin.R[own:, own:]
            rest[:-1, -1] = lin.qtr[own:]
            rest[-1, -1] = lin.rho
            rows.append(rest)
        merged = triangle(np, np.concatenate(rows))
        R[local:, local:] = merged.R
        qtr[local:] = merged.qtr
        return Linearization(R, qtr, merged.rho)

    def augmented(self, theta: np.ndarray) -> np.ndarray:
        """[J | r] transposed of all rows, (p+1, n): for rescues of small problems only."""
        found = self.matrices(theta)
        matrix = np.zeros((self.size + 1, sum(one.shape[1] for one in found)))
        first = 0
        for one, place in zip(found, self._sorted):
            last = first + one.shape[1]
            matrix[place, first:last] = one[:-1]
            matrix[-1, first:last] = one[-1]
            first = last
        return matrix

    def _rows(
        self, theta: np.ndarray, of: Callable[[Objective, np.ndarray], np.ndarray]
    ) -> np.ndarray:
        return np.concatenate([of(part, own) for part, own in zip(self.parts, self.each(theta))])

    def residual(self, theta: np.ndarray) -> np.ndarray:
        """Whitened rows of all datasets in order, by the plain models."""
        return self._rows(theta, lambda part, own: part.residual(own))

    def rows_at(self, theta: np.ndarray) -> np.ndarray:
        """Whitened rows at theta: those of the last linearization, where that was at theta."""
        return self._rows(theta, lambda part, own: part.rows_at(own))

    def predicted(self, theta: np.ndarray) -> np.ndarray:
        """Whitened predictions of all datasets in order."""
        return self._rows(theta, lambda part, own: part.predicted(own))

    def last(self, theta: np.ndarray) -> np.ndarray:
        """Where the rows were last linearized; `theta` when they never were."""
        return theta if self._last is None else self._last

    def curvature(self, theta: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Qᵀ r'' along a direction, by a central second difference of the rows."""
        h = BEND_STEP
        ahead, behind = theta + h * direction, theta - h * direction
        bent = []
        for k, (part, matrix) in enumerate(zip(self.parts, self.matrices(theta))):
            place = self.places[k]
            rows = part.residual(ahead[place]) - 2 * matrix[-1] + part.residual(behind[place])
            bent.append(np.concatenate([matrix[:-1], rows[None] / (h * h)]))
        if not all(np.isfinite(one[-1]).all() for one in bent):
            return np.zeros(len(theta))
        return self._merged(bent).qtr

    def second(self, theta: np.ndarray, scale: np.ndarray, radius: float) -> np.ndarray:
        """S = Σ rᵢ ∇²rᵢ, (p, p): the sum of what every dataset has of it."""
        S = np.zeros((len(theta), len(theta)))
        for part, own, place in zip(self.parts, self.each(theta), self.places):
            S[np.ix_(place, place)] += part.second(own, scale[place], radius)
        return S


def _unknown(p: int) -> Linearization:
    return Linearization(np.full((p, p), np.nan), np.full(p, np.nan), np.float64(np.nan))
