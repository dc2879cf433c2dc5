"""The carrier itself: operators, indexing, in-place code, methods, and what it refuses."""

from __future__ import annotations

import copy
import math
import operator

import numpy as np
import pytest

from residua import _errors
from residua.autodiff import eager
from residua.autodiff.check import check_jacobian
from residua.autodiff.dual import Dual

V = np.array([0.73, 1.31, 2.17, 0.41, 0.59, 1.79])
W = np.array([1.1, 0.3, 0.8, 2.2, 0.9, 1.4])

OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod,
    operator.floordiv, lambda a, b: divmod(a, b)[1],
]  # fmt: skip
# Left and right operands of every kind and number of axes, of theta = V.
OPERANDS = {
    "dual 0-d": lambda t: t[0],
    "dual 1-d": lambda t: t[:3],
    "dual 2-d": lambda t: t.reshape(2, 3),
    "dual column": lambda t: t[3:5, None],
    "dual complex": lambda t: t[:3] * (1 + 0j),
    "float": lambda t: 1.9,
    "int": lambda t: 3,
    "numpy scalar": lambda t: np.float64(1.9),
    "float32 scalar": lambda t: np.float32(1.5),
    "0-d array": lambda t: np.array(1.9),
    "array": lambda t: W[:3],
    "int array": lambda t: np.array([1, 2, 3]),
    "matrix": lambda t: W.reshape(2, 3),
    "3-d array": lambda t: W.reshape(2, 1, 3),
    "list": lambda t: [1.5, 2.5, 0.5],
    "object array": lambda t: _objects([t[0], 2.0, t[1] * 2]),
}


def _objects(items):
    if not any(type(item) is Dual for item in items):
        return np.array(items)  # NumPy's own arithmetic, for the plain run
    out = np.empty(len(items), object)
    for i, item in enumerate(items):
        out[i] = item
    return out


def pairs():
    for left in OPERANDS:
        for right in OPERANDS:
            if {"dual 0-d", "list"} == {left, right}:
                continue  # a NumPy scalar repeats a list
            if "dual" in left or "dual" in right:
                yield left, right


@pytest.mark.parametrize(("left", "right"), list(pairs()))
def test_operators(left, right):
    for op in OPERATORS:
        if "complex" in left + right and op in OPERATORS[5:]:
            continue  # NumPy has no remainder of complex numbers

        def function(t, op=op):
            return op(OPERANDS[left](t), OPERANDS[right](t)) * 1.0

        value = eager.jacobian(function, V)[0]
        expected = np.asarray(function(V.copy()))
        # One unit in the last place: NumPy's scalar and array power differ by that.
        np.testing.assert_allclose(value, expected, rtol=2.3e-16, atol=0)
        if op not in OPERATORS[6:7]:
            check_jacobian(function, V, rtol=1e-8)


@pytest.mark.parametrize("n", [2, 3, -1, -2, 0.5, 1.5, 1, 0, 2.0, 1j])
def test_constant_powers(n):
    check_jacobian(lambda t: t**n, V, rtol=1e-8)


def test_unary_operators():
    check_jacobian(lambda t: -t + +t * abs(t - 1), V)


def test_matmul_in_every_shape():
    shapes = [(3,), (3, 3), (2, 3, 3), (2, 1, 3, 3)]
    rng = np.random.default_rng(1)
    for left in shapes:
        for right in shapes:
            a, b = rng.normal(size=left), rng.normal(size=right)
            theta = np.array([0.3, -0.8])
            check_jacobian(lambda t, a=a, b=b: (a * t[0] + t[1]) @ b, theta)
            check_jacobian(lambda t, a=a, b=b: a @ (b * t[0] + t[1]), theta)
            check_jacobian(lambda t, a=a, b=b: (a + t[1]) @ (b * t[0]), theta)


def test_comparisons_are_plain():
    seen = []

    def model(t):
        seen.extend([t < 1, t <= W, t > t, t >= 1, t == V, t != [1, 2, 3, 4, 5, 6]])
        return t if t[0] < t[1] and bool(t[0]) else -t

    _, jacobian = eager.jacobian(model, V)
    assert all(type(s) is np.ndarray and s.dtype == bool for s in seen)
    np.testing.assert_array_equal(jacobian, np.eye(6))


