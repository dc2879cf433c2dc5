"""Energy and forces of the source's cluster of 13 atoms, alone and a thousand at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ase import Atoms
from ase.calculators.lj import LennardJones
from ase.cluster.icosahedron import Icosahedron

from benchmarks.pinned import pinned
from benchmarks.timing import Report, Target, interleaved, timing_rows, versions

ENERGY = -1.257417746487
MANY = 1000
TURN = 50
ASE = "ASE LennardJones, results cleared"
RESET = "ASE LennardJones, reset()"
ARRAYS = "residua on arrays"
CALCULATOR = "residua as ASE's calculator, results cleared"
BATCH = f"residua, per cluster of {MANY} at once"
NUMPY = "NumPy, energy alone"
AUTOGRAD = "autograd, forces alone"
AIMS = {ARRAYS: 15, CALCULATOR: 4, BATCH: 100}


def run(quick: bool) -> Report:
    """Everybody in every round, on one core."""
    found = pinned("benchmarks.atoms_cluster:measure", 50 if quick else 400)
    seconds = {name: np.array(times) for name, times in found["seconds"].items()}
    ratios = {name: float(np.median(seconds[ASE] / seconds[name])) for name in AIMS}
    off = abs(found["energy"] - ENERGY)
    return Report(
        "13 atoms in an icosahedron, Lennard-Jones, one core: energy and forces, warm",
        ("", "median", "90 %", f"÷ {ARRAYS}"),
        timing_rows(seconds, ARRAYS),
        [
            *(
                Target(f"{name}: ≥ {aim} × faster than ASE", f"{ratios[name]:.3g} ×", ok)
                for name, aim in AIMS.items()
                for ok in [ratios[name] >= aim]
            ),
            Target(f"energy {ENERGY} to 1e-12", f"{found['energy']:.13f}", off <= 1e-12),
        ],
        [
            f"Turns of {TURN} calls. NumPy and autograd: all pairs, no cutoff, as the source.",
            f"The {MANY} clusters are rattled, each otherwise; forces of all agree with ASE's.",
            versions("ase", "autograd") + ".",
        ],
    )


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of a call of everybody, and the energy that ours says."""
    atoms = Icosahedron("Ar", noshells=2, latticeconstant=3)
    batch, energy = _batch(atoms)
    functions = {ASE: _ase(atoms, False), RESET: _ase(atoms, True), ARRAYS: _arrays(atoms)}
    functions |= {CALCULATOR: _calculator(atoms), BATCH: batch} | _source(atoms.positions)
    interleaved(functions, TURN)
    seconds = interleaved(functions, rounds, TURN)
    seconds[BATCH] /= MANY
    return {"seconds": {name: each.tolist() for name, each in seconds.items()}, "energy": energy}


def _ase(atoms: Atoms, reset: bool) -> Callable[[int], object]:
    one = atoms.copy()
    one.calc = LennardJones(sigma=1, epsilon=1, rc=3)
    return _asked(one, reset)


def _asked(one: Atoms, reset: bool = False) -> Callable[[int], object]:
    """Energy and forces by the calculator of atoms that did not move: nothing is remembered."""

    def ask(_: int) -> object:
        if reset:
            one.calc.reset()
        else:
            one.calc.results.clear()
        return one.get_potential_energy(), one.get_forces()

    return ask


def _ours() -> Any:
    from residua.atoms import LennardJones as Ours

    return Ours(epsilon=1.0, sigma=1.0, rc=3.0)


def _arrays(atoms: Atoms) -> Callable[[int], object]:
    potential, places = _ours(), atoms.positions.copy()
    return lambda _: potential.energy_and_forces(places)


def _calculator(atoms: Atoms) -> Callable[[int], object]:
    one = atoms.copy()
    one.calc = _ours()
    return _asked(one)


def _batch(atoms: Atoms) -> tuple[Callable[[int], object], float]:
    """A thousand at once, after some of them were compared with ASE; and the energy of `atoms`."""
    from residua.atoms import Batch

    clusters = [atoms.copy() for _ in range(MANY)]
    for seed, cluster in enumerate(clusters):
        cluster.rattle(0.05, seed=seed)
    batch = Batch(_ours(), clusters)
    energies, forces = batch.energy_and_forces()
    for k in range(0, MANY, 100):
        clusters[k].calc = LennardJones(sigma=1, epsilon=1, rc=3)
        assert abs(clusters[k].get_potential_energy() - energies[k]) < 1e-12
        assert np.abs(clusters[k].get_forces() - batch.split(forces)[k]).max() < 1e-12
    return lambda _: batch.energy_and_forces(), _ours().energy_and_forces(atoms.positions)[0]


def _source(positions: np.ndarray) -> dict[str, Callable[[int], object]]:
    """The energy as one vectorized line, and its derivative by autograd, where installed."""
    try:
        import autograd.numpy as anp
        from autograd import elementwise_grad
    except ImportError:
        return {NUMPY: lambda _: _energy(np, positions)}
    slope = elementwise_grad(lambda places: _energy(anp, places))
    return {
        NUMPY: lambda _: _energy(np, positions),
        AUTOGRAD: lambda _: -slope(positions),
    }


def _energy(np_: Any, positions: Any) -> Any:
    i, j = np.triu_indices(len(positions), 1)
    d = positions[i] - positions[j]
    r6 = np_.sum(d * d, axis=1) ** 3
    return np_.sum(4.0 * (1.0 / r6**2 - 1.0 / r6))
