"""The register of the shelf: every model by name, imported only when it is asked for."""

from __future__ import annotations

import difflib
import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from residua._errors import ModelError
from residua.science.shelf import ALIASES, FIELD_OF, FIELDS

Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Quantity:
    """Something that follows from a model, and is derived from it rather than typed.

    Either `of`, an operator: given the model, as a function of (independent..., parameters...), it
    returns a function of the same arguments (of `independent` in place of the model's own, where
    that is given); or `value`, a function of parameters by name. `undo(x, ..., y)` turns data of
    the quantity into rough data of the model itself, from which a fit to the quantity can start.
    """

    equation: str
    unit: str
    of: Callable[[Any], Callable[..., Any]] | None = None
    value: Callable[..., Any] | None = None
    independent: tuple[str, ...] = ()
    undo: Callable[..., Any] | None = None


@dataclass(frozen=True)
class ShelfModel:
    """A model with what a fit and a reader need to know about it.

    `function(x, ..., **parameters)` is plain NumPy; `start(x, y)` reads a first guess of every
    parameter off the data; `symbols` gives each parameter's meaning with a hint of its unit;
    `quantities` are what follows from the model by differentiation, integration or algebra.
    """

    name: str
    function: Callable[..., Any]
    start: Callable[..., dict[str, float]]
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

    def __str__(self) -> str:
        width = max(map(len, (*self.symbols, *self.quantities)))
        lines = [self.name, f"  {self.equation}", ""]
        for name, meaning in self.symbols.items():
            bounds = self.bounds.get(name)
            within = "" if bounds is None else f"  [{bounds[0]:g}, {bounds[1]:g}]"
            lines.append(f"  {name:<{width}}  {meaning}{within}")
        if self.quantities:
            lines += ["", "  what follows from it (model.quantity, fit.quantity):"]
            for name, found in self.quantities.items():
                lines.append(f"  {name:<{width}}  {found.equation}, in {found.unit or 'no unit'}")
        if self.aliases:
            lines += ["", f"  also called {', '.join(self.aliases)}"]
        return "\n".join([*lines, "", f"  {self.source}"])

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names under which `get` finds this model."""
        return tuple(alias for alias, name in ALIASES.items() if name == self.name)


def names() -> tuple[str, ...]:
    """The names of all models on the shelf, sorted.

    >>> "gaussian" in names()
    True
    """
    return tuple(sorted(FIELD_OF))


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
    key = ALIASES.get(name, name)
    if key not in FIELD_OF:
        raise _unknown(name)
    field_name = FIELD_OF[key]
    module, _, attribute = FIELDS[field_name][key].partition(":")
    found = getattr(import_module(f"residua.science.{field_name}.{module}"), attribute)
    if isinstance(found, ShelfModel):
        if options:
            raise ModelError(
                f"The model {key!r} takes no options, but got {', '.join(sorted(options))}.",
                causes=("parameters are given to fit, not to get",),
                next=f"rs.model({key!r})",
            )
        return found
    return _made(key, found, options)


def describe() -> Catalog:
    """One row for each model: name, field, equation, parameters and source, ready for a table.

    >>> [row["equation"] for row in describe() if row["name"] == "line"]
    ['y = slope * x + intercept']
    """
    models = [get(name) for rows in FIELDS.values() for name in rows]
    return Catalog(
        {
            "name": model.name,
            "field": FIELD_OF[model.name].replace("_", " "),
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
        A sequence of rows (dicts with name, field, equation, parameters, source) that prints as a
        table; or the ShelfModel of that name, which prints its equation, symbols and quantities.

    Raises:
        ModelError: no library model has that name (near matches are offered).

    Example:
        >>> import residua as rs
        >>> "gaussian" in str(rs.models())
        True
        >>> rs.models("line").equation
        'y = slope * x + intercept'
    """
    return describe() if name is None else get(name, **options)


class Catalog(tuple[dict[str, str], ...]):
    """Rows of `describe()` that print as a table, one heading for each field."""

    __slots__ = ()

    def __str__(self) -> str:
        width = max(len(row["name"]) for row in self)
        lines = []
        for heading, rows in itertools.groupby(self, key=lambda row: row["field"]):
            lines.append(heading)
            lines += [f"  {row['name']:<{width}}  {row['equation']}" for row in rows]
        return "\n".join(lines)

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
    near = difflib.get_close_matches(str(name).lower(), [*FIELD_OF, *ALIASES], n=3)
    causes = (f"a slip of the pen: did you mean {' or '.join(map(repr, near))}?",) if near else ()
    suggestion = near[0] if near else names()[0]
    return ModelError(
        f"No model on the shelf is called {name!r}. The shelf holds: {', '.join(names())}.",
        causes=causes,
        next=f"rs.model({suggestion!r})",
    )
