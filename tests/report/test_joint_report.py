"""Fits of several datasets printed, drawn, saved and loaded."""

from __future__ import annotations

import json

import numpy as np
import pytest

import residua as rs
from residua.report import joint_text

FORMULA = "a*exp(-b*t) + c"


def decays(count: int = 2):
    rng = np.random.default_rng(0)
    sets = {}
    for name, k in zip(("cold", "hot", *map(str, range(2, count))), range(count)):
        t = np.linspace(0, 4, 20)
        sets[name] = (t, (2 + k) * np.exp(-1.3 * t) + 0.1 * k + 0.02 * rng.standard_normal(20))
    return sets


@pytest.fixture(scope="module")
def fit():
    return rs.fit(FORMULA, decays(), shared=["b"])


@pytest.fixture(scope="module")
def kinds():
    """Values, slopes and integrals, one without sigma."""
    rng = np.random.default_rng(1)
    x, u = np.linspace(0, 3, 30), np.linspace(0, 3, 15)
    y = 1 + 2 * x + 0.5 * x**2 + 0.1 * rng.standard_normal(30)
    d = 2 + u + 0.05 * rng.standard_normal(15)
    low, high = u[:-1], u[1:]
    whole = high - low + high**2 - low**2 + (high**3 - low**3) / 6
    return rs.fit(
        "a + b*x + c*x**2",
        {
            "value": rs.dataset(x, y, sigma=0.1),
            "slope": rs.dataset(u, d, of=lambda f: f.derivative("x")),
            "area": rs.dataset(
                {"x_from": low, "x_to": high},
                whole + 0.02 * rng.standard_normal(14),
                sigma=0.02,
                of=lambda f: rs.integral(f, "x"),
            ),
        },
    )


def test_the_report_has_a_line_per_dataset_and_per_number(fit):
    text = str(fit)
    lines = text.splitlines()
    assert lines[0].startswith(f"{FORMULA}   2 datasets, 40 points, 5 parameters: converged")
    assert max(map(len, lines)) <= 78
    table = {line.split()[0]: line.split() for line in lines if line.startswith("  ")}
    cold = fit.parts["cold"]
    assert table["cold"][1] == "20"
    rms = np.sqrt(np.mean(cold.residuals**2))
    assert float(table["cold"][2]) == pytest.approx(rms, rel=6e-3)
    reduced = cold.rss / cold.dof / fit.residual_standard_error**2
    assert float(table["cold"][3]) == pytest.approx(reduced, rel=6e-3)
    for label in fit.labels:
        assert label in table
    assert "no sigma was given" in " ".join(text.split()) and "35 degrees of freedom" in text
    assert repr(fit) == text


def test_ties_and_models_with_long_names_are_shown_as_of_one_dataset():
    long = "amplitude*exp(-rate*t) + half_amplitude*exp(-slow*t)"
    tie = {"half_amplitude": "amplitude/2"}
    fit = rs.fit(long, decays(), local=["amplitude"], independent="t", tie=tie, fixed={"slow": 0.0})
    assert f"  model: {long}\n" in str(fit) and "  tied: half_amplitude = amplitude/2\n" in str(fit)
    assert "half_amplitude = amplitude/2" in fit._repr_html_()


def test_what_is_observed_and_its_noise_are_shown(kinds):
    text = joint_text.describe(kinds)
    head = next(line for line in text.splitlines() if line.strip().startswith("dataset"))
    assert head.split() == ["dataset", "observes", "points", "rms", "residual", "noise", "chi²/dof"]
    assert "derivative(" in text and "integral_over_x" in text
    assert "no sigma was given for 'slope'" in text and "variance components" in text


def test_a_part_prints_as_one_dataset_of_several(fit):
    text = " ".join(str(fit.parts["hot"]).split())
    assert "'hot', one of 2 datasets fitted together, 20 points: converged" in text
    assert "chi²/dof" in text and "degrees of freedom of its own" in text
    assert "a[" not in text


def test_many_datasets_are_counted():
    many = rs.fit(FORMULA, decays(25), shared=["b"], start={"a": 2.0, "b": 1.0, "c": 0.0})
    lines = str(many).splitlines()
    assert "  ... 6 more in fit.parts" in lines
    assert any("more in fit.params" in line for line in lines)
    picture = many.plot()
    assert "16 of 25 datasets shown" in picture.get_suptitle().replace("\n", " ")


