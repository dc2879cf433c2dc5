"""Rates and viscosities against temperature beyond Arrhenius: with a power, Eyring, VFT, WLF."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, tidy
from residua.science.kinetics.rates import ROOM, R, start_arrhenius
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, scanned

POSITIVE = (0.0, np.inf)
# Boltzmann's constant over Planck's, in 1/(K s): both exact since the SI of 2019 (CODATA 2018).
BOLTZMANN_OVER_PLANCK = 1.380649e-23 / 6.62607015e-34


def eyring(
    T: Annotated[Array, Doc("temperature, any shape"), unit("K")],
    dH: Annotated[float, Doc("enthalpy of activation"), unit("J/mol")],
    dS: Annotated[
        float,
        Doc("entropy of activation, for k in 1/s (or in the standard concentration)"),
        unit("J/(mol K)"),
    ],
) -> Annotated[Array, unit("1/s")]:
    """The Eyring equation of transition-state theory, transmission coefficient 1.

    k = kB * T / h * exp(dS / R) * exp(-dH / (R * T)), with R = 8.31446261815324 J/(mol K)

    Returns:
        k, in 1/s, of the shape of T.

    Source: H. Eyring, J. Chem. Phys. 3, 107, 1935; constants from CODATA 2018.

    >>> import numpy as np
    >>> k = eyring(np.array([298.15]), dH=85e3, dS=-10.0)
    >>> print(k.round(6))
    [0.002396]
    """
    return BOLTZMANN_OVER_PLANCK * T * np.exp((dS - dH / T) / R)


def modified_arrhenius_at(T: Array, A: float, n: float, Ea: float, reference: float) -> Array:
    """The modified Arrhenius law at a given reference temperature: see `modified_arrhenius`.

    >>> print(modified_arrhenius_at(300.0, 2.0, 1.5, 0.0, reference=300.0))
    2.0
    """
    return A * np.exp(n * np.log(T / reference) - Ea / (R * T))


def modified_arrhenius(reference: float = ROOM) -> ShelfModel:
    """Make the modified (three-parameter, Kooij) Arrhenius law of a rate coefficient.

    k = A * (T / Tref)**n * exp(-Ea / (R * T))

    Args:
        reference: Tref in K; 298.15 by default.

    Returns:
        The ShelfModel.

    Raises:
        ModelError: the reference is not a positive number.

    Source: D. M. Kooij, Z. phys. Chem. 12, 155, 1893.

    >>> modified_arrhenius(reference=300.0).parameters
    ('A', 'n', 'Ea')
    """
    reference = _positive("modified_arrhenius", reference)

    def modified(
        T: Annotated[Array, Doc("temperature, positive, any shape"), unit("K")],
        A: Annotated[float, Doc("pre-exponential factor at Tref"), unit("[k]")],
        n: Annotated[float, Doc("power of the temperature"), unit("")],
        Ea: Annotated[float, Doc("energy in the exponential"), unit("J/mol")],
    ) -> Array:
        return modified_arrhenius_at(T, A, n, Ea, reference)

    modified.__doc__ = MODIFIED
    return ShelfModel(
        name="modified_arrhenius",
        function=modified,
        start=lambda T, k: start_modified_arrhenius(T, k, reference),
        equation="k = A * (T / Tref)**n * exp(-Ea / (R * T))",
        independent=("T",),
        source="D. M. Kooij, Z. phys. Chem. 12, 155, 1893; R from CODATA 2018",
        options={"reference": reference},
        quantities={
            "activation_energy_298": Quantity(
                "Ea + n * R * 298.15", "J/mol", value=lambda n, Ea: Ea + n * R * ROOM
            ),
            "k_298": Quantity(
                "k(298.15)",
                "[k]",
                value=lambda A, n, Ea: modified_arrhenius_at(ROOM, A, n, Ea, reference),
            ),
        },
    )


MODIFIED = """The modified (three-parameter, Kooij) Arrhenius law of a rate coefficient.

k = A * (T / Tref)**n * exp(-Ea / (R * T)), with Tref = 298.15 K unless chosen otherwise

Returns:
    k, of the shape of T.

Source: D. M. Kooij, Z. phys. Chem. 12, 155, 1893; R from CODATA 2018.

