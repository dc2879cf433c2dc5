"""A neural potential in a JSON file: its invariants, weights, and what it was fitted to.

`residua.atoms.load_potential` reads it; `fitting/files.py` has the head that all files share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError
from residua.atoms.elements import SYMBOLS
from residua.atoms.fitting.files import head
from residua.atoms.fitting.recipe import FARTHEST
from residua.atoms.neural.basis import ANGULAR, MOST_L, Basis
from residua.atoms.neural.grade import Seen
from residua.atoms.neural.potential import NeuralPotential
from residua.atoms.neural.upper import shapes
from residua.report.atomic import checked_path, write_atomically
from residua.report.encoding import Node, encode_array, encode_number

if TYPE_CHECKING:
    from residua.atoms.neural.result import Errors, NeuralFit

# No basis worth fitting tries more products of moments; a file that asks for more is damaged.
MOST_TRIED = 5_000_000
# Nor has an atom more networks, or a network more layers.
MOST_LAYERS = 20


def save(what: NeuralFit | NeuralPotential, path: Any, overwrite: bool = True) -> None:
    """Write a neural potential to a JSON file that `load_potential` reads back, every bit exact.

    The file appears whole or not at all. Beside the potential it holds the surroundings that were
    seen; that of a fit also says what it was fitted to, and its errors on structures held out.

    Args:
        what: a NeuralFit or a NeuralPotential.
        path: where to, for example "si.potential.json".
        overwrite: False refuses to replace a file.

    Raises:
        FileError: the file cannot be written, or exists and `overwrite` is False.

    Example:
        >>> import os, tempfile
        >>> from residua.atoms import fit_neural, load_potential, read_structures
        >>> rows = read_structures("example:argon", "structure=fcc")
        >>> fit = fit_neural(rows, [], cutoff=5.0, degrees=(4, 0, 0))
        >>> path = os.path.join(tempfile.mkdtemp(), "argon.potential.json")
        >>> fit.save(path)
        >>> load_potential(path)
        NeuralPotential(Ar; 4 invariants, hidden=[], 5 parameters, cutoff 5 Å)
    """
    checked_path(path, overwrite)
    if isinstance(what, NeuralPotential):
        content = {**head(), "potential": recipe(what)}
    else:
        content = {**head(), **_fitted(what), "potential": recipe(what.potential())}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, (text + "\n").encode(), overwrite)


def _fitted(fit: NeuralFit) -> dict[str, Any]:
    structures, atoms = fit.count
    return {
        "fitted": {
            "structures": structures,
            "atoms": atoms,
            "forces": fit.forces,
            "members": len(fit.members),
            "parameters": fit.layout.size,
        },
        "held_out": _numbers(fit.held),
    }


def _numbers(errors: Errors) -> dict[str, float | str]:
    return {name: encode_number(value) for name, value in errors._asdict().items()}


def recipe(potential: NeuralPotential) -> dict[str, Any]:
    """What a neural potential is made of, as plain JSON values."""
    basis, seen = potential.basis, potential.seen
    return {
        "class": "NeuralPotential",
        "elements": list(potential.species),
        "cutoff": basis.cutoff,
        "scale": basis.scale,
        "degrees": list(basis.degrees),
        "low": basis.low,
        "hidden": list(potential.hidden),
        "skin": potential.skin,
        "precision": potential.precision,
        "weights": {name: encode_array(part) for name, part in potential.weights.items()},
        "seen": None
        if seen is None
        else {"center": encode_array(seen.center), "whitener": encode_array(seen.whitener)},
    }


def potential_of(node: Node) -> NeuralPotential:
    """The potential that a recipe describes. Raises FileError for what is none."""
    elements = [item.text() for item in node["elements"]]
    if not elements or len({*elements}) < len(elements) or not {*elements} <= {*SYMBOLS[1:]}:
        node["elements"].fail("are not distinct elements")
    basis = _basis(node, len(elements))
    hidden = tuple(item.count() for item in node["hidden"])
    if 0 in hidden or len(hidden) > MOST_LAYERS:
        node["hidden"].fail("are no hidden layers")
    seen = None if node["seen"].missing else _seen(node["seen"], basis)
    try:
        found = NeuralPotential(
            basis,
            hidden,
            elements,
            _weights(node["weights"], basis, hidden),
            seen,
            node["skin"].number(),
            node["precision"].text(),
        )
    except ModelError as error:
        node.fail(f"is no potential: {error.what}")
    found.domain = seen
    return found


def _basis(node: Node, species: int) -> Basis:
    degrees = [item.count() for item in node["degrees"]]
    cutoff, scale = node["cutoff"].number(), node["scale"].number()
    if not 0 < cutoff <= FARTHEST or not 0 < scale <= FARTHEST:
        node["cutoff"].fail("and scale are no distances")
    if len(degrees) != 3 or _tried(degrees, species) > MOST_TRIED:
        node["degrees"].fail("are not three degrees of invariants")
    try:
        return Basis(
            cutoff, scale, species, (degrees[0], degrees[1], degrees[2]), node["low"].count()
        )
    except ModelError as error:
        node.fail(f"has no invariants: {error.what}")


def _tried(degrees: list[int], species: int) -> float:
    """About how many products of moments a basis looks at, before it counts them."""
    most = MOST_L + 1
    whole = [max(degree - order, 0) + 1.0 for order, degree in enumerate(degrees, 1)]
    angles = sum((max(whole[1] - 2 * ANGULAR * ell, 0) * species) ** 2 for ell in range(most))
    corners = sum(
        (max(whole[2] - ANGULAR * sum(ell), 0) * species) ** 3
        for ell in product(range(most), repeat=3)
    )
    return whole[0] * species + angles + corners


def _weights(node: Node, basis: Basis, hidden: tuple[int, ...]) -> Mapping[str, np.ndarray]:
    """Offsets, line and networks, all of the shapes that the invariants ask for."""
    s, d = basis.species, basis.size
    found = {
        "offset": _finite(node["offset"], (s,)),
        "line": _finite(node["line"], (s, d)),
    }
    if hidden:
        rest = sum(int(np.prod(shape)) for _, shape in shapes(hidden))
        weights = _finite(node["weights"], (s, None, len(basis.inputs), hidden[0]))
        members = weights.shape[1]
        if not members:
            node["weights"].fail("are those of no network")
        found |= {
            "weights": weights,
            "bias": _finite(node["bias"], (s, members, hidden[0])),
            "behind": _finite(node["behind"], (s, members, rest)),
        }
    return found


def _seen(node: Node, basis: Basis) -> Seen:
    s, k = basis.species, len(basis.inputs)
    return Seen(_finite(node["center"], (s, k)), _finite(node["whitener"], (s, k, k)))


def _finite(node: Node, shape: tuple[int | None, ...]) -> np.ndarray:
    found = node.array(shape=shape)
    if not np.isfinite(found).all():
        node.fail("holds numbers that are not finite")
    return found
