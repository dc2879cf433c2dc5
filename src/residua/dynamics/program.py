"""A System as a compiled function of times and parameter values, kept by what the System is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from residua._errors import DataError, ModelError, NotDifferentiable
from residua.autodiff.compiled import MAX_PROGRAMS, shapes_of
from residua.autodiff.dual import Dual
from residua.autodiff.fingerprint import fingerprint
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import Memory, double_precision
from residua.dynamics.callers import Caller
from residua.dynamics.integrator import Method
from residua.dynamics.sensitivities import Problem, trajectory
from residua.dynamics.system import System

Array = Any
_programs: OrderedDict[Any, Callable[..., Any]] = OrderedDict()


def predicted(system: System, t: Any, values: Sequence[Any]) -> Any:
    """What is observed of the solution at times t: t's shape, and an axis for several observables.

    Raises DataError for a known time before t0, NotDifferentiable for eager carriers.
    """
    if any(isinstance(item, Dual) for item in (t, *values)):
        raise NotDifferentiable(
            "a model that is the solution of a differential equation has no eager derivatives",
            next='engine="auto" or "compiled"',
        )
    with double_precision():
        arrays = [_array(item) for item in (t, *values)]
        if isinstance(arrays[0], np.ndarray):
            _check_times(system, arrays[0])
        found = kept("observe", system, observe, shapes_of(arrays))(*arrays)
        return found if isinstance(found, jax.core.Tracer) else np.asarray(found)


def _array(item: Any) -> Any:
    """As NumPy array where the numbers are known, which is quicker to hand over."""
    if isinstance(item, (jax.core.Tracer, Memory)):
        return jnp.asarray(item, jnp.float64)
    return np.asarray(item, np.float64)


def kept(
    purpose: str, system: System, function: Callable[..., Any], shapes: Any = ()
) -> Callable[..., Any]:
    """function(system, *arrays) as one compiled program for arrays of these shapes.

    It is used again while the System computes the same; a System whose identity cannot be read is
    compiled again each time.
    """
    identity = _identity(system)
    if identity is None:
        return jax.jit(lambda *arrays: function(system, *arrays))
    key = (purpose, identity, shapes)
    found = _programs.get(key)
    if found is None:
        found = _programs[key] = jax.jit(lambda *arrays: function(system, *arrays))
        if len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
    _programs.move_to_end(key)
    return found


def _identity(system: System) -> Any:
    """Equal for Systems that compute the same; None when that cannot be known.

    Functions are read anew each time: the globals they use may have changed.
    """
    observed = system.observed
    if isinstance(observed, Caller):
        seen: Any = (fingerprint(observed.function), observed.shape)
    else:
        seen = (observed, system.single)
    rates = fingerprint(system.rates.function)
    if rates is None or seen[0] is None:
        return None
    settings = (system.start, system.t0, system.stiff, system.rtol, system.atol, system.max_steps)
    return (rates, system.rates.shape, seen, settings)


def observe(system: System, t: Array, *values: Array) -> Array:
    """The observable at times t for the values of `system.parameters`."""
    named = dict(zip(system.parameters, values))
    problem, theta = posed(system, [named[name] for name in system.inner])
    times = t.ravel()
    y = trajectory(problem, theta, times)
    seen = seen_of(system, named, times, y)
    return seen.reshape(*t.shape, *seen.shape[1:])


def seen_of(system: System, named: dict[str, Array], times: Array, y: Array) -> Array:
    """The observable of the states y (n, m) at the times."""
    observed = system.observed
    if isinstance(observed, tuple):
        return y[:, observed[0]] if system.single else y[:, np.array(observed)]
    function = lower(observed)
    own = [named[name] for name in observed.parameters]
    return jax.vmap(lambda at, state: function(at, state, own))(times, y)


def posed(system: System, values: Sequence[Array]) -> tuple[Problem, Array]:
    """The initial value problem, and its parameters `system.inner` as one vector."""
    theta, unravel = ravel_pytree(list(values))
    count = len(system.rates.parameters)
    rates = lower(system.slopes)
    place = {name: k for k, name in enumerate(system.inner)}

    def field(t: Array, y: Array, at: Array) -> Array:
        found = rates(t, y, unravel(at)[:count])
        if found.shape != y.shape:
            raise _miscounted(system, found.shape)
        return found

    def start(at: Array) -> Array:
        parts = unravel(at)
        entries = [parts[place[s]] if isinstance(s, str) else jnp.asarray(s) for s in system.start]
        return jnp.stack([jnp.asarray(entry, jnp.float64).reshape(()) for entry in entries])

    method = Method(system.stiff, system.rtol, system.max_steps)
    return Problem(field, start, system.t0, method, system.atol), theta


def _miscounted(system: System, shape: tuple[int, ...]) -> ModelError:
    count = len(system.species)
    return ModelError(
        f"the rates have shape {shape}, but there are {count} species: {', '.join(system.species)}",
        causes=["a rate is missing or too many", "a rate is an array where a number is expected"],
        next=f"return [{', '.join(f'd{name}' for name in system.species)}]",
    )


def _check_times(system: System, t: np.ndarray) -> None:
    if t.size and t.min() < system.t0:
        raise DataError(
            f"a time of {t.min():g} lies before t0 = {system.t0:g}, where the solution starts",
            next=f"t0={t.min():g}, the time that the starting conditions belong to",
        )
