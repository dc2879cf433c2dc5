"""scipy.special in compiled programs: values of scipy itself, derivatives of every row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from residua.autodiff import compiled
from residua.autodiff.lowering import lower
from residua.autodiff.special_rules import SPECIAL_FLAT, SPECIAL_RULES, SPECIAL_TUPLE_RULES
from residua.autodiff.traced_host import call_on_host, find_ufunc
from residua.autodiff.traced_special import NATIVE, call_special
from residua.autodiff.traced_state import double_precision

ROWS = SPECIAL_RULES | SPECIAL_TUPLE_RULES
UNIT = np.array([0.31, 0.52, 0.74])
# Where the ordinary arguments below lie outside a function's domain.
ARGUMENTS: dict[str, dict[int, Any]] = {
    "betainc": {2: UNIT},
    "gammaincinv": {1: UNIT},
    "hyp2f1": {3: UNIT},
    "ellipkinc": {1: UNIT},
    "ellipeinc": {1: UNIT},
    "ellipj": {1: UNIT},
    "ellipkm1": {0: UNIT},
    "ndtri_exp": {0: -UNIT},
    "binom": {0: UNIT + 2},
    "_zeta": {0: UNIT + 2},
    "wofz": {0: UNIT + 0.4j},
    "_lambertw": {1: np.array([0, 0, 0]), 2: np.full(3, 1e-10)},
}
# Their slopes use Carlson's elliprd, which has no row itself: one derivative only.
ONCE = {"ellipk", "ellipkm1", "ellipe", "ellipkinc", "ellipeinc"}
# The slopes are stencils, see special_slopes: a second stencil through them costs digits.
STENCILS = {("gammainc", 0), ("gammaincc", 0), ("betainc", 0), ("betainc", 1)}


def arguments(name: str) -> list[Any]:
    """Three points per argument; whole numbers for orders and degrees."""
    found: list[Any] = [np.array([0.6, 0.75, 0.82]) * (1 + 0.3 * k) for k in range(len(ROWS[name]))]
    whole = name in ("yn", "kn", "expn") or name.startswith(("_spherical", "eval_"))
    if whole:
        found[0] = np.array([2, 1, 3])
    for position, value in ARGUMENTS.get(name, {}).items():
        found[position] = value
    return found


def truth(name: str, args: list[Any]) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        out = find_ufunc(name)(*args)
    return np.stack(out) if isinstance(out, tuple) else out


def traced(name: str, args: list[Any]) -> Any:
    ufunc = find_ufunc(name)
    return lower(lambda *a: np.stack(list(ufunc(*a))) if ufunc.nout > 1 else ufunc(*a))(*args)


STEP = 1e-2
SHIFTS = np.arange(-3, 4)[:, None] * STEP
# Sixth-order central difference: h^6 = 1e-12 times the seventh derivative.
WEIGHTS = np.array([-1 / 60, 3 / 20, -3 / 4, 0.0, 3 / 4, -3 / 20, 1 / 60]) / STEP


def slope_of(values: Any) -> Any:
    """Slope at the middle one of values at seven shifts along the last axis but one."""
    return np.einsum("k,...kn->...n", WEIGHTS, values)


@pytest.fixture
def quick_compiles() -> Iterator[None]:
    """Compile in a third of the time what runs only once."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_values_are_those_of_scipy(name: str) -> None:
    args = arguments(name)
    with double_precision():
        found = np.asarray(traced(name, args))
    np.testing.assert_allclose(found, truth(name, args), rtol=1e-13, atol=1e-300)


MOVING = [(n, i) for n in sorted(ROWS) for i, slope in enumerate(ROWS[n]) if slope is not None]


@pytest.mark.usefixtures("quick_compiles")
@pytest.mark.parametrize("name, position", MOVING)
def test_first_and_second_derivatives(name: str, position: int) -> None:
    args = arguments(name)
    twice = name not in ONCE or (name in ("ellipkinc", "ellipeinc") and position == 0)

    def at(x: Any) -> Any:
        return [x if i == position else a for i, a in enumerate(args)]

    def first(x: Any) -> Any:
        return jax.jvp(lambda z: traced(name, at(z)), (x,), (jnp.ones_like(x),))[1]

    def both(x: Any) -> Any:
        return jax.jvp(first, (x,), (jnp.ones_like(x),)) if twice else (first(x), None)

    shifted = args[position] + SHIFTS
    with double_precision():
        slopes, second = jax.jit(both)(shifted)
    expected = slope_of(truth(name, np.broadcast_arrays(*at(shifted))))
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(slopes[..., 3, :], expected, rtol=1e-6, atol=2e-8 * scale)
    if twice:
        expected = slope_of(np.asarray(slopes))
        tolerance = 1e-5 if (name, position) in STENCILS else 1e-6
        scale = max(1.0, np.abs(expected).max())
        found = np.asarray(second)[..., 3, :]
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale)


