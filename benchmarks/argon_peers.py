"""Who computes energy and forces of an argon crystal, each by the road that it makes easy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from ase import Atoms, units
from ase.build import bulk
from ase.calculators.lj import LennardJones

from benchmarks.lammps_argon import EPSILON, MASS, SIGMA, argon

STEP = 2.0 * units.fs


class Competitor(NamedTuple):
    """turn: makes so many calls. energy and forces: of the crystal as it was given."""

    turn: Callable[[int], object]
    energy: float
    forces: np.ndarray

    def agrees(self, other: Competitor) -> bool:
        """Whether the numbers of both are the same to ten digits."""
        far = float(np.abs(self.forces - other.forces).max())
        return abs(self.energy / other.energy - 1) < 1e-10 and far < 1e-10


def crystal(repeat: int, kelvin: float) -> Atoms:
    """Rattled fcc argon with velocities of a temperature, its center at rest."""
    atoms = bulk("Ar", a=5.26, cubic=True).repeat(repeat)
    atoms.rattle(0.05, seed=1)
    atoms.set_masses([MASS] * len(atoms))
    drawn = np.random.default_rng(0).normal(size=(len(atoms), 3))
    atoms.set_velocities((drawn - drawn.mean(0)) * np.sqrt(kelvin * units.kB / MASS))
    return atoms


def kept(atoms: Atoms) -> Competitor:
    """residua, the same positions again and again: the list serves."""
    return _residua(atoms, lambda k: 0.0)


def renewed(every: int) -> Callable[[Atoms], Competitor]:
    """residua, all atoms moved by 1 Å now and then: the same numbers, of a list made again."""
    return lambda atoms: _residua(atoms, lambda k: float((k // every) % 2))


def _residua(atoms: Atoms, moved: Callable[[int], float]) -> Competitor:
    from residua.atoms import LennardJones as Ours

    potential, cell = Ours(EPSILON, SIGMA), atoms.cell.array
    places = {shift: atoms.positions + shift for shift in (0.0, 1.0)}
    done = 0

    def turn(calls: int) -> None:
        nonlocal done
        for _ in range(calls):
            potential.energy_and_forces(places[moved(done)], cell)
            done += 1

    return Competitor(turn, *Ours(EPSILON, SIGMA).energy_and_forces(atoms.positions, cell))


def ase(atoms: Atoms) -> Competitor:
    """ASE's calculator with its results cleared; its list is kept."""
    one = atoms.copy()
    one.calc = LennardJones(epsilon=EPSILON, sigma=SIGMA, rc=3 * SIGMA)

    def turn(calls: int) -> None:
        for _ in range(calls):
            one.calc.results.clear()
            one.get_forces()

    return Competitor(turn, one.get_potential_energy(), one.get_forces())


def lammps(atoms: Atoms) -> Competitor | None:
    """Whole steps of dynamics, with lists made when LAMMPS wants them."""
    engine = argon(atoms, STEP)
    if engine is None:
        return None
    forces = np.array(engine.gather_atoms("f", 1, 3)).reshape(-1, 3)
    energy = engine.get_thermo("pe")
    return Competitor(lambda n: engine.command(f"run {n} pre no post no"), energy, forces)


def jax_md(atoms: Atoms) -> Competitor | None:
    """The same u(r) under jax-md's sparse list, each pair once, which is kept."""
    try:
        from jax_md import partition, smap, space
    except ImportError:
        return None
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    box, rc = float(atoms.cell.lengths()[0]), 3 * SIGMA

    def u(r: Any, **_: Any) -> Any:
        def plain(r: Any) -> Any:
            return 4 * EPSILON * ((SIGMA / r) ** 12 - (SIGMA / r) ** 6)

        # Empty places of the list are pairs of an atom with itself.
        return plain(jnp.where((r < rc) & (r > 0.1), r, rc)) - plain(rc)

    displacement, _ = space.periodic(box)
    form = partition.OrderedSparse
    places = jnp.array(atoms.positions)
    listed = partition.neighbor_list(displacement, box, rc, 0.5, format=form).allocate(places)
    energy = smap.pair_neighbor_list(u, space.metric(displacement))
    both = jax.jit(jax.value_and_grad(lambda R, listed: energy(R, neighbor=listed)))

    def turn(calls: int) -> None:
        for _ in range(calls):
            jax.block_until_ready(both(places, listed))

    value, slope = both(places, listed)
    return Competitor(turn, float(value), -np.asarray(slope))
