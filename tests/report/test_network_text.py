"""Reports, pictures and tables of network fits, and what follows from their parameters."""

from __future__ import annotations

import numpy as np
import pytest
from network_fits import FITS, A, B, X, Y, made

import residua as rs
from residua import DataError, ModelError, ParameterError


@pytest.mark.parametrize("kind", FITS)
def test_every_kind_is_printed(kind):
    fit = made(kind)
    lines = str(fit).splitlines()
    assert max(map(len, lines)) <= 78
    assert lines[0].startswith("MLP(" if fit.ok else "FAILED: MLP(")
    assert repr(fit) == str(fit)
    html = fit._repr_html_()
    assert html.count("<table>") == html.count("</table>") == 1
    assert "<td" in html
    for sentence in fit.warnings:
        assert sentence.split()[0] in str(fit)
    assert "nan" not in str(fit).replace("R² nan", "")


def flat(kind):
    """The report without its line breaks."""
    return " ".join(str(made(kind)).split())


def test_what_a_report_says():
    text = flat("crossed")
    assert "24 points, 7 parameters: trained," in text
    for word in ("unseen rows", "R²", "the data determine", "Levenberg-Marquardt with evidence"):
        assert word in text
    assert "known: sigma was given" in flat("known")
    assert "in proportion to sigma" in flat("weights")
    assert "on the right side of 1/2" in flat("chances")
    assert "no error: the networks pass through all observations" in flat("two points")
    assert "inputs: 2 (a, b)" in str(made("monotone"))
    assert "%" in str(made("sizes")).split("members:")[1].splitlines()[0]
    assert "Adam" in str(made("held"))


def test_names_are_escaped():
    bad = "<script>alert(1)</script>"
    x = {bad: np.arange(9.0), "b": np.arange(9.0) ** 2}
    fit = rs.fit(rs.MLP([2]), x, np.sin(x["b"]), members=1)
    assert "<script>" not in fit._repr_html_()
    assert "&lt;script&gt;" in fit._repr_html_()
    assert str(fit)


@pytest.mark.parametrize("kind", FITS)
def test_every_kind_is_drawn(kind, tmp_path):
    figure = made(kind).plot(tmp_path / "x.png")
    assert (tmp_path / "x.png").stat().st_size > 5000
    labels = [text.get_text() for text in figure.axes[-1].get_legend().get_texts()]
    curve = len(made(kind).x) == 1 and made(kind).y.ndim == 1 and kind != "matrix"
    assert ("fit" if curve else "observed = predicted") in labels
    has_bands = curve and kind != "two points"
    assert ("95 % confidence band" in labels) == has_bands
    unknown = kind in ("chances", "two points", "weights")
    assert ("95 % prediction band" in labels) == (has_bands and not unknown)


def test_an_extrapolation_is_dashed():
    figure = made("crossed").plot(extend=0.5)
    styles = {line.get_linestyle() for line in figure.axes[0].get_lines()}
    assert "--" in styles


def test_tables():
    fit = made("one")
    frame = fit.to_frame()
    assert list(frame.index) == list(fit.labels)
    np.testing.assert_allclose(frame["value"], fit.theta)
    np.testing.assert_allclose(frame["stderr"], fit.standard_errors)
    said = fit.predict([0.1, 0.2], interval="prediction").to_frame()
    assert said.shape == (2, 5)
    assert made("outputs").predict([0.1, 0.2]).to_frame().shape[0] == 4


