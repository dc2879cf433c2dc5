"""scipy.special on traced arrays: JAX's own function where it is as good, else scipy on the host.

``NATIVE`` lists the functions of jax.scipy.special that agree with scipy to 1e-13 over their
domain (a zero crossing aside) and whose derivatives of every order exist. Measured and left out:
erfcx (wrong for x < -26), logit (0.5 near 1/2), log_ndtr (7e-2), beta and betaln (1e-6), erfinv
(1e-10), digamma (5e-12), kl_div (9e-12), expi (nan at 0); exp1 compiles for minutes; gammainc and
betainc lack derivatives.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .refusal import refuse_argument, refuse_function
from .special_rules import SPECIAL_FLAT, SPECIAL_RULES, SPECIAL_TUPLE_RULES
from .traced_host import call_on_host, find_ufunc
from .traced_state import widen

NATIVE = frozenset(
    {
        "entr",
        "erf",
        "erfc",
        "expit",
        "gammaln",
        "i0",
        "i0e",
        "i1",
        "i1e",
        "ndtr",
        "ndtri",
        "spence",
        "xlog1py",
        "xlogy",
    }
)

# Evaluates a row of special_rules on arrays wrapped as carriers; set by the lowering.
Evaluate = Callable[[Callable[..., Any], Any, tuple[Any, ...]], Any]
_evaluate_row: list[Evaluate] = []


def use_rows_through(evaluate: Evaluate) -> None:
    """Say how the rows of special_rules are evaluated on bare JAX arrays."""
    _evaluate_row[:] = [evaluate]


def call_special(name: str, *args: Any) -> Any:
    """``scipy.special.<name>`` of arrays and numbers, with derivatives of every order."""
    arrays = [widen(jnp.asarray(a)) for a in args]
    arrays = [a.astype(jnp.float64) if a.dtype == bool else a for a in arrays]
    if name in NATIVE and not any(jnp.iscomplexobj(a) for a in arrays):
        return getattr(jax.scipy.special, name)(*(a.astype(jnp.float64) for a in arrays))
    out = _differentiable(name)(*jnp.broadcast_arrays(*arrays))
    return out if find_ufunc(name).nout > 1 else out[0]


@functools.cache
def _differentiable(name: str) -> Callable[..., tuple[jax.Array, ...]]:
    """The host call with its row of slopes as derivative rule."""

    @jax.custom_jvp
    def call(*args: Any) -> tuple[jax.Array, ...]:
        return call_on_host(name, *args)

    def rule(args: Any, tangents: Any) -> Any:
        out = call(*args)
        total = [jnp.zeros_like(o) for o in out]
        for position, tangent in enumerate(tangents):
            if _moves(tangent):
                for k, slope in enumerate(_slopes(name, position, out, args)):
                    total[k] = total[k] + (tangent * slope).astype(total[k].dtype)
        return out, tuple(total)

    call.defjvp(rule, symbolic_zeros=True)
    call.__name__ = name
    return call


def _moves(tangent: Any) -> bool:
    return not isinstance(tangent, jax.custom_derivatives.SymbolicZero) and (
        tangent.dtype != jax.dtypes.float0
    )


def _slopes(name: str, position: int, out: tuple[Any, ...], args: Any) -> tuple[Any, ...]:
    """d out_k / d args[position] for every output k."""
    if name in SPECIAL_FLAT:
        return tuple(jnp.zeros_like(o) for o in out)
    many = name in SPECIAL_TUPLE_RULES
    row = SPECIAL_TUPLE_RULES.get(name) if many else SPECIAL_RULES.get(name)
    if row is None:
        refuse_function(f"scipy.special.{name}")
    slope = row[position]
    if slope is None:
        refuse_argument(f"scipy.special.{name}", position)
    found = _evaluate_row[0](slope, out if many else out[0], tuple(args))
    return tuple(found) if many else (found,)


def is_special(ufunc: np.ufunc) -> bool:
    """Whether a ufunc is one of scipy.special's."""
    if getattr(np, ufunc.__name__, None) is ufunc:
        return False
    try:
        return find_ufunc(ufunc.__name__) is ufunc
    except AttributeError:
        return False
