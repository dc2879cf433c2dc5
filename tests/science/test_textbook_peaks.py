"""Peaks and lineshapes say what their textbooks say; and their quantities what the curves do."""

from __future__ import annotations

import inspect
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad, quad
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq, minimize_scalar
from scipy.special import erfc, erfcx, loggamma

import cases_lineshapes
import cases_peaks
from residua.autodiff import compiled, eager
from residua.science.peaks.pearson4 import _log_gamma_ratio
from residua.science.peaks.shapes import near_erfc, near_erfcx
from residua.science.registry import get
from shelf_case import ShelfCase

X = np.linspace(-6.0, 8.0, 57)
CASES = tuple(
    row for field in (cases_peaks, cases_lineshapes) for row in (*field.SHELF, *field.VARIANTS)
)
# Over-damped beyond this: largest at zero frequency.
LARGEST_ZETA = np.sqrt(0.5)


def has(*names: str) -> list[ShelfCase]:
    """Cases in one variable with a top and one of these quantities."""
    return [
        case
        for case in CASES
        if set(names) & set(case.model.quantities)
        and len(case.columns) == 1
        and case.params.get("zeta", 0.0) < LARGEST_ZETA
    ]


def quantity(case: ShelfCase, name: str) -> float:
    value = case.model.quantities[name].value
    assert value is not None
    wanted = inspect.signature(value).parameters
    return float(value(**{key: case.params[key] for key in wanted}))


def top_of(case: ShelfCase):
    """The curve turned so that its extreme is a maximum, the sign of the turn, and the place."""
    x = case.columns[0]
    grid = np.linspace(x.min(), x.max(), 20_001)
    y = case.model.function(grid, **case.params)
    sign = float(np.sign(y[np.argmax(np.abs(y))]))
    best, gap = grid[int(np.argmax(sign * y))], grid[1] - grid[0]

    def f(at: float) -> float:
        return sign * float(case.model.function(np.float64(at), **case.params))

    found = minimize_scalar(
        lambda u: -f(best + gap * u), bounds=(-1, 1), method="bounded", options={"xatol": 1e-9}
    )
    return f, sign, float(best + gap * found.x)


def moments(case: ShelfCase) -> tuple[float, float, float, float]:
    """Area, mean, variance and skewness: over the whole line, in pieces that grow outward."""
    f, sign, top = top_of(case)
    # Distances in thousandths of the data's range, heights in that of the top.
    unit, height = 1e-3 * np.ptp(case.columns[0]), f(top)
    edges = np.concatenate([[0.0], np.geomspace(1.0, 1e13, 53)])
    total = np.zeros(4)
    for side in (-1.0, 1.0):
        for low, high in pairwise(edges):
            for k in range(4):

                def integrand(u: float, k: int = k, side: float = side) -> float:
                    return f(top + side * unit * u) / height * (side * u) ** k

                total[k] += quad(integrand, low, high, limit=200)[0]
    m1, m2, m3 = total[1:] / total[0]
    variance = m2 - m1**2
    skewness = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    return sign * total[0] * unit * height, top + unit * m1, unit**2 * variance, skewness


@pytest.mark.parametrize("case", has("height", "mode"), ids=lambda case: case.id)
def test_height_and_mode(case: ShelfCase) -> None:
    f, sign, top = top_of(case)
    if "height" in case.model.quantities:
        assert quantity(case, "height") == pytest.approx(sign * f(top), rel=1e-9)
    if "mode" in case.model.quantities:
        # The top is flat: its place has half the digits of its height.
        assert quantity(case, "mode") == pytest.approx(top, abs=1e-6 * np.ptp(case.columns[0]))


@pytest.mark.parametrize("case", has("fwhm"), ids=lambda case: case.id)
def test_full_width_at_half_maximum(case: ShelfCase) -> None:
    f, _, top = top_of(case)
    reach = np.ptp(case.columns[0])
    left = top - reach
    if case.name == "lognormal":
        left = 1e-6 * top
    half = 0.5 * f(top)
    ends = [
        brentq(lambda u: f(u) - half, top, end, xtol=1e-14 * reach) for end in (left, top + reach)
    ]
    # Olivero and Longbothum's formula for the Voigt profile is good to 0.02 %.
    digits = 3e-4 if case.name == "voigt" else 1e-9
    assert quantity(case, "fwhm") == pytest.approx(ends[1] - ends[0], rel=digits)


