"""Calls of every NumPy array function that has a rule, as functions of a vector of six numbers."""

from __future__ import annotations

import numpy as np

V = np.array([0.7, -1.3, 2.1, 0.4, -0.6, 1.7])
W = np.array([1.1, 0.3, -0.8, 2.2, 0.9, -1.4])
M = W.reshape(2, 3)
SQ = np.array([[2.0, 0.3, -0.4], [0.1, 1.7, 0.5], [0.6, -0.2, 2.4]])
NAN = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 1.0])


def m(t):
    return t.reshape(2, 3)


def cube(t):
    return np.stack([m(t), m(t) ** 2])


def square(t):
    """A well-conditioned 3 x 3 matrix of t."""
    return SQ + 0.1 * np.outer(t[:3], t[3:]) + np.diag(t[:3])


def symmetric(t):
    return square(t) + square(t).T


def positive(t):
    return square(t) @ square(t).T + np.eye(3)


def _after(function, target, *args, **kwargs):
    function(target, *args, **kwargs)
    return target


def _transformed(function, a):
    return function(a).real + function(a, axes=(0, 1)).imag


# Cases per function. Each is called with theta = V (six numbers).
CASES = {
    "reshape": [lambda t: np.reshape(t, (3, 2)), lambda t: np.reshape(m(t), 6, order="F")],
    "ravel": [lambda t: np.ravel(m(t).T)],
    "transpose": [lambda t: np.transpose(m(t)), lambda t: np.transpose(cube(t), (2, 0, -2))],
    "swapaxes": [lambda t: np.swapaxes(cube(t), 0, -1)],
    "moveaxis": [
        lambda t: np.moveaxis(cube(t), 0, -1),
        lambda t: np.moveaxis(cube(t), (0, 1), (1, 2)),
    ],
    "squeeze": [lambda t: np.squeeze(t.reshape(1, 6, 1)), lambda t: np.squeeze(t[None], 0)],
    "expand_dims": [lambda t: np.expand_dims(t, 0), lambda t: np.expand_dims(m(t), (0, -1))],
    "broadcast_to": [lambda t: np.broadcast_to(t, (2, 6)), lambda t: np.broadcast_to(t[0], (2, 2))],
    "broadcast_arrays": [lambda t: np.broadcast_arrays(t[:, None], W)[0] * 2.0],
    "flip": [lambda t: np.flip(m(t)), lambda t: np.flip(m(t), -1)],
    "fliplr": [lambda t: np.fliplr(m(t))],
    "flipud": [lambda t: np.flipud(m(t))],
    "rot90": [lambda t: np.rot90(m(t)), lambda t: np.rot90(cube(t), 2, axes=(1, -1))],
    "diagonal": [lambda t: np.diagonal(m(t)), lambda t: np.diagonal(cube(t), 1, -2, -1)],
    "copy": [lambda t: np.copy(m(t)), lambda t: np.copy(t[0])],
    "tile": [lambda t: np.tile(t, (2, 2))],
    "repeat": [lambda t: np.repeat(m(t), [1, 2, 0], axis=1), lambda t: np.repeat(m(t), 2)],
    "roll": [lambda t: np.roll(t, 2), lambda t: np.roll(m(t), 1, axis=1)],
    "rollaxis": [lambda t: np.rollaxis(cube(t), 2)],
    "take": [lambda t: np.take(m(t), [2, 0], axis=1), lambda t: np.take(t, 3)],
    "take_along_axis": [lambda t: np.take_along_axis(m(t), np.array([[2], [0]]), 1)],
    "tril": [lambda t: np.tril(m(t)), lambda t: np.tril(square(t), -1)],
    "triu": [lambda t: np.triu(m(t), 1)],
    "diag": [lambda t: np.diag(t), lambda t: np.diag(m(t), 1)],
    "diagflat": [lambda t: np.diagflat(m(t))],
    "delete": [lambda t: np.delete(m(t), 1, axis=1)],
    "insert": [lambda t: np.insert(t, 2, t[0] ** 2), lambda t: np.insert(W, [1, 3], t[:2])],
    "resize": [lambda t: np.resize(t, (2, 5))],
    "trim_zeros": [lambda t: np.trim_zeros(t)],
    "fftshift": [lambda t: np.fft.fftshift(t)],
    "ifftshift": [lambda t: np.fft.ifftshift(m(t), axes=1)],
    "extract": [lambda t: np.extract(t > 0, t), lambda t: np.extract(W > 0, t)],
    "compress": [
        lambda t: np.compress([True, False, True], m(t), axis=1),
        lambda t: t.compress(W > 0),
    ],
    "pad": [
        lambda t: np.pad(t, 2),
        lambda t: np.pad(m(t), ((0, 1), (2, 0)), "edge"),
        lambda t: np.pad(t, 1, constant_values=3.0),
    ],
    "atleast_1d": [lambda t: np.atleast_1d(t[0]), lambda t: np.atleast_1d(t[0], W)[0]],
    "atleast_2d": [lambda t: np.atleast_2d(t)],
    "atleast_3d": [lambda t: np.atleast_3d(t), lambda t: np.atleast_3d(m(t))],
    "concatenate": [
        lambda t: np.concatenate([t, W, [1.0, t[0]]]),
        lambda t: np.concatenate([m(t), M, m(t) ** 2], axis=-1),
        lambda t: np.concatenate([m(t), W], axis=None),
    ],
    "stack": [lambda t: np.stack([t, W]), lambda t: np.stack([m(t), M], axis=-1)],
    "hstack": [lambda t: np.hstack([t[0], W, t]), lambda t: np.hstack([m(t), M])],
    "vstack": [lambda t: np.vstack([t, W])],
    "dstack": [lambda t: np.dstack([m(t), M])],
    "column_stack": [lambda t: np.column_stack([t, W, t**2]), lambda t: np.column_stack([m(t), M])],
    "append": [lambda t: np.append(t, W), lambda t: np.append(m(t), M, axis=0)],
    "block": [lambda t: np.block([[m(t), np.eye(2)], [np.ones((1, 3)), t[:2].reshape(1, 2)]])],
    "split": [lambda t: np.split(t, 3)[1], lambda t: np.split(m(t), [1], axis=-1)[1]],
    "array_split": [lambda t: np.array_split(t, 4)[0]],
    "hsplit": [lambda t: np.hsplit(m(t), 3)[1], lambda t: np.hsplit(t, 2)[1]],
    "vsplit": [lambda t: np.vsplit(m(t), 2)[1]],
    "meshgrid": [
        lambda t: np.meshgrid(t[:2], W)[0] * np.meshgrid(t[:2], t)[1],
        lambda t: np.meshgrid(t, W, indexing="ij", sparse=True)[0],
    ],
    "sum": [
        lambda t: np.sum(t),
        lambda t: np.sum(cube(t)),
        lambda t: np.sum(cube(t), axis=(0, -1)),
        lambda t: np.sum(m(t), axis=1, keepdims=True),
        lambda t: np.sum(m(t), where=M > 0, initial=2.0),
    ],
    "mean": [
        lambda t: np.mean(t),
        lambda t: np.mean(cube(t), axis=(0, 2)),
        lambda t: np.mean(m(t), 0, keepdims=True),
        lambda t: np.mean(m(t), axis=1, where=M > -1),
    ],
    "var": [lambda t: np.var(t), lambda t: np.var(m(t), axis=1, ddof=1, keepdims=True)],
    "std": [lambda t: np.std(t, ddof=1), lambda t: np.std(m(t), axis=0)],
    "max": [lambda t: np.max(t), lambda t: np.max(m(t), axis=1, keepdims=True)],
    "min": [lambda t: np.min(cube(t), axis=(0, 2)), lambda t: np.min(t, where=W > 0, initial=2.0)],
    "ptp": [lambda t: np.ptp(m(t), axis=0)],
    "prod": [
        lambda t: np.prod(t),
        lambda t: np.prod(cube(t), axis=1),
        lambda t: np.prod(cube(t), axis=(0, 2), keepdims=True),
        lambda t: np.prod(t * np.array([1, 1, 0, 1, 1, 1])),
    ],
    "cumsum": [lambda t: np.cumsum(m(t)), lambda t: np.cumsum(cube(t), axis=1)],
    "cumprod": [lambda t: np.cumprod(t), lambda t: np.cumprod(cube(t), axis=-2)],
    "sort": [
        lambda t: np.sort(m(t)),
        lambda t: np.sort(m(t), axis=0),
        lambda t: np.sort(m(t), None),
    ],
    "quantile": [lambda t: np.quantile(t, 0.3), lambda t: np.quantile(m(t), [0.1, 0.5], axis=1)],
    "percentile": [lambda t: np.percentile(m(t), 40, axis=0, keepdims=True)],
    "median": [lambda t: np.median(t), lambda t: np.median(m(t), axis=1)],
    "average": [
        lambda t: np.average(t, weights=W**2),
        lambda t: np.average(m(t), axis=1, weights=t[:3] ** 2),
        lambda t: np.average(W, weights=t**2, returned=True)[1],
    ],
    "nansum": [lambda t: np.nansum(t * NAN)],
    "nanprod": [lambda t: np.nanprod(t * NAN)],
    "nancumsum": [lambda t: np.nancumsum(t * NAN)],
    "nanmax": [lambda t: np.nanmax(t * NAN)],
    "nanmin": [lambda t: np.nanmin(m(t * NAN), axis=1)],
    "nanmean": [lambda t: np.nanmean(m(t * NAN), axis=1)],
    "cov": [lambda t: np.cov(m(t)), lambda t: np.cov(m(t), rowvar=False, bias=True)],
    "corrcoef": [lambda t: np.corrcoef(m(t))],
    "dot": [
        lambda t: np.dot(t, W),
        lambda t: np.dot(m(t), m(t).T),
        lambda t: np.dot(t[0], m(t)),
        lambda t: np.dot(cube(t), t[:3]),
        lambda t: np.dot(cube(t), np.stack([SQ, SQ])),
        lambda t: np.dot([1.0, 2.0], m(t)),
    ],
    "outer": [lambda t: np.outer(t, W), lambda t: np.outer(m(t), t), lambda t: np.outer(W, t)],
    "inner": [lambda t: np.inner(t, W), lambda t: np.inner(m(t), M)],
    "vdot": [lambda t: np.vdot(m(t), M), lambda t: np.abs(np.vdot(t * 1j, W + 2j))],
    "tensordot": [lambda t: np.tensordot(cube(t), m(t), axes=([1, 2], [0, 1]))],
    "kron": [lambda t: np.kron(t[:2], m(t))],
    "convolve": [lambda t: np.convolve(t, t[:3], "valid"), lambda t: np.convolve(W, t, "same")],
    "correlate": [lambda t: np.correlate(t, W[:2])],
    "cross": [lambda t: np.cross(t[:3], t[3:]), lambda t: np.cross(m(t), W[:3])],
    "einsum": [
        lambda t: np.einsum("ij,kj->ik", m(t), m(t)),
        lambda t: np.einsum("ij , ji", m(t), M.T),
        lambda t: np.einsum("i...,i", cube(t), t[:2]),
        lambda t: np.einsum(m(t), [0, 1], t[:3], [1], [0]),
        lambda t: np.einsum(m(t), [0, ...], M, [0, ...], [..., 0]),
        lambda t: np.einsum("ij,ij,ij->", m(t), m(t), m(t), optimize=True),
    ],
    "solve": [
        lambda t: np.linalg.solve(square(t), t[:3]),
        lambda t: np.linalg.solve(SQ, np.stack([t[:3], t[3:]], axis=1)),
        lambda t: np.linalg.solve(np.stack([square(t), SQ]), t[:3, None]),
        lambda t: np.linalg.solve(square(t), W[:3]),
    ],
    "inv": [lambda t: np.linalg.inv(square(t)), lambda t: np.linalg.inv(np.stack([square(t), SQ]))],
    "det": [
        lambda t: np.linalg.det(square(t)),
        lambda t: np.linalg.det(np.stack([square(t), SQ])),
        lambda t: np.linalg.det(np.outer(t[:2], [1.0, 2.0]) + np.diag(t[:2] - V[:2])),
    ],
    "slogdet": [lambda t: np.linalg.slogdet(square(t)).logabsdet],
    "norm": [
        lambda t: np.linalg.norm(t),
        lambda t: np.linalg.norm(m(t)),
        lambda t: np.linalg.norm(m(t), axis=1, keepdims=True),
        lambda t: np.linalg.norm(t * (1 + 2j)),
        lambda t: np.linalg.norm(t, 1) + np.linalg.norm(t, 3) + np.linalg.norm(t, np.inf),
        lambda t: np.linalg.norm(t, -np.inf),
    ],
    "vector_norm": [lambda t: np.linalg.vector_norm(m(t), axis=0)],
    "eigvalsh": [
        lambda t: np.linalg.eigvalsh(symmetric(t)),
        lambda t: np.linalg.eigvalsh(square(t), "U"),
    ],
    "eigh": [
        lambda t: np.abs(np.linalg.eigh(symmetric(t)).eigenvectors),
        lambda t: np.linalg.eigh(square(t))[0],
    ],
    "eigvals": [lambda t: np.sort(np.linalg.eigvals(square(t)).real)],
    "svdvals": [lambda t: np.linalg.svdvals(m(t))],
    "cholesky": [
        lambda t: np.linalg.cholesky(positive(t)),
        lambda t: np.linalg.cholesky(positive(t), upper=True),
    ],
    "lstsq": [
        lambda t: np.linalg.lstsq(m(t).T, W[:3])[0],
        lambda t: np.linalg.lstsq(m(t).T, square(t))[0],
        lambda t: np.linalg.lstsq(m(t).T, t[:3] ** 2)[1],
        lambda t: np.linalg.lstsq(m(t).T, t[:3])[3],
        lambda t: np.linalg.lstsq(M.T, t[:3])[0],
    ],
    "matrix_power": [
        lambda t: np.linalg.matrix_power(square(t), 3),
        lambda t: np.linalg.matrix_power(square(t), -2),
        lambda t: np.linalg.matrix_power(square(t), 0) + t[0],
    ],
    "multi_dot": [lambda t: np.linalg.multi_dot([m(t), SQ, m(t).T])],
    "trace": [
        lambda t: np.trace(m(t)),
        lambda t: np.trace(cube(t), 1, 1, 2),
        lambda t: np.linalg.trace(cube(t)),
    ],
    "vecdot": [lambda t: np.linalg.vecdot(m(t), M)],
    "matrix_transpose": [lambda t: np.matrix_transpose(cube(t))],
    "matmul": [lambda t: np.linalg.matmul(m(t), SQ)],
    "where": [
        lambda t: np.where(t > 0, t, W),
        lambda t: np.where(M > 0, t[0], m(t)),
        lambda t: np.where(M > 0, 1.0, t[0]),
        lambda t: np.where(t > 0)[0] * t[0],
    ],
    "select": [lambda t: np.select([W > 1, W > 0], [t, t[0]], t**2)],
    "choose": [lambda t: np.choose([0, 1, 1, 0, 2, 2], [t, W, t**2])],
    "piecewise": [
        lambda t: np.piecewise(t, [t < 0, t > 1], [lambda u: u**2, np.exp, 3.0]),
        lambda t: np.piecewise(t, t < 0, [lambda u, s: s * u, t[0]], t[1]),
        lambda t: np.piecewise(W, [W < 0], [lambda u: u * t[0], t[1]]),
        lambda t: np.piecewise(t[0], [t[0] > 0, t[0] <= 0], [np.sin, np.cos]),
    ],
    "clip": [
        lambda t: np.clip(t, -0.5, 1.2),
        lambda t: np.clip(W, t[1], t[2]),
        lambda t: t.clip(min=0.1),
        lambda t: np.clip(m(t), None, t[:3] ** 2),
    ],
    "interp": [
        lambda t: np.interp(t, [-1.0, 0.5, 2.0], [1.0, 3.0, 2.5]),
        lambda t: np.interp(W, np.sort(t), t),
        lambda t: np.interp(t[0] * W, [-1.0, 0.55, 2.0], t[:3], left=t[3], right=5.0),
        lambda t: np.interp(2.9 * t, [0.0, 1.1, 2.0], t[:3], period=2.5),
        lambda t: np.interp(t[0], [0.0, 1.0], t[1:3]),
        lambda t: np.interp(M, [-1.0, 2.0], t[:2]),
    ],
    "diff": [
        lambda t: np.diff(t),
        lambda t: np.diff(m(t), 2),
        lambda t: np.diff(m(t), axis=0),
        lambda t: np.diff(t, prepend=0.0, append=t[0] ** 2),
        lambda t: np.diff(W, prepend=t[0]) + t,
    ],
    "trapezoid": [
        lambda t: np.trapezoid(t, W),
        lambda t: np.trapezoid(m(t), dx=0.3, axis=0),
        lambda t: np.trapezoid(W, t),
        lambda t: np.trapezoid(m(t), t[:3] ** 2, axis=1),
        lambda t: np.trapezoid(m(t), t[:2], axis=0),
        lambda t: np.trapezoid(m(t), m(t) ** 2),
    ],
    "gradient": [
        lambda t: np.gradient(t),
        lambda t: np.gradient(t, np.arange(6.0) ** 2),
        lambda t: np.gradient(m(t), 0.1, axis=1),
        lambda t: np.gradient(square(t))[1],
    ],
    "polyval": [lambda t: np.polyval(t, W), lambda t: np.polyval([1.0, 2.0, 3.0], t)],
    "vander": [lambda t: np.vander(t), lambda t: np.vander(t, 3, increasing=True)],
    "sinc": [lambda t: np.sinc(t), lambda t: np.sinc((t - V) * 3 + 0.05)],
    "i0": [lambda t: np.i0(t)],
    "angle": [lambda t: np.angle(t + 2j), lambda t: np.angle(t[0] + 1j * t[1], deg=True)],
    "unwrap": [lambda t: np.unwrap(4 * t)],
    "real": [lambda t: np.real(t * (1 + 2j)) + np.real(t)],
    "imag": [lambda t: np.imag(t * (1 + 2j)) + np.imag(t)],
    "real_if_close": [
        lambda t: np.real_if_close(t * (1 + 0j)),
        lambda t: np.real_if_close(t * 2j).imag,
    ],
    "nan_to_num": [lambda t: np.nan_to_num(t * NAN, nan=2.0)],
    "round": [lambda t: np.round(t * 10) + t, lambda t: np.round(t, 1) * t],
    "fix": [lambda t: np.fix(t * 10.3) + t],
    "linspace": [
        lambda t: np.linspace(t[0], t[2], 5),
        lambda t: np.linspace(0.0, t[:2], 4, endpoint=False),
        lambda t: np.linspace(t[0], 3.0, 5, retstep=True)[1],
    ],
    "logspace": [lambda t: np.logspace(t[0], 1.0, 4), lambda t: np.logspace(0, 1, 4, base=t[0])],
    "geomspace": [lambda t: np.geomspace(t[0], t[2], 4)],
    "fft": [lambda t: np.fft.fft(t), lambda t: np.fft.fft(m(t), 4, 0)],
    "ifft": [lambda t: np.fft.ifft(m(t)).real],
    "rfft": [lambda t: np.abs(np.fft.rfft(t)) ** 2],
    "irfft": [lambda t: np.fft.irfft(t, norm="ortho")],
    "hfft": [lambda t: np.fft.hfft(t)],
    "ihfft": [lambda t: np.fft.ihfft(t)],
    **{
        name: [lambda t, name=name: _transformed(getattr(np.fft, name), m(t))]
        for name in ("fft2", "ifft2", "fftn", "ifftn", "rfft2", "irfft2", "rfftn", "irfftn")
    },
    "polyder": [lambda t: np.polyder(t)],
    "polyint": [lambda t: np.polyint(t, 2)],
    "polymul": [lambda t: np.polymul(t, t[:2])],
    "polyadd": [lambda t: np.polyadd(t, t[:2])],
    "polysub": [lambda t: np.polysub(W[:3], t)],
    "ediff1d": [lambda t: np.ediff1d(m(t))],
    "bincount": [lambda t: np.bincount([0, 2, 2, 1, 0, 4], weights=t, minlength=7)],
    "zeros_like": [lambda t: np.zeros_like(t) + t],
    "ones_like": [lambda t: np.ones_like(m(t)) * t[0]],
    "empty_like": [lambda t: np.empty_like(t) * 0.0 + t],
    "full_like": [lambda t: np.full_like(t, t[0]), lambda t: np.full_like(W, t[0]) * t],
    "copyto": [
        lambda t: _after(np.copyto, np.zeros(6), t),
        lambda t: _after(np.copyto, t * 2, W, where=W > 0),
    ],
    "fill_diagonal": [lambda t: _after(np.fill_diagonal, square(t), t[0] ** 3)],
    "putmask": [lambda t: _after(np.putmask, np.zeros(6), W > 0, t)],
    "place": [lambda t: _after(np.place, t * 1.0, W > 0, t[:2] ** 2)],
}
