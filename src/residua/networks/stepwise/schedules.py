"""How the learning rate changes: tables of factors, made before they are needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from residua._errors import ParameterError


def factors(schedule: Any, first: int, count: int, total: int) -> np.ndarray:
    """What the rate is multiplied by at steps first .. first + count - 1.

        constant: 1;    cosine: (1 + cos(pi step / total)) / 2;    {step: factor}: from that step on

    Args:
        schedule: "constant", "cosine", a function step -> factor, or {step: factor}.
        first: a step, from 0.
        count: how many.
        total: steps of the whole training.

    Returns:
        (count,) finite numbers, none negative.

    Raises:
        ParameterError: another word, or a factor that is negative or not finite.

    Source: I. Loshchilov, F. Hutter, ICLR 2017, for the cosine.

    Example:
        >>> factors({0: 1.0, 3: 0.1}, 2, 3, total=100)
        array([1. , 0.1, 0.1])
    """
    steps = np.arange(first, first + count)
    if isinstance(schedule, str) and schedule in _WORDS:
        found = _WORDS[schedule](steps, total)
    elif isinstance(schedule, Mapping):
        found = _piecewise(schedule, steps)
    elif callable(schedule):
        found = np.array([schedule(int(step)) for step in steps], dtype=np.float64)
    else:
        raise ParameterError(
            f"there is no schedule {schedule!r}",
            causes=['a schedule is "constant", "cosine", a function, or {step: factor}'],
            next='schedule="cosine"',
        )
    bad = ~(np.isfinite(found) & (found >= 0))
    if bad.any():
        step, factor = steps[bad][0], found[bad][0]
        raise ParameterError(f"the schedule gives {factor} at step {step}; factors are 0 or more")
    return found


def depends_on_total(schedule: Any) -> bool:
    """Whether a longer training has other rates from its beginning."""
    return isinstance(schedule, str) and schedule == "cosine"


def _cosine(steps: np.ndarray, total: int) -> np.ndarray:
    return 0.5 + 0.5 * np.cos(math.pi * np.minimum(steps / total, 1.0))


_WORDS = {"constant": lambda steps, total: np.ones(len(steps)), "cosine": _cosine}


def _piecewise(schedule: Mapping[int, float], steps: np.ndarray) -> np.ndarray:
    begins = np.array(sorted(schedule), dtype=np.float64)
    values = np.array([1.0, *(schedule[step] for step in sorted(schedule))])
    return values[np.searchsorted(begins, steps, side="right")]
