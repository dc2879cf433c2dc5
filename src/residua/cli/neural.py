"""Networks on the command line of `residua fit-potential`: -m "MLP([8])"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from residua.cli.group import DONE
from residua.cli.output import write_json

if TYPE_CHECKING:
    from residua.atoms.neural.result import NeuralFit

_NETWORK = re.compile(r"(?:(?:rs|residua)\.)?MLP(?:\(\s*(\[[\d\s,]*\])?\s*\))?|neural")


def parse_network(text: str) -> tuple[int, ...] | None:
    """The hidden layers of a network that somebody typed; None where it is another potential.

    >>> parse_network("MLP([8, 4])"), parse_network("MLP([])"), parse_network("morse")
    ((8, 4), (), None)
    >>> parse_network("neural") == parse_network("MLP()") == parse_network("MLP([8])")
    True
    """
    match = _NETWORK.fullmatch(text.strip())
    if match is None:
        return None
    if match[1] is None:
        return (8,)
    sizes = [word for word in match[1][1:-1].replace(" ", "").split(",") if word]
    return tuple(map(int, sizes))


def fit_network(
    hidden: tuple[int, ...], structures: str, words: dict[str, Any], options: dict[str, Any]
) -> int:
    """Fit, report, save and draw a network of the surroundings of atoms."""
    import residua
    from residua.atoms import fit_potential

    fit = fit_potential(residua.MLP(hidden), structures, **words)
    if options["as_json"]:
        write_json(_content(fit, structures))
    else:
        click.echo(repr(fit))
    if options["save"]:
        fit.save(options["save"])
    if options["plot"]:
        fit.plot(options["plot"])
    return DONE


def _content(fit: NeuralFit, structures: str) -> dict[str, Any]:
    """What a program may want to know about a fitted network."""
    import residua

    basis, (count, atoms) = fit.layout.basis, fit.count
    return {
        "kind": "neural potential",
        "residua": residua.__version__,
        "structures": {
            "name": structures,
            "fitted": count,
            "atoms": atoms,
            "species": fit.symbols,
        },
        "hidden": fit.layout.hidden,
        "invariants": basis.size,
        "cutoff": basis.cutoff,
        "parameters": fit.layout.size,
        "forces": fit.forces,
        "held_out": fit.held._asdict(),
    }
