"""Parameters of pairs of elements, from what a person gave: a number, elements, or pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError


def _geometric(a: Any, b: Any) -> Any:
    if isinstance(a, float) and isinstance(b, float):
        return math.copysign(math.sqrt(a * b), a)
    return jnp.sign(a) * jnp.sqrt(a * b)


# How the parameter of a pair follows from those of its elements.
MIXING: dict[str, Callable[[Any, Any], Any]] = {
    "arithmetic": lambda a, b: 0.5 * (a + b),
    "geometric": _geometric,
    "harmonic": lambda a, b: 2 * a * b / (a + b),
    "sixth_power": lambda a, b: (0.5 * (a**6 + b**6)) ** (1 / 6),
}
# Rules by their names, for each parameter.
RULES: dict[str, dict[str, str]] = {
    "lorentz_berthelot": {"epsilon": "geometric", "sigma": "arithmetic"},
    "geometric": {"epsilon": "geometric", "sigma": "geometric"},
}


def pair_table(
    name: str, value: Any, symbols: Sequence[str], mixing: Mapping[str, str] | None = None
) -> Any:
    """The parameter for every pair of these elements.

    Args:
        name: of the parameter.
        value: a number for all pairs; a dict from elements, `{"Ar": 3.4, "Kr": 3.65}`; or from
            pairs, `{("Ar", "Kr"): 3.5}` or `{"Ar-Kr": 3.5}`; both may stand in one dict.
        symbols: the elements, (t,).
        mixing: rules of MIXING by parameter, for pairs that are not given.

    Returns:
        A scalar array (), or a table (t, t); of JAX where a value is traced.

    Raises:
        ModelError: an element or a pair that is not given, or a rule that does not exist.

    Example:
        >>> pair_table("sigma", {"Ar": 3.4, "Kr": 3.6}, ["Ar", "Kr"], {"sigma": "arithmetic"})
        array([[3.4, 3.5],
               [3.5, 3.6]])
    """
    if not isinstance(value, Mapping):
        return np.asarray(_number(value)) if _plain(value) else value
    given = {_pair(key): _number(number) for key, number in value.items()}
    rule = (mixing or {}).get(name)
    table = [[_of_pair(name, given, (a, b), rule) for b in symbols] for a in symbols]
    return _array(table)


def atom_table(name: str, value: Any, symbols: Sequence[str]) -> Any:
    """The parameter for each of these elements (t,); a scalar () where one number serves all."""
    if not isinstance(value, Mapping):
        return np.asarray(_number(value)) if _plain(value) else value
    for symbol in symbols:
        if symbol not in value:
            raise _unknown(name, symbol, value)
    return _array([_number(value[symbol]) for symbol in symbols])


def _plain(value: Any) -> bool:
    return not isinstance(value, jax.core.Tracer)


def _number(value: Any) -> Any:
    return float(value) if _plain(value) else value


def _array(rows: list[Any]) -> Any:
    flat = jax.tree_util.tree_leaves(rows)
    return np.array(rows) if all(map(_plain, flat)) else jnp.array(rows)


def mixing_rules(mixing: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """Rules by parameter, from the name of a set of rules or as given."""
    if isinstance(mixing, str):
        if mixing not in RULES:
            raise ModelError(
                f"there is no mixing rule called {mixing!r}",
                causes=[f"the rules are {', '.join(RULES)}"],
                next='mixing="lorentz_berthelot", or mixing={"sigma": "arithmetic"}',
            )
        return RULES[mixing]
    for rule in (mixing or {}).values():
        if rule not in MIXING:
            raise ModelError(
                f"there is no mean called {rule!r}", causes=[f"the means are {', '.join(MIXING)}"]
            )
    return mixing or {}


def _pair(key: Any) -> tuple[str, str]:
    parts = key.split("-") if isinstance(key, str) else list(key)
    if len(parts) == 1:
        parts = parts * 2
    if len(parts) != 2:
        raise ModelError(f"{key!r} is no pair of elements", next='{("Ar", "Kr"): 3.5}')
    return (str(parts[0]), str(parts[1]))


def _of_pair(
    name: str,
    given: Mapping[tuple[str, str], Any],
    pair: tuple[str, str],
    rule: str | None,
) -> Any:
    a, b = pair
    for key in (pair, (b, a)):
        if key in given:
            return given[key]
    for symbol in pair:
        if (symbol, symbol) not in given:
            raise _unknown(name, symbol, {"-".join(sorted(set(key))): 0 for key in given})
    if rule is None:
        raise ModelError(
            f"{name} is not given for the pair {a}-{b}, and no rule says how it is mixed",
            next=f'{name}={{..., ("{a}", "{b}"): ...}}, or mixing={{"{name}": "geometric"}}',
        )
    return MIXING[rule](given[a, a], given[b, b])


def _unknown(name: str, symbol: str, given: Mapping[str, Any]) -> ModelError:
    who = f"the element {symbol}" if symbol else "positions without atomic numbers"
    return ModelError(
        f"{name} is not given for {who}",
        causes=[f"it is given for {', '.join(given)}"],
        next=f'{name}={{"{symbol}": ..., ...}}' if symbol else "numbers=atoms.numbers",
    )
