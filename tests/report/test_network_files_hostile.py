"""Damaged and hostile files of networks: FileError, nothing run, no memory taken."""

from __future__ import annotations

import contextlib
import copy
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_fits import FITS, made

import residua as rs
from residua import FileError, ResiduaError
from residua.report.encoding import encode_array
from residua.report.network_record import network_record

# What people read, and numbers that are only shown.
FREE = {"residua", "outcome", "params", "warnings"}
VALUES = (
    None,
    True,
    -1,
    7,
    1.5,
    1e308,
    10**400,
    "nan",
    "inf",
    "a",
    [],
    [1],
    {},
    [50_000, 50_000],
    encode_array(np.full(3, np.nan)),
    {"dtype": "<f8", "shape": [2**40], "base64": ""},
)


def document(kind):
    return json.loads(json.dumps(network_record(made(kind))))


def load(value, folder):
    path = folder / "x.fit.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return rs.load(path)


def changed(found, way, value):
    found = copy.deepcopy(found)
    place = found
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = value
    return found


def places(value, way=()):
    """Every place in a document, arrays as a whole too."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*way, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*way, key))


def is_file_error_or_a_fit_that_works(value, folder):
    try:
        back = load(value, folder)
    except FileError:
        return
    with np.errstate(all="ignore"):
        assert str(back)
        back._repr_html_()
        for interval in ("confidence", "prediction"):
            with contextlib.suppress(ResiduaError):
                back.predict(interval=interval, sigma=0.1)


@pytest.mark.parametrize("kind", ["one", "chances", "monotone"])
def test_every_place_with_wrong_values(kind, tmp_path):
    """Four of the values in each place, all of them in turn."""
    found = document(kind)
    for i, way in enumerate(places(found)):
        for value in VALUES[i % 4 :: 4]:
            is_file_error_or_a_fit_that_works(changed(found, way, value), tmp_path)


@pytest.mark.parametrize("kind", ["one", "monotone", "held"])
def test_every_key_that_is_missing_is_a_file_error(kind, tmp_path):
    found = document(kind)
    for way in [way for way in places(found) if isinstance(way[-1], str)]:
        if way[0] in FREE:
            continue
        cut = copy.deepcopy(found)
        place = cut
        for key in way[:-1]:
            place = place[key]
        del place[way[-1]]
        with pytest.raises(FileError):
            load(cut, tmp_path)


WRONG = {
    "version": (("version",), 2),
    "likelihood": (("likelihood",), "poisson"),
    "activation": (("architecture", "activation"), "os.system"),
    "no members": (("members",), []),
    "no votes": (("members", 0, "weight"), 0.0),
    "negative vote": (("members", 0, "weight"), -1.0),
    "candidate": (("members", 0, "candidate"), 1),
    "theta": (("members", 0, "theta"), encode_array(np.zeros(7))),
    "theta long": (("members", 0, "theta"), encode_array(np.zeros(8))),
    "theta nan": (("one", "theta"), encode_array(np.full(7, np.nan))),
    "ratio negative": (("members", 0, "ratio"), encode_array(np.full(7, -1.0))),
    "spread": (("members", 0, "spread"), 0.0),
    "scale": (("scaling", 1), encode_array(np.zeros(1))),
    "noise": (("spreads",), []),
    "fold": (("fold",), encode_array(np.zeros(3, int))),
    "units": (("candidates", 0, "hidden"), [3]),
    "ended": (("ended",), "GREAT"),
    "fitted": (("fitted",), encode_array(np.zeros(24))),
    "y": (("observations", "y"), encode_array(np.zeros(23))),
    "name": (("observations", "names"), ["__class__"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named(name, tmp_path):
    with pytest.raises(FileError, match=r"x\.fit\.json"):
        load(changed(document("one"), *WRONG[name]), tmp_path)


@pytest.mark.parametrize("kind", ["one", "monotone", "convex"])
def test_huge_networks_are_refused_before_memory_is_taken(kind, tmp_path):
    found = document(kind)
    tracemalloc.start()
    try:
        for hidden in ([50_000, 50_000], [10**15], [1] * 20_000):
            for key in (("architecture",), ("candidates", 0)):
                with pytest.raises(FileError, match="more weights than the file has numbers"):
                    load(changed(found, (*key, "hidden"), hidden), tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


ROUGH = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = json.dumps(document("one"), indent=1)


@ROUGH
@given(
    start=st.integers(0, len(TEXT)),
    length=st.integers(0, 40),
    middle=st.text(st.sampled_from('{}[]",:0159-e.nul \n\\u'), max_size=6),
)
def test_any_piece_cut_out_or_written_over(start, length, middle, tmp_path):
    is_file_error_or_a_fit_that_works(TEXT[:start] + middle + TEXT[start + length :], tmp_path)


def test_nothing_is_run(tmp_path, monkeypatch):
    def forbidden(*args, **kwargs):
        raise AssertionError("something was run")

    text = json.dumps(document("monotone"))
    for name in ("eval", "exec"):
        monkeypatch.setattr(f"builtins.{name}", forbidden)
    assert load(text, tmp_path).ok


def test_every_kind_is_in_the_catalogue():
    assert {"one", "crossed", "chances", "monotone", "held"} <= set(FITS)
