"""What was measured, for a fit of several datasets: rows, their noise, and what they observe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from numpy.typing import ArrayLike

from residua._errors import DataError
from residua._types import TableLike, VariablesLike
from residua.doc import Doc, documented


@dataclass(frozen=True, eq=False)
class Measured:
    """One dataset of a joint fit, as given; made by `residua.dataset`.

    x, y, sigma, data: as in `residua.fit`. of: what was observed, None for the model itself.
    name: what it is called in results. absolute_sigma: None for what the fit says.
    """

    x: Any
    y: Any
    sigma: Any = None
    of: str | Callable[..., Any] | None = None
    name: str | None = None
    data: Any = None
    absolute_sigma: bool | None = None


@documented
def dataset(
    x: Annotated[VariablesLike | None, Doc("independent variables, as in `fit`")] = None,
    y: Annotated[ArrayLike | str | None, Doc("observations, as in `fit`")] = None,
    *,
    sigma: Annotated[
        ArrayLike | str | None,
        Doc(
            "standard deviation of the observations: a number, an array shaped like y, a "
            "column name, or a covariance matrix (n, n). Datasets that observe different "
            "things (values and derivatives) should each have one; see `fit` for what is "
            "done where none is given."
        ),
    ] = None,
    of: Annotated[
        str | Callable[..., Any] | None,
        Doc(
            "what was observed: None for the model itself, the name of a quantity that "
            'follows from a library model ("pressure"), or an operator: a function that '
            "takes the Model and returns a Model or a function of the same arguments, such "
            'as `lambda E: -E.derivative("V")` or `lambda f: rs.integral(f, "t")`. Of a '
            "network: numbers times its value and its first derivatives, as in the first of "
            "these."
        ),
    ] = None,
    name: Annotated[str | None, Doc("what to call it in results; its number by default")] = None,
    data: Annotated[
        TableLike | None, Doc("a table of named columns from which x, y and sigma are taken")
    ] = None,
    absolute_sigma: Annotated[
        bool | None,
        Doc(
            "whether sigma is in the units of y, rather than relative; what "
            "`fit(absolute_sigma=)` says by default"
        ),
    ] = None,
) -> Measured:
    """One dataset of a fit of several: observations of the model, or of what follows from it.

    y = of(model)(x, params) + noise

    Returns:
        A Measured, for `rs.fit(model, [dataset(...), dataset(...)])`.

    Raises:
        DataError: `of` is neither a name nor a function, the name is not text, or sigma is said to
            be absolute and is not given.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 3, 20)
        >>> values = rs.dataset(t, 2 * np.exp(-t), sigma=0.1, name="amount")
        >>> integrals = rs.dataset(
        ...     {"t_from": t[:-1], "t_to": t[1:]}, 2 * (np.exp(-t[:-1]) - np.exp(-t[1:])),
        ...     sigma=0.01, of=lambda f: rs.integral(f, "t"), name="dose")
        >>> fit = rs.fit("a*exp(-b*t)", [values, integrals], independent="t")
        >>> fit.ok, round(fit.params["b"], 6)
        (True, 1.0)
    """
    if of is not None and not isinstance(of, str) and not callable(of):
        raise DataError(
            f"of is {of!r}, neither the name of a quantity nor a function of the model",
            next='of="pressure", or of=lambda E: -E.derivative("V")',
        )
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise DataError(f"the name of a dataset is {name!r}, not a text", next='name="cold"')
    if absolute_sigma and sigma is None:
        raise DataError(
            "absolute_sigma=True says that sigma is known, but no sigma was given",
            next="rs.dataset(x, y, sigma=0.1, absolute_sigma=True)",
        )
    return Measured(x, y, sigma, of, name, data, absolute_sigma)


def are_datasets(x: Any, y: Any, data: Any) -> bool:
    """Whether what was given as x are whole datasets, rather than columns of one."""
    if isinstance(x, Measured):
        return True
    if isinstance(x, (list, tuple)) and any(isinstance(item, Measured) for item in x):
        return True
    if y is not None or data is not None or not isinstance(x, (Mapping, list)):
        return False
    items = list(x.values()) if isinstance(x, Mapping) else list(x)
    return bool(items) and all(isinstance(item, Measured) or _is_pair(item) for item in items)


def _is_pair(item: Any) -> bool:
    """(x, y) or (x, y, sigma): a tuple of columns, not a column that happens to be a tuple."""
    columns = isinstance(item, tuple) and len(item) in (2, 3)
    return columns and all(hasattr(part, "__len__") for part in item[:2])
