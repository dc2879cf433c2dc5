"""The embedded-atom method with tabulated functions, as its potentials are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.atoms.arguments import Precision, Skin
from residua.atoms.kernels.density import DensityForm
from residua.atoms.many_body.density import DensityPotential
from residua.atoms.many_body.setfl import Tables, read_tables
from residua.atoms.many_body.splines import cubics, evaluated
from residua.atoms.potential import SKIN
from residua.doc import Doc, documented


@documented
class EAM(DensityPotential):
    """The embedded-atom method with functions tabulated in a file, as splines.

    E = Σ_i F(ρ_i) + ½ Σ_i Σ_j φ(r_ij),  ρ_i = Σ_j f(r_ij)

    Published potentials come as files; `EAM.from_file` reads them.

    Raises:
        ModelError: an element that the file does not have.

    Source: M. S. Daw, M. I. Baskes, Phys. Rev. B 29, 6443 (1984).

    Example:
        >>> import numpy as np
        >>> from residua.atoms import EAM
        >>> from residua.atoms.many_body.setfl import Tables
        >>> r, rho = np.linspace(0, 6, 601), np.linspace(0, 50, 501)
        >>> density, pair = np.exp(-r) * (6 - r) ** 2, 40 * r * np.exp(-2 * r) * (6 - r) ** 2
        >>> model = EAM(Tables(("Cu",), 0.1, 0.01, 6.0, -np.sqrt(rho)[None], density[None, None],
        ...     pair[None, None]))
        >>> energy, forces = model.energy_and_forces(np.diag([0, 0, 2.5])[1:], numbers=[29, 29])
        >>> round(energy, 3), bool(abs(forces.sum()) < 1e-12)
        (1.296, True)
    """

    def __init__(
        self,
        tables: Annotated[Tables, Doc("what such a file says, see `read_tables`")],
        *,
        spline: Annotated[
            str,
            Doc(
                '"lammps", with slopes by differences of five points, gives the numbers of '
                'LAMMPS to the last digits; "natural" has continuous second '
                "derivatives, but rings where a coarse table has a kink"
            ),
        ] = "lammps",
        skin: Skin = SKIN,
        precision: Precision = "double",
        file: Annotated[str | None, Doc("where the tables were read, for its name")] = None,
    ) -> None:
        self.tabulated, self.spline = tables, spline
        self._embedding = cubics(tables.embedding, spline)
        self._density, self._rows = _distinct(tables.density)
        self._density = cubics(self._density, spline)
        self._pair, self._pairs = _distinct(tables.pair)
        self._pair = cubics(self._pair, spline)
        name = file or f"tables of {' '.join(tables.elements)}"
        words = {"spline": None if spline == "lammps" else spline}
        super().__init__(skin, precision, file=name, **words)

    @documented
    @classmethod
    def from_file(
        cls,
        path: Annotated[str | Path, Doc("where the file is")],
        form: Annotated[
            str | None, Doc('"alloy", "fs" or "funcfl"; by the ending of its name where not said')
        ] = None,
        **words: Annotated[float | str, Doc("`spline`, `skin` and `precision`, as of the class")],
    ) -> EAM:
        """The potential of a file of DYNAMO: eam.alloy (setfl), eam.fs, or eam (funcfl).

        Raises:
            DataError: no such file, or its numbers are not what its header says.
        """
        return cls(read_tables(path, form), file=str(path), **dict[str, Any](words))

    @property
    def cutoff(self) -> float:
        """That of the file, Å."""
        return self.tabulated.cutoff

    def form(self) -> DensityForm:
        """Three splines; a table says what it is where no density is, too."""
        return DensityForm(_phi, _felt, _embedded, "sharp", True)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The splines, and which of them belong to these elements."""
        at = [self._place(symbol) for symbol in symbols]
        alone = len(at) == 1
        density, pair = (rows[np.ix_(at, at)] for rows in (self._rows, self._pairs))
        return {
            "pair": {
                "_rc": np.asarray(self.cutoff),
                "step": np.asarray(self.tabulated.step),
                "density": self._density[..., None],
                "pair": self._pair[..., None],
                "density_row": density[0, 0] if alone else density,
                "pair_row": pair[0, 0] if alone else pair,
            },
            "atom": {
                "step": np.asarray(self.tabulated.rho_step),
                "embedding": self._embedding[..., None],
                "row": np.int32(at[0]) if alone else np.array(at, np.int32),
            },
        }

    def _place(self, symbol: str) -> int:
        elements = self.tabulated.elements
        if symbol in elements:
            return elements.index(symbol)
        if not symbol and len(elements) == 1:
            return 0
        raise ModelError(
            f"the tables have no {symbol}" if symbol else "atoms without atomic numbers",
            causes=[f"they are of {', '.join(elements)}"],
            next="numbers=atoms.numbers",
        )


def _phi(r: Any, parameters: Any) -> Any:
    table = parameters["pair"][..., 0]
    return evaluated(r, parameters["step"], table, parameters["pair_row"]) / r


def _felt(r: Any, parameters: Any) -> Any:
    table = parameters["density"][..., 0]
    return evaluated(r, parameters["step"], table, parameters["density_row"])


def _embedded(rho: Any, parameters: Any) -> Any:
    table = parameters["embedding"][..., 0]
    return evaluated(rho, parameters["step"], table, parameters["row"])


def _distinct(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tables (t, t, n) without repetition (s, n), and which of them each pair has (t, t)."""
    t = len(tables)
    flat, rows = tables.reshape(t * t, -1), np.zeros(t * t, np.int32)
    kept: list[np.ndarray] = []
    for k, table in enumerate(flat):
        known = [i for i, other in enumerate(kept) if np.array_equal(other, table)]
        rows[k] = known[0] if known else len(kept)
        if not known:
            kept.append(table)
    return np.array(kept), rows.reshape(t, t)
