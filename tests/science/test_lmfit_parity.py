"""Every model of lmfit is on the shelf: the same curve, by other names and conventions.

Ours: amplitude is the area where there is one, gamma the half width at half maximum, sigma a
standard deviation, frequencies in cycles. The table says how the numbers of lmfit follow from ours.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

from residua.science.registry import get

lmfit_models = pytest.importorskip("lmfit.models")

DRAWS = 20
# Twelve digits of the largest value of the curve.
DIGITS = 1e-12

HERE = np.linspace(-4.0, 6.0, 201)
ABOVE = np.linspace(0.05, 9.0, 201)
PLACE = {"center": (-1.0, 2.0)}
PEAK = {"amplitude": (-5.0, 5.0), **PLACE}
GAMMA = {"gamma": (0.3, 2.0)}
SIGMA = {"sigma": (0.3, 2.0)}
STEP = {"amplitude": (-5.0, 5.0), **PLACE, "width": (0.2, 2.0)}
RECTANGLE = {
    "amplitude": (-5.0, 5.0),
    "center1": (-2.0, 0.0),
    "width1": (0.2, 1.0),
    "center2": (1.0, 3.0),
    "width2": (0.2, 1.0),
}
WAVE = {"amplitude": (0.5, 3.0), "frequency": (0.1, 2.0), "phase": (0.0, 3.0)}
THERMAL = {"amplitude": (0.5, 3.0), "center": (-2.0, 0.0), "kT": (0.3, 2.0)}
ERF = np.sqrt(2.0)


class Row(NamedTuple):
    """A class of lmfit, our model, the range of each of our parameters, and lmfit's from ours."""

    theirs: str
    ours: str
    ranges: Mapping[str, tuple[float, float]]
    translate: Callable[..., dict[str, float]]
    options: Mapping[str, Any] = {}
    made: Mapping[str, Any] = {}
    x: np.ndarray = HERE
    # Parameters of ours that lmfit's model lacks, and what they are held at.
    held: Mapping[str, float] = {}


def same(**p: float) -> dict[str, float]:
    return p


def gamma_is_sigma(gamma: float, **p: float) -> dict[str, float]:
    return {**p, "sigma": gamma}


def step(factor: float) -> Callable[..., dict[str, float]]:
    return lambda width, **p: {**p, "sigma": factor * width}


def rectangle(factor: float) -> Callable[..., dict[str, float]]:
    return lambda width1, width2, **p: {**p, "sigma1": factor * width1, "sigma2": factor * width2}


def thermal(amplitude: float, center: float, kT: float) -> dict[str, float]:
    """1 / (A exp(..) -+ 1): only A exp(-center / kT) counts. Here the center carries all of it."""
    return {"amplitude": 2.0, "center": center + kT * np.log(2.0), "kt": kT}


def pearson7(amplitude: float, center: float, gamma: float, m: float) -> dict[str, float]:
    width = gamma / np.sqrt(2.0 ** (1.0 / m) - 1.0)
    return {"amplitude": amplitude, "center": center, "sigma": width, "expon": m}


def pearson4(
    amplitude: float, center: float, width: float, m: float, nu: float
) -> dict[str, float]:
    return {"amplitude": amplitude, "center": center, "sigma": width, "expon": m, "skew": nu}


def doniach(amplitude: float, center: float, gamma: float, asymmetry: float) -> dict[str, float]:
    height = amplitude / (np.pi * gamma**asymmetry)
    return {"amplitude": height, "center": center, "sigma": gamma, "gamma": asymmetry}


