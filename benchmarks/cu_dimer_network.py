"""The source's copper dimer: the energy of 300 distances by ten tanh units."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from benchmarks.network_peers import perceptron, residua
from benchmarks.timing import Report, Target, duration, interleaved

GOOD = 0.05  # meV, root mean square


@cache
def data() -> tuple[np.ndarray, np.ndarray]:
    """Distances 1.7-3 Å and ASE's EMT energies in eV, zero at 10 Å."""
    from ase import Atoms
    from ase.calculators.emt import EMT

    dimer = Atoms("Cu2", positions=np.zeros((2, 3)), calculator=EMT())

    def energy(d: float) -> float:
        dimer.positions[1, 0] = d
        return float(dimer.get_potential_energy())

    distances = np.linspace(1.7, 3, 300)
    return distances, np.array([energy(d) for d in distances]) - energy(10.0)


def run(quick: bool) -> Report:
    """Twenty seeds by each, in turns; errors on the data and half way between them."""
    count = 3 if quick else 20
    errors: dict[str, list[float]] = {name: [] for name in FITTERS}

    def one(name: str) -> Callable[[int], None]:
        return lambda seed: errors[name].append(_error(FITTERS[name](seed)))

    functions = {name: one(name) for name in FITTERS}
    for fit in FITTERS.values():
        fit(0)  # load and compile
    seconds = interleaved(functions, count)
    rows = [
        (
            name,
            str(sum(error <= GOOD for error in found)),
            f"{np.median(found):.2g}",
            f"{max(found):.2g}",
            duration(float(np.median(seconds[name]))),
        )
        for name, found in errors.items()
    ]
    good = sum(error <= GOOD for error in errors["residua"])
    return Report(
        f"Cu₂ by EMT, 300 points, ten tanh units: {count} seeds",
        ("fit", "≤ 0.05 meV", "median RMSE, meV", "worst RMSE, meV", "median time"),
        rows,
        [Target("RMSE ≤ 0.05 meV from every seed", f"{good} of {count}", good == count)],
        ["The energies have no noise; Morse's three parameters leave 16 meV."],
    )


def _error(values: np.ndarray) -> float:
    return 1000 * float(np.sqrt(np.mean((np.ravel(values) - data()[1]) ** 2)))


def _residua(seed: int) -> np.ndarray:
    x, y = data()
    return residua([10], x, y, seed)(x)


def _sklearn(seed: int) -> np.ndarray:
    x, y = data()
    scaled, settings = (x - x.mean()) / x.std(), {"activation": "tanh", "max_iter": 10_000}
    return perceptron([10], scaled, y, seed, solver="lbfgs", tol=1e-10, **settings)(scaled)


FITTERS: dict[str, Callable[[int], np.ndarray]] = {
    "residua": _residua,
    "sklearn MLPRegressor, lbfgs to 1e-10, scaled": _sklearn,
}
