"""The short road for a model that is fitted again and again, and the decision to take it.

Renting skis: a model stays on the eager engine until the time spent there equals what compiling
would have cost; from then on compiling has paid for itself. Once a compiled program has proved
itself on a model, the next plain `fit(model, x, y)` goes straight to it and comes back only with a
result against which nothing is to be said; everything else takes the long road.
"""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from residua.data.dataset import Block
from residua.data.observations import LARGEST, SMALLEST, Observations
from residua.fitting.result import Fit
from residua.fitting.verdict import spotless
from residua.problem.model import Model
from residua.problem.parameters import Parameters
from residua.solvers.levenberg_marquardt import EPS
from residua.solvers.solver import Limits

# Importing JAX and compiling one solver takes about this long on two cores (seconds, measured).
COMPILING_COSTS = 2.5

# Engines of a call that may take this road.
ENGINES = ("auto", "compiled")
# A program agrees with its model to rounding; anything larger means that they are different models.
AGREEMENT = 1e-7


@dataclass(frozen=True)
class Known:
    """A model that has a proven program: what `fit` would find out again on the long road.

    start: the defaults of the signature, when every parameter has one.
    """

    model: Model
    parameters: Parameters
    start: tuple[float, ...] | None
    program: Callable[[np.ndarray, Block, Limits], Any]

    @functools.cached_property
    def began_at(self) -> list[float]:
        """The start that `parameters` hold, as a list."""
        return list(self.parameters.vector().tolist())


_known: WeakKeyDictionary[Any, Known] = WeakKeyDictionary()
_spent: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
_texts: dict[str, float] = {}


def remember(function: Any, known: Known) -> None:
    """Keep a proven program for this function object, as long as the function lives."""
    try:
        _known[function] = known
    except TypeError:  # cannot be weakly referenced: it takes the long road each time
        return


def recall(what: Any) -> Known | None:
    """The proven program of this function or Model, if there is one.

    Two Models of one function may read its arguments differently: a Model must be the same object.
    """
    is_model = isinstance(what, Model)
    try:
        known = _known.get(what.function if is_model else what)
    except TypeError:
        return None
    return None if known is None or (is_model and known.model is not what) else known


def plain(x: Any, y: Any) -> bool:
    """Whether the data need no reading: float64 vectors of one length."""
    return (
        type(x) is np.ndarray
        and type(y) is np.ndarray
        and x.dtype == np.float64
        and y.dtype == np.float64
        and x.ndim == 1
        and x.shape == y.shape
        and x.size > 0
    )


def attempt(model: Any, x: Any, y: Any, start: Any, began: float) -> Fit | None:
    """A plain fit by the proven program of this model, when nothing is to be said against it."""
    known = recall(model)
    if known is None or not plain(x, y) or len(y) <= len(known.model.parameters):
        return None
    theta = _vector(known, start)
    if theta is None:
        return None
    block = Block((x.copy(),), y.copy())
    with np.errstate(over="ignore", invalid="ignore"):
        size = math.sqrt(y @ y)
    rows = block if (x[1:] >= x[:-1]).all() else _ordered(block)
    reach = max(-rows.x[0][0], rows.x[0][-1])
    if not (SMALLEST < size < LARGEST and reach < LARGEST):
        return None
    run = known.program(theta, rows, Limits(None, None, 4 * EPS * size))
    if not run.clean or not _agrees(known, rows, run, size):
        return None
    parameters, began_at = known.parameters, theta.tolist()
    if began_at != known.began_at:
        parameters = parameters.started(dict(zip(parameters.names, began_at)))
    return Fit(
        model=known.model,
        parameters=parameters,
        theta=run.params,
        observations=Observations(known.model.independent, block),
        lin=run.lin,
        verdict=spotless(run.lin.R),
        engine="compiled",
        engine_reason="this model is fitted again and again",
        steps=run.steps,
        evaluations=run.steps + 1,
        seconds=perf_counter() - began,
    )


def _ordered(block: Block) -> Block:
    """The same rows in the order of x, in which the program looks for structure."""
    order = np.argsort(block.x[0], kind="stable")
    return Block((block.x[0][order],), block.y[order])


def _agrees(known: Known, block: Block, run: Any, size: float) -> bool:
    """Whether the model, asked now, gives the rows that the program saw: globals may change."""
    gap = block.y - known.model.evaluate(block.x, run.params.tolist())
    gap -= run.rows
    return bool(np.abs(gap, out=gap).max() <= AGREEMENT * size)


def _vector(known: Known, start: Any) -> np.ndarray | None:
    """The start as a free vector, or None when it has to be read on the long road."""
    if start is None:
        return None if known.start is None else np.array(known.start)
    names = known.model.parameters
    if isinstance(start, Mapping):
        if len(start) != len(names) or not all(type(start.get(n)) is float for n in names):
            return None
        return np.array([start[name] for name in names])
    values = np.asarray(start)
    readable = values.shape == (len(names),) and values.dtype.kind in "if"
    return values.astype(float) if readable else None


def habit(model: Model) -> Any:
    """What eager time is booked on: a text, or the code of a function, shared by its closures."""
    if model.kind in ("formula", "shelf", "composed"):
        return model.text
    return getattr(model.function, "__code__", model.function)


def spend(model: Model, seconds: float) -> None:
    """Book time spent eagerly on a model."""
    _book(model, _booked(model) + seconds)


def paid(model: Model) -> None:
    """A program was compiled: what was saved up for it is spent, and the next one costs anew."""
    _book(model, 0.0)


def worth_compiling(model: Model) -> bool:
    """Whether eager fits of this model have already cost what compiling would have."""
    return _booked(model) >= COMPILING_COSTS


def _booked(model: Model) -> float:
    key = habit(model)
    try:
        return _texts.get(key, 0.0) if isinstance(key, str) else _spent.get(key, 0.0)
    except TypeError:  # what cannot be weakly referenced has no account
        return 0.0


def _book(model: Model, seconds: float) -> None:
    key = habit(model)
    if isinstance(key, str):
        _texts[key] = seconds
    else:
        with contextlib.suppress(TypeError):
            _spent[key] = seconds
