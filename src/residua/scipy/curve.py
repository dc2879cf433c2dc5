"""curve_fit with the signature, results, warnings and exceptions of scipy.optimize.curve_fit."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from residua._errors import DataError
from residua._types import AnyObject
from residua.algebra.linearization import Linearization
from residua.data.dataset import Block
from residua.doc import Doc, documented, shape
from residua.objective import Objective
from residua.problem.noise import Independent, noise
from residua.scipy import report
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
    like,
    objective,
)
from residua.solvers.levenberg_marquardt import EPS
from residua.solvers.solver import STEP_LIMIT

COUNTS = ("maxfev", "max_nfev")


class Problem(NamedTuple):
    """A model that an engine follows, its start and its data."""

    objective: Objective
    start: np.ndarray
    limits: Box
    method: str
    floor: float
    rows: int


@documented
def curve_fit(
    f: Annotated[Callable[..., Any], Doc("a function `f(x, a, b, ...)` written with NumPy")],
    xdata: Annotated[
        ArrayLike | object,
        Doc("the independent variable, (M,) or (k, M), or any object f understands"),
    ],
    ydata: Annotated[ArrayLike, Doc("observations"), shape("M")],
    p0: Annotated[
        ArrayLike | None, Doc("where to start, (N,). Default: ones, or a point within the bounds.")
    ] = None,
    sigma: Annotated[
        ArrayLike | None,
        Doc("standard deviations (a number or (M,)), or a covariance matrix (M, M)"),
    ] = None,
    absolute_sigma: Annotated[
        bool, Doc("whether sigma is in the units of ydata; otherwise only its ratios count")
    ] = False,
    check_finite: Annotated[bool | None, AS_IN_SCIPY] = None,
    bounds: Annotated[
        tuple[ArrayLike, ArrayLike] | optimize.Bounds,
        Doc("pair (lower, upper) of arrays or numbers, or a scipy Bounds"),
    ] = NO_BOUNDS,
    method: Annotated[str | None, AS_IN_SCIPY] = None,
    jac: Annotated[Callable[..., Any] | str | None, AS_IN_SCIPY] = None,
    *,
    full_output: Annotated[bool, Doc("whether infodict, mesg and ier are given too")] = False,
    nan_policy: Annotated[str | None, AS_IN_SCIPY] = None,
    **kwargs: Annotated[
        AnyObject,
        Doc(
            'as in scipy. A callable jac, method "dogbox" and keywords other than maxfev '
            "and max_nfev steer scipy's own algorithm: it is used, with the exact Jacobian "
            "where none was given."
        ),
    ],
) -> tuple[Any, ...]:
    """Fit a function to data as scipy.optimize.curve_fit does, with exact derivatives.

    minimize Σ ((f(xdata, *p) - ydata) / sigma)², from p0 to the minimum it leads to.

    Returns:
        (popt, pcov): the parameters (N,) and their covariance (N, N); with full_output also
        infodict, mesg and ier.

    Raises:
        ValueError, TypeError, RuntimeError: those of scipy. OptimizeWarning when the covariance
        cannot be estimated.

    Source: J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978.

    Example:
        >>> import numpy as np
        >>> from residua.scipy import curve_fit
        >>> x = np.array([0.0, 1.0, 2.0])
        >>> popt, pcov = curve_fit(lambda x, a, b: a * x + b, x, 2 * x + 1)
        >>> popt
        array([2., 1.])
    """
    problem = None
    if not callable(jac):
        cleaned = (xdata, ydata, sigma)
        if nan_policy == "omit" and not check_finite:
            cleaned = _without_nan(xdata, ydata, sigma)
        if nan_policy in (None, "raise", "omit"):
            problem = _standard(f, *cleaned, p0, bounds, method, jac)
    if problem is not None and problem.method != "dogbox":
        end = _solved(problem, kwargs)
        if end is not None:
            return _answer(problem, end, absolute_sigma, full_output)
    if problem is not None and not {"args", "Dfun", "col_deriv"} & set(kwargs):
        jac = _jacobian(problem)
    found: tuple[Any, ...] = optimize.curve_fit(
        f,
        xdata,
        ydata,
        p0,
        sigma,
        absolute_sigma,
        check_finite,
        bounds,
        method,
        jac,
        full_output=full_output,
        nan_policy=nan_policy,
        **kwargs,
    )
    return found


def _without_nan(xdata: Any, ydata: Any, sigma: Any) -> tuple[Any, Any, Any]:
    """The points (last axis of x) where neither x nor y is NaN; as they came when not numbers."""
    try:
        x, y = np.asarray(xdata, dtype=float), np.asarray(ydata, dtype=float)
        kept = ~(np.isnan(x).any(axis=tuple(range(x.ndim - 1))) | np.isnan(y))
        if sigma is not None and np.ndim(sigma):
            sigma = (
                np.asarray(sigma)[kept] if np.ndim(sigma) == 1 else np.asarray(sigma)[kept][:, kept]
            )
        return x[..., kept], y[kept], sigma
    except (TypeError, ValueError, IndexError):
        return xdata, ydata, sigma


def _standard(
    f: Any, xdata: Any, ydata: Any, sigma: Any, p0: Any, bounds: Any, method: Any, jac: Any
) -> Problem | None:
    """The problem with its engine; None when scipy should meet the arguments as they are."""
    start_and_box = _start(f, p0, bounds)
    if start_and_box is None:
        return None
    start, limits = start_and_box
    method = method or ("trf" if limits.bounded else "lm")
    if method not in ("lm", "trf", "dogbox") or (method == "lm" and limits.bounded):
        return None
    if jac is not None and (method == "lm" or jac not in SCHEMES):
        return None
    block = _block(xdata, ydata, sigma)
    if block is None or (block.y.size < start.size and method == "lm"):
        return None
    value = at_start(f, *block.x, *start)
    rows = as_rows(value)
    if rows is None or rows.shape not in ((), block.y.shape):
        return None
    function = like(f, value, block.y.shape)
    predicted = np.broadcast_to(rows, block.y.shape)
    jacobian = engine_for(f, lambda theta, x: function(*x, *theta), start, block.x, predicted)
    if jacobian is None:
        return None
    whitened = np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))
    floor = 4 * EPS * float(np.linalg.norm(whitened))
    rows_of = objective(function, start, block, jacobian, whole=False)
    return Problem(rows_of, start, limits, method, floor, block.y.size)


def _start(f: Any, p0: Any, bounds: Any) -> tuple[np.ndarray, Box] | None:
    """The start and the bounds of every parameter, if they agree."""
    start = None if p0 is None else np.atleast_1d(p0)
    if start is not None and (start.ndim != 1 or start.dtype.kind not in "biuf"):
        return None
    count = _count(f) if start is None else start.size
    limits = box(bounds, count) if count > 0 else None
    if limits is None:
        return None
    start = _feasible(limits) if start is None else start.astype(float)
    return (start, limits) if limits.holds(start) else None


def _count(f: Any) -> int:
    """How many parameters the signature of f names; 0 when it does not tell."""
    try:
        known = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return 0
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in known) - 1


def _feasible(limits: Box) -> np.ndarray:
    """Ones; the middle between two bounds, one away from a single bound."""
    lower, upper = np.isfinite(limits.lower), np.isfinite(limits.upper)
    with np.errstate(invalid="ignore"):
        middle = 0.5 * (limits.lower + limits.upper)
    single = np.where(lower, limits.lower + 1, np.where(upper, limits.upper - 1, 1.0))
    return np.where(lower & upper, middle, single)


def _block(xdata: Any, ydata: Any, sigma: Any) -> Block | None:
    """Finite data with usable noise."""
    try:
        y = np.asarray(ydata, dtype=float)
        x = np.asarray(xdata, float) if isinstance(xdata, (list, tuple, np.ndarray)) else xdata
    except (TypeError, ValueError):
        return None
    if y.ndim != 1 or y.size == 0 or not np.isfinite(y).all():
        return None
    if isinstance(x, np.ndarray) and not np.isfinite(x).all():
        return None
    if sigma is None:
        return Block((x,), y)
    whitening = _noise(sigma, y)
    return None if whitening is None else Block((x,), y, whitening)


def _noise(sigma: Any, y: np.ndarray) -> Any:
    """What whitens by sigma, or None where scipy should judge it."""
    try:
        spread = np.asarray(sigma, dtype=float)
        if spread.ndim == 2 and spread.shape == (y.size, y.size) and y.size > 1:
            return noise(spread, y)
    except (DataError, TypeError, ValueError):
        return None
    usable = spread.shape in ((), (1,), y.shape) and np.isfinite(spread).all() and spread.all()
    # scipy takes a negative sigma for its size: only the square counts.
    return Independent(np.broadcast_to(1 / spread, y.shape)) if usable else None


def _solved(problem: Problem, kwargs: dict[str, Any]) -> End | None:
    """The end at the minimum; None when scipy's own algorithm should have its way.

    Raises RuntimeError, as scipy does, when the caller's own limit was reached.
    """
    counts = {name: value for name, value in kwargs.items() if value is not None}
    limit = next(iter(counts.values()), 0)
    known = set(counts) <= set(COUNTS[:1] if problem.method == "lm" else COUNTS)
    if not known or len(counts) > 1 or not isinstance(limit, (int, np.integer)) or limit < 0:
        return None
    if problem.rows < problem.start.size:
        return None
    steps = int(limit) or 100 * (problem.start.size + 1)
    end = descend(
        problem.objective, problem.start, problem.limits, problem.method, problem.floor, steps
    )
    if limit and not end.arrived and end.code == STEP_LIMIT:
        raise RuntimeError(
            "Optimal parameters not found: " + report.gave_up(problem.method, int(limit))
        )
    return end if end.arrived else None


def _jacobian(problem: Problem) -> Callable[..., np.ndarray]:
    """The exact Jacobian of the model, called as scipy calls a `jac`."""
    rows = problem.objective

    def jac(x: Any, *params: float) -> np.ndarray:
        return np.asarray(rows.engine(rows.predict, np.array(params), (x,))[1].T)

    return jac


def _answer(problem: Problem, end: End, absolute_sigma: bool, full_output: bool) -> tuple[Any, ...]:
    popt, m = end.params, problem.rows
    pcov = _covariance(end.lin, m, problem.method)
    if pcov is not None and not absolute_sigma:
        pcov = pcov * (2 * end.lin.cost / (m - popt.size)) if m > popt.size else None
    if pcov is None:
        pcov = np.full((popt.size, popt.size), np.inf)
        warnings.warn(
            "Covariance of the parameters could not be estimated",
            category=optimize.OptimizeWarning,
            stacklevel=3,
        )
    if not full_output:
        return popt, pcov
    return popt, pcov, *report.details(problem.objective, end, problem.method)


def _covariance(lin: Linearization, rows: int, method: str) -> np.ndarray | None:
    """(JᵀJ)⁻¹ from the triangle. Without full rank: None ("lm"), the pseudoinverse ("trf")."""
    norms = np.sqrt((lin.R * lin.R).sum(axis=0))
    scale = np.where(norms > 0, norms, 1.0)
    _, s, Vt = np.linalg.svd(lin.R / scale)
    if s[-1] > EPS * max(rows, len(s)) * s[0]:
        factor = (Vt.T / s) / scale[:, None]
        return np.asarray(factor @ factor.T)
    if method == "lm":
        return None
    _, s, Vt = np.linalg.svd(lin.R)
    kept = s > EPS * max(rows, len(s)) * s[0]
    factor = Vt[kept].T / s[kept]
    return np.asarray(factor @ factor.T)
