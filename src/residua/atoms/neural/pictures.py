"""Pictures of a fitted neural potential beside its data, or beside other structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from residua._words import counted
from residua.atoms.fitting.pictures import beside
from residua.atoms.reading import read_structures

if TYPE_CHECKING:
    from residua.atoms.neural.result import NeuralFit


def overview(fit: NeuralFit, path: Any = None, structures: Any = None, **options: Any) -> Any:
    """The structures of the fit, each held out from what predicts it; or others, by the fit."""
    if structures is None:
        those, energies, forces = fit.left_out
        how = "each held out from the fit that predicts it"
    else:
        those = read_structures(structures)
        said = fit.predict(those)
        energies, forces = said.energies, said.forces if fit.forces else None
        how = "predicted by the fit"
    title = f"NeuralFit of {', '.join(fit.symbols)}: {counted(len(those), 'structure')}, {how}"
    return beside(those, energies, forces, path=path, **{"title": title, **options})