TABLE = (
    Row("ConstantModel", "constant", {"c": (-5.0, 5.0)}, same),
    Row("LinearModel", "line", {"slope": (-2.0, 2.0), "intercept": (-5.0, 5.0)}, same),
    Row(
        "QuadraticModel",
        "quadratic",
        {"c0": (-5.0, 5.0), "c1": (-2.0, 2.0), "c2": (-2.0, 2.0)},
        lambda c0, c1, c2: {"a": c2, "b": c1, "c": c0},
    ),
    Row(
        "PolynomialModel",
        "polynomial",
        {f"c{k}": (-2.0, 2.0) for k in range(6)},
        same,
        {"degree": 5},
        {"degree": 5},
    ),
    Row(
        "SineModel",
        "sine",
        WAVE,
        lambda frequency, phase, **p: {**p, "frequency": 2 * np.pi * frequency, "shift": phase},
        held={"offset": 0.0},
    ),
    Row("GaussianModel", "gaussian", PEAK | SIGMA, same),
    Row(
        "Gaussian2dModel",
        "gaussian2d",
        {
            "amplitude": (-5.0, 5.0),
            "center_x": (-1.0, 2.0),
            "center_y": (-1.0, 2.0),
            "sigma_x": (0.3, 2.0),
            "sigma_y": (0.3, 2.0),
        },
        lambda **p: {name.replace("_", ""): value for name, value in p.items()},
    ),
    Row("LorentzianModel", "lorentzian", PEAK | GAMMA, gamma_is_sigma),
    Row(
        "SplitLorentzianModel",
        "split_lorentzian",
        PEAK | {"gamma_left": (0.3, 2.0), "gamma_right": (0.3, 2.0)},
        lambda gamma_left, gamma_right, **p: {**p, "sigma": gamma_left, "sigma_r": gamma_right},
    ),
    Row("VoigtModel", "voigt", PEAK | SIGMA | GAMMA, same),
    Row("PseudoVoigtModel", "pseudo_voigt", PEAK | GAMMA | {"fraction": (0, 1)}, gamma_is_sigma),
    Row(
        "MoffatModel",
        "moffat",
        {"height": (-5.0, 5.0), **PLACE, "alpha": (0.3, 2.0), "beta": (0.5, 5.0)},
        lambda height, center, alpha, beta: {
            "amplitude": height,
            "center": center,
            "sigma": alpha,
            "beta": beta,
        },
    ),
    Row(
        "Pearson4Model",
        "pearson4",
        PEAK | {"width": (0.3, 2.0), "m": (0.6, 15.0), "nu": (-8.0, 8.0)},
        pearson4,
    ),
    Row("Pearson7Model", "pearson7", PEAK | GAMMA | {"m": (0.6, 20.0)}, pearson7),
    # lmfit's sigma is the number of degrees of freedom, and its scale is 1.
    Row(
        "StudentsTModel",
        "students_t",
        PEAK | {"nu": (0.5, 30.0)},
        lambda nu, **p: {**p, "sigma": nu},
        held={"scale": 1.0},
    ),
    # lmfit's sigma is the full width.
    Row(
        "BreitWignerModel",
        "breit_wigner",
        PEAK | GAMMA | {"q": (-3.0, 3.0)},
        lambda gamma, **p: {**p, "sigma": 2.0 * gamma},
    ),
    Row(
        "LognormalModel",
        "lognormal",
        {"amplitude": (-5.0, 5.0), "median": (0.5, 5.0), "sigma": (0.2, 1.5)},
        lambda median, **p: {**p, "center": np.log(median)},
        x=ABOVE,
    ),
    Row(
        "DampedOscillatorModel",
        "damped_oscillator",
        {"amplitude": (-5.0, 5.0), "center": (0.5, 5.0), "zeta": (0.05, 1.5)},
        lambda zeta, **p: {**p, "sigma": zeta},
    ),
    Row(
        "DampedHarmonicOscillatorModel",
        "dho",
        {"amplitude": (-5.0, 5.0), "center": (0.5, 4.0), **GAMMA, "kT": (0.5, 5.0)},
        lambda gamma, kT, **p: {**p, "sigma": gamma, "gamma": kT},
    ),
    Row(
        "ExponentialGaussianModel",
        "exponential_gaussian",
        PEAK | SIGMA | {"tau": (0.3, 3.0)},
        lambda tau, **p: {**p, "gamma": 1.0 / tau},
    ),
    Row(
        "SkewedGaussianModel",
        "skewed_gaussian",
        PEAK | SIGMA | {"skew": (-4.0, 4.0)},
        lambda skew, **p: {**p, "gamma": skew},
    ),
    Row("SkewedVoigtModel", "skewed_voigt", PEAK | SIGMA | GAMMA | {"skew": (-4.0, 4.0)}, same),
    Row(
        "ThermalDistributionModel",
        "thermal",
        THERMAL,
        thermal,
        {"form": "fermi"},
        {"form": "fermi"},
        held={"amplitude": 1.0},
    ),
    Row(
        "ThermalDistributionModel",
        "thermal",
        THERMAL,
        thermal,
        {"form": "bose"},
        {"form": "bose"},
        ABOVE,
        {"amplitude": 1.0},
    ),
    # 1 / (A exp((x - center) / kt)): its center only scales, and ours is in the amplitude.
    Row(
        "ThermalDistributionModel",
        "thermal",
        {"amplitude": (0.5, 3.0), "kT": (0.3, 2.0)},
        lambda amplitude, kT: {
            "amplitude": np.exp(0.7 / kT) / amplitude,
            "center": 0.7,
            "kt": kT,
        },
        {"form": "maxwell"},
        {"form": "maxwell"},
        ABOVE,
    ),
    Row(
        "BoseModel",
        "thermal",
        THERMAL,
        lambda kT, **p: {**p, "kt": kT},
        {"form": "bose"},
        x=ABOVE,
    ),
    Row("FermiModel", "thermal", THERMAL, lambda kT, **p: {**p, "kt": kT}, {"form": "fermi"}),
    Row("DoniachModel", "doniach", PEAK | GAMMA | {"asymmetry": (0.0, 0.6)}, doniach),
    Row(
        "PowerLawModel",
        "powerlaw",
        {"amplitude": (-5.0, 5.0), "exponent": (-2.0, 3.0)},
        same,
        x=ABOVE,
    ),
    # Without an offset: fixed={"offset": 0.0}.
    Row(
        "ExponentialModel",
        "exponential",
        {"amplitude": (-5.0, 5.0), "rate": (-1.0, 1.0)},
        lambda rate, **p: {**p, "decay": 1.0 / rate},
        held={"offset": 0.0},
    ),
    Row("StepModel", "step", STEP, step(1.0), {"form": "linear"}, {"form": "linear"}),
    Row("StepModel", "step", STEP, step(1.0), {"form": "arctan"}, {"form": "arctan"}),
    Row("StepModel", "step", STEP, step(ERF), {"form": "erf"}, {"form": "erf"}),
    Row("StepModel", "step", STEP, step(1.0), {"form": "logistic"}, {"form": "logistic"}),
    # Its straight ramps are 2 sigma long, those of its step 1 sigma.
    Row(
        "RectangleModel",
        "rectangle",
        RECTANGLE,
        rectangle(0.5),
        {"form": "linear"},
        {"form": "linear"},
    ),
    Row(
        "RectangleModel",
        "rectangle",
        RECTANGLE,
        rectangle(1.0),
        {"form": "arctan"},
        {"form": "arctan"},
    ),
    Row("RectangleModel", "rectangle", RECTANGLE, rectangle(ERF), {"form": "erf"}, {"form": "erf"}),
    Row(
        "RectangleModel",
        "rectangle",
        RECTANGLE,
        rectangle(1.0),
        {"form": "logistic"},
        {"form": "logistic"},
    ),
)

