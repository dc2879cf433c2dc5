"""Silicon and lithium of mlearn: errors on its test sets, beside those of published potentials.

Potentials that the authors of mlearn published run on the test sets themselves
(`mlearn_published.py`); of the others stands what was said of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.lammps_argon import NO_LAMMPS
from benchmarks.mlearn_published import published
from benchmarks.timing import Report, duration

DATA = Path(__file__).parents[1] / "data" / "atoms"
# Mean absolute errors on the test sets of Y. Zuo et al., J. Phys. Chem. A 124, 731 (2020), as they
# are repeated, to these digits, by the benchmark of ACEpotentials.jl (W. C. Witt et al., J. Chem.
# Phys. 159, 164101 (2023); examples/zuobench/error_table.jl): meV/atom and eV/Å.
PUBLISHED = {
    "Si": {"GAP": (2.91, 0.07), "MTP": (2.21, 0.06)},
    "Li": {"GAP": (0.49, 0.01), "MTP": (0.49, 0.01)},
}
RUN = ("SNAP", "qSNAP", "NNP")
FITS: dict[str, list[int]] = {"residua, line only": [], "residua, line and network of 8": [8]}
Row = Sequence[str]


def run(quick: bool) -> Report:
    """All fits with their default settings, on the training sets; errors on the test sets."""
    rows: list[Row] = []
    for element in PUBLISHED:
        train, test = sets(element)
        if element == "Si":
            rows += [classical(name, test) for name in ("StillingerWeber", "Tersoff")]
        rows += [row for name in RUN for row in theirs(element, name, test)]
        for name, (energy, force) in PUBLISHED[element].items():
            rows.append((element, f"{name}, as said", "", f"{energy}", "", f"{force}", "", ""))
        for name, hidden in list(FITS.items())[: 1 if quick else None]:
            rows.append(ours(element, name, hidden, train, test))
    return Report(
        "mlearn: errors of unseen structures of silicon and lithium",
        (
            *("", "potential", "E, RMSE", "E, mean abs.", "F, RMSE", "F, mean abs."),
            *("held out: E, F, RMSE", "fit"),
        ),
        rows,
        [],
        [
            "Energies in meV/atom, forces in eV/Å; training and test sets as published, 25 and 29"
            " structures to test.",
            "SNAP, qSNAP (in LAMMPS) and NNP: measured here, with the potentials that the authors"
            " published (mlearn, mvl_models); the same training sets.",
            "GAP and MTP: Zuo et al. 2020, mean absolute errors as repeated by ACEpotentials.jl;"
            " root mean squares are not at hand, nor what would run these potentials.",
            "Stillinger-Weber and Tersoff: measured here, energies from the mean of the test set.",
            *([] if published("Si", "SNAP") else [NO_LAMMPS]),
            "Held out: what the fit expects of unseen structures, before it meets the test set.",
        ],
    )


def sets(element: str) -> tuple[Any, Any]:
    """The training and the test set."""
    from residua.atoms import read_structures

    return tuple(  # type: ignore[return-value]
        read_structures(DATA / f"{element}_{name}.json") for name in ("training", "test")
    )


def ours(element: str, name: str, hidden: list[int], train: Any, test: Any) -> Row:
    """One fit."""
    from residua.atoms import fit_neural

    begin = time.perf_counter()
    fit = fit_neural(train, hidden)
    seconds = time.perf_counter() - begin
    held = f"{1e3 * fit.held.energy:.2f}, {fit.held.forces:.4f}"
    return (element, name, *_said(fit.errors(test)), held, duration(seconds))


def theirs(element: str, name: str, test: Any) -> list[Row]:
    """A row of a potential that was published for these data, if it runs here."""
    said = published(element, name)
    return [] if said is None else [(element, name, *_missed(said, test), "", "")]


def classical(name: str, test: Any) -> Row:
    """A potential with its published parameters."""
    import residua.atoms

    evaluate = getattr(residua.atoms, name)().evaluate

    def said(one: Any) -> tuple[float, np.ndarray]:
        found = evaluate(one.positions, one.cell, one.pbc, one.numbers)
        return found.energy, found.forces

    return ("Si", name, *_missed(said, test, anywhere=True), "", "")


def _missed(
    said: Callable[[Any], tuple[float, np.ndarray]], test: Any, anywhere: bool = False
) -> tuple[str, str, str, str]:
    """The errors of a potential; `anywhere`: its zero of energy is its own."""
    from residua.atoms.neural.result import Errors

    found = [said(one) for one in test]
    energy = (np.array([each[0] for each in found]) - test.energies) / test.natoms
    forces = np.concatenate([(f - one.forces).ravel() for (_, f), one in zip(found, test)])
    return _said(Errors.of(energy - energy.mean() * anywhere, forces))


def _said(errors: Any) -> tuple[str, str, str, str]:
    energies = (f"{1e3 * e:.2f}" for e in (errors.energy, errors.energy_absolute))
    forces = (f"{f:.4f}" for f in (errors.forces, errors.forces_absolute))
    rms, mean = energies
    force_rms, force_mean = forces
    return rms, mean, force_rms, force_mean
