"""Structures: what a database says, as an immutable sequence that can be chosen from and split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, overload

import numpy as np

from residua._errors import DataError
from residua.atoms.elements import SYMBOLS
from residua.atoms.selection import condition
from residua.atoms.structure import QUANTITIES
from residua.atoms.structure import Structure as Structure
from residua.doc import Doc, Ge, Le, documented

Choice = str | Callable[[Structure], bool]


@documented
class Structures(Sequence[Structure]):
    """Structures in the order of their database; printing it says what is there and in which range.

    Example:
        >>> dimers = Structures(
        ...     Structure([[0, 0, 0], [0, 0, r]], [18, 18], energy=-1 / r**6, group=f"{r > 3.5}")
        ...     for r in (3.0, 4.0, 5.0)
        ... )
        >>> len(dimers), dimers.species, dimers.groups
        (3, ('Ar',), {'False': 1, 'True': 2})
        >>> len(dimers.select("energy < -0.0001, group = True"))
        1
        >>> len(dimers[:2]), dimers[0].formula
        (2, 'Ar2')
    """

    def __init__(self, rows: Annotated[Iterable[Structure], Doc("each a Structure")]) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Structure: ...
    @overload
    def __getitem__(self, index: slice) -> Structures: ...
    def __getitem__(self, index: int | slice) -> Structure | Structures:
        found = self._rows[index]
        return found if isinstance(found, Structure) else Structures(found)

    def __iter__(self) -> Iterator[Structure]:
        return iter(self._rows)

    def __add__(self, others: Iterable[Structure]) -> Structures:
        return Structures((*self, *others))

    def __repr__(self) -> str:
        from residua.atoms.summary import text

        return text(self)

    @property
    def natoms(self) -> np.ndarray:
        """(m,) atoms in each."""
        return np.array([len(row) for row in self], int)

    @property
    def species(self) -> tuple[str, ...]:
        """Symbols of all elements, in order of atomic number."""
        return tuple(SYMBOLS[z] for z in sorted({int(z) for row in self for z in row.numbers}))

    @property
    def groups(self) -> dict[str, int]:
        """How many structures each group has, in the order in which the groups appear."""
        return dict(Counter(row.group for row in self))

    @property
    def counts(self) -> dict[str, int]:
        """How many structures say energy, forces and stress."""
        return {what: sum(row.has(what) for row in self) for what in QUANTITIES}

    @property
    def energies(self) -> np.ndarray:
        """(m,) eV of the whole cell; nan where absent."""
        return np.array([row.energy for row in self], float)

    @property
    def volumes(self) -> np.ndarray:
        """(m,) Å^3 of the whole cell; nan where there is none."""
        return np.array([row.volume for row in self], float)

    @property
    def composition(self) -> np.ndarray:
        """(m, s) atoms of each species, in the order of `species`."""
        known = [SYMBOLS.index(symbol) for symbol in self.species]
        return np.array([[np.sum(row.numbers == z) for z in known] for row in self], float)

    @documented
    def having(
        self,
        *quantities: Annotated[str, Doc('"energy", "forces" or "stress", all of which are wanted')],
    ) -> Structures:
        """The structures that say all of these: "energy", "forces", "stress".

        Raises DataError: none does.
        """
        for what in quantities:
            if what not in QUANTITIES:
                raise DataError(f"{what!r} is not one of {', '.join(QUANTITIES)}")
        found = Structures(row for row in self if all(row.has(what) for what in quantities))
        if not found:
            counts = ", ".join(f"{what}: {n}" for what, n in self.counts.items())
            raise DataError(
                f"no structure of {len(self)} has {' and '.join(quantities)} ({counts})",
                causes=[
                    "the calculation was not run, or its results were not written",
                    "the file calls them by another name",
                ],
                next='read_structures(..., labels={"energy": "dft_energy"})',
            )
        return found

    @documented
    def select(
        self,
        choice: Annotated[
            str | Callable[..., Any],
            Doc(
                "conditions with commas between, all to be met: `name op value` with op one "
                "of = != < <= > >=, where a name is a key of info, or group, name, formula, "
                "natoms, energy (eV), volume (Å^3), or an element (how many atoms of it); a "
                "name alone asks that there is such a key. Or a function of a Structure."
            ),
        ],
    ) -> Structures:
        """The structures that fulfil a condition.

        Returns:
            Those that do, in their order.

        Raises:
            DataError: the condition cannot be read, or nothing meets it.
        """
        holds = condition(choice) if isinstance(choice, str) else choice
        found = Structures(row for row in self if holds(row))
        if not found:
            known = sorted({key for row in self for key in row.info})
            raise DataError(
                f"no structure of {len(self)} meets {choice!r}",
                causes=[f"keys that there are: {', '.join(known) or 'none'}"],
            )
        return found

    @documented
    def grouped(
        self,
        by: Annotated[
            str | Sequence[str],
            Doc('"group", "row" (each structure alone), or keys of info whose values make a group'),
        ],
    ) -> Structures:
        """The same structures, grouped by the values of one key or several.

        Raises DataError: a structure has no such key.
        """
        from residua.atoms.grouping import grouped

        return grouped(self, by)

    @documented
    def split(
        self,
        validation: Annotated[
            float,
            Doc(
                "what fraction of the structures the second part should have. Groups stay "
                "whole, so that it may have fewer or more."
            ),
            Ge(0),
            Le(1),
        ] = 0.2,
        by: Annotated[
            str | Sequence[str],
            Doc('"group", "row" (each structure alone), or keys of info whose values make a group'),
        ] = "group",
        seed: Annotated[
            int,
            Doc("decides the order in which groups are drawn; the same split for the same seed"),
            Ge(0),
        ] = 0,
    ) -> tuple[Structures, Structures]:
        """Two parts, to fit and to judge; no group has structures in both.

        Returns:
            (train, validation), each in the order of the database, neither empty.

        Raises:
            DataError: there are fewer than two groups, or the fraction is not between 0 and 1.

        Example:
            >>> rows = Structures(Structure([[0, 0, 0]], [18], group=g) for g in "aabbccddee")
            >>> train, held = rows.split(0.4)
            >>> len(train), set(train.groups) & set(held.groups)
            (6, set())
        """
        from residua.atoms.grouping import split

        return split(self, validation, by, seed)

    def to_frame(self) -> Any:
        """A pandas DataFrame, one row per structure. Raises MissingLibrary."""
        from residua.atoms.summary import frame

        return frame(self)
