"""Enzyme kinetics with inhibitors, and with too much of the substrate itself."""

# S and I are what these concentrations are called in every textbook.
# ruff: noqa: E741

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import ladder, scanned

POSITIVE = (0.0, np.inf)
BOOK = "A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., 2012, chapter 7"


Substrate = Annotated[Array, Doc("substrate concentration, not negative, any shape")]
Inhibitor = Annotated[Array, Doc("inhibitor concentration, not negative, of the shape of S")]
Saturation = Annotated[float, Doc("rate at saturation without inhibitor"), unit("[v]")]
HalfRate = Annotated[
    float, Doc("concentration of half the largest rate without inhibitor, positive"), unit("[S]")
]
Binding = Annotated[float, Doc("dissociation constant of the inhibitor, positive"), unit("[I]")]


def competitive_inhibition(
    S: Substrate,
    I: Inhibitor,
    Vmax: Saturation,
    Km: HalfRate,
    Ki: Binding,
) -> Array:
    """Competitive inhibition: the inhibitor binds where the substrate would.

    v = Vmax * S / (Km * (1 + I / Ki) + S)

    Returns:
        v, of the shape of S.

    Source: A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., 2012, section 7.2.

    >>> import numpy as np
    >>> S, I = np.array([2.0, 2.0]), np.array([0.0, 3.0])
    >>> competitive_inhibition(S, I, Vmax=8.0, Km=2.0, Ki=1.5)
    array([4., 2.])
    """
    return Vmax * S / (Km * (1.0 + I / Ki) + S)


def uncompetitive_inhibition(
    S: Substrate,
    I: Inhibitor,
    Vmax: Saturation,
    Km: HalfRate,
    Ki: Binding,
) -> Array:
    """Uncompetitive inhibition: the inhibitor binds only where the substrate is bound already.

    v = Vmax * S / (Km + S * (1 + I / Ki))

    Returns:
        v, of the shape of S.

    Source: A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., 2012, section 7.2.

    >>> import numpy as np
    >>> S, I = np.array([2.0, 2.0]), np.array([0.0, 3.0])
    >>> uncompetitive_inhibition(S, I, Vmax=8.0, Km=2.0, Ki=1.5)
    array([4., 2.])
    """
    return Vmax * S / (Km + S * (1.0 + I / Ki))


def noncompetitive_inhibition(
    S: Substrate,
    I: Inhibitor,
    Vmax: Saturation,
    Km: HalfRate,
    Ki: Binding,
) -> Array:
    """Pure noncompetitive inhibition: the inhibitor binds whether or not the substrate is bound.

    v = Vmax * S / ((Km + S) * (1 + I / Ki))

    Returns:
        v, of the shape of S.

    Source: A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., 2012, section 7.2.

    >>> import numpy as np
    >>> S, I = np.array([2.0, 2.0]), np.array([0.0, 3.0])
    >>> noncompetitive_inhibition(S, I, Vmax=8.0, Km=2.0, Ki=1.0)
    array([4., 1.])
    """
    return Vmax * S / ((Km + S) * (1.0 + I / Ki))


def mixed_inhibition(
    S: Substrate,
    I: Inhibitor,
    Vmax: Saturation,
    Km: HalfRate,
    Kic: Annotated[float, Doc("competitive inhibition constant, positive"), unit("[I]")],
    Kiu: Annotated[float, Doc("uncompetitive inhibition constant, positive"), unit("[I]")],
) -> Array:
    """Mixed inhibition: the inhibitor binds free and occupied enzyme with different strengths.

    v = Vmax * S / (Km * (1 + I / Kic) + S * (1 + I / Kiu))

    Returns:
        v, of the shape of S.

    Source: A. Cornish-Bowden, Fundamentals of Enzyme Kinetics, 4th ed., 2012, section 7.2.

    >>> import numpy as np
    >>> S, I = np.array([2.0, 2.0]), np.array([0.0, 3.0])
    >>> mixed_inhibition(S, I, Vmax=8.0, Km=2.0, Kic=1.0, Kiu=1.0)
    array([4., 1.])
    """
    return Vmax * S / (Km * (1.0 + I / Kic) + S * (1.0 + I / Kiu))


def substrate_inhibition(
    S: Substrate,
    Vmax: Annotated[float, Doc("rate at saturation if there were no inhibition"), unit("[v]")],
    Km: Annotated[
        float,
        Doc("concentration of half that rate if there were no inhibition, positive"),
        unit("[S]"),
    ],
    Ki: Annotated[
        float, Doc("dissociation constant of the second substrate, positive"), unit("[S]")
    ],
) -> Array:
    """Inhibition by the substrate itself (Haldane; Andrews for growth): the rate has a maximum.

    v = Vmax * S / (Km + S + S**2 / Ki)

    Returns:
        v, of the shape of S.

    Source: J. B. S. Haldane, Enzymes, 1930; J. F. Andrews, Biotechnol. Bioeng. 10, 707, 1968.

    >>> import numpy as np
    >>> substrate_inhibition(np.array([0.0, 2.0]), Vmax=8.0, Km=2.0, Ki=1.0)
    array([0., 2.])
    """
    return Vmax * S / (Km + S * (1.0 + S / Ki))


def start_competitive_inhibition(S: Any, I: Any, v: Any) -> dict[str, float]:
    """Scan Km and Ki; Vmax is linear."""
    return _scan(S, I, v, competitive_inhibition, 1)


