"""fit_neural: structures in, a neural potential with its errors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import DataError, ModelError
from residua._types import StructuresLike
from residua.atoms.elements import SYMBOLS
from residua.atoms.neighbors import pairs_within
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.design import describe_structures
from residua.atoms.neural.grade import seen
from residua.atoms.neural.honest import calibrated, held_out
from residua.atoms.neural.layout import Layout
from residua.atoms.neural.matching import Matching
from residua.atoms.neural.result import LeftOut, NeuralFit
from residua.atoms.neural.units import targets, units
from residua.atoms.reading import read_structures
from residua.atoms.structures import Structure, Structures
from residua.doc import Doc, Ge, Gt, documented, unit
from residua.networks.evidence import MOST_PARAMETERS, Member, Rows, train

# Highest degrees of pairs, angles and four-body invariants by the number of species: their number
# grows with its third power.
DEGREES = {1: (10, 14, 14), 2: (10, 10, 8)}
MANY_SPECIES = (8, 7, 0)
# The hidden layers of a network where nobody says them.
UNITS = (8,)
# The cutoff, in distances of nearest neighbors: the third shell of diamond, the fourth of bcc.
REACH = 2.3
# How far nearest neighbors are looked for, Å.
SEARCHED = (4.0, 8.0, 16.0)


@documented
def fit_neural(
    structures: Annotated[
        StructuresLike, Doc("Structures, or whatever `read_structures` reads, with energies")
    ],
    hidden: Annotated[
        Sequence[int],
        Doc(
            "units of the hidden layers of the network; `[]` for the line alone, which has "
            "its only optimum and takes seconds"
        ),
    ] = UNITS,
    *,
    cutoff: Annotated[
        float | None,
        Doc(
            "how far neighbors count; 2.3 times the median distance of nearest neighbors "
            "where it is not given"
        ),
        unit("Å"),
        Gt(0),
    ] = None,
    degrees: Annotated[
        tuple[int, int, int] | None,
        Doc(
            "highest degree of pairs, angles and four-body invariants; by the number of "
            "elements where not given"
        ),
    ] = None,
    low: Annotated[int, Doc("highest degree of the angles that the network is given"), Ge(0)] = 10,
    forces: Annotated[bool, Doc("whether forces are fitted too")] = True,
    energy_scale: Annotated[
        float,
        Doc(
            "energy errors for an atom are divided by it to stand beside those of forces; "
            "0.01 sets 1 meV for an atom beside 0.1 eV/Å"
        ),
        unit("Å"),
        Gt(0),
    ] = 0.01,
    members: Annotated[int, Doc("networks from different starts, whose mean predicts"), Ge(1)] = 1,
    folds: Annotated[
        int, Doc("parts of which each is left out once, for the errors of unseen structures")
    ] = 5,
    by: Annotated[
        str, Doc('what stays together in a fold: "row", "group", or keys of info')
    ] = "row",
    steps: Annotated[int, Doc("how many steps the training takes at most"), Ge(1)] = 60,
    seed: Annotated[int, Doc("decides starts and folds"), Ge(0)] = 0,
) -> NeuralFit:
    """Fit a neural potential to energies and forces.

    E = Σ_i [ε + v·B_i + w·tanh(Wᵀ B_i + b)]: a line in all invariants B of an atom, and a network
    of the simpler ones. Levenberg-Marquardt with MacKay's evidence finds the parameters together
    with a prior precision for every body order and layer.

    Returns:
        A NeuralFit: `calculator()`, `predict`, and `held`, the errors of structures held out.

    Raises:
        DataError: structures without energies or forces, fewer than two, or nothing that varies.
        ModelError: more parameters than Gauss-Newton can serve.

    Sources: J. Behler, M. Parrinello, Phys. Rev. Lett. 98, 146401 (2007); R. Drautz, Phys. Rev. B
    99, 014104 (2019); D. J. C. MacKay, Neural Computation 4, 448 (1992).

    Example:
        >>> from residua.atoms import read_structures
        >>> rows = read_structures("example:argon", "structure=fcc")
        >>> fit = fit_neural(rows, [], cutoff=7.0, degrees=(5, 4, 0))
        >>> fit.errors(rows).forces < 0.01
        True
        >>> sorted(fit.potential().species)
        ['Ar']
    """
    rows = read_structures(structures).having(*(["energy", "forces"] if forces else ["energy"]))
    numbers = sorted({int(z) for one in rows for z in one.numbers})
    _refuse(rows, folds, energy_scale, members)
    given = degrees or DEGREES.get(len(numbers), MANY_SPECIES)
    nearest = _nearest(rows)
    reach = round(REACH * nearest, 1) if cutoff is None else float(cutoff)
    basis = Basis(reach, nearest, len(numbers), given, low)
    layout = Layout(basis, tuple(hidden))
    _refuse_large(layout)
    raw = describe_structures(rows, basis, numbers, bool(hidden) and forces)
    found = units(rows, raw, forces)
    counts = np.stack([one.counts for one in raw])
    factor = 1 / energy_scale if forces else 1.0
    network = Matching(layout, [found.standardized(one, layout) for one in raw], factor, forces)
    observed = targets(rows, found, counts, factor, forces)
    trained = _trained(network, observed, members if hidden else 1, steps, seed)
    held = held_out(network, trained, observed, _folds(rows, folds, by, seed))
    first = np.zeros(len(observed), bool)
    first[[each.start for each in network.rows]] = True
    calibrations = [calibrated(held.left[k], held.variance[k]) for k in (first, ~first) if k.any()]
    return NeuralFit(
        layout=layout,
        symbols=tuple(SYMBOLS[z] for z in numbers),
        units=found,
        members=tuple(trained),
        seen=seen(raw, basis),
        energy_factor=factor,
        forces=forces,
        held=_errors_of_held(held.left, first, found.unit, factor),
        calibrations=tuple(calibrations),
        left_out=_left_out(rows, held.left, network, found.unit),
    )


def _trained(
    network: Matching, observed: np.ndarray, members: int, steps: int, seed: int
) -> list[Member]:
    rows = Rows(np.zeros((len(observed), 1)), observed[:, None])
    streams = np.random.default_rng(seed).spawn(members)
    return [train(network, rows, network.draw(stream), steps=steps) for stream in streams]


def _errors_of_held(left: np.ndarray, energy: np.ndarray, unit: float, factor: float) -> Any:
    from residua.atoms.neural.result import Errors

    return Errors.of(left[energy] * unit / factor, left[~energy] * unit)


def _left_out(rows: Structures, left: np.ndarray, network: Matching, unit: float) -> LeftOut:
    """What was said of structures held out, from what was left of each row."""
    energies, forces = [], []
    for one, place in zip(rows, network.rows):
        missed = unit * left[place]
        energies.append(one.energy - missed[0] * len(one) / network.energy)
        if network.forces:
            assert one.forces is not None
            forces.append(one.forces - missed[1:].reshape(one.forces.shape))
    return LeftOut(rows, np.array(energies), tuple(forces) if network.forces else None)


def _folds(rows: Structures, folds: int, by: str, seed: int) -> np.ndarray:
    """The fold of every structure; what belongs together shares one."""
    names = [str(i) for i in range(len(rows))]
    if by != "row":
        names = [one.group for one in (rows if by == "group" else rows.grouped(by))]
    distinct, which = np.unique(names, return_inverse=True)
    if len(distinct) < 2:
        raise DataError(
            f"all structures belong to the group {distinct[0]!r}: there is nothing to hold out",
            next='fit_neural(structures, by="row")',
        )
    order = np.random.default_rng([seed, 1]).permutation(len(distinct)) % folds
    return np.asarray(order[which.ravel()])


def _nearest(rows: Structures) -> float:
    """The median distance of nearest neighbors, Å."""
    for reach in SEARCHED:
        found = np.concatenate([_nearest_of(one, reach) for one in rows])
        if len(found):
            return round(float(np.median(found)), 3)
    raise DataError(
        f"no two atoms of the structures are within {SEARCHED[-1]:g} Å of each other",
        causes=["structures are single atoms", "positions are not in Å"],
    )


def _nearest_of(one: Structure, reach: float) -> np.ndarray:
    pairs = pairs_within(one.positions, one.cell, one.pbc, reach)
    vectors = one.positions[pairs.second] - one.positions[pairs.first] + pairs.shift @ one.cell
    least = np.full(len(one), np.inf)
    np.minimum.at(least, pairs.first, np.linalg.norm(vectors, axis=1))
    return least[np.isfinite(least)]


def _refuse(rows: Structures, folds: int, energy_scale: float, members: int) -> None:
    if len(rows) < 2:
        raise DataError("a potential cannot be fitted to one structure")
    for name, value, least in (("folds", folds, 2), ("members", members, 1)):
        if value < least:
            raise ModelError(f"{name} is {value}; it must be at least {least}")
    if not energy_scale > 0:
        raise ModelError(f"energy_scale is {energy_scale}; it must be positive", next="0.01")


def _refuse_large(layout: Layout) -> None:
    if layout.size > MOST_PARAMETERS:
        raise ModelError(
            f"{layout.size} parameters are more than Gauss-Newton serves, {MOST_PARAMETERS}",
            causes=[
                f"{layout.basis.size} invariants of each of {layout.basis.species} elements",
                f"hidden={list(layout.hidden)} of {len(layout.basis.inputs)} inputs",
            ],
            next="fit_neural(..., degrees=(8, 8, 6)), or fewer hidden units",
        )
