"""Damaged and hostile files: FileError with a clear message, nothing run, no memory taken."""

import base64
import contextlib
import copy
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_fits import made

import residua as rs
from residua import FileError, ResiduaError
from residua.report.encoding import encode_array
from residua.report.record import record


def document(kind="formula"):
    return json.loads(json.dumps(record(made(kind))))


def load(value, folder):
    path = folder / "x.fit.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return rs.load(path)


def changed(path, value, kind="formula"):
    """A saved fit with one place replaced; a callable gets the old value."""
    found = document(kind)
    place = found
    *way, last = path
    for key in way:
        place = place[key]
    place[last] = value(place[last]) if callable(value) else value
    return found


def test_a_potential_is_sent_to_its_own_reader(tmp_path):
    with pytest.raises(FileError, match="load_potential"):
        load({"format": "residua.potential"}, tmp_path)


def reshaped(*shape):
    return lambda array: {**array, "shape": list(shape)}


HUGE = {"dtype": "<f8", "shape": [2**40, 2**40], "base64": ""}
MANGLED = {
    "format": (["format"], "residua.other"),
    "format number": (["format"], 3),
    "version newer": (["version"], 2),
    "version text": (["version"], "1"),
    "version true": (["version"], True),
    "outcome unknown": (["verdict", "outcome"], "GREAT"),
    "outcome list": (["verdict", "outcome"], ["CONVERGED"]),
    "finding unknown": (["notes"], [["nothing", "text"]]),
    "finding short": (["notes"], [["ENGINE"]]),
    "notes text": (["notes"], "ENGINE"),
    "engine a module": (["engine"], "..cli"),
    "engine other": (["engine"], "check"),
    "kind": (["model", "kind"], "pickle"),
    "formula code": (["model", "text"], "__import__('os').system('true')"),
    "formula attribute": (["model", "text"], "a.b*x+c"),
    "formula other": (["model", "text"], "a*exp(-b*x)+d"),
    "formula wrong": (["model", "text"], "a*exp(-b*x)-c"),
    "formula long": (["model", "text"], "a+" * 5000 + "x"),
    "shelf path": (["model"], {**document("shelf")["model"], "text": "../../etc/passwd"}),
    "shelf module": (["model"], {**document("shelf")["model"], "text": "os:system"}),
    "private name": (["model", "parameters"], ["_a", "b", "c"]),
    "dunder name": (["model", "parameters"], ["__class__", "b", "c"]),
    "name with code": (["model", "parameters"], ["a);b", "b", "c"]),
    "name number": (["model", "parameters"], [1, "b", "c"]),
    "names twice": (["model", "parameters"], ["a", "a", "c"]),
    "parameters of another": (["parameters", 0, "name"], "z"),
    "parameter private": (["parameters", 0, "name"], "_z"),
    "parameters object": (["parameters"], {}),
    "start text": (["parameters", 0, "start"], "1"),
    "start infinite": (["parameters", 0, "start"], "inf"),
    "start true": (["parameters", 0, "start"], True),
    "start huge": (["parameters", 0, "start"], 10**400),
    "lower nan": (["parameters", 0, "lower"], "nan"),
    "lower of another shape": (["parameters", 0, "lower"], encode_array(np.zeros(7))),
    "fixed number": (["parameters", 0, "fixed"], 0),
    "theta short": (["theta"], encode_array(np.zeros(2))),
    "theta matrix": (["theta"], encode_array(np.zeros((3, 1)))),
    "theta claims": (["theta"], reshaped(2**50)),
    "theta negative": (["theta"], reshaped(-3)),
    "theta float shape": (["theta"], reshaped(3.0)),
    "theta integers": (["theta"], encode_array(np.arange(3))),
    "theta objects": (["theta"], lambda a: {**a, "dtype": "|O"}),
    "theta not base64": (["theta"], lambda a: {**a, "base64": "%%%"}),
    "theta not ascii": (["theta"], lambda a: {**a, "base64": "\u00e9\u00e9\u00e9\u00e9"}),
    "theta cut": (["theta"], lambda a: {**a, "base64": a["base64"][:-4]}),
    "theta list": (["theta"], [1, 2, 3]),
    "theta null": (["theta"], None),
    "params edited": (["params", "a"], 3.0),
    "x claims": (["observations", "x", 0], HUGE),
    "x many axes": (["observations", "x", 0], {**HUGE, "shape": [1] * 1000}),
    "x empty but huge": (["observations", "x", 0], {**HUGE, "shape": [0] + [2**53] * 20}),
    "x nan": (["observations", "x", 0], encode_array(np.full(50, np.nan))),
    "y number": (["observations", "y"], encode_array(np.float64(1.0))),
    "y short": (["observations", "y"], encode_array(np.ones(7))),
    "y empty": (["observations", "y"], encode_array(np.ones(0))),
    "sigma short": (["observations", "sigma"], encode_array(np.ones(7))),
    "sigma zero": (["observations", "sigma"], encode_array(np.zeros(50))),
    "sigma no covariance": (["observations", "sigma"], encode_array(np.ones((50, 50)))),
    "names few": (["observations", "names"], []),
    "kept floats": (["observations", "kept"], encode_array(np.ones(50))),
    "fitted other": (["fitted"], encode_array(np.ones(50))),
    "R shape": (["triangle", "R"], encode_array(np.ones((3, 2)))),
    "R nan": (["triangle", "R"], encode_array(np.full((3, 3), np.nan))),
    "rho list": (["triangle", "rho"], [1.0]),
    "rho nan": (["triangle", "rho"], "nan"),
    "held floats": (["verdict", "held"], encode_array(np.zeros(3))),
    "steps negative": (["steps"], -1),
    "steps float": (["steps"], 1.5),
    "steps endless": (["steps"], 10**300),
    "absolute text": (["absolute_sigma"], "false"),
    "reason with half a character": (["engine_reason"], "\ud800"),
}  # fmt: skip


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_place_is_a_file_error(name, tmp_path):
    with pytest.raises(FileError, match=r"x\.fit\.json"):
        load(changed(*MANGLED[name]), tmp_path)


