"""fit: from data and a model to an answer that can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua._outcomes import Finding
from residua.algebra.linearization import Linearization
from residua.data.arrays import Arrays
from residua.data.observations import Observations, column, column_names, independent_columns, observe
from residua.fitting import rescue as rescues
from residua.fitting.check_model import plain_prediction, protected
from residua.fitting.engines import Choice, choose, engine
from residua.fitting.result import Fit
from residua.fitting.starts import find_start
from residua.fitting.verdict import Verdict, judge
from residua.objective import Objective, prediction
from residua.problem.model import Model, from_formula, with_count
from residua.problem.model import model as as_model
from residua.problem.parameters import Parameters, gather
from residua.solvers.host import Run
from residua.solvers.host import solve as solve_on_host
from residua.solvers.levenberg_marquardt import EPS, LevenbergMarquardt
from residua.solvers.polish import Polished
from residua.solvers.solver import Limits, State

MAX_STEPS = 2000


def fit(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    data: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    start: Any = None,
    bounds: Any = None,
    fixed: Any = None,
    independent: str | Sequence[str] | None = None,
    missing: str = "raise",
    engine: str = "auto",
    seed: int = 0,
    max_steps: int = MAX_STEPS,
    callback: Callable[[State], Any] | None = None,
) -> Fit:
    """Fit a model to data by least squares with exact derivatives, and judge the result.

    minimize ½ Σ ((y - model(x, params)) / sigma)² over the free parameters.

    Args:
        model: a function `f(x, a, b)` written with NumPy, a formula `"a*exp(-b*x)"`, the name of a
            library model (`residua.models()`), or a Model.
        x: independent variables: an array, a mapping or DataFrame by name, a tuple of arrays in the
            order of the model's arguments, or names of columns of `data`.
        y: observations, of any shape the model returns, or the name of a column of `data`.
        data: a table with named columns (mapping, DataFrame, structured array).
        sigma: standard deviation of the observations: a number, an array shaped like y, a column
            name, or a covariance matrix (n, n).
        absolute_sigma: sigma is in the units of y; otherwise only its ratios count and the noise is
            estimated from the residuals (the convention of scipy).
        start: dict by name, or a sequence in the order of the parameters. Defaults in the signature
            come next; what is still missing is found from the data.
        bounds: dict of pairs (None for no bound), or a pair (lower, upper) of sequences.
        fixed: dict of values, or names to hold at their start.
        independent: names of the independent variables when they are not the first arguments.
        missing: "raise" or "drop" for rows that are NaN or infinite. Masked rows are left out.
        engine: "auto", "eager" (NumPy), "compiled" (JAX) or "numeric" (finite differences).
        seed: for everything that is drawn (starts, rescues); the same seed gives the same Fit.
        max_steps: proposals before the solver gives up.
        callback: called with the solver's State after each step; returning True stops the fit.

    Returns:
        A Fit. `fit.ok` is True only when the parameters may be used; `print(fit)` says why.

    Raises:
        DataError, ModelError, ParameterError, FormulaError: bad input, each with what to do next.

    Sources: J. J. Moré (1978) for the solver; D. M. Bates and D. G. Watts (1981) for convergence.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 4, 30)
        >>> fit = rs.fit("a*exp(-b*t)", {"t": t}, 2*np.exp(-1.3*t) + 0.01*np.sin(50*t))
        >>> fit.ok, round(fit.params["b"], 1)
        (True, 1.3)
    """
    began = perf_counter()
    found, observations = pose(model, x, y, data, sigma, independent, missing)
    if absolute_sigma and sigma is None:
        raise DataError(
            "absolute_sigma=True says that sigma is known, but no sigma was given",
            causes=["error bars would then be those of a noise of exactly 1, whatever the data"],
            next="sigma=0.1, absolute_sigma=True   # or leave absolute_sigma out",
        )
    found = _counted(found, start)
    parameters = gather(
        found.parameters, found.defaults, found.bounds, start=start, bounds=bounds, fixed=fixed
    )
    settings = Settings(engine, seed, max_steps, callback)
    result = solve(found, parameters, observations, settings, absolute_sigma)
    return replace(result, seconds=perf_counter() - began)


def pose(
    model: Any,
    x: Any,
    y: Any,
    data: Any,
    sigma: Any,
    independent: str | Sequence[str] | None,
    missing: str,
) -> tuple[Model, Observations]:
    """The model with its independent variables named, and the checked observations."""
    y_name = y if isinstance(y, str) else "y"
    found = _named_model(model, x, data, independent, y, sigma)
    if y is None and found.response:
        y = y_name = found.response
    if y is None:
        raise DataError("no y was given", next="rs.fit(model, x, y)")
    y = column(data, y, "y") if isinstance(y, str) else y
    sigma = column(data, sigma, "sigma") if isinstance(sigma, str) else sigma
    if x is None and data is None:
        raise DataError("no x was given", next="rs.fit(model, x, y)")
    names, columns = independent_columns(x, data, found.independent)
    return found, observe(names, columns, y, sigma, missing, y_name)


def _named_model(
    model: Any, x: Any, data: Any, independent: Any, y: Any, sigma: Any
) -> Model:
    """The model, told which of its names are columns."""
    if isinstance(model, Model):
        return model
    names = _candidate_names(x, data, y, sigma) if independent is None else independent
    if isinstance(names, str):
        names = (names,)
    if isinstance(model, str):
        known = as_model(model, independent=names) if names else as_model(model)
        if known.kind == "formula" and not known.independent:
            raise _no_variable(known, names)
        return known
    if names is not None and callable(model):
        plain = as_model(model)
        arguments = (*plain.independent, *plain.parameters)
        matching = [name for name in names if name in arguments]
        if independent is None and not matching:
            return plain
        return as_model(model, independent=matching or names)
    return as_model(model)


def _candidate_names(x: Any, data: Any, y: Any, sigma: Any) -> tuple[str, ...] | None:
    """Names that are columns, and so cannot be parameters; None when nothing has a name."""
    if isinstance(x, str):
        return (x,)
    if isinstance(x, (list, tuple)) and x and all(isinstance(item, str) for item in x):
        return tuple(x)
    if x is not None:
        named = isinstance(x, dict) or hasattr(x, "columns")
        return column_names(x) if named else None
    if data is None:
        return None
    return tuple(n for n in column_names(data) if n != y and n != sigma)


def _no_variable(model: Model, names: Any) -> DataError:
    free = ", ".join(model.parameters)
    return DataError(
        f"the formula {model.text!r} does not contain {' or '.join(names or ('x',))}",
        causes=[f"its names are {free}: one of them is the independent variable"],
        next=f'rs.fit({model.text!r}, x, y, independent="{model.parameters[-1]}")',
    )


def _counted(model: Model, start: Any) -> Model:
    """Give `f(x, *p)` as many parameters as the start has values."""
    if not model.options.get("variadic"):
        if not model.parameters:
            raise ParameterError(f"the model {model.text} has no parameter to fit")
        return model
    if start is None:
        raise ParameterError(
            f"{model.text} takes *parameters, so their number is not known", next="start=[1.0, 1.0]"
        )
    return with_count(model, np.size(start) if not isinstance(start, dict) else len(start))


@dataclass(frozen=True)
class Settings:
    """How to fit, as opposed to what."""

    engine: str = "auto"
    seed: int = 0
    max_steps: int = MAX_STEPS
    callback: Callable[[State], Any] | None = None
    rounding: float = 0.0


def solve(
    model: Model,
    parameters: Parameters,
    observations: Observations,
    settings: Settings,
    absolute_sigma: bool = False,
) -> Fit:
    """Choose engine and start, run the solver, judge, rescue when needed."""
    safe = observations._replace(block=protected(observations.block))
    block = safe.block
    parameters = _estimated(model, parameters, block)
    choice = None
    if any(leaf.start is None for leaf in parameters.leaves):
        choice = _choice(model, parameters, block, settings, None)
        chosen = engine(choice.name)
        parameters = find_start(
            lambda p: Objective(model, p, Arrays(block), chosen),
            parameters,
            block,
            lambda p: limits_for(p, block, settings),
            settings.seed,
        )
    if not parameters.labels:
        raise ParameterError("every parameter is fixed: there is nothing to fit")
    if observations.block.y.size < len(parameters.labels):
        raise DataError(
            f"{observations.block.y.size} observations cannot determine "
            f"{len(parameters.labels)} parameters",
            next=f"fixed={{'{parameters.labels[0]}': ...}}, or more data",
        )
    theta = parameters.vector()
    value = plain_prediction(model, parameters, theta, block)
    choice = _choice(model, parameters, block, settings, value)
    return _solve_from(model, parameters, safe, settings, choice, theta, absolute_sigma)


def _choice(
    model: Model, parameters: Parameters, block: Any, settings: Settings, value: Any
) -> Choice:
    if value is None:
        return Choice("eager", "a start is looked for")
    return choose(
        settings.engine,
        model.function,
        prediction(model, parameters),
        parameters.vector(),
        block.x,
        value,
    )


def _estimated(model: Model, parameters: Parameters, block: Any) -> Parameters:
    """Fill missing starts from the library model's own estimate."""
    missing = [leaf for leaf in parameters.leaves if leaf.start is None]
    if not missing or model.estimate is None:
        return parameters
    guess = model.estimate(*block.x, block.y)
    inside = {
        leaf.name: float(np.clip(guess[leaf.name], leaf.lower, leaf.upper)) for leaf in missing
    }
    return parameters.started(inside)


