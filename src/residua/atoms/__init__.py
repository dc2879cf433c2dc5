"""Interatomic potentials with exact forces and stress, and the databases they are fitted to.

    from residua.atoms import read_structures

    structures = read_structures("example:argon")

Needs ASE and vesin: `pip install "residua[atoms]"`.
"""

from __future__ import annotations

from typing import Any

from residua._face import opened

# The public face: name -> where it lives. Sorted; each is imported when it is first used.
_FACE = {
    "Batch": "residua.atoms.batch",
    "BatchResult": "residua.atoms.batch",
    "BornMayer": "residua.atoms.forms.repulsions",
    "Buckingham": "residua.atoms.forms.buckingham",
    "Density": "residua.atoms.many_body.density",
    "Domain": "residua.atoms.domain",
    "DoubleExponential": "residua.atoms.forms.exponentials",
    "EAM": "residua.atoms.many_body.eam",
    "EnergyOffsets": "residua.atoms.corrections",
    "ExtrapolationWarning": "residua.atoms.domain",
    "FinnisSinclair": "residua.atoms.many_body.finnis_sinclair",
    "Gupta": "residua.atoms.many_body.gupta",
    "LennardJones": "residua.atoms.forms.lennard_jones",
    "Mie": "residua.atoms.forms.mie",
    "Morse": "residua.atoms.forms.exponentials",
    "NeuralPotential": "residua.atoms.neural.potential",
    "Pair": "residua.atoms.pair",
    "Potential": "residua.atoms.potential",
    "PotentialFit": "residua.atoms.fitting.result",
    "StillingerWeber": "residua.atoms.many_body.stillinger_weber",
    "Structure": "residua.atoms.structures",
    "Structures": "residua.atoms.structures",
    "Tabulated": "residua.atoms.forms.tabulated",
    "Tersoff": "residua.atoms.many_body.tersoff",
    "Yukawa": "residua.atoms.forms.repulsions",
    "ZBL": "residua.atoms.forms.zbl",
    "ZhouEAM": "residua.atoms.many_body.zhou",
    "elastic_constants": "residua.atoms.elastic",
    "energy_offsets": "residua.atoms.corrections",
    "fit_neural": "residua.atoms.neural.training",
    "fit_potential": "residua.atoms.fitting.fit",
    "force_constants": "residua.atoms.phonons",
    "hessian": "residua.atoms.second",
    "load_potential": "residua.atoms.fitting.files",
    "phonon_frequencies": "residua.atoms.phonons",
    "pulay": "residua.atoms.corrections",
    "read_structures": "residua.atoms.reading",
    "to_atoms": "residua.atoms.ase",
    "vibrational_frequencies": "residua.atoms.phonons",
    "without_offsets": "residua.atoms.corrections",
}

__all__ = sorted(_FACE)


def __getattr__(name: str) -> Any:
    return opened(__name__, _FACE, name)


def __dir__() -> list[str]:
    return sorted(_FACE)
