"""Pictures of a fitted potential beside its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from residua.atoms import figures
from residua.atoms.structures import Structures

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


def overview(fit: PotentialFit, path: Any = None, **options: Any) -> Any:
    """Parity of energies and forces, residuals along the volume, and the histogram of energies."""
    those = fit.structures if fit.held_back is None else fit.structures + fit.held_back
    held = np.arange(len(those)) >= len(fit.structures)
    said = fit.predict(those)
    options = {"held": held.tolist() if held.any() else None, **options}
    return beside(those, said.energy, said.forces, path=path, **options)


def beside(those: Structures, energies: Any, forces: Sequence[Any] | None, **options: Any) -> Any:
    """The pictures of `figures.overview` of structures and what was said of them.

    Args:
        those: m structures.
        energies: (m,), eV, as predicted.
        forces: m arrays (n, 3), eV/Å; None, or structures without forces, leave the panel out.
        options: as of `figures.overview`.
    """
    sizes = those.natoms
    shown = None
    if forces is not None and those.counts["forces"]:
        shown = (forces, [one.forces for one in those])
    return figures.overview(
        (energies / sizes, those.energies / sizes),
        those.volumes / sizes,
        [one.group for one in those],
        forces=shown,
        **options,
    )
