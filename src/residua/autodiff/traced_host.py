"""scipy.special called from inside compiled programs, on the host, in full precision.

``jax.pure_callback`` will not do: it hands its arguments to ``device_put`` on the thread that runs
the program, where the scoped 64-bit setting is not in force (float64 arrives as float32), and
where waiting for the copy can wait forever on a machine with one core (JAX issue 24255). This
primitive receives NumPy arrays as they are, and returns the bits of its doubles as 32-bit words,
which nothing on the way can narrow.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Primitive
from jax.interpreters import batching, mlir

_call = Primitive("residua_scipy_special")
_call.multiple_results = True


def find_ufunc(name: str) -> np.ufunc:
    """The scipy.special ufunc of that name; some (``_zeta``) are used only by scipy itself."""
    import scipy.special

    found = getattr(scipy.special, name, None)
    if not isinstance(found, np.ufunc):
        found = getattr(scipy.special._ufuncs, name)
    return found  # type: ignore[no-any-return]


def call_on_host(name: str, *args: Any) -> tuple[jax.Array, ...]:
    """Values of ``scipy.special.<name>`` at arrays of one common shape and of 64-bit dtypes."""
    kinds = result_dtypes(name, args)
    words = _call.bind(*args, name=name)
    return tuple(_from_words(w, kind) for w, kind in zip(words, kinds))


def result_dtypes(name: str, args: Any) -> tuple[np.dtype[Any], ...]:
    """Double for every loop that answers in reals, complex double for the others."""
    ufunc = find_ufunc(name)
    given = tuple(np.dtype(a.dtype) for a in args)
    resolved = ufunc.resolve_dtypes((*given, *(None,) * ufunc.nout))[ufunc.nin :]
    return tuple(np.dtype(np.complex128 if d.kind == "c" else np.float64) for d in resolved)


def _from_words(words: Any, kind: np.dtype[Any]) -> jax.Array:
    doubles = jax.lax.bitcast_convert_type(words, jnp.float64)
    if kind.kind != "c":
        return doubles
    return jax.lax.complex(doubles[..., 0], doubles[..., 1])


def _to_words(values: Any, kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    doubles = np.ascontiguousarray(values, kind)[..., None].view(np.float64)
    if kind.kind != "c":
        return doubles.view(np.uint32)
    return doubles[..., None].view(np.uint32)


def _evaluate(name: str, *args: Any) -> tuple[np.ndarray[Any, Any], ...]:
    ufunc = find_ufunc(name)
    with np.errstate(all="ignore"):  # a compiled program raises no floating-point warnings
        out = ufunc(*args)
    values = out if ufunc.nout > 1 else (out,)
    return tuple(_to_words(v, kind) for v, kind in zip(values, result_dtypes(name, args)))


@_call.def_impl
def _impl(*args: Any, name: str) -> list[jax.Array]:
    return [jnp.asarray(words) for words in _evaluate(name, *map(np.asarray, args))]


@_call.def_abstract_eval
def _abstract(*avals: Any, name: str) -> list[Any]:
    tails = [(2, 2) if kind.kind == "c" else (2,) for kind in result_dtypes(name, avals)]
    return [jax.core.ShapedArray(avals[0].shape + t, np.dtype(np.uint32)) for t in tails]


def _lower(ctx: Any, *args: Any, name: str) -> Any:
    results, _, _ = mlir.emit_python_callback(
        ctx,
        lambda *values: _evaluate(name, *map(np.asarray, values)),
        None,
        list(args),
        ctx.avals_in,
        ctx.avals_out,
        has_side_effect=False,
    )
    return results


def _batch(args: Any, axes: Any, name: str) -> tuple[Any, Any]:
    size = next(a.shape[axis] for a, axis in zip(args, axes) if axis is not None)
    full = [
        jnp.broadcast_to(a, (size, *a.shape)) if axis is None else jnp.moveaxis(a, axis, 0)
        for a, axis in zip(args, axes)
    ]
    out = _call.bind(*full, name=name)
    return out, [0] * len(out)


mlir.register_lowering(_call, _lower)
batching.primitive_batchers[_call] = _batch
