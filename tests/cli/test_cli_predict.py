"""`residua predict`: a saved fit at new points; and the examples in every command's help."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import residua as rs
from residua.cli.group import COMMANDS, residua

TIME = np.linspace(0.0, 5.0, 40)
NOISE = np.random.default_rng(3).normal(0.0, 0.02, 40)
SIGNAL = 2.1 * np.exp(-1.3 * TIME) + 0.5 + NOISE
AT = np.linspace(0.0, 10.0, 5)


@pytest.fixture(scope="module")
def fit() -> rs.Fit:
    return rs.fit("a*exp(-b*x)+c", TIME, SIGNAL)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fit: rs.Fit) -> Path:
    """A folder with everything that the examples of the help ask for."""
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{t!r},{s!r}" for t, s in zip(TIME.tolist(), SIGNAL.tolist()))
    Path("decay.csv").write_text(f"time,signal\n{rows}\n")
    Path("data.csv").write_text("x,y\n0,2.1\n1,4.9\n2,8.2\n3,10.8\n")
    Path("new.csv").write_text("id,time\n7,0.5\n8,1.5\n")
    fit.save("decay.fit.json")
    Path("tutorial.org").write_text("#+begin_src python :tangle yes\na = 1\n#+end_src\n")
    shutil.copy(Path(rs.__file__).parent / "datasets" / "argon.db", "argon.db")
    return tmp_path


def call(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(residua, ["predict", *arguments], input=stdin)


def predictions(*arguments: str) -> dict[str, list[float]]:
    answer = call("decay.fit.json", *arguments, "--json")
    assert answer.exit_code == 0, answer.stderr
    content: dict[str, list[float]] = json.loads(answer.stdout)["predictions"]
    return content


def test_at_a_range(room: Path, fit: rs.Fit) -> None:
    found = predictions("--at", "0:10:5")
    assert list(found) == ["x", "value", "stderr", "extrapolates"]
    expected = fit.predict(AT)
    np.testing.assert_array_equal(found["x"], AT)
    np.testing.assert_allclose(found["value"], expected.value, rtol=1e-12)
    np.testing.assert_allclose(found["stderr"], expected.stderr, rtol=1e-9)
    np.testing.assert_array_equal(found["extrapolates"], expected.extrapolates)


@pytest.mark.parametrize("kind", ["confidence", "prediction"])
def test_intervals(room: Path, fit: rs.Fit, kind: str) -> None:
    found = predictions("--at", "0:10:5", "--interval", "0.9", "--kind", kind)
    expected = fit.predict(AT, interval=kind, level=0.9)
    np.testing.assert_allclose(found["low"], expected.low, rtol=1e-9)
    np.testing.assert_allclose(found["high"], expected.high, rtol=1e-9)


def test_csv_has_all_digits(room: Path, fit: rs.Fit) -> None:
    answer = call("decay.fit.json", "--at", "1,2,3", "--interval", "0.95", "--csv")
    rows = list(csv.DictReader(io.StringIO(answer.stdout)))
    assert list(rows[0]) == ["x", "value", "stderr", "low", "high", "extrapolates"]
    np.testing.assert_allclose(
        [float(row["value"]) for row in rows], fit.predict([1.0, 2.0, 3.0]).value, rtol=1e-13
    )


def test_text_is_aligned(room: Path) -> None:
    answer = call("decay.fit.json", "--at", "0:4:3")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["x", "value", "stderr", "extrapolates"]
    assert len(lines) == 4 and len(set(map(len, lines))) == 1


def test_extrapolation_is_a_warning(room: Path) -> None:
    answer = call("decay.fit.json", "--at", "1,100")
    assert answer.exit_code == 0
    assert "warning: 1 of 2 points lie outside what the data support" in answer.stderr


def test_without_points_those_that_were_fitted(room: Path, fit: rs.Fit) -> None:
    np.testing.assert_allclose(predictions()["value"], fit.fitted, rtol=1e-12)


def test_points_from_a_table(room: Path, fit: rs.Fit) -> None:
    found = predictions("--data", "new.csv", "-x", "time")
    np.testing.assert_allclose(found["value"], fit.predict([0.5, 1.5]).value, rtol=1e-12)
    assert predictions("--data", "new.csv", "-x", "x=time") == found
    # Without -x the first column is taken, and that is said.
    answer = call("decay.fit.json", "--data", "new.csv")
    assert "note: x is column id (choose with -x)." in answer.stderr


def test_several_variables(room: Path) -> None:
    u, v = np.meshgrid(np.arange(4.0), np.arange(5.0))
    y = 2 * u + 3 * v + 1 + 0.1 * np.sin(7 * u + 11 * v)
    fit = rs.fit("a*u + b*v + c", {"u": u.ravel(), "v": v.ravel()}, y.ravel())
    fit.save("plane.fit.json")
    answer = call("plane.fit.json", "--at", "u=1,2", "--at", "v=3", "--json")
    found = json.loads(answer.stdout)["predictions"]
    assert found["v"] == [3.0, 3.0]
    np.testing.assert_allclose(found["value"], fit.predict([1.0, 2.0], [3.0, 3.0]).value)
    for at in (["u=1"], ["u=1", "u=2"], ["w=1"], ["u=1,2", "v=1,2,3"], ["1", "2", "3"]):
        options = [word for points in at for word in ("--at", points)]
        assert call("plane.fit.json", *options).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.json"], 2, "no file none.json"),
        (["decay.csv"], 3, ""),
        (["decay.fit.json", "--at", "x"], 2, "cannot be read"),
        (["decay.fit.json", "--at", "1", "--data", "new.csv"], 2, "Choose one"),
        (["decay.fit.json", "--csv", "--json"], 2, "Choose one"),
        (["decay.fit.json", "--interval", "95"], 2, "--interval"),
        (["decay.fit.json", "--data", "none.csv"], 2, "no file none.csv"),
        (["decay.fit.json", "--data", "new.csv", "-x", "tme"], 2, "no column 'tme'"),
    ],
)
def test_what_cannot_be_done(room: Path, arguments: list[str], code: int, words: str) -> None:
    answer = call(*arguments)
    assert answer.exit_code == code, answer.stderr
    assert words in answer.stderr
    assert answer.stdout == ""


def examples(*command: str) -> list[str]:
    text = CliRunner().invoke(residua, [*command, "--help"]).stdout
    return re.findall(r"^ +(residua .*[^.])$", text.split("Examples:")[1], re.MULTILINE)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_the_examples_of_every_help_run(room: Path, command: list[str]) -> None:
    lines = examples(*command)
    assert len(lines) >= 3
    for line in lines:
        words = shlex.split(line)
        answer = CliRunner().invoke(residua, words[1:])
        assert answer.exit_code == 0, (line, answer.stderr)
        assert answer.stdout
