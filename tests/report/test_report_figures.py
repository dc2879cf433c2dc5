"""Pictures: every kind draws without a warning, shows the fit's numbers, and touches nothing."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from report_fits import KINDS, SIGMA, T, Y, decay, made

import residua as rs
from residua import FileError, MissingLibrary, ParameterError
from residua._outcomes import Outcome
from residua.report.curves import fine_grid, shown
from residua.report.figures import plot
from residua.report.panels import VERMILION

NO_CURVE = {"two_variables", "outer", "outputs", "residuals", "residuals_named"}
CURVES = [kind for kind in KINDS if kind not in NO_CURVE]


def texts(figure):
    found = [figure._suptitle.get_text()]
    for axes in figure.axes:
        found += [t.get_text() for t in axes.texts]
        found += [axes.get_title(loc="left"), axes.get_title()]
    return "\n".join(found)


def legend(figure):
    return [label.get_text() for label in figure.axes[-1].get_legend().get_texts()]


def line(axes, label):
    return next(item for item in axes.get_lines() if item.get_label() == label)


ALSO = [("formula", "pdf"), ("formula", "svg"), ("outputs", "pdf"), ("valley", "svg")]


@pytest.mark.parametrize(("kind", "suffix"), [*((kind, "png") for kind in KINDS), *ALSO])
def test_every_kind_draws_and_saves(kind, suffix, tmp_path):
    path = tmp_path / f"fit.{suffix}"
    figure = made(kind).plot(path, extend=0.2)
    start = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}[suffix]
    assert path.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [path]
    assert made(kind).outcome.sentence in " ".join(texts(figure).split())


@pytest.mark.parametrize("kind", CURVES)
def test_nothing_written_overlaps_or_is_cut_off(kind):
    figure = made(kind).plot(extend=0.1)
    figure.canvas.draw()
    side = figure.axes[-1]
    boxes = [t.get_window_extent() for t in side.texts if t.get_text()]
    boxes.append(side.get_legend().get_window_extent())
    page = figure.bbox
    for i, box in enumerate(boxes):
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        for other in boxes[i + 1 :]:
            assert not box.overlaps(other)
    data = figure.axes[0].get_window_extent()
    assert not any(box.overlaps(data) for box in boxes)


def test_the_curve_and_bands_are_the_predictions():
    fit = made("formula")
    axes = plot(fit, level=0.9).axes[0]
    drawn = line(axes, "fit")
    x = drawn.get_xdata()
    np.testing.assert_allclose(drawn.get_ydata(), fit.predict(x).value, rtol=1e-13)
    for kind in ("confidence", "prediction"):
        band = next(c for c in axes.collections if c.get_label() == f"90 % {kind} band")
        edges = band.get_paths()[0].vertices
        expected = fit.predict(x, interval=kind, level=0.9)
        top = edges[:, 1].max()
        assert top == pytest.approx(expected.high.max(), rel=1e-12)
        assert edges[:, 1].min() == pytest.approx(expected.low.min(), rel=1e-12)


def test_data_and_residuals_are_drawn_as_they_are():
    upper, lower, _ = plot(made("formula")).axes
    points = upper.containers[0].lines[0]
    np.testing.assert_array_equal(points.get_xdata(), T)
    np.testing.assert_array_equal(points.get_ydata(), Y)
    residuals = lower.containers[0].lines[0]
    np.testing.assert_allclose(residuals.get_ydata(), made("formula").residuals)
    assert lower.get_xlim() == upper.get_xlim()


def test_residuals_are_in_units_of_sigma():
    fit = made("relative")
    upper, lower, side = plot(fit).axes
    drawn = lower.containers[0].lines[0].get_ydata()
    np.testing.assert_allclose(drawn, fit.residuals / SIGMA)
    assert lower.get_ylabel() == "residual / sigma"
    bars = upper.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose([s[1, 1] - s[0, 1] for s in bars], 2 * SIGMA)
    assert "prediction" not in " ".join(legend(plot(fit)))
    remarks = " ".join(t.get_text().replace("\n", " ") for t in side.texts)
    assert "no prediction band: sigma differs from point to point" in remarks
    diagonal = plot(made("covariance")).axes[1].containers[0].lines[0].get_ydata()
    np.testing.assert_allclose(diagonal, made("covariance").residuals / 0.05)


def test_beyond_the_data_the_curve_is_dashed_and_the_fitted_range_shaded():
    axes = plot(made("formula"), extend=0.5).axes[0]
    inside, outside = line(axes, "fit"), line(axes, "extrapolation")
    assert outside.get_linestyle() == "--"
    known = np.isfinite(inside.get_ydata())
    assert inside.get_xdata()[known].min() >= T.min()
    assert inside.get_xdata()[known].max() <= T.max()
    assert outside.get_xdata().min() == pytest.approx(-2.5)
    shade = next(p for p in axes.patches if p.get_label() == "fitted range")
    assert (shade.get_x(), shade.get_width()) == (T.min(), np.ptp(T))
    # The exponential reaches 50 to the left; the data still fill at least a third of the height.
    assert np.ptp(Y) > 0.3 * np.ptp(axes.get_ylim())
    assert [a.get_label() for a in plot(made("formula")).axes[0].patches] == []


def test_thinned_above_2000_points_and_said_so():
    x = np.random.default_rng(0).uniform(0, 3, 5000)
    fit = rs.fit("a*x+b", x, 2 * x + 1 + np.random.default_rng(1).normal(size=5000))
    figure = plot(fit)
    assert "data (2000 of 5000 shown)" in legend(figure)
    assert figure.axes[0].containers[0].lines[0].get_xdata().size == 2000
    assert shown(np.arange(2000)).size == 2000
    np.testing.assert_array_equal(shown(np.arange(5000))[[0, -1]], [0, 4999])
    assert np.unique(shown(np.arange(2001))).size == 2000


def test_the_grid_follows_dense_data():
    x = np.geomspace(1e-6, 1, 100)
    grid = fine_grid(x, 0.0)
    assert (grid[0], grid[-1]) == (x[0], x[-1])
    assert (grid < 1e-3).sum() >= 50
    assert np.diff(grid).max() <= np.ptp(x) / 399 * 1.0001


@pytest.mark.parametrize("outcome", [o for o in Outcome if not o.ok])
def test_a_failed_fit_says_so_in_a_warning_color(outcome):
    fit = made("function")
    failed = replace(fit, verdict=replace(fit.verdict, outcome=outcome))
    upper = plot(failed).axes[0]
    title = upper.title if upper.get_title() else upper._left_title
    assert title.get_color() == VERMILION
    assert outcome.sentence in " ".join(title.get_text().split())
    assert "not to be trusted" in texts(plot(failed))
    assert "not to be trusted" not in texts(plot(fit))


def test_parameters_with_errors_stand_beside_the_picture():
    assert "a = 2.014 ± 0.033" in texts(plot(made("function")))
    assert "... and 28 more" in texts(plot(made("array")))
    assert "c = 0 (at its lower bound)" in texts(plot(made("at_bound")))


@pytest.mark.parametrize("kind", ["two_variables", "outputs", "outer"])
def test_several_variables_or_outputs_give_predicted_against_observed(kind):
    fit = made(kind)
    upper, lower, _ = plot(fit).axes
    points = upper.containers[0].lines[0]
    order = np.argsort(fit.fitted.ravel(), kind="stable")
    np.testing.assert_array_equal(points.get_xdata(), fit.fitted.ravel()[order])
    np.testing.assert_array_equal(points.get_ydata(), fit.y.ravel()[order])
    assert upper.get_ylabel() == "y, observed"
    assert lower.get_xlabel() == "y, predicted"


def test_axes_have_the_names_of_the_columns():
    upper, lower, _ = plot(made("response")).axes
    assert (lower.get_xlabel(), upper.get_ylabel()) == ("t", "signal")
    hostile = {"price ($": T, "cost $^": Y}
    fit = rs.fit(decay, x="price ($", y="cost $^", data=hostile)
    figure = plot(fit, title="100 % $ \u4e2d")
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert figure.axes[1].get_xlabel() == "price ($"


def test_drawn_into_given_axes():
    from matplotlib.figure import Figure

    figure = Figure()
    pair = figure.subplots(2)
    assert plot(made("valley"), axes=pair) is figure
    assert "FAILED" in pair[0].get_title()
    assert len(pair[1].containers) == 1
    single = Figure().subplots()
    plot(made("formula"), axes=single)
    assert single.get_legend() is not None


def test_a_model_that_knows_only_its_own_points_is_drawn_there():
    table = np.arange(50.0)
    fit = rs.fit(lambda x, a, b: a * x + b * table, T, Y)
    upper = plot(fit).axes[0]
    np.testing.assert_array_equal(line(upper, "fit").get_xdata(), T)


def test_only_the_bands_that_are_asked_for():
    assert "band" not in " ".join(legend(plot(made("formula"), intervals=())))
    assert "99 % confidence band" in legend(
        plot(made("formula"), intervals="confidence", level=0.99)
    )
    with pytest.raises(ParameterError, match="interval"):
        plot(made("formula"), intervals=["credible"])
    with pytest.raises(ParameterError, match="extend"):
        plot(made("formula"), extend=-1)
    with pytest.raises(ParameterError, match="level"):
        plot(made("formula"), level=95)


def test_saving_refuses_what_it_cannot_do_and_keeps_what_is_there(tmp_path, monkeypatch):
    path = tmp_path / "fit.png"
    path.write_bytes(b"old")
    with pytest.raises(FileError, match="exists"):
        plot(made("formula"), path, overwrite=False)
    with pytest.raises(FileError, match="png, pdf, svg, not jpg"):
        plot(made("formula"), tmp_path / "fit.jpg")
    with pytest.raises(FileError, match="without a suffix"):
        plot(made("formula"), tmp_path / "fit")

    def broken(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(FileError, match="No space left"):
        plot(made("formula"), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_fit_gives_the_same_pdf(tmp_path):
    plot(made("formula"), tmp_path / "a.pdf")
    plot(made("formula"), tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_pyplot_and_the_settings_are_left_alone():
    code = (
        "import sys, matplotlib, residua as rs\n"
        # Reading the setting "backend" would itself start pyplot.
        "keys = [key for key in matplotlib.rcParams if key != 'backend']\n"
        "before = [matplotlib.rcParams[key] for key in keys]\n"
        "fit = rs.fit('a*x+b', [0., 1, 2, 3], [1, 3.1, 4.9, 7.2])\n"
        "figure = fit.plot()\n"
        "assert figure._repr_png_()[:4] == b'\\x89PNG'\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert [matplotlib.rcParams[key] for key in keys] == before\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_without_matplotlib_the_line_that_installs_it(monkeypatch):
    from residua.report import pictures

    pictures.figure_class.cache_clear()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingLibrary, match=r'pip install "residua\[plot\]"'):
        plot(made("formula"))
    pictures.figure_class.cache_clear()


def test_a_fit_loaded_without_its_model_is_drawn_from_its_stored_values(tmp_path):
    made("function").save(tmp_path / "f.json")
    fit = rs.load(tmp_path / "f.json")
    assert "no curve: the fit was loaded\nwithout its model" in texts(plot(fit))
