"""The tables that come with residua, for documents, tests and first steps."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Annotated

import numpy as np

from residua._errors import DataError
from residua.data.csv_table import read_table
from residua.doc import Doc, documented


@documented
def example(
    name: Annotated[
        str,
        Doc(
            '"volume_energy": energy (eV) against volume (Å^3) of a crystal, 28 points, '
            'the data of an equation of state. "volume_energy_argon": energy (eV) and '
            "volume (Å^3) per atom of five crystals of argon, five points each "
            '(`fcc_volume`, `fcc_energy`; hcp, bcc, diamond, sc). "cu_dimer": energy (eV) '
            "against distance (Å) of two copper atoms, 30 points. "
            '"vapor_liquid_butanone_toluene": compositions of liquid (x1) and vapor (y1) '
            "and pressure (kPa) of butanone with toluene at 323.15 K, 11 points. Where they "
            "come from: `datasets/README.md`."
        ),
    ],
) -> dict[str, np.ndarray]:
    """A table that comes with residua, as float64 columns by name.

    Returns:
        A dict of columns, accepted by `residua.fit(..., data=...)`.

    Raises:
        DataError: no table has this name.

    Example:
        >>> table = example("volume_energy")
        >>> list(table), len(table["volume"])
        (['volume', 'energy'], 28)
    """
    tables = _tables()
    if name not in tables:
        near = difflib.get_close_matches(str(name), tables, n=1)
        raise DataError(
            f"no example is called {name!r}; there are {', '.join(tables)}",
            next=f'residua.example("{(near or list(tables))[0]}")',
        )
    table = read_table(StringIO(tables[name]))
    return {column: table.numbers(column) for column in table.columns}


@cache
def _tables() -> dict[str, str]:
    """The text of every table by name; looked up, so that no name can become a path."""
    folder = files("residua") / "datasets"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".csv")]
    found.sort(key=lambda entry: entry.name)
    return {entry.name.removesuffix(".csv"): entry.read_text(encoding="utf-8") for entry in found}