AREAS = [
    case for case in CASES if case.model.symbols.get("amplitude", "").startswith("area under the ")
]


def test_the_amplitudes_that_are_areas_are_known() -> None:
    assert {case.name for case in AREAS} == {
        "exponential_gaussian",
        "gaussian",
        "lognormal",
        "lorentzian",
        "pearson4",
        "pearson7",
        "pseudo_voigt",
        "sech2",
        "skewed_gaussian",
        "skewed_voigt",
        "split_gaussian",
        "split_lorentzian",
        "students_t",
        "voigt",
    }


@pytest.mark.parametrize("case", AREAS, ids=lambda case: case.id)
def test_amplitude_is_the_area(case: ShelfCase) -> None:
    """Against quadrature of the curve over 12 decades of distance from its top."""
    assert moments(case)[0] == pytest.approx(case.params["amplitude"], rel=1e-8)


@pytest.mark.parametrize(
    "case", has("mean", "standard_deviation", "skewness"), ids=lambda case: case.id
)
def test_moments(case: ShelfCase) -> None:
    _, mean, variance, skewness = moments(case)
    found = {"mean": mean, "standard_deviation": np.sqrt(variance), "skewness": skewness}
    scale = np.ptp(case.columns[0])
    for name in found.keys() & case.model.quantities.keys():
        # The mean of a tail of the power 2 m = 3.2 (Pearson IV) converges as slowly as that.
        digits = 1e-4 if case.name == "pearson4" else 1e-7
        assert quantity(case, name) == pytest.approx(found[name], rel=digits, abs=digits * scale)


def test_distributions_are_those_of_scipy() -> None:
    """Twelve digits of each density, scipy.stats being another implementation."""
    same = [
        (get("students_t"), (3.0, 1.0, 0.7, 2.3), stats.t(2.3, 1.0, 0.7)),
        (get("skewed_gaussian"), (3.0, 1.0, 0.7, -2.5), stats.skewnorm(-2.5, 1.0, 0.7)),
        (get("exponential_gaussian"), (3.0, 1.0, 0.5, 1.5), stats.exponnorm(3.0, 1.0, 0.5)),
        (get("lognormal"), (3.0, 2.0, 0.6), stats.lognorm(0.6, 0.0, 2.0)),
        (get("sech2"), (3.0, 1.0, 0.8), stats.logistic(1.0, 0.4)),
    ]
    for model, params, density in same:
        found = model.function(X, *params)
        np.testing.assert_allclose(found, 3.0 * density.pdf(X), rtol=1e-11, atol=1e-300)


def test_steps_are_distribution_functions_of_scipy() -> None:
    same = {
        "erf": stats.norm(1.0, 0.7),
        "arctan": stats.cauchy(1.0, 0.7),
        "logistic": stats.logistic(1.0, 0.7),
        "linear": stats.uniform(1.0 - 0.35, 0.7),
    }
    for form, distribution in same.items():
        up = get("step", form=form).function(X, 3.0, 1.0, 0.7)
        down = get("step", form=form).function(X, 3.0, 1.0, -0.7)
        # The arctangent's far tail is a difference from 1/2.
        far = {"rtol": 1e-12, "atol": 3e-16 if form == "arctan" else 0.0}
        np.testing.assert_allclose(up, 3.0 * distribution.cdf(X), **far)
        np.testing.assert_allclose(down, 3.0 * distribution.sf(X), **far)
        both = get("rectangle", form=form).function(X, 3.0, 1.0, 0.7, 4.0, 0.7)
        other = distribution.cdf(X) - distribution.cdf(X - 3.0)
        np.testing.assert_allclose(both, 3.0 * other, rtol=1e-12, atol=1e-15)


def test_rectangles_keep_their_area_and_the_digits_of_both_tails() -> None:
    params = {"amplitude": 3.0, "center1": -1.0, "width1": 0.3, "center2": 2.0, "width2": 0.2}
    model = get("rectangle")
    area, _ = quad(lambda x: float(model.function(x, **params)), -9, 9, points=[-1, 2])
    value = model.quantities["area"].value
    assert value is not None
    assert value(amplitude=3.0, center1=-1.0, center2=2.0) == pytest.approx(area, rel=1e-10)
    for form in ("erf", "logistic"):
        f = get("rectangle", form=form).function
        far = f(np.array([-8.0, 9.0]), 3.0, -1.0, 0.3, 2.0, 0.3)
        assert far[0] == pytest.approx(far[1], rel=1e-12) and far[0] > 0


