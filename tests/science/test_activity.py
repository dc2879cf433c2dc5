"""Activity coefficients are derivatives: Gibbs-Duhem, Euler's sum, mixtures, fits, the example."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import residua as rs
from residua._errors import ModelError
from residua.autodiff import compiled, eager
from residua.autodiff.check import check_jacobian
from residua.autodiff.operators import derivative
from residua.science.registry import get
from residua.science.thermodynamics.activity import ln_activity_coefficients
from residua.science.thermodynamics.activity_local import nrtl, nrtl_mixture, wilson, wilson_mixture
from residua.science.thermodynamics.activity_uniquac import uniquac_mixture

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "activity_coefficients.py"
# Both ends included: there every limit exists and must be met.
X = np.linspace(0.0, 1.0, 50)
SIZES = {"r1": 2.1055, "r2": 0.92, "q1": 1.972, "q2": 1.4}
MODELS = [
    ("margules1", {}),
    ("margules", {}),
    ("van_laar", {}),
    ("redlich_kister", {"order": 0}),
    ("redlich_kister", {"order": 4}),
    ("wilson", {}),
    ("nrtl", {}),
    ("uniquac", {}),
    ("uniquac", SIZES),
]
RNG = np.random.default_rng(20)


def draws(name: str, count: int) -> list[np.ndarray]:
    """Parameters as liquids have them; positive ones where the equation has a logarithm."""
    rng = np.random.default_rng(5)
    if name == "nrtl":
        return [np.array([*rng.normal(0.5, 1.5, 2), rng.uniform(0.2, 0.47)]) for _ in range(count)]
    if name in ("wilson", "uniquac", "van_laar"):
        return [np.exp(rng.normal(-0.3, 0.8, 2)) for _ in range(count)]
    return [rng.normal(0.0, 1.0, 9) for _ in range(count)]


def cases(count: int) -> list[tuple]:
    rows = []
    for name, options in MODELS:
        model = get(name, **options)
        for i, p in enumerate(draws(name, count)):
            label = f"{name}{len(options) or ''}-{i}"
            rows.append(pytest.param(model, p[: len(model.parameters)], id=label))
    return rows


def of(model, quantity: str):
    return model.quantities[quantity].of(model.function)


@pytest.mark.parametrize("model, p", cases(4))
def test_gibbs_duhem_holds(model, p) -> None:
    """x1 dln gamma1/dx1 + x2 dln gamma2/dx1 = 0 at 50 compositions, to 1e-12 of its terms."""
    terms = [
        x * derivative(of(model, name), 0)(X, *p)
        for x, name in ((X, "ln_gamma1"), (1.0 - X, "ln_gamma2"))
    ]
    size = max(1.0, float(np.abs(terms).max()))
    assert np.abs(terms[0]).max() > 1e-3, "nothing would cancel"
    np.testing.assert_allclose(terms[0] + terms[1], 0.0, rtol=0, atol=1e-12 * size)


@pytest.mark.parametrize("model, p", cases(4))
def test_the_parts_add_up_to_the_energy_and_end_in_the_pure_liquids(model, p) -> None:
    """Euler's sum; ln gamma of a pure liquid is 0, and its slope there (Raoult) too."""
    first, second = (of(model, name)(X, *p) for name in ("ln_gamma1", "ln_gamma2"))
    energy = model.function(X, *p)
    np.testing.assert_allclose(X * first + (1.0 - X) * second, energy, rtol=0, atol=1e-13)
    np.testing.assert_allclose([energy[0], energy[-1]], 0.0, atol=1e-14)
    np.testing.assert_allclose([first[-1], second[0]], 0.0, atol=1e-13)
    slope = derivative(of(model, "ln_gamma1"), 0)(np.array([1.0]), *p)
    np.testing.assert_allclose(slope, 0.0, atol=1e-12)
    np.testing.assert_allclose(of(model, "gamma1")(X, *p), np.exp(first), rtol=1e-14)
    np.testing.assert_allclose(of(model, "gamma2")(X, *p), np.exp(second), rtol=1e-14)


@pytest.mark.parametrize("model, p", cases(2))
def test_infinite_dilution_is_the_limit(model, p) -> None:
    """Against ln gamma near the end, extrapolated by Richardson from two distances: six digits."""
    for name, end in (("ln_gamma1", 0.0), ("ln_gamma2", 1.0)):
        quantity = model.quantities[f"{name}_infinite"]
        limit = quantity.value(**dict(zip(model.parameters, p)))
        assert np.ndim(limit) == 0
        near, nearer = (of(model, name)(np.array([abs(end - h)]), *p)[0] for h in (2e-5, 1e-5))
        assert limit == pytest.approx(2.0 * nearer - near, abs=1e-7)
        assert limit == pytest.approx(of(model, name)(np.array([end]), *p)[0], abs=1e-14)


