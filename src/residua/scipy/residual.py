"""least_squares with the signature, results and exceptions of scipy.optimize.least_squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from residua.data.dataset import Block
from residua.doc import Doc, documented
from residua.objective import Objective
from residua.scipy.local import (
    AS_IN_SCIPY,
    NO_BOUNDS,
    SCHEMES,
    Box,
    End,
    as_rows,
    at_start,
    box,
    descend,
    engine_for,
    given,
    like,
    objective,
)
from residua.solvers.solver import ROUNDING

MESSAGES = {
    1: "`gtol` termination condition is satisfied.",
    2: "`ftol` termination condition is satisfied.",
}
DEFAULTS = {
    "jac": "2-point",
    "bounds": NO_BOUNDS,
    "method": "trf",
    "ftol": 1e-8,
    "xtol": 1e-8,
    "gtol": 1e-8,
    "x_scale": None,
    "loss": "linear",
    "f_scale": 1.0,
    "diff_step": None,
    "tr_solver": None,
    "tr_options": None,
    "jac_sparsity": None,
    "max_nfev": None,
    "verbose": 0,
    "args": (),
    "kwargs": None,
    "callback": None,
    "workers": None,
}
# Options that leave the algorithm alone: with any other the caller steers scipy's own.
NEUTRAL = {"jac", "bounds", "method", "f_scale", "diff_step", "args", "kwargs", "workers"}


class Problem(NamedTuple):
    """A residual function that an engine follows: where it starts, and its rows there."""

    objective: Objective
    start: np.ndarray
    limits: Box
    rows: np.ndarray


@documented
def least_squares(
    fun: Annotated[
        Callable[..., Any],
        Doc(
            "a function `fun(x, *args, **kwargs)` written with NumPy that gives the residuals (m,)"
        ),
    ],
    x0: Annotated[ArrayLike, Doc("where to start, (n,), or a number")],
    jac: Annotated[
        str | Callable[..., Any],
        Doc(
            'a callable is obeyed; each of "2-point", "3-point", "cs" approximates a '
            "Jacobian, and gets the exact one"
        ),
    ] = "2-point",
    bounds: Annotated[
        tuple[ArrayLike, ArrayLike] | optimize.Bounds,
        Doc("pair (lower, upper) of arrays or numbers, or a scipy Bounds"),
    ] = NO_BOUNDS,
    method: Annotated[str, Doc('"trf", "dogbox" or "lm"')] = "trf",
    ftol: Annotated[float | None, AS_IN_SCIPY] = 1e-8,
    xtol: Annotated[float | None, AS_IN_SCIPY] = 1e-8,
    gtol: Annotated[float | None, AS_IN_SCIPY] = 1e-8,
    x_scale: Annotated[str | ArrayLike | None, AS_IN_SCIPY] = None,
    loss: Annotated[str | Callable[..., Any], AS_IN_SCIPY] = "linear",
    f_scale: Annotated[float, AS_IN_SCIPY] = 1.0,
    diff_step: Annotated[ArrayLike | None, AS_IN_SCIPY] = None,
    tr_solver: Annotated[str | None, AS_IN_SCIPY] = None,
    tr_options: Annotated[Mapping[str, Any] | None, AS_IN_SCIPY] = None,
    jac_sparsity: Annotated[ArrayLike | None, AS_IN_SCIPY] = None,
    max_nfev: Annotated[int | None, AS_IN_SCIPY] = None,
    verbose: Annotated[int, AS_IN_SCIPY] = 0,
    args: Annotated[Sequence[Any], Doc("further positional arguments of `fun`")] = (),
    kwargs: Annotated[Mapping[str, Any] | None, Doc("further keyword arguments of `fun`")] = None,
    callback: Annotated[Callable[..., Any] | None, AS_IN_SCIPY] = None,
    workers: Annotated[int | Callable[..., Any] | None, AS_IN_SCIPY] = None,
) -> optimize.OptimizeResult:
    """Nonlinear least squares as scipy.optimize.least_squares, with exact derivatives.

    minimize ½ Σ fᵢ(x)² subject to lower <= x <= upper, from x0 to the minimum it leads to.

    Returns:
        The OptimizeResult of scipy: x, cost, fun, jac, grad, optimality, active_mask, nfev, njev,
        status, message, success.

    Raises:
        ValueError, TypeError: those of scipy.

    Source: J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978.

    Example:
        >>> import numpy as np
        >>> from residua.scipy import least_squares
        >>> least_squares(lambda x: np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]]), [2, 2]).x
        array([1., 1.])
    """
    passed = locals()
    options = given({name: passed[name] for name in DEFAULTS}, DEFAULTS)
    problem = _standard(fun, x0, options)
    if problem is None:
        return optimize.least_squares(fun, x0, **options)
    if (
        set(options) <= NEUTRAL
        and method in ("trf", "lm")
        and len(problem.rows) >= problem.start.size
    ):
        end = descend(
            problem.objective, problem.start, problem.limits, method, 0.0, 100 * problem.start.size
        )
        if end.arrived:
            return _result(problem, end)
    options["jac"] = _jacobian(problem.objective)
    return optimize.least_squares(fun, x0, **options)


def _standard(fun: Any, x0: Any, options: Mapping[str, Any]) -> Problem | None:
    """The problem with its engine; None when scipy should meet the arguments as they are."""
    jac = options.get("jac", SCHEMES[0])
    if not isinstance(jac, str) or jac not in SCHEMES or "jac_sparsity" in options:
        return None
    start = np.atleast_1d(x0)
    if start.dtype.kind not in "biuf" or start.ndim != 1 or start.size == 0:
        return None
    start = start.astype(float)
    limits = box(options.get("bounds", NO_BOUNDS), start.size)
    if limits is None or not limits.holds(start):
        return None
    if limits.bounded and options.get("method") == "lm":
        return None
    args, kwargs = options.get("args", ()), options.get("kwargs") or {}
    function: Callable[..., Any] = partial(_called, fun, args, kwargs)
    value = at_start(function, start.copy())
    rows = as_rows(value)
    if rows is None or rows.ndim > 1 or rows.size == 0:
        return None
    rows = np.atleast_1d(rows)
    function = like(function, value, rows.shape)
    jacobian = engine_for(fun, lambda theta, x: function(theta), start, (), rows)
    if jacobian is None:
        return None
    block = Block((), np.zeros(rows.shape))
    return Problem(objective(function, start, block, jacobian, whole=True), start, limits, rows)


def _called(fun: Any, args: Any, kwargs: Any, x: Any) -> Any:
    return fun(x, *args, **kwargs)


def _jacobian(problem: Objective) -> Callable[..., np.ndarray]:
    """The exact Jacobian, called as scipy calls a `jac`."""
    return lambda x, *args, **kwargs: 0.0 - problem.augmented(x)[:-1].T


def _result(problem: Problem, end: End) -> optimize.OptimizeResult:
    x, limits = end.params, problem.limits
    # Rows of the objective are 0 - fun.
    augmented = 0.0 - problem.objective.augmented(x)
    jac, rows = augmented[:-1].T, augmented[-1]
    gradient = augmented[:-1] @ rows
    status = 1 if end.code != ROUNDING else 2
    count = problem.objective.evaluations
    return optimize.OptimizeResult(
        x=x,
        cost=0.5 * float(rows @ rows),
        fun=rows,
        jac=jac,
        grad=gradient,
        optimality=float(np.abs(_room(x, gradient, limits) * gradient).max()),
        active_mask=np.where(x <= limits.lower, -1, np.where(x >= limits.upper, 1, 0)),
        nfev=count,
        njev=count,
        status=status,
        message=MESSAGES[status],
        success=True,
    )


def _room(x: np.ndarray, gradient: np.ndarray, limits: Box) -> np.ndarray:
    """Distance to the bound that descent heads for, 1 where there is none.

    The scaling of T. F. Coleman and Y. Li, SIAM J. Optim. 6 (1996) 418, in which scipy measures
    optimality within bounds.
    """
    up, down = limits.upper - x, x - limits.lower
    room = np.where(gradient < 0, up, np.where(gradient > 0, down, np.inf))
    return np.where(np.isfinite(room), room, 1.0)
