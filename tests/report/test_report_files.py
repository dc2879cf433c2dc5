"""Save and load: every kind of fit survives, every number exactly, and writing is atomic."""

import dataclasses
import json
import os

import numpy as np
import pytest
from report_fits import COVARIANCE, KINDS, SIGMA, T, Y, decay, made, swapped

import residua as rs
from residua import FileError, Fit, ModelError, ParameterError
from residua._outcomes import Outcome
from residua.data.observations import Observations
from residua.fitting.verdict import Verdict
from residua.problem.parameters import Parameter


def there_and_back(kind, folder):
    path = folder / f"{kind}.fit.json"
    made(kind).save(path)
    return rs.load(path, model=KINDS[kind][1])


def same(a, b):
    """Equal to the last bit, NaN equal to NaN, whatever the nesting."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if dataclasses.is_dataclass(a) and not isinstance(a, type):
        names = [f.name for f in dataclasses.fields(a)]
        return all(same(getattr(a, n), getattr(b, n)) for n in names)
    if isinstance(a, (np.ndarray, float)):
        return np.shape(a) == np.shape(b) and np.array_equal(a, b, equal_nan=True)
    return a == b


@pytest.mark.parametrize("kind", KINDS)
def test_everything_survives(kind, tmp_path):
    fit, back = made(kind), there_and_back(kind, tmp_path)
    for name in [f.name for f in dataclasses.fields(Fit)]:
        if name != "model":
            assert same(getattr(fit, name), getattr(back, name)), name
    for name in ("params", "stderr", "covariance", "fitted", "residuals", "weighted_residuals"):
        assert same(getattr(fit, name), getattr(back, name)), name
    for name in ("warnings", "findings", "outcome", "ok", "labels", "dof", "n", "rss"):
        assert getattr(fit, name) == getattr(back, name), name
    assert same((fit.aic, fit.bic, fit.r_squared), (back.aic, back.bic, back.r_squared))
    assert (fit.model.kind, fit.model.text) == (back.model.kind, back.model.text)
    assert str(fit) == str(back)


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_back_is_alive(kind, tmp_path):
    fit, back = made(kind), there_and_back(kind, tmp_path)
    intervals = [None, "confidence", "prediction"]
    for interval in intervals:
        first, second = fit.predict(interval=interval), back.predict(interval=interval)
        for name in ("value", "stderr", "low", "high", "extrapolates"):
            assert same(getattr(first, name), getattr(second, name)), (interval, name)
    if fit.x:
        new = {name: column * 1.1 for name, column in fit.x.items()}
        assert same(fit.predict(new).stderr, back.predict(new).stderr)
    if fit.labels[0] in fit.params:
        name = fit.labels[0]
        slope = fit.derive(f"2*{name}"), back.derive(f"2*{name}")
        assert same(slope[0].stderr, slope[1].stderr)


def test_the_record_covers_every_field():
    """A new field of any of these must be saved too: add it to record.py, restore.py and here."""
    names = {
        Fit: "model parameters theta observations lin verdict absolute_sigma engine engine_reason "
        "steps evaluations seconds costs notes",
        Verdict: "outcome findings offset R held linear",
        Parameter: "name start lower upper fixed tie",
    }
    for kind, fields in names.items():
        assert [f.name for f in dataclasses.fields(kind)] == fields.split()
    fields = ("names", "block", "sigma", "y_name", "kept", "notes", "units")
    assert Observations._fields == fields


def test_the_file_is_strict_json_that_people_can_read(tmp_path):
    path = tmp_path / "valley.fit.json"
    made("valley").save(path)

    def refuse(word):
        raise AssertionError(word)

    document = json.loads(path.read_text("utf-8"), parse_constant=refuse)
    assert list(document)[:7] == [
        "format", "version", "residua", "outcome", "params", "stderr", "warnings",
    ]  # fmt: skip
    assert (document["format"], document["version"]) == ("residua.fit", 1)
    assert document["outcome"] == Outcome.VALLEY.sentence
    assert document["params"]["b"] == made("valley").params["b"]
    assert document["stderr"]["a1"] == "inf"
    assert document["warnings"] == made("valley").warnings


def test_a_matrix_of_parameters_is_readable_by_rows(tmp_path):
    made("matrix").save(tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text("utf-8"))
    assert document["params"]["w"] == made("matrix").params["w"].tolist()


def test_sigma_and_the_rows_left_out_come_back(tmp_path):
    np.testing.assert_array_equal(there_and_back("covariance", tmp_path).sigma, COVARIANCE)
    np.testing.assert_array_equal(there_and_back("relative", tmp_path).sigma, SIGMA)
    back = there_and_back("dropped", tmp_path)
    assert back.n == 45
    assert 3 not in back.observations.kept
    assert any("left out" in sentence for sentence in back.warnings)


def test_a_function_that_is_not_given_leaves_the_numbers(tmp_path):
    path = tmp_path / "decay.fit.json"
    made("function").save(path)
    back = rs.load(path)
    assert str(back) == str(made("function"))
    assert same(back.covariance, made("function").covariance)
    np.testing.assert_array_equal(back.residuals, made("function").residuals)
    for use in (lambda: back(1.0), lambda: back.predict([1.0])):
        with pytest.raises(ModelError) as caught:
            use()
        assert "report_fits.decay" in str(caught.value)
        assert "residua.load('decay.fit.json', model=decay)" in str(caught.value)
    again = tmp_path / "again.fit.json"
    back.save(again)
    assert again.read_bytes() == path.read_bytes()
    assert rs.load(again, model=decay)(1.0) == made("function")(1.0)


def test_a_lambda_is_named_by_its_signature(tmp_path):
    fit = rs.fit(lambda x, a, b: a * x + b, T, Y)
    fit.save(tmp_path / "f.json")
    with pytest.raises(ModelError, match=r"model=lambda x, a, b: \.\.\."):
        rs.load(tmp_path / "f.json")(1.0)


def test_a_model_that_is_another_is_refused(tmp_path):
    path = tmp_path / "decay.fit.json"
    made("function").save(path)
    with pytest.raises(ModelError, match="has the parameters t, k, but the saved one has a, b, c"):
        rs.load(path, model=swapped)
    with pytest.raises(ModelError, match="predicts other numbers"):
        rs.load(path, model=lambda x, a, b, c: a * np.exp(-b * x) + c + 1e-8)
    with pytest.raises(ModelError, match="parameters b, a, c"):
        rs.load(path, model=lambda x, b, a, c: a * np.exp(-b * x) + c)
    with pytest.raises(ModelError, match="cannot be evaluated"):
        rs.load(path, model=lambda x, a, b, c: [1.0, 2.0])
    with pytest.raises(ModelError):
        rs.load(path, model=3)
    renamed = rs.load(path, model=lambda time, a, b, c: a * np.exp(-b * time) + c)
    assert renamed.predict([1.0]).value == made("function").predict([1.0]).value
    formula = rs.load(path, model="a*exp(-b*x)+c")
    assert formula(1.0) == pytest.approx(made("function")(1.0), rel=1e-14)


def test_residual_functions_are_checked_too(tmp_path):
    path = tmp_path / "r.json"
    made("residuals").save(path)
    assert not rs.load(path).outcome.sentence.startswith("interrupted")
    with pytest.raises(ModelError, match="predicts other numbers"):
        rs.load(path, model=lambda p: np.array([p[0], p[1], 1.0]))
    with pytest.raises(ModelError, match="model=rosenbrock"):
        rs.load(path).predict()


def test_an_old_file_is_kept_or_replaced(tmp_path):
    path = tmp_path / "fit.json"
    path.write_text("old")
    with pytest.raises(FileError, match="exists already"):
        made("formula").save(path, overwrite=False)
    assert path.read_text() == "old"
    made("formula").save(path)
    assert rs.load(path).params == made("formula").params


@pytest.mark.parametrize("step", ["os.replace", "os.fsync"])
def test_a_failure_while_writing_keeps_the_old_file(step, tmp_path, monkeypatch):
    path = tmp_path / "fit.json"
    path.write_text("old")

    def broken(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(step, broken)
    with pytest.raises(FileError, match="No space left"):
        made("formula").save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_while_encoding_keeps_the_old_file(tmp_path):
    path = tmp_path / "fit.json"
    path.write_text("old")
    bad = dataclasses.replace(made("formula"), engine_reason=object())
    with pytest.raises(FileError, match="cannot be written"):
        bad.save(path)
    model = dataclasses.replace(made("shelf").model, options={"x": np.ones(3)})
    with pytest.raises(FileError, match="option x="):
        dataclasses.replace(made("shelf"), model=model).save(path)
    with pytest.raises(FileError, match="cannot be written"):
        dataclasses.replace(made("formula"), engine_reason="\ud800").save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_writing_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "fit.json"
    path.write_text("old")

    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        made("formula").save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_written(tmp_path):
    with pytest.raises(FileError, match="is a directory"):
        made("formula").save(tmp_path)
    with pytest.raises(FileError, match="no directory"):
        made("formula").save(tmp_path / "no" / "fit.json")
    for path in ("a\0b", None, 3.5):
        with pytest.raises(FileError):
            made("formula").save(path)


def test_a_link_is_followed_and_permissions_are_kept(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    made("formula").save(link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert rs.load(real).params == made("formula").params


def test_private_names_cannot_be_saved(tmp_path):
    fit = rs.fit(lambda x, _a: _a * x, T, Y)
    with pytest.raises(FileError, match="called '_a'"):
        fit.save(tmp_path / "fit.json")
    assert not list(tmp_path.iterdir())


def test_the_fit_can_be_used_after_loading_as_before(tmp_path):
    back = there_and_back("formula", tmp_path)
    with pytest.raises(ParameterError):
        back.predict([1.0], interval="credible")
    half = back.derive(lambda b: np.log(2) / b)
    assert half.value == pytest.approx(np.log(2) / made("formula").params["b"])
