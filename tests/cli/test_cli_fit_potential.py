"""`residua fit-potential`: from a database to a potential, in one line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from residua import MLP
from residua.atoms import fit_neural, fit_potential, load_potential
from residua.atoms.neural import words as words_of_networks
from residua.atoms.neural.training import UNITS
from residua.cli.fit_potential import parse_cutoff, parse_weights
from residua.cli.group import residua
from residua.cli.neural import parse_network

SOME = ("example:argon", "--select", "structure=fcc,rattle<2")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(residua, ["fit-potential", *arguments])


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_line_of_the_help() -> None:
    answer = call("example:argon", "--model", "lennard_jones", "--forces")
    assert answer.exit_code == 0, answer.stderr
    assert answer.stdout.startswith("lennard_jones   100 structures, energies + forces (820)")
    assert answer.stderr == ""


def test_json_holds_the_fit_of_the_same_words(room: Path) -> None:
    answer = call(
        *SOME, "-m", "mie", "--rc", "8.5", "--per", "cell", "--forces", "--weights",
        "energy=1,forces=0.5", "-p", "m=6!", "-p", "n=12[10,14]", "--json",
        "--save", "argon.json", "--plot", "argon.png",
    )  # fmt: skip
    assert answer.exit_code == 0, answer.stderr
    content = json.loads(answer.stdout)
    fit = fit_potential(
        "mie", "example:argon", select="structure=fcc,rattle<2", rc=8.5, per="cell", forces=True,
        weights={"energy": 1, "forces": 0.5}, fixed={"m": 6.0}, start={"n": 12.0},
        bounds={"n": (10.0, 14.0)},
    )  # fmt: skip
    assert content["kind"] == "potential" and content["schema"] == 1 and content["ok"] is True
    assert content["structures"]["fitted"] == len(fit.structures)
    assert content["structures"]["species"] == ["Ar"]
    assert content["parameters"]["m"] == {
        "value": 6.0, "stderr": 0.0, "low": 6.0, "high": 6.0, "fixed": True,
    }  # fmt: skip
    for name, value in fit.params.items():
        assert content["parameters"][name]["value"] == pytest.approx(value, rel=1e-9)
    assert content["levels"] == {"energy": 1.0, "forces": 2.0}
    assert content["cutoff"] == 8.5
    found = load_potential(room / "argon.json")
    assert found.given == pytest.approx(fit.given, rel=1e-9)
    assert (room / "argon.png").stat().st_size > 10_000


def test_a_network_by_its_hidden_layers(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few invariants, whose fit is quick; the same numbers as from Python."""
    monkeypatch.setattr(words_of_networks, "fit_neural", partial(fit_neural, degrees=(3, 0, 0)))
    words = ("--rc", "4.5", "--json", "--save", "argon.json", "--plot", "argon.png")
    answer = call(*SOME, "-m", "MLP([])", *words)
    assert answer.exit_code == 0, answer.stderr
    content = json.loads(answer.stdout)
    fit = fit_potential(MLP([]), SOME[0], select=SOME[2], rc=4.5)
    assert content["kind"] == "neural potential" and content["forces"] is True
    assert content["structures"]["fitted"] == 10 and content["hidden"] == []
    assert content["held_out"]["forces"] == pytest.approx(fit.held.forces, rel=1e-6)
    assert load_potential(room / "argon.json").cutoff == 4.5
    assert (room / "argon.png").stat().st_size > 10_000


def test_what_is_called_a_network() -> None:
    assert parse_network("neural") == parse_network("MLP") == parse_network(" rs.MLP() ") == UNITS
    assert parse_network("residua.MLP([ 8, 4 ])") == (8, 4)
    for other in ("MLP([8]", "MLP(8)", "NMLP([8])", "MLP([8.5])", "lennard_jones"):
        assert parse_network(other) is None


def test_a_formula_and_groups_that_are_held_back() -> None:
    answer = call(
        "example:argon", "-m", "4*epsilon*((sigma/r)**12 - (sigma/r)**6)", "--rc", "3*sigma",
        "--validation", "0.2", "--by", "structure",
    )  # fmt: skip
    assert answer.exit_code == 0, answer.stderr
    assert "fitted" in answer.stdout and "held back" in answer.stdout
    assert "80 structures" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nothing.db", "-m", "morse"), 2, "There is no file nothing.db."),
        (("example:argon", "-m", "lenard_jones"), 2, "Try: lennard_jones"),
        (("example:argon", "-m", "A*exp("), 2, "The formula cannot be read"),
        (("example:argon",), 2, "Missing option '--model'"),
        (("example:argon", "-m", "morse", "-p", "q=3"), 2, "start names 'q'"),
        (("example:argon", "-m", "morse", "--weights", "energy"), 2, "write energy=1,forces=0.5"),
        (("example:argon", "-m", "morse", "--weights", "energy=0"), 3, "weight of energy is 0.0"),
        (("example:argon", "-m", "morse", "--select", "structure=bla"), 3, "has no structures"),
        (("example:argon", "-m", "morse", "--no-energy"), 3, "nothing is to be fitted"),
        (("example:neon", "-m", "morse"), 3, "no example is called 'neon'"),
        (("example:argon", "-m", "morse", "--rc", "3*sigma"), 2, "cannot follow sigma"),
        (("example:argon", "-m", "MLP([8])", "--stress"), 2, "says nothing to a network"),
        (("example:argon", "-m", "MLP([0])"), 2, "hidden"),
        (("example:argon", "-m", "MLP([8]"), 2, "A formula has no subscripts"),
        (("example:argon", "-m", "morse", "--save", "there/is/none.json"), 2, "There is no folder"),
    ],
)
def test_what_goes_wrong_has_its_exit_code(
    room: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = call(*arguments)
    assert answer.exit_code == code, answer.output
    assert said in answer.stderr
    assert answer.stdout == ""


def test_files_are_not_written_over_unasked(room: Path) -> None:
    (room / "argon.json").write_text("mine")
    answer = call(*SOME, "-m", "morse", "--save", "argon.json")
    assert answer.exit_code == 2 and "write over it with --force" in answer.stderr
    assert (room / "argon.json").read_text() == "mine"


@pytest.mark.parametrize(
    ("potential", "start", "code", "said"),
    [
        ("lennard_jones", "sigma=3.3[3.3,4]", 1, "sigma is at its lower bound"),
        ("(A + B)*exp(-a*r) - C/r**6", "C=60", 4, "only A + B is determined"),
    ],
)
def test_warnings_and_failures_have_their_codes(
    potential: str, start: str, code: int, said: str
) -> None:
    answer = call(*SOME, "-m", potential, "-p", start, "--strict")
    assert answer.exit_code == code, answer.output
    assert f"warning: {said}" in answer.stderr
    assert answer.stdout.startswith("FAILED: ") == (code == 4)


def test_words_of_options() -> None:
    assert parse_weights(None) is None and parse_cutoff(None) is None
    assert parse_weights("energy = 1 , forces=0.1") == {"energy": 1.0, "forces": 0.1}
    assert parse_cutoff("8.5") == 8.5 and parse_cutoff("3*sigma") == "3*sigma"
