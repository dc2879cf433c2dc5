"""Elastic constants: derivatives of the stress by strain, and of both by positions, all exact.

A strain moves atoms and periodic images alike; nothing is strained in fact.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import DataError
from residua._types import AtomsLike
from residua.atoms.kernels.rows import FAR
from residua.atoms.potential import Potential
from residua.atoms.second import case_of, some_at_once
from residua.doc import Doc, documented

# Forces beyond this (eV/Å) do not belong to a structure that is relaxed.
RELAXED = 1e-3
# Eigenvalues below this share of the largest are motions without restoring force.
SOFT = 1e-9


@documented
def elastic_constants(
    potential: Annotated[Potential, Doc("any potential")],
    atoms: Annotated[
        AtomsLike,
        Doc(
            "ASE Atoms or a Structure, periodic in all directions and, where `relaxed`, "
            "without forces"
        ),
    ],
    relaxed: Annotated[
        bool,
        Doc(
            "whether atoms may move within the strained cell; False holds them at their "
            "fractional coordinates"
        ),
    ] = True,
) -> np.ndarray:
    """How the stress answers to strain, exact, atoms relaxed.

    C_ij = dσ_i/dε_j = ∂σ_i/∂ε_j + ∂σ_i/∂u · H⁺ · ∂F/∂ε_j

    Of a crystal without stress these are its elastic constants. Under stress they are the
    coefficients of stress and strain (Birch's), which need not be symmetric.

    Returns:
        (6, 6), eV/Å³, in the order xx yy zz yz xz xy; shear strains are those of the engineer,
        2 ε_yz. Divide by ase.units.GPa for GPa.

    Raises:
        DataError: a cell that is not periodic; forces that do not vanish, or a structure that is
            no minimum, where `relaxed`.

    Source: D. C. Wallace, Thermodynamics of Crystals, 1972, chapter 2; internal relaxation:
    M. Born, K. Huang, Dynamical Theory of Crystal Lattices, 1954, section 28.

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import LennardJones, elastic_constants
        >>> argon = LennardJones(epsilon=0.0104, sigma=3.4, rc=12.0)
        >>> C = elastic_constants(argon, bulk("Ar", a=5.24))
        >>> (C[[0, 0, 3], [0, 1, 3]] * 160.2177).round(2).tolist()  # C11, C12, C44 in GPa
        [4.56, 2.63, 2.58]
    """
    case = case_of(potential, atoms, virial=True)
    if not case.pbc.all():
        raise DataError(
            "elastic constants are those of a crystal, periodic in all directions",
            causes=[f"pbc is {case.pbc.tolist()}"],
            next="atoms.pbc = True",
        )
    n, padded = case.system.atoms, case.system.padded
    volume = abs(np.linalg.det(case.cell))
    axes = np.arange(6 + 3 * n)
    value, slopes = some_at_once(_strained(*case.kernel), (*case.arguments, volume), axes)
    stress = slopes[:, :6]
    forces = slopes[:, 6 : 6 + 3 * padded][:, : 3 * n]
    clamped = stress[:6].T
    if not relaxed or n == 1:
        return clamped
    _refuse_forces(value[6 : 6 + 3 * n])
    by_position = slice(6, 6 + 3 * n)
    response = _soft_inverse(-forces[by_position]) @ forces[:6].T
    return clamped + stress[by_position].T @ response


@lru_cache(maxsize=32)
def _strained(build: Callable[..., Any], options: tuple[Hashable, ...]) -> Callable[..., Any]:
    """Stress and forces, and what they do when strains or coordinates grow, in rows."""
    kernel = build(*options)

    @jax.jit
    def run(columns: Any, rows: Any, parameters: Any, volume: Any, axes: Any) -> Any:
        padded = columns.shape[1]

        def said(inputs: Any) -> Any:
            F = jnp.eye(3) + _strain(inputs[:6])
            places = F @ columns + inputs[6:].reshape(padded, 3).T
            offset = jnp.where(jnp.abs(rows.offset) < FAR / 2, rows.offset @ F.T, rows.offset)
            packed = kernel(places, rows._replace(offset=offset), parameters)
            virial = packed[4 * padded :].reshape(padded, 6).sum(0)
            return jnp.concatenate(
                [virial / (volume * jnp.linalg.det(F)), packed[padded : 4 * padded]]
            )

        still = jnp.zeros(6 + 3 * padded, columns.dtype)

        def push(axis: Any) -> Any:
            return jax.jvp(said, (still,), (still.at[axis].set(1.0),))

        return jax.vmap(push, out_axes=(None, 0))(axes)

    return run


def _strain(voigt: Any) -> Any:
    """The symmetric matrix of xx yy zz 2yz 2xz 2xy."""
    xx, yy, zz, yz, xz, xy = (voigt[0], voigt[1], voigt[2], *(0.5 * voigt[k] for k in (3, 4, 5)))
    return jnp.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def _refuse_forces(forces: np.ndarray) -> None:
    largest = float(np.abs(forces).max())
    if largest > RELAXED:
        raise DataError(
            f"the atoms are pulled by up to {largest:.2g} eV/Å: they are not relaxed",
            next="ase.optimize.BFGS(atoms).run(fmax=1e-4), or relaxed=False",
        )


def _soft_inverse(H: np.ndarray) -> np.ndarray:
    """The inverse without translations and other motions that nothing restores."""
    values, vectors = np.linalg.eigh(0.5 * (H + H.T))
    floor = SOFT * np.abs(values).max()
    if values[0] < -floor:
        raise DataError(
            f"the structure is no minimum: it falls along a motion of curvature {values[0]:.3g} "
            "eV/Å²",
            causes=["a saddle point, such as a cell of too high symmetry"],
            next="rattle and relax the atoms, or relaxed=False",
        )
    stiff = values > floor
    return (vectors[:, stiff] / values[stiff]) @ vectors[:, stiff].T
