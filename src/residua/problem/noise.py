"""Noise: how observed differs from predicted. Each kind whitens residual rows.

Whitened rows have unit variance and no correlation, so least squares on them is maximum likelihood.
`whiten` is linear and acts on the trailing axes, so it serves rows and their derivatives alike, in
NumPy and inside a compiled program.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from residua._errors import DataError


class Independent(NamedTuple):
    """Every observation has its own standard deviation; weight = 1/sigma, shaped like y."""

    weight: Any

    def whiten(self, rows: Any) -> Any:
        """Rows of shape (..., *y.shape) over sigma."""
        return rows * self.weight


class Correlated(NamedTuple):
    """A covariance matrix C = L Lᵀ of the observations; factor = L⁻¹, (n, n)."""

    factor: Any

    def whiten(self, rows: Any) -> Any:
        """L⁻¹ applied along the last axis."""
        return rows @ self.factor.T


def noise(sigma: np.ndarray, y: np.ndarray) -> Independent | Correlated:
    """The noise that a `sigma` of scipy's convention describes.

    Args:
        sigma: standard deviations shaped like y, or a covariance matrix (n, n) for y of shape (n,).
        y: observations.

    Raises:
        DataError: a standard deviation is not positive, or the matrix is not a covariance.
    """
    if y.ndim == 1 and sigma.ndim == 2:
        size = np.sqrt(np.abs(np.diagonal(sigma)))
        if (np.abs(sigma - sigma.T) > 1e-8 * np.outer(size, size)).any():
            raise DataError(
                "sigma is a matrix that is not a covariance: it is not symmetric",
                causes=["one triangle of a covariance", "a matrix of something else"],
            )
        try:
            factor = np.linalg.cholesky(sigma)
        except np.linalg.LinAlgError as error:
            raise DataError(
                "sigma is a matrix that is not a covariance: it is not positive definite",
                causes=[
                    "a correlation of exactly 1 between points",
                    "a covariance estimated from fewer samples than points",
                ],
                next="sigma = sigma + 1e-6 * numpy.diag(numpy.diag(sigma))",
            ) from error
        return Correlated(np.linalg.solve(factor, np.eye(y.size)))
    if not (sigma > 0).all():
        bad = tuple(np.argwhere(~(sigma > 0))[0])
        raise DataError(
            f"sigma must be positive; entry {', '.join(map(str, bad))} is {sigma[bad]:g}",
            causes=["a zero that stands for 'unknown'", "weights (1/sigma) given as sigma"],
            next="leave those points out, or give them the sigma they have",
        )
    return Independent(1.0 / sigma)
