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
from sklearn.model_selection import cross_val_score

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
    code = blocks("python")[0]
    exec(compile(code, "README.md", "exec"), names)  # the document under test, not user text
    assert names["fit"].ok
    assert (tmp_path / "fit.png").exists() and (tmp_path / "decay.fit.json").exists()

    formula = rs.fit("a*exp(-b*t)+c", data=frame, y="signal")
    np.testing.assert_allclose(formula.theta, names["fit"].theta, rtol=1e-6)


def test_the_physics_of_the_readme_runs():
    rng = np.random.default_rng(1)
    truth = {"E0": -56.466, "B0": 0.49, "BP": 4.753, "V0": 16.573}
    energy, V, cell = rs.model("murnaghan"), np.linspace(14, 20, 25), np.linspace(15, 18, 9)
    t = np.linspace(0.0, 1.0, 40)
    names = {
        "np": np,
        "rs": rs,
        "V": V,
        "E": energy(V, **truth) + 1e-3 * rng.normal(size=V.size),
        "V_cell": cell,
        "P": 160.21766208 * energy.quantity("pressure")(cell, **truth) + 0.05 * rng.normal(size=9),
        "t": t,
        "A": 0.5 + 0.5 * np.exp(-6 * t) + 1e-3 * rng.normal(size=t.size),
    }
    code = blocks("python")[1]
    exec(compile(code, "README.md", "exec"), names)
    assert names["fit"].ok and names["both"].ok
    assert names["both"].stderr["B0"] < names["fit"].stderr["B0"]
    assert abs(float(names["pressure"](names["fit"].params["V0"]))) < 1e-10


def test_the_networks_of_the_readme_run():
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.uniform(-2, 2, (200, 2)), columns=["x", "z"])
    y = 1.5 * X["x"] + np.sin(2 * X["z"]) + 0.05 * rng.standard_normal(200)
    t = np.linspace(0.0, 5.0, 120)
    signal = 2 * np.exp(-1.3 * t) + 0.3 * np.sin(2 * t) + 0.02 * rng.standard_normal(120)
    X_new = X[:5]
    r = np.linspace(0.9, 2.5, 20)
    names = {"np": np, "rs": rs, "X": X, "y": y, "X_new": X_new, "t": t, "signal": signal}
    names |= {"r": r, "E": r**-12 - r**-6, "F": 12 * r**-13 - 6 * r**-7}
    exec(compile(blocks("python")[2], "README.md", "exec"), names)
    np.testing.assert_allclose(names["both"].parts[1].fitted, names["F"], atol=0.01)
    fit, hybrid, steps = (names[name] for name in ("fit", "hybrid", "steps"))
    assert fit.ok and hybrid.ok and steps.ok
    np.testing.assert_allclose(fit.derivative("x")(X), 1.5, atol=0.15)
    assert list(hybrid.params)[:2] == ["a", "b"]
    course = rs.trace(steps)
    assert course.loss[-1] < 0.2 * course.loss[0]
    from residua.sklearn import NeuralRegressor

    assert cross_val_score(NeuralRegressor([5]), X, y, cv=3).min() > 0.99


def test_the_atoms_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from ase.build import bulk

    from residua.atoms import Gupta

    crystals = [bulk("Ni", a=a, cubic=True) for a in np.linspace(3.3, 3.7, 9)]
    for crystal in crystals:
        crystal.rattle(0.1, seed=len(crystal))
        crystal.calc = Gupta(A=0.04, xi=1.1, p=15.0, q=1.3, r0=2.49)
        crystal.get_forces()
    names = {"atoms": bulk("Ar", a=5.26, cubic=True), "crystals": crystals}
    exec(compile(blocks("python")[3], "README.md", "exec"), names)
    assert names["fit"].ok and list(names["fit"].params) == ["epsilon", "sigma"]
    energy, forces = names["energy"], names["forces"]
    assert energy / 4 == pytest.approx(-0.0818, abs=5e-5) and np.abs(forces).max() < 1e-12
    assert {path.name for path in tmp_path.iterdir()} == {"argon.png", "argon.potential.json"}


def test_the_command_lines_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    t = np.linspace(0.0, 4.0, 50)
    noise = 0.05 * np.random.default_rng(0).standard_normal(50)
    frame = pd.DataFrame({"time": t, "signal": 2.5 * np.exp(-1.3 * t) + 0.5 + noise})
    frame.to_csv("decay.csv", index=False)
    found = commands()
    assert {words[1] for words in found} == {"fit", "predict", "models", "fit-potential"}
    for words in found:
        result = CliRunner().invoke(residua, words[1:])
        assert result.exit_code == 0, (words, result.output)
    assert (tmp_path / "volume_energy.png").exists()


def test_the_shelf_is_counted():
    count = len(rs.models())
    for name in ("README.md", "CHANGELOG.md"):
        assert f"a shelf of {count} " in (ROOT / name).read_text(encoding="utf-8")


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


# Every example, with words it must print; where another test runs it, that test's file.
EXAMPLES = {
    "cube_root.py": "cube_root.png",
    "energy_and_force_network.py": "at least ten times as exact",
    "energy_and_pressure.py": "pressure",
    "murnaghan.py": "bulk modulus 0.598",
    "peaks_on_a_baseline.py": "converged to a minimum",
    "roots.py": "root [1.117 0.83 ] after 9 evaluations",
    "sensitivities.py": "collinearity index",
    "shared_decay.py": "converged to a minimum",
    "sklearn_pipeline.py": "activation energy 50.6 ± 0.4",
}
RUN_ELSEWHERE = {
    "activity_coefficients.py": "science/test_activity.py",
    "argon_potential.py": "atoms/test_atoms_examples.py",
    "calibrated_intervals.py": "networks/test_network_examples.py",
    "cu_dimer_forms.py": "science/test_cu_dimer.py",
    "cu_dimer_network.py": "networks/test_network_examples.py",
    "equations_of_state.py": "science/test_eos_examples.py",
    "equinox_module.py": "networks/test_module_fits.py",
    "fit_gupta_copper.py": "atoms/test_atoms_examples.py",
    "lennard_jones_cluster.py": "atoms/test_atoms_examples.py",
    "minibatch_adam.py": "networks/test_network_examples.py",
    "mixed_partials.py": "autodiff/test_operator_examples.py",
    "molecular_dynamics.py": "atoms/test_atoms_examples.py",
    "network_cube_root.py": "networks/test_network_examples.py",
    "pressure.py": "science/test_eos_examples.py",
    "reversible_kinetics.py": "dynamics/test_dynamics_example.py",
    "teaching_hidden_layer.py": "teaching/test_teaching_examples.py",
    "teaching_line.py": "teaching/test_teaching_examples.py",
    "torch_module.py": "networks/test_module_fits.py",
    "xor.py": "networks/test_network_examples.py",
}


# CI runs these scripts for the gallery of the site; what they print is compared before a release.
@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run_and_draw(name, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert EXAMPLES[name] in done.stdout
    assert list(tmp_path.glob("*.png"))


def test_no_example_is_left_out():
    every = {path.name for path in (ROOT / "examples").glob("*.py")}
    assert every == {*EXAMPLES, *RUN_ELSEWHERE}
    for name, home in RUN_ELSEWHERE.items():
        assert name.removesuffix(".py") in (ROOT / "tests" / home).read_text(encoding="utf-8")
