"""How far energies, forces and stresses scatter about a potential, and so how much each counts.

No potential of few parameters is exact, and nobody knows beforehand how wrong it is in eV and in
eV/Å. Maximum likelihood settles it: each kind counts by its own scatter, which is estimated from
the fit and the fit done again until they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from residua._errors import DataError
from residua.atoms.fitting.targets import KINDS, Targets

Found = TypeVar("Found")
ROUNDS = 30
SETTLED = 1e-4


def given_levels(targets: Targets, weights: Mapping[str, float] | None) -> dict[str, float] | None:
    """Standard deviations 1/weight where weights were given; None where they are to be found."""
    if weights is None:
        return dict.fromkeys(targets.kinds, 1.0) if len(targets.kinds) == 1 else None
    strange = [kind for kind in weights if kind not in KINDS]
    missing = [kind for kind in targets.kinds if kind not in weights]
    if strange or missing or not all(weights[kind] > 0 for kind in targets.kinds):
        raise DataError(
            f"weights are {dict(weights)}; they must be positive, one for each of "
            f"{', '.join(targets.kinds)}",
            next='weights={"energy": 1.0, "forces": 0.1}   # 1/eV, Å/eV',
        )
    return {kind: 1.0 / weights[kind] for kind in targets.kinds}


def first_levels(targets: Targets) -> dict[str, float]:
    """The scatter of the observations themselves."""
    found = {}
    for kind in targets.kinds:
        observed = targets.observed[targets.of(kind)]
        spread = float(observed.std()) if kind == "energy" else float(np.sqrt(np.mean(observed**2)))
        found[kind] = spread or 1.0
    return found


def spread(targets: Targets, levels: Mapping[str, float]) -> np.ndarray:
    """The standard deviation of every target (n,)."""
    return np.array([levels.get(kind, 1.0) for kind in KINDS])[targets.kind]


def settled(
    targets: Targets,
    fitted: Callable[[Mapping[str, float], Found | None], Found],
    residuals: Callable[[Found], np.ndarray],
    parameters: int,
) -> tuple[Found, dict[str, float]]:
    """The fit at levels that agree with its residuals, and these levels."""
    levels = first_levels(targets)
    found = fitted(levels, None)
    share = len(targets.observed) / max(len(targets.observed) - parameters, 1)
    for _ in range(ROUNDS):
        rows = residuals(found)
        squares = {kind: share * np.mean(rows[targets.of(kind)] ** 2) for kind in targets.kinds}
        # A kind that is met exactly would count for everything.
        new = {kind: max(float(np.sqrt(s)), 1e-9 * levels[kind]) for kind, s in squares.items()}
        change = max(abs(np.log(new[kind] / levels[kind])) for kind in levels)
        levels = new
        found = fitted(levels, found)
        if change < SETTLED:
            break
    return found, levels
