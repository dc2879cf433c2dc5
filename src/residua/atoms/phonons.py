"""Vibrations of molecules and crystals, from exact second derivatives."""

from __future__ import annotations

from itertools import product
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._errors import DataError
from residua._types import AtomsLike
from residua.atoms.ase import to_atoms
from residua.atoms.potential import Potential
from residua.atoms.second import hessian
from residua.doc import Doc, documented

# sqrt(eV/(Å² u))/2π in THz (CODATA 2018).
THZ = 1e-12 * (1.602176634e-19 / (1e-20 * 1.66053906660e-27)) ** 0.5 / (2 * np.pi)
# Images whose distances agree to this (Å) are equally near.
ALIKE = 1e-5


@documented
def vibrational_frequencies(
    potential: Annotated[Potential, Doc("any potential")],
    atoms: Annotated[
        AtomsLike,
        Doc("ASE Atoms at a minimum, with their masses; or a Structure, with the usual ones"),
    ],
) -> np.ndarray:
    """Find frequencies of harmonic vibrations; of a crystal, those in which all cells move alike.

    ν = sqrt(eigenvalues of H_ij/sqrt(m_i m_j))/2π

    Returns:
        (3 n,), THz, rising; negative where the energy falls along a motion (an imaginary
        frequency). Translations and rotations are zero but for rounding and what forces are left.
        1 THz is 33.3564 cm⁻¹ and 4.13567 meV.

    Raises:
        DataError, ModelError: see Potential.

    Source: E. B. Wilson, J. C. Decius, P. C. Cross, Molecular Vibrations, 1955, chapter 2.

    Example:
        >>> from ase import Atoms
        >>> from residua.atoms import Morse, vibrational_frequencies
        >>> dimer = Atoms("Cu2", [[0, 0, 0], [0, 0, 2.2]])
        >>> found = vibrational_frequencies(Morse(D=2.0, alpha=1.5, r0=2.2), dimer)
        >>> round(float(found[-1]), 3)  # sqrt(4 D alpha²/m)/2π
        8.32
    """
    masses = np.repeat(_masses(atoms), 3)
    return _frequencies(hessian(potential, atoms) / np.sqrt(np.outer(masses, masses)))


@documented
def force_constants(
    potential: Annotated[Potential, Doc("any potential")],
    atoms: Annotated[AtomsLike, Doc("one cell: ASE Atoms or a Structure")],
    repeat: Annotated[tuple[int, int, int], Doc("cells along each lattice vector")] = (2, 2, 2),
) -> np.ndarray:
    """How atoms of one cell are pulled when atoms of a supercell move.

    Φ_(i j)ab = ∂²E/∂x_ia ∂x_jb

    Returns:
        (n, cells n, 3, 3), eV/Å²: i in the cell, j in the order of `atoms.repeat(repeat)`, whose
        first n atoms are those of the cell.

    Raises:
        DataError, ModelError: see Potential.

    Source: A. Togo, I. Tanaka, Scr. Mater. 108, 1 (2015).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import LennardJones, force_constants
        >>> argon = LennardJones(epsilon=0.0104, sigma=3.4, rc=8.0)
        >>> found = force_constants(argon, bulk("Ar", a=5.26), (3, 3, 3))
        >>> found.shape, bool(abs(found.sum(1)).max() < 1e-12)
        ((1, 27, 3, 3), True)
    """
    n = len(atoms.positions)
    many = _as_atoms(atoms).repeat(repeat)
    found = hessian(potential, many, np.arange(n))
    return found.reshape(n, 3, len(many), 3).transpose(0, 2, 1, 3)


