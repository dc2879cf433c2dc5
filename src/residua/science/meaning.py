"""What the names of a shelf model mean: read from beside its arguments when somebody asks.

Functions say it in `Annotated[float, Doc("..."), unit("[y]")]`. A unit in brackets is that of a
variable, whatever it is; "" says that there is none, None that nothing is known.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Meaning(NamedTuple):
    """Of one name: its text without the unit, and the unit."""

    text: str
    unit: str | None

    def __str__(self) -> str:
        """The text with the unit in its place, before what follows after a semicolon."""
        if self.unit is None:
            return self.text
        told, mark, rest = self.text.partition(";")
        return f"{told}, {f'in {self.unit}' if self.unit else 'no unit'}{mark}{rest}"


def meanings_of(function: Callable[..., Any], value: str) -> dict[str, Meaning]:
    """Of every argument of a model's function, and of its value, by name."""
    from residua.doc.describe import arguments  # a fit needs none of it

    found = arguments(function)
    read = {name: Meaning(" ".join(one.doc.split()), one.unit) for name, one in found.items()}
    told = found.returns[0].unit if found.returns else None
    return {**read, value: Meaning("", told)}


def signature_of(annotations: Mapping[str, Any]) -> inspect.Signature:
    """A signature with these names and what stands beside them, for a function that is made.

    >>> print(signature_of({"x": float, "c0": float}))
    (x: float, c0: float)
    """
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [inspect.Parameter(name, kind, annotation=told) for name, told in annotations.items()]
    )