def test_families_meet() -> None:
    lorentzian = get("lorentzian").function(X, 3.0, 1.0, 0.7)
    gaussian = get("gaussian").function(X, 3.0, 1.0, 0.7)
    half = 0.7 * np.sqrt(2.0 * np.log(2.0))
    for name, params, limit, digits in (
        ("pearson7", (3.0, 1.0, 0.7, 1.0), lorentzian, 1e-13),
        ("pearson7", (3.0, 1.0, half, 1e7), gaussian, 1e-5),
        ("pearson4", (3.0, 1.0, 0.7, 1.0, 0.0), lorentzian, 1e-13),
        ("students_t", (3.0, 1.0, 0.7, 1.0), lorentzian, 1e-13),
        ("students_t", (3.0, 1.0, 0.7, 1e7), gaussian, 1e-5),
        ("moffat", (3.0 / (0.7 * np.pi), 1.0, 0.7, 1.0), lorentzian, 1e-13),
        ("pseudo_voigt", (3.0, 1.0, 0.7, 1.0), lorentzian, 1e-13),
        ("pseudo_voigt", (3.0, 1.0, half, 0.0), gaussian, 1e-13),
        ("split_lorentzian", (3.0, 1.0, 0.7, 0.7), lorentzian, 1e-13),
        ("split_gaussian", (3.0, 1.0, 0.7, 0.7), gaussian, 1e-13),
        ("skewed_gaussian", (3.0, 1.0, 0.7, 0.0), gaussian, 1e-13),
        ("skewed_voigt", (3.0, 1.0, 0.7, 0.0, 0.0), gaussian, 1e-13),
        ("exponential_gaussian", (3.0, 1.0, 0.7, 0.0), gaussian, 1e-10),
        ("exponential_gaussian", (3.0, 1.0, 0.7, -1e-10), gaussian, 1e-8),
        ("doniach", (3.0, 1.0, 0.7, 0.0), lorentzian, 1e-13),
    ):
        found = get(name).function(X, *params)
        # The limits are taken to the digits of the height, the identities to those of every value.
        part = {"rtol": digits, "atol": 0.0} if digits <= 1e-13 else {"rtol": 0, "atol": digits}
        np.testing.assert_allclose(found, limit, err_msg=name, **part)


def test_nothing_overflows_where_the_textbook_formula_does() -> None:
    """EMG: exp(s**2/2) erfc(..) is inf times 0 from s = 38 on, and 0 times inf for a long decay."""
    emg = get("exponential_gaussian").function
    for sigma, tau in ((1.0, 1e-4), (1.0, -1e-4), (1e-6, 1.0), (1e3, 1.0), (1.0, 1e6)):
        y = emg(X, 1.0, 0.5, sigma, tau)
        assert np.all(np.isfinite(y)) and np.all(y >= 0) and y.max() > 0
    # A decay much longer than the Gaussian is wide is a bare exponential behind it.
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(
        emg(x, 2.0, 0.5, 1e-6, 3.0), 2 / 3 * np.exp((0.5 - x) / 3), rtol=1e-6
    )
    assert get("sech2").function(np.array([1e4]), 1.0, 0.0, 1.0) == 0.0
    assert get("thermal", form="fermi").function(1e9, 1.0, 0.0, 1.0) == 0.0
    assert get("lognormal").function(0.0, 1.0, 2.0, 40.0) == 0.0
    dho = get("damped_harmonic_oscillator").function(np.array([-1e5, 1e5]), 1.0, 3.0, 0.5, 1.0)
    assert dho[0] == 0.0 and dho[1] > 0
    skew = get("skewed_gaussian").function(-3.0, 1.0, 0.0, 1.0, 5.0)
    assert skew == pytest.approx(stats.norm.pdf(3.0) * erfc(15 / np.sqrt(2)), rel=1e-12)


@pytest.mark.parametrize("engine", [eager, compiled], ids=["eager", "compiled"])
@pytest.mark.parametrize("tau", [1e-3, -1e-3, 1e4])
def test_slopes_are_finite_where_the_textbook_formula_overflows(engine, tau: float) -> None:
    emg = get("exponential_gaussian").function
    _, tangents = engine.jacobian(lambda p, x: emg(x, *p), np.array([1.0, 0.5, 0.7, tau]), X)
    assert np.all(np.isfinite(np.asarray(tangents)))


