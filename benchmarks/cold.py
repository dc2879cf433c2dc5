"""A script in a fresh process that makes one fit and prints it; and the command's help."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows

DATA = """
import numpy as np
t = np.linspace(0, 4, 50)
y = 2.5 * np.exp(-1.3 * t) + 0.5 + 0.02 * np.sin(37 * t)
def model(t, a, b, c):
    return a * np.exp(-b * t) + c
"""
SCRIPTS = {
    "residua": DATA
    + """
import residua
fit = residua.fit(model, t, y, start={"a": 1.0, "b": 1.0, "c": 0.0})
for name in ("a", "b", "c"):
    print(name, fit.params[name], fit.stderr[name])
""",
    "scipy curve_fit": DATA
    + """
from scipy.optimize import curve_fit
params, covariance = curve_fit(model, t, y, p0=[1.0, 1.0, 0.0])
for name, value, error in zip("abc", params, np.sqrt(np.diag(covariance))):
    print(name, value, error)
""",
    "lmfit": DATA
    + """
from lmfit import Model
fit = Model(model).fit(y, t=t, a=1.0, b=1.0, c=0.0)
for name in ("a", "b", "c"):
    print(name, fit.params[name].value, fit.params[name].stderr)
""",
    # What the console script of the package does, run by this interpreter.
    "residua --help": (
        "import sys; sys.argv = ['residua', '--help']; from residua.cli import main; main()"
    ),
    "import numpy": "import numpy",
}
ANSWER = (2.5, 1.3, 0.5)  # of the clean curve; the ripple moves it by less than 2 %


def run(quick: bool) -> Report:
    """Alternate the scripts; compare wall times within each round."""
    for name in ("residua", "scipy curve_fit", "lmfit"):
        _check(name)
    commands: dict[str, Callable[[int], object]] = {
        name: lambda _, code=code: _run(code) for name, code in SCRIPTS.items()
    }
    interleaved(commands, 1)  # write byte code, fill the file cache
    seconds = interleaved(commands, 5 if quick else 20)
    scipy = median_ratio(seconds, "residua", "scipy curve_fit")
    lmfit = median_ratio(seconds, "residua", "lmfit")
    help_ = median_ratio(seconds, "residua --help", "import numpy")
    return Report(
        "Cold: wall time of a fresh process",
        ("process", "median", "90 %", "÷ scipy"),
        timing_rows(seconds, "scipy curve_fit"),
        [
            Target("one fit, at most 0.5 × scipy's script", f"{scipy:.2f} ×", scipy <= 0.5),
            Target("one fit, at most 0.2 × lmfit's script", f"{lmfit:.2f} ×", lmfit <= 0.2),
            Target("help, at most 2 × import numpy", f"{help_:.2f} ×", help_ <= 2),
        ],
        ["50 points of a*exp(-b*t)+c; parameters and standard errors are printed."],
    )


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"a benchmark script failed:\n{code}\n{done.stderr}")
    return done.stdout


def _check(name: str) -> None:
    """A fast wrong answer is not a result."""
    lines = _run(SCRIPTS[name]).strip().splitlines()
    for line, truth in zip(lines, ANSWER, strict=True):
        _, value, error = line.split()
        if not (abs(float(value) - truth) < 0.02 * truth and 0 < float(error) < 0.1):
            raise SystemExit(f"{name} got {line!r}, where {truth} was expected")
