"""least_squares: from a function that returns residuals to the same Fit, on the same road.

The rows r(params) are what `fit` calls observed minus predicted, so y = 0 and the prediction is
-r: cost, error bars, verdict and rescues need no second implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import EngineName
from residua._errors import ParameterError
from residua._types import BoundsLike
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.doc import Doc, Ge, documented
from residua.fitting.residual_rows import as_model, calling, first_rows
from residua.fitting.result import Fit
from residua.fitting.solve import solve
from residua.fitting.task import MAX_STEPS, Settings
from residua.problem.gather import gather
from residua.solvers.levenberg_marquardt import EPS
from residua.solvers.solver import State


@documented
def least_squares(
    residuals: Annotated[
        Callable[..., Any],
        Doc(
            "a function written with NumPy that returns an array of residuals. With a "
            "sequence as start it is called with a vector, `residuals(p)`; with a dict as "
            "start, by keyword, `residuals(a=..., b=...)`, if its arguments have those "
            'names, and with one mapping, `residuals({"a": ..., "b": ...})`, if not.'
        ),
    ],
    start: Annotated[
        Mapping[str, Any] | ArrayLike | None,
        Doc(
            "a sequence of numbers (the parameters are then called p0, p1, ...), or a dict "
            "of numbers or arrays by name"
        ),
    ] = None,
    *,
    bounds: Annotated[
        BoundsLike | None,
        Doc("dict of pairs by name (None for no bound), or a pair (lower, upper) of sequences"),
    ] = None,
    fixed: Annotated[
        Mapping[str, Any] | str | Iterable[str] | None,
        Doc("dict of values by name, or names to hold at their start"),
    ] = None,
    args: Annotated[
        Sequence[Any],
        Doc(
            "further positional arguments of `residuals` (before named parameters, after a "
            "vector or a mapping)"
        ),
    ] = (),
    kwargs: Annotated[
        Mapping[str, Any] | None, Doc("further keyword arguments of `residuals`")
    ] = None,
    engine: EngineName = "auto",
    seed: Annotated[
        int,
        Doc("decides everything that is drawn (rescues); the same seed gives the same Fit"),
        Ge(0),
    ] = 0,
    max_steps: Annotated[int, Doc("proposals before the solver gives up"), Ge(1)] = MAX_STEPS,
    callback: Annotated[
        Callable[[State], Any] | None,
        Doc("called with the solver's State after each step; returning True stops the fit"),
    ] = None,
) -> Fit:
    """Minimize half the sum of squares of residuals with exact derivatives, and judge the result.

    minimize ½ Σ r(params)² over the free parameters.

    Returns:
        A Fit, with `fit.residuals` equal to r(params). Error bars take the residuals to be
        independent, with one unknown variance. There are no data to compare with a constant, and
        the order of residuals means nothing: `r_squared` is NaN and structure is not judged.

    Raises:
        ParameterError: no start, an unknown name, a start that is not finite or out of bounds.
        ModelError: `residuals` raises, or does not return an array of finite real numbers.
        DataError: fewer residuals than free parameters.

    Source: J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978.

    Example:
        >>> import numpy as np, residua as rs
        >>> def rosenbrock(p):
        ...     return np.array([10 * (p[1] - p[0] ** 2), 1 - p[0]])
        >>> fit = rs.least_squares(rosenbrock, [-1.2, 1.0])
        >>> fit.ok, round(fit.params["p0"], 12), round(fit.params["p1"], 12)
        (True, 1.0, 1.0)
    """
    began = perf_counter()
    starts = _named_start(start)
    call = calling(residuals, start, tuple(starts), tuple(args), dict(kwargs or {}))
    parameters = gather(call.names, {}, {}, start=starts, bounds=bounds, fixed=fixed)
    rows = first_rows(residuals, call, parameters)
    model = as_model(residuals, call)
    observations = Observations((), Block((), np.zeros(rows.shape)), y_name="residuals")
    settings = Settings(engine, seed, max_steps, callback, rounding=4 * EPS)
    return solve(model, parameters, observations, settings, began=began)


def _named_start(start: Any) -> dict[str, Any]:
    """The start by name: as given, or p0, p1, ... for a sequence."""
    if start is None:
        raise ParameterError(
            "no start was given, and a residual function has no data to find one from",
            next="rs.least_squares(residuals, [1.0, 1.0])",
        )
    if isinstance(start, Mapping):
        named = {str(name): value for name, value in start.items()}
    else:
        named = {f"p{i}": value for i, value in enumerate(_sequence(start))}
    if not named:
        raise ParameterError("the start is empty: there is nothing to fit")
    return named


def _sequence(start: Any) -> list[Any]:
    try:
        vector = np.atleast_1d(np.asarray(start, dtype=float))
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the start is {start!r}, not a vector of numbers",
            causes=["it holds text, None or complex numbers", "its entries have different lengths"],
            next='start=[1.0, 1.0]   # or start={"a": 1.0, "b": 1.0}',
        ) from error
    if vector.ndim != 1:
        raise ParameterError(
            f"the start has shape {vector.shape}; a vector has one axis",
            next='start={"w": array}   # parameters that are arrays have a name',
        )
    return list(vector.tolist())
