"""Pictures of a fitted potential beside its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua.atoms import figures

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


def overview(fit: PotentialFit, path: Any = None, **options: Any) -> Any:
    """Parity of energies and forces, residuals along the volume, and the histogram of energies."""
    those = fit.structures if fit.held_back is None else fit.structures + fit.held_back
    held = np.arange(len(those)) >= len(fit.structures)
    said = fit.predict(those)
    sizes = those.natoms
    forces = None
    if those.counts["forces"]:
        forces = (said.forces, [one.forces for one in those])
    return figures.overview(
        (said.energy / sizes, those.energies / sizes),
        those.volumes / sizes,
        [one.group for one in those],
        forces=forces,
        held=held.tolist() if held.any() else None,
        path=path,
        **options,
    )
