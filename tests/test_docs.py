"""The README's own lines, run as a reader would run them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import residua as rs
from residua.cli.group import residua

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[list[str]]:
    """Every `residua ...` of the README, whatever comes before it on the line."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [shlex.split(part) for part in parts if part.startswith("residua ")]


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    t = np.linspace(0.0, 4.0, 50)
    y = 2.5 * np.exp(-1.3 * t) + 0.5 + 0.05 * np.random.default_rng(0).standard_normal(50)
    frame = pd.DataFrame({"t": t, "signal": y})
    names = {"t": t, "y": y, "t_new": np.linspace(0.0, 6.0, 7), "frame": frame}
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), names)  # the document under test, not user text
    assert names["fit"].ok
    assert (tmp_path / "fit.png").exists() and (tmp_path / "decay.fit.json").exists()

    formula = rs.fit("a*exp(-b*t)+c", data=frame, y="signal")
    np.testing.assert_allclose(formula.theta, names["fit"].theta, rtol=1e-6)


def test_the_command_lines_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    t = np.linspace(0.0, 4.0, 50)
    noise = 0.05 * np.random.default_rng(0).standard_normal(50)
    frame = pd.DataFrame({"time": t, "signal": 2.5 * np.exp(-1.3 * t) + 0.5 + noise})
    frame.to_csv("decay.csv", index=False)
    found = commands()
    assert {words[1] for words in found} == {"fit", "predict", "models"}
    for words in found:
        result = CliRunner().invoke(residua, words[1:])
        assert result.exit_code == 0, (words, result.output)
    assert (tmp_path / "volume_energy.png").exists()


def test_the_test_command_is_the_one_that_ci_runs():
    assert "python -m pytest" in README
    assert "python -m pytest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_files_that_documents_name_exist():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for document in documents:
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`((?:\w+/)+[\w.<>]*)`", text):
            if "<" not in name:
                places = [ROOT / name, ROOT / "src" / "residua" / name]
                assert any(place.exists() for place in places), f"{document.name}: {name}"


@pytest.mark.parametrize(
    "name", ["cube_root.py", "murnaghan.py", "energy_and_pressure.py", "shared_decay.py"]
)
def test_examples_run_and_draw(name, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout
    assert list(tmp_path.glob("*.png"))
