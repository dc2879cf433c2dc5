"""Which engine differentiates a model: a visible choice, and what happens when one cannot follow.

eager: dual numbers on NumPy, nothing to compile. compiled: JAX. numeric: finite differences, the
last resort, always said. Like renting skis: stay eager until the time spent eagerly on one model
equals what compiling it would have cost; from then on compiling has paid for itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ModelError, ParameterError
from residua._outcomes import Finding
from residua.autodiff.fingerprint import modules_used
from residua.objective import Engine

ENGINES = ("eager", "compiled", "numeric")
# Two engines do the same arithmetic in another order; special functions may differ by a few ulp.
AGREEMENT = 1e-8
Note = tuple[Finding, str]


class Choice(NamedTuple):
    """The engine, why it was chosen, and what the report should say about it.

    singular: positions of the parameters whose derivative is not finite at the start.
    tangents: derivatives at the start, which the solver would ask for first.
    """

    name: str
    reason: str
    notes: tuple[Note, ...] = ()
    singular: tuple[int, ...] = ()
    tangents: np.ndarray | None = None


def engine(name: str) -> Engine:
    """The function jacobian(function, theta, *args) -> (value, tangents) of an engine."""
    found: Engine = import_module(f"residua.autodiff.{name}").jacobian
    return found


def engines_for(requested: str, function: Any, promoted: bool) -> tuple[tuple[str, ...], str]:
    """The engines to try in order, and why the first is first.

    `promoted` says that eager fits of this model have already cost what compiling would have.
    """
    if requested not in ("auto", *ENGINES):
        raise ParameterError(
            f'engine is "auto", "eager", "compiled" or "numeric", not {requested!r}',
            next='engine="auto"',
        )
    if requested == "numeric":
        return ("numeric",), "finite differences were asked for"
    if requested == "compiled":
        return ("compiled", "eager", "numeric"), "asked for"
    if requested == "eager":
        return ("eager", "compiled", "numeric"), "asked for"
    if modules_used(function) & {"jax", "equinox", "diffrax"}:
        solved = getattr(function, "iterative", False)
        why = "solves a differential equation" if solved else "is written in jax.numpy"
        return ("compiled", "eager", "numeric"), f"the model {why}"
    if promoted:
        return ("compiled", "eager", "numeric"), "this model is fitted again and again"
    return ("eager", "compiled", "numeric"), "nothing to compile"


def choose(
    order: tuple[str, ...],
    reason: str,
    predict: Any,
    theta: np.ndarray,
    x: Any,
    value: np.ndarray,
) -> Choice:
    """The first engine in order that can follow the model and agrees with the model itself.

    `value` is what the plain model predicts at theta: an engine that predicts anything else has
    misunderstood it, and is not used.
    """
    troubles: list[str] = []
    for name in order:
        trouble, singular, tangents = _trouble(name, predict, theta, x, value)
        if trouble is None:
            why = troubles[-1] if troubles else reason
            return Choice(name, why, _notes(name, troubles), singular, tangents)
        troubles.append(f"the {name} engine cannot follow the model ({trouble.rstrip('.')})")
    raise ModelError("the model cannot be differentiated, not even numerically", causes=troubles)


def _trouble(
    name: str, predict: Any, theta: np.ndarray, x: Any, value: np.ndarray
) -> tuple[str | None, tuple[int, ...], np.ndarray | None]:
    """Why this engine cannot be used (None when it can), where its tangents are not finite, and
    the tangents.
    """
    try:
        with np.errstate(all="ignore"):
            found, tangents = engine(name)(predict, theta, x)
    except ImportError:
        return f"the library of the {name} engine is not installed", (), None
    except Exception as error:  # whatever a model does with a carrier it was not written for
        return str(error).splitlines()[0] if str(error) else type(error).__name__, (), None
    found = np.broadcast_to(found, value.shape) if np.ndim(found) < value.ndim else found
    if np.shape(found) != value.shape or np.iscomplexobj(found):
        seen = f"it sees a prediction of shape {np.shape(found)}, the model returns {value.shape}"
        return seen, (), None
    known = np.isfinite(value)
    size = np.abs(value[known]).max(initial=0.0)
    if not ((np.abs(found - value) <= AGREEMENT * size) | ~(known | np.isfinite(found))).all():
        return "it predicts other numbers than the model", (), None
    finite = np.isfinite(tangents)
    if finite.all():
        return None, (), tangents
    bad = np.flatnonzero(~finite.reshape(len(theta), -1).all(axis=1))
    return None, tuple(bad.tolist()), tangents


def _notes(name: str, troubles: list[str]) -> tuple[Note, ...]:
    if name != "numeric":
        return ()
    why = f": {troubles[0]}" if troubles else ""
    return (
        (
            Finding.FINITE_DIFFERENCES,
            f"derivatives are finite differences, good to about 7 digits{why}",
        ),
    )
