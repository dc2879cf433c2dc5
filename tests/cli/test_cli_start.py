"""Starting up: help without numpy, exit codes, and what an internal error looks like."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import residua as rs
from residua._errors import DataError, FileError, FormulaError, MissingLibrary, ParameterError
from residua.cli.group import COMMANDS, residua
from residua.doc import arguments


def call(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(residua, arguments, input=stdin)


@pytest.mark.parametrize("arguments", [["--help"], ["models", "--help"], ["-h"], ["--version"], []])
def test_help_imports_neither_numpy_nor_the_rest_of_residua(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from residua.cli import main\n"
        f"sys.argv = ['residua', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'jax', 'pandas', 'matplotlib'} & set(sys.modules)\n"
        "inner = [m for m in sys.modules if m.startswith('residua.') and '.cli' not in m"
        " and m not in ('residua._errors', 'residua._face')]\n"
        "assert not heavy and not inner, (heavy, inner)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_help_of_fit_says_what_stands_beside_the_arguments_of_fit() -> None:
    shown = " ".join(call("fit", "--help").stdout.split())
    for name in ("absolute_sigma", "missing", "engine", "seed"):
        text = " ".join(arguments(rs.fit)[name].doc.split())
        assert text[1:].rstrip(".") in shown, name
    code = (
        "import sys\n"
        "from residua.cli.group import residua\n"
        "residua.get_command(None, 'fit')\n"
        "assert 'numpy' not in sys.modules\n"  # only who asks for the help pays for its texts
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_every_command_is_in_the_help_and_has_its_own() -> None:
    answer = call("--help")
    assert answer.exit_code == 0
    for name, line in COMMANDS.items():
        assert f"  {name}" in answer.stdout and line in answer.stdout
        own = call(name, "--help")
        assert own.exit_code == 0
        assert f"residua {name}" in own.stdout
    folder = Path(rs.__file__).parent / "cli"
    helpers = {"__init__", "group", "options", "columns", "output", "neural"}
    modules = {path.stem.replace("_", "-") for path in folder.glob("*.py")}
    assert modules - {name.replace("_", "-") for name in helpers} == set(COMMANDS)


def test_version() -> None:
    assert call("--version").stdout == f"residua {rs.__version__}\n"


def test_python_m_and_an_unknown_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "residua", "fitt"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "No such command 'fitt'" in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (click.UsageError("no such thing"), 2, "no such thing"),
        (FormulaError("bad formula", next="y = a*x"), 2, "Try: y = a*x"),
        (ParameterError("bad start"), 2, "bad start"),
        (MissingLibrary("no matplotlib"), 2, "no matplotlib"),
        (DataError("bad data", causes=("a note",)), 3, "Likely cause: a note"),
        (DataError("bad", next='rs.fit(..., missing="drop")  # drop'), 3, "Try: --missing drop"),
        (FileError("bad file"), 3, "bad file"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (click.Abort(), 130, "Interrupted"),
        (RuntimeError("deep\ndetails"), 70, "Error inside residua: RuntimeError: deep\nRun again"),
    ],
)
def test_every_ending_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, shown: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.delenv("RESIDUA_DEBUG", raising=False)
    monkeypatch.setattr("residua.science.registry.describe", fail)
    answer = call("models")
    assert answer.exit_code == code
    assert answer.stdout == ""
    assert shown in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "rs." not in answer.stderr


def test_the_traceback_of_an_internal_error_is_shown_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise RuntimeError("deep")

    monkeypatch.setenv("RESIDUA_DEBUG", "1")
    monkeypatch.setattr("residua.science.registry.describe", fail)
    answer = call("models")
    assert answer.exit_code == 70
    assert "Traceback" in answer.stderr and "in fail" in answer.stderr


def test_a_reader_that_stops_reading_is_no_error() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m residua models --json | head -n 1; echo ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["{", "0"]
    assert done.stderr == ""


def test_models() -> None:
    listed = call("models")
    assert listed.exit_code == 0
    lines = listed.stdout.splitlines()
    assert "peaks" in lines and "equations of state" in lines
    assert [line.split()[0] for line in lines if line.startswith("  gaussian ")] == ["gaussian"]
    words = call("models", "murnaghan").stdout
    assert "pressure" in words and "P = -dE/dV" in words
    one = call("models", "gaussian")
    assert one.exit_code == 0
    for word in ("amplitude", "center", "sigma", "normal", "Gauss"):
        assert word in one.stdout


def test_models_as_json() -> None:
    everything = json.loads(call("models", "--json").stdout)
    assert everything["schema"] == 1
    assert "gaussian" in [row["name"] for row in everything["models"]]
    one = json.loads(call("models", "normal", "--json").stdout)
    assert one["name"] == "gaussian"
    assert list(one["parameters"]) == ["amplitude", "center", "sigma"]
    assert one["parameters"]["sigma"]["bounds"] == [0.0, None]
    assert one["parameters"]["center"]["bounds"] is None


def test_a_model_that_is_not_there() -> None:
    answer = call("models", "gausian")
    assert answer.exit_code == 2
    assert "Try: residua models gaussian" in answer.stderr
