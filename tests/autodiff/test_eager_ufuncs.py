"""Every row of the ufunc table, and of scipy.special's, against finite differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.special as sp

from residua import _errors
from residua.autodiff import eager, eager_ufuncs, special_rules, ufunc_rules
from residua.autodiff.check import check_jacobian
from residua.autodiff.eager_methods import METHODS

MID = np.array([0.3, 0.8, 0.55])
ANY = np.array([-1.7, 0.4, 2.3])
POS = np.array([0.6, 1.4, 2.9])
BIG = np.array([1.6, 2.4, 3.9])
NEG_POS = np.array([-0.7, 0.2, 0.9])
OTHER = np.array([1.3, 0.9, 1.9])

# One argument tuple per row; whole-number arguments that have no rule stay plain.
UFUNC_SAMPLES = {
    **dict.fromkeys(
        [
            "positive",
            "negative",
            "exp",
            "exp2",
            "expm1",
            "square",
            "sin",
            "cos",
            "tan",
            "arctan",
            "sinh",
        ],
        ANY,
    ),
    **dict.fromkeys(
        ["cosh", "tanh", "arcsinh", "degrees", "rad2deg", "radians", "deg2rad", "fabs", "cbrt"], ANY
    ),
    **dict.fromkeys(["log", "log2", "log10", "log1p", "sqrt", "reciprocal"], POS),
    **dict.fromkeys(["arcsin", "arccos", "arctanh"], NEG_POS),
    "arccosh": BIG,
    **dict.fromkeys(
        ["arctan2", "hypot", "logaddexp", "logaddexp2", "maximum", "minimum"], (ANY, OTHER)
    ),
    **dict.fromkeys(["fmax", "fmin", "remainder", "fmod", "copysign"], (ANY, OTHER)),
    **dict.fromkeys(["power", "float_power"], (POS, ANY)),
    "heaviside": (ANY, MID),
    "ldexp": (ANY, np.array([2, -1, 3])),
}

SPECIAL_SAMPLES = {
    **dict.fromkeys(
        ["erf", "erfc", "erfcx", "erfi", "dawsn", "ndtr", "log_ndtr", "cosm1", "exprel", "entr"],
        ANY,
    ),
    **dict.fromkeys(["erfinv", "logit", "ndtri", "ellipk", "ellipe", "ellipkm1"], MID),
    "entr": POS,
    "erfcinv": MID,
    "ndtri_exp": -POS,
    "wofz": ANY + 0.3j,
    "voigt_profile": (ANY, POS, OTHER),
    "owens_t": (ANY, NEG_POS),
    "stdtr": (BIG, ANY),
    **dict.fromkeys(
        ["gamma", "gammaln", "loggamma", "rgamma", "psi", "spence", "expi", "exp1"], POS
    ),
    "_zeta": (BIG, POS),
    "gammainc": (POS, OTHER),
    "gammaincc": (POS, OTHER),
    "gammaincinv": (POS, MID),
    "chdtr": (POS, OTHER),
    "chdtrc": (POS, OTHER),
    "beta": (POS, OTHER),
    "betaln": (POS, OTHER),
    "betainc": (POS, OTHER, MID),
    "binom": (BIG, OTHER),
    "poch": (POS, OTHER),
    **dict.fromkeys(["expit", "log_expit", "exp10", "sindg", "cosdg", "tandg", "wrightomega"], ANY),
    "cotdg": POS,
    "xlogy": (ANY, POS),
    "xlog1py": (ANY, POS),
    "rel_entr": (POS, OTHER),
    "kl_div": (POS, OTHER),
    "powm1": (POS, ANY),
    "huber": (OTHER, ANY),
    "pseudo_huber": (OTHER, ANY),
    "boxcox": (POS, ANY),
    "boxcox1p": (POS, ANY),
    "inv_boxcox": (POS, MID),
    "inv_boxcox1p": (POS, MID),
    "_lambertw": (POS, np.array([0, 0, 0]), 1e-15),
    "expn": (np.array([0, 1, 3]), POS),
    "ellipkinc": (ANY, NEG_POS),
    "ellipeinc": (ANY, NEG_POS),
    **dict.fromkeys(["j0", "j1", "i0", "i0e", "i1", "i1e"], ANY),
    **dict.fromkeys(["y0", "y1", "k0", "k0e", "k1", "k1e"], POS),
    **dict.fromkeys(
        ["jv", "yv", "iv", "ive", "kv", "kve", "hankel1", "hankel2", "struve", "modstruve"],
        (BIG, POS),
    ),
    **dict.fromkeys(["yn", "kn"], (np.array([0, 1, 3]), POS)),
    **dict.fromkeys(
        [
            "_spherical_jn",
            "_spherical_yn",
            "_spherical_in",
            "_spherical_kn",
            "_spherical_jn_d",
            "_spherical_yn_d",
            "_spherical_in_d",
            "_spherical_kn_d",
        ],
        (np.array([0, 1, 3]), POS),
    ),
    "hyp0f1": (POS, ANY),
    "hyp1f1": (POS, OTHER, ANY),
    "hyp2f1": (POS, OTHER, BIG, NEG_POS),
    "hyperu": (POS, OTHER, POS),
    **dict.fromkeys(["eval_legendre", "eval_chebyt", "eval_chebyu"], (np.arange(3), NEG_POS)),
    **dict.fromkeys(["eval_hermite", "eval_hermitenorm"], (np.arange(3), ANY)),
    "eval_laguerre": (np.arange(3), ANY),
    "eval_genlaguerre": (np.arange(3), POS, ANY),
    "eval_gegenbauer": (np.arange(3), POS, NEG_POS),
    "eval_jacobi": (np.arange(3), POS, OTHER, NEG_POS),
    **dict.fromkeys(["sici", "shichi", "fresnel", "airy"], POS),
    "ellipj": (POS, MID),
}


def as_tuple(sample):
    return sample if isinstance(sample, tuple) else (sample,)


def ufunc_named(name):
    if name.startswith("_"):
        from scipy.special import _ufuncs

        return getattr(_ufuncs, name)
    return getattr(sp, name)


def moved(ufunc, args, moving, shape=None):
    """The ufunc of theta, which holds its arguments at the positions ``moving``."""

    def function(theta):
        given, at = list(args), 0
        for i in moving:
            size = np.size(args[i]) if shape is None else 1
            piece = theta[at : at + size] if shape is None else theta[at]
            given[i] = piece + 1j * args[i].imag if np.iscomplexobj(args[i]) else piece
            at += size
        found = ufunc(*given)
        return np.stack(found) if isinstance(found, tuple) else found

    pick = (lambda a: np.ravel(a)) if shape is None else (lambda a: np.ravel(a)[:1])
    theta = np.concatenate([np.real(pick(args[i])) for i in moving])
    return function, theta


def combinations(row):
    places = [i for i, slope in enumerate(row) if slope is not None]
    for count in range(1, len(places) + 1):
        yield from itertools.combinations(places, count)


def cases(table, samples):
    return [
        pytest.param(name, as_tuple(samples[name]), moving, id=f"{name}-{moving}")
        for name, row in table.items()
        for moving in combinations(row)
    ]


ALL_SPECIAL = special_rules.SPECIAL_RULES | special_rules.SPECIAL_TUPLE_RULES
# The eighth-order stencils of d/da and d/db are good to about 1e-11, the rest to rounding.
RTOL = 1e-8


def test_every_row_has_a_sample():
    assert set(UFUNC_SAMPLES) == set(ufunc_rules.UFUNC_RULES)
    assert set(SPECIAL_SAMPLES) == set(ALL_SPECIAL)


@pytest.mark.parametrize("shape", [None, ()], ids=["arrays", "broadcast scalar"])
@pytest.mark.parametrize(("name", "args", "moving"), cases(ufunc_rules.UFUNC_RULES, UFUNC_SAMPLES))
def test_ufunc_row(name, args, moving, shape):
    function, theta = moved(getattr(np, name), args, moving, shape)
    check_jacobian(function, theta, rtol=RTOL)


@pytest.mark.parametrize("shape", [None, ()], ids=["arrays", "broadcast scalar"])
@pytest.mark.parametrize(("name", "args", "moving"), cases(ALL_SPECIAL, SPECIAL_SAMPLES))
def test_special_row(name, args, moving, shape):
    function, theta = moved(ufunc_named(name), args, moving, shape)
    check_jacobian(function, theta, rtol=RTOL)


@pytest.mark.parametrize("name", sorted(ALL_SPECIAL))
def test_argument_without_a_slope_is_refused(name):
    args = as_tuple(SPECIAL_SAMPLES[name])
    for i, slope in enumerate(ALL_SPECIAL[name]):
        if slope is None and np.asarray(args[i]).dtype.kind == "f" and np.ndim(args[i]):
            function, theta = moved(ufunc_named(name), args, (i,))
            with pytest.raises(_errors.NotDifferentiable, match=f"argument {i + 1}"):
                eager.jacobian(function, theta)


def test_every_special_name_is_a_ufunc_of_scipy():
    for name in {*ALL_SPECIAL, *special_rules.SPECIAL_FLAT}:
        assert isinstance(ufunc_named(name), np.ufunc)
        assert len(ALL_SPECIAL.get(name, (None,))) == ufunc_named(name).nin


@pytest.mark.parametrize("name", sorted(ufunc_rules.FLAT | special_rules.SPECIAL_FLAT))
def test_flat(name):
    ufunc = getattr(np, name, None) if name != "round" else None
    ufunc = ufunc or getattr(sp, name)
    second = (OTHER,) * (ufunc.nin - 1)
    value, jacobian = eager.jacobian(lambda t: ufunc(t, *second), ANY)
    np.testing.assert_array_equal(value, ufunc(ANY, *second))
    assert not jacobian.any()


@pytest.mark.parametrize("name", sorted(ufunc_rules.PLAIN))
def test_plain(name):
    ufunc = getattr(np, name)
    second = (OTHER,) * (ufunc.nin - 1)
    seen = []
    eager.jacobian(lambda t: seen.append(ufunc(t, *second)) or t, ANY)
    assert type(seen[0]) is np.ndarray
    np.testing.assert_array_equal(seen[0], ufunc(ANY, *second))


@pytest.mark.parametrize("name", ["absolute", "conjugate", "modf", "divmod", "matmul", "negative"])
def test_rules_outside_the_table(name):
    ufunc = getattr(np, name)
    second = (OTHER,) * (ufunc.nin - 1)

    def function(t):
        found = ufunc(t, *second)
        return np.stack(found) if isinstance(found, tuple) else found

    check_jacobian(function, ANY)


@pytest.mark.parametrize("name", ["vecdot", "matvec", "vecmat"])
def test_row_products(name):
    if not hasattr(np, name):
        pytest.skip("needs NumPy 2.2")
    ufunc, stack = getattr(np, name), np.arange(1.0, 13.0).reshape(2, 2, 3)
    left = stack if name == "matvec" else stack[:, :, :2] if name == "vecmat" else stack
    for a, b in ((left[0], stack), (left[0, 0], stack[0]), (left, stack[0])):
        if name == "matvec" and a.ndim == 1:
            continue
        check_jacobian(lambda t, a=a, b=b: np.abs(ufunc(a * t[0] + 1j * t[1], b * t[2])), POS)


METHOD_CASES = {
    "reduce": [lambda u, t: u.reduce(t), lambda u, t: u.reduce(t.reshape(2, 3), axis=1)],
    "accumulate": [lambda u, t: u.accumulate(t), lambda u, t: u.accumulate(t.reshape(2, 3), 1)],
    "outer": [lambda u, t: u.outer(t[:2], t[2:]), lambda u, t: u.outer(POS, t)],
    "reduceat": [lambda u, t: u.reduceat(t, [0, 2, 3])],
    "at": [],
}


@pytest.mark.parametrize(
    ("ufunc", "method"), METHODS, ids=[f"{u.__name__}.{m}" for u, m in METHODS]
)
def test_method(ufunc, method):
    theta = np.array([0.7, 1.9, 1.1, 0.4, 2.3, 1.6])
    for case in METHOD_CASES[method]:
        check_jacobian(lambda t, case=case: case(ufunc, t), theta)
    if method == "at":

        def scattered(t):
            out = np.zeros((4, 2))
            ufunc.at(out, [0, 2, 2], t.reshape(3, 2))
            ufunc.at(out, ([0, 0, 1], [1, 1, 0]), t[:3])
            return out

        check_jacobian(scattered, theta)


def test_missing_method_is_refused():
    with pytest.raises(_errors.NotDifferentiable, match=r"np\.hypot\.reduce"):
        eager.jacobian(lambda t: np.hypot.reduce(t), ANY)


def test_ufunc_without_a_rule_is_refused_by_name():
    with pytest.raises(_errors.NotDifferentiable, match="lpmv"):
        eager.jacobian(lambda t: sp.lpmv(1, 2, t), MID)


def test_ufunc_without_a_rule_runs_when_nothing_moves():
    """A constant made inside a model is no obstacle."""
    value, jacobian = eager.jacobian(lambda t: t * sp.lpmv(1, 2, np.full(3, 0.5)), MID)
    np.testing.assert_allclose(np.diag(jacobian), sp.lpmv(1, 2, 0.5))
    np.testing.assert_allclose(value, MID * sp.lpmv(1, 2, 0.5))


def test_where_and_out():
    def guarded(t):
        safe = np.divide(t, t - 0.3, out=np.zeros_like(t), where=t > 0.5)
        total = np.zeros(3)
        np.add(t, 1.0, out=total)
        np.multiply(total, t, out=total, where=[True, False, True])
        return safe + total

    check_jacobian(guarded, MID)


def test_out_into_plain_array_is_refused():
    with pytest.raises(_errors.NotDifferentiable, match="plain array"):
        eager.jacobian(lambda t, y: np.add(t, 1.0, out=y), MID, np.empty(3))


def test_in_place_on_data_is_refused():
    def model(t, y):
        y += t
        return y

    with pytest.raises(_errors.NotDifferentiable, match="plain array"):
        eager.jacobian(model, MID, np.zeros(3))


def test_complex_intermediates():
    check_jacobian(lambda t: np.abs(t[0] * np.exp(1j * t[1]) + t[2]) ** 2, ANY)
    check_jacobian(lambda t: np.angle(t[0] + 1j * t[1]) * t[2], ANY)
    check_jacobian(lambda t: (np.conj(t + 1j * t**2) * np.sqrt(t + 2j)).imag, ANY)
    check_jacobian(lambda t: np.abs(t * (1 + 0j)), ANY)
    check_jacobian(lambda t: sp.lambertw(t).real, POS)


def test_python_functions_of_special():
    check_jacobian(lambda t: sp.logsumexp(t) + sp.logsumexp(t, b=OTHER), ANY)
    check_jacobian(lambda t: sp.logsumexp(t.reshape(3, 1) * POS, axis=0), ANY)
    check_jacobian(lambda t: sp.softmax(t) + sp.log_softmax(t), ANY)
    check_jacobian(lambda t: sp.polygamma(0, t) + sp.polygamma(2, t), POS)
    check_jacobian(lambda t: sp.polygamma([0, 1, 2], t), POS)
    check_jacobian(lambda t: sp.multigammaln(t[2], 2) + sp.zeta(2.5, t), POS)
    check_jacobian(lambda t: sp.spherical_jn(1, t) + sp.softplus(t), ANY)
    check_jacobian(lambda t: sp.spherical_yn([0, 1, 2], t, True) + sp.spherical_in(2, t), ANY)
    check_jacobian(lambda t: sp.spherical_kn(1, t) + sp.spherical_kn(0, t, derivative=True), POS)
    assert sp.logsumexp([0.0, 0.0]) == pytest.approx(np.log(2))


@pytest.mark.parametrize("a", [0.02, 0.5, 3.0, 40.0, 900.0])
def test_gammainc_order_slope_against_its_integral(a):
    """dP/da as quadrature of its defining integral, at its stated absolute accuracy."""
    from scipy.integrate import quad

    for x in (0.1 * a, a, 2.0 * a):
        top = max(a - 1, 1e-3)
        nodes = [p for p in (0.5 * top, top) if p < x]

        def density(t):
            return np.exp((a - 1) * np.log(t) - t - sp.gammaln(a)) * (np.log(t) - sp.psi(a))

        # Below t0 the integrand is t^(a-1)(log t - psi)/Gamma(a) to first order in t0.
        t0 = 1e-9 * x
        head = t0**a / sp.gamma(a + 1) * (np.log(t0) - 1 / a - sp.psi(a)) if a < 100 else 0.0
        body = quad(density, t0, x, points=nodes or None, epsabs=1e-13, epsrel=1e-12, limit=500)[0]
        slope = eager.jacobian(lambda t, x=x: sp.gammainc(t[0], x), [a])[1][0]
        assert slope == pytest.approx(head + body, abs=2e-10 * max(1.0, 1 / a))


def test_lookup_is_cached():
    eager.jacobian(lambda t: sp.erf(t), MID)
    assert sp.erf in eager_ufuncs.UFUNCS
