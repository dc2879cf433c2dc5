"""What potentials of angles share: parameters of edges, and how their tables are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from residua._errors import ModelError
from residua.atoms.cutoffs import numbers_of


def of_edges(parameters: Mapping[str, Any], mine: Any, theirs: Any) -> dict[str, Any]:
    """Parameters at the neighbors of one atom: tables of pairs (K,), those of atoms and scalars ().

    Args:
        parameters: tables (t, t) of pairs, (t,) of atoms, or scalars.
        mine: the species of the atom; theirs (K,): those of its neighbors.
    """

    def one(leaf: Any) -> Any:
        return leaf[mine, theirs] if leaf.ndim == 2 else leaf[mine] if leaf.ndim == 1 else leaf

    return {name: one(leaf) for name, leaf in parameters.items()}


def checked(kind: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, all of them numbers.

    Raises:
        ModelError: one is missing, or no number.
    """
    for name, value in parameters.items():
        if value is None:
            raise ModelError(f"{kind} needs {name}", next=f'{kind}.of("Si")')
        numbers_of(name, value)
    return dict(parameters)
