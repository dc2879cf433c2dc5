"""Models, residuals and data on which residua.scipy is compared with scipy."""

import numpy as np
from scipy.sparse import lil_array

X = np.linspace(0, 4, 50)
RNG = np.random.default_rng(11)
Y = 2.5 * np.exp(-1.3 * X) + 0.5 + 0.2 * RNG.standard_normal(50)
SPREAD = 0.1 + 0.05 * X
COVARIANCE = np.diag(SPREAD**2) + 0.002
X2 = np.stack([X, np.cos(3 * X)])
Y2 = 1.5 * X2[0] - 0.7 * X2[1] + 0.1 * RNG.standard_normal(50)


def decay(x, a, b, c):
    return a * np.exp(-b * x) + c


def decay_jacobian(x, a, b, c):
    e = np.exp(-b * x)
    return np.stack([e, -a * x * e, np.ones_like(x)], axis=1)


def plane(x, a, b):
    return a * x[0] + b * x[1]


def line(x, a, b):
    return a * x + b


def variadic(x, *p):
    return p[0] * np.exp(-p[1] * x)


def constant(x, c):
    return c


def as_list(x, a, b):
    return [a * v + b for v in x]


def with_default(x, a, b=2.0):
    return a * np.exp(-b * x)


class Decay:
    def method(self, x, a, b, c):
        return decay(x, a, b, c)

    def __call__(self, x, a, b):
        return a * np.exp(-b * x) + 0.5

    @staticmethod
    def static(x, a, b, c):
        return decay(x, a, b, c)


class Series:
    """Independent variable that is no array: passed to the model as it is."""

    def __init__(self, values):
        self.values = values


def of_series(x, a, b, c):
    return decay(x.values, a, b, c)


def with_nan(array, *index):
    array = np.array(array, dtype=float)
    array[index] = np.nan
    return array


T = np.linspace(0, 10, 15)
NOISE = np.random.default_rng(5)
NOISY = 0.5 + 2.0 * np.exp(-T) + 0.1 * NOISE.standard_normal(15)
NOISY[[3, 8, 12]] += [0.8, -1.1, 0.9]


def rosenbrock(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def rosenbrock_jacobian(x):
    return np.array([[-20 * x[0], 10], [-1, 0]])


def exponential(x, t, y):
    return x[0] + x[1] * np.exp(x[2] * t) - y


def exponential_jacobian(x, t, y):
    e = np.exp(x[2] * t)
    return np.stack([np.ones_like(t), e, x[1] * t * e], axis=1)


def broyden(x):
    f = (3 - x) * x + 1
    f[1:] -= x[:-1]
    f[:-1] -= 2 * x[1:]
    return f


def broyden_sparsity(n):
    sparsity = lil_array((n, n), dtype=int)
    for shift in (-1, 0, 1):
        i = np.arange(max(0, -shift), min(n, n - shift))
        sparsity[i, i + shift] = 1
    return sparsity


def parabola(x, a, b=1.0):
    return np.array([(x[0] - a) ** 2 + b, x[0]])


def complex_as_real(x):
    z = x[0] + 1j * x[1] - (0.5 + 0.5j)
    return np.array([z.real, z.imag])


def same_array(x):
    return x