def start_uncompetitive_inhibition(S: Any, I: Any, v: Any) -> dict[str, float]:
    """Scan Km and Ki; Vmax is linear."""
    return _scan(S, I, v, uncompetitive_inhibition, 1)


def start_noncompetitive_inhibition(S: Any, I: Any, v: Any) -> dict[str, float]:
    """Scan Km and Ki; Vmax is linear."""
    return _scan(S, I, v, noncompetitive_inhibition, 1)


def start_mixed_inhibition(S: Any, I: Any, v: Any) -> dict[str, float]:
    """Scan Km and both constants of the inhibitor; Vmax is linear."""
    return _scan(S, I, v, mixed_inhibition, 2)


def start_substrate_inhibition(S: Any, v: Any) -> dict[str, float]:
    """Scan Km and Ki; Vmax is linear."""
    return scanned(
        S,
        v,
        lambda u: [ladder(u, 2.0, 5.0, 30), ladder(u, 2.0, 5.0, 30)],
        lambda u, s, k: (substrate_inhibition(np.maximum(u, 0.0), 1.0, np.exp(s), np.exp(k)),),
        lambda s, c: {"Vmax": c[0], "Km": np.exp(s[0]), "Ki": np.exp(s[1])},
        {"Vmax": (0, 1), "Km": (1, 0), "Ki": (1, 0)},
        rounds=10,
    )


def _scan(S: Any, I: Any, v: Any, rate: Any, constants: int) -> dict[str, float]:
    """Scan Km and the constants of the inhibitor; Vmax is linear."""
    names = ("Ki",) if constants == 1 else ("Kic", "Kiu")

    def basis(s: Array, i: Array, *logs: Any) -> tuple[Any]:
        return (rate(np.maximum(s, 0.0), np.maximum(i, 0.0), 1.0, *(np.exp(log) for log in logs)),)

    def axes(s: Array, i: Array) -> Sequence[Array]:
        count = 24 if constants == 1 else 12
        return [ladder(s, 2.0, 3.0, count), *[ladder(i, 3.0, 4.0, count)] * constants]

    def read(logs: Any, c: Any) -> dict[str, float]:
        constant = {name: np.exp(log) for name, log in zip(names, logs[1:])}
        return {"Vmax": c[0], "Km": np.exp(logs[0]), **constant}

    units = {"Vmax": (0, 0, 1), "Km": (1, 0, 0), **dict.fromkeys(names, (0, 1, 0))}
    return scanned((S, I), v, axes, basis, read, units, rounds=8)


EFFICIENCY = Quantity("Vmax / Km", "[v]/[S]", value=lambda Vmax, Km: Vmax / Km)
ONE_BOUNDS = {"Km": POSITIVE, "Ki": POSITIVE}

COMPETITIVE_INHIBITION = ShelfModel(
    name="competitive_inhibition",
    function=competitive_inhibition,
    start=start_competitive_inhibition,
    equation="v = Vmax * S / (Km * (1 + I / Ki) + S)",
    independent=("S", "I"),
    source=BOOK,
    bounds=ONE_BOUNDS,
    quantities={"efficiency": EFFICIENCY},
)

UNCOMPETITIVE_INHIBITION = ShelfModel(
    name="uncompetitive_inhibition",
    function=uncompetitive_inhibition,
    start=start_uncompetitive_inhibition,
    equation="v = Vmax * S / (Km + S * (1 + I / Ki))",
    independent=("S", "I"),
    source=BOOK,
    bounds=ONE_BOUNDS,
    quantities={"efficiency": EFFICIENCY},
)

NONCOMPETITIVE_INHIBITION = ShelfModel(
    name="noncompetitive_inhibition",
    function=noncompetitive_inhibition,
    start=start_noncompetitive_inhibition,
    equation="v = Vmax * S / ((Km + S) * (1 + I / Ki))",
    independent=("S", "I"),
    source=BOOK,
    bounds=ONE_BOUNDS,
    # The inhibitor that halves the rate, whatever the substrate.
    quantities={
        "efficiency": EFFICIENCY,
        "IC50": Quantity("Ki", "[I]", value=lambda Ki: Ki),
    },
)

MIXED_INHIBITION = ShelfModel(
    name="mixed_inhibition",
    function=mixed_inhibition,
    start=start_mixed_inhibition,
    equation="v = Vmax * S / (Km * (1 + I / Kic) + S * (1 + I / Kiu))",
    independent=("S", "I"),
    source=BOOK,
    bounds={"Km": POSITIVE, "Kic": POSITIVE, "Kiu": POSITIVE},
    quantities={"efficiency": EFFICIENCY},
)

SUBSTRATE_INHIBITION = ShelfModel(
    name="substrate_inhibition",
    function=substrate_inhibition,
    start=start_substrate_inhibition,
    equation="v = Vmax * S / (Km + S + S**2 / Ki)",
    independent=("S",),
    source="J. F. Andrews, Biotechnol. Bioeng. 10, 707, 1968",
    bounds={"Km": POSITIVE, "Ki": POSITIVE},
    quantities={
        "efficiency": EFFICIENCY,
        "optimum": Quantity("sqrt(Km * Ki)", "[S]", value=lambda Km, Ki: np.sqrt(Km * Ki)),
        "largest_rate": Quantity(
            "Vmax / (1 + 2 * sqrt(Km / Ki))",
            "[v]",
            value=lambda Vmax, Km, Ki: Vmax / (1.0 + 2.0 * np.sqrt(Km / Ki)),
        ),
    },
)
