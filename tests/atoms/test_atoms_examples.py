"""The examples of potentials, run as a reader would run them; their numbers, as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

# CI runs these scripts for the gallery of the site; what they print is compared before a release.
pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NUMBER = r"(-?\d+\.?\d*(?:e-?\d+)?)"


def said(name: str, *words: object) -> str:
    """What an example prints; warnings are errors."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def numbers(pattern: str, text: str) -> np.ndarray:
    """Every match of a pattern, its groups as numbers."""
    found = re.findall(pattern.replace("#", NUMBER), text)
    assert found, pattern
    return np.array(found, dtype=float)


def pictures(folder: Path) -> set[str]:
    """The names of pictures with something on them."""
    return {path.name for path in folder.glob("*.png") if path.stat().st_size > 20_000}


def test_the_cluster_has_the_energy_of_the_source_and_crystals_that_of_ase(tmp_path):
    text = said("lennard_jones_cluster.py", tmp_path)
    (mine, ases) = numbers(r"energy +#", text), numbers(r"ASE +#\n", text)
    assert mine[0] == -1.257417746487 and len(mine) == 3
    np.testing.assert_allclose(mine, ases, rtol=0, atol=1e-12)
    gaps = numbers(r"largest difference of \w+ #, to finite differences #", text)
    assert len(gaps) == 4 and gaps[:, 0].max() < 1e-13 and gaps[:, 1].max() < 1e-8


def test_argon_has_the_parameters_of_its_notes_and_a_better_form(tmp_path):
    text = said("argon_potential.py", tmp_path)
    assert pictures(tmp_path) == {"argon_potential.png", "argon_equation_of_state.png"}
    assert re.search(r"epsilon +0\.01685 ± 0\.00012", text)
    assert re.search(r"sigma +3\.1535 ± 0\.0033", text)
    energy, forces, stress = numbers(r"\n  all +# +# +#\n", text).T
    assert forces[1] < 0.3 * forces[0] and stress[1] < 0.2 * stress[0]
    assert energy[1] < energy[0]
    # The README of the data: a = 4.94 Å, E0 = -0.138 eV, B = 7.2 GPa.
    lda, _, morse = numbers(r"a = # ± \S+ Å, E0 = # ± \S+ eV, B = # ±", text)
    assert np.all(np.abs(lda - [4.94, -0.138, 7.2]) < [0.005, 0.0005, 0.05])
    assert np.all(np.abs(morse / lda - 1) < [0.005, 0.04, 0.2])


def test_dynamics_conserve_energy_and_say_when_they_leave_the_fit(tmp_path):
    text = said("molecular_dynamics.py", tmp_path)
    assert pictures(tmp_path) == {"molecular_dynamics.png"}
    cold, hot = numbers(r": # K on average, total energy within # meV/atom, nearest .* # Å", text)
    assert cold[1] < 0.005 and 30 < cold[0] < 60
    (seen,) = numbers(r"seen: Ar-Ar from # Å", text)
    assert hot[2] < seen < cold[2]
    assert text.count("nothing beyond what the fit has seen") == 1
    (near,) = numbers(r"are # Å apart; the fit saw none nearer than \S+ Å", text)
    assert hot[2] < near < seen


@pytest.mark.slow
def test_gupta_fitted_to_emt_has_its_crystal(tmp_path):
    text = said("fit_gupta_copper.py", tmp_path)
    assert pictures(tmp_path) == {"fit_gupta_copper.png"}
    (energy,) = numbers(r"energy +# meV/atom +# meV/atom", text)
    (forces,) = numbers(r"forces +# meV/Å +# meV/Å", text)
    assert energy.max() < 8 and forces.max() < 60
    (a,), (bulk,), (vacancy,) = (
        numbers(rf"{name} +# +# +#", text)
        for name in (r"lattice constant \(Å\)", r"bulk modulus \(GPa\)", r"vacancy \(eV\)")
    )
    assert a[1] == pytest.approx(a[0], abs=0.01)
    assert bulk[1] == pytest.approx(bulk[0], rel=0.05)
    assert vacancy[1] == pytest.approx(vacancy[0], rel=0.25)