# What a row of numbers cannot say.
ELSEWHERE = {
    "SplineModel": "spline: its parameters are values at the knots, lmfit's B-spline coefficients"
    " (test_the_spline_is_in_the_same_space)",
    "ParabolicModel": "another name of QuadraticModel, as is our alias parabolic",
    "ExpressionModel": 'a formula: rs.model("a*exp(-b*x)") (test_an_expression_is_a_formula)',
    "ComplexConstantModel": "a complex constant: complex data are not fitted as such here; fit real"
    " and imaginary parts, each a constant",
}


def label(row: Row) -> str:
    return "-".join([row.theirs, *map(str, row.options.values())])


def test_every_model_of_lmfit_has_a_row() -> None:
    classes = {
        name
        for name, found in vars(lmfit_models).items()
        if inspect.isclass(found) and issubclass(found, lmfit_models.Model) and name != "Model"
    }
    assert classes == {row.theirs for row in TABLE} | set(ELSEWHERE)
    assert len(classes) >= 34


@pytest.mark.parametrize("row", TABLE, ids=label)
def test_the_same_curve(row: Row) -> None:
    ours = get(row.ours, **row.options)
    theirs = getattr(lmfit_models, row.theirs)(**row.made)
    rng = np.random.default_rng(len(label(row)))
    columns = {"x": row.x}
    if len(ours.independent) == 2:
        columns["y"] = row.x[::-1] ** 2 / 10.0
    for _ in range(DRAWS):
        drawn = {name: rng.uniform(*limits) for name, limits in row.ranges.items()}
        params = {**drawn, **row.held}
        expected = theirs.eval(
            **{name: x.copy() for name, x in columns.items()}, **row.translate(**drawn)
        )
        found = ours.function(*columns.values(), **params)
        close = np.max(np.abs(found - expected)) / np.max(np.abs(expected))
        assert close < DIGITS, params


def test_the_spline_is_in_the_same_space() -> None:
    """lmfit's spline, given by its coefficients, is ours through its values at the knots."""
    knots = np.array([-3.0, -1.0, 0.0, 0.5, 2.0, 3.5, 5.0])
    theirs = lmfit_models.SplineModel(xknots=knots)
    ours = get("spline", knots=knots, ends="not-a-knot").function
    rng = np.random.default_rng(7)
    for _ in range(DRAWS):
        coefficients = {f"s{k}": rng.uniform(-5.0, 5.0) for k in range(knots.size)}
        expected = theirs.eval(x=HERE, **coefficients)
        found = ours(HERE, *theirs.eval(x=knots, **coefficients))
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(expected).max())


def test_an_expression_is_a_formula() -> None:
    import residua as rs

    theirs = lmfit_models.ExpressionModel("a*exp(-b*x) + c")
    expected = theirs.eval(x=HERE, a=2.0, b=0.3, c=1.0)
    found = rs.model("a*exp(-b*x) + c")(HERE, a=2.0, b=0.3, c=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_the_lineshapes_that_have_no_model_of_their_own_are_here_too() -> None:
    """lmfit.lineshapes holds a decaying sine and a logistic step that no model of it uses."""
    from lmfit.lineshapes import expsine, logistic

    found = get("damped_sine").function(HERE, 2.0, 0.7, 0.4, 0.3, 0.0)
    expected = expsine(HERE, amplitude=2.0, frequency=2 * np.pi * 0.7, shift=0.4, decay=0.3)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
    step_up = get("step", form="logistic").function(HERE, 2.0, 1.0, 0.6)
    expected = logistic(HERE, amplitude=2.0, center=1.0, sigma=0.6)
    np.testing.assert_allclose(step_up, expected, rtol=0, atol=2e-12)
