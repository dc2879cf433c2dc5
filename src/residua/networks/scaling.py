"""Standardized units: the affine map between what a user has and what a network sees.

    z = (x - x_mean) / x_scale,   Y = (y - y_mean) / y_scale

Training in these units is what makes one prior and one damping serve every data set. Constraints
that mean something only in user units (f(-x) = f(x), y > 0, a period) ask for their own map, by
`Architecture.prepared`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Scaling(NamedTuple):
    """The map of d inputs and k outputs.

    Args:
        x_mean, x_scale: (d,), in units of x; every scale is positive.
        y_mean, y_scale: (k,), in units of y.

    Example:
        >>> scaling = standard([[0.0], [2.0]], [[10.0], [30.0]])
        >>> scaling.to_z([[2.0]]), scaling.from_Y([[0.0]])
        (array([[1.]]), array([[20.]]))
    """

    x_mean: np.ndarray
    x_scale: np.ndarray
    y_mean: np.ndarray
    y_scale: np.ndarray

    def to_z(self, x: Any) -> Any:
        """Inputs (n, d) in standardized units."""
        return (x - self.x_mean) / self.x_scale

    def to_x(self, z: Any) -> Any:
        """Standardized inputs (n, d) in units of x."""
        return z * self.x_scale + self.x_mean

    def to_Y(self, y: Any) -> Any:
        """Observations (n, k) in standardized units."""
        return (y - self.y_mean) / self.y_scale

    def from_Y(self, Y: Any) -> Any:
        """Outputs of the network (n, k) in units of y."""
        return Y * self.y_scale + self.y_mean

    def with_x_about_zero(self, columns: Any) -> Scaling:
        """The same with x_mean 0 in these columns; their scale is the root mean square."""
        mean, scale = _about_zero(self.x_mean, self.x_scale, columns)
        return self._replace(x_mean=mean, x_scale=scale)

    def with_y_about_zero(self) -> Scaling:
        """The same with y_mean 0; the scale is the root mean square of y."""
        mean, scale = _about_zero(self.y_mean, self.y_scale, slice(None))
        return self._replace(y_mean=mean, y_scale=scale)


def _about_zero(mean: np.ndarray, scale: np.ndarray, which: Any) -> tuple[np.ndarray, np.ndarray]:
    mean, scale = mean.copy(), scale.copy()
    scale[which] = np.hypot(mean[which], scale[which])
    mean[which] = 0.0
    return mean, scale


def identity(inputs: int, outputs: int) -> Scaling:
    """The map that changes nothing."""
    return Scaling(np.zeros(inputs), np.ones(inputs), np.zeros(outputs), np.ones(outputs))


def standard(x: Any, y: Any, weight: Any = None) -> Scaling:
    """The map to mean 0 and standard deviation 1, with scale 1 where a column is constant.

    Args:
        x: inputs (n, d).
        y: observations (n, k).
        weight: (n,) or (n, 1), not negative; None for equal ones.

    Example:
        >>> standard([[1.0, 5.0], [3.0, 5.0]], [[0.0], [4.0]]).x_scale
        array([1., 1.])
    """
    share = None if weight is None else np.ravel(weight)
    return Scaling(*_moments(np.asarray(x, float), share), *_moments(np.asarray(y, float), share))


def _moments(a: np.ndarray, share: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    mean = np.average(a, axis=0, weights=share)
    scale = np.sqrt(np.average((a - mean) ** 2, axis=0, weights=share))
    # A column that is constant to rounding has no spread to be measured in.
    alive = scale > 1e-14 * np.abs(mean)
    return mean, np.where(alive, scale, 1.0)
