"""Parameters of a potential as flat names: `epsilon`, or `epsilon_Ar`, `epsilon_Ar_Kr`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def flat(given: Mapping[str, Any]) -> dict[str, float]:
    """Numbers by flat name, in order.

    >>> flat({"epsilon": {"Ar": 0.01, ("Ar", "Kr"): 0.012}, "m": 6.0})
    {'epsilon_Ar': 0.01, 'epsilon_Ar_Kr': 0.012, 'm': 6.0}
    """
    return {label: float(value) for _, _, label, value in _leaves(given)}


def shaped(given: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """Values in the order of `flat`, in the shape of `given`.

    >>> shaped({"epsilon": {"Ar": 0.01, "Kr": 0.014}, "m": 6.0}, [1.0, 2.0, 3.0])
    {'epsilon': {'Ar': 1.0, 'Kr': 2.0}, 'm': 3.0}
    """
    found: dict[str, Any] = {
        name: {} if isinstance(value, Mapping) else None for name, value in given.items()
    }
    for (name, key, _, _), value in zip(_leaves(given), values):
        if key is None:
            found[name] = value
        else:
            found[name][key] = value
    return found


def _leaves(given: Mapping[str, Any]) -> list[tuple[str, Any, str, Any]]:
    leaves = []
    for name, value in given.items():
        if not isinstance(value, Mapping):
            leaves.append((name, None, name, value))
            continue
        for key, number in value.items():
            elements = key.split("-") if isinstance(key, str) else key
            leaves.append((name, key, "_".join([name, *elements]), number))
    return leaves
