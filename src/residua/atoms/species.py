"""Parameters of pairs of elements, from what a person gave: a number, elements, or pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError
from residua.atoms.mixing import mixed

Mean = Callable[[tuple[str, str]], Any]


def pair_table(
    name: str,
    value: Any,
    symbols: Sequence[str],
    mixing: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Any:
    """The parameter for every pair of these elements.

    Args:
        name: of the parameter.
        value: a number for all pairs; a dict from elements, `{"Ar": 3.4, "Kr": 3.65}`; or from
            pairs, `{("Ar", "Kr"): 3.5}` or `{"Ar-Kr": 3.5}`; both may stand in one dict.
        symbols: the elements, (t,).
        mixing: rules of MIXING or COUPLED by parameter, for pairs that are not given.
        given: all parameters by name, for the rules that look at two of them.

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
    known = by_pair(value)
    rule = (mixing or {}).get(name)
    elements = {other: _by_element(v, symbols) for other, v in (given or {name: value}).items()}
    mean = None if rule is None else lambda pair: mixed(name, pair, elements, rule)
    table = [[_of_pair(name, known, (a, b), mean) for b in symbols] for a in symbols]
    return _array(table)


def by_pair(value: Mapping[Any, Any]) -> dict[tuple[str, str], Any]:
    """Numbers by pair of elements in alphabetical order; an element stands for itself twice.

    Example:
        >>> by_pair({"Ar": 3.4, "Kr-Ar": 3.5})
        {('Ar', 'Ar'): 3.4, ('Ar', 'Kr'): 3.5}
    """
    return {_pair(key): _number(number) for key, number in value.items()}


def elements_of(given: Mapping[str, Any]) -> list[str]:
    """The elements that parameters name; nobody in particular where all are numbers.

    Example:
        >>> elements_of({"A": {"Si": 1.0, "C-Si": 2.0}, "B": 3.0}), elements_of({"B": 3.0})
        (['C', 'Si'], [''])
    """
    pairs = [pair for v in given.values() if isinstance(v, Mapping) for pair in by_pair(v)]
    return sorted({element for pair in pairs for element in pair}) or [""]


def each_pair(rule: Callable[..., float], given: Mapping[str, Any]) -> Any:
    """What a rule makes of parameters: a number, or a dict by the pairs that all of them have.

    Example:
        >>> each_pair(lambda r0, a: r0 + 6.0 / a, {"r0": {"Ar": 3.8, "Kr": 4.0}, "a": 2})
        {('Ar', 'Ar'): 6.8, ('Kr', 'Kr'): 7.0}
    """
    tables = {name: by_pair(value) for name, value in given.items() if isinstance(value, Mapping)}
    shared = sorted(set.intersection(*map(set, tables.values()))) if tables else []
    numbers = {
        pair: {k: tables[k][pair] if k in tables else float(v) for k, v in given.items()}
        for pair in shared
    }
    if tables:
        return {pair: _said(rule, values) for pair, values in numbers.items()}
    return _said(rule, {name: float(value) for name, value in given.items()})


def _said(rule: Callable[..., float], values: Mapping[str, float]) -> float:
    try:
        return rule(**values)
    except (ZeroDivisionError, OverflowError) as error:
        raise ModelError(
            f"nothing says where to cut with {', '.join(f'{k}={v:g}' for k, v in values.items())}",
            next="rc=10.0",
        ) from error


def atom_table(name: str, value: Any, symbols: Sequence[str]) -> Any:
    """The parameter for each of these elements (t,); a scalar () where one number serves all."""
    if not isinstance(value, Mapping):
        return np.asarray(_number(value)) if _plain(value) else value
    for symbol in symbols:
        if symbol not in value:
            raise _unknown(name, symbol, value)
    return _array([_number(value[symbol]) for symbol in symbols])


def is_traced(value: Any) -> bool:
    """Whether a number is not known yet, because JAX follows it."""
    return isinstance(value, jax.core.Tracer)


def _plain(value: Any) -> bool:
    return not is_traced(value)


def _number(value: Any) -> Any:
    return float(value) if _plain(value) else value


def _array(rows: list[Any]) -> Any:
    flat = jax.tree_util.tree_leaves(rows)
    return np.array(rows) if all(map(_plain, flat)) else jnp.array(rows)


def _pair(key: Any) -> tuple[str, str]:
    parts = key.split("-") if isinstance(key, str) else list(key) if _is_pair(key) else []
    if len(parts) == 1:
        parts = parts * 2
    if len(parts) != 2:
        raise ModelError(
            f"{key!r} is neither an element nor a pair", next='{"Ar": 3.4, ("Ar", "Kr"): 3.5}'
        )
    first, second = sorted(str(part) for part in parts)
    return (first, second)


def _is_pair(key: Any) -> bool:
    return isinstance(key, (tuple, frozenset)) and all(isinstance(part, str) for part in key)


def _of_pair(
    name: str, table: Mapping[tuple[str, str], Any], pair: tuple[str, str], mean: Mean | None
) -> Any:
    a, b = sorted(pair)
    if (a, b) in table:
        return table[a, b]
    for symbol in pair:
        if (symbol, symbol) not in table:
            raise _unknown(name, symbol, _named(table))
    if mean is None:
        raise ModelError(
            f"{name} is not given for the pair {a}-{b}, and no rule says how it is mixed",
            next=f'{name}={{..., ("{a}", "{b}"): ...}}, or mixing={{"{name}": "geometric"}}',
        )
    return mean((a, b))


def _by_element(value: Any, symbols: Sequence[str]) -> dict[str, Any]:
    """Numbers by element, as far as they are given."""
    if not isinstance(value, Mapping):
        return dict.fromkeys(symbols, value)
    return {first: number for (first, second), number in by_pair(value).items() if first == second}


def _named(table: Mapping[tuple[str, str], Any]) -> list[str]:
    return ["-".join(dict.fromkeys(pair)) for pair in table]


def _unknown(name: str, symbol: str, given: Iterable[str]) -> ModelError:
    who = f"the element {symbol}" if symbol else "positions without atomic numbers"
    return ModelError(
        f"{name} is not given for {who}",
        causes=[f"it is given for {', '.join(given)}"],
        next=f'{name}={{"{symbol}": ..., ...}}' if symbol else "numbers=atoms.numbers",
    )
