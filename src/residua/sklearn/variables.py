"""Which columns of X feed which variables of a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError
from residua.fitting.pose import USUAL
from residua.problem.model import Model, is_name
from residua.problem.model import model as as_model


class Columns(NamedTuple):
    """Where the variables are: `places` in X, one each, or all for one variable (`matrix`)."""

    places: tuple[int, ...]
    matrix: bool = False

    def of(self, X: np.ndarray) -> tuple[np.ndarray, ...]:
        """The variables of the model, in order."""
        if self.matrix:
            return (X[:, self.places],)
        return tuple(X[:, place] for place in self.places)


def bind(
    model: Any,
    independent: str | Sequence[str] | None,
    matrix: bool | None,
    names: tuple[str, ...] | None,
    count: int,
) -> tuple[Model, Columns]:
    """The model with its variables known, and the columns they are found in.

    Args:
        model: formula, function, library name or Model.
        independent: names of its variables, in order; None finds them.
        matrix: whether its one variable is all of X; None: yes for a function and several columns.
        names: of the columns, None when they have none.
        count: number of columns.

    Raises:
        DataError: the model has another number of variables than X has columns.
        ModelError, FormulaError: the model cannot be read.
    """
    found = _read(model, independent, names, count)
    variables = found.independent
    if names is not None and set(variables) <= set(names) and not matrix:
        return found, Columns(tuple(names.index(name) for name in variables))
    if matrix is None:
        matrix = len(variables) == 1 and count > 1 and found.kind not in ("formula", "shelf")
    if matrix and len(variables) == 1:
        return found, Columns(tuple(range(count)), matrix=True)
    if len(variables) != count or _elsewhere(variables, names):
        raise _mismatch(found, names, count)
    return found, Columns(tuple(range(count)))


def _read(model: Any, independent: Any, names: tuple[str, ...] | None, count: int) -> Model:
    if isinstance(model, Model) or independent is not None:
        return as_model(model, independent=independent)
    if isinstance(model, str) and is_name(model.strip()):
        return as_model(model)
    if isinstance(model, str):
        return next(_formulas(model, names, count))
    plain = as_model(model)
    known = (*plain.independent, *plain.parameters)
    matching = [name for name in names or () if name in known]
    return as_model(model, independent=matching) if matching else plain


def _formulas(text: str, names: tuple[str, ...] | None, count: int) -> Iterator[Model]:
    """Readings of a formula, likeliest first: by names of columns, x, x1 x2 ..., x0 x1 ..."""
    if names is not None:
        named = as_model(text, independent=names)
        if named.independent:
            yield named
    for first in (1, 0) if count > 1 else ():
        numbered = tuple(f"x{i}" for i in range(first, first + count))
        found = as_model(text, independent=numbered)
        if len(found.independent) == count:
            yield found
    yield as_model(text)


def _elsewhere(variables: tuple[str, ...], names: tuple[str, ...] | None) -> bool:
    """Whether a variable has the name of a column other than the one in its place."""
    known = names or ()
    return any(v in known and v != name for v, name in zip(variables, known))


def _mismatch(model: Model, names: tuple[str, ...] | None, count: int) -> DataError:
    variables = model.independent
    columns = f"{count} column{'s' * (count != 1)}" + (f" ({', '.join(names)})" if names else "")
    known = sorted((*variables, *model.parameters), key=lambda name: name not in USUAL)
    likely = ", ".join(f'"{name}"' for name in known[:count])
    return DataError(
        f"X has {columns}, and the model {model.text} has {len(variables)} independent "
        f"variable{'s' * (len(variables) != 1)} ({', '.join(variables) or 'none'})",
        causes=["more of its names are variables", "the columns are called or ordered otherwise"],
        next=f"independent=[{likely}]   # the names that are columns of X, in order",
    )
