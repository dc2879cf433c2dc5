"""The register of the shelf: every model by name, imported only when it is asked for."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from residua._errors import ModelError

Bounds = Mapping[str, tuple[float, float]]

# One row per model: name -> "module:attribute". The attribute is a ShelfModel, or a function that
# makes one from the options given to `get`.
_SHELF: dict[str, str] = {
    "arrhenius": "residua.science.kinetics:ARRHENIUS",
    "biexponential": "residua.science.exponentials:BIEXPONENTIAL",
    "birch_murnaghan": "residua.science.equations_of_state:BIRCH_MURNAGHAN",
    "exponential": "residua.science.exponentials:EXPONENTIAL",
    "gaussian": "residua.science.peaks:GAUSSIAN",
    "hill": "residua.science.sigmoids:HILL",
    "line": "residua.science.lines:LINE",
    "logistic": "residua.science.sigmoids:LOGISTIC",
    "lorentzian": "residua.science.peaks:LORENTZIAN",
    "michaelis_menten": "residua.science.kinetics:MICHAELIS_MENTEN",
    "murnaghan": "residua.science.equations_of_state:MURNAGHAN",
    "polynomial": "residua.science.lines:polynomial",
    "power": "residua.science.power:POWER",
    "sine": "residua.science.periodic:SINE",
    "voigt": "residua.science.voigt:VOIGT",
}

# Other words people type for the same model.
_ALIASES: dict[str, str] = {
    "birch": "birch_murnaghan",
    "cauchy": "lorentzian",
    "double_exponential": "biexponential",
    "emax": "hill",
    "exp": "exponential",
    "linear": "line",
    "normal": "gaussian",
    "power_law": "power",
    "sigmoid": "logistic",
    "sinusoid": "sine",
    "straight_line": "line",
}


@dataclass(frozen=True)
class Quantity:
    """Something that follows from a model, and is derived from it rather than typed.

    Either `of`, an operator: given the model, as a function of (independent..., parameters...), it
    returns a function of the same arguments (of `independent` in place of the model's own, where
    that is given); or `value`, a function of parameters by name.
    """

    equation: str
    unit: str
    of: Callable[[Any], Callable[..., Any]] | None = None
    value: Callable[..., Any] | None = None
    independent: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShelfModel:
    """A model with what a fit and a reader need to know about it.

    `function(x, ..., **parameters)` is plain NumPy; `start(x, y)` reads a first guess of every
    parameter off the data; `symbols` gives each parameter's meaning with a hint of its unit;
    `quantities` are what follows from the model by differentiation, integration or algebra.
    """

    name: str
    function: Callable[..., Any]
    start: Callable[[Any, Any], dict[str, float]]
    equation: str
    symbols: Mapping[str, str]
    independent: tuple[str, ...]
    source: str
    bounds: Bounds = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names, in the order the function takes them."""
        taken = inspect.signature(self.function).parameters
        return tuple(name for name in taken if name not in self.independent)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names under which `get` finds this model."""
        return tuple(alias for alias, name in _ALIASES.items() if name == self.name)


def names() -> tuple[str, ...]:
    """The names of all models on the shelf, sorted.

    >>> "gaussian" in names()
    True
    """
    return tuple(sorted(_SHELF))


def get(name: str, **options: Any) -> ShelfModel:
    """Take one model from the shelf by its name or an alias.

    Args:
        name: one of `names()`, or an alias such as "linear" for "line".
        options: for models that come in several sizes, such as `degree=3` for "polynomial".

    Returns:
        The ShelfModel: its function, automatic start, equation, symbols, source and bounds.

    Raises:
        ModelError: no model has this name, or it does not take these options.

    Source: the shelf of residua; each model cites its own.

    >>> get("line").equation
    'y = slope * x + intercept'
    >>> get("polynomial", degree=3).parameters
    ('c0', 'c1', 'c2', 'c3')
    """
    key = _ALIASES.get(name, name)
    if key not in _SHELF:
        raise _unknown(name)
    module, _, attribute = _SHELF[key].partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, ShelfModel):
        if options:
            raise ModelError(
                f"The model {key!r} takes no options, but got {', '.join(sorted(options))}.",
                causes=("parameters are given to fit, not to get",),
                next=f"rs.model({key!r})",
            )
        return found
    return _made(key, found, options)


def describe() -> tuple[dict[str, str], ...]:
    """One row for each model: name, equation, parameters and source, ready for a table.

    >>> [row["equation"] for row in describe() if row["name"] == "line"]
    ['y = slope * x + intercept']
    """
    models = [get(name) for name in names()]
    return tuple(
        {
            "name": model.name,
            "equation": model.equation,
            "parameters": ", ".join(model.parameters),
            "source": model.source,
        }
        for model in models
    )


def models(name: str | None = None, **options: object) -> Catalog | ShelfModel:
    """The library of models as a printable table, or one model by name.

    Args:
        name: a model's name or alias; None for the whole list.
        options: choices of that model, such as `degree=3` for "polynomial".

    Returns:
        A sequence of rows (dicts with name, equation, parameters, source) that prints as a table;
        or the ShelfModel of that name.

    Raises:
        ModelError: no library model has that name (near matches are offered).

    Example:
        >>> import residua as rs
        >>> print(rs.models())  # doctest: +ELLIPSIS
        arrhenius ...
        >>> rs.models("line").equation
        'y = slope * x + intercept'
    """
    return Catalog(describe()) if name is None else get(name, **options)


class Catalog(tuple[dict[str, str], ...]):
    """Rows of `describe()` that print as a table."""

    __slots__ = ()

    def __str__(self) -> str:
        width = max(len(row["name"]) for row in self)
        return "\n".join(f"{row['name']:<{width}}  {row['equation']}" for row in self)

    __repr__ = __str__


def _made(key: str, maker: Callable[..., ShelfModel], options: Mapping[str, Any]) -> ShelfModel:
    takes = inspect.signature(maker).parameters
    if strange := sorted(set(options) - set(takes)):
        raise ModelError(
            f"The model {key!r} does not take {', '.join(strange)}.",
            causes=(f"its options are: {', '.join(takes)}",),
            next=f"rs.model({key!r}, {next(iter(takes))}=...)",
        )
    return maker(**options)


def _unknown(name: str) -> ModelError:
    near = difflib.get_close_matches(str(name).lower(), [*_SHELF, *_ALIASES], n=3)
    causes = (f"a slip of the pen: did you mean {' or '.join(map(repr, near))}?",) if near else ()
    suggestion = near[0] if near else names()[0]
    return ModelError(
        f"No model on the shelf is called {name!r}. The shelf holds: {', '.join(names())}.",
        causes=causes,
        next=f"rs.model({suggestion!r})",
    )
