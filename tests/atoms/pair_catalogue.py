"""Every pair form, what it should be in plain NumPy, and the structures all of them are tried on.

A form that is public and not in FORMS fails `test_the_catalogue_is_whole`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from ase import Atoms

import residua.atoms as ra
from residua.atoms.pair import Pair
from residua.atoms.potential import Potential

CUTOFFS = ("shift", "force", "switch", "sharp")
RC = 6.5


@dataclass(frozen=True)
class Form:
    """A form: its class, words for two elements, and u(r, i, j), i and j 0 for Ar and 1 for Kr."""

    kind: Callable[..., Potential]
    words: dict[str, Any]
    u: Callable[[np.ndarray, int, int], np.ndarray]
    positional: tuple[Any, ...] = ()

    def make(self, **more: Any) -> Potential:
        return self.kind(*self.positional, **{"rc": RC, **self.words, **more})


def two(first: float, second: float) -> dict[str, float]:
    return {"Ar": first, "Kr": second}


def chosen(first: float, second: float, cross: float) -> np.ndarray:
    return np.array([[first, cross], [cross, second]])


EPSILON, SIGMA = chosen(0.0104, 0.0140, np.sqrt(0.0104 * 0.0140)), chosen(3.4, 3.65, 3.525)
N, M = chosen(12.1, 13.4, 3 + np.sqrt(9.1 * 10.4)), 6.2
VOLUME = EPSILON * (3.4 * 3.65) ** np.array([[0.0, 1.5], [1.5, 0.0]]) / SIGMA ** chosen(0, 0, 3)
D, ALPHA, R0 = chosen(0.34, 0.29, np.sqrt(0.34 * 0.29)), chosen(1.3, 1.5, 1.4), chosen(2.9, 3.1, 3)
A, B, C = chosen(4e3, 5e3, np.sqrt(2e7)), chosen(3.3, 3.1, 3.2), chosen(60, 90, np.sqrt(5400))
RHO = chosen(0.32, 0.36, 2 * 0.32 * 0.36 / 0.68)
S, F = chosen(70, 80, np.sqrt(5600)), chosen(1.4, 1.5, 1.45)
KAPPA = chosen(0.6, 0.9, 0.75)


def lennard_jones(r, i, j):
    x = (SIGMA[i, j] / r) ** 6
    return 4 * EPSILON[i, j] * (x * x - x)


def mie(r, i, j):
    n, s = N[i, j], SIGMA[i, j]
    factor = n / (n - M) * (n / M) ** (M / (n - M))
    return factor * VOLUME[i, j] * ((s / r) ** n - (s / r) ** M)


def morse(r, i, j):
    e = np.exp(-ALPHA[i, j] * (r - R0[i, j]))
    return D[i, j] * ((1 - e) ** 2 - 1)


def zbl(r, i, j):
    Z = np.array([18, 36])
    x = r * (Z[i] ** 0.23 + Z[j] ** 0.23) / 0.46850
    phi = (
        0.18175 * np.exp(-3.19980 * x)
        + 0.50986 * np.exp(-0.94229 * x)
        + 0.28022 * np.exp(-0.40290 * x)
        + 0.02817 * np.exp(-0.20162 * x)
    )
    return 14.3996454784 * Z[i] * Z[j] / r * phi


def cubic(r, i, j):
    """A cubic, which the spline of a table of it is exactly, when it knows the end slopes."""
    return (0.2 + 0.1 * (i + j)) * ((r - 5) ** 3 / 30 - 0.3 * (r - 4))


def cubic_slope(r, i, j):
    return (0.2 + 0.1 * (i + j)) * ((r - 5) ** 2 / 10 - 0.3)


GRIDS = {(0, 0): np.linspace(1.0, 8.0, 15), (0, 1): np.geomspace(0.9, 7.0, 12)}
GRIDS |= {(1, 1): np.linspace(1.1, 7.5, 9)}
NAMES = {(0, 0): "Ar", (0, 1): "Ar-Kr", (1, 1): "Kr"}


def cubic_tables() -> dict[str, dict[str, Any]]:
    return {
        "r": {NAMES[p]: r for p, r in GRIDS.items()},
        "u": {NAMES[p]: cubic(r, *p) for p, r in GRIDS.items()},
        "slopes": {NAMES[p]: tuple(cubic_slope(r[[0, -1]], *p)) for p, r in GRIDS.items()},
    }


FORMS: dict[str, Form] = {
    "LennardJones": Form(
        ra.LennardJones, dict(epsilon=two(0.0104, 0.0140), sigma=two(3.4, 3.65)), lennard_jones
    ),
    "Mie": Form(
        ra.Mie,
        dict(epsilon=two(0.0104, 0.0140), sigma=two(3.4, 3.65), n=two(12.1, 13.4), m=M),
        mie,
    ),
    "Morse": Form(ra.Morse, dict(D=two(0.34, 0.29), alpha=two(1.3, 1.5), r0=two(2.9, 3.1)), morse),
    "Buckingham": Form(
        ra.Buckingham,
        dict(A=two(4e3, 5e3), B=two(3.3, 3.1), C=two(60.0, 90.0)),
        lambda r, i, j: A[i, j] * np.exp(-B[i, j] * r) - C[i, j] / r**6,
    ),
    "BornMayer": Form(
        ra.BornMayer,
        dict(A=two(4e3, 5e3), rho=two(0.32, 0.36)),
        lambda r, i, j: A[i, j] * np.exp(-r / RHO[i, j]),
    ),
    "Yukawa": Form(
        ra.Yukawa,
        dict(A=two(4e3, 5e3), kappa=two(0.6, 0.9)),
        lambda r, i, j: A[i, j] * np.exp(-KAPPA[i, j] * r) / r,
    ),
    "DoubleExponential": Form(
        ra.DoubleExponential,
        dict(A=two(4e3, 5e3), a=two(3.3, 3.1), B=two(70.0, 80.0), b=two(1.4, 1.5)),
        lambda r, i, j: A[i, j] * np.exp(-B[i, j] * r) - S[i, j] * np.exp(-F[i, j] * r),
    ),
    "ZBL": Form(ra.ZBL, {}, zbl),
    "Tabulated": Form(ra.Tabulated, cubic_tables(), cubic),
    "Pair": Form(
        Pair,
        dict(
            D=two(0.34, 0.29),
            a=two(1.3, 1.5),
            r0=two(2.9, 3.1),
            mixing={"D": "geometric", "a": "arithmetic", "r0": "arithmetic"},
        ),
        morse,
        ("D*((1 - exp(-a*(r - r0)))**2 - 1)",),
    ),
}


def triclinic() -> Atoms:
    """Four atoms in a skew cell much smaller than the cutoff, one of them far outside of it."""
    cell = [[4.6, 0.0, 0.0], [1.3, 4.9, 0.0], [-1.1, 1.7, 5.2]]
    scaled = [[0.02, 0.01, 0.03], [0.52, 0.48, 0.05], [0.47, 0.06, 0.51], [3.04, -1.53, 2.46]]
    return Atoms("ArKrArKr", cell=cell, scaled_positions=scaled, pbc=True)


def slab() -> Atoms:
    """Periodic in two directions only; the cell vector of the third is not looked at."""
    atoms = triclinic()
    atoms.positions += [[0, 0, 0], [0.2, 0, 0.3], [0, 0.1, 0], [9, 0, 0]]
    atoms.pbc = [True, False, True]
    return atoms


def cluster() -> Atoms:
    """Six atoms and nothing else."""
    atoms = Atoms(
        "ArKrArArKrAr", [[0, 0, 0], [3.4, 0, 0], [0, 3.7, 0], [3, 3, 2.5], [0, 0, 4], [5, 5, 5]]
    )
    atoms.rattle(0.1, seed=3)
    return atoms


STRUCTURES: dict[str, Callable[[], Atoms]] = {
    "triclinic": triclinic,
    "slab": slab,
    "cluster": cluster,
}


def ended(u: Callable[..., Any], cutoff: str, r: np.ndarray, i: int, j: int, rc: float = RC) -> Any:
    """u with its cutoff, as the documentation of `Pair` says, in plain NumPy."""
    value = u(r, i, j)
    if cutoff == "shift":
        value = value - u(rc, i, j)
    if cutoff == "force":
        h = 1e-3
        slope = (
            8 * (u(rc + h, i, j) - u(rc - h, i, j)) - u(rc + 2 * h, i, j) + u(rc - 2 * h, i, j)
        ) / (12 * h)
        value = value - u(rc, i, j) - (r - rc) * slope
    if cutoff == "switch":
        a, b, s = rc**2, (0.8 * rc) ** 2, r**2
        value = value * np.where(s > b, (a - s) ** 2 * (a + 2 * s - 3 * b) / (a - b) ** 3, 1)
    return np.where(r < rc, value, 0.0)


def images(atoms: Atoms, reach: float) -> np.ndarray:
    """Vectors of all cells whose atoms may be within reach, the own one first."""
    scaled = np.linalg.solve(atoms.cell.array.T, atoms.positions.T).T if any(atoms.pbc) else None
    counts = [0, 0, 0]
    for k in np.flatnonzero(atoms.pbc):
        height = 1 / np.linalg.norm(np.linalg.inv(atoms.cell.array)[:, k])
        counts[k] = int(np.ceil(reach / height + np.ptp(scaled[:, k]))) + 1
    grid = product(*(range(-n, n + 1) for n in counts))
    shifts = np.array(sorted(grid, key=lambda s: np.abs(s).sum()))
    return shifts @ atoms.cell.array


def direct(atoms: Atoms, u: Callable[..., Any], cutoff: str, rc: float = RC) -> np.ndarray:
    """Energy of every atom, by a double loop over atoms and cells."""
    kinds = (atoms.numbers == 36).astype(int)
    energies = np.zeros(len(atoms))
    shifts = images(atoms, rc)
    for a, b in product(range(len(atoms)), repeat=2):
        d = atoms.positions[b] + (shifts[1:] if a == b else shifts) - atoms.positions[a]
        r = np.linalg.norm(d, axis=1)
        r = r[r < rc]
        energies[a] += 0.5 * np.sum(ended(u, cutoff, r, kinds[a], kinds[b], rc))
    return energies
