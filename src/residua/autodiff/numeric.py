"""Jacobians by finite differences, for models that no carrier of derivatives can follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._errors import ModelError, ParameterError

# The step that balances the h^2 truncation of a central difference against eps/h rounding.
RELATIVE_STEP = float(np.finfo(np.float64).eps ** (1 / 3))


def jacobian(
    function: Callable[..., Any], theta: Any, *args: Any, typical: Any = None
) -> tuple[Any, Any]:
    """Value and Jacobian of ``function(theta, *args)`` by central differences.

    J[i] = (f(theta + h_i e_i) - f(theta - h_i e_i)) / (2 h_i),
    h_i = 6.1e-6 max(|theta_i|, typical_i)

    For a smooth function computed to rounding, expect about 10 correct digits (relative error near
    eps^(2/3) = 4e-11 times the ratio of third derivative to first). Where the function is finite
    on one side only, a second-order one-sided difference takes over with about 9 digits.

    Parameters
    ----------
    function : callable
        Any Python function of ``theta``; called 2p + 1 times, and 2 more for each one-sided step.
    theta : array_like, shape (p,)
    *args
        Passed on as they are.
    typical : float or array_like, optional
        Sizes that theta_i would have if it were not near zero. Default: |theta_i|, and 1 where
        theta_i is 0.

    Returns
    -------
    value : ndarray, shape s
    jacobian : ndarray, shape (p, *s)
        NaN where the function is finite on neither side.

    Raises
    ------
    ParameterError
        theta is not a vector of finite numbers.
    ModelError
        The function's shape changes with theta.

    Notes
    -----
    Step and error balance: Press et al., Numerical Recipes (3rd ed., 2007), section 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> from residua.autodiff import numeric
    >>> v, J = numeric.jacobian(lambda p, x: np.exp(p[0] * x), [0.5], np.array([0.0, 1.0]))
    >>> np.allclose(J, [[0.0, np.exp(0.5)]], rtol=1e-9)
    True
    """
    theta = np.array(theta, dtype=np.float64, ndmin=1)
    if theta.ndim != 1 or not np.isfinite(theta).all():
        raise ParameterError("theta must be one vector of finite numbers.", next="theta.ravel()")
    value = _evaluate(function, theta, args)
    rows = np.empty((theta.size, *value.shape), np.result_type(value, np.float64))
    with np.errstate(all="ignore"):
        for i, size in enumerate(_sizes(theta, typical)):
            rows[i] = _row(function, theta, args, i, float(size), value)
    return value, rows


def _sizes(theta: Any, typical: Any) -> Any:
    if typical is None:
        return np.where(theta == 0, 1.0, np.abs(theta))
    return np.maximum(np.abs(theta), typical)


def _evaluate(function: Callable[..., Any], theta: Any, args: tuple[Any, ...]) -> Any:
    return np.asarray(function(theta.copy(), *args))


def _moved(
    function: Callable[..., Any], theta: Any, args: tuple[Any, ...], i: int, step: float, like: Any
) -> tuple[Any, float]:
    """The function at theta with entry i moved, and the step really taken in floating point."""
    there = theta.copy()
    there[i] += step
    try:
        found = _evaluate(function, there, args)
    except (ValueError, ArithmeticError):  # math.sqrt(-1e-6): outside the domain on this side
        found = np.full(like.shape, np.nan)
    if found.shape != like.shape:
        raise ModelError(
            f"The function returned shape {like.shape} at theta and {found.shape} beside it.",
            causes=("its output depends on a parameter in length, not only in value",),
        )
    return found, float(there[i] - theta[i])


def _row(
    function: Callable[..., Any], theta: Any, args: tuple[Any, ...], i: int, size: float, value: Any
) -> Any:
    step = RELATIVE_STEP * size
    right, up = _moved(function, theta, args, i, step, value)
    left, down = _moved(function, theta, args, i, -step, value)
    central = (right - left) / (up - down)
    lost = ~np.isfinite(central)
    if not lost.any():
        return central
    for sign, near in ((1.0, right), (-1.0, left)):
        far, two = _moved(function, theta, args, i, 2 * sign * step, value)
        one_sided = (4 * near - far - 3 * value) / two
        central = np.where(lost & np.isfinite(one_sided), one_sided, central)
        lost = ~np.isfinite(central)
    return central
