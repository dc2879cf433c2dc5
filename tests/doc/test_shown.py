"""help(f), IPython's f?, Sphinx, griffe and numpydoc show the documentation of arguments."""

from __future__ import annotations

import importlib
import pydoc
import subprocess
import sys
import textwrap
import types
from pathlib import Path
from typing import Any

import pytest

SOURCE = '''
"""A module to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from residua.doc import Doc, Gt, documented, shape, unit

Kelvin = Annotated[float, Doc("temperature of the gas"), unit("K"), Gt(0)]


@documented
def pressure(
    T: Kelvin,
    x: Annotated[np.ndarray, "positions", shape("n", 3)],
    *,
    times: Annotated[int, Doc("how many times")] = 1,
) -> Annotated[float, Doc("the pressure"), unit("Pa")]:
    """
    Give the pressure of the gas.

    It is said to be ideal.

    See Also
    --------
    Box : Where the gas is.

    Examples
    --------
    >>> 1 + 1
    2
    """
    return times * T


@documented
@dataclass
class Box:
    """Where the gas is."""

    side: Annotated[float, Doc("side length"), unit("m"), Gt(0)] = 1.0

    @documented
    @classmethod
    def made(cls, side: Annotated[float, Doc("side length"), unit("m")]) -> Box:
        """Make one."""
        return cls(side)


def undecorated(T: Kelvin) -> float:
    """Give T back."""
    return T
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("shown")
    (found / "gas_law.py").write_text(SOURCE)
    return found


@pytest.fixture
def gas_law(folder: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    monkeypatch.syspath_prepend(folder)
    return importlib.import_module("gas_law")


def test_help(gas_law):
    text = pydoc.plain(pydoc.render_doc(gas_law.pressure))
    assert "pressure(" in text.split("\n")[2]
    wanted = """
    Parameters
    ----------
    T : float
        Temperature of the gas, in K; greater than 0.
    x : ndarray of shape (n, 3)
        Positions.
    times : int, default 1
        How many times.

    Returns
    -------
    float
        The pressure, in Pa.
    """
    shown = [line.strip() for line in text.split("\n")]
    begin = shown.index("Parameters")
    told = [line.strip() for line in textwrap.dedent(wanted).strip().split("\n")]
    assert shown[begin : begin + len(told)] == told
    assert "Side length, in m; greater than 0." in pydoc.plain(pydoc.render_doc(gas_law.Box))


def test_ipython(gas_law):
    oinspect = pytest.importorskip("IPython.core.oinspect")
    inspector = oinspect.Inspector(theme_name="nocolor")
    shown = inspector.info(gas_law.pressure, oname="pressure")["docstring"]
    assert "T : float\n    Temperature of the gas, in K; greater than 0.\n" in shown


@pytest.mark.parametrize("name", ["pressure", "Box", "Box.made"])
def test_the_validator_of_numpydoc_passes(gas_law, name):
    validate = pytest.importorskip("numpydoc.validate").validate
    # Sections that nobody can make from a signature: the author writes them, or leaves them out.
    by_hand = {"ES01", "SA01", "EX01", "RT01"}
    allowed = set() if name == "pressure" else by_hand
    errors = validate(f"gas_law.{name}")["errors"]
    assert [error for error in errors if error[0] not in allowed] == []


def built(folder: Path, extensions: list[str], out: str) -> str:
    docs = folder / out
    docs.mkdir()
    settings = "numpydoc_show_class_members = False\n"
    (docs / "conf.py").write_text(f"extensions = {extensions!r}\n{settings}")
    (docs / "index.rst").write_text("Gas\n===\n\n.. automodule:: gas_law\n   :members:\n")
    code = "import sys; sys.path.insert(0, sys.argv.pop()); from sphinx.cmd.build import main; "
    command = [sys.executable, "-c", code + "sys.exit(main(sys.argv[1:]))"]
    options = ["-q", "-W", "-b", "text", str(docs), str(docs / "built"), str(folder)]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return " ".join((docs / "built" / "index.txt").read_text().split())


def test_sphinx_with_napoleon(folder):
    pytest.importorskip("sphinx")
    text = built(folder, ["residua.doc.sphinx"], "napoleon")
    assert "gas_law.pressure(T: float, x: ndarray, *, times: int = 1) -> float" in text
    assert "* **T** (*float*) -- Temperature of the gas, in K; greater than 0." in text
    assert "classmethod made(side: float) -> Box" in text
    assert "**side** (*float*) -- Side length, in m." in text
    assert "gas_law.undecorated(T: float) -> float" in text
    assert text.count("Temperature of the gas, in K; greater than 0.") == 2
    assert "Annotated" not in text


def test_sphinx_with_numpydoc(folder):
    pytest.importorskip("sphinx")
    pytest.importorskip("numpydoc")
    text = built(folder, ["numpydoc", "residua.doc.sphinx"], "numpydoc")
    assert "gas_law.pressure(T: float, x: ndarray, *, times: int = 1) -> float" in text
    assert "**T** : float" in text or "**T**float" in text
    assert text.count("Temperature of the gas, in K; greater than 0.") == 2


def test_sphinx_without_types_in_signatures(gas_law):
    pytest.importorskip("sphinx")
    from residua.doc.sphinx import put_signature

    app = types.SimpleNamespace(config=types.SimpleNamespace(autodoc_typehints="none"))
    shown = put_signature(app, "function", "gas_law.pressure", gas_law.pressure, None, "", "")
    assert shown == ("(T, x, *, times=1)", None)


def test_griffe(folder, gas_law):
    griffe = pytest.importorskip("griffe")
    extensions = griffe.load_extensions("residua.doc.griffe")
    module = griffe.load("gas_law", search_paths=[str(folder)], extensions=extensions)
    rows: dict[str, Any] = {s.kind.value: s.value for s in module["pressure"].docstring.parsed}
    assert [(row.name, str(row.annotation), row.description) for row in rows["parameters"]] == [
        ("T", "float", "Temperature of the gas, in K; greater than 0."),
        ("x", "ndarray of shape (n, 3)", "Positions."),
        ("times", "int", "How many times."),
    ]
    assert rows["returns"][0].description.strip() == "The pressure, in Pa."
    assert str(module["pressure"].parameters["x"].annotation) == "np.ndarray"
    assert str(module["pressure"].returns) == "float"
    assert "Side length, in m." in module["Box"]["made"].docstring.value
    assert "Temperature" in module["undecorated"].docstring.value


def test_griffe_shows_as_written_what_cannot_be_imported(tmp_path):
    griffe = pytest.importorskip("griffe")
    (tmp_path / "never_runs.py").write_text(
        "raise SystemExit\ndef f(x: int):\n    '''Do it.'''\n", encoding="utf-8"
    )
    extensions = griffe.load_extensions("residua.doc.griffe")
    module = griffe.load("never_runs", search_paths=[str(tmp_path)], extensions=extensions)
    assert module["f"].docstring.value == "Do it."


def test_the_room_starts_nothing_outside():
    code = "import residua.doc, residua.doc.sphinx, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    started = {name.partition(".")[0] for name in done.stdout.split()}
    assert not started & {"numpy", "sphinx", "griffe", "hy", "pydantic", "annotated_types", "jax"}
