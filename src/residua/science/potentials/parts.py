"""What all pair potentials share: their starts, and what follows from an energy u(r).

Energies in eV and distances in Å give forces in eV/Å; any other pair of units serves as well. All
forms vanish at infinity: total energies need `rs.model("morse") + rs.model("constant")`.

Measured forces are fitted by the derived force itself:
`rs.fit(rs.model("morse").quantity("force"), r, F)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc
from residua.science.estimates import Array, accumulated, tidy
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import Scaled, Units, scanned

Function = Callable[..., Any]
Distance = Annotated[Array, Doc("distance, such as Å, positive, any shape")]
POSITIVE = (0.0, np.inf)
# e²/(4 pi epsilon0) in eV Å, and Boltzmann's constant in eV/K (CODATA 2018).
COULOMB = 14.3996454784
BOLTZMANN = 8.617333262e-5
# Rows of a scan; a steep wall averaged into fewer bins would be another wall.
BINS = 1024
# Columns are kept below this, so that their squares can be summed.
LARGEST = 1e150
# ln(r / length) of the second virial coefficient: there the integrand is smooth and falls off
# exponentially on both sides, so that the trapezoidal rule is exact to rounding.
STEP = 1.0 / 64.0
LOGARITHMS = np.arange(-11.0, 36.0, STEP)


def force(u: Function) -> Function:
    """F = -du/dr of an energy u(r, parameters...); positive where the atoms repel each other."""
    # Imported here: a fit of energies alone needs no operators.
    from residua.autodiff.operators import derivative

    slope = derivative(u, 0)
    return lambda r, *p: -slope(r, *p)


def stiffness(u: Function) -> Function:
    """k = d2u/dr2."""
    from residua.autodiff.operators import derivative

    return derivative(u, 0, order=2)


def _from_force(r: Any, F: Any) -> Any:
    """The energy from the farthest distance inward, where it is taken to be zero."""
    energy = accumulated(r, F)
    return energy[np.argmax(r)] - energy


QUANTITIES = {
    "force": Quantity("F = -du/dr", "[u]/[r]", of=force, undo=_from_force),
    "stiffness": Quantity("k = d2u/dr2", "[u]/[r]^2", of=stiffness),
}


def second_virial(place: int) -> Quantity:
    """B2(T) of a gas of such pairs; parameter number `place` is a distance typical of u."""

    def of(u: Function) -> Function:
        def B2(T: Any, *p: Any) -> Any:
            s = LOGARITHMS.reshape(-1, *(1 for _ in np.shape(T)))
            r = p[place] * np.exp(s)
            mayer = np.expm1(-u(r, *p) / (BOLTZMANN * T))
            return -2.0 * np.pi * STEP * np.sum(mayer * r**3, axis=0)

        return B2

    equation = "B2 = 2 pi * integral of (1 - exp(-u / (kB T))) r^2 dr, T in K where u is in eV"
    return Quantity(equation, "[r]^3", of=of, independent=("T",))


def scan(
    r: Any,
    u: Any,
    axes: Sequence[Array] | Callable[[Array], Sequence[Array]],
    basis: Callable[..., Sequence[Any]],
    read: Callable[[Any, Any], Scaled],
    units: Units,
    valid: Callable[..., Any] | None = None,
    rounds: int = 10,
) -> Scaled:
    """`scanned`, with the rows of positive distance, the largest of them at 1."""

    def bounded(*arguments: Any) -> list[Any]:
        with np.errstate(all="ignore"):
            columns = [np.nan_to_num(column) for column in basis(*arguments)]
        return [np.clip(column, -LARGEST, LARGEST) for column in columns]

    r, u = positive(r, u)
    return scanned(r, u, axes, bounded, read, units, valid=valid, rounds=rounds, bins=BINS)


def positive(r: Any, u: Any) -> tuple[Array, Array]:
    """The finite rows of positive distance, sorted; one row of no energy where there is none."""
    r, u = tidy(r, u, np.iinfo(np.int64).max)
    keep = r > 0
    return (r[keep], u[keep]) if keep.any() else (np.ones(1), np.zeros(1))


def potential(
    function: Function,
    start: Callable[[Any, Any], dict[str, float]],
    equation: str,
    source: str,
    bounds: Sequence[str] = (),
    quantities: Mapping[str, Quantity] | None = None,
    name: str = "",
    **more: Any,
) -> ShelfModel:
    """The row of the shelf for an energy u(r); `bounds` names the parameters that are positive."""
    return ShelfModel(
        name=name or function.__name__,
        function=function,
        start=start,
        equation=equation,
        independent=("r",),
        source=source,
        bounds=dict.fromkeys(bounds, POSITIVE),
        quantities={**QUANTITIES, **(quantities or {})},
        **more,
    )
