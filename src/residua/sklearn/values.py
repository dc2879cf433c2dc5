"""Parameters of estimators between Python and JSON; what a file cannot hold is named as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from residua.problem.model import Model
from residua.report.encoding import Node, encode_array, encode_number
from residua.report.record import model_record
from residua.report.saved_model import holds_code, saved_model


def encode(value: Any) -> Any:
    """A parameter as JSON that `decode` reads; what a file cannot hold is named as absent."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, Model):
        record = {"model": model_record(value)}
        return {"absent": value.text} if holds_code(Node(record, "", "")["model"]) else record
    if isinstance(value, float):
        return value if np.isfinite(value) else {"float": encode_number(value)}
    if plain(value):
        return value
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return _whole({kind: [encode(item) for item in value]}, value)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return _whole({"dict": {key: encode(item) for key, item in value.items()}}, value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "fib":
        return {"array": encode_array(value.astype(float))}
    if isinstance(value, np.ndarray) and all(isinstance(item, str) for item in value.ravel()):
        return {"names": value.ravel().tolist()}
    return {"absent": str(getattr(value, "__qualname__", value))}


def _whole(record: dict[str, Any], value: Any) -> dict[str, Any]:
    """A container that can be held only in part is not held."""
    (items,) = record.values()
    held = items.values() if isinstance(items, dict) else items
    lost = any(isinstance(item, dict) and "absent" in item for item in held)
    return {"absent": str(value)} if lost else record


def decode(node: Node) -> Any:
    """The value that `encode` wrote, checked."""
    if not isinstance(node.value, dict):
        return node.value if plain(node.value) else node.number()
    if len(node.value) != 1:
        node.fail("is no value")
    (kind,) = node.value
    if kind in ("list", "tuple"):
        items = [decode(item) for item in node[kind]]
        return items if kind == "list" else tuple(items)
    if kind == "dict" and isinstance(node[kind].value, dict):
        return {key: decode(node[kind][key]) for key in node[kind].value}
    if kind == "array":
        return node[kind].array()
    if kind == "names":
        return np.array([item.text() for item in node[kind]], dtype=object)
    if kind == "model":
        return saved_model(node, None)
    if kind == "float":
        return node[kind].number()
    node.fail("is no value")


def plain(value: Any) -> bool:
    """Whether JSON has it as it is."""
    return value is None or isinstance(value, (bool, int, str))
