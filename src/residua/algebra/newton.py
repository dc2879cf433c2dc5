"""The full Hessian in the coordinates of the triangle: is this a minimum, and where exactly.

With S = Σ rᵢ ∇²rᵢ the Hessian of the cost is RᵀR + S. In singular coordinates of the scaled
triangle, R/scale = U diag(s) Vt, it becomes I + K with

    K = diag(1/s) Vt (S / scale scaleᵀ) V diag(1/s),

so the point is a true minimum when I + K is positive definite, and a Newton step solves
(I + K) u = -(what the gradient is in these coordinates). Gauss-Newton alone converges only linearly
where residuals are large; this step gives the last digits.
Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, ch. 14.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from residua.algebra.control import Array, Namespace, choose
from residua.algebra.linearization import Linearization, Spectrum


class Quadratic(NamedTuple):
    """The cost near one point, in coordinates where its Gauss-Newton Hessian is the identity.

    basis: (p, p), step = u @ basis; rows of zeros stand for directions that may not move.
    curvatures, vectors: the eigenvalues and eigenvectors of I + K.
    """

    basis: Array
    curvatures: Array
    vectors: Array

    def seen(self, lin: Linearization) -> Array:
        """The gradient in these coordinates: at the point itself, the residual seen by J."""
        return self.basis @ lin.gradient

    def newton(self, seen: Array) -> Array:
        """The step to the stationary point of this quadratic from where `seen` is the gradient."""
        return -((self.vectors @ ((seen @ self.vectors) / self.curvatures)) @ self.basis)


def quadratic(xp: Namespace, parts: Spectrum, scale: Array, second: Array) -> Quadratic:
    """The full Hessian RᵀR + S taken apart; all NaN where S is not known."""
    s = parts.values
    if xp is np and s[-1] > 0:
        inverse = 1.0 / s
    else:
        inverse = xp.where(s > 0, 1.0 / xp.where(s > 0, s, 1.0), 0.0)
    basis = (parts.Vt / scale) * inverse[:, None]
    K = basis @ second @ basis.T
    unit = xp.eye(len(scale))
    hessian = unit + 0.5 * (K + K.T)
    known = xp.isfinite(hessian.sum())
    values, vectors = xp.linalg.eigh(choose(xp, known, hessian, unit))
    return Quadratic(basis, choose(xp, known, values, values * xp.nan), vectors)
