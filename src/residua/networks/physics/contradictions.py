"""Constraints that only a constant or a straight line could keep together, and why.

One row a contradiction: whether it is there, what is wrong, and the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from residua._errors import ModelError
from residua.networks.activations import ACTIVATIONS
from residua.networks.physics.constraints import Columns, Constraints
from residua.networks.physics.symmetry import ODD

# Activations that rise everywhere, and those of them that are convex too.
RISING = ("tanh", "sigmoid", "relu", "softplus", "elu", "linear")
CONVEX = ("relu", "softplus", "elu", "linear")


class Row(NamedTuple):
    """One contradiction; `found(constraints, columns, output)` says whether it is there."""

    found: Callable[[Constraints, Columns, str], bool]
    what: str
    reason: str


def _turned(columns: Columns) -> bool:
    """Whether some reflection demands that a rising function falls."""
    return any(
        direction != 0 and parity * (-1 if j in reflected else 1) == ODD
        for j, direction in enumerate(columns.directions)
        for reflected, parity in columns.reflections
    )


def _odd(columns: Columns) -> bool:
    return any(parity == ODD for _, parity in columns.reflections)


ROWS = (
    Row(
        lambda c, by, output: any(d and p for d, p in zip(by.directions, by.periods, strict=True)),
        "an input is to be monotone and periodic",
        "what comes back after a period after rising all along is constant",
    ),
    Row(
        lambda c, by, output: _turned(by),
        "an input is to be monotone, and the symmetry turns its direction",
        "an even function falls on one side as it rises on the other; a function that is odd in "
        "one input changes its direction in another",
    ),
    Row(
        lambda c, by, output: bool(c.sense) and any(by.periods),
        "y is to be convex (or concave) and periodic",
        "a convex function that is bounded on a line is constant on it",
    ),
    Row(
        lambda c, by, output: bool(c.sense) and _odd(by),
        "y is to be convex (or concave) and odd",
        "a convex function turned by 180 degrees is concave: only a straight line is both",
    ),
    Row(
        lambda c, by, output: c.positive and _odd(by),
        "y is to be positive and odd",
        "an odd function has both signs",
    ),
    Row(
        lambda c, by, output: c.positive and c.sense == -1,
        "y is to be positive and concave",
        "a concave function that is positive everywhere is constant",
    ),
    Row(
        lambda c, by, output: output == "logistic" and bool(c.sense or c.positive or _odd(by)),
        "a probability (output='logistic') is to be convex, positive or odd",
        "a probability lies between 0 and 1 everywhere, of itself",
    ),
)


def check(constraints: Constraints, columns: Columns, output: str = "auto") -> None:
    """Raise ModelError for the first contradiction.

    >>> check(Constraints(monotone=1), Constraints(monotone=1).columns((), 2))
    """
    for row in ROWS:
        if row.found(constraints, columns, output):
            raise ModelError(row.what, causes=[row.reason], next="leave out one of the two")


def activations(constraints: Constraints) -> tuple[str, ...]:
    """The names of activations with which the constraints hold.

    >>> activations(Constraints(convex=1))
    ('relu', 'softplus', 'elu', 'linear')
    """
    if constraints.sense:
        return CONVEX
    return tuple(ACTIVATIONS) if constraints.monotone is None else RISING


def check_activation(constraints: Constraints, name: str) -> None:
    """Raise ModelError for an activation with which the constraints would not hold."""
    allowed = activations(constraints)
    if name in allowed:
        return
    word, usual = ("convex", "softplus") if constraints.sense else ("monotone", "tanh")
    raise ModelError(
        f"a {word} network cannot be built of the activation {name!r}",
        causes=[f"{name} is not itself {word}: {', '.join(allowed)} are"],
        next=f"rs.MLP([10], {usual!r}, {word}=1)",
    )
