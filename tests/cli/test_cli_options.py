"""The small languages of the command line, and which column feeds what."""

from __future__ import annotations

import io
from pathlib import Path

import click
import numpy as np
import pytest

from residua.cli.columns import ModelNames, assign, assign_variables
from residua.cli.options import parse_parameters, parse_points, read_data, refuse_overwriting
from residua.cli.output import plain
from residua.data.csv_table import Table, read_table


@pytest.mark.parametrize(
    ("option", "start", "bounds", "fixed"),
    [
        ("a=1", {"a": 1.0}, {}, []),
        ("a=-1.5e-3", {"a": -1.5e-3}, {}, []),
        ("a=1[0,10]", {"a": 1.0}, {"a": (0.0, 10.0)}, []),
        (" a = 1 [ -1 , 1 ] ", {"a": 1.0}, {"a": (-1.0, 1.0)}, []),
        ("a=[0,10]", {}, {"a": (0.0, 10.0)}, []),
        ("a=1[0,]", {"a": 1.0}, {"a": (0.0, None)}, []),
        ("a=1[,0]", {"a": 1.0}, {"a": (None, 0.0)}, []),
        ("a=1[-inf,2]", {"a": 1.0}, {"a": (-np.inf, 2.0)}, []),
        ("a=2!", {"a": 2.0}, {}, ["a"]),
        ("τ=2", {"τ": 2.0}, {}, []),
    ],
)
def test_parameters(option: str, start: object, bounds: object, fixed: object) -> None:
    assert parse_parameters([option]) == (start, bounds, fixed)


def test_several_parameters() -> None:
    given = parse_parameters(["a=1", "b=[0,1]", "c=3!"])
    assert given.start == {"a": 1.0, "c": 3.0}
    assert given.names == {"a", "b", "c"}


@pytest.mark.parametrize(
    "options", [["a"], ["a="], ["=1"], ["a=x"], ["a=1]"], ["a=[1]"], ["a=!"], ["a=[0,1]!"],
                ["a=1", "a=2"], ["a=1 2"], ["a=nan"]]
)  # fmt: skip
def test_parameters_that_cannot_be_read(options: list[str]) -> None:
    with pytest.raises(click.UsageError, match="cannot be read"):
        parse_parameters(options)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("0:10:5", [0.0, 2.5, 5.0, 7.5, 10.0]),
        ("1:0:2", [1.0, 0.0]),
        ("3:4:1", [3.0]),
        ("1,2.5,-3e-1", [1.0, 2.5, -0.3]),
        ("7", [7.0]),
    ],
)
def test_points(text: str, points: list[float]) -> None:
    assert parse_points(text).tolist() == points


@pytest.mark.parametrize("text", ["", "a", "1:2", "0:1:0", "0:1:2.5", "0:1:99999999999", "1,,2",
                                  "nan", "0:inf:3"])  # fmt: skip
def test_points_that_cannot_be_read(text: str) -> None:
    with pytest.raises(click.UsageError):
        parse_points(text)


def table(text: str) -> Table:
    return read_table(io.StringIO(text))


DECAY = ModelNames("a*exp(-b*x)+c", ("a", "b", "x", "c"))
TWO = "time,signal\n0,1\n1,2\n"
MANY = "time,temp,err,signal\n0,1,2,3\n1,2,3,4\n"


@pytest.mark.parametrize(
    ("model", "text", "x", "y", "sigma", "variables", "target", "said"),
    [
        # the column is not a name of the formula, but x is
        (DECAY, TWO, ["time"], "signal", None, {"x": "time"}, "signal", 0),
        (DECAY, TWO, ["x=time"], "signal", None, {"x": "time"}, "signal", 0),
        (DECAY, TWO, [], None, None, {"x": "time"}, "signal", 2),
        (DECAY, TWO, ["signal"], None, None, {"x": "signal"}, "time", 1),
        (DECAY, TWO, [], "time", None, {"x": "signal"}, "time", 1),
        # the columns are called as the formula calls them
        (DECAY, "x,y\n0,1\n", [], None, None, {"x": "x"}, "y", 1),
        (DECAY, "y,x,z\n0,1,2\n", [], None, None, {"x": "x"}, "y", 1),
        (
            ModelNames("k*time + m*temp", ("k", "time", "m", "temp")),
            MANY, [], None, "err", {"time": "time", "temp": "temp"}, "signal", 1,
        ),
        # the first and the last column
        (DECAY, MANY, [], None, None, {"x": "time"}, "signal", 2),
        (DECAY, MANY, [], None, "signal", {"x": "time"}, "err", 2),
        # the response of the formula
        (DECAY._replace(response="temp"), MANY, ["time"], None, None, {"x": "time"}, "temp", 0),
        (DECAY._replace(response="temp"), MANY, ["time"], "err", None, {"x": "time"}, "err", 0),
        (DECAY._replace(response="f"), TWO, ["time"], None, None, {"x": "time"}, "signal", 1),
        # a library model takes columns in order
        (ModelNames("m", ("V",), ("V",)), TWO, [], None, None, {"V": "time"}, "signal", 2),
        (ModelNames("m", ("V",), ("V",)), TWO, ["time"], None, None, {"V": "time"}, "signal", 1),
        (
            ModelNames("m", ("u", "v"), ("u", "v")),
            MANY, ["temp", "time"], None, None, {"u": "temp", "v": "time"}, "signal", 1,
        ),
        # a name that -p has made a parameter is no variable
        (
            ModelNames("time*x", ("time", "x"), parameters=frozenset({"time"})),
            "x,time,y\n0,1,2\n", [], None, None, {"x": "x"}, "y", 1,
        ),
        # without unit and in other case
        (DECAY, "Time (s),Signal (mV)\n0,1\n", ["time"], "signal", None,
         {"x": "Time (s)"}, "Signal (mV)", 0),
    ],
)  # fmt: skip
def test_roles(
    model: ModelNames,
    text: str,
    x: list[str],
    y: str | None,
    sigma: str | None,
    variables: dict[str, str],
    target: str,
    said: int,
) -> None:
    roles = assign(model, table(text), x, y, sigma)
    assert roles.variables == variables
    assert roles.y == target
    assert roles.sigma == sigma
    assert len(roles.assumptions) == said, roles.assumptions


