"""What the arguments of potentials have in common, said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from numpy.typing import ArrayLike

from residua.doc import Doc, Ge, Le, shape, unit

Positions = Annotated[ArrayLike, Doc("where the atoms are"), shape("n", 3), unit("Å")]
Cell = Annotated[
    ArrayLike | None,
    Doc("lattice vectors as rows (3, 3), or three lengths; none by default"),
    unit("Å"),
]
Periodic = Annotated[
    ArrayLike | None,
    Doc("along which vectors the cell repeats; along all of them where a cell is given"),
]
Numbers = Annotated[
    ArrayLike | None, Doc("atomic numbers, for potentials of several elements"), shape("n")
]

SWITCHING = Doc("where switching begins; 0.8 rc by default")
Mixing = Annotated[
    str | Mapping[str, str] | None,
    Doc("means by parameter for pairs of different elements that are not given; see `Pair`"),
]
Skin = Annotated[
    float,
    Doc("how far beyond the cutoff neighbors are listed, as a part of the cutoff"),
    Ge(0),
    Le(1),
]
Precision = Annotated[str, Doc('"double", or "single" for half the memory')]
