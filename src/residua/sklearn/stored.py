"""Estimators as JSON: parameters, columns, and the fit as `fit.save` writes it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from residua._errors import FileError
from residua.problem.model import Model
from residua.report.atomic import checked_path, write_atomically
from residua.report.encoding import Node, parse
from residua.report.files import load as load_fit
from residua.sklearn.values import decode, encode, plain

if TYPE_CHECKING:
    from residua.fitting.result import Fit

FORMAT, VERSION = "residua.estimator", 1
# What a fitted estimator is besides its parameters and its fit.
FITTED = ("seed_", "n_features_in_", "feature_names_in_", "columns_")


def save(estimator: Any, path: Any, overwrite: bool) -> None:
    """Write a fitted estimator. Raises FileError."""
    checked_path(path, overwrite)
    params = estimator.get_params(deep=False)
    if not plain(params.get("random_state")):
        params["random_state"] = estimator.seed_  # the state that was drawn from has moved on
    fitted = {name: getattr(estimator, name) for name in FITTED if hasattr(estimator, name)}
    record = {
        "format": FORMAT,
        "version": VERSION,
        "estimator": type(estimator).__name__,
        "params": {name: encode(value) for name, value in params.items()},
        "fitted": {name: encode(value) for name, value in fitted.items()},
        "fit": json.loads(fit_text(estimator.fit_)),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(path, (text + "\n").encode(), overwrite)


def load(cls: Any, path: Any, given: Mapping[str, Any]) -> Any:
    """An estimator of this class from a file. Raises FileError."""
    root = parse(_read(path), Path(path).name)
    if not isinstance(root.value, dict) or root.value.get("format") != FORMAT:
        raise FileError(f"{root.source} is not a saved estimator")
    if root["version"].count() != VERSION:
        root["version"].fail("is newer than this residua reads")
    if root["estimator"].text() != cls.__name__:
        raise FileError(
            f"{root.source} holds a {root['estimator'].text()}, not a {cls.__name__}",
            next=f"{root['estimator'].text()}.load(path)",
        )
    params = _fields(root["params"], cls._get_param_names(), given, cls.__name__)
    fitted = _fields(root["fitted"], FITTED, {}, cls.__name__)
    estimator = cls(**params)
    vars(estimator).update(fitted)
    estimator.fit_ = estimator._read_fit(json.dumps(root["fit"].value))
    return estimator


def _fields(node: Node, known: Any, given: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Values by name, those given instead of those in the file."""
    if not isinstance(node.value, dict) or not set(node.value) <= set(known):
        node.fail("has names that do not belong there")
    absent = [k for k in node.value if k not in given and _absent(node[k])]
    if absent:
        words = ", ".join(f"{k}=..." for k in absent)
        held = ", ".join(node[k]["absent"].text() for k in absent)
        raise FileError(
            f"{node.source} cannot hold {held}, which has to be given again",
            next=f"{name}.load({node.source!r}, {words})",
        )
    unknown = [k for k in given if k not in known]
    if unknown:
        raise FileError(f"{name} has no parameter {', '.join(unknown)}")
    return {k: given[k] if k in given else decode(node[k]) for k in {**node.value, **given}}


def _absent(node: Node) -> bool:
    return isinstance(node.value, dict) and "absent" in node.value


# Pickles ------------------------------------------------------------------------------------------


def packed(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of an estimator with nothing in it that pickle cannot write.

    A Fit and a Model hold functions made while reading a formula: their JSON goes instead.
    """
    known = dict(state)
    if "fit_" in known:
        known["fit_"] = fit_text(known["fit_"])
    if isinstance(known.get("model"), Model):
        known["model"] = Packed.of(known["model"])
    return known


def unpacked(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state that `packed` packed; the fit is still its text."""
    known = dict(state)
    if isinstance(known.get("model"), Packed):
        known["model"] = decode(parse(known["model"].text, "the pickle"))
    return known


class Packed(NamedTuple):
    """The JSON of a Model."""

    text: str

    @classmethod
    def of(cls, model: Model) -> Packed | Model:
        """What to pickle for a model: one that is a Python function goes as it is."""
        record = encode(model)
        return model if "absent" in record else cls(json.dumps(record))


def fit_text(fit: Fit) -> str:
    """What `fit.save` writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estimator.fit.json"
        fit.save(path)
        return path.read_text(encoding="utf-8")


def fit_of(text: str, model: Any = None) -> Fit:
    """The Fit whose file has this text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "estimator.fit.json"
        path.write_text(text, encoding="utf-8")
        return load_fit(path, model)


def _read(path: Any) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, TypeError) as error:
        raise FileError(f"{path} cannot be read: {error}") from error