@pytest.mark.parametrize(
    ("model", "text", "x", "y", "words"),
    [
        (DECAY, TWO, ["tme"], None, "has no column 'tme'"),
        (DECAY, TWO, ["time"], "sgnal", "has no column 'sgnal'"),
        (DECAY, TWO, ["t=time"], None, "has no 't'; its names are a, b, x, c"),
        (DECAY, TWO, ["x=time", "x=signal"], None, "gives x twice"),
        (DECAY, MANY, ["time", "temp"], None, "no free x"),
        (ModelNames("a*t", ("a", "t")), TWO, ["time"], None, "-x t=time"),
        (ModelNames("a*t", ("a", "t")), TWO, [], None, "Which name of 'a*t' is the variable"),
        (ModelNames("a*t+b", ("a", "t", "b")), "time (s),y\n0,1\n", [], None, "-x 't=time (s)'"),
        (ModelNames("m", ("u", "v"), ("u", "v")), TWO, ["time"], None, "also needs -x for v"),
        (ModelNames("m", ("u", "v"), ("u", "v")), "u\n1\n", [], None, "no column left for u, v"),
        (DECAY, "time\n1\n2\n", [], None, "no column left for y; its columns are time"),
    ],
)
def test_roles_that_cannot_be_given(
    model: ModelNames, text: str, x: list[str], y: str | None, words: str
) -> None:
    with pytest.raises(click.UsageError) as caught:
        assign(model, table(text), x, y, None)
    assert words in str(caught.value.message)


def test_what_is_assumed_is_said_in_the_names_of_the_model() -> None:
    several = assign(DECAY, table("time,a (mV),b (mV)\n0,1,2\n"), [], None, None)
    assert several.variables == {"a": "a (mV)", "b": "b (mV)"}
    assert several.assumptions[0] == "a and b are columns, so x is a parameter (choose with -x)."
    law = ModelNames("murnaghan", ("V",), ("V",), "E")
    energy = assign(law, table("V (Å^3),E (eV),P (GPa)\n1,2,3\n"), [], None, None)
    assert (energy.y, energy.assumptions) == ("E (eV)", [])
    mistyped = ModelNames("sgnal ~ a*x", ("a", "x"), (), "sgnal")
    assert assign(mistyped, table(TWO), [], None, None).assumptions[-1] == (
        "sgnal is column signal (choose with -y)."
    )


def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(click.UsageError, match="No table was named"):
        read_data(None, None, None, None)


def test_a_column_whose_name_has_an_equals_sign() -> None:
    variables, _ = assign_variables(DECAY, table("t=0,y\n0,1\n"), ["t=0"])
    assert variables == {"x": "t=0"}


def test_examples_and_missing_files(tmp_path: Path) -> None:
    assert list(read_data("example:volume_energy", None, None, None).columns) == [
        "volume",
        "energy",
    ]
    with pytest.raises(click.UsageError, match=r"no example '\.\./x'.*volume_energy"):
        read_data("example:../x", None, None, None)
    with pytest.raises(click.UsageError, match="no file"):
        read_data(str(tmp_path / "none.csv"), None, None, None)


def test_words_for_separators(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a b\tc\n1\t2\n")
    assert list(read_data(str(path), "tab", None, None).columns) == ["a b", "c"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "fit.json"
    refuse_overwriting(str(path), force=False)
    refuse_overwriting(None, force=False)
    path.write_text("precious")
    with pytest.raises(click.UsageError, match="--force"):
        refuse_overwriting(str(path), force=False)
    refuse_overwriting(str(path), force=True)
    with pytest.raises(click.UsageError, match="no folder"):
        refuse_overwriting(str(tmp_path / "none" / "fit.json"), force=False)


def test_json_has_neither_nan_nor_numpy() -> None:
    content = {"a": np.array([1.0, np.nan]), "b": (np.float64(np.inf), np.int64(3)), 4: np.True_}
    assert plain(content) == {"a": [1.0, None], "b": [None, 3], "4": True}
