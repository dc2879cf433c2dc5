"""Reports as pandas DataFrames; pandas is imported here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import MissingLibrary
from residua.report.table import rows

if TYPE_CHECKING:
    from residua.fitting.result import Fit
    from residua.inference.prediction import Prediction
    from residua.inference.sensitivity import Sensitivity

COLUMNS = ("value", "stderr", "low", "high", "start", "lower", "upper", "fixed")


def parameter_frame(fit: Fit, level: float = 0.95) -> Any:
    """One row per number of the model, indexed by its name.

    Args:
        fit: a Fit.
        level: coverage of `low`..`high`.

    Returns:
        A pandas DataFrame with columns value, stderr, low, high, start, lower, upper, fixed. The
        stderr is 0 where fixed, inf where not determined, NaN at a bound.

    Raises:
        MissingLibrary: pandas is not installed.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
        >>> parameter_frame(fit).index.tolist()
        ['a', 'b']
    """
    table = rows(fit, level)
    columns = {name: [getattr(row, name) for row in table] for name in COLUMNS}
    pd = _pandas()
    return pd.DataFrame(columns, index=pd.Index([row.label for row in table], name="name"))


def prediction_frame(prediction: Prediction) -> Any:
    """One row per predicted number.

    Args:
        prediction: what `fit.predict` returned.

    Returns:
        A pandas DataFrame with columns value, stderr, low, high, extrapolates; low and high are NaN
        when no interval was asked for. Predictions of several axes get an index of several levels.

    Raises:
        MissingLibrary: pandas is not installed.

    Example:
        >>> import residua as rs
        >>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
        >>> len(prediction_frame(fit.predict([1.5, 2.5])))
        2
    """
    pd = _pandas()
    shape = prediction.value.shape
    nothing = np.full(shape, np.nan)
    columns = {
        "value": prediction.value,
        "stderr": prediction.stderr,
        "low": nothing if prediction.low is None else prediction.low,
        "high": nothing if prediction.high is None else prediction.high,
        "extrapolates": prediction.extrapolates,
    }
    index = pd.MultiIndex.from_product(map(range, shape)) if len(shape) > 1 else None
    flat = {name: np.ravel(np.broadcast_to(column, shape)) for name, column in columns.items()}
    return pd.DataFrame(flat, index=index)


def sensitivity_frame(found: Sensitivity, slopes: Mapping[str, np.ndarray]) -> Any:
    """One row per point: the variables, the value, and one column `d/dp` per parameter.

    Args:
        found: of `residua.sensitivity`.
        slopes: its absolute, scaled or relative sensitivities.

    Returns:
        A pandas DataFrame.

    Raises:
        MissingLibrary: pandas is not installed.

    Example:
        >>> import residua as rs
        >>> found = rs.sensitivity("a*x + b", [0.0, 1.0], {"a": 2.0, "b": 1.0})
        >>> list(found.to_frame().columns)
        ['x', 'value', 'd/da', 'd/db']
    """
    pd = _pandas()
    shape = found.value.shape
    columns = {
        name: np.ravel(np.broadcast_to(x, shape))
        for name, x in found.x.items()
        if np.ndim(x) <= len(shape)
    }
    columns["value"] = np.ravel(found.value)
    columns |= {f"d/d{label}": np.ravel(slope) for label, slope in slopes.items()}
    return pd.DataFrame(columns)


def column_frame(columns: Mapping[str, np.ndarray], index: np.ndarray, name: str) -> Any:
    """One row per entry of equally long columns.

    Args:
        columns: name -> (m,).
        index: (m,), what counts the rows.
        name: of the index.

    Returns:
        A pandas DataFrame.

    Raises:
        MissingLibrary: pandas is not installed.

    Example:
        >>> column_frame({"loss": np.array([2.0, 1.0])}, np.arange(2), "step").shape
        (2, 1)
    """
    pd = _pandas()
    return pd.DataFrame(dict(columns), index=pd.Index(index, name=name))


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingLibrary(
            "a DataFrame needs pandas, which is not installed",
            next='python -m pip install "residua[pandas]"',
        ) from error
    return pd
