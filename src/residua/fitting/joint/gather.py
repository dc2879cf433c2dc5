"""start=, bounds=, fixed= and tie= of a joint fit, told to every dataset by its own parameters.

What is said of a local parameter may be one number for all datasets, one per dataset in order, or a
mapping by the names of the datasets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ParameterError
from residua._words import counted
from residua.fitting.joint.parameters import Layout
from residua.problem.gather import gather, unknown_name
from residua.problem.model import Model


class Words(NamedTuple):
    """What `fit` was told of the parameters."""

    start: Any = None
    bounds: Any = None
    fixed: Any = None
    tie: Any = None


def gather_each(
    datasets: tuple[str, ...], models: Sequence[Model], local: frozenset[str], words: Words
) -> Layout:
    """The Parameters of every dataset. Raises ParameterError as `gather` does."""
    names = tuple(dict.fromkeys(name for model in models for name in model.parameters))
    starts = _by_name("start", words.start, names)
    limits = _bounds_by_name(words.bounds, names)
    held = _fixed_by_name(words.fixed, names)
    each = []
    for k, model in enumerate(models):

        def mine(role: str, given: Mapping[str, Any], k: int = k) -> dict[str, Any]:
            return {
                name: _entry(role, name, value, k, datasets) if name in local else value
                for name, value in given.items()
                if name in models[k].parameters
            }

        pairs = {n: p for n, p in mine("bounds", limits).items() if p is not None}
        fixed = {n: v for n, v in mine("fixed", held).items() if v is not None}
        found = gather(
            model.parameters,
            model.defaults,
            model.bounds,
            start={n: v for n, v in mine("start", starts).items() if v is not None},
            bounds=pairs,
            fixed=fixed,
            tie=_ties_of(model, names, words.tie),
            variables=model.independent,
        )
        each.append(found)
    return Layout(datasets, tuple(each), local)


def _by_name(role: str, given: Any, names: Sequence[str]) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                raise unknown_name(str(name), names, role)
        return dict(given)
    if isinstance(given, (str, bytes, set)) or not hasattr(given, "__len__"):
        raise ParameterError(
            f"{role} is {given!r}: neither a dict nor a sequence of numbers",
            next=f"{role}={{{names[0]!r}: ...}}",
        )
    if len(given) != len(names):
        raise ParameterError(
            f"{role} has {counted(len(given), 'value')} but the model has "
            f"{counted(len(names), 'parameter')}: {', '.join(names)}",
            next=f"{role}={{{', '.join(f'{name!r}: ...' for name in names)}}}",
        )
    return dict(zip(names, given))


def _bounds_by_name(given: Any, names: Sequence[str]) -> dict[str, Any]:
    if given is None or isinstance(given, Mapping):
        return _by_name("bounds", given, names)
    leaves = gather(names, {}, {}, bounds=given).leaves  # a pair of sequences, read as ever
    return {leaf.name: (leaf.lower, leaf.upper) for leaf in leaves}


def _fixed_by_name(given: Any, names: Sequence[str]) -> dict[str, Any]:
    if isinstance(given, str):
        given = [given]
    if given is not None and not isinstance(given, Mapping):
        given = dict.fromkeys(given, True)
    return _by_name("fixed", given, names)


def _ties_of(model: Model, names: Sequence[str], tie: Any) -> Any:
    """The ties that speak of this model's parameters; all of them where they are the same."""
    if not isinstance(tie, Mapping) or set(model.parameters) == set(names):
        return tie
    return {name: how for name, how in tie.items() if name in model.parameters} or None


def _entry(role: str, name: str, value: Any, k: int, datasets: tuple[str, ...]) -> Any:
    """What is said of a local parameter in dataset k; None where nothing is said."""
    if isinstance(value, Mapping):
        for key in value:
            if str(key) not in datasets:
                near = get_close_matches(str(key), datasets, n=1)
                raise ParameterError(
                    f"{role} of {name} names the dataset {key!r}, which there is not",
                    causes=[f"the datasets are {', '.join(datasets[:8])}"],
                    next=f"{role}={{{name!r}: {{{near[0]!r}: ...}}}}" if near else "",
                )
        return next((v for key, v in value.items() if str(key) == datasets[k]), None)
    if role == "bounds":
        return _pair(name, value, k, datasets)
    return _number(role, name, value, k, datasets)


def _pair(name: str, value: Any, k: int, datasets: tuple[str, ...]) -> Any:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return value  # gather says what is wrong with it
    return tuple(_number("bounds", name, side, k, datasets) for side in value)


def _number(role: str, name: str, value: Any, k: int, datasets: tuple[str, ...]) -> Any:
    if value is None or isinstance(value, (str, bool)) or np.ndim(value) == 0:
        return value
    if len(value) == len(datasets):
        return value[k] if not hasattr(value, "iloc") else value.iloc[k]
    raise ParameterError(
        f"{role} of {name} has {counted(len(value), 'value')} for "
        f"{counted(len(datasets), 'dataset')}",
        causes=[f"{name} is local: every dataset has its own"],
        next=f"{role}={{{name!r}: ...}}   # one for all, or one for each of the {len(datasets)}",
    )
