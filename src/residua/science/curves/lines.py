"""Models linear in their parameters: constant, line, polynomial. Their start is the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, size_of, tidy
from residua.science.meaning import signature_of
from residua.science.registry import ShelfModel

LEGENDRE = "A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805"


def constant(
    x: Annotated[Array, Doc("independent variable, which does not matter, any shape")],
    c: Annotated[float, Doc("the constant"), unit("[y]")],
) -> Array:
    """A constant: a background, a plateau, a mean with its standard error.

    y = c + 0 * x

    Returns:
        y, of the shape of x.

    Source: A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.

    >>> import numpy as np
    >>> constant(np.array([0.0, 1.0]), c=3.0)
    array([3., 3.])
    """
    # 0 x gives the constant the shape of x.
    return c + 0.0 * x


def start_constant(x: Any, y: Any) -> dict[str, float]:
    """The mean."""
    return {"c": least_squares_polynomial(x, y, degree=0)[0]}


def line(
    x: Annotated[Array, Doc("independent variable, any shape")],
    slope: Annotated[float, Doc("change of y for each unit of x"), unit("[y]/[x]")],
    intercept: Annotated[float, Doc("value at x = 0"), unit("[y]")],
) -> Array:
    """A straight line.

    y = slope * x + intercept

    Returns:
        y, of the shape of x.

    Source: A.-M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes, 1805.

    >>> import numpy as np
    >>> line(np.array([0.0, 1.0, 2.0]), slope=2.0, intercept=1.0)
    array([1., 3., 5.])
    """
    return slope * x + intercept


def start_line(x: Any, y: Any) -> dict[str, float]:
    """The least-squares line itself."""
    intercept, slope = least_squares_polynomial(x, y, degree=1)
    return {"slope": slope, "intercept": intercept}


def polynomial(degree: int = 2) -> ShelfModel:
    """Make the polynomial of a given degree, with parameters c0, c1, ... in rising order.

    y = c0 + c1 * x + ... + c<degree> * x**degree

    Args:
        degree: the highest power, 0 to 30; 2 (a parabola) by default.

    Returns:
        The ShelfModel; its function is evaluated by Horner's rule.

    Raises:
        ModelError: the degree is not a whole number from 0 to 30.

    Source: W. G. Horner, Phil. Trans. R. Soc. 109, 308, 1819 (evaluation).

    >>> polynomial(degree=1).function(2.0, c0=1.0, c1=3.0)
    7.0
    """
    # Beyond 30 the powers of one number no longer fit into a double's 53 bits.
    if isinstance(degree, bool) or not isinstance(degree, int) or not 0 <= degree <= 30:
        raise ModelError(
            f"A polynomial cannot have degree {degree!r}.",
            causes=("the degree is a whole number from 0 to 30",),
            next='rs.model("polynomial", degree=3)',
        )
    names = tuple(f"c{k}" for k in range(degree + 1))
    terms = [("c0", "c1 * x")[k] if k < 2 else f"c{k} * x**{k}" for k in range(degree + 1)]
    return ShelfModel(
        name="polynomial",
        function=_horner({name: _meaning(k) for k, name in enumerate(names)}),
        start=lambda x, y: dict(zip(names, least_squares_polynomial(x, y, degree))),
        equation="y = " + " + ".join(terms),
        independent=("x",),
        source=LEGENDRE,
        options={"degree": degree},
    )


def least_squares_polynomial(x: Any, y: Any, degree: int) -> list[float]:
    """Coefficients of the least-squares polynomial, rising; of least norm if data are too few.

    Every row is used. x is scaled to size 1 first, so that powers of nanometers or of 10^9 s
    neither vanish nor overflow.
    """
    x, y = tidy(x, y, bins=np.iinfo(np.int64).max)
    width, height = size_of(x), size_of(y)
    powers = np.vander(x / width, degree + 1, increasing=True)
    scaled = np.linalg.lstsq(powers, y / height, rcond=None)[0]
    return [float(c) * height / width**k for k, c in enumerate(scaled)]


def _meaning(power: int) -> Any:
    if power == 0:
        return Annotated[float, Doc("value at x = 0"), unit("[y]")]
    if power == 1:
        return Annotated[float, Doc("slope at x = 0"), unit("[y]/[x]")]
    return Annotated[float, Doc(f"coefficient of x**{power}"), unit(f"[y]/[x]**{power}")]


def _horner(coefficients: Mapping[str, Any]) -> Any:
    """The function of x and these coefficients, with a signature that names them."""
    x = Annotated[Array, Doc("independent variable, any shape")]
    signature = signature_of({"x": x, **coefficients})

    def polynomial(*args: Any, **named: Any) -> Any:
        x, *rising = signature.bind(*args, **named).arguments.values()
        # 0 x gives even a constant the shape of x.
        total = rising[-1] + 0.0 * x
        for coefficient in reversed(rising[:-1]):
            total = total * x + coefficient
        return total

    polynomial.__signature__ = signature  # type: ignore[attr-defined]
    polynomial.__doc__ = f"The polynomial with coefficients {', '.join(coefficients)} at x."
    return polynomial


CONSTANT = ShelfModel(
    name="constant",
    function=constant,
    start=start_constant,
    equation="y = c + 0 * x",
    independent=("x",),
    source=LEGENDRE,
)

LINE = ShelfModel(
    name="line",
    function=line,
    start=start_line,
    equation="y = slope * x + intercept",
    independent=("x",),
    source=LEGENDRE,
)
