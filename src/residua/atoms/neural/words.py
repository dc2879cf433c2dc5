"""`fit_potential(rs.MLP([8]), structures, ...)`: its words as those of `fit_neural`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from residua._errors import DataError, ModelError
from residua.atoms.neural.result import NeuralFit
from residua.atoms.neural.training import UNITS, fit_neural
from residua.atoms.structures import Structures
from residua.fitting.task import MAX_STEPS
from residua.networks.mlp import MLP

# Words that say nothing to a network: the value that leaves them unsaid, and what holds instead.
UNSAID: dict[str, tuple[Any, str]] = {
    "energy": (True, "energies are always fitted: forces alone leave those of elements open"),
    "stress": (False, "energies and forces are fitted; its stress follows from them exactly"),
    "per": ("atom", "energies count per atom"),
    "cutoff": ("shift", "its invariants fall smoothly to zero at rc"),
    "inner": (None, "its invariants fall smoothly to zero at rc"),
    "validation": (0.0, "every fold of the structures is held out once: see fit.held"),
    "start": (None, "its starts are drawn from seed"),
    "bounds": (None, "its parameters mean nothing one by one"),
    "fixed": (None, "its parameters mean nothing one by one"),
    "tie": (None, "its parameters mean nothing one by one"),
    "callback": (None, "its steps are not watched"),
}


def fit_network(network: MLP, rows: Structures, said: Mapping[str, Any]) -> NeuralFit:
    """Fit a network to structures by the words of `fit_potential`.

    Args:
        network: the hidden layers; `rs.MLP()` is one layer of 8 tanh.
        rows: the structures, selected.
        said: all words of `fit_potential` but the structures and what selects them.

    Returns:
        NeuralFit.

    Raises:
        ModelError: a word that says nothing to a network, or a network that is no energy.
        DataError: see `fit_neural`.

    Example:
        >>> import residua as rs
        >>> from residua.atoms import fit_potential
        >>> fit_potential(rs.MLP([8], "relu"), "example:argon")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        residua._errors.ModelError: a network of atoms has tanh, not relu...
    """
    for word, (usual, instead) in UNSAID.items():
        if said[word] is not usual and said[word] != usual:
            raise ModelError(
                f"{word}={said[word]!r:.40} says nothing to a network",
                causes=[instead],
                next=f"fit_potential({network!r}, ...) without {word}",
            )
    forces = any(one.has("energy") and one.has("forces") for one in rows)
    options: dict[str, Any] = _scale(said["weights"])
    if said["max_steps"] != MAX_STEPS:
        options["steps"] = said["max_steps"]
    return fit_neural(
        rows,
        _hidden(network),
        cutoff=_cutoff(said["rc"]),
        forces=forces if said["forces"] is None else bool(said["forces"]),
        by=said["by"] or "row",
        seed=said["seed"],
        **options,
    )


def _hidden(network: MLP) -> tuple[int, ...]:
    """Its layers, where it is the plain network of tanh that energies are made of."""
    hidden = UNITS if network.hidden is None else network.hidden
    plain = MLP(hidden)
    if network.constraints or network.output == "logistic":
        raise ModelError(
            f"{network!r} cannot be the energy of atoms",
            causes=["constraints and outputs are of y(x); an energy knows neither"],
            next=f"fit_potential({plain!r}, ...)",
        )
    if network.activation != "tanh":
        raise ModelError(
            f"a network of atoms has tanh, not {network.activation}",
            causes=["forces, and the training by them, need three smooth derivatives"],
            next=f"fit_potential({plain!r}, ...)",
        )
    return tuple(hidden)


def _cutoff(rc: Any) -> float | None:
    if rc is None:
        return None
    try:
        return float(rc)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"rc is {rc!r}: the cutoff of a network is a number of Å", next="rc=5.0"
        ) from error


def _scale(weights: Mapping[str, float] | None) -> dict[str, float]:
    """How energies and forces count beside each other, where it was said."""
    if weights is None:
        return {}
    missing = [kind for kind in ("energy", "forces") if kind not in weights]
    if missing:
        raise DataError(
            f"weights say nothing of {' and '.join(missing)}",
            next='weights={"energy": 1000.0, "forces": 10.0}   # in 1/eV for an atom, Å/eV',
        )
    return {"energy_scale": float(weights["forces"]) / float(weights["energy"])}
