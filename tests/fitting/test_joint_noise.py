"""Noise levels of several datasets: estimated where unknown, questioned where claimed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

import residua as rs
from residua.fitting.joint.noise_notes import Scatter, noise_notes


def line_and_slope(seed=0, n=40, m=25, noise=(0.3, 0.05)):
    rng = np.random.default_rng(seed)
    x, u = np.linspace(0, 3, n), np.linspace(0, 3, m)
    y = 1 + 2 * x + 0.5 * x**2 + noise[0] * rng.standard_normal(n)
    d = 2 + u + noise[1] * rng.standard_normal(m)
    return x, y, u, d


def slopes(f):
    return f.derivative("x")


QUADRATIC = "a + b*x + c*x**2"


def test_unknown_levels_of_two_kinds_are_those_of_restricted_likelihood():
    x, y, u, d = line_and_slope()
    fit = rs.fit(QUADRATIC, {"value": rs.dataset(x, y), "slope": rs.dataset(u, d, of=slopes)})
    A = np.column_stack([np.ones(40), x, x**2])
    B = np.column_stack([np.zeros(25), np.ones(25), 2 * u])
    M, z = np.vstack([A, B]), np.concatenate([y, d])

    def criterion(logs):
        w = np.concatenate([np.full(40, np.exp(-logs[0])), np.full(25, np.exp(-logs[1]))])
        Mw, zw = M * w[:, None], z * w
        beta = np.linalg.lstsq(Mw, zw, rcond=None)[0]
        _, det = np.linalg.slogdet(Mw.T @ Mw)
        return 0.5 * ((zw - Mw @ beta) ** 2).sum() - np.log(w).sum() + 0.5 * det

    best = minimize(
        criterion, [-1.0, -3.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13}
    )
    levels = np.exp(best.x)
    found = [fit.noise_levels["value"], fit.noise_levels["slope"]]
    np.testing.assert_allclose(found, levels, rtol=1e-5)  # as far as the simplex goes
    w = np.concatenate([np.full(40, 1 / found[0]), np.full(25, 1 / found[1])])
    H = np.linalg.inv((M * w[:, None]).T @ (M * w[:, None]))
    np.testing.assert_allclose(fit.standard_errors, np.sqrt(np.diag(H)), rtol=1e-9)
    assert fit.rss == pytest.approx(fit.dof, rel=1e-8)  # chi-square is its expectation
    assert 1 < fit.interval_dof < fit.dof
    said = " ".join(fit.warnings)
    assert "no sigma was given for 'value'" in said and "no sigma was given for 'slope'" in said
    assert "variance components" in str(fit)
    # Other levels are other costs, not another minimum.
    assert not any(kind is rs.Finding.OTHER_MINIMUM for kind, _ in fit.findings)


def test_intervals_with_estimated_levels_cover_the_truth():
    hits = 0
    for seed in range(120):
        x, y, u, d = line_and_slope(seed, n=10, m=6)
        fit = rs.fit(
            QUADRATIC,
            [rs.dataset(x, y), rs.dataset(u, d, of=slopes)],
            start={"a": 1.0, "b": 1.0, "c": 1.0},
            engine="numeric",
        )
        low, high = fit.confidence_intervals()["b"]
        hits += low < 2 < high
    # 95 % of 120 is 114; fewer than 106 would happen once in a thousand runs.
    assert hits >= 106


def test_a_known_sigma_stays_and_an_unknown_one_is_estimated():
    x, y, u, d = line_and_slope()
    fit = rs.fit(
        QUADRATIC,
        {
            "value": rs.dataset(x, y, sigma=0.3, absolute_sigma=True),
            "slope": rs.dataset(u, d, of=slopes),
        },
    )
    assert fit.noise_levels["value"] == 1.0
    assert fit.noise_levels["slope"] == pytest.approx(0.05, rel=0.4)
    known = rs.fit(
        QUADRATIC,
        {
            "value": rs.dataset(x, y, sigma=0.3),
            "slope": rs.dataset(u, d, sigma=fit.noise_levels["slope"], of=slopes),
        },
        absolute_sigma=True,
    )
    np.testing.assert_allclose(fit.theta, known.theta, rtol=1e-8)
    np.testing.assert_allclose(fit.standard_errors, known.standard_errors, rtol=1e-8)
    prediction = fit.parts["slope"].predict([1.0], interval="prediction")
    confidence = fit.parts["slope"].predict([1.0])
    from scipy.stats import t

    width = (prediction.high - prediction.low)[0] / 2
    spread = np.hypot(confidence.stderr[0], fit.noise_levels["slope"])
    assert width == pytest.approx(t.ppf(0.975, fit.interval_dof) * spread, rel=1e-9)


def test_datasets_of_one_kind_without_sigma_share_one_level():
    rng = np.random.default_rng(1)
    x = np.linspace(0, 3, 30)
    sets = [(x, 2 * x + k + 0.1 * rng.standard_normal(30)) for k in range(3)]
    fit = rs.fit("a*x + b", sets, local=["b"])
    assert not fit.levels.estimated and not fit.warnings
    assert fit.noise_levels["2"] == fit.residual_standard_error


def test_exact_data_leave_nothing_to_estimate():
    x, u = np.linspace(0, 3, 20), np.linspace(0, 3, 10)
    fit = rs.fit(
        QUADRATIC, [rs.dataset(x, 1 + 2 * x + 0.5 * x**2), rs.dataset(u, 2 + u, of=slopes)]
    )
    np.testing.assert_allclose(fit.theta, [1, 2, 0.5], rtol=1e-10)
    assert fit.ok


def test_a_level_that_no_residual_tells_is_refused():
    x, y, _, _ = line_and_slope()
    with pytest.raises(rs.DataError, match=r"noise of 'one' cannot be estimated"):
        rs.fit(
            "a + b*x + c*x**2 + k*x**3",
            {
                "value": rs.dataset(x[:3], y[:3]),
                "one": rs.dataset([1.0, 2.0], [3.0, 4.0], of=slopes),
            },
            start={"a": 1.0, "b": 1.0, "c": 1.0, "k": 0.0},
            fixed=["k"],
        )


def test_a_misfit_that_a_level_would_hide_is_said():
    x, y, u, d = line_and_slope()
    fit = rs.fit(QUADRATIC, {"value": rs.dataset(x, y), "slope": rs.dataset(u, 160 * d, of=slopes)})
    assert any("explains nothing of it" in w and "'slope'" in w for w in fit.warnings)


@pytest.mark.parametrize("absolute", [True, False])
def test_a_sigma_that_disagrees_with_its_residuals_is_named(absolute):
    rng = np.random.default_rng(2)
    x = np.linspace(0, 3, 40)
    truth = [(0.1, 0.1), (0.1, 0.1), (0.5, 0.1), (0.1, 0.1)]  # (real, claimed)
    sets = {
        name: (x, 2 * x + 1 + real * rng.standard_normal(40), claimed)
        for name, (real, claimed) in zip("pqrs", truth)
    }
    fit = rs.fit("a*x + b", sets, absolute_sigma=absolute)
    found = [text for kind, text in fit.findings if kind is rs.Finding.NOISE_LEVELS]
    assert len(found) == 1 and "'r'" in found[0] and "sigma is too small" in found[0]
    assert found[0] in " ".join(str(fit).split())


def test_honest_sigmas_are_not_questioned():
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(300):
        scatters = [Scatter(str(k), rng.chisquare(12), 12) for k in range(8)]
        alarms += bool(noise_notes(scatters, bool(rng.integers(2)), True))
    assert alarms <= 3


def test_two_datasets_that_disagree_name_the_larger_scatter():
    scatters = [Scatter("calm", 20.0, 20), Scatter("wild", 500.0, 20)]
    for order in (scatters, scatters[::-1]):
        (note,) = noise_notes(order, False, False)
        assert "'wild'" in note[1] and "no sigma was given" in note[1]
        (note,) = noise_notes(order, True, True)
        assert "'wild'" in note[1] and "reduced chi-square 25" in note[1]
    # All of them beyond their sigma: nothing about one dataset.
    assert noise_notes([Scatter(n, 500.0, 20) for n in "abc"], True, True) == []


def test_structure_is_found_in_the_dataset_that_has_it():
    rng = np.random.default_rng(4)
    x = np.linspace(0, 3, 60)
    good = 2 * x + 1 + 0.1 * rng.standard_normal(60)
    bent = 2 * x + 0.3 * np.sin(3 * x) + 1 + 0.05 * rng.standard_normal(60)
    fit = rs.fit("a*x + b", {"good": (x, good), "bent": (x, bent)})
    found = [t for kind, t in fit.findings if kind is rs.Finding.STRUCTURED_RESIDUALS]
    assert len(found) == 1 and "'bent'" in found[0]
    assert fit.parts["bent"].warnings and not fit.parts["good"].warnings


def test_no_better_than_a_constant_for_each_dataset_is_no_fit():
    rng = np.random.default_rng(5)
    x = np.linspace(0, 3, 40)
    sets = {n: (x, level + rng.standard_normal(40)) for n, level in (("u", 5.0), ("v", 50.0))}
    fit = rs.fit("a*exp(-b*x) + c", sets, shared=["b"])
    assert not fit.ok and "FAILED" in str(fit).splitlines()[0]
