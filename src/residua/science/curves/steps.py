"""Steps and rectangles: edges of a chosen form."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.curves.step_forms import StepForm, step_form
from residua.science.estimates import (
    Array,
    clipped_exp,
    finite,
    search,
    size_of,
    tidy,
    unit_interval,
)
from residua.science.registry import Quantity, ShelfModel

STEP = "y = amplitude * S((x - center) / width)"
RECTANGLE = "y = amplitude * (S((x - center1) / width1) - S((x - center2) / width2))"
# Where a center may lie beyond the data, in their range.
OUTSIDE = np.array([0.05, 0.15, 0.3])
# Places and widths that the scan for the two edges of a rectangle tries.
EDGES, EDGE_WIDTHS = 28, 6

STEP_DOC = """A step from 0 to a level, of the form {form!r}.

{equation}

Returns:
    y, of the shape of x.

Source: {source}.

>>> from residua.science import get
>>> float(get("step", form={form!r}).function(2.0, amplitude=6.0, center=2.0, width=0.5))
3.0
"""
RECTANGLE_DOC = """A step up and a step down again, of the form {form!r}.

{equation}

Returns:
    y, of the shape of x.

Source: {source}.

>>> from residua.science import get
>>> float(get("rectangle", form={form!r}).function(-1.0, 6.0, -1.0, 1e-9, 1.0, 1e-9).round(6))
3.0
"""


def step(form: str = "erf") -> ShelfModel:
    """Make the step of a given form.

    y = amplitude * S((x - center) / width), with S rising from 0 to 1

    Args:
        form: "erf" (the default; the integral of a Gaussian), "arctan" (of a Lorentzian),
            "logistic" or "linear".

    Returns:
        The ShelfModel, with the parameters amplitude, center and width.

    Raises:
        ModelError: there is no such form.

    Source: NIST Digital Library of Mathematical Functions, section 7.2; each form cites its own.

    >>> import numpy as np
    >>> step(form="linear").function(np.array([0.0, 2.0, 4.0]), 8.0, center=2.0, width=2.0)
    array([0., 4., 8.])
    """
    name, row = step_form("step", form)
    rise = row.rise

    def function(
        x: Annotated[Array, Doc("independent variable, any shape")],
        amplitude: Annotated[float, Doc("height of the step"), unit("[y]")],
        center: Annotated[float, Doc("place where y is half the amplitude"), unit("[x]")],
        width: float,
    ) -> Any:
        return amplitude * rise((x - center) / width)

    equation = f"{STEP}, with S(z) = {row.equation}"
    text = Doc(f"{row.width}; negative for a step down")
    function.__annotations__["width"] = Annotated[float, text, unit("[x]")]
    function.__doc__ = STEP_DOC.format(form=name, equation=equation, source=row.source)
    return ShelfModel(
        name="step",
        function=function,
        start=lambda x, y: start_step(x, y, row),
        equation=equation,
        independent=("x",),
        source=row.source,
        options={"form": name},
    )


def rectangle(form: str = "erf") -> ShelfModel:
    """Make the rectangle of a given form: a step up, a plateau, a step down.

    y = amplitude * (S((x - center1) / width1) - S((x - center2) / width2))

    Args:
        form: "erf" (the default), "arctan", "logistic" or "linear".

    Returns:
        The ShelfModel, with the parameters amplitude, center1, width1, center2 and width2.

    Raises:
        ModelError: there is no such form.

    Source: NIST Digital Library of Mathematical Functions, section 7.2; each form cites its own.

    >>> import numpy as np
    >>> plateau = rectangle(form="linear").function
    >>> x = np.array([0.0, 3.0, 5.0, 9.0])
    >>> plateau(x, 2.0, center1=1.0, width1=1.0, center2=5.0, width2=2.0)
    array([0., 2., 1., 0.])
    """
    name, row = step_form("rectangle", form)
    rise = row.rise

    def function(
        x: Annotated[Array, Doc("independent variable, any shape")],
        amplitude: Annotated[
            float,
            Doc("height between the steps, where they are apart; negative for a trough"),
            unit("[y]"),
        ],
        center1: Annotated[float, Doc("place of the step up"), unit("[x]")],
        width1: float,
        center2: Annotated[float, Doc("place of the step down"), unit("[x]")],
        width2: float,
    ) -> Any:
        # S(-z) = 1 - S(z): seen from the far side, either tail is a difference of small numbers.
        far = x - center1 > center2 - x
        up, down = (x - center1) / width1, (x - center2) / width2
        return amplitude * (rise(np.where(far, -down, up)) - rise(np.where(far, -up, down)))

    equation = f"{RECTANGLE}, with S(z) = {row.equation}"
    for width, way in {"width1": "up", "width2": "down"}.items():
        text = Doc(f"width of the step {way}: {row.width}")
        function.__annotations__[width] = Annotated[float, text, unit("[x]")]
    function.__doc__ = RECTANGLE_DOC.format(form=name, equation=equation, source=row.source)
    return ShelfModel(
        name="rectangle",
        function=function,
        start=lambda x, y: start_rectangle(x, y, row),
        equation=equation,
        independent=("x",),
        source=row.source,
        bounds={"width1": (0.0, np.inf), "width2": (0.0, np.inf)},
        options={"form": name},
        quantities=dict(BETWEEN_STEPS),
    )


BETWEEN_STEPS = {
    "area": Quantity(
        "amplitude * (center2 - center1)",
        "[y][x]",
        value=lambda amplitude, center1, center2: amplitude * (center2 - center1),
    ),
    "length": Quantity(
        "center2 - center1", "[x]", value=lambda center1, center2: center2 - center1
    ),
}


def start_step(x: Any, y: Any, form: StepForm) -> dict[str, float]:
    """Scan center and width, of either sign; the amplitude is linear."""
    x, y = tidy(x, y, bins=128)
    u, origin, width = unit_interval(x)
    height = size_of(y)
    centers = np.concatenate([-OUTSIDE[::-1], np.unique(u), 1.0 + OUTSIDE])
    axes = [centers, _log_widths(u, 10)]

    def searched(sign: float) -> Any:
        def basis(center: Any, log_width: Any) -> tuple[Any]:
            return (form.scanned(sign * (u - center) / np.exp(log_width)),)

        return search(basis, axes, y / height, rounds=10)

    rising, falling = searched(1.0), searched(-1.0)
    sign, found = (-1.0, falling) if falling.cost < 0.999 * rising.cost else (1.0, rising)
    start = {
        "amplitude": height * float(found.linear[0]),
        "center": origin + width * found.nonlinear[0],
        "width": sign * width * clipped_exp(found.nonlinear[1]),
    }
    return finite(start, {"amplitude": height, "center": origin + 0.5 * width, "width": width})


def start_rectangle(x: Any, y: Any, form: StepForm) -> dict[str, float]:
    """Scan both edges with one width, then each with its own; the amplitude is linear."""
    x, y = tidy(x, y, bins=128)
    u, origin, width = unit_interval(x)
    height = size_of(y)

    def edges(first: Any, last: Any, log1: Any, log2: Any) -> tuple[Any]:
        up, down = (u - first) / np.exp(log1), (u - last) / np.exp(log2)
        return (form.scanned(up) - form.scanned(down),)

    places = np.linspace(-0.1, 1.1, EDGES)
    near = search(
        lambda first, last, log: edges(first, last, log, log),
        [places, places, _log_widths(u, EDGE_WIDTHS)],
        y / height,
        valid=lambda first, last, log: last - first > 1e-3,
        rounds=4,
    )
    first, last, log = near.nonlinear
    around = np.array([-1.0, 0.0, 1.0])
    axes = [first + 0.02 * around, last + 0.02 * around, log + around, log + around]
    found = search(
        edges, axes, y / height, valid=lambda first, last, *_: last - first > 1e-3, rounds=8
    )
    first, last, log1, log2 = found.nonlinear
    start = {
        "amplitude": height * float(found.linear[0]),
        "center1": origin + width * first,
        "width1": width * clipped_exp(log1),
        "center2": origin + width * last,
        "width2": width * clipped_exp(log2),
    }
    safe = (height, origin + 0.25 * width, 0.1 * width, origin + 0.75 * width, 0.1 * width)
    return finite(start, dict(zip(start, safe)))


def _log_widths(u: Array, count: int) -> Array:
    """From half the spacing of the data to half of their range."""
    gaps = np.diff(np.unique(u))
    narrowest = max(0.5 * float(np.median(gaps)), 1e-4) if gaps.size else 0.25
    return np.linspace(np.log(min(narrowest, 0.25)), np.log(0.5), count)
