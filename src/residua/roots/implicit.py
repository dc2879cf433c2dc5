"""Roots inside a function that is itself being differentiated, by the implicit function theorem.

F(x(p), p) = 0 gives dx/dp = -(∂F/∂x)⁻¹ ∂F/∂p: however the root was found, its derivatives need only
the equations at the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from residua._errors import NotDifferentiable
from residua.autodiff.dual import Dual
from residua.autodiff.suspended import suspended

Rows = Callable[[Any], Any]


def numbers(value: Any) -> Iterator[Any]:
    """The innermost items of nested lists, tuples and dicts."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, dict):
        yield from numbers(list(value.values()))
    else:
        yield value


def carries_eagerly(value: Any) -> bool:
    """Whether a carrier of the eager engine is inside."""
    return any(type(item) is Dual for item in numbers(value))


def is_traced(value: Any) -> bool:
    """Whether a number of the compiled engine is inside; asked without starting JAX."""
    return any(
        type(item).__module__.startswith(("jax", "residua.autodiff.traced"))
        for item in numbers(value)
    )


def plain(value: Any) -> Any:
    """The bare numbers of eager carriers."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.value if type(value) is Dual else value


def along(root: np.ndarray, slope: np.ndarray, at_root: Any) -> Any:
    """The root as an eager carrier; `at_root` is F(root, p) with p carrying derivatives."""
    tangents = np.asarray(at_root.tangents).reshape(len(at_root.tangents), -1)
    try:
        moved = -np.linalg.solve(slope, tangents.T).T
    except np.linalg.LinAlgError:
        moved = np.full(tangents.shape, np.nan)
    return Dual(root, np.ascontiguousarray(moved))


def refuse_captured() -> None:
    """The equations use fitted numbers of the model around them without being given them."""
    raise NotDifferentiable(
        "The equations of a root take numbers from the model around them that carry derivatives.",
        causes=("a lambda inside the model that uses the model's own parameters",),
        next="engine='compiled'; or solve(equations, start, params={...}) with all they need",
    )


def without_following(call: Callable[[], Any]) -> Any:
    """`call()` as if no model were being followed; refused where its answer says otherwise."""
    with suspended():
        found = call()
    if carries_eagerly(found):
        refuse_captured()
    return found
