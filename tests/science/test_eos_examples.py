"""The examples of equations of state run, print the numbers of the sources and draw."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import residua as rs

# CI runs these scripts for the gallery of the site; what they print is compared before a release.
pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GPA = 160.21766208


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What both examples print, each in a process of its own; the pictures must be there."""
    found = {}
    for name in ("pressure", "equations_of_state"):
        folder = tmp_path_factory.mktemp(name)
        script = [sys.executable, str(EXAMPLES / f"{name}.py"), str(folder)]
        run = subprocess.run(script, capture_output=True, text=True, check=True)
        assert run.stderr == ""
        assert (folder / f"{name}.png").stat().st_size > 30_000
        found[name] = run.stdout
    return found


def number(pattern: str, text: str) -> float:
    match = re.search(pattern + r"\s*=\s*(\S+) GPa", text)
    assert match, text
    return float(match.group(1))


def test_s3c_pressure_is_zero_at_v0_and_positive_below(printed: dict[str, str]) -> None:
    text = printed["pressure"]
    assert number(r"\|P\(V0\)\|", text) < 1e-10
    # Murnaghan's pressure in closed form: six decimals are printed.
    closed = 0.49 / 4.753 * (0.99**-4.753 - 1) * GPA
    assert number(r"P\(0\.99 V0\)", text) == pytest.approx(closed, abs=1e-6)
    assert number(r"B\(V0\)", text) == pytest.approx(0.49 * GPA, abs=1e-6)


def test_the_fitted_pressure_has_the_error_of_the_fit(printed: dict[str, str]) -> None:
    """At the fitted V0: dP/dV0 = -B0/V0 alone moves the zero, so its error is B0/V0 that of V0."""
    rows = re.findall(r"P = +(\S+) ± (\S+) GPa   B = +(\S+) ± (\S+) GPa", printed["pressure"])
    assert len(rows) == 4
    P, dP, B, dB = np.array(rows, dtype=float)[2]
    table = rs.example("volume_energy")
    fit = rs.fit("murnaghan", table["volume"], table["energy"])
    p, s = fit.params, fit.stderr
    assert pytest.approx(0.0, abs=1e-5) == P
    assert dP == pytest.approx(GPA * p["B0"] / p["V0"] * s["V0"], abs=1e-5)
    assert pytest.approx(GPA * p["B0"], abs=1e-4) == B
    # B at a fixed volume also moves as V0 does: dB/dV0 = BP B0 / V0, correlated with B0.
    g = np.array([0.0, 1.0, 0.0, p["BP"] * p["B0"] / p["V0"]])
    assert dB == pytest.approx(GPA * float(np.sqrt(g @ fit.covariance @ g)), abs=1e-4)


def test_the_tables_are_those_of_the_fits(printed: dict[str, str]) -> None:
    """Six tables, twelve forms where 28 points allow and ten where five points do."""
    blocks = re.split(r"\n\n", printed["equations_of_state"].strip())[:-1]
    assert [len(block.splitlines()) - 2 for block in blocks] == [12, 10, 10, 10, 10, 10]
    table = rs.example("volume_energy")
    fit = rs.fit("vinet", table["volume"], table["energy"])
    line = next(line for line in blocks[0].splitlines() if line.startswith("vinet "))
    V0, dV0, E0, dE0, B, dB, BP, dBP, _ = map(float, line.replace("±", " ").split()[1:])
    assert (V0, E0, BP) == tuple(
        round(fit.params[name], n) for name, n in (("V0", 3), ("E0", 6), ("BP", 3))
    )
    assert (dV0, dE0, dBP) == tuple(
        round(fit.stderr[name], n) for name, n in (("V0", 3), ("E0", 6), ("BP", 3))
    )
    assert (B, dB) == (round(GPA * fit.params["B0"], 4), round(GPA * fit.stderr["B0"], 4))
