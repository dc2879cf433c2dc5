"""The potentials that the authors of mlearn published, as they published them, on any structure.

SNAP and quadratic SNAP run in LAMMPS. Their neural networks, of n2p2, are a few sums: symmetry
functions G of an atom, scaled to [0, 1] by their ranges in training, and two layers of tanh,

    G2 = Σ_j exp(-η (r_ij - r_s)²) f(r_ij),   f(r) = (cos(π r/r_c) + 1)/2
    G3 = 2^(1-ζ) Σ_j<k (1 + λ cos θ)^ζ exp(-η (r_ij² + r_ik² + r_jk²)) f(r_ij) f(r_ik) f(r_jk)

Files: data/atoms/models, of https://github.com/materialsvirtuallab/mlearn, mvl_models.
Source: A. Singraber et al., J. Chem. Theory Comput. 15, 1827 (2019), for n2p2.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.lammps_argon import lammps

MODELS = Path(__file__).parents[1] / "data" / "atoms" / "models"
# Å and eV of the units that n2p2 was given.
BOHR, HARTREE = 1 / 1.8897261328, 1 / 0.0367493254
Said = tuple[float, np.ndarray]


def published(element: str, name: str) -> Callable[[Any], Said] | None:
    """Energy (eV) and forces (eV/Å) of a structure by a published potential, if it runs here."""
    if name == "NNP":
        return partial(_of_network, element)
    found = lammps()
    if found is None:
        return None
    found.close()
    return partial(_of_snap, element, name.lower())


def _of_snap(element: str, kind: str, one: Any) -> Said:
    from ase.calculators.lammps import Prism

    where, run, prism = MODELS / element / kind, lammps(), Prism(one.cell, pbc=True)
    xx, yy, zz, xy, xz, yz = (f"{edge:.16g}" for edge in prism.get_lammps_prism())
    box = f"region box prism 0 {xx} 0 {yy} 0 {zz} {xy} {xz} {yz} units box"
    run.commands_list(["units metal", "atom_style atomic", "atom_modify map array sort 0 0"])
    run.commands_list(["box tilt large", box, "create_box 1 box", "mass 1 1.0"])
    places, n = prism.vector_to_lammps(one.positions, wrap=True), len(one)
    run.create_atoms(n, list(range(1, n + 1)), [1] * n, places.ravel().tolist(), None, None, True)
    with tempfile.NamedTemporaryFile("w", suffix=".snapparam") as words:
        text = (where / "SNAPotential.snapparam").read_text()
        # What LAMMPS takes for granted since 2019.
        words.write("\n".join(s for s in text.splitlines() if not s.startswith("diagonal")) + "\n")
        words.flush()
        pair = f"pair_coeff * * {where}/SNAPotential.snapcoeff {words.name} {element}"
        run.commands_list(["pair_style snap", pair, "run 0 post no"])
    energy = run.get_thermo("pe")
    forces = np.array(run.gather_atoms("f", 1, 3)).reshape(-1, 3)
    run.close()
    return energy, prism.vector_to_ase(forces)


def _of_network(element: str, one: Any) -> Said:
    from residua.atoms.neighbors import pairs_within
    from residua.autodiff.traced_state import double_precision

    model, energy = _network(element)
    pairs = pairs_within(one.positions, one.cell, one.pbc, model["rc"] * BOHR)
    n, count = len(one), np.bincount(pairs.first, minlength=len(one))
    place = np.arange(len(pairs.first)) - (np.cumsum(count) - count)[pairs.first]
    most = int(count.max())
    # Where there is no neighbor stands one that none of the sums sees, in a direction of its own.
    D = np.ones((n, most, 3)) + np.arange(most)[:, None] * [0.1, 0.2, 0.3]
    inside, who = np.zeros((n, most), bool), np.zeros((n, most), int)
    vectors = one.positions[pairs.second] - one.positions[pairs.first] + pairs.shift @ one.cell
    D[pairs.first, place], inside[pairs.first, place] = vectors / BOHR, True
    who[pairs.first, place] = pairs.second
    with double_precision():
        value, slope = map(np.asarray, energy(D, inside))
    slope = np.where(inside[..., None], slope, 0.0)
    forces = slope.sum(1)
    np.add.at(forces, who, -slope)
    return float(value + n * model["own"]) * HARTREE, forces * HARTREE / BOHR


@cache
def _network(element: str) -> tuple[dict[str, Any], Callable[..., Any]]:
    """A network read from its files, and its compiled energy of neighbors, in atomic units."""
    import jax

    model = _read(MODELS / element / "nnp")
    return model, jax.jit(jax.value_and_grad(partial(_energy, model)))


def _energy(model: dict[str, Any], D: Any, inside: Any) -> Any:
    import jax
    import jax.numpy as jnp

    def fall(r: Any) -> Any:
        return jnp.where(r < model["rc"], 0.5 * (jnp.cos(jnp.pi * r / model["rc"]) + 1), 0.0)

    r = jnp.linalg.norm(D, axis=-1)
    f = jnp.where(inside, fall(r), 0.0)
    product = jnp.einsum("nkx,nlx->nkl", D, D)
    cosine = product / (r[:, :, None] * r[:, None, :])
    squares = r[:, :, None] ** 2 + r[:, None, :] ** 2
    opposite = jnp.maximum(squares - 2 * product, 1e-12)
    once = jnp.triu(jnp.ones(cosine.shape[1:]), 1)
    weight = once * f[:, :, None] * f[:, None, :] * fall(jnp.sqrt(opposite))

    def pair(row: Any) -> Any:
        return jnp.sum(jnp.exp(-row[0] * (r - row[1]) ** 2) * f, -1)

    def angle(row: Any) -> Any:
        eta, zeta, sign = row
        bend = jnp.maximum(1 + sign * cosine, 1e-12) ** zeta
        return 2 ** (1 - zeta) * jnp.sum(
            bend * jnp.exp(-eta * (squares + opposite)) * weight, (1, 2)
        )

    G = jnp.concatenate([jax.lax.map(pair, model["G2"]), jax.lax.map(angle, model["G3"])]).T
    x = (G - model["least"]) / (model["most"] - model["least"])
    for W, b in zip(model["weights"][:-1], model["biases"][:-1]):
        x = jnp.tanh(x @ W + b)
    return jnp.sum(x @ model["weights"][-1] + model["biases"][-1])


def _read(where: Path) -> dict[str, Any]:
    """Symmetry functions in the order of n2p2, their ranges, and the weights of all layers."""
    rows = [line.split() for line in (where / "input.nn").read_text().splitlines()]
    said = [row for row in rows if row and row[0] == "symfunction_short"]
    G2 = sorted([float(row[4]), float(row[5])] for row in said if row[2] == "2")
    angles = [[float(v) for v in row[5:8]] for row in said if row[2] == "3"]
    G3 = sorted([eta, zeta, sign] for eta, sign, zeta in angles)
    scaling = (where / "scaling.data").read_text().splitlines()
    numbers = [line.split() for line in scaling if line and not line.startswith("#")]
    ranges = np.array([row[2:4] for row in numbers if len(row) > 4], float)[: len(said)]
    layers = [len(said), *map(int, next(r for r in rows if r[:1] == ["global_nodes_short"])[1:]), 1]
    weights = [np.zeros(shape) for shape in pairwise(layers)]
    biases = [np.zeros(size) for size in layers[1:]]
    for line in next(where.glob("weights.*")).read_text().splitlines():
        value, kind, _, layer, node, *rest = [*line.split(), ""][:7] if line else ["#"] * 7
        if kind == "a":
            weights[int(layer)][int(node) - 1, int(rest[1]) - 1] = float(value)
        elif kind == "b":
            biases[int(layer) - 1][int(node) - 1] = float(value)
    own = next(float(row[2]) for row in rows if row[:1] == ["atom_energy"])
    return {
        "G2": np.array(G2),
        "G3": np.array(G3),
        "rc": float(said[0][-1]),
        "own": own,
        "least": ranges[:, 0],
        "most": ranges[:, 1],
        "weights": weights,
        "biases": biases,
    }
