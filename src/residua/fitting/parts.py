"""The datasets of a fit by name or number, whatever kind of fit it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

One = TypeVar("One")


class ByDataset(Mapping[str, One], Generic[One]):
    """A fit as each dataset sees it: `fit.parts["cold"]`, each made when it is asked for."""

    def __init__(self, names: Sequence[str], make: Callable[[int], One]) -> None:
        self._names, self._make = list(names), make
        self._made: dict[int, One] = {}

    def __getitem__(self, name: str | int) -> One:
        if isinstance(name, int) and -len(self._names) <= name < len(self._names):
            k = name % len(self._names)
        elif name in self._names:
            k = self._names.index(str(name))
        else:
            raise KeyError(f"there is no dataset {name!r}: they are {', '.join(self._names)}")
        if k not in self._made:
            self._made[k] = self._make(k)
        return self._made[k]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._names)})"
