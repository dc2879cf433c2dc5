"""The integrator: an initial value problem solved at given times, by diffrax.

The only file that knows diffrax. Nothing here is differentiated: sensitivities are integrated as
equations of their own (see sensitivities.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import diffrax
import jax.numpy as jnp

Array = Any
# field(t, z, theta) -> dz/dt, shaped like z.
Field = Callable[[Array, Array, Array], Array]

# Steps this much shorter than the whole interval lead nowhere: the rates are not finite there. The
# first step of a stiff problem over many decades of time is far longer.
SHORTEST = 1e-25
# Relative error of all columns but the first, in units of the first one's: sensitivities lead a
# solver to the minimum, states decide where it is.
LOOSER = 10.0


@dataclass(frozen=True)
class Method:
    """How to integrate.

    stiff: Kværnø's 5(4) implicit method, otherwise Dormand and Prince's 5(4) explicit one. rtol:
    local relative error. max_steps: after which the solution is given up.
    """

    stiff: bool = False
    rtol: float = 1e-8
    max_steps: int = 4096


def integrate(
    field: Field, start: Array, theta: Array, t0: float, times: Array, method: Method, atol: Array
) -> Array:
    """The solution of dz/dt = field(t, z, theta), z(t0) = start, at times from t0 on.

    Args:
        start: z at t0, (m, c): the states and c - 1 columns of sensitivities. The step is as short
            as the least exact column needs.
        times: (n,), in order, none before t0; repeated ones are fine.
        atol: local absolute error, shaped like start.

    Returns:
        (n, m, c); all NaN when the integrator fails.

    Sources: J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19; A. Kværnø, BIT 44
    (2004) 489; P. Kidger, On Neural Differential Equations (2021), for diffrax.
    """
    controller = diffrax.PIDController(
        rtol=method.rtol,
        atol=atol,
        norm=_worst_column,
        dtmin=SHORTEST * (times[-1] - t0),
        force_dtmin=False,
    )
    solved = diffrax.diffeqsolve(
        diffrax.ODETerm(field),
        # Tsitouras' method takes as many steps, but its dense output costs more than its steps.
        diffrax.Kvaerno5() if method.stiff else diffrax.Dopri5(),
        jnp.asarray(t0, times.dtype),
        times[-1],
        None,
        start,
        args=theta,
        saveat=diffrax.SaveAt(ts=times),
        stepsize_controller=controller,
        # The loop that costs least; that it allows no reverse mode does not matter here.
        adjoint=diffrax.ForwardMode(),
        max_steps=method.max_steps,
        throw=False,
    )
    good = solved.result == diffrax.RESULTS.successful
    return jnp.where(good, solved.ys, jnp.nan)


def _worst_column(errors: Array) -> Array:
    """The largest of the columns' root mean squares: many good ones must not hide a bad one."""
    sizes = jnp.sqrt(jnp.mean(errors * errors, axis=0))
    return jnp.maximum(sizes[0], sizes[1:].max(initial=0.0) / LOOSER)
