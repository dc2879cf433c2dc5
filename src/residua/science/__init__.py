"""The shelf of models, one file per field; `names()` lists them and `get(name)` takes one down."""

from residua.science.registry import ShelfModel, describe, get, names

__all__ = ["ShelfModel", "describe", "get", "names"]
