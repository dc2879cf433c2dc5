"""Model: `model(x, **params)`, pure; from a Python function, a formula string or the shelf.

Convention of scipy: the first positional arguments are the independent variables, the rest are
parameters; a default in the signature is the parameter's start. An argument whose default is text
or a switch (`kind="linear"`, `log=False`) is an option: it keeps its default and is not fitted.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, NamedTuple

import numpy as np

from residua._errors import ModelError
from residua._types import AnyObject, ModelLike
from residua.autodiff.fingerprint import modules_used
from residua.doc import Doc, documented
from residua.doc.decorator import documented_when_read
from residua.problem.composition.face import Algebra, bound_arguments
from residua.problem.parameters import Bound


@documented_when_read  # every script would pay for it otherwise
@dataclass(frozen=True, eq=False)
class Model(Algebra):
    """What is fitted, with everything known about it.

    Models combine: `+ - * / **` with models, numbers, library names and formulas; `compose`,
    `derivative`, `quantity`, `apply`. What comes out is a Model again.

    Example:
        >>> import residua as rs
        >>> line = rs.model("a*x + b")
        >>> line.parameters, (line + "gaussian").parameters
        (('a', 'b'), ('a', 'b', 'amplitude', 'center', 'sigma'))
    """

    kind: Annotated[str, Doc('"function", "formula", "shelf" or "composed"')]
    text: Annotated[
        str,
        Doc(
            "the formula, the name on the shelf, module.qualname, or how the parts are put together"
        ),
    ]
    function: Annotated[Callable[..., Any], Doc("called with variables and parameters in order")]
    independent: Annotated[tuple[str, ...], Doc("names of the variables")]
    parameters: Annotated[tuple[str, ...], Doc("names of all others")]
    defaults: Annotated[Mapping[str, Any], Doc("starts known without data")] = field(
        default_factory=dict
    )
    bounds: Annotated[Mapping[str, Bound], Doc("the model's own, by parameter")] = field(
        default_factory=dict
    )
    estimate: Annotated[Callable[..., dict[str, float] | None] | None, Doc("(x, y) -> start")] = (
        None
    )
    options: Annotated[Mapping[str, Any], Doc("choices of a library model")] = field(
        default_factory=dict
    )
    equation: Annotated[str, Doc("what is shown of it")] = ""
    response: Annotated[str, Doc("what it predicts")] = ""
    by_name: Annotated[bool, Doc("whether the function is called by names")] = False
    keyword_only: Annotated[
        int, Doc("how many of the last parameters the function takes by name alone")
    ] = 0
    whole: Annotated[
        bool,
        Doc("whether the function takes one vector of all parameters, as residual functions do"),
    ] = False
    recipe: Annotated[AnyObject, Doc("the tree of a composed model")] = None

    @documented
    def evaluate(
        self,
        x: Annotated[Sequence[Any], Doc("an array for each independent variable")],
        values: Annotated[Sequence[Any], Doc("the parameters, in order")],
    ) -> Any:
        """The prediction at x for parameter values in order."""
        if self.whole:
            return self.call(np.array(values))
        if self.by_name:
            names = (*self.independent, *self.parameters)
            return self.call(**dict(zip(names, (*x, *values))))
        if self.keyword_only:
            cut = len(values) - self.keyword_only
            named = dict(zip(self.parameters[cut:], values[cut:]))
            return self.call(*x, *values[:cut], **named)
        return self.call(*x, *values)

    @functools.cached_property
    def call(self) -> Callable[..., Any]:
        """The function; one written in JAX runs in double precision, as its engine does."""
        if "jax" not in modules_used(self.function):
            return self.function
        from residua.autodiff.lowering import in_double_precision

        return in_double_precision(self.function)

    def __call__(self, /, *values: Any, **named: Any) -> Any:
        """The prediction for variables and parameters, in order or by name.

        >>> import residua as rs
        >>> line = rs.model("a*x + b")
        >>> float(line(2.0, a=3.0, b=1.0)), float(line(2.0, 3.0, 1.0))
        (7.0, 7.0)
        """
        count = len(self.independent)
        if self.options.get("variadic") and not named:
            return self.evaluate(values[:count], values[count:])
        at = bound_arguments(self.text, self.independent, self.parameters, values, named)
        return self.evaluate(at[:count], at[count:])

    def __repr__(self) -> str:
        return f"Model({self.equation or self.text!r}, parameters={', '.join(self.parameters)})"


@documented
def model(
    what: Annotated[
        ModelLike,
        Doc(
            'a function `f(x, a, b)`, a formula `"a*exp(-b*x)"`, the name of a library '
            'model such as "gaussian", or a Model'
        ),
    ],
    *,
    independent: Annotated[
        str | Sequence[str] | None,
        Doc(
            "which arguments of a function, or names in a formula, are the independent "
            "variables, when they are not the first argument or `x`; for a library model or "
            "a Model, new names for its variables"
        ),
    ] = None,
    prefix: Annotated[
        str,
        Doc(
            "a text before the name of every parameter, so that two models of one kind "
            "can be combined"
        ),
    ] = "",
    **options: Annotated[
        float | str | bool, Doc('choices of a library model, such as `degree=3` for "polynomial"')
    ],
) -> Model:
    """A Model from a Python function, a formula string, the name of a library model, or a Model.

    Returns:
        A Model: callable, accepted wherever a model is, and combined with others by `+ - * / **`,
        `compose`, `derivative`, `quantity` and `apply`.

    Raises:
        ModelError: the function has no parameters, or no library model has that name.
        FormulaError: the text is not a formula residua can read.
        ParameterError: the prefix does not make names.

    Example:
        >>> import residua as rs
        >>> rs.model("a*exp(-b*t)", independent="t").parameters
        ('a', 'b')
        >>> rs.model("line", prefix="b_") + rs.model("gaussian", prefix="p_")
        Model('line(b_) + gaussian(p_)', parameters=b_slope, b_intercept, p_amplitude, p_center, \
p_sigma)
    """
    names = (independent,) if isinstance(independent, str) else independent
    if isinstance(what, Model):
        return _renamed(what, prefix, names)
    if isinstance(what, str):
        text = what.strip()
        if is_name(text):
            return _renamed(from_shelf(text, **options), prefix, names)
        return _renamed(from_formula(text, names or ("x",)), prefix, None)
    if callable(what):
        found = from_function(what, None if names is None else tuple(names))
        return _renamed(found, prefix, None)
    raise ModelError(
        f"a model must be a function, a formula or a library name, not {type(what).__name__}",
        next='rs.fit("a*exp(-b*x) + c", x, y)',
    )


def _renamed(found: Model, prefix: str, independent: Sequence[str] | None) -> Model:
    if not prefix and independent is None:
        return found
    from residua.problem.composition.combine import renamed

    return renamed(found, prefix, independent)


def is_name(text: str) -> bool:
    """Whether a text names a model of the library, rather than being a formula."""
    return text.replace("-", "_").replace(" ", "_").isidentifier()


def from_formula(text: str, independent: Sequence[str], bare: bool = False) -> Model:
    """A Model from a formula string; its free names that are not independent are parameters.

    `bare` allows a formula without parameters, as a part of another model.
    """
    from residua.problem.formula import parse

    formula = parse(text, tuple(independent))
    names = formula.independent
    parameters = formula.parameters
    if not parameters and not bare:
        raise ModelError(f"the formula {text!r} has no parameter to fit")

    def evaluate(*args: Any) -> Any:
        return formula.function(dict(zip((*names, *parameters), args)))

    return Model(
        "formula", text, evaluate, names, parameters, equation=text, response=formula.response or ""
    )


def from_shelf(name: str, **options: Any) -> Model:
    """A library model by name."""
    from residua.science import registry

    entry = registry.get(name, **options)
    parameters = entry.parameters
    return Model(
        "shelf",
        entry.name,
        entry.function,
        entry.independent,
        parameters,
        bounds=entry.bounds,
        estimate=entry.start,
        options={**options, **entry.options},
        equation=entry.equation,
    )


def from_function(function: Callable[..., Any], independent: tuple[str, ...] | None) -> Model:
    """A Model from a plain Python function; its signature says what is what."""
    try:
        known = _signature(function)
    except TypeError:  # a callable object that cannot be hashed cannot be remembered
        known = _signature.__wrapped__(function)
    named = (*known.positional, *known.keyword_only)
    text = _qualified_name(function)
    if independent is None:
        if not known.positional and not known.variadic:
            raise ModelError(
                f"{text} takes no positional argument, so it has no independent variable",
                next="def model(x, a, b): return a * x + b",
            )
        independent = known.positional[:1] or ("x",)
    elif any(name not in named for name in independent):
        missing = [name for name in independent if name not in named]
        raise ModelError(
            f"{text} has no argument named {', '.join(missing)}",
            causes=[f"its arguments are {', '.join(named)}"],
        )
    parameters = tuple(name for name in named if name not in independent)
    ordered = known.ordered and independent == known.positional[: len(independent)]
    return Model(
        "function",
        text,
        function,
        independent,
        parameters,
        defaults={name: known.defaults[name] for name in parameters if name in known.defaults},
        by_name=not ordered,
        keyword_only=sum(name in parameters for name in known.keyword_only) if ordered else 0,
        options={"variadic": True} if known.variadic else {},
    )


def with_count(model: Model, count: int) -> Model:
    """The model of `f(x, *p)`, whose number of parameters only the start can tell."""
    cut = len(model.parameters) - model.keyword_only
    more = tuple(f"p{i}" for i in range(count - len(model.parameters)))
    names = (*model.parameters[:cut], *more, *model.parameters[cut:])
    return replace(model, parameters=names, options={})


class _Signature(NamedTuple):
    """What a signature says. ordered: no option stands before an argument passed by position."""

    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    defaults: Mapping[str, Any]
    variadic: bool
    ordered: bool


@functools.lru_cache(maxsize=512)
def _signature(function: Callable[..., Any]) -> _Signature:
    positional, keyword_only, defaults, variadic, ordered = [], [], {}, False, True
    skipped = False
    bound = function.keywords if isinstance(function, functools.partial) else {}
    for name, parameter in _inspected(function).items():
        if name in bound or _is_option(parameter):
            skipped |= parameter.kind is not parameter.KEYWORD_ONLY
            continue
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            positional.append(name)
            ordered &= not skipped
        elif parameter.kind is parameter.KEYWORD_ONLY:
            keyword_only.append(name)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            variadic = True
            ordered &= not skipped
        if parameter.default is not parameter.empty and parameter.default is not None:
            defaults[name] = parameter.default
    return _Signature(tuple(positional), tuple(keyword_only), defaults, variadic, ordered)


def _inspected(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        if isinstance(function, np.ufunc):
            raise TypeError("a NumPy function has no parameters to fit")
        return inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the signature of {function!r} cannot be read, so its parameters have no names",
            causes=["it is written in C"],
            next="wrap it: def model(x, a, b): return that_function(x, a, b)",
        ) from error


def _is_option(parameter: inspect.Parameter) -> bool:
    """Whether a default shows that an argument is a choice (text, a switch), not a number."""
    return isinstance(parameter.default, (str, bool, bytes)) or (
        callable(parameter.default) and parameter.default is not parameter.empty
    )


def _qualified_name(function: Callable[..., Any]) -> str:
    if isinstance(function, functools.partial):
        return f"partial({_qualified_name(function.func)})"
    module = getattr(function, "__module__", "") or ""
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{module}.{name}".lstrip(".")
