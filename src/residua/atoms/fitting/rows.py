"""The rows of a potential over all structures, and their derivatives by its parameters: one call.

Structures stand side by side in one system, so that energies, forces and stresses of all of them
come from one sweep, and their derivatives by the parameters from forward mode through it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from residua.atoms.domain import Domain
from residua.atoms.elements import SYMBOLS
from residua.atoms.fitting.names import flat, shaped
from residua.atoms.kernels.rows import Rows
from residua.atoms.potential import Potential
from residua.atoms.structures import Structures
from residua.atoms.system import Geometry, System, system
from residua.autodiff.traced_state import double_precision

OFFSET = "E0_"


class Data(NamedTuple):
    """What does not change while a potential is fitted, as arrays of one program.

    positions (3, n), rows; owner (n,) the structure of every atom; counts (s, t) atoms of each
    element; per (s,) what energies are divided by; volume (s,); take (m,) the rows that are wanted.
    """

    positions: Any
    rows: Rows
    owner: Any
    counts: Any
    per: Any
    volume: Any
    take: Any


class PotentialRows:
    """Rows of one potential over some structures, as functions of its parameters.

    labels: the parameters in order; offsets of the energy for each element come last.
    """

    def __init__(
        self,
        template: Potential,
        structures: Structures,
        per: np.ndarray,
        take: np.ndarray | None = None,
        offsets: bool = False,
        virial: bool = False,
        reach: float = 0.0,
        labels: Sequence[str] = (),
    ) -> None:
        self.template, self.structures = template, structures
        self.species = structures.species
        self._words = {"offsets": offsets, "virial": virial}
        self.labels = list(labels) or [*flat(template.given), *self._offset_names(offsets)]
        self.reach = max(template.cutoff, reach)
        self.system = _system(structures, self.reach, template.both_ends)
        count = len(structures) + 3 * self.system.atoms + 6 * len(structures) * virial
        data = _data(structures, self.system, per, np.arange(count) if take is None else take)
        with double_precision():
            self._data = jax.tree_util.tree_map(jnp.asarray, data)
        sizes = (len(structures), self.system.atoms, self.system.padded)
        key = (type(template), template.kernel(virial), _held(template))
        self._programs = _programs(_Same(key, template), self.species, sizes, offsets, virial)

    def over(
        self,
        structures: Structures,
        per: np.ndarray | None = None,
        take: np.ndarray | None = None,
        virial: bool = False,
    ) -> PotentialRows:
        """The rows of the same potential over other structures, or those of them that are taken."""
        each = np.ones(len(structures)) if per is None else per
        offsets = self._words["offsets"]
        return PotentialRows(
            self.template, structures, each, take, offsets, virial, self.reach, self.labels
        )

    def domain(self, cutoff: float) -> Domain:
        """Which distances and crowds the structures have."""
        numbers = np.concatenate([one.numbers for one in self.structures])
        return Domain.of(
            self.system, self._data.rows, np.asarray(self._data.positions), numbers, cutoff
        )

    def _offset_names(self, offsets: bool) -> list[str]:
        return [OFFSET + symbol for symbol in self.species] if offsets else []

    def value(self, values: Sequence[float]) -> np.ndarray:
        """The rows for these parameters."""
        with double_precision():
            return np.asarray(self._programs[0](np.array(values, float), self._data))

    def linearized(self, values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """The rows (m,) and their derivatives by all parameters (p, m)."""
        with double_precision():
            value, tangents = self._programs[1](np.array(values, float), self._data)
            return np.asarray(value), np.asarray(tangents)


class _Same:
    """A potential standing for all that differ from it in the values of parameters alone."""

    def __init__(self, key: Hashable, template: Potential) -> None:
        self.key, self.template = key, template

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _held(template: Potential) -> str:
    """All that is said of a potential but the values of what may be fitted."""
    kept = {k: v for k, v in template.parameters.items() if k not in template.given}
    shape = {k: list(v) if isinstance(v, Mapping) else 1 for k, v in template.given.items()}
    return repr((sorted(kept.items(), key=lambda item: item[0]), shape))


@lru_cache(maxsize=32)
def _programs(
    same: _Same, species: tuple[str, ...], sizes: tuple[int, int, int], offsets: bool, virial: bool
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    template = same.template.refit(same.template.given)  # without anybody's neighbors
    build, options = template.kernel(virial)
    kernel = build(*options)
    structures, atoms, padded = sizes
    count = len(flat(template.given))

    def rows(values: Any, data: Data) -> Any:
        tables = template.tables(list(species), shaped(template.given, list(values[:count])))
        packed = kernel(data.positions, data.rows, tables)
        energy = _summed(packed[:atoms], data.owner, structures)
        if offsets:
            energy = energy + data.counts @ values[count:]
        parts = [energy / data.per, packed[padded : padded + 3 * atoms]]
        if virial:
            strained = packed[4 * padded :].reshape(-1, 6)[:atoms]
            parts.append((_summed(strained, data.owner, structures) / data.volume).ravel())
        return jnp.concatenate(parts)[data.take]

    def linearized(values: Any, data: Data) -> Any:
        value, along = jax.linearize(lambda v: rows(v, data), values)
        return value, jax.vmap(along)(jnp.eye(len(values)))

    return jax.jit(rows), jax.jit(linearized)


def _summed(per_atom: Any, owner: Any, structures: int) -> Any:
    return jax.ops.segment_sum(per_atom, owner, structures, indices_are_sorted=True)


def _system(structures: Structures, reach: float, both_ends: bool) -> System:
    known = [SYMBOLS.index(symbol) for symbol in structures.species]
    geometries = [
        Geometry(one.positions, one.cell, one.pbc, np.searchsorted(known, one.numbers))
        for one in structures
    ]
    return system(geometries, reach, both_ends)


def _data(structures: Structures, found: System, per: np.ndarray, take: np.ndarray) -> Data:
    positions = found.columns(np.concatenate([one.positions for one in structures]))
    owner = np.repeat(np.arange(len(structures)), structures.natoms)
    volumes = np.nan_to_num(structures.volumes, nan=1.0)[:, None]
    return Data(positions, found.rows, owner, structures.composition, per, volumes, take)
