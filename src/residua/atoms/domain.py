"""What a fit has seen of distances and densities, and whether a structure goes beyond it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

import numpy as np

from residua.atoms.elements import SYMBOLS
from residua.atoms.kernels.closest import closest_kernel
from residua.atoms.programs import program
from residua.atoms.system import System
from residua.doc import Doc, documented, unit

# A structure is beyond the fit where a pair is nearer than the nearest one seen, by more than this
# part of the distance.
SLACK = 1e-6
# Farther apart than this (Å) is not together.
NOBODY = 1e5


class ExtrapolationWarning(UserWarning):
    """A structure has distances or densities that the fit of its potential never saw."""


@documented
@dataclass(frozen=True)
class Domain:
    """What was seen: how near pairs of elements came, and how crowded surroundings were.

    Example:
        >>> Domain({("Ar", "Ar"): 3.1}, (8, 60), 9.5).nearest
        {('Ar', 'Ar'): 3.1}
    """

    nearest: Annotated[
        Mapping[tuple[str, str], float],
        Doc("least distance seen of each pair of elements"),
        unit("Å"),
    ]
    crowd: Annotated[
        tuple[int, int], Doc("how many atoms others had within the cutoff, at least and at most")
    ]
    cutoff: Annotated[float, Doc("within which atoms were counted"), unit("Å")]

    @classmethod
    def of(
        cls, system: System, rows: Any, columns: np.ndarray, numbers: np.ndarray, cutoff: float
    ) -> Domain:
        """What these structures show."""
        symbols = _symbols(numbers)
        least, crowd = _looked(system, rows, columns, len(symbols), cutoff)
        mine = _kinds(numbers)
        nearest = {}
        for a, first in enumerate(symbols):
            for b in range(a, len(symbols)):
                found = least[b][mine == a].min(initial=np.inf)
                nearest[first, symbols[b]] = float(np.sqrt(found))
        return cls(nearest, (int(crowd.min()), int(crowd.max())), cutoff)

    def beyond(self, system: System, rows: Any, columns: np.ndarray, numbers: Any) -> str:
        """How a structure goes beyond what was seen, in words; empty where it does not."""
        return self.beyond_each(system, rows, columns, numbers)[0]

    def beyond_each(
        self, system: System, rows: Any, columns: np.ndarray, numbers: Any
    ) -> list[str]:
        """The same for every structure of a batch."""
        known = numbers is not None
        symbols = _symbols(numbers) if known else [""]
        least, crowd = _looked(system, rows, columns, len(symbols), self.cutoff)
        mine = _kinds(numbers) if known else np.zeros(system.atoms, int)
        parts = [slice(*ends) for ends in pairwise(system.starts)]
        return [
            self._too_near(least[:, part], mine[part], symbols) or self._too_crowded(crowd[part])
            for part in parts
        ]

    def _too_near(self, least: np.ndarray, mine: np.ndarray, symbols: Sequence[str]) -> str:
        for b, other in enumerate(symbols):
            for a, first in enumerate(symbols):
                own = np.flatnonzero(mine == a)
                if not len(own):
                    continue
                atom = own[np.argmin(least[b][own])]
                r, seen = float(np.sqrt(least[b][atom])), self._seen(first, other)
                if r < min(seen * (1 - SLACK), NOBODY):
                    theirs = f"another {other}" if other == first else f"an atom of {other}"
                    pair = f"{first or 'atom'} {atom} and {theirs if other else 'another'}"
                    none = f"nearer than {seen:.3f} Å" if seen < NOBODY else "of this kind"
                    return f"{pair} are {r:.3f} Å apart; the fit saw none {none}"
        return ""

    def _seen(self, first: str, other: str) -> float:
        for pair in ((first, other), (other, first)):
            if pair in self.nearest:
                return self.nearest[pair]
        return min(self.nearest.values()) if not first else np.inf

    def _too_crowded(self, crowd: np.ndarray) -> str:
        low, high = self.crowd
        for atom, far, word in (
            (int(np.argmax(crowd)), crowd.max() > high, "at most"),
            (int(np.argmin(crowd)), crowd.min() < low, "at least"),
        ):
            if far:
                return (
                    f"atom {atom} has {int(crowd[atom])} others within {self.cutoff:.3g} Å; in the "
                    f"fit atoms had {word} {high if word == 'at most' else low}"
                )
        return ""


def _symbols(numbers: np.ndarray) -> list[str]:
    return [SYMBOLS[int(number)] for number in np.unique(numbers)]


def _kinds(numbers: np.ndarray) -> np.ndarray:
    return np.asarray(np.unique(numbers, return_inverse=True)[1])


def _looked(
    system: System, rows: Any, columns: np.ndarray, kinds: int, cutoff: float
) -> tuple[np.ndarray, np.ndarray]:
    run = program(closest_kernel, kinds, float(cutoff))
    out = run(columns, rows, None)
    n, padded = system.atoms, system.padded
    return out[: kinds * padded].reshape(kinds, padded)[:, :n], out[kinds * padded :][:n]
