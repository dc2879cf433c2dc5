"""Several datasets of a network as one table of rows: values, derivatives, sums of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError, ModelError
from residua.data.measured import Measured
from residua.data.observations import Observations
from residua.fitting.joint.engine import about
from residua.fitting.networks.table import Table, table
from residua.networks.evidence import Rows
from residua.networks.functional import EXAMPLE, Functional, functional
from residua.networks.scaling import Scaling, standard

# Fewer rows than this are seen by all members: a fold without them would not know the offset.
FEWEST_TO_HOLD = 8
# From so many values on, their spread is the scale of y.
ENOUGH_VALUES = 5
ALWAYS_SEEN = -2


class Source(NamedTuple):
    """One dataset, read: its table, what it observes, whether its sigma is absolute."""

    name: str
    table: Table
    functional: Functional
    absolute: bool

    @property
    def observations(self) -> Observations:
        """As given."""
        return self.table.observations

    @property
    def kind(self) -> Functional:
        """Equal for datasets that observe the same."""
        return self.functional

    @property
    def sigma(self) -> np.ndarray:
        """(n, k): sigma as given; where none was, 1, or what outputs differ by in their spread."""
        given = self.observations.sigma
        Y = self.table.Y
        if given is not None:
            return np.reshape(given, Y.shape)
        spread = Y.std(axis=0)
        if Y.shape[1] == 1 or not spread.all():
            return np.ones(Y.shape)
        return np.broadcast_to(spread / spread.mean(), Y.shape)


class Stack(NamedTuple):
    """All datasets, their rows one below the other."""

    sources: tuple[Source, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of X."""
        return self.sources[0].table.columns

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables."""
        return self.sources[0].observations.names

    @property
    def X(self) -> np.ndarray:
        """(N, d)."""
        return np.concatenate([one.table.X for one in self.sources])

    @property
    def kinds(self) -> tuple[Functional, ...]:
        """What is observed, each once."""
        return tuple(dict.fromkeys(one.functional for one in self.sources))

    @property
    def places(self) -> list[slice]:
        """The rows of every dataset."""
        ends = np.cumsum([len(one.table.X) for one in self.sources]).tolist()
        return [slice(a, b) for a, b in zip([0, *ends[:-1]], ends)]

    @property
    def values(self) -> list[int]:
        """The datasets that observe the value itself."""
        return [k for k, one in enumerate(self.sources) if one.functional.plain]

    def sigma(self, levels: Sequence[float]) -> np.ndarray:
        """(N, k): standard deviations, those of each dataset times its level."""
        return np.concatenate([v * one.sigma for v, one in zip(levels, self.sources)])

    def rows(self, scaling: Scaling, levels: Sequence[float], known: bool) -> Rows:
        """The rows of an Observed network; weights are about 1 unless the noise is known."""
        kinds = self.kinds
        Z, Y = [], []
        for one in self.sources:
            kind = np.full((len(one.table.X), 1), float(kinds.index(one.functional)))
            Z.append(np.hstack([scaling.to_z(one.table.X), kind]))
            Y.append(one.functional.scaling(scaling).to_Y(one.table.Y))
        weight, unit = self.weight(scaling, levels)
        return Rows(np.concatenate(Z), np.concatenate(Y), weight if known else weight / unit)

    def weight(self, scaling: Scaling, levels: Sequence[float]) -> tuple[np.ndarray, float]:
        """(N, k): standardized precisions, and their geometric mean: one exact row among others
        must not be the measure of all.
        """
        weight = (scaling.y_scale / self.sigma(levels)) ** 2
        return weight, float(np.exp(np.mean(np.log(weight))))

    def folds(self, count: int, seed: int) -> np.ndarray:
        """The fold of every row: one for all that was observed at one place."""
        _, place = np.unique(self.X, axis=0, return_inverse=True)
        place = place.ravel()
        order = np.random.default_rng([seed, 0]).permutation(place.max() + 1)
        fold = order[place] % max(count, 1)
        for rows in self.places:
            if rows.stop - rows.start < FEWEST_TO_HOLD:
                fold[rows] = ALWAYS_SEEN
        return np.asarray(fold)

    def scaling(self) -> Scaling:
        """Of x by all rows; of y by its values, or by its slopes where these are few."""
        first = self.sources[0].table.Y
        scaling = standard(self.X, first, None)
        mean, scale = np.zeros(first.shape[1]), np.zeros(first.shape[1])
        values = [self.sources[k].table.Y for k in self.values]
        if values:
            Y = np.concatenate(values)
            mean, spread = Y.mean(axis=0), Y.std(axis=0)
            scale = spread if len(Y) >= ENOUGH_VALUES else scale
        usual = np.sqrt(np.mean([self._size(k, scaling) for k in range(len(self.sources))], axis=0))
        scale = np.where(scale > 1e-14 * np.abs(mean), scale, usual)
        return scaling._replace(y_mean=mean, y_scale=np.where(scale > 0, scale, 1.0))

    def _size(self, k: int, scaling: Scaling) -> np.ndarray:
        """The mean square of y that the observations of a dataset let expect, (outputs,)."""
        one = self.sources[k]
        seen = one.functional.standardized(scaling)
        unit = seen.value**2 + sum(slope**2 for slope in seen.slopes)
        left = one.table.Y - one.functional.constant
        square = left.var(axis=0) if seen.value else (left**2).mean(axis=0)
        return np.asarray(square / unit)


def stacked(datasets: Sequence[Measured], absolute: bool, independent: Any, missing: str) -> Stack:
    """Read all datasets, and what each observes.

    Raises DataError for tables that do not fit each other, ModelError for an `of` that is no sum of
    values and slopes, or when all datasets leave the offset of the values open.
    """
    wanted = _wanted(datasets, independent, missing)
    several = len(datasets) > 1
    sources: list[Source] = []
    for one in datasets:
        with about(str(one.name), several):
            found = table(one.x, one.y, one.data, one.sigma, wanted, missing)
            wanted = wanted or found.observations.names
            known = absolute if one.absolute_sigma is None else one.absolute_sigma
            if known and one.sigma is None:
                raise DataError(
                    "absolute_sigma=True says that sigma is known, and none was given",
                    next="rs.dataset(x, y, sigma=0.1)",
                )
            if sources:
                _check_same(sources[0].table, found)
            what = functional(one.of, found.columns)
            sources.append(Source(str(one.name), found, what, bool(known)))
    _check_offset(sources)
    return Stack(tuple(sources))


def _wanted(datasets: Sequence[Measured], independent: Any, missing: str) -> Any:
    """Names of the variables: as told, as a dataset has them, or as `of` asks for the only one."""
    if independent is not None:
        return (independent,) if isinstance(independent, str) else tuple(independent)
    for one in datasets:
        if one.data is not None or _has_names(one.x):
            found = table(one.x, one.y, one.data, one.sigma, None, missing)
            return found.observations.names
    if all(np.ndim(one.x) == 1 and not isinstance(one.x, tuple) for one in datasets):
        asked: list[str] = []
        for one in datasets:
            functional(one.of, ("x",), free=True, asked=asked)
        if len(set(asked)) > 1:
            raise ModelError(
                f"there is one variable, and derivatives by {' and by '.join(sorted(set(asked)))}",
                next=EXAMPLE,
            )
        return tuple(asked[:1]) or None
    return None


def _has_names(x: Any) -> bool:
    return isinstance(x, (str, Mapping)) or hasattr(x, "columns") or hasattr(x, "name")


def _check_same(first: Table, other: Table) -> None:
    if first.columns != other.columns:
        raise DataError(
            f"its variables are {', '.join(other.columns)}, and those of the first dataset "
            f"{', '.join(first.columns)}",
            causes=["a network has the same inputs, whatever is observed of it"],
        )
    if first.Y.shape[1] != other.Y.shape[1]:
        raise DataError(
            f"it has {other.Y.shape[1]} columns of y, and the first dataset {first.Y.shape[1]}",
            causes=["what is observed of several outputs is observed of each"],
        )


def _check_offset(sources: Sequence[Source]) -> None:
    if any(one.functional.plain for one in sources):
        return
    at = float(sources[0].table.X[0, 0])
    raise ModelError(
        "no dataset observes the value itself, and derivatives leave its offset open",
        causes=["an offset that is a convention can be told at one point"],
        next=f"rs.dataset([{at:.6g}], [0.0], sigma=1e-6, absolute_sigma=True)   # one more dataset",
    )