def leaves(value, way=()):
    """Every place in a document."""
    yield way
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, (dict, list)):
            yield from leaves(item, (*way, key))
        else:
            yield (*way, key)


ALWAYS = document("at_bound")
PLACES = [list(way) for way in leaves(ALWAYS) if way]
# What people read and what is kept for the record may say anything without harm.
FREE = {"outcome", "warnings", "stderr", "residua"}


@pytest.mark.parametrize("kind", ["formula", "shelf", "function", "residuals"])
def test_every_key_that_is_missing_is_a_file_error(kind, tmp_path):
    whole = document(kind)
    for way in [w for w in leaves(whole) if w and isinstance(w[-1], str)]:
        if way[0] in FREE or way[:2] == ("model", "options") or way[:2] == ("model", "whole"):
            continue
        if way[-1] in ("equation", "response"):
            continue
        cut = copy.deepcopy(whole)
        place = cut
        for key in way[:-1]:
            place = place[key]
        del place[way[-1]]
        with pytest.raises(FileError):
            load(cut, tmp_path)


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(max_size=8) | st.sampled_from(["nan", "inf", "-inf", "<f8", "formula", "_a"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS, part, max_size=3),
    max_leaves=6,
)
FOLDER = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def is_file_error_or_a_fit_that_works(text, folder):
    try:
        back = load(text, folder)
    except FileError:
        return
    with np.errstate(all="ignore"):
        assert str(back)
        back._repr_html_()
        with contextlib.suppress(ResiduaError):
            back.predict()


@FOLDER
@given(place=st.sampled_from(PLACES), value=JSON_VALUES)
def test_any_value_in_any_place(place, value, tmp_path):
    for kind in ("at_bound", "formula"):
        try:
            mangled = changed(place, value, kind)
        except (KeyError, IndexError, TypeError):
            continue
        is_file_error_or_a_fit_that_works(json.dumps(mangled), tmp_path)


TEXT = json.dumps(document("formula"), indent=1)


