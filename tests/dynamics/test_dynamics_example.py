"""The example of reversible kinetics runs, and prints what the closed form gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

# CI runs these scripts for the gallery of the site; what they print is compared before a release.
pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "reversible_kinetics.py"


def test_reversible_kinetics_runs_and_draws(tmp_path):
    script = [sys.executable, str(EXAMPLE), str(tmp_path)]
    done = subprocess.run(script, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (tmp_path / "reversible_kinetics.png").stat().st_size > 30_000
    pairs = re.findall(r"rate law (\S+) ± (\S+), closed form (\S+) ± (\S+)", done.stdout)
    numbers = np.array(pairs, dtype=float)
    assert numbers.shape == (3, 4)
    np.testing.assert_allclose(numbers[:, :2], numbers[:, 2:], rtol=0, atol=1.1e-6)
    rows = re.findall(r"^  (0\.\d)  +(-?\d\.\d{6})  +(-?\d\.\d{6})$", done.stdout, re.MULTILINE)
    for t, forward, backward in np.array(rows, dtype=float):
        # By hand at k1 = k_1 = 3, A0 = 1: (∂A/∂k1, ∂A/∂k_1) = -+(1 - e)/12 - t e/2, e = exp(-6 t).
        e = np.exp(-6 * t)
        assert abs(forward - (-(1 - e) / 12 - t * e / 2)) < 1e-6
        assert abs(backward - ((1 - e) / 12 - t * e / 2)) < 1e-6
    assert len(rows) == 3
