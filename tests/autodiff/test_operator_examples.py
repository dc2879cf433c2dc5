"""The examples of derivative operators, run as a reader would run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# CI runs these scripts for the gallery of the site; what they print is compared before a release.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_mixed_partials_are_equal(tmp_path: Path) -> None:
    script = ROOT / "examples" / "mixed_partials.py"
    command = [sys.executable, str(script), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("True") == 12 and "False" not in done.stdout
