"""By which names files speak of energy, forces, stress and groups, and in which shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from residua._errors import DataError

# Names that widely used programs give to what ASE calls energy, forces and stress.
ALIASES = {
    "energy": ("energy", "dft_energy", "DFT_energy", "REF_energy", "Energy"),
    "forces": ("forces", "force", "dft_force", "dft_forces", "DFT_forces", "REF_forces", "Forces"),
    "stress": ("stress", "dft_stress", "DFT_stress", "REF_stress"),
    # -V x stress, as QUIP, DeePMD and GPUMD write it.
    "virial": ("virial", "virials", "dft_virial", "DFT_virial", "REF_virial"),
}
# Keys that say which structures belong together, the first that is there is taken.
GROUPS = ("structure", "group", "config_type", "tag")

# Voigt's order of ASE: xx, yy, zz, yz, xz, xy.
VOIGT = np.array([[0, 5, 4], [5, 1, 3], [4, 3, 2]])


def named(what: str, found: Mapping[str, Any], who: str) -> Any:
    """The value that a row has under any name for this quantity; None where there is none.

    Raises:
        DataError: two names have different values.

    Example:
        >>> named("energy", {"dft_energy": -1.5, "T": 300}, "row 1")
        -1.5
    """
    names = [name for name in ALIASES[what] if found.get(name) is not None]
    for other in names[1:]:
        if not np.array_equal(found[names[0]], found[other], equal_nan=False):
            raise DataError(
                f"{who} has two values of {what}: {names[0]} and {other}",
                next=f'read_structures(..., labels={{"{what}": "{names[0]}"}})',
            )
    return found[names[0]] if names else None


def stress_matrix(value: Any, who: str) -> np.ndarray | None:
    """A stress in Voigt's order (6), row by row (9) or as a matrix, as a symmetric (3, 3).

    Raises:
        DataError: it has another shape, or is not symmetric.

    Example:
        >>> stress_matrix([1.0, 2, 3, 4, 5, 6], "row 1").tolist()
        [[1.0, 6.0, 5.0], [6.0, 2.0, 4.0], [5.0, 4.0, 3.0]]
    """
    if value is None:
        return None
    given = np.asarray(value, float)
    if given.shape == (6,):
        return given[VOIGT]
    if given.size != 9:
        raise DataError(f"{who}: its stress has shape {given.shape}, not (6,) or (3, 3)")
    whole = given.reshape(3, 3)
    if not np.allclose(whole, whole.T, rtol=1e-4, atol=1e-5 * (1 + np.nanmax(np.abs(whole)))):
        if not np.isnan(whole).all():
            raise DataError(f"{who}: its stress is not symmetric: {whole.tolist()}")
        return None
    return (whole + whole.T) / 2


def group_of(info: Mapping[str, Any]) -> str:
    """The group by the first of GROUPS that a row has; "" where it has none.

    Example:
        >>> group_of({"T": 300, "config_type": "bulk"})
        'bulk'
    """
    return next((str(info[key]) for key in GROUPS if info.get(key) is not None), "")
