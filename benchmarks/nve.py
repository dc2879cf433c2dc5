"""500 steps of dynamics of 2048 argon atoms: residua's calculator under ASE beside LAMMPS."""

from __future__ import annotations

from typing import Any

import numpy as np
from ase import Atoms, units
from ase.md.verlet import VelocityVerlet

from benchmarks.argon_peers import crystal
from benchmarks.lammps_argon import EPSILON, NO_LAMMPS, SIGMA, argon, positions
from benchmarks.pinned import pinned
from benchmarks.timing import Report, Target, duration, interleaved, versions

STEPS = 500
STEP = 5.0 * units.fs
# What the crystal starts with; half of it becomes potential energy.
KELVIN = (40.0, 80.0)
OURS = "residua, ASE's VelocityVerlet"
LAMMPS = "LAMMPS, fix nve"


def run(quick: bool) -> Report:
    """Both in every round, from two temperatures, on one core."""
    rows: list[tuple[str, ...]] = []
    targets, notes = [], []
    for kelvin in KELVIN:
        found = pinned("benchmarks.nve:measure", kelvin, 2 if quick else 7)
        rows += [_row(kelvin, name, found["seconds"]) for name in found["seconds"]]
        targets += _targets(kelvin, found)
        notes.append(f"{kelvin:.0f} K: residua's {found['drift']}.")
    return Report(
        f"{STEPS} steps of 2048 argon atoms, 5 fs, one core",
        ("dynamics", "median", "ns per atom and step", "÷ LAMMPS"),
        rows,
        targets,
        [
            "LAMMPS has `units lj`: with Å, eV and amu its unit of time is ASE's, and both are",
            "given the same numbers. Lists are made when either's own rule says so.",
            *notes,
            versions("ase", "vesin", "lammps") + ".",
        ]
        + ([] if targets else [NO_LAMMPS]),
    )


def _ratio(name: str, seconds: dict[str, list[float]]) -> float:
    reference = seconds.get(LAMMPS)
    return float(np.median(np.array(seconds[name]) / reference)) if reference else float("nan")


def _row(kelvin: float, name: str, seconds: dict[str, list[float]]) -> tuple[str, ...]:
    median = float(np.median(seconds[name]))
    each = 1e9 * median / STEPS / 2048
    return (
        f"{kelvin:.0f} K, {name}",
        duration(median),
        f"{each:.0f}",
        f"{_ratio(name, seconds):.2f}",
    )


def _targets(kelvin: float, found: dict[str, Any]) -> list[Target]:
    apart = found["apart"]
    if apart is None:
        return []
    ratio = _ratio(OURS, found["seconds"])
    return [
        Target(f"{kelvin:.0f} K: ≤ 3 × LAMMPS", f"{ratio:.2f} ×", ratio <= 3),
        Target(f"{kelvin:.0f} K: positions within 1e-10 Å", f"{apart:.1e} Å", apart <= 1e-10),
    ]


def measure(kelvin: float, rounds: int) -> dict[str, Any]:
    """Seconds of each; how far apart their atoms are at the end (Å); how well energy is kept."""
    atoms = crystal(8, kelvin)
    ours, energies = _watched(atoms)
    theirs = argon(atoms, STEP)
    turns: dict[str, Any] = {OURS: lambda _: _ours(atoms)}
    apart = None
    if theirs is not None:
        turns[LAMMPS] = lambda _: theirs.command(f"run {STEPS} pre no post no")
        turns[LAMMPS](0)
        box = atoms.cell.lengths()
        step = ours.positions - positions(theirs)
        apart = float(np.abs(step - box * np.round(step / box)).max())
    seconds = {name: times.tolist() for name, times in interleaved(turns, rounds).items()}
    return {"seconds": seconds, "apart": apart, "drift": _drift(energies, ours)}


def _dynamics(atoms: Atoms) -> VelocityVerlet:
    from residua.atoms import LennardJones

    one = atoms.copy()
    one.calc = LennardJones(EPSILON, SIGMA)
    return VelocityVerlet(one, STEP)


def _ours(atoms: Atoms) -> None:
    _dynamics(atoms).run(STEPS)


def _watched(atoms: Atoms) -> tuple[Atoms, np.ndarray]:
    """The atoms at the end, and their total energy every ten steps."""
    dynamics = _dynamics(atoms)
    energies: list[float] = []
    dynamics.attach(lambda: energies.append(dynamics.atoms.get_total_energy()), interval=10)
    dynamics.run(STEPS)
    return dynamics.atoms, np.array(energies)


def _drift(energies: np.ndarray, atoms: Atoms) -> str:
    """What a line through the energies rises by, and how far they are from it, per atom."""
    each = energies / len(atoms)
    time = np.linspace(-0.5, 0.5, len(each))
    slope, middle = np.polyfit(time, each, 1)
    rest = np.abs(each - middle - slope * time).max()
    kinetic = 1.5 * units.kB * atoms.get_temperature()
    return (
        f"energy per atom drifts by {slope:.1e} eV over the run and stays within {rest:.1e} eV of "
        f"that; kinetic energy at the end {kinetic:.1e} eV"
    )
