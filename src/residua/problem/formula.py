"""Formulas: a model written as text, such as `a*exp(-b*x) + c`, read without running any of it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from residua._errors import FormulaError
from residua.problem.formula_compile import Closure, compile_expression
from residua.problem.formula_text import check_tokens, normalized, read_source


def _as_floats(value: Any) -> Any:
    return np.asarray(value, dtype=np.float64)


# Python's own numbers would raise on 1/0.0 and go complex on (-8.0)**0.5; NumPy's follow IEEE 754.
_LIFT: dict[type, Callable[[Any], Any]] = {
    int: np.float64,
    float: np.float64,
    bool: np.float64,
    list: _as_floats,
    tuple: _as_floats,
}


@dataclass(frozen=True)
class Formula:
    """A parsed formula: which names it has, and how to evaluate it.

    Two formulas are equal when text and independent variables are.

    Attributes
    ----------
    text : the formula as it was given.
    independent : free names that are independent variables, in the order `parse` was given them.
    names : all free names, in order of first appearance.
    parameters : the free names that are not independent variables, in order of first appearance.
    response : the name left of `~` or `=`, or None.
    """

    text: str
    independent: tuple[str, ...]
    names: tuple[str, ...] = field(compare=False)
    parameters: tuple[str, ...] = field(compare=False)
    response: str | None = field(compare=False)
    _closure: Closure = field(compare=False, repr=False)

    def __call__(self, /, **values: Any) -> Any:
        """Evaluate with one keyword for each free name; see `function`."""
        return self.function(values)

    def function(self, values: Mapping[str, Any]) -> Any:
        """Evaluate with the value of each free name; other entries are ignored.

        Arrays and carriers of derivatives pass through NumPy's own operators and functions; plain
        numbers and lists become float64. A formula without variables gives one number.
        Raises FormulaError if a name has no value.
        """
        lifted = {}
        try:
            for name in self.names:
                value = values[name]
                lift = _LIFT.get(type(value))
                lifted[name] = value if lift is None else lift(value)
        except KeyError:
            return self._by_normalized_names(values)
        return self._closure(lifted)

    def _by_normalized_names(self, values: Mapping[str, Any]) -> Any:
        # A column called µ (the micro sign) is the name μ in the formula: Python says so too.
        renamed = {normalized(str(name)): values[name] for name in values}
        missing = [name for name in self.names if name not in renamed]
        if missing:
            self._fail_missing(missing, sorted(renamed))
        return self.function(renamed)

    def _fail_missing(self, missing: list[str], given: list[str]) -> NoReturn:
        spare = [name for name in given if name not in self.names]
        near = difflib.get_close_matches(missing[0], spare, n=1)
        raise FormulaError(
            f"The formula {self.text.strip()} needs a value for {', '.join(missing)}.",
            causes=(f"values were given for {', '.join(given) or 'no name at all'}",),
            next=f"{missing[0]} where {near[0]} was written" if near else "",
        )

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        # Closures do not travel between processes; the text does.
        return parse, (self.text, self.independent)


def parse(text: str, independent: Sequence[str] = ("x",)) -> Formula:
    """Read a formula such as `a*exp(-b*x) + c` into something that can be evaluated.

    Numbers are float64. Operators are `+ - * / // % **`, comparisons (1 where true, 0 elsewhere;
    joined by `&`, `|`, `~`), `a if condition else b` and calls of the functions in
    `formula_functions.FUNCTIONS`. `pi` is the only constant (`e` is a name like any other: write
    `exp(1)`). Every other name is a free name: an independent variable or a parameter. Names that
    are as common as symbols (`gamma`, `y0`, `k1` ...) are functions only where they are called.

    Parameters
    ----------
    text : the formula, at most 4000 characters, 1000 parts and 100 levels; `y ~ ...` or `y = ...`
        names the response.
    independent : the names that are independent variables; those that do not occur are left out.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        For anything that is not a formula, with a caret under the place. No other exception.

    Examples
    --------
    >>> line = parse("y ~ a*x + b")
    >>> line.parameters, line.independent, line.response
    (('a', 'b'), ('x',), 'y')
    >>> float(line(a=2, b=1, x=3))
    7.0
    """
    source = read_source(text)
    check_tokens(source)
    try:
        closure, names = compile_expression(source)
    except (RecursionError, MemoryError) as error:
        raise FormulaError("The formula is nested too deeply to be read.") from error
    if source.response in names:
        column = source.text.find(source.response)
        source.fail(f"{source.response} stands on both sides of the formula.", column)
    given = (independent,) if isinstance(independent, str) else tuple(independent)
    chosen = tuple(dict.fromkeys(normalized(name) for name in given if normalized(name) in names))
    parameters = tuple(name for name in names if name not in chosen)
    return Formula(text, chosen, names, parameters, source.response, closure)