def limits_for(parameters: Parameters, block: Any, settings: Settings) -> Limits:
    """Bounds, and the rounding level of the residual norm."""
    bounds = parameters.bounds()
    y = np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))
    floor = 4 * EPS * float(np.sqrt(y @ y))
    lower, upper = (None, None) if bounds is None else bounds
    return Limits(
        lower, upper, floor, max_steps=settings.max_steps, rounding=settings.rounding
    )


def _solve_from(
    model: Model,
    parameters: Parameters,
    observations: Observations,
    settings: Settings,
    choice: Choice,
    theta: np.ndarray,
    absolute_sigma: bool,
) -> Fit:
    block = observations.block
    objective = Objective(model, parameters, Arrays(block), engine(choice.name))
    limits = limits_for(parameters, block, settings)
    with np.errstate(all="ignore"):
        walk = solve_on_host(
            objective, theta, LevenbergMarquardt(np), limits, settings.callback
        )
        end, verdict = walk.end, _judged(walk, objective, theta, parameters, block, limits)
        notes = choice.notes
        if rescues.needed(verdict):
            end, verdict, note = _rescued(
                end, verdict, objective, theta, parameters, block, limits, settings
            )
            notes += note
    return Fit(
        model=model,
        parameters=parameters,
        theta=end.params,
        observations=observations,
        lin=end.lin,
        verdict=verdict,
        absolute_sigma=absolute_sigma,
        engine=choice.name,
        engine_reason=choice.reason,
        steps=int(walk.state.steps),
        evaluations=objective.evaluations,
        costs=walk.costs,
        notes=notes,
    )


