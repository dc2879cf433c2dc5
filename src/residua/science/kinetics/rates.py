"""Rates: Michaelis-Menten in concentration, Arrhenius in temperature."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, clipped_exp, finite, search, size_of, tidy
from residua.science.registry import Quantity, ShelfModel

# Molar gas constant in J/(mol K), exact since the SI of 2019: N_A * k (CODATA 2018).
R = 8.31446261815324
# The temperature of tables, in K.
ROOM: Any = 298.15


def michaelis_menten(
    S: Annotated[Array, Doc("substrate concentration, not negative, any shape")],
    Vmax: Annotated[float, Doc("rate at saturation"), unit("[v]")],
    Km: Annotated[float, Doc("concentration of half the largest rate, positive"), unit("[S]")],
) -> Array:
    """The Michaelis-Menten rate of an enzyme (also Langmuir adsorption and Monod growth).

    v = Vmax * S / (Km + S)

    Returns:
        v, of the shape of S.

    Source: L. Michaelis and M. L. Menten, Biochem. Z. 49, 333, 1913.

    >>> import numpy as np
    >>> michaelis_menten(np.array([0.0, 2.0, 6.0]), Vmax=8.0, Km=2.0)
    array([0., 4., 6.])
    """
    return Vmax * S / (Km + S)


def arrhenius(
    T: Annotated[Array, Doc("temperature, any shape"), unit("K")],
    A: Annotated[float, Doc("pre-exponential factor"), unit("[k]")],
    Ea: Annotated[float, Doc("activation energy"), unit("J/mol")],
) -> Array:
    """The Arrhenius law of a rate coefficient.

    k = A * exp(-Ea / (R * T)), with R = 8.31446261815324 J/(mol K)

    Returns:
        k, of the shape of T.

    Source: S. Arrhenius, Z. phys. Chem. 4, 226, 1889; R from CODATA 2018.

    >>> import numpy as np
    >>> k = arrhenius(np.array([300.0, 310.0]), A=1e13, Ea=50e3)
    >>> print((k[1] / k[0]).round(3))
    1.909
    """
    return A * np.exp(-Ea / (R * T))


def start_michaelis_menten(S: Any, v: Any) -> dict[str, float]:
    """Scan Km; Vmax is linear. No reciprocals, so small rates are not overweighted."""
    S, v = tidy(S, v)
    width, height = size_of(S), size_of(v)
    u = np.maximum(S / width, 0.0)
    if not u.any():
        return {"Vmax": height, "Km": width}
    low = float(np.log(u[u > 0][0]))
    axis = np.linspace(low - 3.0, 5.0, int(4 * (8.0 - low)))
    found = search(lambda log_half: (u / (np.exp(log_half) + u),), [axis], v / height)
    start = {
        "Vmax": height * float(found.linear[0]),
        "Km": width * clipped_exp(found.nonlinear[0]),
    }
    return finite(start, {"Vmax": height, "Km": width})


def start_arrhenius(T: Any, k: Any) -> dict[str, float]:
    """Scan the activation energy; A is linear. Zero and negative k are welcome."""
    T, k = tidy(T, k)
    fallback = {"A": float(np.mean(k)), "Ea": 0.0}
    cold = T > 0
    if np.unique(T[cold]).size < 2:
        return fallback
    T, k = T[cold], k[cold]
    # theta = Ea / R against inverse temperature, counted from the hottest row.
    inverse = 1.0 / T
    hot, span = float(inverse[-1]), float(inverse[0] - inverse[-1])
    u = (inverse - hot) / span
    height = size_of(k)
    reach = np.arcsinh(60.0)

    def basis(s: Any) -> tuple[Any]:
        # Divided by its largest value, so that no activation energy overflows.
        e = np.sinh(s)
        return (np.exp(-e * u - np.maximum(-e, 0.0)),)

    found = search(basis, [np.linspace(-reach, reach, 48)], k / height)
    e = float(np.sinh(found.nonlinear[0]))
    theta = e / span
    amplitude = height * float(found.linear[0]) * clipped_exp(theta * hot - max(-e, 0.0))
    return finite({"A": amplitude, "Ea": R * theta}, fallback)


MICHAELIS_MENTEN = ShelfModel(
    name="michaelis_menten",
    function=michaelis_menten,
    start=start_michaelis_menten,
    equation="v = Vmax * S / (Km + S)",
    independent=("S",),
    source="L. Michaelis and M. L. Menten, Biochem. Z. 49, 333, 1913",
    bounds={"Km": (0.0, np.inf)},
    quantities={
        "efficiency": Quantity("Vmax / Km", "[v]/[S]", value=lambda Vmax, Km: Vmax / Km),
    },
)

ARRHENIUS = ShelfModel(
    name="arrhenius",
    function=arrhenius,
    start=start_arrhenius,
    equation="k = A * exp(-Ea / (R * T)), R = 8.31446261815324 J/(mol K)",
    independent=("T",),
    source="S. Arrhenius, Z. phys. Chem. 4, 226, 1889; R from CODATA 2018",
    quantities={
        "k_298": Quantity("k(298.15)", "[k]", value=lambda A, Ea: arrhenius(ROOM, A, Ea)),
    },
)