@pytest.mark.parametrize("engine", [eager, compiled], ids=lambda module: module.__name__[17:])
@pytest.mark.parametrize("model, p", cases(1))
def test_the_ends_have_finite_derivatives(model, p, engine) -> None:
    """By the parameters, at x1 = 0 and 1 and between, against finite differences."""

    def at(theta, x):
        return model.function(x, *theta)

    value, tangents = engine.jacobian(lambda theta: at(theta, X), p)
    assert np.isfinite(value).all() and np.isfinite(tangents).all()
    assert check_jacobian(at, p, X, engine=engine.jacobian) < 1e-7


def unlike(count: int) -> dict[str, np.ndarray]:
    """Parameters of a mixture without any symmetry but what the models demand."""
    Lambda, tau = np.exp(RNG.normal(-0.3, 0.6, (2, count, count)))
    alpha = RNG.uniform(0.2, 0.47, (count, count))
    energies = RNG.normal(0.5, 1.0, (count, count))
    for matrix, diagonal in ((Lambda, 1.0), (tau, 1.0), (energies, 0.0)):
        np.fill_diagonal(matrix, diagonal)
    sizes, surfaces = RNG.uniform(0.8, 4.0, (2, count))
    return {
        "Lambda": Lambda,
        "tau": tau,
        "energies": energies,
        "alpha": 0.5 * (alpha + alpha.T),
        "r": sizes,
        "q": surfaces,
    }


def mixtures(count: int):
    given = unlike(count)
    return [
        (wilson_mixture, (given["Lambda"],)),
        (nrtl_mixture, (given["energies"], given["alpha"])),
        (uniquac_mixture, (given["tau"], given["r"], given["q"])),
    ]


def binary(energy, parameters):
    """The shelf's model and parameters of a mixture of two."""
    if energy is wilson_mixture:
        (Lambda,) = parameters
        return get("wilson"), (Lambda[0, 1], Lambda[1, 0])
    if energy is nrtl_mixture:
        tau, alpha = parameters
        return get("nrtl"), (tau[0, 1], tau[1, 0], alpha[0, 1])
    tau, r, q = parameters
    sizes = {"r1": r[0], "r2": r[1], "q1": q[0], "q2": q[1]}
    return get("uniquac", **sizes), (tau[0, 1], tau[1, 0])


