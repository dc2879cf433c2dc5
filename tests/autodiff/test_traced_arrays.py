"""Traced arrays behave as NumPy arrays: NumPy itself, run on the same lines, is the judge."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from residua._errors import NotDifferentiable
from residua.autodiff import compiled
from residua.autodiff.lowering import lower
from residua.autodiff.traced import Traced
from residua.autodiff.traced_state import double_precision

X = np.array([0.3, -1.2, 2.5, 0.7, -0.4, 1.9])
PAIRS = [
    lambda x: x**3 + x**2.0 + x**-1 + 2.0**x + abs(x) ** 0.5 + x**0,
    lambda x: x // 0.7 + x % 0.7 + divmod(x, 0.3)[1] + 5 // x,
    lambda x: -x + +x - abs(x) + (x > 0) * 1.0 + ~(x > 0) * 2.0,
    lambda x: ((x > 0) & (x < 2)) + 1.0 * ((x < 0) | (x == 0.7)) + ((x != 0.3) ^ (x >= 1)),
    lambda x: [1, 2, 3, 4, 5, 6] * x + (1.0,) * x,
    lambda x: np.power(x, 2) + np.float_power(np.abs(x), 1.5) + np.square(x) + np.cbrt(x),
    lambda x: np.int64(3) * x + np.float32(0.5) * x + np.arange(6) / 4,
    lambda x: np.arange(6) / np.arange(1, 7) * x + np.arange(6) ** 2,
    # attributes and methods
    lambda x: x.shape[0] * x.ndim + x.size + len(x) + x.T,
    lambda x: x.sum() + x.mean(axis=0) + x.std() + x.var(ddof=1) + x.max() + x.min() + x.prod(),
    lambda x: x.reshape(2, 3) @ x.reshape((3, -1)) + x.reshape(2, -1).sum(axis=1, keepdims=True),
    lambda x: x.reshape(2, 3, order="F").ravel() + x.reshape(2, 3).T.flatten(),
    lambda x: x.cumsum() + x.cumprod() + x.clip(-1, 1) + x.clip(min=0) + x.round(1),
    lambda x: x.dot(x) + x.take([0, 2]).sum() + x.repeat(2)[::2] + x.copy() + x.astype(float),
    lambda x: x.argmax() + x.argsort() + np.sort(x) + np.ptp(x) + np.searchsorted(np.sort(x), 0.1),
    lambda x: x.reshape(2, 3).swapaxes(0, 1).trace() + x.reshape(2, 3).transpose(1, 0)[2],
    lambda x: (x + 2j * x).real + (x + 2j * x).imag * (1j * x).conj().imag,
    lambda x: x.squeeze() + x[None].squeeze(0) + x[:, None].squeeze(axis=1),
    # indexing
    lambda x: x[1:] - x[:-1],
    lambda x: x[::-1] + x[[0, 1, 2, 3, 4, 5]] + x[np.array([5, 4, 3, 2, 1, 0])] + x[-1],
    lambda x: x[np.array([True, False, True, False, True, False])] ** 2,
    lambda x: x[..., None][:, 0] + x[None, :, None][0, :, 0] + x.reshape(2, 3)[1, ::2].sum(),
    lambda x: np.array([v * 2 for v in x]) + np.array([row.sum() for row in x.reshape(3, 2)]).sum(),
    lambda x: x[x.argmax()] + x[np.argmin(x)] + x,
    lambda x: sum(x) + max(2.0, 1.0) + np.dot([1.0, 2.0], [x[0], x[1]]),
    # functions
    lambda x: np.concatenate([[0.0], x, np.zeros(2), [x[0]]]),
    lambda x: np.stack([x, np.ones(6), x**2], axis=1) + np.column_stack([x, x, x]),
    lambda x: np.hstack([x, 1.0]) + np.append(x, [2.0]) + np.append(0, x),
    lambda x: np.vstack([x, np.arange(6)]) + np.dstack([x, x])[0].T,
    lambda x: np.block([[x.reshape(2, 3), np.eye(2)], [np.zeros((1, 4)), np.ones((1, 1))]]),
    lambda x: np.where(x > 0, x, 0) + np.where(x > 0, [1, 2, 3, 4, 5, 6], x),
    lambda x: np.maximum(x, 0) + np.minimum([1, 2, 3, 4, 5, 6], x) + np.fmax(x, 0.5),
    lambda x: np.sum([x[0], x[1]]) + np.sum(x, where=x > 0) + np.max(x, initial=0.0),
    lambda x: np.mean([x, x**2], axis=0) + np.average(x, weights=np.arange(1, 7)),
    lambda x: np.median(x) + np.percentile(x, 30) + np.quantile(x, [0.2, 0.8]).sum(),
    lambda x: np.trapezoid(x) + np.trapezoid(x, dx=0.5) + np.trapezoid(x, np.arange(6.0)),
    lambda x: np.gradient(x) + np.gradient(x, 0.5) + np.gradient(x, np.arange(6) ** 2 / 3.0),
    lambda x: np.diff(x, prepend=0.0) + np.ediff1d(x, to_end=0.0) + np.cumsum(x),
    lambda x: np.interp(x, [-1, 0, 1], [0.0, 1.0, 4.0], left=-5.0) + np.interp(0.5, np.sort(x), x),
    lambda x: np.polyval([1, 2, 3], x) + np.polyval(x, 2.0) + np.vander(x, 3)[:, 0],
    lambda x: np.convolve(x, [1, 2, 1], "same") + np.correlate(x, [1.0, 2.0], mode="same"),
    lambda x: np.outer(x, [1, 2]) @ np.array([[1.0], [2.0]]) + np.kron(x, [1.0])[:, None],
    lambda x: np.einsum("i,j->ij", x, x) + np.einsum("ij,jk", np.eye(6), np.diag(x)),
    lambda x: np.tensordot(x.reshape(2, 3), x.reshape(2, 3), axes=([0], [0])) + np.inner(x, x),
    lambda x: np.cross(x[:3], x[3:]) + np.cross([1, 0, 0], x[3:]),
    lambda x: np.tile(x, 2)[:6] + np.roll(x, 1) + np.flip(x) + np.repeat(x[:3], 2),
    lambda x: np.pad(x, (1, 2), mode="constant", constant_values=3.0)[:6] + np.delete(x, 0).sum(),
    lambda x: np.insert(x, 1, 5.0)[:6] + np.take(x, [1, 1, 1, 2, 2, 2]) + np.nan_to_num(x / 0.5),
    lambda x: np.broadcast_to(x, (2, 6)) + np.meshgrid(x, [1.0, 2.0])[1],
    lambda x: np.split(x, 3)[1] + np.array_split(x, 4)[0] + np.hsplit(x, 3)[2],
    lambda x: np.unwrap(x * 4) + np.angle(np.exp(1j * x)) + np.abs(x + 1j) + np.sinc(x),
    lambda x: np.select([x < 0, x < 1], [x, x**2], 7.0) + np.choose([0, 1] * 3, [x, 2 * x]),
    lambda x: np.piecewise(x, [x < 0, x > 1], [lambda t: t**2, 3.0, lambda t: -t]),
    lambda x: np.piecewise(x, x < 0, [-1.0, lambda t: t]),
    lambda x: np.apply_along_axis(lambda row: row / np.sum(row), 1, x.reshape(2, 3)),
    lambda x: np.vectorize(lambda t: t**2 + 1)(x),
    lambda x: np.linalg.norm(x) + np.linalg.solve(np.diag(x), x) + np.linalg.det(np.diag(x)),
    lambda x: np.linalg.inv(np.diag(x) + 0.1) + np.linalg.pinv(np.diag(x)),
    lambda x: np.linalg.slogdet(np.diag(x)).logabsdet + np.linalg.eigvalsh(np.outer(x, x)),
    lambda x: np.linalg.cholesky(np.diag(x**2)) + np.linalg.matrix_power(np.diag(x), 3),
    lambda x: np.linalg.lstsq(np.vander(np.arange(6.0), 3), x, rcond=None)[0],
    lambda x: np.fft.ifft(np.fft.fft(x) * np.arange(6)).real + np.abs(np.fft.rfft(x)).sum(),
    lambda x: np.full(3, x[0]) + np.full_like(x[:3], x[1]) + np.ones_like(x)[:3] + np.zeros(3),
    lambda x: np.linspace(x[1], x[0], 6) + np.logspace(0, x[0], 6) + np.geomspace(0.1, 2.5, 6),
    lambda x: np.atleast_2d(x) + np.expand_dims(x, 0) + np.moveaxis(x[None], 0, 1).T,
    lambda x: np.add.reduce(x) + np.multiply.accumulate(x) + np.maximum.reduce(x),
    lambda x: np.subtract.outer(x, x[:2]) + np.add.outer([1.0] * 6, x[:2]),
    lambda x: np.shape(x)[0] + np.size(x) + np.ndim(x) + float(np.iscomplexobj(x)) + x,
    lambda x: np.count_nonzero(x > 0) + np.any(x > 0) + np.all(x < 9) + np.isfinite(x) + 0.0,
    lambda x: np.heaviside(x, 0.5) + np.sign(x) + np.floor(x) + np.rint(x) + np.trunc(x),
    lambda x: np.add(x, 1, out=np.zeros(6)) + np.sqrt(x, where=x > 0, out=np.zeros(6)),
    lambda x: np.sum(x.reshape(2, 3), axis=0, out=np.zeros(3)) + np.round(x, 1)[:3],
    lambda x: np.cov(x, x**2) + np.corrcoef(x, x**2),
    lambda x: (
        np.exp(np.array([x[0], 2.0])) + np.asarray((x[1], x[2])) + np.array(x[:2], dtype=float)
    ),
    lambda x: np.concatenate((x[:2], [1.0], (x[3],))),
    lambda x: (
        x[np.ix_([0, 2, 4])] + np.tril(np.outer(x, x))[2, :3] + np.triu(np.outer(x, x))[0, 3:]
    ),
]


@pytest.mark.parametrize("function", PAIRS, ids=range(len(PAIRS)))
def test_the_same_lines_give_the_same_numbers(function: Any) -> None:
    with np.errstate(all="ignore"):
        expected = np.asarray(function(X.copy()))
    with double_precision():
        found = np.asarray(jax.jit(lower(function))(X))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def chained_view(x: Any) -> Any:
    out = np.zeros((2, 3))
    row = out[0]
    row[:] = x[:3]
    row[1:] *= 10
    out[1] = 5.0
    second = out[1]
    out[1, 0] = x[0]
    return out + second


def writes_through_other_views(x: Any) -> Any:
    out = np.zeros((2, 3))
    out.T[0] = x[:2]
    out.reshape(6)[4:] = x[4:]
    out.ravel()[2] = 9.0
    np.reshape(out, 6)[3] = x[3]
    out.swapaxes(0, 1)[1, 0] = -1.0
    return out


def copies_do_not_share(x: Any) -> Any:
    out = x.copy()
    chosen = out[[0, 1, 2, 3, 4, 5]]
    twin = out * 1
    alias = out
    out[0] = 100.0
    alias += 1
    scalar = out[1]
    scalar += 50.0
    return out + chosen + twin


def in_place_operators(x: Any) -> Any:
    out = np.ones(6)
    out += x
    out -= 0.5
    out *= x
    out /= 3.0
    out **= 2
    out[2:] += x[:4]
    out[[0, 0, 1]] += 1.0
    np.add.at(out, [0, 0, 1], x[:3])
    return out


def filled(x: Any) -> Any:
    out = np.empty(6)
    out.fill(2.0)
    out[...] = x + out
    np.copyto(out, -1.0, where=x < 0)
    np.putmask(out, x > 2, x * 0 + 8.0)
    square = np.zeros((6, 6))
    np.fill_diagonal(square, x)
    return out + square


def masks(x: Any) -> Any:
    out = np.zeros_like(x)
    low = x < 0
    out[low] = x[low] ** 2 + np.sum(x[low])
    out[~low] = np.log(x[~low])
    out[x > 1] += 10 * x[x > 1]
    out[(x > 0.5) & (x < 1)] = 4.0
    return out + x[low].mean() + np.max(x[x > 0]) + x[x > 0].sum() + np.dot(x[low], x[low])


def masks_on_rows(x: Any) -> Any:
    table = np.stack([x, x**2], axis=1)
    out = np.zeros((6, 2))
    keep = x > 0
    out[keep] = table[keep] * np.array([1.0, 10.0])
    return out


def constants_stay_plain_until_needed(x: Any) -> Any:
    grid = np.zeros(4)
    grid[2] = 1.0
    if grid[2] > 0 and float(grid[2]) == 1.0:
        grid[int(grid[2])] = x[0]
    return grid


_bare_array = np.array
LINES = [
    chained_view,
    writes_through_other_views,
    copies_do_not_share,
    in_place_operators,
    filled,
    masks,
    masks_on_rows,
    constants_stay_plain_until_needed,
]


@pytest.mark.parametrize("function", LINES)
def test_writing_in_place(function: Any) -> None:
    expected = function(X.copy())
    with double_precision():
        found = np.asarray(jax.jit(lower(function))(X))
        slope = np.asarray(jax.jit(jax.jvp, static_argnums=0)(lower(function), (X,), (X,))[1])
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    h = 1e-5
    differences = (function(X * (1 + h)) - function(X * (1 - h))) / (2 * h)
    np.testing.assert_allclose(slope, differences, rtol=1e-7, atol=1e-7)


def test_masks_that_differ_pair_entries_in_order() -> None:
    def function(x: Any) -> Any:
        out = np.zeros(6)
        out[x < 0.5] = x[x > 0.5]
        return out

    with double_precision():
        found = np.asarray(jax.jit(lower(function))(X))
    np.testing.assert_array_equal(found, function(X))


def test_a_complex_array_is_written_through_its_parts() -> None:
    def function(x: Any) -> Any:
        z = np.zeros(6, dtype=complex)
        z.real[:] = x
        z.imag[1:3] = 2 * x[1:3]
        return z * 1j

    with double_precision():
        found = np.asarray(jax.jit(lower(function))(X))
    np.testing.assert_array_equal(found, function(X))


def test_object_arrays_made_behind_our_back() -> None:
    def function(x: Any) -> Any:
        made = _bare_array([x[0], 2 * x[1], x[2]])
        return np.exp(made) * x[:3]

    with double_precision():
        found = np.asarray(jax.jit(lower(function))(X))
    np.testing.assert_allclose(found, np.exp([X[0], 2 * X[1], X[2]]) * X[:3], rtol=1e-14)


def test_points_outside_a_mask_are_not_evaluated() -> None:
    def total(x: Any) -> Any:
        out = np.zeros(6)
        out[x > 0] = np.log(x[x > 0])
        return np.sum(out)

    with double_precision():
        gradient = np.asarray(jax.grad(lower(total))(jnp.asarray(X)))
    np.testing.assert_allclose(gradient, np.where(X > 0, 1 / X, 0.0), rtol=1e-14)


def test_the_users_arrays_are_not_written_to() -> None:
    def vandal(p: Any, x: Any) -> Any:
        x[0] = 99.0
        p *= 2
        return p[0] * x

    p, x = np.array([1.0, 2.0]), X.copy()
    value, _ = compiled.jacobian(vandal, p, x)
    assert value[0] == 198.0
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(p, [1.0, 2.0])


def test_writing_through_a_view_that_is_only_read_is_refused() -> None:
    def function(x: Any) -> Any:
        out = np.zeros(6)
        np.flip(out)[0] = x[0]
        return out

    with double_precision(), pytest.raises(NotDifferentiable, match="flip"):
        lower(function)(X)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.ones(6, dtype=int).__iadd__(x),
        lambda x: x.__iadd__(np.ones((2, 6))),
        lambda x: x.astype(object),
    ],
)
def test_what_numpy_refuses_is_refused(function: Any) -> None:
    def run(x: Any) -> Any:
        return function(x + 0.0)

    with double_precision(), pytest.raises((TypeError, ValueError)):
        jax.jit(lower(run))(X)


def test_concrete_arrays_can_leave_the_carrier() -> None:
    one = Traced(jnp.float32(2.0))
    assert float(one) == 2.0 and int(one) == 2 and bool(one) and complex(one) == 2.0
    assert np.asarray(Traced(jnp.arange(3))).tolist() == [0, 1, 2]
    assert [10, 20, 30][Traced(np.array(1))] == 20
    assert Traced(np.array(2.5)).item() == 2.5
    assert f"{one:.1f}" == "2.0" and "Traced" in repr(one)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    with pytest.raises(TypeError, match="len"):
        len(one)
