"""What curve_fit and least_squares share: bounds, an engine that follows, one local descent.

Every question here may be answered with None: not a standard problem, let scipy judge it. So bad
input meets scipy's own checks and messages, and nothing is checked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds

from residua._errors import ModelError
from residua.algebra.linearization import Linearization
from residua.data.arrays import Arrays
from residua.data.dataset import Block
from residua.doc import Doc
from residua.fitting.engines import choose, engine, engines_for
from residua.fitting.residual_rows import joined
from residua.objective import Engine, Objective
from residua.problem.model import Model
from residua.problem.parameters import Parameter, Parameters
from residua.solvers.host import solve
from residua.solvers.levenberg_marquardt import EPS, LevenbergMarquardt
from residua.solvers.polish import unseen
from residua.solvers.solver import INTERRUPTED, PHASES, ROUNDING, Limits

SCHEMES = ("2-point", "3-point", "cs")
# First trust radius over ‖scale * x0‖: MINPACK's factor for 'lm', that of scipy's own 'trf'.
RADIUS = {"lm": 100.0, "trf": 1.0}
NO_BOUNDS = (-np.inf, np.inf)
AS_IN_SCIPY = Doc(
    "as in scipy; what steers scipy's own algorithm is obeyed by that algorithm, with the exact "
    "Jacobian"
)


class Box(NamedTuple):
    """Bounds of every parameter, and whether any of them is finite."""

    lower: np.ndarray
    upper: np.ndarray
    bounded: bool

    def holds(self, start: np.ndarray) -> bool:
        """Whether the start is finite and within the bounds, and there is room between them."""
        room = (self.lower < self.upper).all()
        inside = (self.lower <= start).all() and (start <= self.upper).all()
        return bool(room and inside and np.isfinite(start).all())


def box(bounds: Any, n: int) -> Box | None:
    """Bounds given as a scipy Bounds or a pair; None when scipy should say what is wrong."""
    if bounds is NO_BOUNDS:
        return Box(np.full(n, -np.inf), np.full(n, np.inf), bounded=False)
    try:
        pair = (bounds.lb, bounds.ub) if isinstance(bounds, Bounds) else tuple(bounds)
        lower, upper = (np.asarray(side, dtype=float) for side in pair)
    except (TypeError, ValueError):
        return None
    shapes = ((n,),) if isinstance(bounds, Bounds) else ((), (n,))
    if lower.shape not in shapes or upper.shape not in shapes:
        return None
    lower, upper = np.broadcast_to(lower, n), np.broadcast_to(upper, n)
    return Box(lower, upper, bool(np.isfinite(lower).any() or np.isfinite(upper).any()))


def as_rows(value: Any) -> np.ndarray | None:
    """What a function returned, as float64; None unless it is an array of finite real numbers."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            return None
    except ValueError:  # ragged
        return None
    array = array.astype(float, copy=False)
    return array if np.isfinite(array).all() else None


def like(function: Callable[..., Any], value: Any, shape: tuple[int, ...]) -> Callable[..., Any]:
    """`function`, with lists joined and a single number spread over `shape` as scipy would.

    `value` is what it returned once.
    """
    if isinstance(value, (list, tuple)):
        return lambda *args: joined(function(*args))
    if np.shape(value) != shape:
        return lambda *args: function(*args) + np.zeros(shape)
    return function


def at_start(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns, in the double precision in which its engine will compute.

    Errors and warnings of the function itself reach the caller.
    """
    if _first_engine(function) != "compiled":
        return function(*args)
    from residua.autodiff.traced_state import double_precision

    with double_precision():
        return function(*args)


def engine_for(
    function: Any, predict: Any, theta: np.ndarray, x: Any, value: np.ndarray
) -> Engine | None:
    """An engine that follows the function, or None. JAX is started only for those that use it."""
    try:
        return engine(choose((_first_engine(function),), "", predict, theta, x, value).name)
    except ModelError:
        return None


def _first_engine(function: Any) -> str:
    return engines_for("auto", function, promoted=False)[0][0]


def objective(
    function: Any, start: np.ndarray, block: Block, jacobian: Engine, whole: bool
) -> Objective:
    """Rows y - function(*x, *theta), or y - function(theta) for one vector of parameters."""
    names = tuple(f"p{i}" for i in range(len(start)))
    model = Model("function", "", function, ("x",), names, whole=whole)
    parameters = Parameters(tuple(Parameter(n, s) for n, s in zip(names, start.tolist())))
    return Objective(model, parameters, Arrays(block), jacobian)


class End(NamedTuple):
    """Where a descent ended: parameters, their triangle, whether it arrived, the solver's code."""

    params: np.ndarray
    lin: Linearization
    arrived: bool
    code: int


def descend(
    problem: Objective, start: np.ndarray, limits: Box, method: str, floor: float, max_steps: int
) -> End:
    """From the start to the minimum it leads to.

    It has arrived when the residual no longer sees the parameters, as far as float64 can tell.
    """
    lower, upper = (limits.lower, limits.upper) if limits.bounded else (None, None)
    rounding = 0.0 if floor else 4 * EPS
    within = Limits(
        lower, upper, floor, radius=RADIUS[method], max_steps=max_steps, rounding=rounding
    )
    # Overflow at a trial point that is refused is no news.
    with np.errstate(all="ignore"):
        walk = solve(problem, start, LevenbergMarquardt(np), within)
        end, code = walk.end, int(walk.state.code)
        done = unseen(end.parts.target, end.lin, end.params, within, PHASES[-1])
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return End(end.params, end.lin, bool(done) or code == ROUNDING, code)


def given(options: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are not the default: all that an older scipy need know about."""
    return {
        name: value
        for name, value in options.items()
        if not (value is defaults[name] or _equal(value, defaults[name]))
    }


def _equal(value: Any, default: Any) -> bool:
    return (
        isinstance(value, (str, int, float)) and type(value) is type(default) and value == default
    )
