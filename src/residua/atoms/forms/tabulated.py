"""Pair potentials given as tables of energies against distance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._errors import ModelError
from residua._types import NumberByPair, WordValue
from residua.atoms.arguments import SWITCHING, Precision, Skin
from residua.atoms.forms.splines import Table, even_step, joined, splined, table
from residua.atoms.forms.table_files import read_table
from residua.atoms.kernels.pair import pair_kernel
from residua.atoms.pair import Pair
from residua.atoms.potential import SKIN
from residua.atoms.species import by_pair
from residua.doc import Doc, documented, unit


@documented
class Tabulated(Pair):
    """A pair potential through given points (r, u): the cubic spline, with continuous curvature.

    Raises:
        DataError: see `forms/splines.py`: tables that do not rise, or are not finite.
        ModelError: a cutoff beyond the table; a pair of elements without one.

    Source: C. de Boor, A Practical Guide to Splines, 2001, chapter IV.

    Example:
        >>> import numpy as np
        >>> from residua.atoms import Tabulated
        >>> r = np.linspace(2.0, 6.0, 400)
        >>> copper = Tabulated(r, 0.3429 * ((1 - np.exp(-1.3588 * (r - 2.866))) ** 2 - 1))
        >>> energy, forces = copper.energy_and_forces([[0.0, 0.0, 0.0], [2.866, 0.0, 0.0]])
        >>> round(energy, 5), bool(abs(forces).max() < 1e-4)
        (-0.33327, True)
    """

    def __init__(
        self,
        r: Annotated[
            ArrayLike | Mapping[Any, Any],
            Doc(
                "distances (k,), positive and rising, k >= 4; or a dict by elements or pairs "
                "of them"
            ),
            unit("Å"),
        ],
        u: Annotated[ArrayLike | Mapping[Any, Any], Doc("energies (k,); or a dict"), unit("eV")],
        slopes: Annotated[
            tuple[float | None, float | None] | Mapping[Any, Any],
            Doc(
                "slope of u at the first and the last point; None for no curvature there; a "
                "pair or a dict"
            ),
            unit("eV/Å"),
        ] = (None, None),
        *,
        below: Annotated[
            str,
            Doc(
                'what u is at distances below the first point: "refuse" (none: an error '
                'that says so), or "line" (straight on with the slope there)'
            ),
        ] = "refuse",
        rc: Annotated[
            NumberByPair | None,
            Doc("the cutoff; the last point of the table by default"),
            unit("Å"),
        ] = None,
        cutoff: Annotated[str, Doc("how u ends there; see `Pair`")] = "shift",
        inner: Annotated[NumberByPair | None, SWITCHING, unit("Å")] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        if below not in ("refuse", "line"):
            raise ModelError(f"below is {below!r}", next='below="refuse", or below="line"')
        self.below = below
        self.data = _tables(r, u, slopes)
        super().__init__(
            _nothing, rc=rc, cutoff=cutoff, inner=inner, skin=skin, precision=precision
        )
        self.parameters.update(r=r, u=u, slopes=slopes, below=below)
        self.tables([] if isinstance(self.data, dict) else [""])

    @documented
    @classmethod
    def read(
        cls,
        path: Annotated[str | Path, Doc("where the file is")],
        section: Annotated[
            str | None, Doc("the keyword that stands above the table; the first one by default")
        ] = None,
        **options: Annotated[WordValue, Doc("of the class")],
    ) -> Tabulated:
        """The table of a file of LAMMPS (`pair_style table`), in eV and Å (units metal).

        Returns:
            The potential; its spline has the slopes that the forces at the ends say.

        Raises:
            FileError: there is no such section, or it is no table.

        Example:
            >>> import pathlib, tempfile
            >>> rows = "".join(f"{k} {k} {1 / k} {1 / k**2}\\n" for k in (1, 2, 3, 4))
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     path = pathlib.Path(folder) / "lj.table"
            ...     _ = path.write_text("COULOMB\\nN 4\\n\\n" + rows)
            ...     Tabulated.read(path).cutoff
            4.0
        """
        return cls(*read_table(Path(path), section), **options)

    def usual_cutoff(self) -> Any:
        """Where the table ends."""
        if isinstance(self.data, Table):
            return float(self.data.r[-1])
        return {pair: float(one.r[-1]) for pair, one in self.data.items()}

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The kernel of pairs, for splines."""
        return pair_kernel, (splined, self.cutoff_kind, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The splines, and which of them belongs to every pair of these elements."""
        found = super().tables(symbols, {})
        alone = isinstance(self.data, Table)
        each = [self.data] if isinstance(self.data, Table) else list(self.data.values())
        places = {} if isinstance(self.data, Table) else {p: k for k, p in enumerate(self.data)}
        which = np.zeros((), int) if alone else _which(places, symbols)
        self._reaches(found["_rc"], np.array([one.r[-1] for one in each])[which])
        knots, pieces = joined(each)
        found |= {"_knots": knots, "_pieces": pieces, "_which": which}
        first = np.array([np.searchsorted(knots, one.r[0]) for one in each])
        found["_first"] = first[which]
        found["_below"] = np.asarray(1.0 if self.below == "line" else 0.0)
        step = even_step(knots)
        return found | ({"_step": np.asarray(step)} if step else {})

    @staticmethod
    def _reaches(rc: np.ndarray, end: np.ndarray) -> None:
        if np.any(rc > end * (1 + 1e-12)):
            raise ModelError(
                f"the cutoff is {np.max(rc):g} Å, and the table ends at {np.min(end):g} Å",
                next=f"Tabulated(..., rc={np.min(end):g})",
            )


def _which(places: Mapping[tuple[str, str], int], symbols: Sequence[str]) -> np.ndarray:
    """Which table serves each pair of elements."""
    pairs = [[tuple(sorted((a, b))) for b in symbols] for a in symbols]
    missing = sorted({"-".join(pair) for row in pairs for pair in row if pair not in places})
    if missing:
        raise ModelError(
            f"there is no table for {', '.join(missing)}",
            causes=[f"there are tables for {', '.join('-'.join(pair) for pair in places)}"],
            next=f'u={{..., "{missing[0]}": ...}}; numbers=atoms.numbers where there are none',
        )
    return np.array([[places[pair] for pair in row] for row in pairs], int)  # type: ignore[index]


def _tables(r: Any, u: Any, slopes: Any) -> Table | dict[tuple[str, str], Table]:
    if not isinstance(r, Mapping) and not isinstance(u, Mapping):
        return table("u(r)", r, u, slopes)
    if not isinstance(u, Mapping):
        raise ModelError("r is a dict by elements, and u is not", next='u={"Ar": u, ...}')
    energies = _by_pair(u)
    distances = _by_pair(r) if isinstance(r, Mapping) else dict.fromkeys(energies, r)
    ends = _by_pair(slopes) if isinstance(slopes, Mapping) else dict.fromkeys(energies, slopes)
    found = {}
    for pair, energy in energies.items():
        if pair not in distances:
            raise ModelError(f"u is given for {'-'.join(pair)}, and r is not", next="r={...}")
        found[pair] = table("-".join(pair), distances[pair], energy, ends.get(pair, (None, None)))
    return found


def _by_pair(value: Mapping[Any, Any]) -> dict[tuple[str, str], Any]:
    names = by_pair(dict.fromkeys(value, 0.0))
    return dict(zip(names, value.values()))


def _nothing(r: Any) -> Any:
    """Tables have no parameters: their kernel looks them up."""
    return 0.0 * r
