"""ode: a Model that is the solution of a rate law."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from numbers import Real
from typing import Annotated, Any

import numpy as np

from residua._errors import MissingLibrary, ModelError
from residua.doc import Doc, Ge, Gt, documented
from residua.dynamics.callers import Caller, read
from residua.dynamics.system import System
from residua.problem.model import Model

# Of the integrator: some seconds.
MOST_STEPS = 1_000_000


@documented
def ode(
    rates: Annotated[
        Callable[..., Any],
        Doc(
            "`f(t, y, k1, k2)` written with NumPy, y being the species in the order of "
            "`start`; it returns their rates as a list, array or dict. Species may also be "
            "taken by name, `f(t, A, B, k1, k2)`, and the time left out, `f(y, k1)`. "
            "Defaults are starts."
        ),
    ],
    start: Annotated[
        Mapping[str, Any],
        Doc(
            "species -> its value at t0: a number, which is fixed; or None or a name, which "
            'makes it a parameter ("A0" for the species A where None is given)'
        ),
    ],
    observe: Annotated[
        str | Sequence[str] | Callable[..., Any] | None,
        Doc(
            "the species that is measured, several of them (the prediction is then an array "
            "(n, number of them)), or a function `f(t, y, ...)` of the same form as `rates`, "
            "whose other arguments are parameters too. Default: every species."
        ),
    ] = None,
    *,
    t0: Annotated[
        float, Doc("the time of the starting conditions. No measured time may lie before it.")
    ] = 0.0,
    stiff: Annotated[
        bool, Doc("use an implicit integrator, for rates that differ by many orders of magnitude")
    ] = False,
    rtol: Annotated[float, Doc("relative local error of the integrator"), Gt(0)] = 1e-8,
    atol: Annotated[
        float | None,
        Doc(
            "absolute local error, in the units of the species; default 1e-3 `rtol` times "
            "the largest starting value"
        ),
    ] = None,
    max_steps: Annotated[
        int, Doc("steps of the integrator after which the parameters are refused"), Ge(1)
    ] = 4096,
) -> Model:
    """A Model from a rate law: the solution of a system of ordinary differential equations.

    dy/dt = rates(t, y, parameters), y(t0) = start; fitted with exact sensitivities, which are
    integrated beside the states.

    Returns:
        A Model of the time: callable, and accepted wherever a model is. Parameters without a start
        are found from the data. Where the integration fails the prediction is NaN.

    Raises:
        ModelError: the signature, the start or the observable do not fit together.
        MissingLibrary: diffrax is not installed.

    Sources: J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19; A. Kværnø, BIT 44
    (2004) 489; by diffrax (P. Kidger, 2021).

    Example:
        >>> import numpy as np, residua as rs
        >>> def rates(t, y, k1, k_1):
        ...     A, B = y
        ...     r = k1 * A - k_1 * B
        ...     return [-r, r]
        >>> model = rs.ode(rates, start={"A": None, "B": 0.0}, observe="A")
        >>> model.parameters
        ('k1', 'k_1', 'A0')
        >>> round(float(model(0.5, k1=3.0, k_1=3.0, A0=1.0)), 7)
        0.5248935
    """
    species = _species(start)
    caller = read(rates, species, "the rate law")
    system = System(
        species,
        caller,
        tuple(starting(name, value) for name, value in start.items()),
        *observed(observe, species),
        float(t0),
        bool(stiff),
        rtol,
        atol,
        max_steps,
    )
    check(system)
    name = getattr(rates, "__qualname__", type(rates).__qualname__)
    home = getattr(rates, "__module__", None) or "__main__"
    return as_model(system, "function", f"{home}.{name}")


def as_model(
    system: System,
    kind: str,
    text: str,
    equation: str = "",
    options: Mapping[str, Any] | None = None,
) -> Model:
    """The Model of a System."""
    from residua.dynamics.start import estimate

    if find_spec("diffrax") is None:
        raise MissingLibrary(
            "differential equations need diffrax, which is not installed",
            next='python -m pip install "residua[ode]"',
        )
    defaults = dict(system.rates.defaults)
    if isinstance(system.observed, Caller):
        defaults = {**system.observed.defaults, **defaults}

    def solution(t: Any, *values: Any) -> Any:
        import jax  # noqa: F401 - this import is how engines are told who can follow the model

        from residua.dynamics.program import predicted

        return predicted(system, t, values)

    solution.iterative = True  # type: ignore[attr-defined]  # see Program in fitting/compiled.py

    def guess(t: Any, y: Any) -> dict[str, float] | None:
        return estimate(system, defaults, t, y)

    return Model(
        kind,
        text,
        solution,
        (system.rates.time or "t",),
        system.parameters,
        defaults=defaults,
        estimate=guess,
        options=options or {},
        equation=equation,
    )


def _species(start: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(start, Mapping) or not start:
        raise ModelError(
            "start must name the species and their values at t0",
            next='start={"A": 1.0, "B": 0.0}',
        )
    for name in start:
        if not isinstance(name, str) or not name:
            raise ModelError(f"a species must have a name, not {name!r}")
    return tuple(start)


def starting(name: str, value: Any) -> float | str:
    """A fixed starting value, or the name of the parameter that it is."""
    if value is None:
        return f"{name}0"
    if isinstance(value, str):
        if value.isidentifier():
            return value
        raise ModelError(f"the start of {name} is {value!r}, which is not a parameter's name")
    number: Any = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    if isinstance(number, Real) and math.isfinite(number):
        return float(number)
    raise ModelError(
        f"the start of {name} is {value!r}, not a finite number",
        next=f'start={{"{name}": 1.0}}, or {{"{name}": None}} for a parameter {name}0',
    )


def observed(
    observe: str | Sequence[str] | Callable[..., Any] | None, species: tuple[str, ...]
) -> tuple[tuple[int, ...] | Caller, bool]:
    """What is observed, and whether it is one species by itself."""
    if callable(observe):
        return read(observe, species, "the observable"), False
    single = isinstance(observe, str) or (observe is None and len(species) == 1)
    names = species if observe is None else (observe,) if isinstance(observe, str) else observe
    unknown = [name for name in names if name not in species]
    if unknown or not len(names):
        raise ModelError(
            f"{', '.join(map(repr, unknown)) or 'nothing'} cannot be observed: the species are "
            f"{', '.join(species)}",
            next=f'observe="{species[0]}", or a function of (t, y)',
        )
    return tuple(species.index(name) for name in names), single


def check(system: System) -> None:
    """Refuse settings that cannot be, and a rate law with the wrong number of rates."""
    if not 1e-14 < system.rtol < 1e-1 or (system.atol is not None and not system.atol > 0):
        raise ModelError(
            f"rtol = {system.rtol!r}, atol = {system.atol!r} cannot be reached", next="rtol=1e-8"
        )
    if not math.isfinite(system.t0) or not 1 <= system.max_steps <= MOST_STEPS:
        raise ModelError(f"t0 = {system.t0!r} and max_steps = {system.max_steps!r} cannot be used")
    if not system.parameters:
        raise ModelError(
            "the rate law has no parameter to fit", next='start={"A": None} makes A0 one'
        )
    clash = {"t", system.rates.time} & set(system.parameters)
    if clash:
        raise ModelError(f"{clash.pop()} is the time and cannot be a parameter too")
    count, species = _rates_returned(system), system.species
    if count is not None and count != len(species):
        raise ModelError(
            f"the rate law returned {count} rates for {len(species)} species: {', '.join(species)}",
            next=f"return [{', '.join(f'd{name}' for name in species)}]",
        )


def _rates_returned(system: System) -> int | None:
    """How many rates it returns where all is one; None where that is no place to ask."""
    ones = [1.0] * len(system.rates.parameters)
    try:
        with np.errstate(all="ignore"):
            found = system.slopes(system.t0, np.ones(len(system.species)), ones)
        return None if found is None else int(np.shape(found)[0])
    except ModelError:
        raise
    except Exception:  # a user's function may raise anything where its arguments make no sense
        return None
