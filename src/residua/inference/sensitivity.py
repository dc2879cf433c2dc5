"""Local sensitivities: how a prediction answers to each parameter, over time, ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any

import numpy as np

from residua._arguments import Overwrite, Picture
from residua._errors import ModelError, ParameterError
from residua._types import ModelLike, VariablesLike
from residua.data.columns import numbers
from residua.data.tables import independent_columns
from residua.doc import Doc, documented
from residua.fitting.engines import choose, engines_for
from residua.fitting.result import Fit
from residua.objective import prediction
from residua.problem.gather import gather
from residua.problem.model import Model
from residua.problem.model import model as as_model
from residua.problem.parameters import Parameters


@documented
@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """What `residua.sensitivity` gives: ∂y/∂p of a prediction y(x; p) for every parameter.

    Example:
        >>> import residua as rs
        >>> found = rs.sensitivity("a*x**b", [1.0, 2.0], {"a": 3.0, "b": 2.0})
        >>> found.absolute["a"].tolist(), found.relative["b"].round(3).tolist()
        ([1.0, 4.0], [0.0, 1.386])
    """

    x: Annotated[Mapping[str, np.ndarray], Doc("the variables by name")]
    value: Annotated[np.ndarray, Doc("the prediction y")]
    params: Annotated[Mapping[str, float], Doc("the parameters at which it was taken")]
    absolute: Annotated[Mapping[str, np.ndarray], Doc("∂y/∂p by label, each shaped like y")]
    stderr: Annotated[
        Mapping[str, np.ndarray],
        Doc("standard error of each ∂y/∂p, where the parameters came from a Fit; else empty"),
    ] = field(default_factory=dict)
    uncertainty: Annotated[
        Mapping[str, np.ndarray],
        Doc(
            "what each parameter's standard error alone does to y, the absolute value of "
            "∂y/∂p times it"
        ),
    ] = field(default_factory=dict)
    name: Annotated[str, Doc("what y is called")] = "y"

    @cached_property
    def scaled(self) -> dict[str, np.ndarray]:
        """p ∂y/∂p: the change of y, in its own unit, per relative change of the parameter."""
        return {label: self.params[label] * slope for label, slope in self.absolute.items()}

    @cached_property
    def relative(self) -> dict[str, np.ndarray]:
        """(p / y) ∂y/∂p: per cent of y per cent of the parameter; NaN where y is zero."""
        y = np.where(self.value == 0, np.nan, self.value)
        return {label: slope / y for label, slope in self.scaled.items()}

    @cached_property
    def ranked(self) -> dict[str, float]:
        """Root mean square of p ∂y/∂p over all points, largest first (Brun et al. 2001)."""
        size = {label: float(np.sqrt(np.mean(s**2))) for label, s in self.scaled.items()}
        return dict(sorted(size.items(), key=lambda pair: -pair[1]))

    @cached_property
    def collinearity(self) -> float:
        """1 / smallest singular value of the unit columns: 1 when every parameter acts in its own
        way, infinite when some combination of them has no effect; above 20 it is hardly found from
        such data.
        """
        rows = np.stack([np.ravel(s) for s in self.scaled.values()], axis=1)
        norms = np.sqrt((rows**2).sum(axis=0))
        if not (norms > 0).all():
            return float("inf")
        least = float(np.linalg.svd(rows / norms, compute_uv=False)[-1])
        # Below rounding of the columns there is nothing to tell apart.
        return 1 / least if least > 1e-14 * len(rows) ** 0.5 else float("inf")

    @documented
    def plot(
        self,
        path: Picture = None,
        kind: Annotated[str, Doc('"absolute", "scaled" or "relative"')] = "absolute",
        overwrite: Overwrite = True,
    ) -> Any:
        """Sensitivities along the variable, and their ranks; see `report.sensitivity_figure`."""
        draw = import_module("residua.report.sensitivity_figure").plot
        return draw(self, path, kind=kind, overwrite=overwrite)

    @documented
    def to_frame(
        self, kind: Annotated[str, Doc('"absolute", "scaled" or "relative"')] = "absolute"
    ) -> Any:
        """A pandas DataFrame: the variables, the value, and one column per parameter."""
        return import_module("residua.report.frames").sensitivity_frame(self, self.of_kind(kind))

    @documented
    def of_kind(
        self, kind: Annotated[str, Doc('"absolute", "scaled" or "relative"')]
    ) -> Mapping[str, np.ndarray]:
        """The sensitivities "absolute", "scaled" or "relative"."""
        if kind not in ("absolute", "scaled", "relative"):
            raise ParameterError(f'kind is "absolute", "scaled" or "relative", not {kind!r}')
        found: Mapping[str, np.ndarray] = getattr(self, kind)
        return found

    def __str__(self) -> str:
        return str(import_module("residua.report.sensitivity_text").describe(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(import_module("residua.report.sensitivity_text").describe_html(self))


@documented
def sensitivity(
    what: Annotated[
        Fit | ModelLike,
        Doc("a Fit, or a model: a function `f(x, a, b)`, a formula, a library name, an ODE"),
    ],
    x: Annotated[
        VariablesLike | None,
        Doc(
            "the variables: an array, a mapping or DataFrame by name, a tuple of arrays. For "
            "a Fit, its own points by default."
        ),
    ] = None,
    params: Annotated[
        Mapping[str, Any] | None,
        Doc("values of the parameters by name; those of the Fit, or defaults in the signature"),
    ] = None,
    *,
    engine: Annotated[str, Doc('"auto", "eager", "compiled" or "numeric"')] = "auto",
    independent: Annotated[
        str | Sequence[str] | None, Doc("names of the variables, where the model does not say")
    ] = None,
    **options: Annotated[float | str | bool, Doc("choices of a library model")],
) -> Sensitivity:
    """Local sensitivities of a model's prediction to its parameters, exact, at every point.

    ∂y/∂p, p ∂y/∂p and (p/y) ∂y/∂p; ranked by the root mean square of p ∂y/∂p.

    Returns:
        A Sensitivity: absolute, scaled, relative, ranked, collinearity, plot, to_frame; of a Fit
        also the standard error of each sensitivity, and what each parameter contributes to the
        uncertainty of y.

    Raises:
        ParameterError: a parameter without a value.
        DataError: x is not numbers.

    Source: R. Brun, P. Reichert, H. R. Künsch, Water Resources Research 37, 1015, 2001.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 2, 5)
        >>> found = rs.sensitivity("A0*exp(-k*t)", {"t": t}, {"A0": 2.0, "k": 1.0})
        >>> np.allclose(found.absolute["k"], -2.0 * t * np.exp(-t))
        True
        >>> list(found.ranked)
        ['A0', 'k']
    """
    if isinstance(what, Fit):
        return _of_fit(what, x, params)
    if x is None:
        raise ModelError("no x was given", next="rs.sensitivity(model, x, params)")
    model = _model(what, x, independent, options)
    parameters = _valued(model, params)
    names, columns = independent_columns(x, None, model.independent)
    read = tuple(numbers(name, column)[0] for name, column in zip(names, columns))
    value, tangents = _linearized(model, parameters, read, engine)
    return _sensitivity(model, parameters, dict(zip(names, read)), value, tangents)


def _model(what: Any, x: Any, independent: Any, options: dict[str, Any]) -> Model:
    if (
        isinstance(what, str)
        and independent is None
        and (hasattr(x, "keys") or hasattr(x, "columns"))
    ):
        known = as_model(what, **options)
        if known.kind == "formula":
            independent = tuple(map(str, x))
    return as_model(what, independent=independent, **options)


def _valued(model: Model, params: Mapping[str, Any] | None) -> Parameters:
    """All parameters free, at the values given."""
    parameters = gather(model.parameters, model.defaults, {}, start=params)
    missing = [leaf.name for leaf in parameters.leaves if leaf.start is None]
    if missing:
        raise ParameterError(
            f"no value was given for {', '.join(missing)}",
            next=f"params={{{', '.join(f'{name!r}: ...' for name in missing)}}}",
        )
    return parameters


def _linearized(
    model: Model, parameters: Parameters, x: tuple[np.ndarray, ...], name: str
) -> tuple[np.ndarray, np.ndarray]:
    predict, theta = prediction(model, parameters), parameters.vector()
    with np.errstate(all="ignore"):
        value = np.asarray(predict(theta, x), dtype=float)
        order, reason = engines_for(name, model.function, promoted=False)
        tangents = choose(order, reason, predict, theta, x, value).tangents
    if tangents is None or not np.isfinite(tangents).all():
        raise ModelError(
            "the sensitivities are not finite at some points",
            causes=["a root, logarithm or division at zero"],
            next="leave those points out of x",
        )
    return value, tangents


def _sensitivity(
    model: Model, parameters: Parameters, x: dict[str, np.ndarray], value: Any, tangents: Any
) -> Sensitivity:
    theta = parameters.vector()
    labels = parameters.labels
    slopes = {label: _spread(slope, value) for label, slope in zip(labels, tangents)}
    return Sensitivity(x, value, dict(zip(labels, theta.tolist())), slopes, name=_name(model))


def _spread(slope: Any, value: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.asarray(slope, dtype=float), value.shape)


def _name(model: Model) -> str:
    return model.response or model.equation or model.text.rpartition(".")[2]


def _of_fit(fit: Fit, x: Any, params: Mapping[str, Any] | None) -> Sensitivity:
    """Sensitivities at the fitted parameters, with their own standard errors."""
    if params is not None:
        raise ParameterError(
            "a Fit has its own parameters",
            next="rs.sensitivity(fit.model, x, params)   # at other values",
        )
    from residua.inference.function import linearized
    from residua.inference.prediction import new_columns

    given = () if x is None else (x,)
    names = fit.observations.names
    columns = new_columns(fit, given, {}, names)
    value, tangents = linearized(fit, fit.model, columns)
    labels, errors = fit.labels, fit.standard_errors
    slopes = {label: _spread(slope, value) for label, slope in zip(labels, tangents)}
    alone = {label: np.abs(slopes[label]) * error for label, error in zip(labels, errors)}
    at = dict(zip(labels, fit.theta.tolist()))
    return Sensitivity(
        dict(zip(names, columns)), value, at, slopes, _errors(fit, columns), alone, _name(fit.model)
    )


def _errors(fit: Fit, columns: tuple[np.ndarray, ...]) -> dict[str, np.ndarray]:
    """Standard error of each sensitivity: it depends on the parameters too, unless it is linear."""
    found = {}
    for label in fit.labels:
        if label in fit.model.parameters:
            found[label] = fit.derivative(label).predict(*columns).stderr
    return found
