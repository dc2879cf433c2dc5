"""The signs and methods by which models combine; what they do is in `combine.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from residua._errors import ModelError
from residua._types import ModelLike
from residua.doc import Doc, Ge, documented

if TYPE_CHECKING:
    from residua.problem.model import Model


def _made(what: str, *args: Any) -> Any:
    if any(hasattr(one, "prepared") for one in args):  # a network, which joins by itself
        return NotImplemented
    # Composition needs Model, which needs these methods: it is imported when it is first used.
    found: Model = getattr(import_module("residua.problem.composition.combine"), what)(*args)
    return found


class Algebra:
    """Arithmetic and operators of models; each gives a new Model."""

    # NumPy numbers and arrays leave `array * model` to the model, which says what it can do.
    __array_ufunc__ = None

    def __add__(self, other: Any) -> Model:
        return _made("combined", "+", self, other)

    def __radd__(self, other: Any) -> Model:
        return _made("combined", "+", other, self)

    def __sub__(self, other: Any) -> Model:
        return _made("combined", "-", self, other)

    def __rsub__(self, other: Any) -> Model:
        return _made("combined", "-", other, self)

    def __mul__(self, other: Any) -> Model:
        return _made("combined", "*", self, other)

    def __rmul__(self, other: Any) -> Model:
        return _made("combined", "*", other, self)

    def __truediv__(self, other: Any) -> Model:
        return _made("combined", "/", self, other)

    def __rtruediv__(self, other: Any) -> Model:
        return _made("combined", "/", other, self)

    def __pow__(self, other: Any) -> Model:
        return _made("combined", "**", self, other)

    def __rpow__(self, other: Any) -> Model:
        return _made("combined", "**", other, self)

    def __neg__(self) -> Model:
        return _made("negated", self)

    def __pos__(self) -> Algebra:
        return self

    @documented
    def compose(
        self,
        inner: Annotated[
            ModelLike,
            Doc(
                "a Model, library name, formula of x, or function; its prediction becomes "
                "the variable of this model, which must have one variable"
            ),
        ],
    ) -> Model:
        """This model at what another one predicts: y = self(inner(x)).

        Returns:
            A Model of inner's variables and of the parameters of both.

        Raises:
            ModelError: this model has several variables.
            ParameterError: both have a parameter of the same name.

        Example:
            >>> import residua as rs
            >>> saturation = rs.model("top*u/(half + u)", independent="u")
            >>> dose = saturation.compose("c0*exp(-k*x)")
            >>> dose.independent, dose.parameters
            (('x',), ('top', 'half', 'c0', 'k'))
        """
        return _made("chained", self, inner)

    @documented
    def derivative(
        self,
        *wrt: Annotated[
            str | int,
            Doc(
                "variables or parameters, by name or position; the first variable by "
                "default; several give the mixed derivative"
            ),
        ],
        order: Annotated[int, Doc("how often"), Ge(1)] = 1,
    ) -> Model:
        """The exact derivative of this model, as a model of the same variables and parameters.

        Returns:
            A Model; its parameters are those of this one, so that `E + E.derivative()` has them
            once.

        Raises:
            ModelError: no such variable or parameter.

        Example:
            >>> import residua as rs
            >>> slope = rs.model("a*x**2 + b*x").derivative("x")
            >>> float(slope(3.0, a=1.0, b=2.0))
            8.0
        """
        return _made("differentiated", self, wrt, order)

    @documented
    def quantity(
        self,
        name: Annotated[
            str,
            Doc('one of `rs.models("...").quantities`, such as "pressure" of an equation of state'),
        ],
    ) -> Model:
        """What follows from this library model by differentiation or integration, as a model.

        Returns:
            A Model of the same parameters.

        Raises:
            ModelError: there is no such quantity (those there are are listed), or it is a number.

        Example:
            >>> import residua as rs
            >>> rs.model("murnaghan").quantity("nothing")
            Traceback (most recent call last):
            ...
            residua._errors.ModelError: murnaghan has no quantity 'nothing'...
        """
        return _made("quantity", self, name)

    @documented
    def apply(
        self,
        operator: Annotated[
            Callable[[Any], Any],
            Doc(
                "called with this Model, which is a function of its variables and parameters "
                "in order; returns a Model, or a function of the same arguments"
            ),
        ],
    ) -> Model:
        """What an operator makes of this model, as a model.

        Returns:
            A Model of the same variables and parameters.

        Raises:
            ModelError: the operator returned something else.

        Example:
            >>> import residua as rs
            >>> squared = rs.model("a*x").apply(lambda f: lambda x, *p: f(x, *p) ** 2)
            >>> float(squared(3.0, a=2.0))
            36.0
        """
        return _made("operated", self, operator)


def bound_arguments(
    text: str,
    independent: Sequence[str],
    parameters: Sequence[str],
    values: Sequence[Any],
    named: Mapping[str, Any],
) -> list[Any]:
    """Every variable and parameter in order, from values in order and by name."""
    names = (*independent, *parameters)
    if len(values) > len(names):
        raise ModelError(
            f"{text} takes {len(names)} arguments ({', '.join(names)}), and {len(values)} are given"
        )
    at = dict(zip(names, values))
    for name, value in named.items():
        if name not in names:
            near = get_close_matches(name, names, n=1)
            raise ModelError(
                f"{text} has no argument {name}",
                causes=[f"its arguments are {', '.join(names)}"],
                next=f"{near[0]}=..." if near else "",
            )
        if name in at:
            raise ModelError(f"{name} was given twice, in order and by name")
        at[name] = value
    missing = [name for name in names if name not in at]
    if missing:
        raise ModelError(f"no value was given for {', '.join(missing)}")
    return [at[name] for name in names]
