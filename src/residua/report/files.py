"""Save and load a fit: one JSON file, no pickle, nothing run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from residua._errors import FileError
from residua._types import ModelLike, PathLike
from residua.doc import Doc, documented
from residua.fitting.joint.result import JointFit
from residua.fitting.networks.result import NetworkFit
from residua.fitting.networks.several_result import NetworkJointFit
from residua.networks.network import Architecture
from residua.report.atomic import checked_path, write_atomically
from residua.report.encoding import Node, parse
from residua.report.joint_record import FORMAT as JOINT_FORMAT
from residua.report.joint_record import VERSION as JOINT_VERSION
from residua.report.joint_record import joint_record
from residua.report.network_record import FORMAT as NETWORK_FORMAT
from residua.report.network_record import VERSION as NETWORK_VERSION
from residua.report.record import FORMAT, VERSION, record

if TYPE_CHECKING:
    from residua.fitting.result import Fit


def save(fit: Fit, path: Any, overwrite: bool = True) -> None:
    """Write a fit to a JSON file that `residua.load` reads back, every number exact.

    The file appears whole or not at all; an existing one is kept when anything fails. A model that
    is a formula or a library name is saved by its text; a Python function by its name only.

    Args:
        fit: a Fit.
        path: where to, for example "decay.fit.json".
        overwrite: False refuses to replace a file.

    Raises:
        FileError: the file cannot be written, or exists and `overwrite` is False.

    Example:
        >>> import os, tempfile, residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
        >>> path = os.path.join(tempfile.mkdtemp(), "line.fit.json")
        >>> fit.save(path)
        >>> rs.load(path).params == fit.params
        True
    """
    checked_path(path, overwrite)
    try:
        text = json.dumps(_record(fit), indent=1, ensure_ascii=False, allow_nan=False)
        content = (text + "\n").encode()
    except (TypeError, ValueError, KeyError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"the fit cannot be written as JSON: {error}") from error
    write_atomically(path, content, overwrite)


def _record(fit: Fit) -> dict[str, Any]:
    if isinstance(fit, NetworkJointFit):
        from residua.report.network_datasets_file import datasets_record

        return datasets_record(fit)
    if isinstance(fit, NetworkFit):
        from residua.report.network_record import network_record

        return network_record(fit)
    return joint_record(fit) if isinstance(fit, JointFit) else record(fit)


@documented
def load(
    path: Annotated[PathLike, Doc("a file written by `fit.save`")],
    model: Annotated[
        ModelLike | Architecture | tuple[Any, ...] | None,
        Doc(
            "the Python function that was fitted (or any model, to be used instead of the "
            "file's): it must have the saved parameters and predict the saved values at the "
            "saved data"
        ),
    ] = None,
    of: Annotated[
        Mapping[str, Any] | None,
        Doc(
            "of a fit of several datasets, operators that a file cannot hold, by dataset: "
            '`{"rate": lambda f: f.derivative("t")}`'
        ),
    ] = None,
) -> Fit:
    """Read a fit that `save` wrote. Nothing in the file is run.

    A fit of a formula or a library model comes back alive. A Python function must be given again;
    without it numbers, report and residuals are there, and evaluating raises ModelError.

    Returns:
        A Fit, equal to the one saved.

    Raises:
        FileError: the file is missing, damaged, of a newer version, or no saved fit.
        ModelError: `model` is not the one that was fitted.

    Example:
        See `residua.report.files.save`.
    """
    from residua.report.restore import restore
    from residua.report.saved_model import check_predictions, saved_model

    root = parse(_read(path), Path(os.fspath(path)).name)
    if isinstance(root.value, dict) and root.value.get("format") == JOINT_FORMAT:
        from residua.report.joint_restore import joint_restore

        _check_version(root, JOINT_VERSION)
        return joint_restore(root, model, of)
    if isinstance(root.value, dict) and root.value.get("format") == NETWORK_FORMAT:
        from residua.report.network_restore import network_restore

        _check_version(root, NETWORK_VERSION)
        return network_restore(root, model)
    _check_format(root)
    fit = restore(root, saved_model(root, model))
    check_predictions(fit, root, model)
    return fit


def _read(path: Any) -> str:
    try:
        file = Path(os.fspath(path))
        if file.exists() and not file.is_file():
            raise FileError(f"{file} is not a file")
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not a saved fit: it is not text") from error
    except FileError:
        raise
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path} cannot be read: {reason}") from error


def _check_format(root: Node) -> None:
    if not isinstance(root.value, dict) or root.value.get("format") != FORMAT:
        causes = ["it is another JSON file"]
        if isinstance(root.value, dict) and root.value.get("format") == "residua.potential":
            causes = ["it is a potential: residua.atoms.load_potential(path) reads those"]
        raise FileError(f"{root.source} is not a saved fit", causes=causes)
    _check_version(root, VERSION)


def _check_version(root: Node, known: int) -> None:
    version = root["version"].count()
    if version != known:
        raise FileError(
            f"{root.source} has version {version} of the format; this residua reads {known}",
            next="python -m pip install --upgrade residua",
        )
