"""Layout: where the parameters of every dataset stand in the one vector of a joint fit.

The order is [local of the first dataset, local of the second, ..., shared]: then the triangle of
all rows is an arrow, one small block per dataset and the shared columns at its right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from residua.problem.parameters import Parameter, Parameters


@dataclass(frozen=True)
class Leaf:
    """One parameter of a joint fit, for reports: a number each for several datasets.

    Like a Parameter, whose start, bounds and `fixed` are arrays with one entry per dataset.
    """

    name: str
    start: Any
    lower: np.ndarray
    upper: np.ndarray
    fixed: np.ndarray
    labels: tuple[str, ...]
    tie: Any = None

    @property
    def shape(self) -> tuple[int, ...]:
        """One axis: the datasets."""
        return (len(self.labels),)

    @property
    def size(self) -> int:
        """How many datasets."""
        return len(self.labels)

    @property
    def missing(self) -> bool:
        """Whether a start has to be found for an entry of it."""
        return self.start is None

    @property
    def free(self) -> bool:
        """Whether an entry of it is fitted."""
        return self.tie is None and not bool(self.fixed.all())


@dataclass(frozen=True)
class Layout:
    """The parameters of all datasets together; reads like `Parameters` where reports read it.

    each: the Parameters of every dataset. local: names of which each dataset has its own.
    """

    datasets: tuple[str, ...]
    each: tuple[Parameters, ...]
    local: frozenset[str]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every parameter of any dataset, in order of first appearance."""
        return tuple(dict.fromkeys(name for one in self.each for name in one.names))

    @cached_property
    def own(self) -> frozenset[str]:
        """Names that have a value per dataset: local ones, and what is tied to one of them."""
        own = set(self.local)
        for one in self.each:
            for place, _, sources in one.ties:
                if any(one.names[source] in own for source in sources):
                    own.add(one.names[place])
        return frozenset(own)

    @cached_property
    def _placed(self) -> tuple[tuple[np.ndarray, ...], tuple[str, ...], int]:
        """Positions per dataset, one label per number, and how many are local."""
        labels: list[str] = []
        where: list[dict[str, list[int]]] = []
        for dataset, one in zip(self.datasets, self.each):
            spots = {}
            for leaf in one.free:
                if leaf.name in self.local:
                    spots[leaf.name] = _more(labels, [f"{leaf.name}[{dataset}]"])
            where.append(spots)
        count = len(labels)
        common: dict[str, list[int]] = {}
        for name in self.names:
            found = self.fitted(name)
            if name not in self.local and found is not None:
                common[name] = _more(labels, found.labels)
        places = tuple(
            np.array([i for leaf in one.free for i in (spots | common)[leaf.name]], dtype=int)
            for spots, one in zip(where, self.each)
        )
        return places, tuple(labels), count

    def fitted(self, name: str) -> Parameter | None:
        """The parameter in the first dataset that fits it, if any does."""
        leaves = (leaf for one in self.each for leaf in one.leaves if leaf.name == name)
        return next((leaf for leaf in leaves if leaf.free), None)

    @property
    def places(self) -> tuple[np.ndarray, ...]:
        """For every dataset, where its free numbers stand in the vector."""
        return self._placed[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """One name per fitted number: `a[cold]`, `a[hot]`, `b`."""
        return self._placed[1]

    @property
    def size_local(self) -> int:
        """How many of the fitted numbers are local; they come first."""
        return self._placed[2]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """One name per fitted number, the same for one parameter of every dataset."""
        own = self.labels[: self.size_local]
        return (*(label[: label.index("[")] for label in own), *self.labels[self.size_local :])

    # Vectors ------------------------------------------------------------------------------------

    def together(self, vectors: Sequence[np.ndarray | None]) -> np.ndarray:
        """One vector from one per dataset, NaN or None where it knows nothing.

        Of what is shared, the median of those that know it; a local parameter that nobody knows
        gets the median of the other datasets. NaN where nothing is known at all.
        """
        told: list[list[float]] = [[] for _ in self.labels]
        for place, vector in zip(self.places, vectors):
            if vector is not None:
                for i, value in zip(place, vector):
                    if np.isfinite(value):
                        told[i].append(float(value))
        alike: dict[str, list[float]] = {}
        for name, values in zip(self.keys, told):
            alike.setdefault(name, []).extend(values)
        chosen = (values or alike[name] for name, values in zip(self.keys, told))
        return np.array([float(np.median(found)) if found else math.nan for found in chosen])

    def vector(self) -> np.ndarray:
        """The free vector at the starts, NaN where none is known yet."""
        return self.together([_start_vector(one) for one in self.each])

    @property
    def open(self) -> np.ndarray:
        """True for the numbers whose start has to be found."""
        found = np.zeros(len(self.labels), dtype=bool)
        for one, place in self._pairs:
            flags = [leaf.missing for leaf in one.free for _ in range(leaf.size)]
            found[place] |= np.array(flags, dtype=bool)
        return found

    def started_at(self, theta: np.ndarray) -> Layout:
        """The same with these starts for everything that is fitted."""
        each = tuple(
            one.started({leaf.name: one.named(theta[place])[leaf.name] for leaf in one.free})
            for one, place in zip(self.each, self.places)
        )
        return replace(self, each=each)

    def started(self, start: Mapping[str, Any]) -> Layout:
        """The same with the starts of shared parameters by name."""
        each = tuple(
            one.started({leaf.name: start[leaf.name] for leaf in one.free if leaf.name in start})
            for one in self.each
        )
        return replace(self, each=each)

    def bounds(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(lower, upper) of the vector, or None when nothing is bounded."""
        pairs = [one.bounds() for one in self.each]
        if all(pair is None for pair in pairs):
            return None
        lower, upper = np.full((2, len(self.labels)), math.inf)
        lower = -lower
        for pair, place in zip(pairs, self.places):
            if pair is not None:
                lower[place], upper[place] = pair
        return lower, upper

    # By name ------------------------------------------------------------------------------------

    def values(self, theta: Any) -> list[Any]:
        """Every parameter's value, in the order of `names`; local ones as arrays."""
        each = [dict(zip(one.names, one.values(theta[place]))) for one, place in self._pairs]
        return [self._collected(name, each) for name in self.names]

    @property
    def _pairs(self) -> list[tuple[Parameters, np.ndarray]]:
        return list(zip(self.each, self.places))

    def _collected(self, name: str, each: Sequence[Mapping[str, Any]]) -> Any:
        """A local parameter as an array, NaN where a dataset does not have it."""
        if name in self.own:
            return np.array([found.get(name, math.nan) for found in each])
        return next(found[name] for found in each if name in found)

    def named(self, theta: np.ndarray) -> dict[str, Any]:
        """Values by name: a float each, or an array with one entry per dataset."""
        return self.collect([one.named(theta[place]) for one, place in self._pairs])

    def spread(self, numbers: np.ndarray, fixed: float) -> dict[str, Any]:
        """One number per free entry, by name; `fixed` stands for what is fixed or tied."""
        return self.collect([one.spread(numbers[place], fixed) for one, place in self._pairs])

    def collect(self, each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """What every dataset says by name, in one mapping."""
        return {name: self._collected(name, each) for name in self.names}

    @property
    def ties(self) -> tuple[()]:
        """Ties belong to the datasets; see `each`."""
        return ()

    @cached_property
    def leaves(self) -> tuple[Parameter | Leaf, ...]:
        """One leaf per parameter, in the order of `names`."""
        return tuple(
            self._local_leaf(name) if name in self.own else self._shared_leaf(name)
            for name in self.names
        )

    @property
    def free(self) -> tuple[Parameter | Leaf, ...]:
        """Those that are fitted."""
        return tuple(leaf for leaf in self.leaves if leaf.free)

    def _shared_leaf(self, name: str) -> Parameter:
        found = self.fitted(name)
        if found is not None:
            return found
        return next(leaf for one in self.each for leaf in one.leaves if leaf.name == name)

    def _local_leaf(self, name: str) -> Leaf:
        each = [next((f for f in one.leaves if f.name == name), None) for one in self.each]

        def entries(get: Callable[[Parameter], Any], absent: float) -> np.ndarray:
            return np.array([absent if leaf is None else get(leaf) for leaf in each], dtype=float)

        starts = [None if leaf is None else leaf.start for leaf in each]
        known = all(start is not None for start in starts)
        return Leaf(
            name,
            np.array(starts, dtype=float) if known else None,
            entries(lambda leaf: leaf.lower, -math.inf),
            entries(lambda leaf: leaf.upper, math.inf),
            np.array([leaf is None or leaf.fixed for leaf in each]),
            tuple(f"{name}[{dataset}]" for dataset in self.datasets),
            next((leaf.tie for leaf in each if leaf is not None), None),
        )


def _more(labels: list[str], new: Sequence[str]) -> list[int]:
    """Append labels; return their positions."""
    first = len(labels)
    labels.extend(new)
    return list(range(first, len(labels)))


def _start_vector(one: Parameters) -> np.ndarray:
    parts = [
        np.full(1, math.nan) if leaf.start is None else np.ravel(leaf.start) for leaf in one.free
    ]
    return np.concatenate([np.zeros(0), *parts])
