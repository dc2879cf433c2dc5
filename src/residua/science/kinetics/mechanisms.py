"""Integrated rate laws of first-order steps together: reversible and consecutive reactions."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.divided import difference_of_exponentials
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))
BOOK = "P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20D"
# Trial logarithms of rates with the last time at 1.
RATES = np.linspace(-4.0, 6.0, 40)


def reversible(
    t: Annotated[Array, Doc("time, any shape")],
    A0: Annotated[float, Doc("concentration of A at t = 0"), unit("[A]")],
    k1: Annotated[float, Doc("rate coefficient forward, positive"), unit("1/[t]")],
    k_1: Annotated[float, Doc("rate coefficient backward, positive"), unit("1/[t]")],
) -> Array:
    """A reversible first-order reaction, A to B and back, with no B at first.

    A = A0 / (k1 + k_1) * (k1 * exp(-(k1 + k_1) * t) + k_1)

    Returns:
        A, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20C.

    >>> import numpy as np
    >>> reversible(np.array([0.0, 1e3]), A0=4.0, k1=3.0, k_1=1.0)
    array([4., 1.])
    """
    total = k1 + k_1
    return A0 / total * (k1 * np.exp(-total * t) + k_1)


def consecutive_intermediate(
    t: Annotated[Array, Doc("time, not negative, any shape")],
    A0: Annotated[float, Doc("concentration of A at t = 0"), unit("[B]")],
    k1: Annotated[float, Doc("rate coefficient of A to B, positive"), unit("1/[t]")],
    k2: Annotated[float, Doc("rate coefficient of B to C, positive"), unit("1/[t]")],
) -> Array:
    """The intermediate B of two consecutive first-order reactions, A to B to C, from A alone.

    B = A0 * k1 / (k2 - k1) * (exp(-k1 * t) - exp(-k2 * t))

    Equal rates are their limit, not a division by zero. Swapping k1 with k2 gives the same curve
    with A0 times k1 / k2; the automatic start takes the first step as the faster, k1 > k2.

    Returns:
        B, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20D.

    >>> import numpy as np
    >>> B = consecutive_intermediate(np.array([0.0, 1.0]), A0=np.e, k1=1.0, k2=1.0)
    >>> print(B.round(12))
    [0. 1.]
    """
    return A0 * k1 * t * difference_of_exponentials(k1 * t, k2 * t)


def consecutive_product(
    t: Annotated[Array, Doc("time, not negative, any shape")],
    A0: Annotated[float, Doc("concentration of A at t = 0"), unit("[C]")],
    k1: Annotated[float, Doc("rate coefficient of A to B, positive"), unit("1/[t]")],
    k2: Annotated[float, Doc("rate coefficient of B to C, positive"), unit("1/[t]")],
) -> Array:
    """The product C of two consecutive first-order reactions, A to B to C, from A alone.

    C = A0 * (1 - (k2 * exp(-k1 * t) - k1 * exp(-k2 * t)) / (k2 - k1))

    Equal rates are their limit. Swapping k1 with k2 leaves C unchanged; the automatic start takes
    the first step as the faster, k1 > k2.

    Returns:
        C, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20D.

    >>> import numpy as np
    >>> C = consecutive_product(np.array([0.0, 1.0]), A0=np.e, k1=1.0, k2=1.0)
    >>> print(C.round(6))
    [0.       0.718282]
    """
    return A0 * (-np.expm1(-k1 * t) - k1 * t * difference_of_exponentials(k1 * t, k2 * t))


def consecutive(species: str = "B") -> ShelfModel:
    """Make the model of one species of A to B to C, both steps first order.

    Args:
        species: "B", the intermediate (by default), or "C", the product; A alone is "first_order".

    Returns:
        The ShelfModel of its concentration against time.

    Raises:
        ModelError: there is no such species.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20D.

    >>> consecutive(species="C").function.__name__
    'consecutive_product'
    """
    if species not in ("B", "C"):
        raise ModelError(
            f"The model 'consecutive' has no species {species!r}.",
            causes=('its species are "B" and "C"', "A decays by itself"),
            next='rs.model("first_order")' if species == "A" else 'rs.model("consecutive")',
        )
    middle = species == "B"
    return ShelfModel(
        name="consecutive",
        function=consecutive_intermediate if middle else consecutive_product,
        start=start_intermediate if middle else start_product,
        equation=INTERMEDIATE if middle else PRODUCT,
        independent=("t",),
        source=BOOK,
        bounds={"k1": POSITIVE, "k2": POSITIVE},
        options={"species": species},
        quantities=PEAK,
    )


def start_reversible(t: Any, A: Any) -> dict[str, float]:
    """Scan the sum of the rates; what decays and what stays are linear."""

    def read(s: Any, c: Any) -> dict[str, float]:
        total, A0 = np.exp(s[0]), c[0] + c[1]
        # Rates are positive, whatever noise says.
        share = float(np.clip(c[0] / A0, 1e-3, 1.0 - 1e-3)) if A0 else 0.5
        return {"A0": A0, "k1": share * total, "k_1": (1.0 - share) * total}

    return scanned(
        t,
        A,
        [RATES],
        lambda u, s: (np.exp(-np.exp(s) * u), np.ones_like(u)),
        read,
        {"A0": (0, 1), "k1": (-1, 0), "k_1": (-1, 0)},
    )


def start_intermediate(t: Any, B: Any) -> dict[str, float]:
    """Scan both rates, the first step the faster; the concentration is linear."""

    def basis(u: Array, s: Any, gap: Any) -> tuple[Any]:
        return (consecutive_intermediate(np.maximum(u, 0.0), 1.0, np.exp(s + gap), np.exp(s)),)

    return _scan(t, B, basis)


def start_product(t: Any, C: Any) -> dict[str, float]:
    """Scan both rates, the first step the faster; the concentration is linear."""

    def basis(u: Array, s: Any, gap: Any) -> tuple[Any]:
        return (consecutive_product(np.maximum(u, 0.0), 1.0, np.exp(s + gap), np.exp(s)),)

    return _scan(t, C, basis)


def _scan(t: Any, y: Any, basis: Any) -> dict[str, float]:
    return scanned(
        t,
        y,
        [RATES[:32], np.linspace(0.05, 6.0, 18)],
        basis,
        lambda s, c: {"A0": c[0], "k1": np.exp(s[0] + s[1]), "k2": np.exp(s[0])},
        {"A0": (0, 1), "k1": (-1, 0), "k2": (-1, 0)},
        valid=lambda s, gap: gap > 0.0,
        rounds=8,
    )


def _peak_time(k1: Any, k2: Any) -> Any:
    return np.log(k1 / k2) / (k1 - k2)


INTERMEDIATE = "B = A0 * k1 / (k2 - k1) * (exp(-k1 * t) - exp(-k2 * t))"
PRODUCT = "C = A0 * (1 - (k2 * exp(-k1 * t) - k1 * exp(-k2 * t)) / (k2 - k1))"
PEAK = {
    "time_of_peak": Quantity("ln(k1 / k2) / (k1 - k2)", "[t]", value=_peak_time),
    "peak": Quantity(
        "A0 * (k1 / k2)**(k2 / (k2 - k1))",
        "[A]",
        value=lambda A0, k1, k2: A0 * (k1 / k2) ** (k2 / (k2 - k1)),
    ),
}

REVERSIBLE = ShelfModel(
    name="reversible",
    function=reversible,
    start=start_reversible,
    equation="A = A0 / (k1 + k_1) * (k1 * exp(-(k1 + k_1) * t) + k_1)",
    independent=("t",),
    source="P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20C",
    bounds={"k1": POSITIVE, "k_1": POSITIVE},
    quantities={
        "equilibrium_constant": Quantity("k1 / k_1", "1", value=lambda k1, k_1: k1 / k_1),
        "lifetime": Quantity("1 / (k1 + k_1)", "[t]", value=lambda k1, k_1: 1.0 / (k1 + k_1)),
        "half_life": Quantity(
            "ln 2 / (k1 + k_1)", "[t]", value=lambda k1, k_1: LOG_TWO / (k1 + k_1)
        ),
        "equilibrium": Quantity(
            "A0 * k_1 / (k1 + k_1)", "[A]", value=lambda A0, k1, k_1: A0 * k_1 / (k1 + k_1)
        ),
    },
)
