"""What follows from a fitted model by operators: derivatives, quantities, arithmetic of those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import ModelError, NotDifferentiable, ParameterError
from residua.fitting.engines import engine
from residua.inference.intervals import multiplier
from residua.inference.prediction import Prediction, leverage_of, new_columns, predict
from residua.objective import prediction
from residua.problem.model import Model

if TYPE_CHECKING:
    from residua.fitting.result import Fit
    from residua.inference.derive import Derived

# The engine that follows an operator: most need derivatives of derivatives, which JAX nests.
ENGINES = ("eager", "compiled", "numeric")


@dataclass(frozen=True, eq=False, repr=False)
class FittedFunction:
    """A function of the variables that follows from a fit, with the fit's own error bars.

    Called, it gives plain arrays; `predict` gives confidence bands. Arithmetic with numbers and
    with other functions of the same fit gives such functions again:
    `pressure = -fit.derivative("V") * 160.21766`.
    """

    fit: Fit
    model: Model

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """The function at x, as a plain array."""
        columns = new_columns(self.fit, x, named, self.model.independent)
        theta = self.fit.theta
        with np.errstate(all="ignore"):
            return np.asarray(prediction(self.model, self.fit.parameters)(theta, columns))

    def predict(
        self, /, *x: Any, interval: str | None = None, level: float = 0.95, **named: Any
    ) -> Prediction:
        """The function at new x with its standard error and confidence band.

        variance = s² J (RᵀR)⁻¹ Jᵀ, J the exact derivatives of this function by the parameters.

        Args:
            x: independent variables in order, or one mapping or DataFrame by name; nothing means
                the fitted points.
            interval: None or "confidence". (What is derived is not observed again, so it has no
                prediction interval.)
            level: nominal coverage between 0 and 1.
            named: independent variables by name.

        Returns:
            A Prediction: value, stderr, low, high, extrapolates.

        Raises:
            ParameterError: another interval, or a level outside 0 to 1.
            DataError: x is not numbers.
        """
        if interval not in (None, "confidence"):
            raise ParameterError(
                f'interval is None or "confidence", not {interval!r}',
                causes=["a derived function is not observed, so no new observation of it is due"],
                next='predict(x, interval="confidence")',
            )
        t = multiplier(self.fit, level)
        columns = new_columns(self.fit, x, named, self.model.independent)
        value, tangents = linearized(self.fit, self.model, columns)
        leverage, free = leverage_of(self.fit, tangents)
        stderr = np.where(free, np.inf, np.sqrt(leverage) * self.fit.residual_variance_factor)
        beyond = self._beyond(columns, value.shape) | free
        if interval is None:
            return Prediction(value, stderr, None, None, beyond)
        low, high = value - t * stderr, value + t * stderr
        return Prediction(value, stderr, low, high, beyond, interval, level)

    def _beyond(self, columns: tuple[np.ndarray, ...], shape: tuple[int, ...]) -> np.ndarray:
        """Where the fitted model itself extrapolates, for functions of the same variables."""
        if self.model.independent != self.fit.model.independent:
            return np.zeros(shape, dtype=bool)
        found = predict(self.fit, *columns).extrapolates
        return np.broadcast_to(found, shape) if found.ndim <= len(shape) else np.zeros(shape, bool)

    # From function to function -------------------------------------------------------------------

    def derivative(self, *wrt: str | int, order: int = 1) -> FittedFunction:
        """The exact derivative of this function; see `residua.derivative`."""
        return replace(self, model=self.model.derivative(*wrt, order=order))

    def apply(self, operator: Callable[[Any], Any]) -> FittedFunction:
        """What an operator makes of this function; see `Model.apply`."""
        return replace(self, model=self.model.apply(operator))

    def root(self, target: float = 0.0, **options: Any) -> Derived:
        """Where this function takes the value `target`; see `residua.inference.landmarks.root`."""
        from residua.inference.landmarks import root

        return root(self, target, **options)

    def minimum(self, **options: Any) -> Any:
        """The lowest point within the fitted range; see `residua.inference.landmarks`."""
        from residua.inference.landmarks import extremum

        return extremum(self, lowest=True, **options)

    def maximum(self, **options: Any) -> Any:
        """The highest point within the fitted range; see `residua.inference.landmarks`."""
        from residua.inference.landmarks import extremum

        return extremum(self, lowest=False, **options)

    def integral(self, low: float, high: float, **options: Any) -> Derived:
        """The integral from low to high; see `residua.inference.landmarks.integral`."""
        from residua.inference.landmarks import integral

        return integral(self, low, high, **options)

    def _combined(self, other: Any, how: Callable[[Any, Any], Any]) -> FittedFunction:
        if isinstance(other, FittedFunction):
            if other.fit is not self.fit:
                raise ModelError(
                    "functions of two different fits cannot be combined",
                    causes=["how the errors of two fits go together is not known"],
                    next="fit both data sets in one fit: rs.fit(model, [rs.dataset(...), ...])",
                )
            other = other.model
        return replace(self, model=how(self.model, other))

    def __add__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: b + a)

    def __sub__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: a * b)

    def __rmul__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: b * a)

    def __truediv__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: b / a)

    def __pow__(self, other: Any) -> FittedFunction:
        return self._combined(other, lambda a, b: a**b)

    def __neg__(self) -> FittedFunction:
        return replace(self, model=-self.model)

    # NumPy numbers and arrays leave `array * function` to the function.
    __array_ufunc__ = None

    def __repr__(self) -> str:
        variables = ", ".join(self.model.independent)
        return f"FittedFunction of {variables}: {self.model.equation or self.model.text}"


def linearized(
    fit: Fit, model: Model, columns: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Value and tangents (p, *shape) at the fitted parameters, by the first engine that can."""
    call = prediction(model, fit.parameters)
    order = ENGINES if fit.engine != "compiled" else ENGINES[1:]
    with np.errstate(all="ignore"):
        for name in order:
            try:
                value, tangents = engine(name)(call, fit.theta, columns)
            except (NotDifferentiable, ImportError, TypeError):
                if name == order[-1]:
                    raise
                continue
            return _full(np.asarray(value, dtype=float), tangents, columns)
    raise AssertionError("the last engine returns or raises")


