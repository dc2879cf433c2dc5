"""Parameters of a potential as flat names: `epsilon`, or `epsilon_Ar`, `epsilon_Ar_Kr`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What names the energy of an element are put behind.
OFFSET = "E0_"


def flat(given: Mapping[str, Any]) -> dict[str, float]:
    """Numbers by flat name, in order.

    >>> flat({"epsilon": {"Ar": 0.01, ("Ar", "Kr"): 0.012}, "m": 6.0})
    {'epsilon_Ar': 0.01, 'epsilon_Ar_Kr': 0.012, 'm': 6.0}
    """
    return {label: float(value) for _, _, label, value in leaves(given)}


def shaped(given: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """Values in the order of `flat`, in the shape of `given`.

    >>> shaped({"epsilon": {"Ar": 0.01, "Kr": 0.014}, "m": 6.0}, [1.0, 2.0, 3.0])
    {'epsilon': {'Ar': 1.0, 'Kr': 2.0}, 'm': 3.0}
    """
    found: dict[str, Any] = {
        name: {} if isinstance(value, Mapping) else None for name, value in given.items()
    }
    for (name, key, _, _), value in zip(leaves(given), values):
        if key is None:
            found[name] = value
        else:
            found[name][key] = value
    return found


def leaves(given: Mapping[str, Any]) -> list[tuple[str, Any, str, Any]]:
    """(parameter, element or pair or None, flat name, number) of every number, in order."""
    found = []
    for name, value in given.items():
        if not isinstance(value, Mapping):
            found.append((name, None, name, value))
            continue
        for key, number in value.items():
            elements = key.split("-") if isinstance(key, str) else key
            found.append((name, key, "_".join([name, *elements]), number))
    return found
