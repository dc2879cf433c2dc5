"""Save a fitted potential and load it as a calculator: one JSON file, no pickle, nothing run."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from residua._errors import FileError
from residua._types import PathLike
from residua.atoms.domain import Domain
from residua.atoms.elements import SYMBOLS
from residua.atoms.fitting.errors import Error
from residua.atoms.fitting.names import OFFSET, flat
from residua.atoms.fitting.recipe import potential_of, recipe
from residua.atoms.potential import Potential
from residua.doc import Doc, documented
from residua.report.atomic import checked_path, write_atomically
from residua.report.encoding import Node, encode_array, encode_number, parse

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit

FORMAT, VERSION = "residua.potential", 1


def save(fit: PotentialFit, path: Any, overwrite: bool = True) -> None:
    """Write a fitted potential to a JSON file that `load_potential` reads back, every number exact.

    The file appears whole or not at all. Beside the potential it holds its energies of elements,
    its domain, standard errors and covariance, errors by kind and group, and what was fitted.

    Args:
        fit: a PotentialFit.
        path: where to, for example "argon.potential.json".
        overwrite: False refuses to replace a file.

    Raises:
        FileError: the file cannot be written, or exists and `overwrite` is False; the potential
            holds a Python function.

    Example:
        >>> import os, tempfile
        >>> from residua.atoms import fit_potential, load_potential
        >>> fit = fit_potential("lennard_jones", "example:argon", rc=9.2)
        >>> path = os.path.join(tempfile.mkdtemp(), "argon.potential.json")
        >>> fit.save(path)
        >>> load_potential(path).given == fit.calculator().given
        True
    """
    checked_path(path, overwrite)
    text = json.dumps(record(fit), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, (text + "\n").encode(), overwrite)


def record(fit: PotentialFit) -> dict[str, Any]:
    """Everything that is saved, as plain JSON values; what people read comes first."""
    return {
        **head(),
        "ok": bool(fit.ok),
        "outcome": fit.outcome.sentence,
        "warnings": fit.warnings,
        "params": _numbers(fit.params),
        "stderr": _numbers(fit.stderr),
        "potential": recipe(fit.potential),
        "offsets": _numbers(fit.offsets),
        "domain": _domain(fit.domain),
        "labels": list(fit.labels),
        "covariance": encode_array(fit.covariance),
        "errors": [_error(row) for row in fit.errors],
        "fitted": {
            "structures": len(fit.structures),
            "held_back": 0 if fit.held_back is None else len(fit.held_back),
            "species": list(fit.structures.species),
            "groups": fit.structures.groups,
            "observations": {kind: int(fit.targets.of(kind).sum()) for kind in fit.targets.kinds},
            "levels": _numbers(fit.levels),
            "levels_estimated": fit.levels_estimated,
            "seconds": encode_number(fit.seconds),
        },
    }


def head() -> dict[str, Any]:
    """What all files of potentials begin with."""
    from residua import __version__

    return {"format": FORMAT, "version": VERSION, "residua": __version__}


@documented
def load_potential(
    path: Annotated[
        PathLike,
        Doc(
            "a file written by `fit.save`, of a u(r), a potential or a network, or by "
            "`residua fit-potential --save`"
        ),
    ],
) -> Potential:
    """Read a potential that `fit.save` wrote, as a calculator. Nothing in the file is run.

    Returns:
        What `fit.calculator()` was: a Potential with the same numbers to the last bit, which warns
        where a structure goes beyond those of the fit; of a network a NeuralPotential. The fit is
        not in the file: structures, pictures and standard errors of predictions are its own.

    Raises:
        FileError: the file is missing, damaged, of a newer version, or no saved potential.

    Example:
        See `residua.atoms.fitting.files.save`.
    """
    root = parse(_read(path), Path(os.fspath(path)).name)
    if not isinstance(root.value, dict) or root.value.get("format") != FORMAT:
        raise FileError(
            f"{root.source} is not a saved potential",
            causes=["it is another JSON file", "it is a fit: residua.load(path) reads those"],
        )
    if root["version"].count() != VERSION:
        raise FileError(
            f"{root.source} has version {root['version'].count()} of the format; this residua "
            f"reads {VERSION}",
            next="python -m pip install --upgrade residua",
        )
    if root["potential"]["class"].value == "NeuralPotential":
        from residua.atoms.neural.files import potential_of as neural

        return neural(root["potential"])
    found = potential_of(root["potential"])
    found.atom_energies = {symbol: root["offsets"][symbol].number() for symbol in _elements(root)}
    found.domain = _read_domain(root["domain"])
    _check_params(root, found)
    if not root["ok"].flag():
        warn_failed(root["outcome"].text())
    return found


def warn_failed(outcome: str) -> None:
    """Say that a potential should not be used."""
    warnings.warn(
        f"the fit of this potential {outcome}: its numbers are not to be trusted", stacklevel=3
    )


def _check_params(root: Node, found: Potential) -> None:
    """What people read must be what is used."""
    offsets = {OFFSET + symbol: energy for symbol, energy in found.atom_energies.items()}
    if _numbers({**flat(found.given), **offsets}) != root["params"].value:
        root["params"].fail("differ from those of the potential: someone edited the file")


def _elements(root: Node) -> list[str]:
    node = root["offsets"]
    if not isinstance(node.value, dict) or any(symbol not in SYMBOLS for symbol in node.value):
        node.fail("are not by element")
    return list(node.value)


def _numbers(values: Mapping[str, Any]) -> dict[str, float | str]:
    return {name: encode_number(value) for name, value in values.items()}


def _error(row: Error) -> dict[str, Any]:
    return {**row._asdict(), **_numbers({"rmse": row.rmse, "mae": row.mae})}


def _domain(domain: Domain) -> dict[str, Any]:
    return {
        "nearest": [[*pair, encode_number(r)] for pair, r in domain.nearest.items()],
        "crowd": list(domain.crowd),
        "cutoff": encode_number(domain.cutoff),
    }


def _read_domain(node: Node) -> Domain:
    nearest = {}
    for row in node["nearest"]:
        items = list(row)
        if len(items) != 3 or any(items[k].text() not in SYMBOLS for k in (0, 1)):
            row.fail("is not two elements and a distance")
        nearest[items[0].text(), items[1].text()] = items[2].number()
    crowd = [item.count() for item in node["crowd"]]
    cutoff = node["cutoff"].number()
    if len(crowd) != 2 or not nearest or not np.isfinite(cutoff) or cutoff <= 0:
        node.fail("is not what a fit has seen")
    return Domain(nearest, (crowd[0], crowd[1]), cutoff)


def _read(path: Any) -> str:
    try:
        return Path(os.fspath(path)).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a saved potential: it is not text") from error
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be read: {reason}") from error
