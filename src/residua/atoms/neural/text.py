"""The report of a fitted neural potential, as text and for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from residua._words import counted
from residua.report import markup
from residua.report.text import wrapped

if TYPE_CHECKING:
    from residua.atoms.neural.result import NeuralFit


def describe(fit: NeuralFit) -> str:
    """What was fitted, how large it is, and what it misses of structures that were held out."""
    lines = wrapped(f"NeuralFit of {_species(fit)} to {_size(fit)}", "", "    ")
    for name, text in _facts(fit):
        lines += wrapped(f"{name}: {text}", "  ", "    ")
    return "\n".join(lines)


def describe_html(fit: NeuralFit) -> str:
    """The same as one HTML element for notebooks."""
    return markup.page(
        markup.headline(f"NeuralFit of {_species(fit)}", _size(fit), "trained", True),
        markup.table((), _facts(fit)),
    )


def _species(fit: NeuralFit) -> str:
    return ", ".join(fit.symbols)


def _size(fit: NeuralFit) -> str:
    structures, atoms = fit.count
    return f"{counted(structures, 'structure')} ({counted(atoms, 'atom')})"


def _facts(fit: NeuralFit) -> list[tuple[str, str]]:
    layout = fit.layout
    gamma = float(np.mean([member.effective for member in fit.members]))
    basis = f"{counted(layout.basis.size, 'invariant')} within {layout.basis.cutoff:g} Å"
    members = counted(len(fit.members), "member")
    return [
        ("network", f"{basis}, hidden={list(layout.hidden)}, {members}"),
        (
            "parameters",
            f"{layout.size} in each member, of which the data determine {gamma:.0f}",
        ),
        ("held out", str(fit.held)),
    ]