@documented
def phonon_frequencies(
    potential: Annotated[Potential, Doc("any potential")],
    atoms: Annotated[
        AtomsLike,
        Doc("the cell of a crystal at a minimum, with its masses: ASE Atoms or a Structure"),
    ],
    q: Annotated[
        ArrayLike,
        Doc("wave vectors (k, 3), or one (3,), in units of the reciprocal lattice vectors"),
    ],
    repeat: Annotated[
        tuple[int, int, int], Doc("cells of the supercell along each lattice vector")
    ] = (4, 4, 4),
) -> np.ndarray:
    """Find frequencies of the phonons of a crystal.

    D_ij(q) = Σ_R Φ_(i0)(jR) exp(2πi q·R)/sqrt(m_i m_j)

    Exact where exp(2πi q·R) repeats with the supercell, and everywhere once the supercell is
    twice as wide as the potential reaches; of equally near images of an atom each has its share.

    Returns:
        (k, 3 n), or (3 n,), THz, rising; negative where the crystal is unstable.

    Raises:
        DataError: the crystal does not repeat in a direction in which it is repeated.

    Source: K. Parlinski, Z. Q. Li, Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import LennardJones, phonon_frequencies
        >>> argon = LennardJones(epsilon=0.0104, sigma=3.4, rc=8.0)
        >>> at_X = phonon_frequencies(argon, bulk("Ar", a=5.25), [0.5, 0.5, 0.0], (4, 4, 4))
        >>> at_X.round(2).tolist()
        [1.41, 1.41, 2.07]
    """
    pbc = np.broadcast_to(np.asarray(atoms.pbc), (3,))
    if any(times > 1 and not periodic for times, periodic in zip(repeat, pbc)):
        raise DataError(
            f"the crystal repeats along {pbc.tolist()}, and is repeated {tuple(repeat)} times",
            next="repeat=(4, 4, 1) for a slab",
        )
    found = force_constants(potential, atoms, repeat)
    waves = np.atleast_2d(np.asarray(q, float))
    masses = _masses(atoms)
    weight = 1.0 / np.sqrt(np.outer(masses, masses))
    phases = _phases(atoms, waves, repeat)
    n = len(masses)
    matrices = np.einsum("kij,ijab->kijab", phases, found).reshape(len(waves), n, -1, n, 3, 3)
    dynamical = matrices.sum(2) * weight[..., None, None]
    square = dynamical.transpose(0, 1, 3, 2, 4).reshape(len(waves), 3 * n, 3 * n)
    frequencies = np.stack([_frequencies(one) for one in square])
    return frequencies if np.ndim(q) > 1 else frequencies[0]


def _phases(atoms: Any, waves: np.ndarray, repeat: tuple[int, int, int]) -> np.ndarray:
    """exp(2πi q·R) of every atom of the supercell as seen from the cell (k, n, N).

    Where several of its images are equally near, the mean of theirs.
    """
    cell, positions = np.asarray(atoms.cell), np.asarray(atoms.positions)
    n = len(positions)
    cells = np.array(list(product(*map(range, repeat))))
    around = np.array(list(product(*((-1, 0, 1) if times > 1 else (0,) for times in repeat))))
    shifts = cells[:, None] + around * np.asarray(repeat)  # (cells, around, 3)
    there = positions[None, None] + (shifts @ cell)[:, :, None]
    apart = np.linalg.norm(there[None] - positions[:, None, None, None], axis=-1)
    nearest = apart <= apart.min(2, keepdims=True) + ALIKE  # (n, cells, around, n)
    share = nearest / nearest.sum(2, keepdims=True)
    turns = np.exp(2j * np.pi * np.einsum("kx,cax->kca", waves, shifts))
    return np.einsum("kca,icaj->kicj", turns, share).reshape(len(waves), n, -1)


def _frequencies(dynamical: np.ndarray) -> np.ndarray:
    squares = np.linalg.eigvalsh(0.5 * (dynamical + dynamical.conj().T))
    return THZ * np.sign(squares) * np.sqrt(np.abs(squares))


def _masses(atoms: Any) -> np.ndarray:
    return np.asarray(_as_atoms(atoms).get_masses(), float)


def _as_atoms(atoms: Any) -> Any:
    return atoms if hasattr(atoms, "get_masses") else to_atoms(atoms)