>>> from residua.science.registry import get
>>> print(get("modified_arrhenius").function(298.15, A=3.0, n=1.5, Ea=0.0))
3.0
"""


def vogel_fulcher_tammann(
    T: Annotated[Array, Doc("temperature, above T0, any shape"), unit("K")],
    A: Annotated[float, Doc("limit at high temperature"), unit("[y]")],
    B: Annotated[float, Doc("strength"), unit("[y] K")],
    T0: Annotated[float, Doc("Vogel temperature, at which the viscosity would diverge"), unit("K")],
) -> Array:
    """The Vogel-Fulcher-Tammann equation of a liquid on its way to a glass.

    y = A + B / (T - T0), with y = log10(viscosity) or ln(relaxation time)

    Returns:
        y, of the shape of T.

    Source: H. Vogel, Phys. Z. 22, 645, 1921; G. S. Fulcher, J. Am. Ceram. Soc. 8, 339, 1925;
    G. Tammann and W. Hesse, Z. anorg. allg. Chem. 156, 245, 1926.

    >>> import numpy as np
    >>> vogel_fulcher_tammann(np.array([300.0, 400.0]), A=-3.0, B=1000.0, T0=200.0)
    array([7., 2.])
    """
    return A + B / (T - T0)


def williams_landel_ferry_at(T: Array, C1: float, C2: float, reference: float) -> Array:
    """The Williams-Landel-Ferry shift at a given reference temperature: see `wlf`.

    >>> print(williams_landel_ferry_at(310.0, 17.0, 51.0, reference=300.0).__round__(6))
    -2.786885
    """
    return -C1 * (T - reference) / (C2 + (T - reference))


def wlf(reference: float = ROOM) -> ShelfModel:
    """Make the Williams-Landel-Ferry shift factor of a polymer above a reference temperature.

    y = -C1 * (T - Tref) / (C2 + T - Tref)

    Args:
        reference: Tref in K, such as the glass transition; 298.15 by default.

    Returns:
        The ShelfModel of y = log10(aT).

    Raises:
        ModelError: the reference is not a positive number.

    Source: M. L. Williams, R. F. Landel and J. D. Ferry, J. Am. Chem. Soc. 77, 3701, 1955.

    >>> wlf(reference=373.0).parameters
    ('C1', 'C2')
    """
    reference = _positive("wlf", reference)

    def shift(
        T: Annotated[Array, Doc("temperature, above Tref - C2, any shape"), unit("K")],
        C1: Annotated[float, Doc("decades from Tref to high temperature"), unit("[y]")],
        C2: Annotated[float, Doc("Tref less the Vogel temperature, positive"), unit("K")],
    ) -> Array:
        return williams_landel_ferry_at(T, C1, C2, reference)

    shift.__doc__ = SHIFT
    return ShelfModel(
        name="wlf",
        function=shift,
        start=lambda T, y: start_wlf(T, y, reference),
        equation="y = -C1 * (T - Tref) / (C2 + T - Tref)",
        independent=("T",),
        source="M. L. Williams, R. F. Landel and J. D. Ferry, J. Am. Chem. Soc. 77, 3701, 1955",
        bounds={"C2": POSITIVE},
        options={"reference": reference},
        quantities={
            "vogel_temperature": Quantity("Tref - C2", "K", value=lambda C2: reference - C2),
            # log10 aT = B (1/(T - T0) - 1/(Tref - T0)) with B = C1 C2.
            "activation_energy": Quantity(
                "ln(10) * R * C1 * Tref**2 / C2",
                "J/mol",
                value=lambda C1, C2: np.log(10.0) * R * C1 * reference**2 / C2,
            ),
        },
    )


SHIFT = """The Williams-Landel-Ferry shift factor of a polymer above a reference temperature.

y = -C1 * (T - Tref) / (C2 + T - Tref), with y = log10(aT) and Tref = 298.15 K unless chosen

Returns:
    y, of the shape of T.

Source: M. L. Williams, R. F. Landel and J. D. Ferry, J. Am. Chem. Soc. 77, 3701, 1955.