def _full(value: np.ndarray, tangents: Any, columns: Any) -> tuple[np.ndarray, np.ndarray]:
    """A function that is a constant has it at every point."""
    shape = np.broadcast_shapes(*(np.shape(item) for item in columns))
    if value.ndim or not shape:
        return value, np.asarray(tangents)
    column = np.asarray(tangents).reshape(-1, *(1,) * len(shape))
    return np.broadcast_to(value, shape).copy(), np.broadcast_to(column, (len(column), *shape))


# Doors of Fit -----------------------------------------------------------------------------------


def derivative(fit: Fit, *wrt: str | int, order: int = 1) -> FittedFunction:
    """The derivative of a fitted model by its variables (or parameters), with error bars.

    ∂ⁿf/∂xⁿ at the fitted parameters, exact; its standard error from ∂(∂ⁿf/∂xⁿ)/∂parameters.

    Args:
        fit: a Fit.
        wrt: variables or parameters by name or position; the first variable by default; several
            give the mixed derivative.
        order: how often.

    Returns:
        A FittedFunction: call it for numbers, `.predict(x, interval="confidence")` for bands,
        combine it with numbers.

    Raises:
        ModelError: no such variable or parameter.

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(0, 2, 9)
        >>> fit = rs.fit("a*x**2 + b*x", x, 3*x**2 - x + 0.01*np.cos(9*x))
        >>> slope = fit.derivative("x")
        >>> round(float(slope(1.0)), 1), bool(slope.predict([1.0]).stderr[0] < 0.01)
        (5.0, True)
    """
    return FittedFunction(fit, fit.model.derivative(*wrt, order=order))


def quantity(fit: Fit, name: str, level: float = 0.95) -> FittedFunction | Derived:
    """What follows from a fitted library model, by the name its shelf gives it.

    Args:
        fit: a Fit of a library model.
        name: one of the model's quantities (`rs.models("murnaghan").quantities`).
        level: coverage of the interval of a number.

    Returns:
        A FittedFunction (pressure of an equation of state), or, where it is a number that follows
        from the parameters (a half-life), a Derived with its standard error.

    Raises:
        ModelError: no such quantity; those there are are listed.

    Example:
        >>> import numpy as np, residua as rs
        >>> V = np.linspace(14, 20, 20)
        >>> E = rs.model("murnaghan")(V, E0=-56.5, B0=0.49, BP=4.8, V0=16.6)
        >>> fit = rs.fit("murnaghan", V, E + 1e-4*np.sin(9*V))
        >>> fit.quantity("pressure").predict([16.6]).stderr.shape
        (1,)
    """
    number = _number(fit.model, name)
    if number is not None:
        from residua.inference.derive import derive

        return derive(fit, number, level)
    return FittedFunction(fit, fit.model.quantity(name))


def _number(model: Model, name: str) -> Callable[..., Any] | None:
    """The function of parameters behind a quantity that is a number."""
    if model.kind != "shelf":
        return None
    from residua.science.registry import get

    found = get(model.text, **model.options).quantities.get(name)
    return None if found is None else found.value