def test_pearson4_is_normalized_by_the_complex_gamma_function() -> None:
    for m in (0.51, 0.9, 3.3, 40.0):
        for t in (0.0, 1e-9, 0.4, 7.0, 300.0):
            expected = 2.0 * (loggamma(m + 1j * t).real - loggamma(m))
            assert _log_gamma_ratio(m, t) == pytest.approx(expected, rel=1e-13, abs=2e-13)


def test_fano() -> None:
    """U. Fano, Phys. Rev. 124, 1866, 1961, equation 21: sigma = (q + e)**2 / (1 + e**2)."""
    f = get("fano").function
    assert f(1.0 - 0.5 * 2.0, 3.0, 1.0, 0.5, 2.0) == 0.0
    assert f(1.0 + 0.5 / 2.0, 3.0, 1.0, 0.5, 2.0) == pytest.approx(3.0 * 5.0, rel=1e-15)
    assert f(1.0, 3.0, 1.0, 0.5, 0.0) == 0.0
    assert f(np.array([-1e9, 1e9]), 3.0, 1.0, 0.5, 2.0) == pytest.approx([3.0, 3.0], rel=1e-8)


def test_the_driven_oscillator_solves_its_equation() -> None:
    """The size of F / (w0**2 - w**2 + 2 i zeta w0 w), relative to a constant force."""
    w = np.linspace(0.0, 9.0, 50)
    response = 3.0**2 / (3.0**2 - w**2 + 2j * 0.2 * 3.0 * w)
    found = get("damped_oscillator").function(w, 2.0, 3.0, 0.2)
    np.testing.assert_allclose(found, 2.0 * np.abs(response), rtol=1e-13)


def test_scattering_is_in_detailed_balance() -> None:
    f = get("damped_harmonic_oscillator").function
    x = np.linspace(0.1, 9.0, 30)
    gain, loss = f(-x, 5.0, 3.0, 0.6, 1.7), f(x, 5.0, 3.0, 0.6, 1.7)
    np.testing.assert_allclose(gain, loss * np.exp(-x / 1.7), rtol=1e-13)
    limit = 4 * 5.0 * 0.6 / np.pi * 1.7 * 3.0 / (3.0**2 + 0.6**2) ** 2
    assert f(np.array([0.0, 1e-12]), 5.0, 3.0, 0.6, 1.7) == pytest.approx([limit] * 2, rel=1e-11)
    # Cold and narrow: a single Lorentzian on the loss side.
    cold = f(x, 5.0, 3.0, 0.01, 1e-3)
    np.testing.assert_allclose(
        cold, get("lorentzian").function(x, 5.0, 3.0, 0.01), rtol=0.05, atol=1e-2
    )


def test_doniach_is_the_real_part_of_a_power() -> None:
    """Equation 18 of Doniach and Sunjic: Re[exp(i pi a / 2) (1 - i e)**(a - 1)]."""
    e, a = (X - 1.0) / 0.7, 0.3
    power = np.exp(0.5j * np.pi * a) * (1.0 - 1j * e) ** (a - 1.0)
    found = get("doniach").function(X, 3.0, 1.0, 0.7, a)
    np.testing.assert_allclose(found, 3.0 / (0.7 * np.pi) * power.real, rtol=1e-12)


def test_thermal_occupation() -> None:
    fermi, bose = (get("thermal", form=form).function for form in ("fermi", "bose"))
    d = np.linspace(0.1, 30.0, 40)
    holes = 1.0 - fermi(2.0 - d, 1.0, 2.0, 0.8)
    np.testing.assert_allclose(fermi(2.0 + d, 1.0, 2.0, 0.8), holes, rtol=0, atol=2e-16)
    np.testing.assert_allclose(bose(d, 1.0, 0.0, 0.8), 1.0 / np.expm1(d / 0.8), rtol=1e-14)
    # n(-x) = -1 - n(x), the other side of the pole; and a loss spectrum is a mirrored one.
    np.testing.assert_allclose(bose(-d, 1.0, 0.0, 0.8), -1.0 - bose(d, 1.0, 0.0, 0.8), rtol=1e-13)
    np.testing.assert_array_equal(bose(-d, 1.0, 0.0, -0.8), bose(d, 1.0, 0.0, 0.8))
    # At high energy all three agree.
    classical = get("thermal", form="maxwell").function(30.0, 1.0, 0.8)
    assert fermi(30.0, 1.0, 0.0, 0.8) == pytest.approx(classical, rel=1e-15)
    assert bose(30.0, 1.0, 0.0, 0.8) == pytest.approx(classical, rel=1e-15)