def test_html_is_escaped():
    sets = {"<b>bold</b>": decays()["cold"], "two": decays()["hot"]}
    html = rs.fit(FORMULA, sets, shared=["b"])._repr_html_()
    assert "&lt;b&gt;" in html and "<b>" not in html
    assert "\x1b" not in str(rs.fit(FORMULA, {"\x1b[2J": sets["two"], "u": sets["two"]}))


def test_a_fit_that_failed_says_so_first():
    t = np.linspace(0, 4, 20)
    failed = rs.fit(
        "a*d*exp(-b*t)", {"u": (t, np.exp(-t)), "v": (t, 2 * np.exp(-t))}, shared=["b"],
        start={"a": 1.0, "d": 1.0, "b": 1.0}, independent="t",
    )  # fmt: skip
    assert str(failed).startswith("FAILED") and str(failed.parts["u"]).startswith("FAILED")
    assert "FAILED" in failed.plot().get_suptitle()


def test_one_panel_per_dataset_with_its_data_and_curve(kinds, tmp_path):
    path = tmp_path / "kinds.png"
    figure = kinds.plot(path, extend=0.1)
    assert path.stat().st_size > 10_000
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_title(loc="left").split()[0] for axes in panels] == ["value", "slope", "area"]
    value, slope, area = panels
    curve = next(line for line in slope.get_lines() if line.get_label() == "fit")
    x, y = curve.get_xdata(), curve.get_ydata()
    inside = np.isfinite(y)
    expected = kinds.params["b"] + 2 * kinds.params["c"] * np.asarray(x)[inside]
    np.testing.assert_allclose(np.asarray(y)[inside], expected, rtol=1e-9)
    # Two variables are no curve: observed against predicted.
    assert "predicted" in area.get_xlabel() and value.get_xlabel() == "x"
    one = kinds.plot(datasets=["slope"])
    assert len([axes for axes in one.axes if axes.axison]) == 1
    with pytest.raises(rs.DataError, match="no dataset 'nothing'"):
        kinds.plot(datasets=["nothing"])
    with pytest.raises(rs.ParameterError):
        kinds.plot(extend=-1)


def test_a_part_is_drawn_like_a_fit(fit, tmp_path):
    part = fit.parts["hot"]
    part.plot(tmp_path / "part.svg")
    assert (tmp_path / "part.svg").stat().st_size > 5000
    assert list(part.to_frame().index) == ["a", "b", "c"]
    assert "&#x27;hot&#x27;" in part._repr_html_()


def test_frames_hold_every_number(fit):
    frame = fit.to_frame()
    assert sorted(frame.index) == sorted(fit.labels)
    assert frame.loc["a[hot]", "value"] == fit.params["a"][1]
    assert frame.loc["b", "stderr"] == fit.stderr["b"]


def same(one, two):
    assert str(one) == str(two)
    np.testing.assert_array_equal(one.theta, two.theta)
    np.testing.assert_array_equal(one.covariance, two.covariance)
    assert one.params.keys() == two.params.keys() and one.labels == two.labels
    for name in one.params:
        np.testing.assert_array_equal(one.params[name], two.params[name])
        np.testing.assert_array_equal(one.stderr[name], two.stderr[name])
    for name, part in one.parts.items():
        other = two.parts[name]
        for kind in (None, "confidence", "prediction"):
            np.testing.assert_array_equal(
                part.predict(interval=kind).stderr, other.predict(interval=kind).stderr
            )
        np.testing.assert_array_equal(part.residuals, other.residuals)
        assert str(part) == str(other)


@pytest.mark.parametrize(
    "words",
    [
        {"shared": ["b"]},
        {},
        {"shared": ["b"], "fixed": {"c": {"hot": 0.1}}},
        {"shared": ["b"], "tie": {"c": "0.1*a"}},
        {"shared": ["b"], "bounds": {"a": (0, [1.0, 9.0])}},
    ],
)
def test_saved_and_loaded(words, tmp_path):
    fit = rs.fit(FORMULA, decays(), independent="t", **words)
    fit.save(tmp_path / "fit.json")
    back = rs.load(tmp_path / "fit.json")
    assert type(back) is type(fit)
    same(fit, back)


def test_derivatives_and_integrals_come_back_alive(kinds, tmp_path):
    kinds.save(tmp_path / "fit.json")
    back = rs.load(tmp_path / "fit.json")
    same(kinds, back)
    assert back.noise_levels == kinds.noise_levels and back.interval_dof == kinds.interval_dof
    np.testing.assert_array_equal(back.predict([1.5]).stderr, kinds.predict([1.5]).stderr)
    np.testing.assert_array_equal(
        back.parts["slope"].predict([1.5]).value, kinds.parts["slope"].predict([1.5]).value
    )


