"""Python functions of scipy.special, rewritten in plain NumPy so that carriers pass through them.

SciPy turns their arguments into bare arrays; its ufuncs, and these, do not.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np


def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    """log(sum(b exp(a))), with the largest term taken out first."""
    a = np.asarray(a)
    top = np.max(a, axis=axis, keepdims=True)
    terms = np.exp(a - top) if b is None else b * np.exp(a - top)
    total = np.sum(terms, axis=axis, keepdims=True)
    out = np.log(np.abs(total) if return_sign else total) + top
    if not keepdims:
        out, total = np.squeeze(out, axis), np.squeeze(total, axis)
    return (out, np.sign(total)) if return_sign else out


def log_softmax(x: Any, axis: Any = None) -> Any:
    return x - logsumexp(x, axis, keepdims=True)


def softmax(x: Any, axis: Any = None) -> Any:
    return np.exp(log_softmax(np.asarray(x), axis))


def polygamma(n: Any, x: Any) -> Any:
    """psi^(n)(x) = (-1)^(n+1) n! zeta(n+1, x) (DLMF 25.11.12)."""
    sp = sys.modules["scipy.special"]
    if np.ndim(n) == 0 and n == 0:
        return sp.psi(x)
    n = np.asarray(n)
    higher = (-1.0) ** (n + 1) * sp.gamma(n + 1.0) * sp.zeta(n + 1.0, x)
    return np.where(n == 0, sp.psi(x), higher) if n.ndim else higher


def multigammaln(a: Any, d: int) -> Any:
    """log of the multivariate gamma function of dimension d (DLMF 35.3.4)."""
    sp = sys.modules["scipy.special"]
    out = d * (d - 1) * 0.25 * math.log(math.pi)
    for j in range(d):
        out = out + sp.gammaln(a - 0.5 * j)
    return out


def softplus(x: Any) -> Any:
    return np.logaddexp(0.0, x)


def _spherical(name: str, parity: float) -> Callable[..., Any]:
    """A spherical Bessel function, f_n(-z) = parity (-1)^n f_n(z) (DLMF 10.47(v)).

    k_n has no parity: it is NaN for negative z.
    """

    def made(n: Any, z: Any, derivative: bool = False) -> Any:
        ufuncs = sys.modules["scipy.special._ufuncs"]
        kernel = getattr(ufuncs, f"_{name}_d" if derivative else f"_{name}")
        n = np.asarray(n, dtype=np.dtype("long"))
        sign = (-parity if derivative else parity) * (1.0 - 2.0 * (n % 2))
        negative = z < 0
        return kernel(n, np.where(negative, -z, z)) * np.where(negative, sign, 1.0)

    return made


REWRITTEN: dict[str, Callable[..., Any]] = {
    "logsumexp": logsumexp,
    "log_softmax": log_softmax,
    "softmax": softmax,
    "polygamma": polygamma,
    "multigammaln": multigammaln,
    "softplus": softplus,
    "spherical_jn": _spherical("spherical_jn", 1.0),
    "spherical_yn": _spherical("spherical_yn", -1.0),
    "spherical_in": _spherical("spherical_in", 1.0),
    "spherical_kn": _spherical("spherical_kn", math.nan),
}