def _judged(
    walk: Run,
    objective: Objective,
    start: np.ndarray,
    parameters: Parameters,
    block: Any,
    limits: Limits,
) -> Verdict:
    return judge(walk.end, int(walk.state.code), start, parameters, objective, block, limits)


def _rescued(
    end: Polished,
    verdict: Verdict,
    objective: Objective,
    theta: np.ndarray,
    parameters: Parameters,
    block: Any,
    limits: Limits,
    settings: Settings,
) -> tuple[Polished, Verdict, tuple[tuple[Finding, str], ...]]:
    """The best of the first attempt and its rescues, and what to say about it."""
    ends: dict[int, Polished] = {}

    def finish(start: np.ndarray) -> rescues.Candidate:
        lin: Linearization = objective.linearize(start)
        if not np.isfinite(lin.cost):
            return rescues.Candidate(start, np.inf, verdict)
        again = solve_on_host(objective, start, LevenbergMarquardt(np), limits)
        new, judged = again.end, _judged(again, objective, theta, parameters, block, limits)
        ends[id(new.params)] = new
        return rescues.Candidate(new.params, float(new.lin.cost), judged)

    first = rescues.Candidate(end.params, float(end.lin.cost), verdict)
    best = rescues.rescue(
        first, finish, objective, theta, parameters, block, limits, settings.seed
    )
    if best is first:
        return end, verdict, ()
    said = ()
    if verdict.outcome.ok and best.cost < first.cost * (1 - rescues.SAME_COST):
        said = (
            (
                Finding.OTHER_MINIMUM,
                f"from this start the solver first met another minimum, with {first.cost / best.cost:.3g} "
                f"times the sum of squares; {best.how} found the one reported",
            ),
        )
    return ends[id(best.theta)], best.verdict, said