@pytest.mark.parametrize("energy, parameters", mixtures(2), ids=["wilson", "nrtl", "uniquac"])
def test_a_mixture_of_two_is_the_binary(energy, parameters) -> None:
    model, p = binary(energy, parameters)
    n = 3.0 * np.stack([X, 1.0 - X], axis=-1)
    np.testing.assert_allclose(energy(n, *parameters) / 3.0, model.function(X, *p), atol=1e-14)
    found = ln_activity_coefficients(energy, n, *parameters)
    expected = np.stack([of(model, f"ln_gamma{i}")(X, *p) for i in (1, 2)], axis=-1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("energy, parameters", mixtures(4), ids=["wilson", "nrtl", "uniquac"])
def test_mixtures_of_four_obey_euler_and_gibbs_duhem(energy, parameters) -> None:
    """sum n_i ln gamma_i is the energy; along any change of composition x . d ln gamma = 0."""
    n = RNG.dirichlet(np.ones(4), 6) * 2.5
    n[0, 2] = 0.0
    gammas = ln_activity_coefficients(energy, n, *parameters)
    assert gammas.shape == n.shape and np.isfinite(gammas).all()
    np.testing.assert_allclose(np.sum(n * gammas, axis=-1), energy(n, *parameters), atol=1e-13)
    # Amounts do not count, only their ratios.
    twice = ln_activity_coefficients(energy, 2.0 * n[1], *parameters)
    np.testing.assert_allclose(twice, gammas[1], rtol=0, atol=1e-14)
    # The matrix of second derivatives has n in its kernel; central differences, eight digits.
    away, h = RNG.normal(size=4), 1e-5
    ahead, behind = (
        ln_activity_coefficients(energy, n[1] + sign * h * away, *parameters) for sign in (1, -1)
    )
    change = (ahead - behind) / (2.0 * h)
    assert np.abs(change).max() > 1e-3
    assert abs(n[1] @ change) < 1e-8


def test_a_component_that_is_another_changes_nothing() -> None:
    """Three components, two of them the same liquid, are a binary."""
    Lambda = np.array([[1.0, 0.3, 0.3], [0.7, 1.0, 1.0], [0.7, 1.0, 1.0]])
    found = ln_activity_coefficients(wilson_mixture, [0.4, 0.25, 0.35], Lambda)
    two = ln_activity_coefficients(wilson_mixture, [0.4, 0.6], Lambda[:2, :2])
    np.testing.assert_allclose(found, two[[0, 1, 1]], rtol=1e-13)


def test_uniquac_of_equal_molecules_is_wilson() -> None:
    plain = get("uniquac").function(X, tau12=0.4, tau21=0.7)
    np.testing.assert_allclose(plain, wilson(X, 0.7, 0.4), rtol=0, atol=1e-15)
    # And NRTL of alpha = 0 is the one-parameter Margules equation.
    np.testing.assert_allclose(nrtl(X, 0.5, 0.9, 0.0), 1.4 * X * (1 - X), rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    "name, options, text",
    [
        ("uniquac", {"r1": 0.0}, "cannot have r1 = 0.0"),
        ("uniquac", {"q2": "1"}, "cannot have q2 = '1'"),
        ("uniquac", {"z": True}, "cannot have z = True"),
        ("redlich_kister", {"order": -1}, "cannot have order -1"),
        ("redlich_kister", {"order": 2.0}, "cannot have order 2.0"),
        ("redlich_kister", {"order": 13}, "cannot have order 13"),
        ("wilson", {"order": 1}, "takes no options"),
    ],
)
def test_wrong_options_are_explained(name, options, text) -> None:
    with pytest.raises(ModelError, match=re.escape(text)):
        get(name, **options)


@pytest.mark.parametrize(
    "name, options, truth, quantity",
    [
        ("margules", {}, {"A12": 0.9, "A21": 0.4}, "ln_gamma1"),
        ("uniquac", SIZES, {"tau12": 1.0, "tau21": 0.4}, "ln_gamma2"),
    ],
)
def test_activity_coefficients_are_fitted_without_a_guess(name, options, truth, quantity) -> None:
    """Measured ln gamma of one component give the parameters of the energy."""
    model = rs.model(name, **options).quantity(quantity)
    x = np.linspace(0.05, 0.95, 19)
    clean = model(x, **truth)
    noise = 0.003 * np.random.default_rng(3).standard_normal(x.size)
    fit = rs.fit(model, x, clean + noise)
    assert fit.ok, fit.warnings
    assert fit.rss <= np.sum(noise**2)
    for key, value in truth.items():
        assert abs(fit.params[key] - value) < 4.0 * fit.stderr[key]


def test_a_fit_of_energies_gives_error_bars_of_what_follows() -> None:
    """At infinite dilution the band of ln gamma1 is that of A12, which is its limit."""
    table = rs.example("vapor_liquid_butanone_toluene")
    x, y, P = (table[key][1:-1] for key in ("x1", "y1", "pressure"))
    pure = table["pressure"][[0, -1]]
    energy = x * np.log(y * P / (x * pure[1])) + (1 - x) * np.log((1 - y) * P / ((1 - x) * pure[0]))
    fit = rs.fit("margules", x, energy)
    dilute = fit.quantity("ln_gamma1_infinite")
    assert (dilute.value, dilute.stderr) == pytest.approx((fit.params["A12"], fit.stderr["A12"]))
    band = fit.quantity("ln_gamma1").predict(np.array([0.0, 1.0]))
    assert band.value == pytest.approx([fit.params["A12"], 0.0], abs=1e-14)
    assert band.stderr == pytest.approx([fit.stderr["A12"], 0.0], abs=1e-12)
    # Smith, Van Ness and Abbott print 0.372 and 0.198 for these data, from a straight line.
    assert abs(fit.params["A12"] - 0.372) < fit.stderr["A12"]
    assert abs(fit.params["A21"] - 0.198) < fit.stderr["A21"]


# CI runs these scripts for the gallery of the site; what they print is compared before a release.
@pytest.mark.slow
def test_the_example_prints_the_numbers_of_the_sources_and_draws(tmp_path) -> None:
    """S3d: 0.760325925925926 and 0.24495925925925924 to 14 digits, and zero at 50 compositions."""
    script = [sys.executable, str(EXAMPLE), str(tmp_path)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    printed = dict(re.findall(r"(ln gamma\d)\(n = 1, 2\) = (\S+)", done.stdout))
    assert float(printed["ln gamma1"]) == pytest.approx(0.760325925925926, abs=1e-14)
    assert float(printed["ln gamma2"]) == pytest.approx(0.24495925925925924, abs=1e-14)
    assert "Gibbs-Duhem over 50 compositions: True" in done.stdout
    assert (tmp_path / "activity_coefficients.png").stat().st_size > 30_000
