"""The datasets of a fit by name or number, whatever kind of fit it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

One = TypeVar("One")


UNNAMED = "y"  # observations that were given without a name


def observed_name(column: str, dataset: str, several: bool, observed: str) -> str:
    """What a dataset's y is called: by its column, or else by the dataset.

    Datasets that all observe one thing are samples of it: what they are called is not its name.

    Args:
        column: the heading of y, "y" where it has none.
        dataset: its name, its number where it has none.
        several: whether the datasets of the fit observe several things.
        observed: what it observes, in words.

    >>> observed_name("E (eV)", "cold", True, "E"), observed_name("y", "pressure", True, "-dE/dV")
    ('E (eV)', 'pressure')
    >>> observed_name("y", "2", True, "-dE/dV"), observed_name("y", "cold", False, "y")
    ('-dE/dV', 'y')
    """
    if column != UNNAMED or not several:
        return column
    return observed if dataset.isdigit() else dataset


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