def test_python_functions_are_given_again(tmp_path):
    def decay(t, a, b):
        return a * np.exp(-b * t)

    t = np.linspace(0, 4, 20)
    slope = {"rate": lambda f: f.derivative("t")}
    rate = -2 * np.exp(-t) + 0.01 * np.sin(9 * t)
    fit = rs.fit(
        decay,
        {
            "value": rs.dataset(t, 2 * np.exp(-t) + 0.01 * np.cos(9 * t), sigma=0.01),
            "rate": rs.dataset(t, rate, sigma=0.01, of=slope["rate"]),
        },
    )
    path = tmp_path / "fit.json"
    fit.save(path)
    bare = rs.load(path)
    np.testing.assert_array_equal(bare.residuals["rate"], fit.residuals["rate"])
    assert str(bare) == str(fit)
    with pytest.raises(rs.ModelError, match="loaded without its model"):
        bare.predict([1.0])
    same(fit, rs.load(path, model=decay, of=slope))
    with pytest.raises(rs.ModelError, match="predicts other numbers"):
        rs.load(path, model=decay, of={"rate": lambda f: -f})
    with pytest.raises(rs.ModelError, match="predicts other numbers"):
        rs.load(path, model=lambda t, a, b: a * np.exp(-2 * b * t))
    with pytest.raises(rs.DataError, match="names the dataset 'nothing'"):
        rs.load(path, model=decay, of={"nothing": slope["rate"]})


def damaged(path, change):
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def _set(*keys, to):
    def change(record):
        for key in keys[:-1]:
            record = record[key]
        record[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_set("version", to=99), "version 99"),
        (_set("datasets", to=[]), "datasets"),
        (_set("datasets", to=3), "is not a list"),
        (_set("datasets", 1, "name", to="cold"), "one name"),
        (_set("datasets", 0, "model", to={"kind": "pickle", "text": "x"}), "datasets"),
        (_set("datasets", 0, "kind", to=-1), "is not a count"),
        (_set("local", to=["nothing"]), "are not parameters"),
        (_set("local", to=[]), "theta"),
        (_set("params", "b", to=2.0), "someone edited the file"),
        (_set("levels", "values", to=None), "is not an object"),
        (_set("levels", "groups", 0, "members", to=[0, 0]), "every dataset once"),
        (_set("levels", "groups", 0, "members", to=[0, 7]), "every dataset once"),
        (_set("engine", to="magic"), "is none of"),
        (_set("verdict", "held", "shape", to=[3]), "shape of another array"),
        (_set("triangle", "R", "shape", to=[2, 2]), "shape of another array"),
        (_set("datasets", 0, "parameters", 0, "name", to="z"), "not those of its model"),
        (_set("datasets", 0, "fitted", to=3), "is not an object"),
        (_set("dof_left", "shape", to=[1]), "shape of another array"),
    ],
)
def test_a_damaged_file_is_refused(change, says, fit, tmp_path):
    path = tmp_path / "fit.json"
    fit.save(path)
    with pytest.raises(rs.FileError, match=says):
        rs.load(damaged(path, change))


def places(value, path=()):
    """Every place in a JSON document."""
    yield path
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, item in items:
        yield from places(item, (*path, key))


def test_no_damage_whatever_gets_past_the_reader(fit, tmp_path):
    """Anything at any place: refused with an error of this package, or a fit that prints."""
    path = tmp_path / "fit.json"
    fit.save(path)
    whole = path.read_text(encoding="utf-8")
    spots = [spot for spot in places(json.loads(whole)) if spot]
    rng = np.random.default_rng(0)
    junk = [None, 0, -1, 2**60, 1e308, "nan", "", "x" * 50, [], {}, [[1]], True, "__import__"]
    refused = 0
    for i in rng.permutation(len(spots))[:250]:
        path.write_text(whole, encoding="utf-8")
        damaged(path, _set(*spots[i], to=junk[rng.integers(len(junk))]))
        try:
            str(rs.load(path))
        except rs.ResiduaError:
            refused += 1
    assert refused > 150


def test_another_prediction_than_the_stored_one_is_refused(fit, tmp_path):
    path = tmp_path / "fit.json"
    fit.save(path)
    with pytest.raises((rs.FileError, rs.ModelError)):
        rs.load(damaged(path, _set("model", "text", to="a*exp(-2*b*t) + c")))


def test_a_part_alone_is_not_saved(fit, tmp_path):
    with pytest.raises(rs.ModelError, match="one dataset of a joint fit"):
        fit.parts["cold"].save(tmp_path / "part.json")
