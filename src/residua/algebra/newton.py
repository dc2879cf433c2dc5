"""The full Hessian in the coordinates of the triangle: is this a minimum, and where exactly.

With S = Σ rᵢ ∇²rᵢ the Hessian of the cost is RᵀR + S. In singular coordinates of the scaled
triangle, R/scale = U diag(s) Vt, it becomes I + K with

    K = diag(1/s) Vt (S / scale scaleᵀ) V diag(1/s),

so the point is a true minimum when I + K is positive definite, and a Newton step solves
(I + K) u = -c. Gauss-Newton alone converges only linearly where residuals are large; this step
gives the last digits. Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, ch. 14.
"""

from __future__ import annotations

from residua.algebra.control import Array, Namespace
from residua.algebra.linearization import Spectrum


def relative_curvature(xp: Namespace, parts: Spectrum, scale: Array, second: Array) -> Array:
    """I + K: the Hessian of the cost in units of the Gauss-Newton Hessian, (p, p)."""
    inverse = _inverse(xp, parts.values)
    basis = (parts.Vt / scale) * inverse[:, None]
    K = basis @ second @ basis.T
    return xp.eye(len(scale)) + 0.5 * (K + K.T)


def newton_step(xp: Namespace, parts: Spectrum, scale: Array, hessian: Array) -> Array:
    """The step to the stationary point of the quadratic model whose Hessian is I + K."""
    u = xp.linalg.solve(hessian, -parts.target)
    return ((u * _inverse(xp, parts.values)) @ parts.Vt) / scale


def _inverse(xp: Namespace, values: Array) -> Array:
    return xp.where(values > 0, 1.0 / xp.where(values > 0, values, 1.0), 0.0)
