"""Say in words what the data do not determine: "only a1*a2 is determined".

A direction of the valley is a guess at a combination (a product, ratio, sum or difference). Each
guess is tried on the model: the parameters are moved along it by a tenth, and only a combination
that really leaves the predictions alone is put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from residua._outcomes import Finding
from residua.algebra.covariance import Uncertainty
from residua.objective import Objective

Note = tuple[Finding, str]
Move = Callable[[float], np.ndarray]
INVOLVED = 1e-3  # share of the direction below which a parameter takes no part in it
UNCHANGED = 1e-6  # relative change of the rows that still counts as none


def describe_valley(
    objective: Objective, params: np.ndarray, known: Uncertainty, labels: tuple[str, ...]
) -> list[Note]:
    """One finding per direction that the data leave free."""
    return [
        _describe(objective, params, direction, known.scale, labels)
        for direction in _simplest(known.null).T
    ]


def _simplest(null: np.ndarray) -> np.ndarray:
    """A basis of the same space with as many zeros as row reduction can make."""
    basis = null.T.copy()
    for row in range(len(basis)):
        pivot = int(np.argmax(np.abs(basis[row])))
        basis[row] /= basis[row, pivot]
        for other in range(len(basis)):
            if other != row:
                basis[other] -= basis[other, pivot] * basis[row]
    return (basis / np.abs(basis).max(axis=1, keepdims=True)).T


def _describe(
    objective: Objective,
    params: np.ndarray,
    direction: np.ndarray,
    scale: np.ndarray,
    labels: tuple[str, ...],
) -> Note:
    involved = np.flatnonzero(np.abs(direction) > INVOLVED)
    names = [labels[i] for i in involved]
    if len(involved) == 1:
        return Finding.NO_INFLUENCE, (
            f"{names[0]} does not influence the predictions at these data: fix it "
            f"(fixed={{'{names[0]}': ...}}) or leave it out"
        )
    if len(involved) == 2:
        for words, move in _guesses(params, direction / scale, involved, names):
            if _leaves_alone(objective, params, move):
                return Finding.NOT_DETERMINED, (
                    f"only {words} is determined, not {names[0]} and {names[1]} by themselves: "
                    f"fix one of them (fixed={{'{names[0]}': ...}}) or fit {words} as one parameter"
                )
    moves = (direction / scale)[involved]
    along = ", ".join(f"{name} {move:+.3g}" for name, move in zip(names, moves))
    return Finding.NOT_DETERMINED, (
        f"{_listed(names)} are not determined separately: moving them together along ({along}) "
        "changes no prediction"
    )


def _guesses(
    params: np.ndarray, direction: np.ndarray, involved: np.ndarray, names: list[str]
) -> Iterator[tuple[str, Move]]:
    """Combinations of two parameters that a direction may stand for, and the move along each."""
    i, j = involved
    if params[i] != 0 and params[j] != 0:
        power = (direction[j] / params[j]) / (direction[i] / params[i])
        for m, n in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1)):
            # a**m * b**n stays put when b moves by the power -m/n of what a moves.
            for sign in (1, -1):
                if abs(power + sign * m / n) < 1e-3:
                    yield _product(names, m, sign * n), _scaled(params, involved, -sign * m / n)
    ratio = direction[j] / direction[i]
    for sign, symbol in ((1, "+"), (-1, "-")):
        if abs(ratio + sign) < 1e-3:
            yield f"{names[0]} {symbol} {names[1]}", _shifted(params, involved, -sign)


def _scaled(params: np.ndarray, involved: np.ndarray, power: float) -> Move:
    """Multiply one parameter by t and the other by t**power."""

    def move(t: float) -> np.ndarray:
        factors = np.ones(len(params))
        factors[involved] = t, t**power
        return params * factors

    return move


def _shifted(params: np.ndarray, involved: np.ndarray, sign: float) -> Move:
    """Add to one parameter and add `sign` times as much to the other."""
    unit = 1 + abs(params[involved[0]])

    def move(t: float) -> np.ndarray:
        added = np.zeros(len(params))
        added[involved] = (t - 1) * unit, sign * (t - 1) * unit
        return params + added

    return move


def _product(names: list[str], m: int, n: int) -> str:
    first = names[0] if m == 1 else f"{names[0]}**{m}"
    second = names[1] if abs(n) == 1 else f"{names[1]}**{abs(n)}"
    return f"{first}{'*' if n > 0 else '/'}{second}"


def _leaves_alone(objective: Objective, params: np.ndarray, move: Move) -> bool:
    rows = objective.residual(params)
    size = np.linalg.norm(objective.predicted(params)) + np.linalg.norm(rows)
    changes = [np.linalg.norm(objective.residual(move(t)) - rows) for t in (1.1, 0.9)]
    return bool(max(changes) <= UNCHANGED * size)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
