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
from residua.atoms.fitting.batch import Data, batch, batch_data
from residua.atoms.fitting.names import OFFSET, flat, shaped
from residua.atoms.potential import Potential
from residua.atoms.structures import Structures
from residua.atoms.system import System
from residua.autodiff.traced_state import double_precision


class Shape(NamedTuple):
    """What programs of rows are compiled for, beside the potential.

    offsets: whether energies of the elements are fitted. forces, virial: whether they are rows.
    """

    species: tuple[str, ...]
    structures: int
    atoms: int
    padded: int
    offsets: bool
    forces: bool
    virial: bool


class PotentialRows:
    """Rows of one potential over some structures, as functions of its parameters.

    Args:
        template: a potential; its values do not matter, only what else is said of it.
        structures: of which the rows are.
        per (s,): what energies are divided by; one by default.
        take (m,): which of all rows, in the order of `targets.py`; all by default.
        offsets: the elements whose energies are parameters too.
        virial: whether stresses are rows.
        reach: how far neighbors are listed at least, Å.

    labels: the parameters in order; offsets come last.
    """

    def __init__(
        self,
        template: Potential,
        structures: Structures,
        per: np.ndarray | None = None,
        take: np.ndarray | None = None,
        offsets: Sequence[str] = (),
        virial: bool = False,
        reach: float = 0.0,
    ) -> None:
        self.template, self.structures, self.offsets = template, structures, tuple(offsets)
        self.labels = [*flat(template.given), *(OFFSET + symbol for symbol in offsets)]
        self.reach = max(template.cutoff, reach)
        self.system = batch(structures, self.reach, template.both_ends)
        s, atoms = len(structures), self.system.atoms
        chosen = np.arange(s + 3 * atoms + 6 * s * virial) if take is None else take
        forces = bool(virial or (chosen >= s).any())
        each = np.ones(s) if per is None else per
        data = batch_data(structures, self.system, each, chosen, self.offsets)
        with double_precision():
            self._data = jax.tree_util.tree_map(jnp.asarray, data)
        shape = Shape(
            structures.species, s, atoms, self.system.padded, bool(offsets), forces, virial
        )
        key = (type(template), template.kernel(virial), _held(template))
        self._value, self._linearized = _programs(_Same(key, template), shape)

    def over(
        self,
        structures: Structures,
        per: np.ndarray | None = None,
        take: np.ndarray | None = None,
        virial: bool = False,
    ) -> PotentialRows:
        """The rows of the same potential over other structures, or those of them that are taken.

        Raises ModelError: an element that the potential has no parameters for.
        """
        return PotentialRows(self.template, structures, per, take, self.offsets, virial, self.reach)

    def domain(self, cutoff: float) -> Domain:
        """Which distances and crowds the structures have."""
        return Domain.of(*self._seen(), cutoff)

    def beyond(self, domain: Domain) -> list[str]:
        """How each structure goes beyond a domain, in words; empty where it does not."""
        return domain.beyond_each(*self._seen())

    def _seen(self) -> tuple[System, Any, np.ndarray, np.ndarray]:
        numbers = np.concatenate([one.numbers for one in self.structures])
        return self.system, self._data.rows, np.asarray(self._data.positions), numbers

    def value(self, values: Sequence[float]) -> np.ndarray:
        """The rows for these parameters."""
        with double_precision():
            return np.asarray(self._value(np.array(values, float), self._data))

    def linearized(self, values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """The rows (m,) and their derivatives by all parameters (p, m)."""
        with double_precision():
            value, tangents = self._linearized(np.array(values, float), self._data)
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


@lru_cache(maxsize=64)
def _programs(same: _Same, shape: Shape) -> tuple[Callable[..., Any], Callable[..., Any]]:
    template = same.template.refit(same.template.given)  # without anybody's neighbors
    build, options = template.kernel(shape.virial)
    kernel = build(*options)
    count = len(flat(template.given))
    s, atoms, padded = shape.structures, shape.atoms, shape.padded

    def rows(values: Any, data: Data) -> Any:
        tables = template.tables(list(shape.species), shaped(template.given, list(values[:count])))
        packed = kernel(data.positions, data.rows, tables)
        energy = _summed(packed[:atoms], data.owner, s)
        if shape.offsets:
            energy = energy + data.counts @ values[count:]
        parts = [energy / data.per]
        if shape.forces:  # what nobody asks for is not computed
            parts.append(packed[padded : padded + 3 * atoms])
        if shape.virial:
            strained = packed[4 * padded :].reshape(-1, 6)[:atoms]
            parts.append((_summed(strained, data.owner, s) / data.volume).ravel())
        return jnp.concatenate(parts)[data.take]

    def linearized(values: Any, data: Data) -> Any:
        def along(direction: Any) -> Any:
            return jax.jvp(lambda v: rows(v, data), (values,), (direction,))

        # Within a loop over neighbors jax.linearize would sum the rows themselves twice.
        return jax.vmap(along, out_axes=(None, 0))(jnp.eye(len(values)))

    return jax.jit(rows), jax.jit(linearized)


def _summed(per_atom: Any, owner: Any, structures: int) -> Any:
    return jax.ops.segment_sum(per_atom, owner, structures, indices_are_sorted=True)
