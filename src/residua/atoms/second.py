"""Second derivatives of a potential's energy by positions, for small cells.

They are forward derivatives of the kernel's forces, exact: nothing is displaced. Periodic images
follow their owners.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from residua._types import AtomsLike
from residua.atoms.arrays import cell_of, kinds_of, positions_of
from residua.atoms.potential import Potential
from residua.atoms.programs import program
from residua.atoms.system import Geometry, System, system
from residua.autodiff.traced_state import double_precision
from residua.doc import Doc, documented

# Directions that are pushed through the kernel at a time.
AT_ONCE = 16


class Case(NamedTuple):
    """One structure as a kernel is given it, and what builds that kernel."""

    system: System
    kernel: tuple[Callable[..., Any], tuple[Hashable, ...]]
    arguments: tuple[Any, Any, Any]
    cell: np.ndarray
    pbc: np.ndarray


@documented
def hessian(
    potential: Annotated[
        Potential,
        Doc("any Potential; its precision is not looked at, the derivatives are in double"),
    ],
    atoms: Annotated[AtomsLike, Doc("ASE Atoms, or a Structure")],
    columns: Annotated[
        ArrayLike | None, Doc("which atoms are moved, indices; all of them by default")
    ] = None,
) -> np.ndarray:
    """The second derivatives of the energy by all positions, exact.

    H_(ia)(jb) = ∂²E/∂x_ia ∂x_jb = -∂F_jb/∂x_ia

    Returns:
        (3 n, 3 n), eV/Å²; (3 m, 3 n) where m atoms are moved. Order x, y, z of the first atom, and
        so on. In a periodic cell all images of an atom move with it.

    Raises:
        DataError, ModelError: see Potential.

    Source: M. Born, K. Huang, Dynamical Theory of Crystal Lattices, 1954, section 23.

    Example:
        >>> from ase import Atoms
        >>> from residua.atoms import LennardJones, hessian
        >>> dimer = Atoms("Ar2", [[0, 0, 0], [0, 0, 3.8164]])
        >>> H = hessian(LennardJones(epsilon=0.0104, sigma=3.4), dimer)
        >>> H.shape, round(float(H[2, 2]), 4), round(float(H[2, 5]), 4)
        ((6, 6), 0.0514, -0.0514)
    """
    case = case_of(potential, atoms, virial=False)
    n, padded = case.system.atoms, case.system.padded
    moved = np.arange(n) if columns is None else np.atleast_1d(np.asarray(columns, int))
    axes = (3 * moved[:, None] + np.arange(3)).ravel()
    _, pushed = some_at_once(_moved(*case.kernel), case.arguments, axes)
    found = -pushed[:, padded : 4 * padded][:, : 3 * n]
    if columns is None:
        return 0.5 * (found + found.T)  # symmetric but for rounding
    return found


def case_of(potential: Potential, atoms: Any, virial: bool) -> Case:
    """The rows and parameters of one structure, in double precision."""
    positions = positions_of(atoms.positions)
    cell, pbc = cell_of(np.asarray(atoms.cell), np.asarray(atoms.pbc))
    kinds, symbols = kinds_of(np.asarray(atoms.numbers), len(positions))
    one = Geometry(positions, cell, pbc, kinds)
    found = system([one], potential.cutoff, potential.both_ends)
    build, options = potential.kernel(virial)
    place = program(build, *options).placed
    arguments = (
        place(found.columns(positions)),
        place(found.rows),
        place(potential.tables(symbols)),
    )
    return Case(found, (build, options), arguments, cell, pbc)


def some_at_once(
    run: Callable[..., Any], arguments: tuple[Any, ...], axes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`run(*arguments, axes)` for all axes, few at a time, so that one shape is compiled.

    Returns:
        The value, and the rows that belong to the axes.
    """
    whole = np.resize(axes, -(-len(axes) // AT_ONCE) * AT_ONCE).reshape(-1, AT_ONCE)
    with double_precision():
        said = [tuple(map(np.asarray, run(*arguments, some))) for some in whole]
    return said[0][0], np.concatenate([rows for _, rows in said])[: len(axes)]


@lru_cache(maxsize=32)
def _moved(build: Callable[..., Any], options: tuple[Hashable, ...]) -> Callable[..., Any]:
    """The kernel's sums, and what they do when single coordinates grow, in rows."""
    kernel = build(*options)

    @jax.jit
    def run(columns: Any, rows: Any, parameters: Any, axes: Any) -> Any:
        def push(axis: Any) -> Any:
            along = jnp.zeros_like(columns).at[axis % 3, axis // 3].set(1.0)
            return jax.jvp(lambda x: kernel(x, rows, parameters), (columns,), (along,))

        return jax.vmap(push, out_axes=(None, 0))(axes)

    return run
