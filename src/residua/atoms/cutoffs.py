"""How far the atoms of a pair potential see each other, and the words that say how it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from residua._errors import ModelError
from residua.problem.model import Model, from_formula

# How u ends at rc: `within` in kernels/pair.py has the equations.
CUTOFFS = ("shift", "force", "switch", "sharp")


def known_cutoff(cutoff: str, inner: Any) -> str:
    """The way to end; where switching begins is said only by those who want to switch."""
    if cutoff not in CUTOFFS:
        raise ModelError(
            f"there is no cutoff called {cutoff!r}",
            causes=[f"the ways to end are {', '.join(CUTOFFS)}"],
            next='cutoff="shift"',
        )
    if inner is not None and cutoff in ("force", "sharp"):
        raise ModelError(
            f'cutoff="{cutoff}" is not switched, and inner={inner!r} has no meaning for it',
            next='cutoff="switch"',
        )
    return "switch" if inner is not None else cutoff


def followed(rc: str, given: Mapping[str, Any]) -> Model:
    """The formula of a cutoff that follows from parameters, such as "3*sigma"."""
    found = from_formula(rc, ())
    strange = [name for name in found.parameters if name not in given]
    by_element = [name for name in found.parameters if isinstance(given.get(name), Mapping)]
    if strange or by_element:
        raise ModelError(
            f"the cutoff {rc!r} cannot follow {', '.join(strange or by_element)}",
            causes=[f"the parameters are {', '.join(given)}", "only numbers can be followed"],
            next="rc=10.0",
        )
    return found


def numbers_of(name: str, value: Any) -> list[float]:
    """All numbers of a parameter.

    Raises:
        ModelError: something is no number, or not finite.

    Example:
        >>> numbers_of("sigma", {"Ar": 3.4, "Kr": 3.65})
        [3.4, 3.65]
    """
    found = []
    for number in value.values() if isinstance(value, Mapping) else [value]:
        try:
            found.append(float(number))
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"{name} is {number!r}: it must be a number, or a dict of numbers by element",
                next=f'{name}=1.0, or {name}={{"Ar": 1.0, "Kr": 1.2}}',
            ) from error
        if not math.isfinite(found[-1]):
            raise ModelError(
                f"{name} is {number}: it must be a finite number", next=f"print({name})"
            )
    if not found:
        raise ModelError(f"{name} is an empty dict", next=f'{name}={{"Ar": 1.0}}')
    return found


def positive(name: str, value: Any, usual: str = "10.0") -> None:
    """Raise a ModelError where a number is not positive."""
    for number in numbers_of(name, value):
        if number <= 0:
            raise ModelError(f"{name} is {number:g}: it must be positive", next=f"{name}={usual}")


def in_order(inner: Any, rc: Any) -> None:
    """Raise a ModelError where switching would begin beyond its end."""
    if np.any(np.asarray(inner) >= np.asarray(rc)):
        raise ModelError(
            f"switching begins at inner = {np.max(inner):g} Å, and ends at rc = {np.min(rc):g} Å",
            causes=["inner must be smaller than rc, for every pair of elements"],
            next=f"inner={0.8 * float(np.min(rc)):g}",
        )
