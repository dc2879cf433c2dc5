"""Update rules, by optax; the only file that knows it.

A rule is written for numbers that are arguments of the program, so another learning rate or another
momentum does not compile again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from residua._errors import MissingLibrary

try:
    import optax
except ImportError as error:
    raise MissingLibrary(
        "training step by step needs optax, which is not installed",
        next='python -m pip install "residua[networks]"',
    ) from error

Array = Any
Numbers = Mapping[str, Array]


def rule(kind: str, structure: tuple[Hashable, ...], numbers: Numbers) -> Any:
    """The update rule of a solver: what is added to the parameters at a learning rate of one.

    Args:
        kind: "sgd", "adam", "adamw" or "lbfgs".
        structure: what the rule is compiled for; see `FirstOrder.structure`.
        numbers: its numbers and "clip", the longest gradient; arrays of the parameters' precision.

    Returns:
        An optax.GradientTransformationExtraArgs.

    Example:
        >>> sgd = rule("sgd", (False,), {"momentum": 0.0, "clip": 10.0})
        >>> update, state = sgd.update(optax.tree.zeros_like(2.0), sgd.init(2.0))
        >>> float(update)
        -0.0
    """
    return optax.with_extra_args_support(_RULES[kind](structure, numbers))


def valued(kind: str, loss: Callable[[Array], Array]) -> Callable[..., tuple[Array, Array]]:
    """(theta, state=) -> loss and gradient; L-BFGS knows both from its last line search."""
    if kind == "lbfgs":
        return optax.value_and_grad_from_state(loss)
    import jax

    both = jax.value_and_grad(loss)
    return lambda theta, state: both(theta)


def _descent(*steps: Any, numbers: Numbers) -> Any:
    # An infinite longest gradient leaves every gradient as it is.
    return optax.chain(optax.clip_by_global_norm(numbers["clip"]), *steps, optax.scale(-1.0))


def _sgd(structure: tuple[Hashable, ...], numbers: Numbers) -> Any:
    (nesterov,) = structure
    return _descent(optax.trace(numbers["momentum"], bool(nesterov)), numbers=numbers)


def _moments(numbers: Numbers) -> Any:
    return optax.scale_by_adam(numbers["b1"], numbers["b2"], numbers["eps"])


def _adam(structure: tuple[Hashable, ...], numbers: Numbers) -> Any:
    return _descent(_moments(numbers), numbers=numbers)


def _adamw(structure: tuple[Hashable, ...], numbers: Numbers) -> Any:
    decay = optax.add_decayed_weights(numbers["weight_decay"])
    return _descent(_moments(numbers), decay, numbers=numbers)


def _lbfgs(structure: tuple[Hashable, ...], numbers: Numbers) -> Any:
    (memory,) = structure
    return optax.lbfgs(memory_size=memory)


_RULES: dict[str, Callable[[tuple[Hashable, ...], Numbers], Any]] = {
    "sgd": _sgd,
    "adam": _adam,
    "adamw": _adamw,
    "lbfgs": _lbfgs,
}
