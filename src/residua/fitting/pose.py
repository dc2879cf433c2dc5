"""Pose the problem: which names are columns, which are parameters, what was observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua.data.observations import Observations, observe
from residua.data.tables import (
    column,
    column_names,
    has_columns,
    independent_columns,
    is_names,
    names_without_units,
    without_unit,
)
from residua.fitting.units import unit_of_sigma, units_of_data, with_units
from residua.problem.model import Model, is_name, with_count
from residua.problem.model import model as as_model

# What people call an independent variable that is not x, for the line that an error suggests.
USUAL = frozenset(["t", "T", "time", "r", "R", "V", "z", "s", "S", "q", "w", "u", "f", "X", "E"])


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
    found = named_model(model, x, data, independent, y, sigma)
    if y is None and found.response:
        y = y_name = found.response
    if y is None:
        raise DataError("no y was given", next="rs.fit(model, x, y)")
    said, of_sigma = y, unit_of_sigma(sigma, data)
    y = column(data, y, "y") if isinstance(y, str) else y
    sigma = column(data, sigma, "sigma") if isinstance(sigma, str) else sigma
    if x is None and data is None:
        raise DataError("no x was given", next="rs.fit(model, x, y)")
    try:
        names, columns = independent_columns(x, data, found.independent)
    except DataError as error:
        raise _several_variables(found, error) from error
    seen = observe(names, columns, y, sigma, missing, y_name)
    return found, with_units(seen, units_of_data(names, x, said, data), found, of_sigma)


def named_model(model: Any, x: Any, data: Any, independent: Any, y: Any, sigma: Any) -> Model:
    """The model, told which of its names are columns."""
    if isinstance(model, Model):
        return model
    names = _candidate_names(x, data, y, sigma) if independent is None else independent
    if isinstance(names, str):
        names = (names,)
    if isinstance(model, str) and is_name(model.strip()) and independent is None:
        return _from_library(model, data if x is None else x, names)
    if isinstance(model, str):
        known = as_model(model, independent=names) if names else as_model(model)
        if known.kind == "formula" and not known.independent:
            named = getattr(x, "name", None)  # a Series knows what it is called
            if named not in known.parameters:
                raise _no_variable(known, names)
            return as_model(model, independent=named)
        return known
    if names is not None and callable(model):
        plain = as_model(model)
        arguments = (*plain.independent, *plain.parameters)
        matching = [name for name in names if name in arguments]
        if independent is None and not matching:
            return plain
        return as_model(model, independent=matching or names)
    return as_model(model)


def _from_library(name: str, table: Any, names: tuple[str, ...] | None) -> Model:
    """A library model; its variables are called like the columns, where these are other names."""
    plain = as_model(name)
    named = isinstance(table, Mapping) or hasattr(table, "columns")
    if not names or (named and has_columns(table, plain.independent)):
        return plain
    new = tuple(dict.fromkeys(without_unit(name) for name in names))
    return as_model(name, independent=new) if all(map(str.isidentifier, new)) else plain


def _candidate_names(x: Any, data: Any, y: Any, sigma: Any) -> tuple[str, ...] | None:
    """Names that are columns, and so cannot be parameters; None when nothing has a name."""
    if is_names(x):
        return names_without_units(dict.fromkeys((x,) if isinstance(x, str) else x))
    if x is not None:
        named = isinstance(x, dict) or hasattr(x, "columns")
        return names_without_units(x) if named else None
    if data is None:
        return None
    taken = {form for name in (y, sigma) if isinstance(name, str) for form in _forms(data, name)}
    return tuple(name for name in names_without_units(data) if name not in taken)


def _forms(data: Any, name: str) -> tuple[str, ...]:
    """What a column may be called: as it was named, and by its heading with and without unit."""
    headings = [key for key in column_names(data) if name in names_without_units({key: None})]
    return (name, *names_without_units(dict.fromkeys(headings)))


def _several_variables(model: Model, error: DataError) -> DataError:
    """The error about x, with the likeliest cause in front when a model was composed."""
    if model.recipe is None or len(model.independent) < 2:
        return error
    one, *others = model.independent
    return DataError(
        error.what,
        causes=[f"parts of {model.text} call the same variable {one} and {others[-1]}"],
        next=f'rs.model(..., independent="{one}") for the part with {others[-1]}',
    )


def _no_variable(model: Model, names: Any) -> DataError:
    free = ", ".join(model.parameters)
    likely = next((n for n in model.parameters if n in USUAL), model.parameters[-1])
    return DataError(
        f"the formula {model.text!r} does not contain {' or '.join(names or ('x',))}",
        causes=[f"its names are {free}: one of them is the independent variable"],
        next=f'rs.fit({model.text!r}, x, y, independent="{likely}")',
    )


def for_start(model: Model, start: Any) -> Model:
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
