"""Symmetric positive matrices by LAPACK: factor once, then solve and take diagonals of the inverse.

SciPy's thin wrappers are used since NumPy has no triangular routines: a general inverse costs four
times as much, and in the training of a network this is half of the work.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs, dtrtri, dtrtrs


def factor(matrix: np.ndarray) -> np.ndarray | None:
    """The lower factor L of a symmetric matrix L Lᵀ; None where it is not positive."""
    # The transpose of a C-ordered symmetric matrix is itself, in the order that LAPACK wants.
    lower, info = dpotrf(matrix.T, lower=1, clean=1)
    return lower if info == 0 else None


def solve(lower: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(L Lᵀ)⁻¹ times a vector or a matrix."""
    found, _ = dpotrs(lower, right, lower=1)
    return np.asarray(found)


def whitened(lower: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """L⁻¹ times the columns: their squared norms are those of (L Lᵀ)⁻¹."""
    found, _ = dtrtrs(lower, columns, lower=1)
    return np.asarray(found)


def inverse_diagonal(lower: np.ndarray) -> np.ndarray:
    """The diagonal of (L Lᵀ)⁻¹."""
    inverse, _ = dtrtri(lower, lower=1)
    return np.einsum("ij,ij->j", inverse, inverse)
