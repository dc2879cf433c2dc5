"""fit: from data and a model to an answer that can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral
from time import perf_counter
from typing import Annotated, Any

from numpy.typing import ArrayLike

from residua._arguments import EngineName
from residua._errors import DataError, ParameterError
from residua._types import BoundsLike, ModelLike, SolverLike, TableLike, TieLike, VariablesLike
from residua.data.measured import Measured, are_datasets
from residua.doc import Doc, Ge, documented
from residua.fitting import warm
from residua.fitting.pose import for_start, pose
from residua.fitting.result import Fit
from residua.fitting.solve import solve
from residua.fitting.task import MAX_STEPS, Settings
from residua.networks.foreign.recognize import architecture_of
from residua.networks.network import Architecture
from residua.problem.gather import gather


@documented
def fit(
    model: Annotated[
        ModelLike | Architecture | tuple[Any, ...],
        Doc(
            'a function `f(x, a, b)` written with NumPy, a formula `"a*exp(-b*x)"`, the '
            "name of a library model (`residua.models()`), a Model, or a network: "
            "`rs.MLP([10])`, a module of PyTorch, equinox or flax"
        ),
    ],
    x: Annotated[
        VariablesLike | Sequence[Measured] | None,
        Doc(
            "the independent variables: an array, a mapping or DataFrame by name, a tuple of "
            "arrays in the order of the model's arguments, or names of columns of `data`. "
            'For several datasets: a list of `rs.dataset(x, y, ...)`, or a mapping `{"cold": '
            '(x1, y1), "hot": (x2, y2)}`.'
        ),
    ] = None,
    y: Annotated[
        ArrayLike | str | None,
        Doc("observations, of any shape the model returns, or the name of a column of `data`"),
    ] = None,
    *,
    data: Annotated[
        TableLike | None, Doc("a table with named columns (mapping, DataFrame, structured array)")
    ] = None,
    sigma: Annotated[
        ArrayLike | str | None,
        Doc(
            "standard deviation of the observations: a number, an array shaped like y, a "
            "column name, or a covariance matrix (n, n)"
        ),
    ] = None,
    absolute_sigma: Annotated[
        bool,
        Doc(
            "whether sigma is in the units of y; otherwise only its ratios count and the noise is "
            "estimated from the residuals (the convention of scipy)"
        ),
    ] = False,
    start: Annotated[
        Mapping[str, Any] | ArrayLike | None,
        Doc(
            "dict by name, or a sequence in the order of the parameters. Defaults in the "
            "signature come next; what is still missing is found from the data."
        ),
    ] = None,
    bounds: Annotated[
        BoundsLike | None,
        Doc("dict of pairs (None for no bound), or a pair (lower, upper) of sequences"),
    ] = None,
    fixed: Annotated[
        Mapping[str, Any] | str | Iterable[str] | None,
        Doc("dict of values, or names to hold at their start"),
    ] = None,
    tie: Annotated[
        TieLike | None,
        Doc(
            'dict of formulas, `{"b2": "2*b1"}`, or of functions whose arguments are '
            'parameters, `{"b2": lambda b1: 2*b1}`: parameters that follow from others and '
            "are not fitted"
        ),
    ] = None,
    independent: Annotated[
        str | Sequence[str] | None,
        Doc("names of the independent variables when they are not the first arguments"),
    ] = None,
    shared: Annotated[
        str | Iterable[str] | None,
        Doc("of several datasets, the parameters they have in common; all others are local"),
    ] = None,
    local: Annotated[
        str | Iterable[str] | None,
        Doc(
            "of several datasets, the parameters of which each has its own; all others are "
            "shared. Starts, bounds and fixed values of a local one are one number for all, "
            "one per dataset, or a mapping by dataset."
        ),
    ] = None,
    by: Annotated[
        str | None, Doc("the column of `data` that says which dataset a row belongs to")
    ] = None,
    missing: Annotated[
        str, Doc('"raise" or "drop" for rows that are NaN or infinite. Masked rows are left out.')
    ] = "raise",
    engine: EngineName = "auto",
    seed: Annotated[
        int,
        Doc("decides everything that is drawn (starts, rescues); the same seed gives the same Fit"),
        Ge(0),
    ] = 0,
    max_steps: Annotated[
        int, Doc("proposals before the solver gives up (of a network: steps of each member)"), Ge(1)
    ] = MAX_STEPS,
    callback: Annotated[
        Callable[[Any], Any] | None,
        Doc(
            "called with the solver's State after each step (of a network: with each member "
            "trained); returning True stops the fit"
        ),
    ] = None,
    solver: Annotated[
        SolverLike | None,
        Doc(
            "of a network, what goes step by step: `rs.Adam(1e-3, batch=32, epochs=200)`, "
            "`rs.SGD`, `rs.AdamW`, `rs.LBFGS`. Without one, Levenberg-Marquardt with "
            "evidence, or, for large data, mini-batches."
        ),
    ] = None,
    members: Annotated[
        int | None,
        Doc("of a network, about how many to train; 1 keeps a single network of all rows"),
        Ge(1),
    ] = None,
    validation: Annotated[
        float | tuple[Any, Any] | None,
        Doc("of a network with a solver, rows (X, y), or a share of the rows, to stop by"),
    ] = None,
    progress: Annotated[
        bool | None, Doc("of a network, show a line on stderr; None: on a terminal, after 2 s")
    ] = None,
) -> Fit:
    """Fit a model to data by least squares with exact derivatives, and judge the result.

    minimize ½ Σ ((y - model(x, params)) / sigma)² over the free parameters.

    Returns:
        A Fit. `fit.ok` is True only when the parameters may be used; `print(fit)` says why. Several
        datasets give a JointFit: local parameters are arrays, and `fit.parts["cold"]` is the fit as
        one dataset sees it. Datasets that observe different things (`rs.dataset(of=...)`) weigh by
        their sigma; noise that is not known is estimated, one level for each kind of observation
        without sigma (variance components of restricted maximum likelihood, Förstner 1979).

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
    several = shared is not None or local is not None or by is not None or are_datasets(x, y, data)
    if absolute_sigma and sigma is None and not several:
        raise _unknown_sigma()
    _check_words(missing, seed, max_steps, callback)
    told: dict[str, Any] = {
        "data": data, "sigma": sigma, "absolute_sigma": absolute_sigma,
        "independent": independent, "missing": missing, "began": began,
    }  # fmt: skip
    architecture = architecture_of(model)
    if architecture is not None:
        _refuse_for_networks(
            start=start, bounds=bounds, fixed=fixed, tie=tie, shared=shared, local=local, by=by
        )
        limit = None if max_steps == MAX_STEPS else max_steps
        words = (solver, members, validation, progress, callback, seed, limit)
        return _fit_network(several, engine, words, architecture=architecture, x=x, y=y, **told)
    _refuse_without_networks(
        solver=solver, members=members, validation=validation, progress=progress
    )
    settings = Settings(engine, seed, max_steps, callback)
    if several:
        from residua.fitting.joint.fit import fit_jointly
        from residua.fitting.joint.gather import Words

        given = Words(start, bounds, fixed, tie)
        return fit_jointly(model, x, y, given, settings, shared=shared, local=local, by=by, **told)
    unsaid = (data, sigma, bounds, fixed, tie, independent, callback)
    if all(word is None for word in unsaid) and max_steps == MAX_STEPS and engine in warm.ENGINES:
        quick = warm.attempt(model, x, y, start, began)
        if quick is not None:
            return quick
    found, observations = pose(model, x, y, data, sigma, independent, missing)
    found = for_start(found, start)
    parameters = gather(
        found.parameters,
        found.defaults,
        found.bounds,
        start=start,
        bounds=bounds,
        fixed=fixed,
        tie=tie,
        variables=found.independent,
    )
    result = solve(found, parameters, observations, settings, absolute_sigma, began)
    if result.engine == "eager":
        warm.spend(found, result.seconds)
    return result


