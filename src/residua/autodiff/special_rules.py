"""Partial derivatives of scipy.special, one row per ufunc, shared by both engines.

``SPECIAL_RULES[ufunc.__name__]`` holds one function per argument, called as ``slope(sp, out,
*args)`` with ``sp`` = scipy.special, ``out`` = the ufunc's value; it returns d out/d arg. None
marks an argument without a derivative rule (an order, a degree). ``SPECIAL_TUPLE_RULES`` is the
same for ufuncs with several outputs: ``out`` is the tuple of values and so is the answer.
``SPECIAL_FLAT`` names the piecewise constant ones.

Rows use only arithmetic, NumPy functions and ``sp``, so any carrier that follows those can be
passed. Slopes are those of the NIST Digital Library of Mathematical Functions. All are exact but
for d/da of gammainc, gammaincc and of betainc (and d/db), which are eighth-order differences.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import special_slopes as slopes
from .special_slopes import SQRT_2PI, SQRT_PI

Slope = Callable[..., Any]
Row = tuple[Slope | None, ...]
DEG = math.pi / 180


def _gaussian(x: Any) -> Any:
    return np.exp(-0.5 * x * x) / SQRT_2PI


def _below(n: Any) -> Any:
    """The degree below n, not under 0: rows multiply it by a factor that vanishes at n = 0."""
    return np.maximum(n - 1, 0)


def _struve_source(sp: Any, v: Any, x: Any) -> Any:
    return (0.5 * x) ** v * sp.rgamma(v + 1.5) / (2 * SQRT_PI)


_ERRORS: dict[str, Row] = {
    "erf": (lambda sp, y, x: 2 / SQRT_PI * np.exp(-x * x),),
    "erfc": (lambda sp, y, x: -2 / SQRT_PI * np.exp(-x * x),),
    "erfcx": (lambda sp, y, x: 2 * x * y - 2 / SQRT_PI,),
    "erfi": (lambda sp, y, x: 2 / SQRT_PI * np.exp(x * x),),
    "erfinv": (lambda sp, y, x: 0.5 * SQRT_PI * np.exp(y * y),),
    "erfcinv": (lambda sp, y, x: -0.5 * SQRT_PI * np.exp(y * y),),
    "dawsn": (lambda sp, y, x: 1 - 2 * x * y,),
    "wofz": (lambda sp, y, z: slopes.faddeeva_slope(z, y),),
    "voigt_profile": (slopes.voigt_slope_x, slopes.voigt_slope_sigma, slopes.voigt_slope_gamma),
    "ndtr": (lambda sp, y, x: _gaussian(x),),
    "log_ndtr": (lambda sp, y, x: np.exp(-0.5 * x * x - y) / SQRT_2PI,),
    "ndtri": (lambda sp, y, x: SQRT_2PI * np.exp(0.5 * y * y),),
    "ndtri_exp": (lambda sp, y, x: SQRT_2PI * np.exp(0.5 * y * y + x),),
    "owens_t": (
        lambda sp, y, h, a: -0.5 * sp.erf(a * h / math.sqrt(2)) * _gaussian(h),
        lambda sp, y, h, a: np.exp(-0.5 * h * h * (1 + a * a)) / (2 * math.pi * (1 + a * a)),
    ),
    "stdtr": (
        None,
        lambda sp, y, n, t: (
            (1 + t * t / n) ** (-0.5 * (n + 1)) / (np.sqrt(n) * sp.beta(0.5, n / 2))
        ),
    ),
}

_GAMMAS: dict[str, Row] = {
    "gamma": (lambda sp, y, x: y * sp.psi(x),),
    "gammaln": (lambda sp, y, x: sp.psi(x),),
    "loggamma": (lambda sp, y, x: sp.psi(x),),
    "rgamma": (lambda sp, y, x: -y * sp.psi(x),),
    "psi": (lambda sp, y, x: sp.zeta(2.0, x),),
    "_zeta": (None, lambda sp, y, s, q: -s * sp.zeta(s + 1, q)),
    "gammainc": (
        slopes.gammainc_slope_a,
        lambda sp, y, a, x: np.exp(sp.xlogy(a - 1, x) - x - sp.gammaln(a)),
    ),
    "gammaincc": (
        lambda sp, y, a, x: -slopes.gammainc_slope_a(sp, y, a, x),
        lambda sp, y, a, x: -np.exp(sp.xlogy(a - 1, x) - x - sp.gammaln(a)),
    ),
    "gammaincinv": (None, lambda sp, y, a, p: np.exp(y + sp.gammaln(a) - sp.xlogy(a - 1, y))),
    "chdtr": (
        None,
        lambda sp, y, v, x: 0.5 * np.exp(sp.xlogy(v / 2 - 1, x / 2) - x / 2 - sp.gammaln(v / 2)),
    ),
    "chdtrc": (
        None,
        lambda sp, y, v, x: -0.5 * np.exp(sp.xlogy(v / 2 - 1, x / 2) - x / 2 - sp.gammaln(v / 2)),
    ),
    "beta": (
        lambda sp, y, a, b: y * (sp.psi(a) - sp.psi(a + b)),
        lambda sp, y, a, b: y * (sp.psi(b) - sp.psi(a + b)),
    ),
    "betaln": (
        lambda sp, y, a, b: sp.psi(a) - sp.psi(a + b),
        lambda sp, y, a, b: sp.psi(b) - sp.psi(a + b),
    ),
    "betainc": (
        slopes.betainc_slope_a,
        slopes.betainc_slope_b,
        lambda sp, y, a, b, x: np.exp(sp.xlogy(a - 1, x) + sp.xlog1py(b - 1, -x) - sp.betaln(a, b)),
    ),
    "binom": (
        lambda sp, y, n, k: y * (sp.psi(n + 1) - sp.psi(n - k + 1)),
        lambda sp, y, n, k: y * (sp.psi(n - k + 1) - sp.psi(k + 1)),
    ),
    "poch": (
        lambda sp, y, z, m: y * (sp.psi(z + m) - sp.psi(z)),
        lambda sp, y, z, m: y * sp.psi(z + m),
    ),
}

_ELEMENTARY: dict[str, Row] = {
    "expit": (lambda sp, y, x: y * (1 - y),),
    "logit": (lambda sp, y, x: 1 / (x * (1 - x)),),
    "log_expit": (lambda sp, y, x: sp.expit(-x),),
    "xlogy": (lambda sp, out, x, y: np.log(y), lambda sp, out, x, y: x / y),
    "xlog1py": (lambda sp, out, x, y: np.log1p(y), lambda sp, out, x, y: x / (1 + y)),
    "entr": (lambda sp, y, x: -np.log(x) - 1,),
    "rel_entr": (lambda sp, out, x, y: np.log(x / y) + 1, lambda sp, out, x, y: -x / y),
    "kl_div": (lambda sp, out, x, y: np.log(x / y), lambda sp, out, x, y: 1 - x / y),
    "exp10": (lambda sp, y, x: y * math.log(10),),
    "exprel": (lambda sp, y, x: slopes.exprel_slope(sp, x),),
    "cosm1": (lambda sp, y, x: -np.sin(x),),
    "powm1": (lambda sp, out, x, y: y * x ** (y - 1), lambda sp, out, x, y: x**y * np.log(x)),
    "sindg": (lambda sp, y, x: DEG * sp.cosdg(x),),
    "cosdg": (lambda sp, y, x: -DEG * sp.sindg(x),),
    "tandg": (lambda sp, y, x: DEG * (1 + y * y),),
    "cotdg": (lambda sp, y, x: -DEG * (1 + y * y),),
    "huber": (
        lambda sp, y, d, r: np.maximum(np.abs(r) - d, 0.0),
        lambda sp, y, d, r: np.sign(r) * np.minimum(np.abs(r), d),
    ),
    "pseudo_huber": (
        lambda sp, y, d, r: 2 * y / d - r * r / (d * np.hypot(1.0, r / d)),
        lambda sp, y, d, r: r / np.hypot(1.0, r / d),
    ),
    "boxcox": (
        lambda sp, y, x, k: x ** (k - 1),
        lambda sp, y, x, k: np.log(x) ** 2 * slopes.exprel_slope(sp, k * np.log(x)),
    ),
    "boxcox1p": (
        lambda sp, y, x, k: (1 + x) ** (k - 1),
        lambda sp, y, x, k: np.log1p(x) ** 2 * slopes.exprel_slope(sp, k * np.log1p(x)),
    ),
    "inv_boxcox": (lambda sp, y, x, k: y / (1 + k * x), None),
    "inv_boxcox1p": (lambda sp, y, x, k: (1 + y) / (1 + k * x), None),
    "_lambertw": (lambda sp, w, z, k, tol: np.exp(-w) / (1 + w), None, None),
    "wrightomega": (lambda sp, w, z: w / (1 + w),),
}

_INTEGRALS: dict[str, Row] = {
    "expi": (lambda sp, y, x: np.exp(x) / x,),
    "exp1": (lambda sp, y, x: -np.exp(-x) / x,),
    "expn": (
        None,
        lambda sp, y, n, x: np.where(n == 0, -y * (1 + 1 / x), -sp.expn(_below(n), x)),
    ),
    "spence": (lambda sp, y, x: np.where(x == 1, -1.0, np.log(x) / np.where(x == 1, 1.0, 1 - x)),),
    "ellipk": (slopes.ellipk_slope,),
    "ellipkm1": (lambda sp, y, p: -slopes.ellipk_slope(sp, y, 1 - p),),
    "ellipe": (slopes.ellipe_slope,),
    "ellipkinc": (
        lambda sp, y, phi, m: 1 / np.sqrt(1 - m * np.sin(phi) ** 2),
        slopes.ellipkinc_slope_m,
    ),
    "ellipeinc": (
        lambda sp, y, phi, m: np.sqrt(1 - m * np.sin(phi) ** 2),
        slopes.ellipeinc_slope_m,
    ),
}

# Recurrences for the slopes: DLMF 10.6.1 (J, Y, H), 10.29.1 (I, K), 10.51.2 (spherical).
_BESSELS: dict[str, Row] = {
    "j0": (lambda sp, y, x: -sp.j1(x),),
    "j1": (lambda sp, y, x: 0.5 * (sp.j0(x) - sp.jv(2, x)),),
    "jv": (None, lambda sp, y, v, x: 0.5 * (sp.jv(v - 1, x) - sp.jv(v + 1, x))),
    "y0": (lambda sp, y, x: -sp.y1(x),),
    "y1": (lambda sp, y, x: 0.5 * (sp.y0(x) - sp.yn(2, x)),),
    "yn": (None, lambda sp, y, n, x: 0.5 * (sp.yn(n - 1, x) - sp.yn(n + 1, x))),
    "yv": (None, lambda sp, y, v, x: 0.5 * (sp.yv(v - 1, x) - sp.yv(v + 1, x))),
    "i0": (lambda sp, y, x: sp.i1(x),),
    "i0e": (lambda sp, y, x: sp.i1e(x) - np.sign(x) * y,),
    "i1": (lambda sp, y, x: 0.5 * (sp.i0(x) + sp.iv(2, x)),),
    "i1e": (lambda sp, y, x: 0.5 * (sp.i0e(x) + sp.ive(2, x)) - np.sign(x) * y,),
    "iv": (None, lambda sp, y, v, x: 0.5 * (sp.iv(v - 1, x) + sp.iv(v + 1, x))),
    "ive": (
        None,
        lambda sp, y, v, x: 0.5 * (sp.ive(v - 1, x) + sp.ive(v + 1, x)) - np.sign(x) * y,
    ),
    "k0": (lambda sp, y, x: -sp.k1(x),),
    "k0e": (lambda sp, y, x: y - sp.k1e(x),),
    "k1": (lambda sp, y, x: -0.5 * (sp.k0(x) + sp.kn(2, x)),),
    "k1e": (lambda sp, y, x: y - 0.5 * (sp.k0e(x) + sp.kve(2, x)),),
    "kn": (None, lambda sp, y, n, x: -0.5 * (sp.kv(n - 1, x) + sp.kv(n + 1, x))),
    "kv": (None, lambda sp, y, v, x: -0.5 * (sp.kv(v - 1, x) + sp.kv(v + 1, x))),
    "kve": (None, lambda sp, y, v, x: y - 0.5 * (sp.kve(v - 1, x) + sp.kve(v + 1, x))),
    "hankel1": (None, lambda sp, y, v, x: 0.5 * (sp.hankel1(v - 1, x) - sp.hankel1(v + 1, x))),
    "hankel2": (None, lambda sp, y, v, x: 0.5 * (sp.hankel2(v - 1, x) - sp.hankel2(v + 1, x))),
    "_spherical_jn": (None, lambda sp, y, n, x: sp.spherical_jn(n, x, True)),
    "_spherical_yn": (None, lambda sp, y, n, x: sp.spherical_yn(n, x, True)),
    "_spherical_in": (None, lambda sp, y, n, x: sp.spherical_in(n, x, True)),
    "_spherical_kn": (None, lambda sp, y, n, x: sp.spherical_kn(n, x, True)),
    # Their second derivatives, from the differential equations DLMF 10.47.1 and 10.47.2.
    "_spherical_jn_d": (
        None,
        lambda sp, y, n, x: (n * (n + 1) / (x * x) - 1) * sp.spherical_jn(n, x) - 2 / x * y,
    ),
    "_spherical_yn_d": (
        None,
        lambda sp, y, n, x: (n * (n + 1) / (x * x) - 1) * sp.spherical_yn(n, x) - 2 / x * y,
    ),
    "_spherical_in_d": (
        None,
        lambda sp, y, n, x: (n * (n + 1) / (x * x) + 1) * sp.spherical_in(n, x) - 2 / x * y,
    ),
    "_spherical_kn_d": (
        None,
        lambda sp, y, n, x: (n * (n + 1) / (x * x) + 1) * sp.spherical_kn(n, x) - 2 / x * y,
    ),
    "struve": (  # DLMF 11.4.23 and 11.4.25
        None,
        lambda sp, y, v, x: (
            0.5 * (sp.struve(v - 1, x) - sp.struve(v + 1, x)) + _struve_source(sp, v, x)
        ),
    ),
    "modstruve": (
        None,
        lambda sp, y, v, x: (
            0.5 * (sp.modstruve(v - 1, x) + sp.modstruve(v + 1, x)) + _struve_source(sp, v, x)
        ),
    ),
}

_HYPERGEOMETRIC: dict[str, Row] = {
    "hyp0f1": (None, lambda sp, y, v, x: sp.hyp0f1(v + 1, x) / v),
    "hyp1f1": (None, None, lambda sp, y, a, b, x: a / b * sp.hyp1f1(a + 1, b + 1, x)),
    "hyp2f1": (
        None,
        None,
        None,
        lambda sp, y, a, b, c, x: a * b / c * sp.hyp2f1(a + 1, b + 1, c + 1, x),
    ),
    "hyperu": (None, None, lambda sp, y, a, b, x: -a * sp.hyperu(a + 1, b + 1, x)),
    "eval_legendre": (None, lambda sp, y, n, x: (n > 0) * sp.eval_gegenbauer(_below(n), 1.5, x)),
    "eval_chebyt": (None, lambda sp, y, n, x: n * sp.eval_chebyu(_below(n), x)),
    "eval_chebyu": (None, lambda sp, y, n, x: 2 * (n > 0) * sp.eval_gegenbauer(_below(n), 2.0, x)),
    "eval_hermite": (None, lambda sp, y, n, x: 2 * n * sp.eval_hermite(_below(n), x)),
    "eval_hermitenorm": (None, lambda sp, y, n, x: n * sp.eval_hermitenorm(_below(n), x)),
    "eval_laguerre": (
        None,
        lambda sp, y, n, x: -1.0 * (n > 0) * sp.eval_genlaguerre(_below(n), 1.0, x),
    ),
    "eval_genlaguerre": (
        None,
        None,
        lambda sp, y, n, a, x: -1.0 * (n > 0) * sp.eval_genlaguerre(_below(n), a + 1.0, x),
    ),
    "eval_gegenbauer": (
        None,
        None,
        lambda sp, y, n, a, x: 2 * a * (n > 0) * sp.eval_gegenbauer(_below(n), a + 1.0, x),
    ),
    "eval_jacobi": (
        None,
        None,
        None,
        lambda sp, y, n, a, b, x: (
            0.5 * (n + a + b + 1) * (n > 0) * sp.eval_jacobi(_below(n), a + 1.0, b + 1.0, x)
        ),
    ),
}

SPECIAL_RULES: dict[str, Row] = (
    _ERRORS | _GAMMAS | _ELEMENTARY | _INTEGRALS | _BESSELS | _HYPERGEOMETRIC
)

SPECIAL_TUPLE_RULES: dict[str, Row] = {
    "sici": (lambda sp, y, x: (np.sinc(x / math.pi), np.cos(x) / x),),
    "shichi": (lambda sp, y, x: (slopes.sinhc(x), np.cosh(x) / x),),
    "fresnel": (lambda sp, y, x: (np.sin(0.5 * math.pi * x * x), np.cos(0.5 * math.pi * x * x)),),
    "airy": (lambda sp, y, x: (y[1], x * y[0], y[3], x * y[2]),),
    "ellipj": (  # only with respect to u: DLMF 22.13.1-3
        lambda sp, y, u, m: (y[1] * y[2], -y[0] * y[2], -m * y[0] * y[1], y[2]),
        None,
    ),
}

SPECIAL_FLAT: frozenset[str] = frozenset({"round", "gammasgn"})
