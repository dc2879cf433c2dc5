"""Integrated rate laws of one reaction: zeroth, first, second and any order."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.curves.lines import least_squares_polynomial
from residua.science.divided import expm1_over, log1p_over
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))
BOOK = "P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B"


def zero_order(
    t: Annotated[Array, Doc("time, any shape")],
    A0: Annotated[float, Doc("concentration at t = 0"), unit("[A]")],
    k: Annotated[float, Doc("rate coefficient; negative for the product"), unit("[A]/[t]")],
) -> Array:
    """A zeroth-order reaction: constant rate, as long as there is something left.

    A = A0 - k * t

    Fit the rows before A0 / k only: a reaction that has stopped is no longer of zeroth order.

    Returns:
        A, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B.

    >>> import numpy as np
    >>> zero_order(np.array([0.0, 2.0, 3.0]), A0=4.0, k=1.0)
    array([4., 2., 1.])
    """
    return A0 - k * t


def first_order(
    t: Annotated[Array, Doc("time, any shape")],
    A0: Annotated[float, Doc("concentration at t = 0"), unit("[A]")],
    k: Annotated[float, Doc("rate coefficient; negative for growth"), unit("1/[t]")],
) -> Array:
    """A first-order reaction, radioactive decay, elimination.

    A = A0 * exp(-k * t)

    Returns:
        A, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B.

    >>> import numpy as np
    >>> first_order(np.array([0.0, np.log(2.0)]), A0=4.0, k=1.0)
    array([4., 2.])
    """
    return A0 * np.exp(-k * t)


def second_order(
    t: Annotated[Array, Doc("time, not negative, any shape")],
    A0: Annotated[float, Doc("concentration at t = 0"), unit("[A]")],
    k: Annotated[float, Doc("rate coefficient in dA/dt = -k A**2"), unit("1/([A][t])")],
) -> Array:
    """A second-order reaction of one substance.

    A = A0 / (1 + k * A0 * t)

    Returns:
        A, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B.

    >>> import numpy as np
    >>> second_order(np.array([0.0, 0.5]), A0=4.0, k=0.5)
    array([4., 2.])
    """
    return A0 / (1.0 + k * A0 * t)


def nth_order(
    t: Annotated[Array, Doc("time, not negative, any shape")],
    A0: Annotated[float, Doc("concentration at t = 0, positive"), unit("[A]")],
    k: Annotated[float, Doc("rate coefficient in dA/dt = -k A**n"), unit("[A]**(1-n)/[t]")],
    n: Annotated[float, Doc("order"), unit("")],
) -> Array:
    """A reaction of any order, whole or not.

    A = A0 * (1 + (n - 1) * k * A0**(n - 1) * t)**(-1 / (n - 1))

    n = 1 is its limit, the exponential, not a division by zero. Below first order the reaction is
    over at a finite time; from then on A = 0.

    Returns:
        A, of the shape of t.

    Source: P. Atkins and J. de Paula, Physical Chemistry, 10th ed., section 20B.

    >>> import numpy as np
    >>> t = np.array([0.0, 1.0])
    >>> print(nth_order(t, 4.0, k=1.0, n=1.0).round(6), nth_order(t, 4.0, k=1.0, n=0.5).round(6))
    [4.       1.471518] [4.   2.25]
    """
    # k A0**(n-1) is the rate at which the first of A would disappear.
    return A0 * _left(n - 1.0, k * A0 ** (n - 1.0) * t)


def _left(m: Any, elapsed: Any) -> Any:
    """(1 + m elapsed)**(-1/m): the share left, exp(-elapsed) for m = 0, 0 once it is used up."""
    z = m * elapsed
    over = z <= -1.0
    share = np.exp(-np.where(over, 0.0, elapsed) * log1p_over(np.where(over, 0.0, z)))
    return np.where(over, 0.0, share)


def start_zero_order(t: Any, A: Any) -> dict[str, float]:
    """The least-squares line itself."""
    A0, slope = least_squares_polynomial(t, A, degree=1)
    return {"A0": A0, "k": -slope}


def start_first_order(t: Any, A: Any) -> dict[str, float]:
    """Scan the rate, of either sign; the first concentration is linear."""
    reach = np.arcsinh(300.0)

    def growth(s: Any) -> Any:
        return np.maximum(-np.sinh(s), 0.0)

    return scanned(
        t,
        A,
        [np.linspace(-reach, reach, 80)],
        # Divided by its largest value, so that growth cannot overflow.
        lambda u, s: (np.exp(-np.sinh(s) * u - growth(s)),),
        lambda s, c: {"A0": c[0] * np.exp(-growth(s[0])), "k": np.sinh(s[0])},
        {"A0": (0, 1), "k": (-1, 0)},
    )


def start_second_order(t: Any, A: Any) -> dict[str, float]:
    """Scan the half-life; the first concentration is linear."""
    return scanned(
        t,
        A,
        [np.linspace(-7.0, 4.0, 60)],
        lambda u, s: (1.0 / (1.0 + np.exp(-s) * np.maximum(u, 0.0)),),
        lambda s, c: {"A0": c[0], "k": np.exp(-s[0]) / (c[0] or 1.0)},
        {"A0": (0, 1), "k": (-1, -1)},
    )


def start_nth_order(t: Any, A: Any) -> dict[str, float]:
    """Scan half-life and order, which hardly depend on each other; the concentration is linear."""

    def rate(s: Any, n: Any) -> Any:
        # The half-life is (2**(n-1) - 1) / ((n-1) k A0**(n-1)).
        m = np.where(n == 1.0, 1e-9, n - 1.0)
        return np.exp(-s) * np.expm1(m * LOG_TWO) / m

    def read(s: Any, c: Any) -> dict[str, float]:
        A0 = abs(c[0]) or 1.0
        return {"A0": A0, "k": float(rate(*s)) * A0 ** (1.0 - s[1]), "n": s[1]}

    return scanned(
        t,
        A,
        [np.linspace(-6.0, 3.0, 34), np.linspace(-0.6, 5.0, 29)],
        lambda u, s, n: (_left(n - 1.0, rate(s, n) * np.maximum(u, 0.0)),),
        read,
        lambda start: {"A0": (0, 1), "k": (-1, 1.0 - start["n"]), "n": (0, 0)},
        rounds=9,
    )


ZERO_ORDER = ShelfModel(
    name="zero_order",
    function=zero_order,
    start=start_zero_order,
    equation="A = A0 - k * t",
    independent=("t",),
    source=BOOK,
    quantities={
        "half_life": Quantity("A0 / (2 * k)", "[t]", value=lambda A0, k: A0 / (2.0 * k)),
        "end": Quantity("A0 / k", "[t]", value=lambda A0, k: A0 / k),
    },
)

FIRST_ORDER = ShelfModel(
    name="first_order",
    function=first_order,
    start=start_first_order,
    equation="A = A0 * exp(-k * t)",
    independent=("t",),
    source=BOOK,
    quantities={
        "half_life": Quantity("ln 2 / k", "[t]", value=lambda k: LOG_TWO / k),
        "lifetime": Quantity("1 / k", "[t]", value=lambda k: 1.0 / k),
    },
)

SECOND_ORDER = ShelfModel(
    name="second_order",
    function=second_order,
    start=start_second_order,
    equation="A = A0 / (1 + k * A0 * t)",
    independent=("t",),
    source=BOOK,
    quantities={
        "half_life": Quantity("1 / (k * A0)", "[t]", value=lambda A0, k: 1.0 / (k * A0)),
    },
)

NTH_ORDER = ShelfModel(
    name="nth_order",
    function=nth_order,
    start=start_nth_order,
    equation="A = A0 * (1 + (n - 1) * k * A0**(n - 1) * t)**(-1 / (n - 1))",
    independent=("t",),
    source=BOOK,
    bounds={"A0": POSITIVE},
    quantities={
        "half_life": Quantity(
            "(2**(n - 1) - 1) / ((n - 1) * k * A0**(n - 1))",
            "[t]",
            value=lambda A0, k, n: (
                LOG_TWO * expm1_over((n - 1.0) * LOG_TWO) / (k * A0 ** (n - 1.0))
            ),
        ),
    },
)
