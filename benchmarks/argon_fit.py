"""Lennard-Jones fitted to the energies of argon.db: the source's way, finite differences, and ours.

The source fits ε and σ by scipy's fmin over ASE's calculator: one energy per row of the database,
in a loop, for every trial. ASE's calculator cuts at 3σ and shifts; `rc="3*sigma"` is the same
function of ε and σ, so that all ways minimize one sum of squares.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.timing import Report, Target, duration

START = (0.01, 3.4)
FMIN, FINITE, WARM = "ASE + scipy fmin", "ASE + least_squares", "residua, warm"
FROM_START, ANEW = "residua, warm, from fmin's start", "residua, warm, structures it never saw"
FIRST = "residua, first fit of a process"
OURS = (WARM, FROM_START, ANEW)
TURN = 10
# What the notes of the data say, with standard errors.
KNOWN = {"epsilon": (0.016854, 122e-6), "sigma": (3.1535, 0.0033)}
SCRIPT = """
import time
from residua.atoms import fit_potential
begin = time.process_time()
fit = fit_potential("lennard_jones", "example:argon", rc="3*sigma", per="cell")
print(*fit.params.values(), time.process_time() - begin, time.process_time())
"""


def rows() -> list[tuple[Any, float]]:
    """ASE's atoms and the energy of every row, eV."""
    from residua.atoms import read_structures, to_atoms

    return [(to_atoms(one), one.energy) for one in read_structures("example:argon")]


def errors(found: list[tuple[Any, float]]) -> Callable[[Any], np.ndarray]:
    """Energies by ASE's calculator minus those of the database, in a loop."""
    from ase.calculators.lj import LennardJones

    def off(theta: Any) -> np.ndarray:
        calculator = LennardJones(epsilon=theta[0], sigma=theta[1])
        return np.array([calculator.get_potential_energy(atoms) - e for atoms, e in found])

    return off


def ways() -> dict[str, Callable[[], np.ndarray]]:
    """Each returns ε and σ."""
    from scipy.optimize import fmin, least_squares

    from residua.atoms import Structures, fit_potential, read_structures

    off, structures = errors(rows()), read_structures("example:argon")

    def ours(start: Any, those: Any = structures) -> np.ndarray:
        fit = fit_potential("lennard_jones", those, rc="3*sigma", per="cell", start=start)
        return np.array([*fit.params.values()])

    named = dict(zip(KNOWN, START))
    # Copies, of whose neighbors nothing is known, one for each call.
    strange = iter([Structures(replace(one) for one in structures) for _ in range(4 * TURN)])
    return {
        FMIN: lambda: fmin(lambda theta: np.sum(off(theta) ** 2), START, disp=False),
        FINITE: lambda: least_squares(off, START, method="lm").x,
        WARM: lambda: ours(None),
        FROM_START: lambda: ours(named),
        ANEW: lambda: ours(None, next(strange)),
    }


def first() -> tuple[np.ndarray, float, float]:
    """ε and σ, CPU seconds of the fit with reading, and of all, in a fresh process."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"a benchmark script failed:\n{SCRIPT}\n{done.stderr}")
    epsilon, sigma, fit, everything = map(float, done.stdout.split())
    return np.array([epsilon, sigma]), fit, everything


def run(quick: bool) -> Report:
    """The source's way once or three times, ours ten times after each."""
    calls = ways()
    found = {name: calls[name]() for name in OURS}  # compiles
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(1 if quick else 3):
        for name, call in calls.items():
            turns = TURN if name in OURS else 1
            begin = time.process_time()
            for _ in range(turns):
                found[name] = call()
            seconds[name].append((time.process_time() - begin) / turns)
    found[FIRST], compiled, everything = first()
    each = {name: float(np.median(times)) for name, times in seconds.items()} | {FIRST: compiled}
    ratio = float(np.median(np.divide(seconds[FMIN], seconds[WARM])))
    gap = float(np.abs(found[WARM] / found[FINITE] - 1).max())
    apart = [(v - mean) / error for v, (mean, error) in zip(found[WARM], KNOWN.values())]
    away = float(np.abs(apart).max())
    return Report(
        "Argon: ε and σ of Lennard-Jones from 100 energies",
        ("way", "CPU time", f"{FMIN} ÷ it", "ε (eV)", "σ (Å)"),
        [
            (name, duration(t), f"{each[FMIN] / t:.3g}", *map("{:.8f}".format, found[name]))
            for name, t in each.items()
        ],
        [
            Target(
                "at least 500 × faster, warm, than the source's way", f"{ratio:.0f} ×", ratio >= 500
            ),
            Target("0.016854(122 µeV), 3.1535(33)", f"{away:.3f} standard errors", away < 0.05),
            Target("the minimum least_squares finds, to 1e-6", f"{gap:.1g}", gap <= 1e-6),
        ],
        [
            "All minimize the same sum of squares over the energies of cells. fmin stops at its",
            "default tolerance, 1e-4. No start is given to ours unless said. Warm: compiled, and",
            "neighbors of these structures kept, unless said. The last row reads the database and",
            f"compiles; with all imports {duration(everything)}. Time is the processor's: calls",
            "of half a minute and of milliseconds do not meet the same load.",
        ],
    )