DOMAINS: dict[str, tuple[Any, ...]] = {
    "entr": (np.geomspace(1e-8, 100, 200),),
    "gammaln": (np.concatenate([np.linspace(-9.7, 0.83, 200), np.geomspace(2.3, 1e5, 200)]),),
    "ndtri": (np.linspace(1e-9, 1 - 1e-9, 301),),
    "spence": (np.geomspace(1e-6, 1e3, 300),),
    "xlogy": (np.linspace(0, 5, 50), np.geomspace(1e-8, 1e8, 50)),
    "xlog1py": (np.linspace(0, 5, 50), np.geomspace(1e-8, 1e8, 50)),
}
# A tail below about 1e-290 is flushed to zero by the processor mode XLA chooses.
LINE = np.concatenate([np.linspace(-25, 25, 501), np.geomspace(1e-12, 20, 100)])


@pytest.mark.parametrize("name", sorted(NATIVE))
def test_native_functions_are_as_accurate_as_scipy(name: str) -> None:
    args = DOMAINS.get(name, (LINE,))
    with double_precision():
        found = np.asarray(jax.jit(lambda *a: call_special(name, *a))(*args))
    np.testing.assert_allclose(found, truth(name, list(args)), rtol=2e-13, atol=1e-290)


@pytest.mark.parametrize("name", sorted(NATIVE))
def test_native_functions_agree_at_special_points(name: str) -> None:
    points = np.array([0.0, -0.0, 1, -1, 2, -2.5, 0.5, np.inf, np.nan, 1e300, -1e300, 800, -800])
    ufunc = find_ufunc(name)
    args = [points] if ufunc.nin == 1 else [np.repeat(points, 13), np.tile(points, 13)]
    with double_precision():
        found = np.asarray(call_special(name, *args))
    np.testing.assert_allclose(found, truth(name, args), rtol=1e-13)


def test_piecewise_constant_functions_have_zero_slope() -> None:
    with double_precision():
        for name in SPECIAL_FLAT:
            value, slope = jax.jvp(
                lambda z, name=name: call_special(name, z), (jnp.array([1.3, 2.7]),), (jnp.ones(2),)
            )
            np.testing.assert_array_equal(value, find_ufunc(name)(np.array([1.3, 2.7])))
            np.testing.assert_array_equal(slope, 0.0)


def test_host_calls_keep_double_precision_when_run_on_another_thread() -> None:
    # Long programs leave the calling thread, and with it the scoped 64-bit setting.
    x = np.linspace(0.1, 40.0, 300_000)
    value, tangents = compiled.jacobian(lambda p, x: p[0] * special.j0(p[1] * x), [1.5, 0.9], x)
    np.testing.assert_array_equal(value, 1.5 * special.j0(0.9 * x))
    np.testing.assert_allclose(tangents[1], -1.5 * x * special.j1(0.9 * x), rtol=1e-13)


def test_host_calls_compose_with_vmap_and_loops() -> None:
    x = np.linspace(0.1, 3.0, 5)
    with double_precision():
        batch = jax.jit(jax.vmap(lambda v, t: call_special("jv", v, t), (0, None)))(
            jnp.arange(3.0), x
        )
        looped = jax.jit(lambda t: jax.lax.fori_loop(0, 4, lambda i, s: call_special("k0", s), t))(
            x
        )
    np.testing.assert_allclose(batch, special.jv(np.arange(3.0)[:, None], x), rtol=1e-14)
    expected = x
    for _ in range(4):
        expected = special.k0(expected)
    np.testing.assert_allclose(looped, expected, rtol=1e-13)


def test_complex_and_several_results() -> None:
    z = np.array([0.3 + 0.2j, 1.5 - 0.1j])
    with double_precision():
        found = jax.jit(lambda z: call_on_host("wofz", z)[0])(z)
        parts = jax.jit(lambda x: call_on_host("sici", x))(z.real)
        complex_erf = call_special("erf", z)
    np.testing.assert_array_equal(found, special.wofz(z))
    np.testing.assert_array_equal(np.stack(parts), np.stack(special.sici(z.real)))
    np.testing.assert_allclose(complex_erf, special.erf(z), rtol=1e-15)


@pytest.mark.parametrize(
    "function, slope",
    [
        (lambda x: special.polygamma(1, x), lambda x: special.polygamma(2, x)),
        (lambda x: special.logsumexp(np.stack([x, 2 * x]), axis=0), lambda x: 1 + special.expit(x)),
        (lambda x: special.softmax(x * np.ones(2)[:, None], axis=0)[0], lambda x: 0 * x),
        (lambda x: special.lambertw(x).real, lambda x: _lambert_slope(x)),
        (lambda x: special.zeta(2.5, x), lambda x: -2.5 * special.zeta(3.5, x)),
        (lambda x: special.factorial2(3) * x, lambda x: 3.0 + 0 * x),
    ],
)
def test_python_functions_of_scipy_special(function: Any, slope: Any) -> None:
    x = np.array([0.4, 1.1, 2.3])
    value, tangents = compiled.jacobian(function, x)
    np.testing.assert_allclose(value, function(x), rtol=1e-13)
    np.testing.assert_allclose(np.diagonal(tangents), slope(x), rtol=1e-12, atol=1e-15)


def _lambert_slope(x: Any) -> Any:
    w = special.lambertw(x).real
    return w / (x * (1 + w))
