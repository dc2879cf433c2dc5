"""The register of the shelf: every model by name, imported only when it is asked for."""

from __future__ import annotations

import difflib
import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any

from residua._errors import ModelError
from residua.doc import Doc, documented
from residua.science.meaning import Meaning, meanings_of
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
    parameter off the data; what its arguments mean and in which units they are stands beside them
    in the function's signature; `quantities` are what follows from the model by
    differentiation, integration or algebra.
    """

    name: str
    function: Callable[..., Any]
    start: Callable[..., dict[str, float]]
    equation: str
    independent: tuple[str, ...]
    source: str
    bounds: Bounds = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameter names, in the order the function takes them."""
        taken = inspect.signature(self.function).parameters
        return tuple(name for name in taken if name not in self.independent)

    @property
    def response(self) -> str:
        """What the model calls its value: the left side of its equation."""
        return self.equation.partition("=")[0].strip()

    @cached_property
    def _read(self) -> dict[str, Meaning]:
        return meanings_of(self.function, self.response)

    @property
    def meanings(self) -> dict[str, str]:
        """What each independent variable and each parameter is, without its unit."""
        return {name: self._read[name].text for name in (*self.independent, *self.parameters)}

    @property
    def units(self) -> dict[str, str | None]:
        """The unit of every independent variable, parameter and of the value, by name.

        "" says that there is none, None that any will do; "[y]" stands for the unit of y.

        >>> get("line").units
        {'x': None, 'slope': '[y]/[x]', 'intercept': '[y]', 'y': None}
        """
        return {name: found.unit for name, found in self._read.items()}

    @property
    def symbols(self) -> dict[str, str]:
        """What each parameter means, with its unit in the text."""
        return {name: str(self._read[name]) for name in self.parameters}

    def __str__(self) -> str:
        rows = [self._row(name) for name in (*self.independent, *self.parameters)]
        more = [
            (name, _unit_in_words(found.unit), found.equation)
            for name, found in self.quantities.items()
        ]
        lines = [self.name, f"  {self.equation}", "", *_aligned(rows)]
        if any("[" in row[1] for row in (*rows, *more)):
            lines += ["", "  A unit in brackets is that of the data, whatever it is."]
        if self.quantities:
            lines += ["", "  what follows from it (model.quantity, fit.quantity):"]
            lines += _aligned(more)
        if self.aliases:
            lines += ["", f"  also called {', '.join(self.aliases)}"]
        return "\n".join([*lines, "", f"  {self.source}"])

    def _row(self, name: str) -> tuple[str, str, str]:
        text, unit = self._read[name]
        bounds = self.bounds.get(name)
        within = "" if bounds is None else f"  [{bounds[0]:g}, {bounds[1]:g}]"
        return name, _unit_in_words(unit), text + within

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
                causes=("parameters are given to fit, not to the model",),
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


@documented
def models(
    name: Annotated[str | None, Doc("a model's name or alias; None for the whole list")] = None,
    **options: Annotated[
        float | str | bool, Doc('choices of that model, such as `degree=3` for "polynomial"')
    ],
) -> Catalog | ShelfModel:
    """The library of models as a printable table, or one model by name.

    Returns:
        A sequence of rows (dicts with name, field, equation, parameters, source) that prints as a
        table; or the ShelfModel of that name, which prints its equation, meanings, units and
        quantities. `help` of its function says the same.

    Raises:
        ModelError: no library model has that name (near matches are offered).

    Example:
        >>> import residua as rs
        >>> "gaussian" in str(rs.models())
        True
        >>> rs.models("line").equation
        'y = slope * x + intercept'
    """
    if name is None:
        return describe()
    from residua.doc.decorator import documented

    found = get(name, **options)
    documented(found.function)  # here, where people look, so that fits need not pay for it
    return found


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


def _unit_in_words(unit: str | None) -> str:
    return "any unit" if unit is None else "no unit" if unit in ("", "1") else unit


def _aligned(rows: list[tuple[str, str, str]]) -> list[str]:
    name, unit = (max(len(row[i]) for row in rows) for i in (0, 1))
    return [f"  {row[0]:<{name}}  {row[1]:<{unit}}  {row[2]}" for row in rows]


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
    what = f"No model on the shelf is called {name!r}."
    alike = difflib.get_close_matches(str(name).lower(), [*FIELD_OF, *ALIASES], n=3)
    near = list(dict.fromkeys(ALIASES.get(each, each) for each in alike))
    if not near:
        return ModelError(f"{what} The shelf holds: {', '.join(names())}.", next="rs.models()")
    slip = f"a slip of the pen: did you mean {' or '.join(map(repr, near))}?"
    return ModelError(what, causes=(slip,), next=f"rs.model({near[0]!r})   # rs.models(): all")
