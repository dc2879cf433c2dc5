"""How far energies, forces and stresses scatter about a potential, and so how much each counts.

No potential of few parameters is exact, and nobody knows beforehand how wrong it is in eV and in
eV/Å. Maximum likelihood settles it: each kind counts by its own scatter, which is estimated from
the fit and the fit done again until they agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from residua._errors import DataError
from residua._outcomes import Finding
from residua.atoms.fitting.targets import KINDS, Targets

Levels = Mapping[str, float]
Note = tuple[Finding, str]
# Fits that are done at most, the relative change of levels that is none, and the least level, as a
# part of the scatter of what was observed.
ROUNDS, SETTLED, EXACT = 30, 1e-4, 1e-9
# A kind whose residuals are more than this part of its own scatter is hardly described.
HARDLY = 0.5


def given_levels(targets: Targets, weights: Mapping[str, float] | None) -> dict[str, float] | None:
    """Standard deviations 1/weight where weights were given; None where they are to be found."""
    if weights is None:
        return dict.fromkeys(targets.kinds, 1.0) if len(targets.kinds) == 1 else None
    missing = [kind for kind in targets.kinds if kind not in weights]
    if missing:
        each = ", ".join(f'"{kind}": ...' for kind in targets.kinds)
        raise DataError(
            f"weights say nothing of {' and '.join(missing)}, which is fitted",
            next=f"weights={{{each}}}   # in 1/eV, Å/eV, Å³/eV",
        )
    return {kind: 1.0 / float(weights[kind]) for kind in targets.kinds}


def scatter_of(targets: Targets) -> dict[str, float]:
    """The scatter of the observations themselves."""
    found = {}
    for kind in targets.kinds:
        observed = targets.observed[targets.of(kind)]
        spread = float(observed.std()) if kind == "energy" else float(np.sqrt(np.mean(observed**2)))
        found[kind] = spread or 1.0
    return found


def scatter_about(targets: Targets, residuals: np.ndarray) -> dict[str, float]:
    """The root mean square of residuals (n,) of each kind."""
    return {
        kind: float(np.sqrt(np.mean(residuals[targets.of(kind)] ** 2))) for kind in targets.kinds
    }


def outvoted(targets: Targets, residuals: np.ndarray) -> list[Note]:
    """A sentence for every kind that a fit hardly describes while it describes another one."""
    observed, left = scatter_of(targets), scatter_about(targets, residuals)
    share = {kind: left[kind] / observed[kind] for kind in targets.kinds}
    better = [kind for kind in targets.kinds if share[kind] < HARDLY]
    if not better:
        return []
    each = ", ".join(f'"{kind}": {1 / observed[kind]:.3g}' for kind in targets.kinds)
    return [
        (
            Finding.NOISE_LEVELS,
            f"{kind}: residuals are {100 * share[kind]:.0f} % of their own scatter; the potential "
            f"cannot meet all kinds, and {' and '.join(better)} outvoted them; "
            f"weights={{{each}}} lets each count by its scatter",
        )
        for kind in targets.kinds
        if kind not in better
    ]


def spread(targets: Targets, levels: Levels) -> np.ndarray:
    """The standard deviation of every target (n,)."""
    return np.array([levels.get(kind, 1.0) for kind in KINDS])[targets.kind]


def settled(
    targets: Targets,
    fitted: Callable[[Levels], np.ndarray | None],
    parameters: int,
    begin: np.ndarray,
) -> Levels:
    """The levels that agree with the residuals of the fit at them.

    Args:
        targets: what is fitted.
        fitted: from levels to residuals (n,); None where somebody stopped the fit.
        parameters: how many are fitted.
        begin: residuals (n,) at the start, as far as there are any.

    Returns:
        The levels of the last fit.
    """
    scatter, first = scatter_of(targets), scatter_about(targets, begin)
    # A kind that is met exactly would count for everything.
    least = {kind: EXACT * scatter[kind] for kind in targets.kinds}
    levels = {k: max(np.fmin(first[k], scatter[k]), least[k]) for k in targets.kinds}
    share = np.sqrt(len(targets.observed) / max(len(targets.observed) - parameters, 1))
    for left in reversed(range(ROUNDS)):
        rows = fitted(levels)
        if rows is None:
            break
        new = {k: max(share * s, least[k]) for k, s in scatter_about(targets, rows).items()}
        change = max(abs(np.log(new[kind] / levels[kind])) for kind in levels)
        if change < SETTLED or not left:
            break
        levels = new
    return {kind: float(level) for kind, level in levels.items()}