>>> from residua.science.registry import get
>>> print(get("wlf", reference=300.0).function(360.0, C1=17.0, C2=60.0))
-8.5
"""


def start_eyring(T: Any, k: Any) -> dict[str, float]:
    """The start of an Arrhenius law for k / T."""
    T, k = np.asarray(T, dtype=float), np.asarray(k, dtype=float)
    if T.shape == k.shape and np.any(T > 0):
        T = np.where(T > 0, T, np.nan)
    if T.shape == k.shape:
        k = k / np.where(T == 0, 1.0, np.abs(T))
    found = start_arrhenius(T, k)
    factor = max(abs(found["A"]) / BOLTZMANN_OVER_PLANCK, TINY)
    return {"dH": found["Ea"], "dS": R * float(np.log(factor))}


def start_modified_arrhenius(T: Any, k: Any, reference: float) -> dict[str, float]:
    """Scan the power and the slope at the hottest row, which hardly depend on it; A is linear."""
    T, k = np.asarray(T, dtype=float), np.asarray(k, dtype=float)
    if T.shape == k.shape and np.any(T > 0):
        T = np.where(T > 0, T, np.nan)
    hot = float(np.nanmax(np.where(np.isfinite(T), T, np.nan))) if np.isfinite(T).any() else 1.0
    hot = hot if hot > 0 else 1.0

    def basis(u: Array, n: Any, s: Any) -> tuple[Any]:
        # sinh(s) is the slope of log k against log T at the hottest row, n + Ea / (R T).
        u = np.maximum(u, TINY)
        return (np.exp(n * np.log(u) - (np.sinh(s) - n) * (1.0 / u - 1.0)),)

    def read(s: Any, c: Any) -> dict[str, float]:
        n, e = s[0], np.sinh(s[1]) - s[0]
        return {"A": c[0] * np.exp(np.clip(e, -600.0, 600.0)), "n": n, "Ea": e * R * hot}

    units = {"A": (0, 1), "n": (0, 0), "Ea": (0, 0)}
    reach = np.arcsinh(200.0)
    axes = [np.linspace(-6.0, 8.0, 29), np.linspace(-reach, reach, 97)]
    found = scanned(T / hot, k, axes, basis, read, units, absolute=True, rounds=12)
    power = found["n"] * float(np.log(reference / hot))
    return {**found, "A": found["A"] * float(np.exp(np.clip(power, -300.0, 300.0)))}


def start_vogel_fulcher_tammann(T: Any, y: Any) -> dict[str, float]:
    """Scan the Vogel temperature, below the data; A and B are linear."""
    return scanned(
        T,
        y,
        [np.linspace(-5.0, 5.0, 60)],
        lambda u, s: (1.0 / (u + np.exp(s)), np.ones_like(u)),
        lambda s, c: {"A": c[1], "B": c[0], "T0": -np.exp(s[0])},
        {"A": (0, 1), "B": (1, 1), "T0": (1, 0)},
        offset=True,
        shift=("T0",),
        rounds=8,
    )


def start_wlf(T: Any, y: Any, reference: float) -> dict[str, float]:
    """Scan C2, so that its pole is below the data; C1 is linear."""
    T, y = tidy(T, y, bins=np.iinfo(np.int64).max)
    lowest = float(T[0]) - reference
    # Not so narrow that the pole would touch the data by rounding.
    span = max(float(np.ptp(T)), 1e-6 * reference)
    least = max(-lowest, 0.0)

    def basis(u: Array, s: Any) -> tuple[Any]:
        above = u - reference
        return (-above / (least + span * np.exp(s) + above),)

    return scanned(
        T,
        y,
        [np.linspace(-5.0, 5.0, 60)],
        basis,
        lambda s, c: {"C1": c[0], "C2": least + span * np.exp(s[0])},
        {"C1": (0, 1), "C2": (0, 0)},
        absolute=True,
        rounds=8,
    )


def _positive(model: str, reference: float) -> float:
    """The reference temperature, when it is a number above zero."""
    number = isinstance(reference, (int, float)) and not isinstance(reference, bool)
    if not number or not 0 < reference < np.inf:
        raise ModelError(
            f"The model {model!r} cannot have reference={reference!r}.",
            causes=("the reference is a temperature in K, above zero",),
            next=f"rs.model({model!r}, reference=300.0)",
        )
    return float(reference)


EYRING = ShelfModel(
    name="eyring",
    function=eyring,
    start=start_eyring,
    equation="k = kB * T / h * exp(dS / R) * exp(-dH / (R * T)), R = 8.31446261815324 J/(mol K)",
    independent=("T",),
    source="H. Eyring, J. Chem. Phys. 3, 107, 1935; constants from CODATA 2018",
    quantities={
        "dG_298": Quantity("dH - 298.15 * dS", "J/mol", value=lambda dH, dS: dH - ROOM * dS),
        "k_298": Quantity("k(298.15)", "1/s", value=lambda dH, dS: eyring(ROOM, dH, dS)),
    },
)

VOGEL_FULCHER_TAMMANN = ShelfModel(
    name="vogel_fulcher_tammann",
    function=vogel_fulcher_tammann,
    start=start_vogel_fulcher_tammann,
    equation="y = A + B / (T - T0)",
    independent=("T",),
    source="G. S. Fulcher, J. Am. Ceram. Soc. 8, 339, 1925",
    quantities={
        # Where log10 of a viscosity in Pa s reaches 12.
        "glass_transition": Quantity(
            "T0 + B / (12 - A)", "K", value=lambda A, B, T0: T0 + B / (12.0 - A)
        ),
    },
)
