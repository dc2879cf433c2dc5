"""The cubic spline through free values at given knots: linear in its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array, size_of, tidy
from residua.science.meaning import signature_of
from residua.science.registry import ShelfModel

MOST_KNOTS = 100
ENDS = {"natural": 3, "not-a-knot": 4}  # the fewest knots each needs
SOURCE = "C. de Boor, A Practical Guide to Splines, 2001, chapter IV"

DOC = """The cubic spline with given values at its knots ({ends} ends).

{equation}

Knots: {knots}.

Returns:
    y, of the shape of x.

Source: {source}.

>>> from residua.science import get
>>> float(get("spline", knots=3, low=0.0, high=2.0).function(1.0, 5.0, 7.0, 5.0))
7.0
"""


def spline(
    knots: int | str | Sequence[float] = 5,
    low: float = 0.0,
    high: float = 1.0,
    ends: str = "natural",
) -> ShelfModel:
    """Make the cubic spline whose parameters s0, s1, ... are its values at the knots.

    y = s0 * C0(x) + s1 * C1(x) + ..., with Ck the spline that is 1 at knot k and 0 at the others

    Args:
        knots: how many knots, evenly from `low` to `high`; or their places in rising order, as
            numbers or as text such as "0, 1, 2.5, 4". At most 100.
        low: the first knot, in [x], where `knots` is a number.
        high: the last knot, in [x], where `knots` is a number.
        ends: "natural" (no curvature at the ends, straight lines beyond) or "not-a-knot" (the two
            outermost pieces at either end are one cubic, continued beyond).

    Returns:
        The ShelfModel. It is linear in its parameters, so that its start is the answer.

    Raises:
        ModelError: too few or too many knots, knots that do not rise, or unknown ends.

    Source: C. de Boor, A Practical Guide to Splines, 2001, chapter IV.

    >>> import numpy as np
    >>> line = spline(knots="0, 1, 3").function(np.array([-1.0, 2.0]), s0=1.0, s1=3.0, s2=7.0)
    >>> print(line.round(12))
    [-1.  5.]
    """
    places = _places(knots, low, high, ends)
    names = tuple(f"s{k}" for k in range(places.size))
    heights = {
        name: Annotated[float, Doc(f"value at x = {at:.6g}"), unit("[y]")]
        for name, at in zip(names, places)
    }
    equation = "y = " + " + ".join(f"{name} * C{k}(x)" for k, name in enumerate(names))
    pieces = _pieces(places, ends)
    function = _summed(heights, places, pieces, ends == "natural")
    function.__doc__ = DOC.format(
        ends=ends,
        equation=equation,
        knots=", ".join(f"{at:.6g}" for at in places),
        source=SOURCE,
    )
    return ShelfModel(
        name="spline",
        function=function,
        start=lambda x, y: start_spline(x, y, places, pieces, ends == "natural"),
        equation=equation,
        independent=("x",),
        source=SOURCE,
        options={"knots": ", ".join(repr(float(at)) for at in places), "ends": ends},
    )


def start_spline(x: Any, y: Any, knots: Array, pieces: Array, natural: bool) -> dict[str, float]:
    """The least-squares spline itself; of least norm where data are too few."""
    x, y = tidy(x, y, bins=np.iinfo(np.int64).max)
    columns = _columns(x, knots, pieces, natural)
    norms = np.sqrt(np.sum(columns**2, axis=0))
    norms = np.where(norms > 0, norms, 1.0)
    height = size_of(y)
    values = np.linalg.lstsq(columns / norms, y / height, rcond=None)[0] / norms * height
    return {f"s{k}": float(value) for k, value in enumerate(values)}


def _places(knots: Any, low: float, high: float, ends: str) -> Array:
    """The knots as numbers, or an error that says what is wrong with them."""
    if not isinstance(ends, str) or ends not in ENDS:
        raise ModelError(
            f"A spline cannot have {ends!r} ends.",
            causes=(f"the ends are: {', '.join(ENDS)}",),
            next='rs.model("spline", knots=8, low=0.0, high=10.0, ends="natural")',
        )
    try:
        if isinstance(knots, (int, np.integer)) and not isinstance(knots, bool):
            # Without the check a count of 10**9 would ask for all memory first.
            places = np.linspace(low, high, min(max(int(knots), 0), MOST_KNOTS + 1))
        else:
            parts = knots.replace(",", " ").split() if isinstance(knots, str) else knots
            places = np.array([float(part) for part in parts])
    except (TypeError, ValueError):
        places = np.zeros(0)
    rising = np.all(np.isfinite(places)) and np.all(np.diff(places) > 0)
    if not ENDS[ends] <= places.size <= MOST_KNOTS or not rising:
        raise ModelError(
            f"A spline cannot have the knots {knots!r}.",
            causes=(
                f"with {ends} ends there are {ENDS[ends]} to {MOST_KNOTS} knots",
                "their places rise, as numbers or as text",
                "with a number of knots, low lies below high",
            ),
            next='rs.model("spline", knots=8, low=0.0, high=10.0)',
        )
    return places


def _pieces(knots: Array, ends: str) -> Array:
    """Slope, half the curvature and a sixth of the third derivative at the left of every piece.

    Of shape (3, pieces, knots): linear in the values at the knots. The second derivatives M at the
    knots follow from continuity of the slope (de Boor, chapter IV).
    """
    count, gap = knots.size, np.diff(knots)
    one = np.eye(count)
    chord = (one[1:] - one[:-1]) / gap[:, None]
    left, right = np.zeros((count, count)), np.zeros((count, count))
    for k in range(1, count - 1):
        left[k, k - 1 : k + 2] = gap[k - 1], 2.0 * (gap[k - 1] + gap[k]), gap[k]
        right[k] = 6.0 * (chord[k] - chord[k - 1])
    if ends == "natural":
        left[0, 0] = left[-1, -1] = 1.0
    else:  # the third derivative does not jump at the second and the last knot but one
        left[0, :3] = gap[1], -(gap[0] + gap[1]), gap[0]
        left[-1, -3:] = gap[-1], -(gap[-2] + gap[-1]), gap[-2]
    bend = np.linalg.solve(left, right)
    slope = chord - gap[:, None] * (2.0 * bend[:-1] + bend[1:]) / 6.0
    return np.stack([slope, 0.5 * bend[:-1], (bend[1:] - bend[:-1]) / (6.0 * gap[:, None])])


def _columns(x: Any, knots: Array, pieces: Array, natural: bool) -> Any:
    """The cardinal splines at x, shape (*x.shape, knots): increments of all pieces up to x."""
    beyond = np.expand_dims(x, -1)
    low, high = np.zeros(knots.size - 1), np.diff(knots)
    if not natural:  # the outermost cubics go on
        low[0], high[-1] = -np.inf, np.inf
    run = beyond - knots[:-1]
    # At a knot exactly one piece has a slope, the one on its left: so derivatives by x are right.
    run = np.where(run <= low, low, np.where(run > high, high, run))
    slope, bend, jerk = pieces
    total = np.eye(knots.size)[0] + run @ slope + (run * run) @ bend + (run * run * run) @ jerk
    if not natural:
        return total
    gap = high[-1]
    last = slope[-1] + gap * (2.0 * bend[-1] + 3.0 * gap * jerk[-1])
    before, after = beyond - knots[0], beyond - knots[-1]
    before, after = np.where(before > 0, 0.0, before), np.where(after <= 0, 0.0, after)
    return total + before * slope[0] + after * last


def _summed(heights: Mapping[str, Any], knots: Array, pieces: Array, natural: bool) -> Any:
    """The function of x and the values, with a signature that names them."""
    x = Annotated[Array, Doc("independent variable, any shape")]
    signature = signature_of({"x": x, **heights})

    def spline(*args: Any, **values: Any) -> Any:
        x, *terms = signature.bind(*args, **values).arguments.values()
        columns = _columns(x, knots, pieces, natural)
        total = 0.0
        for k, term in enumerate(terms):
            total = total + term * columns[..., k]
        return total

    spline.__signature__ = signature  # type: ignore[attr-defined]
    return spline
