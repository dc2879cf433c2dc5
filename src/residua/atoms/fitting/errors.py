"""How far a potential is from its data: RMSE and mean absolute error by kind and group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from residua.atoms.fitting.targets import Targets
from residua.atoms.units import GPA
from residua.report import markup
from residua.report.text import laid_out

# (unit, how many of them are one of ours).
SHOWN = {"energy": ("meV/atom", 1e3), "forces": ("meV/Å", 1e3), "stress": ("GPa", 1.0 / GPA)}


class Error(NamedTuple):
    """One row: which set, kind and group ("" for all), how many numbers, and how far off they are.

    rmse, mae: in eV/atom, eV/Å or eV/Å³.
    """

    set: str
    kind: str
    group: str
    n: int
    rmse: float
    mae: float


@dataclass(frozen=True)
class Errors(Sequence[Error]):
    """Rows of Error, printed as a table."""

    rows: tuple[Error, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[Error]:
        return iter(self.rows)

    def rmse(self, kind: str, which: str = "fitted", group: str = "") -> float:
        """The root mean square error of one kind, in eV/atom, eV/Å or eV/Å³.

        Raises KeyError: there is no such row.
        """
        for row in self.rows:
            if (row.set, row.kind, row.group) == (which, kind, group):
                return row.rmse
        raise KeyError((which, kind, group))

    def __str__(self) -> str:
        return "\n".join(laid_out(self._columns()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        columns = self._columns()
        return markup.page(markup.table(list(columns), list(zip(*columns.values()))))

    def _columns(self) -> dict[str, list[str]]:
        shown = [(*row, *SHOWN[row.kind]) for row in self.rows]
        return {
            "set": [row.set for row in self.rows],
            "kind": [row.kind for row in self.rows],
            "group": [row.group or "all" for row in self.rows],
            "n": [str(row.n) for row in self.rows],
            "RMSE": [f"{factor * rmse:.4g}" for *_, rmse, _, _, factor in shown],
            "MAE": [f"{factor * mae:.4g}" for *_, mae, _, factor in shown],
            "unit": [unit for *_, unit, _ in shown],
        }

    def to_frame(self) -> Any:
        """A pandas DataFrame, one row each. Raises MissingLibrary."""
        from residua.report.frames import column_frame

        columns = {name: np.array([getattr(row, name) for row in self]) for name in Error._fields}
        return column_frame(columns, np.arange(len(self)), "row")


def errors_of(name: str, wanted: Targets, off: np.ndarray, groups: Sequence[str]) -> list[Error]:
    """Rows for all structures of a set, then for each of its groups where there are several."""
    several = list(dict.fromkeys(groups)) if len(set(groups)) > 1 else []
    owner = np.array(groups)[wanted.structure]
    rows = []
    for kind in wanted.kinds:
        mine = wanted.of(kind)
        rows.append(_row(name, kind, "", off[mine]))
        rows += [_row(name, kind, group, off[mine & (owner == group)]) for group in several]
    return [row for row in rows if row.n]


def _row(name: str, kind: str, group: str, off: np.ndarray) -> Error:
    if not len(off):
        return Error(name, kind, group, 0, np.nan, np.nan)
    return Error(
        name, kind, group, len(off), float(np.sqrt(np.mean(off**2))), float(np.mean(np.abs(off)))
    )
