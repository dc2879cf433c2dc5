"""Which column of a table feeds which name of a model: what was said, else what is likely."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from residua._errors import DataError

if TYPE_CHECKING:
    from residua.data.csv_table import Table


class ModelNames(NamedTuple):
    """The names of a model that columns may feed.

    names: those that can be independent variables. required: those that must be (of a library
    model). response: what the formula calls y. parameters: names that -p has taken.
    """

    text: str
    names: tuple[str, ...]
    required: tuple[str, ...] = ()
    response: str | None = None
    parameters: frozenset[str] = frozenset()


class Roles(NamedTuple):
    """Columns by role: {variable of the model: column}, y, sigma; and what was assumed."""

    variables: dict[str, str]
    y: str
    sigma: str | None
    assumptions: list[str]


def assign(
    model: ModelNames, table: Table, x: Sequence[str], y: str | None, sigma: str | None
) -> Roles:
    """Give every column its role.

    Raises click.UsageError for a column or a variable that there is not.
    """
    deviation = None if sigma is None else find(table, sigma)
    target = None if y is None else find(table, y)
    if target is None and model.response:
        target = _short(list(table.columns)).get(model.response)
    taken = [column for column in (target, deviation) if column is not None]
    variables, assumptions = assign_variables(model, table, x, taken)
    if target is None:
        target = _likely_y(model, table, [*variables.values(), *taken], assumptions)
    return Roles(variables, target, deviation, assumptions)


def assign_variables(
    model: ModelNames, table: Table, x: Sequence[str], taken: Sequence[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """{variable: column} from -x, or from what is likely among columns that are not taken."""
    assumptions: list[str] = []
    if x:
        return _chosen(model, table, x), assumptions
    return _likely(model, table, taken, assumptions), assumptions


def headed(table: Table, name: str, column: str) -> str:
    """A name with the unit of a column, as `fit` reads headings."""
    from residua.data.headings import split_heading

    unit = table.units.get(column)
    heading = f"{name} ({unit})"
    return heading if unit and split_heading(heading) == (name, unit) else name


def _short(columns: Iterable[str]) -> dict[str, str]:
    """Columns by their names without a unit; an exact name wins."""
    from residua.data.headings import split_heading

    found = {split_heading(column)[0]: column for column in columns}
    return {**found, **{column: column for column in columns}}


def find(table: Table, name: str) -> str:
    """The full name of a column, or a usage error."""
    try:
        return table.find(name)
    except DataError as error:
        raise click.UsageError(str(error)) from None


def _chosen(model: ModelNames, table: Table, x: Sequence[str]) -> dict[str, str]:
    """What -x said: a column whose name the model has, NAME=COLUMN, or a column for the next."""
    variables: dict[str, str] = {}
    for option in x:
        name, equals, column = option.partition("=")
        named = bool(equals) and option not in table.columns
        full = find(table, column.strip() if named else option)
        variable = name.strip() if named else _variable_for(model, option, full, variables)
        if variable not in model.names:
            known = ", ".join(model.names)
            raise click.UsageError(f"{model.text!r} has no {variable!r}; its names are {known}.")
        if variable in variables:
            raise click.UsageError(f"-x gives {variable} twice.")
        variables[variable] = full
    if left := [name for name in model.required if name not in variables]:
        raise click.UsageError(f"{model.text!r} also needs -x for {', '.join(left)}.")
    return variables


def _variable_for(model: ModelNames, short: str, full: str, taken: dict[str, str]) -> str:
    """The variable that a column without NAME= feeds: its namesake, else the model's next one."""
    for name in (short, full):
        if name in model.names:
            return name
    for name in model.required or ("x",):
        if name in model.names and name not in taken:
            return name
    known = ", ".join(model.names)
    raise click.UsageError(
        f"{model.text!r} has no {short!r} and no free x; its names are {known}.\n"
        f"Try: -x {shlex.quote(f'{model.names[-1]}={short}')}"
    )


def _likely(
    model: ModelNames, table: Table, taken: Sequence[str], assumptions: list[str]
) -> dict[str, str]:
    """Without -x: columns that are called like names of the model, else the first columns."""
    free = [c for c in table.columns if c not in taken]
    called = _short(free)
    namesakes = [n for n in model.names if n in called and n not in model.parameters]
    if namesakes and set(model.required) <= set(namesakes):
        if "x" in set(model.names) - {*namesakes, *model.parameters}:
            are = "is a column" if len(namesakes) == 1 else "are columns"
            assumptions.append(
                f"{' and '.join(namesakes)} {are}, so x is a parameter (choose with -x)."
            )
        return {name: called[name] for name in namesakes}
    wanted = model.required or tuple(n for n in ("x",) if n in model.names)
    numeric = [c for c in table.meant_as_numbers() if c in free]
    if not wanted:
        known, there = ", ".join(model.names), ", ".join(free)
        raise click.UsageError(
            f"Which name of {model.text!r} is the variable? Its names are {known}; "
            f"the columns are {there}.\nTry: -x {_proposed(model.names, free)}"
        )
    if len(numeric) < len(wanted):
        raise click.UsageError(f"{table.name} has no column left for {', '.join(wanted)}.")
    variables = dict(zip(wanted, numeric))
    for name, column in variables.items():
        assumptions.append(f"{name} is column {column} (choose with -x).")
    return variables


def _proposed(names: Sequence[str], columns: Sequence[str]) -> str:
    """NAME=COLUMN as a shell takes it: a name that a column begins with, else the last one."""
    alike = [(n, c) for n in names for c in columns if c.lower().startswith(n.lower())]
    name, column = alike[0] if alike else (names[-1], columns[0] if columns else "COLUMN")
    return shlex.quote(f"{name}={column}")


def _likely_y(model: ModelNames, table: Table, taken: Sequence[str], assumptions: list[str]) -> str:
    """Without -y: the only column left, else the one called y, else the last."""
    left = [c for c in table.meant_as_numbers() if c not in taken]
    if not left:
        there = ", ".join(table.columns)
        raise click.UsageError(f"{table.name} has no column left for y; its columns are {there}.")
    column = "y" if "y" in left else left[-1]
    assumptions.append(f"{model.response or 'y'} is column {column} (choose with -y).")
    return column
