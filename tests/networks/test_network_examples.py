"""The examples of networks, run as a reader would run them; their numbers, as printed."""

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


@pytest.fixture
def drawn(tmp_path):
    """A folder into which the example must have drawn one picture."""
    yield tmp_path
    (picture,) = tmp_path.iterdir()
    assert picture.suffix == ".png" and picture.stat().st_size > 20_000


def test_the_cube_root_ends_below_the_tutorial_and_is_graded_beyond_the_data(drawn):
    text = said("network_cube_root.py", drawn)
    steps, error = numbers(r"step +# +MSE #", text)[-1]
    assert steps % 250 == 0 and steps < 20_000 and error < 2e-5
    (one,) = numbers(r"one network by Levenberg-Marquardt: MSE #", text)
    assert one < 2e-6
    rows = numbers(r"x = # +# \[ *#, *#\] +# +(?:extrapolation|within the data)", text)
    x, value, low, high, truth = rows.T
    np.testing.assert_allclose(truth, np.cbrt(x), atol=5e-4)
    graded = re.findall(r"(extrapolation|within the data)$", text, re.MULTILINE)
    assert [grade == "extrapolation" for grade in graded] == (x > 1).tolist()
    assert np.all(np.abs(value - truth)[(x > 0) & (x <= 1)] < 3e-3)
    assert np.all((low - 1e-3 < truth) & (truth < high + 1e-3))
    assert np.all((high - low)[(x > 0) & (x <= 1)] < 0.03)  # the data have no noise
    assert np.all(np.diff((high - low)[x >= 1]) > 0)


def test_the_dimer_is_never_terrible_and_its_force_is_emts(drawn):
    text = said("cu_dimer_network.py", drawn, "--seeds", 3)
    energy, force = numbers(r"energy # meV +force +# meV/Å", text).T
    assert len(energy) == 3 and energy.max() < 0.05 and force.max() < 5
    rows = numbers(r"EMT +# eV +F +# ± # EMT +# eV/Å", text)
    _, slope, error, pull = rows.T
    near = slice(1, 3)  # of 1.5, 1.9, 2.2 and 3.5 Å those within the data
    assert np.all(np.abs(slope - pull)[near] < 0.01) and np.all(error[near] < 0.02)
    assert re.findall(r"within|extrapol", text.split("1.5 Å")[1]) == [
        "extrapol",
        "within",
        "within",
        "extrapol",
    ]


def test_batches_are_slow_and_the_default_is_below_90_from_every_seed(drawn):
    text = said("minibatch_adam.py", drawn, "--epochs", 2000)
    epochs, losses = numbers(r"epoch +# +MSE of the batch +#", text).T
    assert epochs.tolist() == list(range(200, 2001, 200))
    assert losses[-1] < losses[0] / 2
    (adam,) = numbers(r"Adam: MSE #", text)
    ((least, most, seeds, good),) = numbers(r"MSE # to # from # seeds, # of them below 90", text)
    assert least > 60 and most <= 90 < adam and seeds == good == 20
    shapes = re.findall(r"  (\w\d) (\(.*?\)):", text)
    assert shapes[:2] == [("W1", "(10, 1)"), ("b1", "(10,)")]
    assert shapes[-2:] == [("W4", "(1, 10)"), ("b4", "(1,)")] and len(shapes) == 8


def test_xor_is_solved_from_every_seed(drawn):
    text = said("xor.py", drawn)
    ((right, count, worst),) = numbers(r"Marquardt: # of # seeds solved, worst MSE #", text)
    assert right == count == 100 and worst < 1e-3
    adamw, of = numbers(r"AdamW, 1000 epochs: # of # seeds", text)[0]
    assert 0 < adamw < of
    value, chance = numbers(r"xor \d: +# +as a probability of 1: #", text).T
    np.testing.assert_allclose(value, [0, 1, 1, 0], atol=0.02)
    assert (chance > 0.5).tolist() == [False, True, True, False]


def test_intervals_cover_what_they_say_and_widen_where_nothing_is(drawn):
    text = said("calibrated_intervals.py", drawn)
    assert "depends on the input" in text
    level, covered = numbers(r"#% interval: +#%", text).T
    # 300 points: the coverage itself is known to a few per cent.
    np.testing.assert_allclose(covered, level, atol=4)
    x, low, high, truth = numbers(r"x = +#   y +-?\d.\d+ \[ *#, +#\], truth +#", text).T
    assert np.all((low < truth) & (truth < high))
    graded = re.findall(r"(extrapolation|within the data)$", text, re.MULTILINE)
    gap = (np.abs(x) > 3) | ((x > -0.6) & (x < 0.8))
    assert [grade == "extrapolation" for grade in graded] == gap.tolist()
    assert (high - low)[gap].min() > 2 * (high - low)[~gap].max()
    slope, error, true = numbers(r"dy/dx +# ± #, truth +#", text).T
    assert np.all(np.abs(slope - true) < 4 * error)