@FOLDER
@given(
    start=st.integers(0, len(TEXT)),
    length=st.integers(0, 40),
    middle=st.text(st.sampled_from('{}[]",:0159-e.nul \n\\u'), max_size=6),
)
def test_any_piece_cut_out_or_written_over(start, length, middle, tmp_path):
    is_file_error_or_a_fit_that_works(TEXT[:start] + middle + TEXT[start + length :], tmp_path)


@FOLDER
@given(cut=st.integers(0, len(TEXT) - 2))
def test_every_file_cut_short_is_a_file_error(cut, tmp_path):
    with pytest.raises(FileError, match="is not a complete JSON file"):
        load(TEXT[:cut], tmp_path)


@FOLDER
@given(content=st.binary(max_size=60))
def test_any_bytes(content, tmp_path):
    path = tmp_path / "x.fit.json"
    path.write_bytes(content)
    with pytest.raises(FileError):
        rs.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 50_000 + "]" * 50_000,
        "9" * 100_000,
        '{"format": "residua.fit", "format": "residua.fit", "version": 1}',
        '{"format": "residua.fit", "version": 1}',
        '{"format": "residua.fit", "version": NaN}',
        "null",
        "[]",
        '"residua.fit"',
        "",
    ],
    ids=lambda text: text[:12],
)
def test_documents_that_are_no_fit(text, tmp_path):
    with pytest.raises(FileError):
        load(text, tmp_path)


def test_a_claimed_size_takes_no_memory(tmp_path):
    tracemalloc.start()
    try:
        for shape in ([2**45], [2**30, 2**30], [10**9]):
            with pytest.raises(FileError):
                load(changed(["theta"], lambda a, s=shape: {**a, "shape": s}), tmp_path)
        # Two columns of 20 000, one lying and one standing, would make a formula fill 3.2 GB.
        wide = document("two_variables")
        n = 20_000
        wide["observations"]["x"] = [
            encode_array(np.ones((n, 1))), encode_array(np.ones((1, n))),
        ]  # fmt: skip
        with pytest.raises(FileError, match="do not belong to its y"):
            load(wide, tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


def test_a_formula_in_a_file_is_never_run_as_python(tmp_path, monkeypatch):
    def forbidden(*args, **kwargs):
        raise AssertionError("something was run")

    texts = [json.dumps(document(kind)) for kind in ("formula", "shelf", "function")]
    hostile = changed(["model", "text"], "exec(a)*x+b*c")
    for name in ("eval", "exec"):
        monkeypatch.setattr(f"builtins.{name}", forbidden)
    for text in texts:
        assert load(text, tmp_path).ok
    with pytest.raises(FileError, match="cannot be read"):
        load(hostile, tmp_path)


def test_a_place_that_is_no_file(tmp_path):
    for path in (tmp_path, tmp_path / "missing.json", "/dev/zero", "a\0b", 3.5, None):
        with pytest.raises(FileError):
            rs.load(path)


def test_the_message_names_the_place_and_the_cause(tmp_path):
    with pytest.raises(FileError) as caught:
        load(changed(["observations", "x", 0, "base64"], "%"), tmp_path)
    assert "x.fit.json is damaged: observations.x[0].base64 is not base64" in str(caught.value)
    newer = changed(["version"], 7)
    with pytest.raises(FileError, match="version 7 of the format; this residua reads 1") as caught:
        load(newer, tmp_path)
    assert "pip install --upgrade residua" in str(caught.value)


def test_base64_with_spaces_or_other_letters_is_refused(tmp_path):
    good = document()["theta"]["base64"]
    assert base64.b64decode(good)
    for bad in (good[:5] + " " + good[5:], good.replace(good[0], "-"), good + "===="):
        with pytest.raises(FileError):
            load(changed(["theta"], lambda a, b=bad: {**a, "base64": b}), tmp_path)


def test_a_key_that_stands_twice_is_refused(tmp_path):
    twice = json.dumps(document()).replace('"steps": ', '"steps": 1, "steps": ', 1)
    with pytest.raises(FileError, match="a key stands twice"):
        load(twice, tmp_path)
