"""`residua fit`: from the shell to parameters, with what was assumed and how it ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import residua as rs
from residua.cli.group import residua

TRUE = {"a": 2.1, "b": 1.3, "c": 0.5}
TIME = np.round(np.linspace(0.0, 5.0, 50), 3)
NOISE = np.random.default_rng(7).normal(0.0, 0.02, 50)
SIGNAL = np.round(2.1 * np.exp(-1.3 * TIME) + 0.5 + NOISE, 5)


def decay_text(delimiter: str = ",", decimal: str = ".", head: str = "time,signal\n") -> str:
    rows = (f"{t}{delimiter}{s}".replace(".", decimal) for t, s in zip(TIME, SIGNAL))
    return head.replace(",", delimiter) + "\n".join(rows) + "\n"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with decay.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decay.csv").write_text(decay_text())
    return tmp_path


def call(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(residua, arguments, input=stdin)


def as_json(*arguments: str, stdin: str | None = None) -> dict[str, object]:
    answer = call("fit", *arguments, "--json", stdin=stdin)
    assert answer.exit_code == 0, answer.stderr
    content: dict[str, object] = json.loads(answer.stdout)
    return content


def expected() -> rs.Fit:
    return rs.fit("a*exp(-b*x)+c", TIME, SIGNAL)


def assert_same_fit(content: dict, fit: rs.Fit) -> None:  # type: ignore[type-arg]
    for name, value in fit.params.items():
        shown = content["parameters"][name]
        assert shown["value"] == pytest.approx(value, rel=1e-9)
        assert shown["stderr"] == pytest.approx(fit.stderr[name], rel=1e-6)
        low, high = fit.confidence_intervals()[name]
        assert (shown["low"], shown["high"]) == pytest.approx((low, high), rel=1e-6)


def test_the_line_of_the_first_page(room: Path) -> None:
    answer = call("fit", "a*exp(-b*x)+c", "decay.csv", "-x", "time", "-y", "signal")
    assert answer.exit_code == 0, answer.stderr
    assert "a*exp(-b*x)+c" in answer.stdout.splitlines()[0]
    assert "50 points, 3 parameters" in answer.stdout
    assert answer.stderr == ""
    for name, value in TRUE.items():
        row = next(line for line in answer.stdout.splitlines() if line.split()[:1] == [name])
        assert float(row.split()[1]) == pytest.approx(value, abs=0.05)


def test_json_holds_the_same_fit(room: Path) -> None:
    content = as_json("a*exp(-b*x)+c", "decay.csv", "-x", "time", "-y", "signal")
    assert content["schema"] == 1
    assert content["kind"] == "fit"
    assert content["ok"] is True
    assert content["outcome"]["name"] == "converged"  # type: ignore[index]
    assert content["data"]["x"] == {"x": "time"}  # type: ignore[index]
    assert content["n"] == 50 and content["dof"] == 47
    assert len(content["correlation"]) == 3  # type: ignore[arg-type]
    assert_same_fit(content, expected())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (decay_text(";", ","), "decimal mark is a comma"),
        (decay_text("\t"), "separated by tabs"),
        (decay_text(head="time,signal\ns,mV\n"), "units: s, mV"),
        (decay_text(head=""), "called c1, c2"),
    ],
)
def test_other_ways_of_writing_the_table_are_read_and_said(text: str, words: str) -> None:
    answer = call("fit", "a*exp(-b*x)+c", "-", "--json", stdin=text)
    assert answer.exit_code == 0, answer.stderr
    assert words in answer.stderr
    assert_same_fit(json.loads(answer.stdout), expected())


def test_standard_input_is_the_default_and_choices_are_said(room: Path) -> None:
    answer = call("fit", "a*exp(-b*x)+c", stdin=decay_text())
    assert answer.exit_code == 0, answer.stderr
    assert "note: x is column time (choose with -x)." in answer.stderr
    assert "note: y is column signal (choose with -y)." in answer.stderr
    assert "note:" not in answer.stdout


def test_formula_in_the_names_of_the_columns(room: Path) -> None:
    content = as_json("signal ~ a*exp(-b*time)+c", "decay.csv")
    assert content["data"]["x"] == {"time": "time"}  # type: ignore[index]
    assert content["data"]["assumptions"] == []  # type: ignore[index]
    assert_same_fit(content, expected())


def test_library_models_by_name(room: Path) -> None:
    content = as_json("exponential", "decay.csv")
    rate = content["parameters"]["rate"]["value"]  # type: ignore[index]
    assert rate == pytest.approx(expected().params["b"], rel=1e-6)


def test_an_example_that_comes_along() -> None:
    content = as_json("birch_murnaghan", "example:volume_energy")
    volume, energy = np.loadtxt(
        Path(rs.__file__).parent / "datasets/volume_energy.csv", delimiter=",", skiprows=1
    ).T
    assert_same_fit(content, rs.fit("birch_murnaghan", volume, energy))


def test_starts_bounds_and_fixed_values(room: Path) -> None:
    content = as_json(
        "a*exp(-b*x)+c", "decay.csv", "-x", "time", "-y", "signal",
        "-p", "a=1[0,10]", "-p", "b=1[0,]", "-p", "c=0.5!",
    )  # fmt: skip
    fit = rs.fit(
        "a*exp(-b*x)+c", TIME, SIGNAL,
        start={"a": 1, "b": 1, "c": 0.5}, bounds={"a": (0, 10), "b": (0, None)}, fixed=["c"],
    )  # fmt: skip
    assert content["parameters"]["c"] == {  # type: ignore[index]
        "value": 0.5, "unit": None, "stderr": 0.0, "low": 0.5, "high": 0.5, "fixed": True,
    }  # fmt: skip
    assert_same_fit(content, fit)


def test_sigma_and_level(room: Path) -> None:
    sigma = np.where(TIME > 2.5, 0.02, 0.04)
    rows = "\n".join(f"{t},{s},{e}" for t, s, e in zip(TIME, SIGNAL, sigma))
    text = f"time,signal,err\n{rows}\n"
    line = ("a*exp(-b*x)+c", "-", "-x", "time", "-y", "signal", "--sigma", "err")
    fit = rs.fit("a*exp(-b*x)+c", TIME, SIGNAL, sigma=sigma, absolute_sigma=True)
    content = as_json(*line, "--absolute-sigma", "--level", "0.5", stdin=text)
    assert content["level"] == 0.5 and content["absolute_sigma"] is True
    low, high = fit.confidence_intervals(0.5)["b"]
    shown = content["parameters"]["b"]  # type: ignore[index]
    assert (shown["low"], shown["high"]) == pytest.approx((low, high), rel=1e-6)
    assert "50 % intervals" in call("fit", *line, "--level", "0.5", stdin=text).stdout


def test_sigma_in_another_unit_is_said(room: Path) -> None:
    rows = "\n".join(f"{t},{s},0.02" for t, s in zip(TIME, SIGNAL))
    (room / "units.csv").write_text(f"time (s),signal (mV),err (V)\n{rows}\n")
    line = ("a*exp(-b*x)+c", "units.csv", "-x", "time", "-y", "signal", "--sigma", "err")
    assert "its sigma in V: nothing was converted" in call("fit", *line).stderr
    assert_same_fit(as_json(*line), rs.fit("a*exp(-b*x)+c", TIME, SIGNAL, sigma=0.02))


def test_missing_cells_are_refused_or_dropped(room: Path) -> None:
    text = decay_text().replace("\n0.102,", "\n,")
    line = ("fit", "a*exp(-b*x)+c", "-", "-x", "time", "-y", "signal", "--json")
    refused = call(*line, stdin=text)
    assert refused.exit_code == 3
    assert "--missing drop" in refused.stderr
    assert refused.stdout == ""
    dropped = call(*line, "--missing", "drop", stdin=text)
    assert dropped.exit_code == 0, dropped.stderr
    assert json.loads(dropped.stdout)["n"] == 49
    assert "1 empty cell in time" in dropped.stderr
    strict = call(*line, "--missing", "drop", "--strict", stdin=text)
    assert strict.exit_code == 1
    assert json.loads(strict.stdout)["n"] == 49


def test_strict_without_warnings_is_done(room: Path) -> None:
    line = ("fit", "a*exp(-b*x)+c", "decay.csv", "-x", "time", "-y", "signal", "--strict")
    assert not expected().warnings
    assert call(*line).exit_code == 0


def test_a_fit_that_does_not_converge_is_printed_and_exits_with_4() -> None:
    # Only the product a*b can be known from these data.
    text = "x,y\n" + "\n".join(f"{i},{2.5 * i + (i % 3) / 10}" for i in range(20))
    answer = call("fit", "a*b*x", "-", "--json", stdin=text)
    assert answer.exit_code == 4
    content = json.loads(answer.stdout)
    assert content["ok"] is False
    assert content["parameters"]["a"]["stderr"] is None
    assert "warning:" in answer.stderr
    assert call("fit", "a*b*x", "-", "--strict", stdin=text).exit_code == 4


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["a*exq(-b*x)", "decay.csv"], 2, "Try: exp(...)"),
        (["gausian", "decay.csv"], 2, "Try: gaussian"),
        (["a*x", "decay.csv", "-y", "signl"], 2, "has no column 'signl'"),
        (["a*x", "none.csv"], 2, "no file none.csv"),
        (["a*x", "example:none"], 2, "volume_energy"),
        (["a*x", "decay.csv", "-p", "b=1"], 2, "b"),
        (["a*x", "decay.csv", "-p", "a=one"], 2, "cannot be read"),
        (["a*x", "decay.csv", "--level", "95"], 2, "--level"),
        (["a*x", "decay.csv", "--absolute-sigma"], 3, "sigma"),
        (["a*x", "decay.csv", "--engine", "quantum"], 2, "--engine"),
        (["x", "decay.csv"], 2, "There is no library model 'x'"),
        (["2*x", "decay.csv"], 2, "no parameter"),
        (["a*x", "text.csv"], 3, "line 3 is 'oops'"),
        (["a*x", "empty.csv"], 3, "holds no data"),
        (["a*x+b", "short.csv"], 3, "1 observation"),
        (["a*x", "decay.csv", "--save", "none/fit.json"], 2, "no folder"),
        (["a*x", "decay.csv", "--plot", "fit.gif"], 2, "Try: --plot fit.png"),
        (["a*x"], 3, "no file was named"),
    ],
)
def test_what_cannot_be_done_says_so_and_prints_nothing(
    room: Path, arguments: list[str], code: int, words: str
) -> None:
    (room / "text.csv").write_text("x,y\n0,1\n1,oops\n2,3\n")
    (room / "empty.csv").write_text("")
    (room / "short.csv").write_text("x,y\n1,2\n")
    answer = call("fit", *arguments)
    assert answer.exit_code == code, answer.stderr
    assert words in answer.stderr
    assert answer.stdout == ""


def test_save_and_plot_refuse_to_overwrite(room: Path) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    line = ("fit", "a*exp(-b*x)+c", "decay.csv", "-x", "time", "-y", "signal")
    line += ("--save", "decay.fit.json", "--plot", "decay.png")
    assert call(*line).exit_code == 0
    assert rs.load("decay.fit.json").params == pytest.approx(expected().params, rel=1e-9)
    assert (room / "decay.png").read_bytes().startswith(b"\x89PNG")
    before = (room / "decay.fit.json").read_bytes()
    refused = call(*line)
    assert refused.exit_code == 2
    assert "decay.fit.json exists already" in refused.stderr
    assert (room / "decay.fit.json").read_bytes() == before
    assert call(*line, "--force").exit_code == 0


def test_in_a_process_of_its_own_through_a_pipe(room: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "residua", "fit", "exponential", "-", "--json"],
        input=decay_text(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True
    assert all(line.startswith("note: ") for line in done.stderr.splitlines())