KEYS = [
    0, -1, slice(1, 2), slice(None, None, -1), Ellipsis, None, (0, 1), (Ellipsis, 0), (0, Ellipsis),
    (slice(None), 1), (None, 1), (slice(None), None, 0), [1, 0], ([1, 0],), np.array([0, 1, 1]),
    (slice(None), [0, 2]), ([0, 1], [2, 0]), (0, [1, 2]), ([0, 1], slice(None), 0),
    (0, slice(None), [1, 0]), (Ellipsis, [0, 1]), ([[0], [1]], [0, 2]), ([0, 1], Ellipsis, [1, 0]),
    (np.array([True, False]),), np.array([False, True]), np.int64(1), (np.int64(1), 2), True,
    (slice(None), np.array([True, False, True]), 0), (),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_getitem(key):
    base = np.arange(1.0, 13.0).reshape(2, 3, 2)
    check_jacobian(lambda t: ((base * t[0]) ** t[1])[key], V[:2])


def test_getitem_with_a_mask_of_all_axes():
    base = np.arange(1.0, 13.0).reshape(2, 3, 2)
    check_jacobian(lambda t: ((base * t[0]) ** t[1])[base % 3 > 0], V[:2])


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_setitem(key):
    base = np.arange(1.0, 13.0).reshape(2, 3, 2)

    def model(t):
        out = np.zeros((2, 3, 2)) + base * t[0]
        out[key] = t[1]
        out[key] = out[key] * t[1] + 1.0
        out[key] += t[0]
        return out

    check_jacobian(model, V[:2])


def test_setitem_broadcasts_and_clears():
    def model(t):
        out = np.zeros((2, 3)) + t[0]
        out[:] = t[:3]
        out[0] = t[None, 3:]
        out[1, 1] = 5.0
        out[1, 2:] = [7.0]
        out[0, :2] = [t[1], 2.0]
        return out

    value, jacobian = eager.jacobian(model, V)
    check_jacobian(model, V)
    assert not jacobian[:, 1, 1:].any() and value[1, 1] == 5.0


def test_views_write_through_as_in_numpy():
    def model(t):
        out = np.zeros((2, 6))
        row, column, flipped = out[0], out[:, 1], out[1][::-1]
        row[:] = t * 2
        row += 1.0
        flipped[:3] = t[:3]
        column *= 3.0
        out.T[5] = t[0] ** 2
        out.reshape(3, 4)[0, 2] -= t[4]
        np.swapaxes(out, 0, 1)[3, 0] = t[5]
        return out

    check_jacobian(model, V)


def test_copies_do_not_write_through():
    def model(t):
        total, first = t * 1.0, t[0]
        kept, shifted, summed = total.copy(), total + 1.0, +total
        real = (total * (1 + 0j)).real.copy()
        total[:] = 0.0
        t[0] = 9.0
        return kept + shifted + summed + real + total + first

    check_jacobian(model, V)


def test_in_place_operators_keep_the_object():
    def model(t):
        out = t * 1.0
        same = out
        out += 1.0
        out -= t
        out *= t + 2
        out /= 3.0
        out **= 2
        assert same is out
        scalar = t[0]
        scalar += 1
        return out + scalar + same

    check_jacobian(model, V)


def test_in_place_cannot_change_kind():
    def model(t):
        out = t * 1.0
        out += 1j
        return out

    with pytest.raises(TypeError, match="cannot hold"):
        eager.jacobian(model, V)


def test_iteration_unpacking_and_length():
    def model(t):
        a, *rest = t
        rows = [row * 2 for row in t.reshape(3, 2)]
        return a * len(t) + sum(rest) + np.sum(rows) + sum(x for x in t.flat)

    check_jacobian(model, V)
    with pytest.raises(TypeError):
        eager.jacobian(lambda t: list(t[0]), V)


METHODS = {
    "reductions": lambda t: t.sum() + t.mean() + t.std() + t.var() + t.max() + t.min() + t.prod(),
    "axes": lambda t: t.reshape(2, 3).sum(axis=0) + t.reshape((2, 3)).mean(0, keepdims=True)[0],
    "shapes": lambda t: t.reshape(2, 3).transpose(1, 0).ravel() + t.reshape(1, 6).squeeze(),
    "transpose": lambda t: t.reshape(2, 3).T.flatten() + t.reshape(2, 3).transpose().reshape(-1),
    "fortran": lambda t: t.reshape(2, 3).flatten("F") + t.reshape(2, 3).ravel(order="F"),
    "cumulative": lambda t: t.cumsum() + t.cumprod(),
    "dot": lambda t: t.dot(W) + t.reshape(2, 3).dot(W[:3]).sum(),
    "clip": lambda t: t.clip(0.5, 1.5) + t.round(1),
    "complex": lambda t: (t + 1j * t).conj().imag + (t * 1j).conjugate().imag + t.real + t.imag,
    "astype": lambda t: t.astype(float) + t.astype(complex).real,
    "item": lambda t: t.item(2) + t[:1].item() + t[1].item() + t.reshape(2, 3).item(4),
    "order": lambda t: t[t.argsort()] * t[t.argmax()] + t.take([5, 4, 3, 2, 1, 0]),
    "misc": lambda t: t.repeat(2).reshape(6, 2).swapaxes(0, 1)[0] + t.view() + t.copy(),
    "diagonal": lambda t: t.reshape(2, 3).diagonal() * t.reshape(2, 3).trace(),
    "tolist": lambda t: np.array(t.tolist()) + np.array(t.reshape(2, 3).tolist()).ravel(),
    "deepcopy": lambda t: copy.deepcopy(t) * copy.copy(t),
    "builtins": lambda t: round(t[0] * 10) * t[1] + max(t) + min(t[0], t[1]) + abs(-t[0]),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods(name):
    check_jacobian(METHODS[name], V)


def test_sort_and_fill_in_place():
    def model(t):
        out = t * 1.0
        out.sort()
        other = np.zeros(6)
        other.fill(t[0])
        return out * other

    check_jacobian(model, V)


def test_attributes():
    def model(t):
        z = t.reshape(2, 3)
        assert (z.shape, z.ndim, z.size, z.dtype, len(z)) == ((2, 3), 2, 6, np.float64, 2)
        assert z.astype(int).dtype == int and type(z.astype(int)) is np.ndarray
        assert z.astype(np.float32).dtype == np.float64  # never less than double precision
        assert z.any() and z.all() and z.nonzero()[0].size == 6
        assert f"{t[0]:.2f}" == "0.73" and "6 derivatives" in repr(t)
        assert int(t[0] * 0 + 4) == 4 and float(np.floor(t[1])) == 1.0
        assert complex(t[0] * 0) == 0j
        return t

    eager.jacobian(model, V)


REFUSED = {
    "math.exp": (lambda t: math.exp(t[0]), "np.exp instead of math.exp"),
    "float": (lambda t: float(t[0]), "explicit float"),
    "int": (lambda t: int(t[0]), "explicit int"),
    "complex": (lambda t: complex(t[0] * 1j), "explicit complex"),
    "index": (lambda t: [1, 2, 3][t[0]], "index or a count"),
    "range": (lambda t: list(range(t[0])), "index or a count"),
    "asfloat": (lambda t: _raw(t), "np.zeros"),
    "assignment": (lambda t: _assigned(t), "np.zeros"),
    "view": (lambda t: t.view(np.int64), "ndarray.view"),
}


def _raw(t, asarray=np.asarray):
    return asarray(t, dtype=float)  # the original, as external code holds it


def _assigned(t, zeros=np.zeros):
    out = zeros(6)
    out[1:3] = t[:2]
    return out


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_say_what_to_do(name):
    model, hint = REFUSED[name]
    with pytest.raises(_errors.NotDifferentiable) as caught:
        eager.jacobian(model, V)
    assert hint in str(caught.value) and "finite differences" in str(caught.value)


def test_external_code_is_refused():
    from scipy.integrate import quad

    with pytest.raises(_errors.NotDifferentiable):
        eager.jacobian(lambda t: quad(lambda s: np.exp(-t[0] * s), 0, 1)[0], V)


@pytest.mark.parametrize("name", ["stats.norm.pdf", "linalg.expm", "ndimage.gaussian_filter1d"])
def test_external_errors_are_explained(name):
    import importlib

    package, _, function = name.rpartition(".")
    head, _, inner = package.partition(".")
    module = importlib.import_module(f"scipy.{head}")
    call = getattr(getattr(module, inner) if inner else module, function)
    rest = (1.0,) if head != "linalg" else ()
    with pytest.raises(_errors.NotDifferentiable) as caught:
        eager.jacobian(lambda t: call(np.outer(t, t), *rest), V)
    assert "works on plain numbers" in str(caught.value) or "finite diff" in str(caught.value)


def test_the_model_s_own_error_is_left_alone():
    with pytest.raises(KeyError, match="absent"):
        eager.jacobian(lambda t: {}["absent"], V)


def test_nested_eager_derivatives_are_refused():
    with pytest.raises(_errors.NotDifferentiable, match="compiled"):
        eager.jacobian(lambda t: eager.jacobian(lambda s: s * t[0], [1.0, 2.0])[0], V)
    with pytest.raises(_errors.NotDifferentiable, match="compiled"):
        eager.jacobian(lambda t: eager.jacobian(lambda s: s**2, t)[0], V)
    assert eager.jacobian(lambda t: t * 2, V)[1].trace() == 12.0  # and nothing is left behind


def test_theta_must_be_a_vector():
    with pytest.raises(_errors.ParameterError, match="ravel"):
        eager.jacobian(lambda t: t, np.eye(2))


def test_unhashable_like_an_array():
    with pytest.raises(TypeError):
        hash(Dual(np.ones(2), np.ones((1, 2))))


def test_pandas_series():
    pd = pytest.importorskip("pandas")
    x = pd.Series([1.0, 2.0, 3.0], index=[5, 6, 7])

    def model(t, x):
        return t[0] * x + x * t[1] + x / t[2] + t[:3] * x

    value, jacobian = eager.jacobian(model, V, x)
    np.testing.assert_allclose(value, model(V, x.to_numpy()))
    check_jacobian(model, V, x.to_numpy())
    np.testing.assert_allclose(jacobian, eager.jacobian(model, V, x.to_numpy())[1])
