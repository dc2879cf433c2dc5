"""The small data sets that training is taught with, made from seeds."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from residua.doc import Doc, Ge, documented

# A linear layer of PyTorch after torch.manual_seed(0), to the digits of its single precision;
# printed to four decimals it is the -0.0075, 0.5364 of the lesson.
LINE_START = {"weight": -0.007486820220947266, "bias": 0.5364435911178589}


@documented
def line_data() -> tuple[np.ndarray, np.ndarray]:
    """Ten noisy points of the line y = 0.5 x + 1.

    y = 0.5 (x + e) + 1, x uniform in 0...5 (single precision), e normal with deviation 0.5.

    Returns:
        Input x (10,) and observations y (10,).

    Example:
        >>> x, y = line_data()
        >>> x[:2].round(4).tolist()
        [2.7441, 3.5759]
    """
    # The generator object of the lesson's np.random.seed(0); the global one is not touched.
    rng = np.random.RandomState(0)
    x = rng.uniform(0, 5, 10).astype(np.float32)
    y = 0.5 * (x + rng.normal(0, 0.5, 10)) + 1
    return x.astype(float), y


@documented
def parabola_data(
    points: Annotated[int, Doc("how many"), Ge(1)] = 100,
    seed: Annotated[int, Doc("seed of the random generator"), Ge(0)] = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Give points of a parabola with noise that is not centered.

    y = x² + 0.2 u, x even in -1...1, u uniform in 0...1.

    Returns:
        Input x (points,) and observations y (points,).

    Example:
        >>> x, y = parabola_data()
        >>> bool((y >= x**2).all() and (y <= x**2 + 0.2).all())
        True
    """
    x = np.linspace(-1.0, 1.0, points)
    return x, x**2 + 0.2 * np.random.default_rng(seed).uniform(size=points)


@documented
def xor_data() -> tuple[np.ndarray, np.ndarray]:
    """Exclusive or: 1 where exactly one of the two inputs is 1.

    Returns:
        Inputs x (4, 2) and classes y (4,).

    Source: M. Minsky and S. Papert, Perceptrons (MIT Press 1969).

    Example:
        >>> xor_data()[1]
        array([0., 1., 1., 0.])
    """
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return x, np.array([0.0, 1.0, 1.0, 0.0])
