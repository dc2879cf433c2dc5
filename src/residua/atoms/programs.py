"""Kernels compiled once for each form and precision, and called from NumPy."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from residua.atoms.kernels.rows import Rows
from residua.autodiff.traced_state import double_precision

Kernel = Callable[[Any, Rows, Any], Any]


class Program:
    """A compiled kernel; arrays that stay the same are moved to the device once.

    single: whether positions and sums are in single precision, half the memory and more speed.
    """

    def __init__(self, kernel: Kernel, single: bool = False) -> None:
        self._call = jax.jit(kernel)
        self._single = single
        self._type = np.float32 if single else np.float64

    def placed(self, tree: Any) -> Any:
        """A tree of arrays on the device, floating ones in the precision of this program."""
        with double_precision():
            return jax.tree_util.tree_map(self._array, tree)

    def _array(self, leaf: Any) -> Any:
        array = np.asarray(leaf)
        if array.dtype.kind == "f":
            array = array.astype(self._type)
        return jax.device_put(array)

    def __call__(self, columns: np.ndarray, rows: Any, parameters: Any) -> np.ndarray:
        """The packed sums of positions (3, n)."""
        if self._single:
            columns = columns.astype(np.float32)
        with double_precision():
            out = np.asarray(self._call(columns, rows, parameters))
        return out.astype(np.float64) if self._single else out


@lru_cache(maxsize=64)
def program(build: Callable[..., Kernel], *options: Hashable, single: bool = False) -> Program:
    """The program of `build(*options)`; one for all potentials of the same form."""
    return Program(build(*options), single)