def _fit_network(several: bool, engine: str, told: tuple[Any, ...], **posed: Any) -> Fit:
    """The road of networks: `told` are its own words, `posed` the table and what is fitted."""
    from residua.fitting.networks.fit import fit_network
    from residua.fitting.networks.several import fit_several
    from residua.fitting.networks.words import Words, check_words

    words = Words(*told)
    check_words(words, engine)
    return (fit_several if several else fit_network)(words=words, **posed)


def _refuse_for_networks(**words: Any) -> None:
    """Words that a network has no use for yet must not be passed over in silence."""
    said = [name for name, value in words.items() if value is not None]
    if said:
        raise ParameterError(
            f"{said[0]}= cannot be used with a network",
            causes=["its parameters have no meaning by themselves; the seed decides the starts"],
            next="rs.fit(rs.MLP([10]), X, y, seed=0)",
        )


def _refuse_without_networks(**words: Any) -> None:
    said = [name for name, value in words.items() if value is not None]
    if said:
        raise ParameterError(
            f"{said[0]}= is for networks, and the model is none",
            next="rs.fit(rs.MLP([10]), X, y, solver=rs.Adam(1e-3))",
        )


def _unknown_sigma() -> DataError:
    return DataError(
        "absolute_sigma=True says that sigma is known, but no sigma was given",
        causes=["error bars would then be those of a noise of exactly 1, whatever the data"],
        next="sigma=0.1, absolute_sigma=True   # or leave absolute_sigma out",
    )


def _check_words(missing: Any, seed: Any, max_steps: Any, callback: Any) -> None:
    if missing not in ("raise", "drop"):
        raise DataError(f'missing must be "raise" or "drop", not {missing!r}')
    if isinstance(max_steps, bool) or not isinstance(max_steps, Integral) or max_steps < 1:
        raise ParameterError(
            f"max_steps is {max_steps!r}, not a whole number from 1 on",
            next=f"max_steps={MAX_STEPS}",
        )
    if not isinstance(seed, Integral) or seed < 0:
        raise ParameterError(f"seed is {seed!r}, not a whole number from 0 on", next="seed=0")
    if callback is not None and not callable(callback):
        raise ParameterError(
            f"callback is {callback!r}, which cannot be called",
            next="callback=lambda state: print(state.steps, state.lin.cost)",
        )
