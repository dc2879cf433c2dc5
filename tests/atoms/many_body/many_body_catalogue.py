"""Potentials of many bodies, each with a rattled structure that it is looked at with."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

import residua.atoms as ra
from residua.atoms.many_body.setfl import Tables

sys.path.insert(0, str(Path(__file__).parents[1]))

SKEW = np.array([[1, 0, 0], [0.06, 1, 0], [-0.05, 0.07, 1]])
# The silicon carbide and gallium nitride of LAMMPS' files.
GALLIUM_NITRIDE = {
    "epsilon": {"Ga": 1.2, "N": 1.2, "Ga-N": 2.17},
    "sigma": {"Ga": 2.1, "N": 1.3, "Ga-N": 1.695},
    "a": {"Ga": 1.6, "N": 1.8, "Ga-N": 1.8},
    "lam": 32.5,
    "A": 7.917,
    "B": 0.72,
    "cos0": -0.333333333333,
}


def rattled(atoms: Atoms, swaps: int = 0, by: float = 0.1) -> Atoms:
    """The same in a skew cell, its atoms displaced, and some of two elements exchanged."""
    atoms.set_cell(SKEW @ atoms.cell[:], scale_atoms=True)
    numbers = atoms.numbers.copy()
    numbers[:swaps] = numbers[:swaps][::-1]
    atoms.numbers = numbers
    atoms.rattle(by, seed=7)
    return atoms


def alloy(element: str, other: str, a: float) -> Atoms:
    """Eight atoms of an fcc alloy."""
    atoms = bulk(element, "fcc", a=a, cubic=True).repeat((2, 1, 1))
    atoms.symbols[[1, 4, 6]] = other
    return rattled(atoms)


def analytic(count: int = 2001, directed: bool = False) -> Tables:
    """Tables of smooth functions of two elements; directed: f hangs on who feels it, too."""
    r, rho = np.linspace(0, 6.0, count), np.linspace(0, 60.0, count)
    end = (1 - r / 6.0) ** 3 * (r < 6)
    density = np.array([[30 * np.exp(-1.1 * r), 24 * np.exp(-1.3 * r)]] * 2)
    if directed:
        density[1] = density[1] * 1.2
    depth = np.array([[2000.0, 1500.0], [1500.0, 1100.0]])[..., None]
    return Tables(
        ("Cu", "Ni"),
        60.0 / (count - 1),
        6.0 / (count - 1),
        6.0,
        np.array([-0.9 * rho / (1 + 0.1 * rho), -0.7 * rho / (1 + 0.09 * rho)]),
        density * end,
        r * depth * np.exp(-2.9 * r) * end,
    )


def written(tables: Tables, path: Path, directed: bool = False) -> Path:
    """The tables as a file of DYNAMO."""

    def lines(values: np.ndarray) -> str:
        return "\n".join(f"{value:.17e}" for value in values) + "\n"

    n_rho, n_r, t = tables.embedding.shape[1], tables.pair.shape[2], len(tables.elements)
    text = "one\ntwo\nthree\n" + f"{t} {' '.join(tables.elements)}\n"
    text += f"{n_rho} {tables.rho_step:.17e} {n_r} {tables.step:.17e} {tables.cutoff:.17e}\n"
    for source in range(t):
        text += "29 63.546 3.6 fcc\n" + lines(tables.embedding[source])
        for target in range(t if directed else 1):
            text += lines(tables.density[target, source])
    for a in range(t):
        for b in range(a + 1):
            text += lines(tables.pair[a, b])
    path.write_text(text, encoding="utf-8")
    return path


def own() -> ra.Density:
    """A person's own, half of it functions, of two elements with a directed density."""

    def embedding(rho, D, k):
        return -D * rho**0.5 + k * rho

    return ra.Density(
        "2*A*exp(-a*r)",
        "w*exp(-b*r)",
        embedding,
        A={"Cu": 800.0, "Ni": 700.0},
        a=3.2,
        w={"Cu": 1.0, "Ni": 1.3, "Cu-Ni": 1.1},
        b=1.4,
        D={"Cu": 9.0, "Ni": 8.0},
        k=0.1,
        rc=5.5,
        mixing={"A": "geometric"},
    )


# Potential, and a structure whose cell is narrower than twice the cutoff.
CASES = {
    "gupta": (lambda: ra.Gupta.of("Cu"), lambda: rattled(bulk("Cu", cubic=True))),
    "gupta-alloy": (lambda: ra.Gupta.of("Cu", "Au"), lambda: alloy("Cu", "Au", 3.8)),
    "finnis-sinclair": (
        lambda: ra.FinnisSinclair.of("Fe"),
        lambda: rattled(bulk("Fe", cubic=True).repeat((2, 2, 1))),
    ),
    "own": (own, lambda: alloy("Cu", "Ni", 3.6)),
    "zhou-alloy": (lambda: ra.ZhouEAM.of("Cu", "Al"), lambda: alloy("Cu", "Al", 3.7)),
    "eam": (lambda: ra.EAM(analytic()), lambda: alloy("Cu", "Ni", 3.6)),
    "eam-fs": (
        lambda: ra.EAM(analytic(directed=True), spline="natural"),
        lambda: alloy("Cu", "Ni", 3.6),
    ),
    "sw": (ra.StillingerWeber, lambda: rattled(bulk("Si", a=5.431, cubic=True), by=0.2)),
    "sw-compound": (
        lambda: ra.StillingerWeber(**GALLIUM_NITRIDE),
        lambda: rattled(bulk("GaN", "zincblende", a=4.5, cubic=True), swaps=3),
    ),
    "tersoff": (ra.Tersoff, lambda: rattled(bulk("Si", a=5.432, cubic=True), by=0.2)),
    "tersoff-cubed": (
        lambda: ra.Tersoff(
            3264.7, 95.373, 3.2394, 1.3258, 1.3258, 3.0, 0.2, 0.33675, 22.956, 4.8381, 2.0417, 0.0
        ),
        lambda: rattled(bulk("Si", a=5.432, cubic=True), by=0.2),
    ),
    "tersoff-compound": (
        lambda: ra.Tersoff.of("Si", "C"),
        lambda: rattled(bulk("SiC", "zincblende", a=4.36, cubic=True), swaps=3),
    ),
}


def above_all(argument, every, *names):
    """These always, and the others of a catalogue where there is time: each is compiled anew."""
    rest = [name for name in every if name not in names]
    slow = [pytest.param(name, marks=pytest.mark.slow) for name in rest]
    return pytest.mark.parametrize(argument, [*names, *slow])
