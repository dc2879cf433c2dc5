"""Excess Gibbs energies by powers of composition: Margules, van Laar, Redlich-Kister."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, finite, search, size_of
from residua.science.meaning import signature_of
from residua.science.registry import ShelfModel
from residua.science.thermodynamics.activity import quantities
from residua.science.thermodynamics.activity_starts import compositions

MARGULES = "M. Margules, Sitzungsber. Akad. Wiss. Wien, Math.-Naturwiss. Kl. II 104, 1243, 1895"
VAN_LAAR_1910 = "J. J. van Laar, Z. phys. Chem. 72, 723, 1910"
REDLICH_KISTER = "O. Redlich and A. T. Kister, Ind. Eng. Chem. 40, 345, 1948"


def margules1(
    x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
    A: Annotated[
        float, Doc("ln gamma of either component infinitely diluted in the other"), unit("")
    ],
) -> Annotated[Array, unit("")]:
    """The one-parameter Margules equation (two-suffix Margules, Porter's equation).

    g = A * x1 * x2, x2 = 1 - x1, where g = G^E / (R * Tabs)

    Returns:
        g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

    Source: A. W. Porter, Trans. Faraday Soc. 16, 336, 1920.

    >>> import numpy as np
    >>> margules1(np.array([0.0, 0.5, 1.0]), A=2.0)
    array([0. , 0.5, 0. ])
    """
    return A * x1 * (1.0 - x1)


def margules(
    x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
    A12: Annotated[
        float, Doc("ln gamma of component 1 infinitely diluted in component 2"), unit("")
    ],
    A21: Annotated[
        float, Doc("ln gamma of component 2 infinitely diluted in component 1"), unit("")
    ],
) -> Annotated[Array, unit("")]:
    """The two-parameter Margules equation (three-suffix Margules).

    g = x1 * x2 * (A21 * x1 + A12 * x2), x2 = 1 - x1, where g = G^E / (R * Tabs)

    Returns:
        g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

    Source: M. Margules, Sitzungsber. Akad. Wiss. Wien, Math.-Naturwiss. Kl. II 104, 1243, 1895.

    >>> import numpy as np
    >>> margules(np.array([0.0, 0.5, 1.0]), A12=2.0, A21=1.0)
    array([0.   , 0.375, 0.   ])
    """
    x2 = 1.0 - x1
    return x1 * x2 * (A21 * x1 + A12 * x2)


def van_laar(
    x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
    A12: Annotated[
        float, Doc("ln gamma of component 1 infinitely diluted in component 2, not 0"), unit("")
    ],
    A21: Annotated[
        float,
        Doc("ln gamma of component 2 infinitely diluted in component 1; of the sign of A12"),
        unit(""),
    ],
) -> Annotated[Array, unit("")]:
    """The van Laar equation.

    g = A12 * A21 * x1 * x2 / (A12 * x1 + A21 * x2), x2 = 1 - x1, where g = G^E / (R * Tabs)

    Returns:
        g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

    Source: J. J. van Laar, Z. phys. Chem. 72, 723, 1910.

    >>> import numpy as np
    >>> van_laar(np.array([0.0, 0.5, 1.0]), A12=2.0, A21=2.0)
    array([0. , 0.5, 0. ])
    """
    x2 = 1.0 - x1
    return A12 * A21 * x1 * x2 / (A12 * x1 + A21 * x2)


def redlich_kister(order: int = 2) -> ShelfModel:
    """Make the Redlich-Kister expansion up to a given power of x1 - x2.

    g = x1 * x2 * (L0 + L1 * (x1 - x2) + ... + L<order> * (x1 - x2)**order), x2 = 1 - x1

    Args:
        order: the highest power, 0 to 12; 2 by default.

    Returns:
        The ShelfModel; its parameters are L0, L1, ... without a unit.

    Raises:
        ModelError: the order is not a whole number from 0 to 12.

    Source: O. Redlich and A. T. Kister, Ind. Eng. Chem. 40, 345, 1948.

    >>> redlich_kister(order=1).function(0.75, L0=1.0, L1=2.0)
    0.375
    """
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= 12:
        raise ModelError(
            f"A Redlich-Kister expansion cannot have order {order!r}.",
            causes=("the order is a whole number from 0 to 12",),
            next='rs.model("redlich_kister", order=2)',
        )
    names = tuple(f"L{k}" for k in range(order + 1))
    powers = ["", " * (x1 - x2)", *(f" * (x1 - x2)**{k}" for k in range(2, order + 1))]
    function = _expansion(names)
    equation = f"g = x1 * x2 * ({' + '.join(map(str.__add__, names, powers))}), x2 = 1 - x1"
    function.__doc__ = _EXPANSION.format(equation=equation)
    return ShelfModel(
        name="redlich_kister",
        function=function,
        start=lambda x1, g: dict(zip(names, _least_squares(x1, g, _redlich_kister(order)))),
        equation=equation,
        independent=("x1",),
        source=REDLICH_KISTER,
        options={"order": order},
        quantities=quantities(function),
    )


_EXPANSION = """The Redlich-Kister expansion of the excess Gibbs energy.

    {equation}

Returns:
    g, excess Gibbs energy over R times the absolute temperature, of the shape of x1, no unit.

Source: O. Redlich and A. T. Kister, Ind. Eng. Chem. 40, 345, 1948.

>>> import residua as rs
>>> rs.models("redlich_kister", order=1).function(0.75, L0=1.0, L1=2.0)
0.375
"""


def _expansion(names: Sequence[str]) -> Any:
    """The function of x1 and these coefficients, with a signature that names them."""
    x1 = Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")]
    coefficients = {
        name: Annotated[float, Doc(f"coefficient of x1 * x2 * (x1 - x2)**{k}"), unit("")]
        for k, name in enumerate(names)
    }
    signature = signature_of({"x1": x1, **coefficients}).replace(
        return_annotation=Annotated[Array, unit("")]
    )

    def redlich_kister(*args: Any, **coefficients: Any) -> Any:
        x1, *rising = signature.bind(*args, **coefficients).arguments.values()
        x2 = 1.0 - x1
        total = rising[-1]
        for coefficient in reversed(rising[:-1]):
            total = total * (x1 - x2) + coefficient
        return x1 * x2 * total

    redlich_kister.__signature__ = signature  # type: ignore[attr-defined]
    return redlich_kister


def _redlich_kister(order: int) -> Any:
    return lambda x1: [x1 * (1.0 - x1) * (2.0 * x1 - 1.0) ** k for k in range(order + 1)]


def _least_squares(x1: Any, g: Any, columns: Any) -> list[float]:
    """The coefficients of these columns themselves; zeros where no composition was measured."""
    x1, g = compositions(x1, g)
    table = np.stack(columns(x1), axis=1)
    height = size_of(g)
    found = height * np.linalg.lstsq(table, g / height, rcond=None)[0]
    return [float(value) if np.isfinite(value) else 0.0 for value in found]


def start_margules1(x1: Any, g: Any) -> dict[str, float]:
    """The least-squares answer itself."""
    return {"A": _least_squares(x1, g, _redlich_kister(0))[0]}


def start_margules(x1: Any, g: Any) -> dict[str, float]:
    """The least-squares answer itself."""
    A12, A21 = _least_squares(x1, g, lambda x: [x * (1.0 - x) ** 2, x**2 * (1.0 - x)])
    return {"A12": A12, "A21": A21}


def start_van_laar(x1: Any, g: Any) -> dict[str, float]:
    """Scan the ratio A21/A12, which is positive; A12 is linear."""
    x1, g = compositions(x1, g)
    height = size_of(g)

    def basis(s: Any) -> tuple[Any]:
        # Divided by the larger of 1 and the ratio, so that no ratio overflows.
        return (x1 * (1.0 - x1) / (np.exp(-s) * x1 + (1.0 - x1)),)

    fallback = {"A12": 1.0, "A21": 1.0}
    if not np.any(x1 * (1.0 - x1) * g):
        return fallback
    found = search(basis, [np.linspace(-4.0, 4.0, 33)], g / height)
    A12 = height * float(found.linear[0])
    # An ideal mixture has no ratio; the equation itself is 0/0 there.
    return finite({"A12": A12, "A21": A12 * float(np.exp(found.nonlinear[0]))}, fallback)


MARGULES1 = ShelfModel(
    name="margules1",
    function=margules1,
    start=start_margules1,
    equation="g = A * x1 * x2, x2 = 1 - x1",
    independent=("x1",),
    source="A. W. Porter, Trans. Faraday Soc. 16, 336, 1920",
    quantities=quantities(margules1),
)

MARGULES2 = ShelfModel(
    name="margules",
    function=margules,
    start=start_margules,
    equation="g = x1 * x2 * (A21 * x1 + A12 * x2), x2 = 1 - x1",
    independent=("x1",),
    source=MARGULES,
    quantities=quantities(margules),
)

VAN_LAAR = ShelfModel(
    name="van_laar",
    function=van_laar,
    start=start_van_laar,
    equation="g = A12 * A21 * x1 * x2 / (A12 * x1 + A21 * x2), x2 = 1 - x1",
    independent=("x1",),
    source=VAN_LAAR_1910,
    quantities=quantities(van_laar),
)
