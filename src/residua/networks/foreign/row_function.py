"""A network as a function of its arrays and one row: what JAX transforms and compiles.

Two row functions are equal when they compute the same from the same arrays, so that one compiled
program serves every fit, start and member of a module.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError, ResiduaError
from residua.autodiff.traced_state import double_precision
from residua.networks.foreign.named_arrays import Shapes

Array = Any
Call = Callable[[Any, Array], Array]
Path = Sequence[Any]


@dataclass(frozen=True)
class RowFunction:
    """f(arrays, row (d,)) -> outputs (k,), where the arrays sit in a tree beside what is fixed.

    Attributes:
        identity: equal for equal functions; it is all that is compared.
        call: (tree, row) -> a number or (k,).
        tree: how to put leaves together.
        fixed: every leaf that is no parameter, None where one belongs.
        places: where the parameters belong.
    """

    identity: Hashable
    call: Call = field(compare=False)
    tree: Any = field(compare=False)
    fixed: tuple[Any, ...] = field(compare=False)
    places: tuple[int, ...] = field(compare=False)

    def assembled(self, arrays: Sequence[Any]) -> Any:
        """The tree with these arrays in their places."""
        # NumPy arrays are copied: JAX 0.10 remembers an array that it has met in 64 bits as one of
        # 64 bits, and then fails where its owner uses the same array in 32.
        leaves = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in self.fixed]
        for place, array in zip(self.places, arrays):
            leaves[place] = array
        return jax.tree_util.tree_unflatten(self.tree, leaves)

    def __call__(self, arrays: Sequence[Array], row: Array) -> Array:
        found = jnp.asarray(self.call(self.assembled(arrays), row))
        found = found.astype(jnp.result_type(arrays[0], row))
        return found[None] if found.ndim == 0 else found


def taken_apart(
    call: Call, identity: Hashable, value: Any, is_parameter: Callable[[Path, Any], bool]
) -> tuple[RowFunction, Shapes, list[np.ndarray]]:
    """A row function, the names and shapes of its parameters, and their values.

    Args:
        call: (tree, row) -> outputs.
        identity: of `call`; equal for equal functions.
        value: a pytree.
        is_parameter: (path, leaf) -> whether it is fitted.

    Raises:
        ModelError: no leaf is a parameter, or one is complex.
    """
    found, tree = jax.tree_util.tree_flatten_with_path(value)
    places = tuple(i for i, (path, leaf) in enumerate(found) if is_parameter(path, leaf))
    if not places:
        raise ModelError(
            "the module has no arrays of floating numbers, so there is nothing to fit",
            causes=["an equinox.Module keeps its parameters in fields that are arrays"],
        )
    names = unique([leaf_name(found[i][0]) for i in places])
    values = [_real(name, found[i][1]) for name, i in zip(names, places)]
    fixed = tuple(None if i in places else leaf for i, (_, leaf) in enumerate(found))
    key = (identity, tree, places, tuple(map(_identity, fixed)), tuple(v.shape for v in values))
    row = RowFunction(Hashed.of(key), call, tree, fixed, places)
    return row, tuple(zip(names, (v.shape for v in values))), values


def checked(row: RowFunction, shapes: Shapes, inputs: int, outputs: int) -> None:
    """Raise ModelError unless one row of d numbers gives k outputs."""
    arrays = [jax.ShapeDtypeStruct(shape, np.float64) for _, shape in shapes]
    try:
        with double_precision():
            found = jax.eval_shape(row, arrays, jax.ShapeDtypeStruct((inputs,), np.float64))
    except ResiduaError:
        raise
    except Exception as error:
        raise ModelError(
            f"the module cannot be called with one row of {inputs} numbers: {error}",
            causes=[
                f"it expects another number of inputs than the {inputs} of x",
                "it expects a batch (n, d); modules are called with one row (d,) at a time",
                "it has layers such as Dropout or BatchNorm in training mode",
            ],
            next="equinox.nn.inference_mode(module)   # for Dropout and its kin",
        ) from error
    if found.shape != (outputs,):
        raise ModelError(
            f"for one row of x the module gives an array of shape {found.shape}; y has {outputs} "
            f"column{'s' * (outputs != 1)}",
            causes=["the last layer has another number of outputs than y has columns"],
        )


def leaf_name(path: Path) -> str:
    """The place of a leaf in words: `layers0_weight` for `.layers[0].weight`.

    >>> tree = {"layers": [{"weight": 1.0}]}
    >>> leaf_name(jax.tree_util.tree_flatten_with_path(tree)[0][0][0])
    'layers0_weight'
    """
    text = ""
    for key in path:
        part = next((getattr(key, a) for a in ("name", "key", "idx") if hasattr(key, a)), key)
        text += str(part) if isinstance(part, int) or not text else f"_{part}"
    return text or "value"


def unique(names: list[str]) -> list[str]:
    """The names, counted where one occurs again."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out


def _real(name: str, leaf: Any) -> np.ndarray:
    array = np.asarray(leaf)
    if array.dtype.kind == "c":
        raise ModelError(f"{name} is complex; parameters of a network must be real")
    return np.asarray(array, dtype=float)


def _identity(leaf: Any) -> Hashable:
    """Something that is equal only for leaves that mean the same."""
    if isinstance(leaf, (np.ndarray, jax.Array)) and isinstance(leaf.dtype, np.dtype):
        array = np.asarray(leaf)
        return array.shape, array.dtype.str, array.tobytes()
    return type(leaf), Hashed.of(leaf)


class Hashed:
    """One thing that cannot be hashed: equal to itself only, and kept alive."""

    def __init__(self, it: Any) -> None:
        self.it = it

    @classmethod
    def of(cls, it: Any) -> Hashable:
        """The thing itself where it can be hashed."""
        try:
            hash(it)
        except TypeError:
            return cls(it)
        found: Hashable = it
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)