@pytest.mark.parametrize("ends", ["natural", "not-a-knot"])
def test_splines_are_those_of_scipy(ends: str) -> None:
    knots = np.array([-2.0, 0.0, 0.3, 1.0, 4.0, 4.5])
    values = np.array([1.0, -3.0, 2.0, 2.5, 0.0, 7.0])
    model = get("spline", knots=knots, ends=ends)
    scipys = CubicSpline(knots, values, bc_type=ends)
    inside = np.linspace(-2.0, 4.5, 131)
    found = model.function(inside, *values)
    np.testing.assert_allclose(found, scipys(inside), rtol=0, atol=1e-13 * np.abs(found).max())
    outside = np.array([-5.0, 6.0])
    # A natural spline goes on straight, the other one as the last cubic.
    ends_at = np.where(outside < 0, knots[0], knots[-1])
    straight = scipys(ends_at) + scipys(ends_at, 1) * (outside - ends_at)
    beyond = straight if ends == "natural" else scipys(outside)
    np.testing.assert_allclose(model.function(outside, *values), beyond, rtol=1e-11)


@pytest.mark.parametrize("engine", [eager, compiled], ids=["eager", "compiled"])
@pytest.mark.parametrize("ends", ["natural", "not-a-knot"])
def test_splines_have_their_slopes_at_the_knots_too(engine, ends: str) -> None:
    knots, values = np.array([-2.0, 0.0, 0.3, 1.0, 4.0]), np.array([1.0, -3.0, 2.0, 2.5, 7.0])
    f = get("spline", knots=knots, ends=ends).function
    x = np.concatenate([knots, [-1.0, 0.1, 3.0]])
    value, slopes = engine.jacobian(lambda shift, x: f(x + shift[0], *values), np.zeros(1), x)
    scipys = CubicSpline(knots, values, bc_type=ends)
    np.testing.assert_allclose(np.asarray(value), scipys(x), rtol=0, atol=1e-13)
    np.testing.assert_allclose(np.asarray(slopes)[0], scipys(x, 1), rtol=0, atol=1e-12)
    assert np.isnan(f(np.nan, *values))


def test_gaussian2d_has_its_volume_and_its_widths() -> None:
    params = (3.0, 1.0, 2.0, 0.5, 0.8)
    f = get("gaussian2d").function
    volume, _ = dblquad(lambda y, x: float(f(x, y, *params)), -4, 6, -5, 9, epsabs=1e-9)
    assert volume == pytest.approx(3.0, rel=1e-8)
    half = 0.5 * f(1.0, 2.0, *params)
    assert f(1.0 + 0.5 * 2.3548200450309493 * 0.5, 2.0, *params) == pytest.approx(half, rel=1e-14)
    assert f(1.0, 2.0 - 0.5 * 2.3548200450309493 * 0.8, *params) == pytest.approx(half, rel=1e-14)


def test_waves() -> None:
    t = np.linspace(0.0, 3.0, 31)
    ringing = get("damped_sine").function(t, 2.0, 1.5, 0.4, 0.3, 1.0)
    expected = 1.0 + 2.0 * np.exp((-0.3 + 3j * np.pi) * t + 0.4j).imag
    np.testing.assert_allclose(ringing, expected, rtol=1e-13)
    # A chirp is a sine at its frequency of the moment, 0.5 + 0.8 t, integrated.
    phase = np.array([quad(lambda s: 2 * np.pi * (0.5 + 0.8 * s), 0.0, end)[0] for end in t])
    chirp = get("chirp").function(t, 2.0, 0.5, 0.8, 0.4, 1.0)
    np.testing.assert_allclose(chirp, 1.0 + 2.0 * np.sin(phase + 0.4), rtol=0, atol=1e-13)


def test_the_error_functions_of_the_scans() -> None:
    z = np.linspace(0.0, 50.0, 4001)
    np.testing.assert_allclose(near_erfcx(z), erfcx(z), rtol=1.3e-7)
    both = np.linspace(-6.0, 6.0, 1201)
    np.testing.assert_allclose(near_erfc(both), erfc(both), rtol=1.3e-7)
