"""Rules for numpy.linalg. Formulas: Giles, "An extended collection of matrix derivative results
for forward and reverse mode algorithmic differentiation" (Oxford, 2008)."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from .dual import Dual, from_nested, lift, operand, plain
from .eager_linear import rule
from .eager_products import left, matmul, outer
from .eager_reductions import norm_of_vector
from .refusal import refuse_function


@rule(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """x = A^-1 b: dx = A^-1 (db - dA x)."""
    a, b = operand(a), operand(b)
    matrix = plain(a)
    x = np.linalg.solve(matrix, plain(b))
    rhs: Any = 0.0
    if type(b) is Dual:
        extra = x.ndim + 1 - b.tangents.ndim
        rhs = lift(b.tangents, extra) if extra else b.tangents
    if type(a) is Dual:
        rhs = rhs - left(a.tangents, x)
    if plain(b).ndim == 1:
        return Dual(x, np.linalg.solve(matrix, rhs[..., None])[..., 0])
    return Dual(x, np.linalg.solve(matrix, rhs))


@rule(np.linalg.inv)
def inv(a: Any) -> Dual:
    """X = A^-1: dX = -X dA X."""
    x = np.linalg.inv(a.value)
    return Dual(x, -(x @ a.tangents @ x))


@rule(np.linalg.det)
def det(a: Any) -> Dual:
    """d det = tr(adj(A) dA), the adjugate by the SVD: it exists for singular matrices too."""
    u, s, vh = np.linalg.svd(a.value)
    n = s.shape[-1]
    others = np.stack([np.prod(np.delete(s, i, -1), -1) for i in range(n)], -1)
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    u_t, v = np.conj(np.swapaxes(u, -1, -2)), np.conj(np.swapaxes(vh, -1, -2))
    adjugate = sign * ((v * others[..., None, :]) @ u_t)
    return Dual(np.linalg.det(a.value), np.einsum("...ij,p...ji->p...", adjugate, a.tangents))


@rule(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """d log|det A| = tr(A^-1 dA); the sign is constant."""
    result = np.linalg.slogdet(a.value)
    t = np.einsum("...ij,p...ji->p...", np.linalg.inv(a.value), a.tangents)
    return result._replace(logabsdet=Dual(result.logabsdet, t.real))


@rule(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = from_nested(x)
    vector = isinstance(axis, int) or (axis is None and x.ndim == 1)
    if not vector and ord not in (None, "fro"):
        refuse_function("np.linalg.norm", f"ord={ord!r} of a matrix has no rule")
    return norm_of_vector(x, ord if vector else None, axis, keepdims)


@rule(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return norm_of_vector(x, ord, axis, keepdims)


def _hermitian(t: Any, uplo: str) -> Any:
    """Only one triangle is read, and stands for both."""
    half = np.tril(t) if uplo.upper() == "L" else np.triu(t)
    strict = np.tril(t, -1) if uplo.upper() == "L" else np.triu(t, 1)
    return half + np.conj(np.swapaxes(strict, -1, -2))


def _rotated(a: Any, v: Any, uplo: str) -> Any:
    return np.conj(np.swapaxes(v, -1, -2)) @ _hermitian(a.tangents, uplo) @ v


_eigh: Any = np.linalg.eigh


@rule(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Dual:
    """d w_i = v_i* dA v_i."""
    w, v = _eigh(a.value, UPLO)
    return Dual(w, np.diagonal(_rotated(a, v, UPLO), axis1=-2, axis2=-1).real.copy())


@rule(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """dV = V (F * (V* dA V)) with F_ij = 1/(w_j - w_i): eigenvalues must differ."""
    result = _eigh(a.value, UPLO)
    w, v = result
    inner = _rotated(a, v, UPLO)
    gaps = w[..., None, :] - w[..., :, None]
    own = np.eye(w.shape[-1], dtype=bool)
    factor = np.where(own, 0.0, 1.0 / np.where(own, 1.0, gaps))
    dw = np.diagonal(inner, axis1=-2, axis2=-1).real.copy()
    return result._replace(eigenvalues=Dual(w, dw), eigenvectors=Dual(v, v @ (factor * inner)))


@rule(np.linalg.eigvals)
def eigvals(a: Any) -> Dual:
    """d w = diag(V^-1 dA V)."""
    w, v = np.linalg.eig(a.value)
    inner = np.linalg.inv(v) @ a.tangents @ v
    return Dual(w, np.diagonal(inner, axis1=-2, axis2=-1).astype(w.dtype))


@rule(np.linalg.svdvals)
def svdvals(x: Any, /) -> Dual:
    """d s_i = Re(u_i* dA v_i)."""
    u, s, vh = np.linalg.svd(x.value, full_matrices=False)
    t = np.einsum("...ki,p...kl,...il->p...i", np.conj(u), x.tangents, np.conj(vh))
    return Dual(s, t.real)


@rule(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    """dL = L Phi(L^-1 dA L^-T), Phi keeping the lower triangle and half the diagonal."""
    factor = np.linalg.cholesky(a.value)
    inverse = np.linalg.inv(factor)
    t = _hermitian(a.tangents, "U" if upper else "L")
    if upper:
        factor, inverse, t = np.conj(factor), np.conj(inverse), np.conj(t)
    inner = np.tril(inverse @ t @ np.conj(np.swapaxes(inverse, -1, -2)))
    n = factor.shape[-1]
    inner = inner * np.where(np.eye(n, dtype=bool), 0.5, 1.0)
    out = Dual(factor, factor @ inner)
    return np.swapaxes(out, -1, -2) if upper else out


@rule(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """x = A^+ b for full column rank: dx = A^+ (db - dA x) + (A* A)^-1 dA* r."""
    a, b = operand(a), operand(b)
    x, sums, rank, s = np.linalg.lstsq(plain(a), plain(b), rcond)
    if rank < plain(a).shape[1]:
        refuse_function("np.linalg.lstsq", "the matrix lacks full column rank")
    pinv = np.linalg.pinv(plain(a))
    rhs: Any = b.tangents if type(b) is Dual else 0.0
    extra: Any = 0.0
    if type(a) is Dual:
        rhs = rhs - left(a.tangents, x)
        across = np.conj(np.swapaxes(a.tangents, -1, -2))
        extra = (pinv @ np.conj(pinv.T)) @ _column(across @ (plain(b) - plain(a) @ x), x.ndim)
    out = Dual(x, _uncolumn(pinv @ _column(rhs, x.ndim) + extra, x.ndim))
    if sums.size:
        moving = np.sum(np.abs(b - matmul(a, out)) ** 2, axis=0)
        sums = Dual(sums, moving.tangents.reshape(-1, *sums.shape))
    return out, sums, rank, svdvals(a) if type(a) is Dual else s


def _column(t: Any, ndim: int) -> Any:
    return t[..., None] if ndim == 1 else t


def _uncolumn(t: Any, ndim: int) -> Any:
    return t[..., 0] if ndim == 1 else t


@rule(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return matrix_power(inv(a), -n)
    if n == 0:
        return a * 0.0 + np.eye(a.shape[-1])
    return reduce(matmul, [a] * n)


@rule(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    return reduce(np.dot, arrays)


@rule(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, *_: Any) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


@rule(np.linalg.trace)
def matrix_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return trace(x, offset, -2, -1)


@rule(np.linalg.diagonal)
def matrix_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@rule(np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return np.sum(np.conj(operand(x1)) * operand(x2), axis=axis)


@rule(np.linalg.matrix_transpose, np.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    return np.swapaxes(x, -1, -2)


rule(np.linalg.matmul)(matmul)
rule(np.linalg.outer)(outer)
