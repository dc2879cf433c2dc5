"""Structures from the JSON files of mlearn and maml, without pymatgen.

A file is a list of records with `structure` (a pymatgen Structure as a dict), `outputs`, `group`.
Energies are in eV, forces in eV/Å; `virial_stress` is VASP's: kbar, positive under compression, in
the order xx, yy, zz, xy, yz, zx. Strained cells in the files bear this out: see the tests.

Source: Y. Zuo et al., J. Phys. Chem. A 124 (2020) 731.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.elements import atomic_number
from residua.atoms.structure import Structure
from residua.atoms.units import KBAR

# Place of xx, xy, ... in VASP's order.
_ORDER = np.array([[0, 3, 5], [3, 1, 4], [5, 4, 2]])
_TOLD = ("tag", "description", "element")


def read_mlearn(path: Path) -> Iterator[Structure]:
    """The records of a file of mlearn, named by their positions in it.

    Args:
        path: of a .json file.

    Returns:
        Structures, periodic in all directions.

    Raises:
        DataError: it is not JSON, or a record lacks what the layout asks for.
    """
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise DataError(f"{path} is not JSON: {error}") from error
    for position, record in enumerate(records):
        try:
            yield _structure(record, str(position))
        except (KeyError, TypeError, IndexError) as error:
            raise DataError(
                f"record {position} of {path} is not laid out like mlearn's: "
                f"{type(error).__name__} {error}",
                causes=["it is another kind of JSON file"],
            ) from error


def _structure(record: Mapping[str, Any], name: str) -> Structure:
    whole, outputs = record["structure"], record["outputs"]
    virial = outputs.get("virial_stress")
    return Structure(
        positions=np.array([site["xyz"] for site in whole["sites"]]),
        numbers=np.array([_element(site["species"]) for site in whole["sites"]]),
        cell=whole["lattice"]["matrix"],
        pbc=np.ones(3, bool),
        energy=outputs.get("energy"),
        forces=outputs.get("forces"),
        stress=None if virial is None else -KBAR * np.asarray(virial, float)[_ORDER],
        group=str(record.get("group", "")),
        name=name,
        info={key: record[key] for key in ("group", *_TOLD) if key in record},
    )


def _element(species: list[Mapping[str, Any]]) -> int:
    """The atomic number of a site. Raises DataError: several elements share it."""
    if len(species) != 1 or species[0]["occu"] != 1:
        raise DataError(f"a site is shared by several species: {species}")
    # Oxidation states follow the symbol.
    return atomic_number(str(species[0]["element"]).rstrip("0123456789+-"))
