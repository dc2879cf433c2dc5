"""Wells between two exponentials: Morse's potential, and the double exponential."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.potentials.parts import potential, scan, second_virial
from residua.science.registry import Quantity
from residua.science.scans import ladder

# Trial logarithms of a decay with the largest distance at 1.
DECAYS = np.linspace(np.log(0.1), np.log(120.0), 48)


def morse(
    r: Annotated[Array, Doc("distance, such as Å, any shape")],
    D: Annotated[float, Doc("depth of the well"), unit("[u]")],
    alpha: Annotated[float, Doc("inverse width of the well, positive"), unit("1/[r]")],
    r0: Annotated[float, Doc("distance of the minimum, positive"), unit("[r]")],
) -> Array:
    """Morse's potential: a chemical bond that can break, and the metals' first pair potential.

    u = D * (exp(-2 * alpha * (r - r0)) - 2 * exp(-alpha * (r - r0)))

    Returns:
        u, of the shape of r; -D at r0, 0 far away.

    Source: P. M. Morse, Phys. Rev. 34, 57, 1929; L. A. Girifalco and V. G. Weizer, Phys. Rev. 114,
    687, 1959 (metals).

    >>> import numpy as np
    >>> print(morse(np.array([2.2, 3.0]), D=3.8, alpha=1.4, r0=2.2).round(6))
    [-3.8      -2.075184]
    """
    decay = np.exp(-alpha * (r - r0))
    return D * decay * (decay - 2.0)


def double_exponential_pair(
    r: Annotated[Array, Doc("distance, such as Å, any shape")],
    A: Annotated[float, Doc("strength of the repulsion"), unit("[u]")],
    a: Annotated[float, Doc("decay of the repulsion, positive"), unit("1/[r]")],
    B: Annotated[float, Doc("strength of the attraction"), unit("[u]")],
    b: Annotated[float, Doc("decay of the attraction, positive"), unit("1/[r]")],
) -> Array:
    """Repulsion and attraction that each fall off exponentially; Morse's form is a = 2 b.

    u = A * exp(-a * r) - B * exp(-b * r)

    The pairs (A, a) and (-B, b) may be swapped without changing u; the automatic start puts the
    faster decay first, a > b.

    Returns:
        u, of the shape of r.

    Source: X. Wu and B. R. Brooks, AIP Advances 9, 065304, 2019.

    >>> import numpy as np
    >>> r = np.array([2.0, 3.0])
    >>> print(double_exponential_pair(r, A=800.0, a=3.0, B=80.0, b=1.5).round(6))
    [-1.999964 -0.789992]
    """
    return A * np.exp(-a * r) - B * np.exp(-b * r)


def start_morse(r: Any, u: Any) -> dict[str, float]:
    """Scan width and place of the minimum; the depth is linear."""
    return scan(
        r,
        u,
        lambda v: [ladder(v, 1.0, 0.7, 48), DECAYS],
        lambda v, s, a: (morse(v, 1.0, np.exp(a), np.exp(s)),),
        lambda s, c: {"D": c[0], "alpha": np.exp(s[1]), "r0": np.exp(s[0])},
        {"D": (0, 1), "alpha": (-1, 0), "r0": (1, 0)},
        rounds=12,
    )


def start_double_exponential_pair(r: Any, u: Any) -> dict[str, float]:
    """Scan both decays, the faster one first; both strengths are linear."""
    return scan(
        r,
        u,
        [DECAYS, DECAYS],
        lambda v, s, t: (np.exp(-np.exp(s) * v), -np.exp(-np.exp(t) * v)),
        lambda s, c: {"A": c[0], "a": np.exp(s[0]), "B": c[1], "b": np.exp(s[1])},
        {"A": (0, 1), "a": (-1, 0), "B": (0, 1), "b": (-1, 0)},
        # Decays closer than this are one decay with two huge strengths.
        valid=lambda s, t: s - t > 0.02,
        rounds=14,
    )


def _pair_minimum(A: Any, a: Any, B: Any, b: Any) -> Any:
    return np.log(A * a / (B * b)) / (a - b)


MORSE = potential(
    morse,
    start_morse,
    "u = D * (exp(-2 * alpha * (r - r0)) - 2 * exp(-alpha * (r - r0)))",
    "P. M. Morse, Phys. Rev. 34, 57, 1929",
    bounds=("alpha", "r0"),
    quantities={
        "force_constant": Quantity(
            "2 * D * alpha**2, d2u/dr2 at the minimum",
            "[u]/[r]^2",
            value=lambda D, alpha: 2.0 * D * alpha**2,
        ),
        "second_virial": second_virial(2),
    },
)

DOUBLE_EXPONENTIAL_PAIR = potential(
    double_exponential_pair,
    start_double_exponential_pair,
    "u = A * exp(-a * r) - B * exp(-b * r)",
    "X. Wu and B. R. Brooks, AIP Advances 9, 065304, 2019",
    bounds=("a", "b"),
    quantities={
        "r_min": Quantity("ln(A * a / (B * b)) / (a - b)", "[r]", value=_pair_minimum),
        "depth": Quantity(
            "-u(r_min)",
            "[u]",
            value=lambda A, a, B, b: (
                -double_exponential_pair(_pair_minimum(A, a, B, b), A, a, B, b)
            ),
        ),
    },
)
