"""Thermal occupation: the distributions of Fermi, Bose and Maxwell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import (
    Array,
    clipped_exp,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)
from residua.science.registry import ShelfModel

# log of (range of x) / kT.
LOG_STEEPNESS = np.linspace(-2.0, 7.0, 19)


def fermi(
    x: Annotated[Array, Doc("energy, any shape")],
    amplitude: Annotated[
        float, Doc("occupation far below the center; 1 for one state"), unit("[y]")
    ],
    center: Annotated[float, Doc("chemical potential"), unit("[x]")],
    kT: Annotated[
        float,
        Doc("temperature times the Boltzmann constant; negative where x counts energy lost"),
        unit("[x]"),
    ],
) -> Array:
    """The Fermi-Dirac distribution: occupation of levels by fermions.

    y = amplitude / (exp((x - center) / kT) + 1)

    Returns:
        y, of the shape of x.

    Source: L. D. Landau and E. M. Lifshitz, Statistical Physics 1, 3rd ed., section 53.

    >>> import numpy as np
    >>> print(fermi(np.array([-1e6, 2.0, 1e6]), amplitude=1.0, center=2.0, kT=0.5))
    [1.  0.5 0. ]
    """
    z = (x - center) / kT
    above = z > 0
    small = np.exp(np.where(above, -z, z))
    return amplitude * np.where(above, small, 1.0) / (1.0 + small)


def bose(
    x: Annotated[Array, Doc("energy, above the center (below it for negative kT), any shape")],
    amplitude: Annotated[float, Doc("scale; 1 for one state"), unit("[y]")],
    center: Annotated[float, Doc("chemical potential; 0 for photons and phonons"), unit("[x]")],
    kT: Annotated[
        float,
        Doc("temperature times the Boltzmann constant; negative where x counts energy lost"),
        unit("[x]"),
    ],
) -> Array:
    """The Bose-Einstein distribution: occupation of levels by bosons.

    y = amplitude / (exp((x - center) / kT) - 1)

    It has a pole at the center; data lie beyond it.

    Returns:
        y, of the shape of x.

    Source: L. D. Landau and E. M. Lifshitz, Statistical Physics 1, 3rd ed., section 54.

    >>> import numpy as np
    >>> print(bose(np.array([np.log(2.0), 1e6]), amplitude=3.0, center=0.0, kT=1.0))
    [3. 0.]
    """
    z = (x - center) / kT
    above = z > 0
    size = np.where(above, z, -z)
    # exp(z) / (exp(z) - 1) = 1 / (1 - exp(-z)): the exponential that is asked for never grows.
    return amplitude * np.where(above, np.exp(-size), -1.0) / -np.expm1(-size)


def maxwell(
    x: Annotated[Array, Doc("energy, any shape")],
    amplitude: Annotated[float, Doc("occupation at x = 0"), unit("[y]")],
    kT: Annotated[
        float,
        Doc("temperature times the Boltzmann constant; negative where x counts energy lost"),
        unit("[x]"),
    ],
) -> Array:
    """The Maxwell-Boltzmann distribution: the classical limit of the other two.

    y = amplitude * exp(-x / kT)

    A center would say the same as the amplitude, so there is none.

    Returns:
        y, of the shape of x.

    Source: L. D. Landau and E. M. Lifshitz, Statistical Physics 1, 3rd ed., section 37.

    >>> import numpy as np
    >>> print(maxwell(np.array([0.0, np.log(4.0)]), amplitude=8.0, kT=0.5))
    [8.  0.5]
    """
    return amplitude * np.exp(-x / kT)


def start_fermi(x: Any, y: Any) -> dict[str, float]:
    """Scan center and kT, of either sign; the amplitude is linear."""
    return _scanned(x, y, _fermi_column, np.array([-0.3, -0.1, *np.linspace(0, 1, 41), 1.1, 1.3]))


def start_bose(x: Any, y: Any) -> dict[str, float]:
    """Scan kT, of either sign, and the center, outside of the data; the amplitude is linear."""
    return _scanned(x, y, _bose_column, -np.geomspace(1e-4, 3.0, 40)[::-1])


def start_maxwell(x: Any, y: Any) -> dict[str, float]:
    """Scan kT, of either sign; the amplitude is linear."""
    x, y = tidy(x, y)
    u, origin, width = unit_interval(x)
    height = size_of(y)
    reach = np.arcsinh(200.0)

    def basis(s: Any) -> tuple[Any]:
        return (np.exp(-np.sinh(s) * u - np.maximum(-np.sinh(s), 0.0)),)

    found = search(basis, [np.linspace(-reach, reach, 64)], y / height)
    rate = float(np.sinh(found.nonlinear[0]))
    rate = rate if abs(rate) > 1e-6 else 1e-6
    top = clipped_exp(rate * origin / width - max(-rate, 0.0))
    start = {"amplitude": height * float(found.linear[0]) * top, "kT": width / rate}
    return finite(start, {"amplitude": float(np.mean(y)), "kT": width})


def _scanned(x: Any, y: Any, column: Callable[..., Any], centers: Array) -> dict[str, float]:
    """The better of falling (kT > 0) and rising (kT < 0), which is the former mirrored."""
    x, y = tidy(x, y, bins=128)
    u, origin, width = unit_interval(x)
    height = size_of(y)

    def searched(places: Array) -> Any:
        def basis(center: Any, log_steepness: Any) -> tuple[Any]:
            return (column(places - center, np.exp(log_steepness)),)

        return search(basis, [centers, LOG_STEEPNESS], y / height, rounds=10)

    falling, rising = searched(u), searched(1.0 - u)
    sign, found = (-1.0, rising) if rising.cost < 0.999 * falling.cost else (1.0, falling)
    center, log_steepness = found.nonlinear
    steepness = clipped_exp(log_steepness)
    scale = float(column(np.array([0.0]), steepness, unit=True)[0])
    start = {
        "amplitude": height * float(found.linear[0]) * scale,
        "center": origin + width * (center if sign > 0 else 1.0 - center),
        "kT": sign * width / steepness,
    }
    safe = {"amplitude": height, "center": origin - width, "kT": width}
    return finite(start, safe)


def _fermi_column(distance: Any, steepness: Any, unit: bool = False) -> Any:
    """The distribution; with `unit`, what its coefficient has to be multiplied by."""
    if unit:
        return np.ones(1)
    return fermi(distance, 1.0, 0.0, 1.0 / steepness)


def _bose_column(distance: Any, steepness: Any, unit: bool = False) -> Any:
    """The distribution times 1 / kT, which stays finite as kT grows; a pole in the data loses."""
    if unit:
        return np.full(1, steepness)
    values = steepness * bose(np.where(distance > 0, distance, 1.0), 1.0, 0.0, 1.0 / steepness)
    return np.where(distance > 0, values, np.nan)


class _Form(NamedTuple):
    function: Callable[..., Any]
    start: Callable[[Any, Any], dict[str, float]]
    equation: str
    section: str


_FORMS: dict[str, _Form] = {
    "fermi": _Form(
        fermi,
        start_fermi,
        "y = amplitude / (exp((x - center) / kT) + 1)",
        "53",
    ),
    "bose": _Form(
        bose,
        start_bose,
        "y = amplitude / (exp((x - center) / kT) - 1)",
        "54",
    ),
    "maxwell": _Form(
        maxwell,
        start_maxwell,
        "y = amplitude * exp(-x / kT)",
        "37",
    ),
}


def thermal(form: str = "fermi") -> ShelfModel:
    """Make the thermal distribution of a given form.

    y = amplitude / (exp((x - center) / kT) + 1) for "fermi", - 1 for "bose", and
    amplitude * exp(-x / kT) for "maxwell"

    Args:
        form: "fermi" (the default), "bose" or "maxwell".

    Returns:
        The ShelfModel.

    Raises:
        ModelError: there is no such form.

    Source: L. D. Landau and E. M. Lifshitz, Statistical Physics 1, 3rd ed., sections 37-54.

    >>> thermal(form="bose").equation
    'y = amplitude / (exp((x - center) / kT) - 1)'
    """
    if not isinstance(form, str) or form not in _FORMS:
        raise ModelError(
            f"There is no thermal distribution of the form {form!r}.",
            causes=(f"the forms are: {', '.join(_FORMS)}",),
            next='rs.model("thermal", form="bose")',
        )
    row = _FORMS[form]
    return ShelfModel(
        name="thermal",
        function=row.function,
        start=row.start,
        equation=row.equation,
        independent=("x",),
        source=f"L. D. Landau and E. M. Lifshitz, Statistical Physics 1, section {row.section}",
        options={"form": form},
    )
