"""Plain NumPy models, as people write them, that every engine must be able to follow.

Each row of MODELS is ``(name, function(theta, x), theta, x)``. The functions import nothing of
residua; they are smooth at the given theta, so finite differences are a fair judge.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from numpy import array as bare_array
from scipy import special

T = np.linspace(0.1, 4.0, 23)
S = np.linspace(-2.0, 2.0, 21)
XY = np.column_stack([np.linspace(0.2, 1.7, 12), np.linspace(1.5, 0.3, 12) ** 2])


def exponential(p: Any, x: Any) -> Any:
    a, b, c = p
    return a * np.exp(-b * x) + c


def indexed(p: Any, x: Any) -> Any:
    return p[0] / (1 + p[1] * x**2) ** p[-1]


def power_law(p: Any, x: Any) -> Any:
    return p[0] * x ** p[1] + 2 ** p[2]


def masked_where(p: Any, x: Any) -> Any:
    safe = np.where(x > p[0], x - p[0], 1.0)
    return np.where(x > p[0], p[1] * np.sqrt(safe), p[2] * x)


def masked_assignment(p: Any, x: Any) -> Any:
    out = np.zeros(x.shape)
    low = x < p[0]
    out[low] = p[1] * x[low]
    out[~low] = p[1] * p[0] + p[2] * (x[~low] - p[0])
    return out


def masked_zeros_like(p: Any, x: Any) -> Any:
    out = np.zeros_like(x)
    out[x > 0] = p[0] * x[x > 0] ** 2
    out[:2] += p[1]
    out -= p[2]
    return out


def slice_assignment(p: Any, x: Any) -> Any:
    out = np.empty((2, x.size))
    out[0] = p[0] * x
    out[1, :] = np.sin(p[1] * x)
    out[1, 3] = 7.0
    return out


def loop_assignment(p: Any, x: Any) -> Any:
    out = np.zeros(6)
    out[0] = p[0]
    for i in range(1, 6):
        out[i] = out[i - 1] * p[1] + p[2] * x[i]
    return out


def piecewise_function(p: Any, x: Any) -> Any:
    return np.piecewise(x, [x < 0, x >= 0], [lambda t: p[0] * t, lambda t: p[1] * t**2])


def selected(p: Any, x: Any) -> Any:
    return np.select([x < -1, x < 1], [p[0] * x, p[1] * x**3], default=p[2])


def branch_on_value(p: Any, x: Any) -> Any:
    if p[0] > 0:
        return p[0] * np.cosh(p[1] * x)
    return p[1] * x


def parameter_array(p: Any, x: Any) -> Any:
    weights = np.array([p[0], p[1], 0.5])
    return weights @ np.array([x, x**2, np.ones_like(x)])


def rotation(p: Any, x: Any) -> Any:
    c, s = np.cos(p[0]), np.sin(p[0])
    matrix = np.array([[c, -s], [s, c]])
    return x @ matrix.T + np.asarray([p[1], p[2]])


def object_array(p: Any, x: Any) -> Any:
    return bare_array([p[0], p[1] * 2.0, p[0] * p[2]])


def list_returned(p: Any, x: Any) -> Any:
    return [p[0] * t + p[1] for t in x]


def comprehension_sum(p: Any, x: Any) -> Any:
    return sum(p[i] * np.exp(-((x - c) ** 2)) for i, c in enumerate([-1.0, 0.0, 1.0]))


def einsum_quadratic(p: Any, x: Any) -> Any:
    matrix = np.array([[p[0], p[1]], [p[1], p[2]]])
    return np.einsum("ni,ij,nj->n", x, matrix, x)


def interpolated(p: Any, x: Any) -> Any:
    knots = np.array([-2.5, -0.73, 0.61, 2.5])
    heights = np.array([p[0], p[1], p[2], 1.0])
    return np.interp(x, knots, heights)


def interpolated_shift(p: Any, x: Any) -> Any:
    knots = np.linspace(-4, 4, 30)
    return p[0] * np.interp(p[1] * x + p[2], knots, np.tanh(knots))


def integrated(p: Any, x: Any) -> Any:
    return np.trapezoid(p[0] * np.exp(-p[1] * x**2) * np.cos(p[2] * x), x)


def polynomial(p: Any, x: Any) -> Any:
    return np.polyval(p, x)


def polynomial_horner(p: Any, x: Any) -> Any:
    out = 0.0
    for c in p[::-1]:
        out = out * x + c
    return out


def vandermonde(p: Any, x: Any) -> Any:
    return np.vander(x, 3) @ p


def voigt_wofz(p: Any, x: Any) -> Any:
    z = (x - p[3] + 1j * p[2]) / (p[1] * np.sqrt(2))
    return p[0] * special.wofz(z).real / (p[1] * np.sqrt(2 * np.pi))


def voigt_profile(p: Any, x: Any) -> Any:
    return p[0] * special.voigt_profile(x - p[3], p[1], p[2])


def bessel(p: Any, x: Any) -> Any:
    return p[0] * special.j1(p[1] * x) / x + p[2] * special.jv(2, p[1] * x)


def step_erf(p: Any, x: Any) -> Any:
    return p[0] * special.erfc((x - p[1]) / (abs(p[2]) * math.sqrt(2)))


def incomplete_gamma(p: Any, x: Any) -> Any:
    return p[0] * special.gammainc(1.5, p[1] * x) + special.gammaln(p[2])


def impedance(p: Any, x: Any) -> Any:
    z = p[0] + 1 / (1 / p[1] + 1j * x * p[2])
    return np.concatenate([z.real, z.imag])


def resonance_modulus(p: Any, x: Any) -> Any:
    return np.abs(p[0] / (p[1] ** 2 - x**2 + 1j * p[2] * x)) + np.angle(p[0] + 1j * p[1])


def tanh_network(p: Any, x: Any) -> Any:
    w1, b1, w2, b2 = p[0:3], p[3:6], p[6:9], p[9]
    return w2 @ np.tanh(np.outer(w1, x) + b1[:, None]) + b2


def reshaped_network(p: Any, x: Any) -> Any:
    w1 = p[:6].reshape(2, 3)
    w2 = np.reshape(p[6:9], (3, 1))
    return (np.tanh(x @ w1 + p[9:12]) @ w2).ravel() + p[12]


def softmax_mixture(p: Any, x: Any) -> Any:
    w = np.exp(p[:3] - np.max(p[:3]))
    w = w / np.sum(w)
    return (w[:, None] * np.exp(-0.5 * (x - p[3:6, None]) ** 2)).sum(axis=0)


def linear_system(p: Any, x: Any) -> Any:
    matrix = np.array([[2 + p[0], p[1]], [p[1], 3.0]])
    return np.linalg.solve(matrix, np.stack([p[2] * x, np.ones_like(x)]))


def determinant(p: Any, x: Any) -> Any:
    matrix = np.eye(2) * p[0] + np.ones((2, 2)) * p[1]
    return np.linalg.det(matrix) * x + np.linalg.norm(p)


def convolution(p: Any, x: Any) -> Any:
    return np.convolve(np.exp(-p[0] * x), np.array([p[1], p[2], p[1]]), mode="same")


def cumulative(p: Any, x: Any) -> Any:
    rate = np.concatenate([[0.0], 0.5 * np.diff(x) * (p[0] * x[1:] + p[1] * x[:-1])])
    return np.cumsum(rate) + p[2]


def euler_ode(p: Any, x: Any) -> Any:
    y, path = p[2], []
    for _ in range(15):
        y = y + 0.1 * (p[0] * y * (1 - y / p[1]))
        path.append(y)
    return np.array(path)


def fixed_point(p: Any, x: Any) -> Any:
    y = x * 0 + 1.0
    for _ in range(40):
        y = y - (y**3 + p[0] * y - p[1] * x) / (3 * y**2 + p[0])
    return y


def maxima(p: Any, x: Any) -> Any:
    return np.maximum(p[0] * x, p[1]) + np.minimum(0.3, p[2] * x) + np.clip(p[0] * x, -0.63, 0.71)


def log_terms(p: Any, x: Any) -> Any:
    return p[0] * np.log1p(p[1] * x) + np.logaddexp(p[2] * x, 0.0) - np.log(p[0] + x**2)


def birch_murnaghan(p: Any, x: Any) -> Any:
    e0, v0, b0, bp = p
    eta = (v0 / (10 + x)) ** (2.0 / 3.0)
    return e0 + 9 * v0 * b0 / 16 * ((eta - 1) ** 3 * bp + (eta - 1) ** 2 * (6 - 4 * eta))


def pair_potential(p: Any, x: Any) -> Any:
    positions = np.arange(12.0).reshape(4, 3) * 0.4 + np.sin(np.arange(12.0)).reshape(4, 3)
    d = positions[:, None, :] - positions[None, :, :]
    r2 = (d**2).sum(-1) + np.eye(4)
    pairs = 4 * p[0] * ((p[1] ** 2 / r2) ** 6 - (p[1] ** 2 / r2) ** 3)
    return 0.5 * np.sum(np.where(np.eye(4, dtype=bool), 0.0, pairs), axis=1)


def autograd_numpy(p: Any, x: Any) -> Any:
    weights = anp.array([p[0], p[1]])
    basis = anp.stack([anp.tanh(x), anp.exp(-(x**2))])
    tail = anp.concatenate([anp.dot(weights, basis), anp.where(x > 0, p[2] * x, 0.0)])
    return tail + anp.sum(weights)


def keyword_only(p: Any, x: Any, *, offset: float = 0.3) -> Any:
    return p[0] * np.sinc(p[1] * x) + offset * p[2]


def scaled(scale: float, p: Any, x: Any) -> Any:
    return scale * p[0] * np.arctan2(p[1] * x, p[2])


class Peak:
    """A model as an object: its method and its __call__ are models."""

    def __init__(self, width: float) -> None:
        self.width = width

    def __call__(self, p: Any, x: Any) -> Any:
        return p[0] * np.exp(-np.square((x - p[1]) / self.width)) + np.float64(2.0) * p[2]

    def lorentz(self, p: Any, x: Any) -> Any:
        return np.divide(p[0], 1 + ((x - p[1]) / (self.width * p[2])) ** 2)


ABC = np.array([1.7, 0.8, 0.6])
NET = np.array([0.9, -0.5, 0.3, 0.1, 0.4, -0.2, 1.1, -0.7, 0.6, 0.25])
NET13 = np.concatenate([NET, [0.15, -0.35, 0.05]])

MODELS: list[tuple[str, Callable[..., Any], Any, Any]] = [
    ("exponential", exponential, ABC, T),
    ("indexed", indexed, ABC, T),
    ("power_law", power_law, ABC, T),
    ("masked_where", masked_where, ABC, T),
    ("masked_assignment", masked_assignment, ABC, T),
    ("masked_zeros_like", masked_zeros_like, ABC, S),
    ("slice_assignment", slice_assignment, ABC, S),
    ("loop_assignment", loop_assignment, ABC, T),
    ("piecewise_function", piecewise_function, ABC, S),
    ("selected", selected, ABC, S),
    ("branch_on_value", branch_on_value, ABC, S),
    ("parameter_array", parameter_array, ABC, T),
    ("rotation", rotation, ABC, XY),
    ("object_array", object_array, ABC, T),
    ("list_returned", list_returned, ABC, T),
    ("comprehension_sum", comprehension_sum, ABC, S),
    ("einsum_quadratic", einsum_quadratic, ABC, XY),
    ("interpolated", interpolated, ABC, S),
    ("interpolated_shift", interpolated_shift, ABC, S),
    ("integrated", integrated, ABC, T),
    ("polynomial", polynomial, ABC, S),
    ("polynomial_horner", polynomial_horner, ABC, S),
    ("vandermonde", vandermonde, ABC, S),
    ("voigt_wofz", voigt_wofz, np.array([1.7, 0.8, 0.6, 0.1]), S),
    ("voigt_profile", voigt_profile, np.array([1.7, 0.8, 0.6, 0.1]), S),
    ("bessel", bessel, ABC, T),
    ("step_erf", step_erf, ABC, S),
    ("incomplete_gamma", incomplete_gamma, ABC, T),
    ("impedance", impedance, ABC, T),
    ("resonance_modulus", resonance_modulus, ABC, T),
    ("tanh_network", tanh_network, NET, S),
    ("reshaped_network", reshaped_network, NET13, XY),
    ("softmax_mixture", softmax_mixture, NET[:6], S),
    ("linear_system", linear_system, ABC, T),
    ("determinant", determinant, ABC, T),
    ("convolution", convolution, ABC, T),
    ("cumulative", cumulative, ABC, T),
    ("euler_ode", euler_ode, ABC, T),
    ("fixed_point", fixed_point, ABC, T),
    ("maxima", maxima, ABC, S),
    ("log_terms", log_terms, ABC, T),
    ("birch_murnaghan", birch_murnaghan, np.array([-3.0, 12.0, 0.5, 4.2]), T),
    ("pair_potential", pair_potential, np.array([0.7, 0.9]), T),
    ("autograd_numpy", autograd_numpy, ABC, S),
    ("keyword_only", functools.partial(keyword_only, offset=0.7), ABC, S),
    ("partial", functools.partial(scaled, 2.5), ABC, S),
    ("callable_object", Peak(0.9), ABC, S),
    ("method", Peak(0.9).lorentz, ABC, S),
]