def test_errors_of_parameters_are_those_of_the_posterior():
    """s² (RᵀR)⁻¹ in user units, against the Gauss-Newton matrix of the formula: 1e-6.

    That is made from finite differences of fit.model, and the prior is folded into user units.
    """
    fit = made("one")
    one, scaling = fit.one.member, fit.scaling
    network = fit.ensemble.networks[0]
    z = scaling.to_z(X[:, None])
    _, tangents = network.linearized(one.theta, z)
    J = tangents[:, :, 0]
    inverse = np.linalg.inv(J @ J.T + np.diag(one.ratio))
    h = 1e-6
    folded = np.array(
        [
            (network.folded(one.theta + s, scaling) - network.folded(one.theta - s, scaling))
            / (2 * h)
            for s in h * np.eye(7)
        ]
    )
    covariance = one.spread**2 * folded.T @ inverse @ folded
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-5, atol=1e-9)
    low, high = fit.confidence_intervals()["b2"]
    assert low < fit.params["b2"] < high


def test_quantities_of_parameters():
    """Derived by name and by function, with the posterior's error: 1e-6."""
    fit = made("one")
    found = fit.derive(lambda W2, b2: W2[0, 0] * b2[0])
    np.testing.assert_allclose(found.value, fit.params["W2"][0, 0] * fit.params["b2"][0])
    labels = list(fit.labels)
    i, j = labels.index("W2[0,0]"), labels.index("b2[0]")
    g = np.zeros(7)
    g[i], g[j] = fit.params["b2"][0], fit.params["W2"][0, 0]
    np.testing.assert_allclose(found.stderr, np.sqrt(g @ fit.covariance @ g), rtol=1e-6)
    assert "W1[0,0]" in str(rs.sensitivity(fit))
    assert str(rs.sensitivity(made("monotone")))


def test_landmarks_of_a_curve():
    """Roots, extrema and integrals of the one network, against the same of its values: 1e-5."""
    fit = made("one")
    grid = np.linspace(-2, 2, 400_001)
    values = fit(grid)
    lowest, highest = fit.minimum(), fit.maximum()
    np.testing.assert_allclose(lowest.value.value, values.min(), atol=1e-9)
    np.testing.assert_allclose(lowest.x.value, grid[values.argmin()], atol=2e-5)
    np.testing.assert_allclose(highest.x.value, grid[values.argmax()], atol=2e-5)
    assert 0 < lowest.x.stderr < 0.5
    root = fit.root(0.0, start=0.0)
    np.testing.assert_allclose(fit([root.value]), 0.0, atol=1e-9)
    area = fit.integral(-1.0, 1.5)
    inside = (grid >= -1) & (grid <= 1.5)
    np.testing.assert_allclose(area.value, np.trapezoid(values[inside], grid[inside]), atol=1e-5)
    with pytest.raises(DataError, match="Try: start="):
        fit.root(0.3)


def test_landmarks_of_a_surface_need_a_line():
    named = rs.fit(rs.MLP([3]), {"a": A, "b": B}, (A - 0.2) ** 2 + B, members=1)
    with pytest.raises(ParameterError, match="2 free variables"):
        named.minimum()
    lowest = named.minimum(at={"b": 0.1})
    grid = np.linspace(A.min(), A.max(), 100_001)
    values = named(grid, np.full(grid.shape, 0.1))
    np.testing.assert_allclose(lowest.x.value, grid[values.argmin()], atol=5e-5)
    for call in (lambda f: f.minimum(), lambda f: f.root(), lambda f: f.integral(0.0, 1.0)):
        with pytest.raises(ParameterError, match="x is a table of 2 inputs"):
            call(made("matrix"))
    with pytest.raises(ModelError, match="has no quantity"):
        named.quantity("pressure")


def test_criteria_belong_to_the_residuals():
    fit = made("one")
    n, rss = 24, float((fit.residuals**2).sum())
    likelihood = -0.5 * n * (np.log(2 * np.pi * rss / n) + 1)
    np.testing.assert_allclose(fit.log_likelihood, likelihood)
    np.testing.assert_allclose(fit.rss, rss)
    np.testing.assert_allclose(fit.r_squared, 1 - rss / ((Y - Y.mean()) ** 2).sum())
    assert made("outputs").rss > 0
    assert np.isfinite(made("known").log_likelihood)
