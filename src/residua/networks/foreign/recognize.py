"""Which models are networks: rs.MLP and its kin, and modules of libraries that are already loaded.

A library that nobody has imported cannot have made the model, so none is imported to find out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from residua._errors import ModelError
from residua.networks.network import Architecture


class Kind(NamedTuple):
    """Models of one library: how they are told, and the door to what makes them architectures."""

    library: str
    belongs: Callable[[Any, Any], bool]  # (the library, model)
    door: str


def _is_pair(model: Any) -> bool:
    """(apply, params): a function and the tree of its parameters."""
    return (
        type(model) is tuple
        and len(model) == 2
        and callable(model[0])
        and not callable(model[1])
        and not isinstance(model[1], str)
    )


def _is_callable_tree(jax: Any, model: Any) -> bool:
    """An equinox.Module, or any callable that JAX knows to hold arrays."""
    if not callable(model) or isinstance(model, (type, jax.tree_util.Partial)):
        return False
    leaves = jax.tree_util.tree_leaves(model)
    return not (len(leaves) == 1 and leaves[0] is model) and any(map(_is_array, leaves))


def _is_array(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and hasattr(leaf, "shape")


KINDS = (
    Kind("torch", lambda torch, m: isinstance(m, torch.nn.Module), "residua.torch:TorchModule"),
    Kind(
        "flax.linen",
        lambda linen, m: isinstance(m, linen.Module),
        "residua.networks.foreign.modules:FlaxModule",
    ),
    Kind("jax", _is_callable_tree, "residua.networks.foreign.modules:JaxModule"),
    Kind("builtins", lambda _, m: _is_pair(m), "residua.networks.foreign.modules:from_pair"),
)


def architecture_of(model: Any) -> Architecture | None:
    """The architecture that a model is, or None for a model of another kind.

    Args:
        model: anything that `fit` was given.

    Returns:
        An Architecture as it is; a torch.nn.Module, an equinox.Module or another callable pytree, a
        flax.linen.Module, or a pair (apply, params), wrapped. None for functions, formulas, names
        and Models.

    Raises:
        ModelError: a module that cannot be fitted, with the reason.

    Example:
        >>> from residua.networks.mlp import MLP
        >>> architecture_of(MLP([10])).hidden, architecture_of("a*x + b")
        ((10,), None)
    """
    if isinstance(model, Architecture):
        return model
    if isinstance(model, type) and issubclass(model, Architecture):
        raise ModelError(
            f"the model is the class {model.__name__} itself, not a network",
            next="rs.fit(rs.MLP([10]), X, y)",
        )
    for kind in KINDS:
        library = sys.modules.get(kind.library)
        if library is not None and kind.belongs(library, model):
            module, name = kind.door.split(":")
            found: Architecture = getattr(import_module(module), name)(model)
            return found
    return None
