"""The pictures show the numbers of the functions, keep words apart, and touch no global state."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import residua as rs
import residua.teaching as teach
from residua import DataError, FileError, ParameterError

X, Y = teach.line_data()
START = teach.LINE_START
TRACE = teach.repeat(START, X, Y, 0.01, 100)
NET = teach.random_start([1, 10, 1])
PARABOLA = teach.parabola_data()

DRAWN = {
    "surface": lambda **k: teach.loss_surface(START, X, Y, **k),
    "rates": lambda **k: teach.learning_rates(START, X, Y, steps=8, **k),
    "path": lambda **k: teach.descent_path(TRACE, X, Y, **k),
    "traces": lambda **k: teach.traces(TRACE, **k),
    "diagram": lambda **k: teach.network_diagram([2, 3, 1], **k),
    "activations": lambda **k: teach.activation_table(**k),
    "lines": lambda **k: teach.lines(X, Y, {"start": START}, **k),
    "map": lambda **k: teach.decision_map(teach.random_start([2, 3, 1]), *teach.xor_data(), **k),
}


def drawn(axes, label):
    return next(line for line in axes.get_lines() if line.get_label() == label)


def slope_of(line):
    (x0, x1), (y0, y1) = line.get_data()
    return (y1 - y0) / (x1 - x0)


@pytest.mark.parametrize("name", DRAWN)
def test_every_picture_saves_and_leaves_pyplot_alone(name, tmp_path):
    path = tmp_path / "picture.png"
    figure = DRAWN[name](path=path)
    assert path.read_bytes().startswith(b"\x89PNG") and figure.axes
    assert figure._repr_png_()[:4] == b"\x89PNG"
    with pytest.raises(FileError, match="exists already"):
        DRAWN[name](path=path, overwrite=False)
    with pytest.raises(FileError, match="not bmp"):
        DRAWN[name](path=tmp_path / "picture.bmp")
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


def test_the_slopes_of_the_tangents_are_the_gradient():
    figure = teach.loss_surface(START, X, Y)
    contours, space, *sections = figure.axes
    slope = teach.gradient(START, X, Y)
    assert contours.get_title(loc="left").startswith("loss 4.7714")
    for axes, name, digits in zip(sections, ("weight", "bias"), ("-13.9623", "-4.2524")):
        tangent = drawn(axes, f"tangent, slope {digits}")
        assert slope_of(tangent) == pytest.approx(slope[name], rel=1e-12)
        curve = drawn(axes, "loss")
        p, height = curve.get_xdata()[7], curve.get_ydata()[7]
        assert height == pytest.approx(teach.loss({**START, name: p}, X, Y), rel=1e-14)
    in_space = [line.get_data_3d() for line in space.get_lines()[:2]]
    for i, (line, name) in enumerate(zip(in_space, ("weight", "bias"))):
        assert np.ptp(line[2]) / np.ptp(line[i]) == pytest.approx(abs(slope[name]), rel=1e-12)
    bottom = drawn(contours, "minimum")
    exact = np.polyfit(X, Y, 1)
    np.testing.assert_allclose([bottom.get_xdata()[0], bottom.get_ydata()[0]], exact, rtol=1e-9)


def test_the_surface_of_a_network_is_that_of_two_named_parameters():
    x, y = PARABOLA
    figure = teach.loss_surface(NET, x, y, along=("W1[3,0]", "b2[0]"), activation="relu")
    assert [axes.get_xlabel() for axes in figure.axes] == ["W1[3,0]", "W1[3,0]", "W1[3,0]", "b2[0]"]
    slope = teach.gradient(NET, x, y, "relu")
    tangent = figure.axes[2].get_lines()[1]
    assert slope_of(tangent) == pytest.approx(slope["W1"][3, 0], rel=1e-10)
    for wrong in (("W1[3,0]", "nothing"), ("b2[0]", "b2[0]"), ("b2[0]",)):
        with pytest.raises(ParameterError, match="two parameters"):
            teach.loss_surface(NET, x, y, along=wrong)


def test_the_stable_limit_is_drawn_and_said():
    figure = teach.learning_rates(START, X, Y, (1.0, 0.1, 0.01), 20)
    ways, losses, limits = figure.axes
    limit = teach.stable_limit(START, X, Y)
    said = f"2/λmax = {limit:.4g}"
    assert drawn(limits, said).get_xdata() == [limit, limit]
    assert limits.get_title(loc="left") == f"stable below {said}"
    for rate, name in ((1.0, "1 (runs off)"), (0.1, "0.1 (runs off)"), (0.01, "0.01")):
        trace = teach.repeat(START, X, Y, rate, 20)
        np.testing.assert_array_equal(drawn(losses, f"{rate:g}").get_ydata(), trace.loss)
        assert drawn(ways, name).get_xdata().size == 21
    slow = teach.repeat(START, X, Y, 0.01, 20)
    np.testing.assert_array_equal(drawn(ways, "0.01").get_xydata(), slow.matrix)
    # On the scale below the limit, off it above.
    assert drawn(limits, "0.01").get_ydata()[0] == slow.loss[-1]
    assert drawn(limits, "1 (off the scale)").get_marker() == "^"


def test_the_way_down_is_the_trace():
    figure = teach.descent_path({"slow": TRACE, "fast": teach.repeat(START, X, Y, 0.08, 30)}, X, Y)
    (axes,) = figure.axes
    np.testing.assert_array_equal(drawn(axes, "slow").get_xydata(), TRACE.matrix)
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    assert ((TRACE.matrix > low) & (TRACE.matrix < high)).all()
    assert len(axes.get_title(loc="left").splitlines()) == 2


def test_traces_show_every_parameter_loss_and_slope():
    parameters, loss, slopes = teach.traces(TRACE).axes
    np.testing.assert_array_equal(drawn(parameters, "bias").get_ydata(), TRACE.matrix[:, 1])
    np.testing.assert_array_equal(loss.get_lines()[0].get_ydata(), TRACE.loss)
    np.testing.assert_array_equal(drawn(slopes, "weight").get_ydata(), TRACE.gradients["weight"])
    many = teach.repeat(NET, *PARABOLA, 0.05, 5).matrix.shape[1]
    panels = teach.traces(teach.repeat(NET, *PARABOLA, lambda k: 0.1 / (k + 1), 5)).axes
    assert len(panels[0].get_lines()) == many == 31
    assert [axes.get_ylabel() for axes in panels][-1] == "learning rate"


def test_traces_take_the_trace_of_a_network_fit():
    """Its words: `step`, arrays, validation, and no parameters unless asked."""
    line, few = np.linspace(1.0, 0.1, 5), np.array([2, 4])
    found = {
        "step": np.arange(5),
        "loss": line,
        "gradient_norm": line,
        "rate": 0.1 * line,
        "validation_step": few,
        "validation_loss": np.array([0.9, 0.8]),
        "parameters": None,
        "gradients": None,
    }
    panels = teach.traces(SimpleNamespace(**found)).axes
    names = ["loss", "length of the gradient", "learning rate"]
    assert [axes.get_ylabel() for axes in panels] == names
    np.testing.assert_array_equal(drawn(panels[0], "validation").get_xdata(), few)
    found |= {"parameters": np.ones((5, 2)), "gradients": np.full((5, 2), -0.3)}
    parameters, _, slopes, _ = teach.traces(SimpleNamespace(**found)).axes
    assert len(parameters.get_lines()) == 2
    np.testing.assert_array_equal(drawn(slopes, "parameter 1").get_ydata(), np.full(5, -0.3))


@pytest.mark.parametrize("table", ["mapping", "array"])
def test_traces_take_any_trace_with_the_same_words(table):
    held = {"W1": np.arange(8.0).reshape(4, 2, 1), "b1": np.ones((4, 2))}
    other = SimpleNamespace(
        steps=np.arange(4),
        loss=np.array([4.0, 3.0, 2.0, 1.0]),
        gradient_norm=np.array([1.0, 0.5, 0.2, 0.1]),
        rate=np.full(4, 0.1),
        parameters=held if table == "mapping" else np.ones((4, 3)),
    )
    parameters, _, slopes = teach.traces(other).axes
    names = [line.get_label() for line in parameters.get_lines()]
    mapping = ["W1[0,0]", "W1[1,0]", "b1[0]", "b1[1]"]
    assert names == (mapping if table == "mapping" else [f"parameter {i}" for i in range(3)])
    assert slopes.get_ylabel() == "length of the gradient"
    np.testing.assert_array_equal(slopes.get_lines()[0].get_ydata(), other.gradient_norm)


def test_the_activation_table_draws_functions_and_derivatives():
    figure = teach.activation_table()
    assert [axes.get_title() for axes in figure.axes] == list(teach.ACTIVATIONS)
    for axes, row in zip(figure.axes, teach.ACTIVATIONS.values()):
        value, slope = axes.get_lines()[2:]
        z = value.get_xdata()
        np.testing.assert_array_equal(value.get_ydata(), row.function(z))
        moved = (row.function(z + 1e-6) - row.function(z - 1e-6)) / 2e-6
        np.testing.assert_allclose(slope.get_ydata(), moved, atol=1e-5)
        words = " ".join(text.get_text() for text in axes.get_legend().get_texts())
        assert row.formula in words and row.slope in words


@pytest.mark.parametrize(
    ("count", "grid"),
    [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (8, (4, 2))],
)
def test_the_activation_table_leaves_no_panel_empty_where_it_can(count, grid):
    figure = teach.activation_table(list(teach.ACTIVATIONS)[:count])
    assert len(figure.axes) == count
    assert figure.axes[0].get_gridspec().get_geometry() == grid


def test_lines_of_every_kind_stand_side_by_side():
    fit = rs.fit("weight*x + bias", X, Y)
    ridge = SimpleNamespace(n_features_in_=1, predict=lambda x: 0.4 * x + 1.2)  # (n, 1), as sklearn
    kinds = {
        "trained": TRACE.params,
        "exact": fit,
        "ridge": ridge,
        "mean": lambda x: 0 * x + Y.mean(),
    }
    figure = teach.lines(X, Y, kinds)
    assert [axes.get_title() for axes in figure.axes] == list(kinds)
    errors = [axes.get_xlabel().split()[-1] for axes in figure.axes]
    expected = [
        TRACE.loss[-1],
        np.mean(fit.residuals**2),
        np.mean((0.4 * X + 1.2 - Y) ** 2),
        np.var(Y),
    ]
    assert errors == [f"{error:.6g}" for error in expected]
    assert all(len(axes.get_lines()) == 6 for axes in figure.axes)  # four thin, one full, the data
    for wrong in ((X, Y, {}), (X[:, None], Y, kinds), (X[:3], Y, kinds)):
        with pytest.raises(DataError, match="Lines want"):
            teach.lines(*wrong)
    with pytest.raises(DataError, match="predictions for"):
        teach.lines(X, Y, {"wrong": lambda x: np.ones(3)})


def test_the_decision_map_changes_its_mind_at_the_level():
    x, y = teach.xor_data()
    figure = teach.decision_map(lambda p: 0.5 + p[:, 0] - p[:, 1], x, y, names=("a", "b"))
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "3 of 4 points right"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")
    border = axes.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], border[:, 1], atol=1e-12)
    assert [drawn(axes, f"class {c}").get_xdata().size for c in (0, 1)] == [2, 2]
    with pytest.raises(DataError, match="decision map"):
        teach.decision_map(lambda p: p, X, Y)


def test_a_map_without_a_border_is_drawn_too():
    axes = teach.decision_map(lambda p: np.zeros(len(p)), *teach.xor_data()).axes[0]
    assert axes.get_title(loc="left") == "2 of 4 points right"
