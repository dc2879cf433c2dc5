"""Periodic models: the sine with an offset."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import (
    Array,
    centered,
    explained,
    finite,
    search,
    tidy,
    unit_interval,
)
from residua.science.registry import ShelfModel

# Trial frequencies for each cycle over the whole range: the peak of a fit of a sine is about one
# such cycle wide, so a quarter of it cannot be missed.
OVERSAMPLING = 4
# How far beyond half a cycle for each row, on average, unevenly spaced data are searched (the
# default of J. T. VanderPlas, Astrophys. J. Suppl. 236, 16, 2018). Fewer rows than this cannot tell
# so many frequencies apart: with 7 a false one then wins in a quarter of noisy data, not a twelfth.
UNEVEN = 5.0
FEW_ROWS = 10
# Time is rounded to this many cells for each half cycle of the highest frequency: the phase is then
# wrong by at most pi/16, which hides 1 % of the power.
CELLS = 8
# Beyond this many cells the highest frequencies are given up, rather than time and memory.
MOST_CELLS = 1 << 19
# Rows used to sharpen the frequency found.
SHARPENING_ROWS = 4096


def sine(
    t: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude: Annotated[float, Doc("half the distance from trough to crest"), unit("[y]")],
    frequency: Annotated[float, Doc("cycles for each unit of t"), unit("1/[t]")],
    phase: Annotated[float, Doc("phase at t = 0"), unit("rad")],
    offset: Annotated[float, Doc("mean level"), unit("[y]")],
) -> Array:
    """A sine wave about an offset.

    y = offset + amplitude * sin(2 * pi * frequency * t + phase)

    Turning the sign of amplitude and adding pi to phase leaves y unchanged; the automatic start
    takes amplitude > 0, frequency > 0 and phase in (-pi, pi].

    Returns:
        y, of the shape of t.

    Source: N. R. Lomb, Astrophys. Space Sci. 39, 447, 1976 (as a least-squares model).

    >>> import numpy as np
    >>> sine(np.array([0.0, 0.25]), amplitude=2.0, frequency=1.0, phase=0.0, offset=1.0)
    array([1., 3.])
    """
    return offset + amplitude * np.sin(2.0 * np.pi * frequency * t + phase)


def start_sine(t: Any, y: Any) -> dict[str, float]:
    """Scan the frequency; the sine, the cosine and the offset are linear.

    The scan is the least-squares periodogram with a floating mean (M. Zechmeister and M. Kürster,
    Astron. Astrophys. 496, 577, 2009), its sums taken by FFT (W. H. Press and G. B. Rybicki,
    Astrophys. J. 338, 277, 1989), so any spacing of t will do, in O(n log n).
    """
    t, y = tidy(t, y, bins=np.iinfo(np.int64).max)
    u, origin, width = unit_interval(t)
    v, middle, height = centered(y)
    near = _best_frequency(u, v)
    step = -(-t.size // SHARPENING_ROWS)
    u, v = u[::step], v[::step]

    def basis(f: Any) -> tuple[Any, Any, Any]:
        angle = 2.0 * np.pi * f * u
        return np.ones_like(u), np.sin(angle), np.cos(angle)

    gap = 0.5 / OVERSAMPLING
    found = search(basis, [np.array([near - gap, near, near + gap])], v)
    f = found.nonlinear[0]
    level, a, b = (float(c) for c in found.linear)
    # a sin(z) + b cos(z) = amplitude sin(z + atan2(b, a)); then from u back to t.
    phase = np.arctan2(b, a) - 2.0 * np.pi * f * origin / width
    start = {
        "amplitude": height * float(np.hypot(a, b)),
        "frequency": f / width,
        "phase": float(np.pi - (np.pi - phase) % (2.0 * np.pi)),
        "offset": middle + height * level,
    }
    fallback = (height, 1.0 / width, 0.0, middle)
    return finite(start, dict(zip(start, fallback)))


def _best_frequency(u: Array, v: Array) -> float:
    """The trial frequency, in cycles over the range, whose sine explains most."""
    gaps = np.diff(np.unique(u))
    if gaps.size < 2:
        return 1.0
    # Half a cycle for each gap. Uneven spacing has narrower gaps and can tell more apart.
    beyond = UNEVEN if gaps.size >= FEW_ROWS else 1.0
    highest = min(0.5 / float(gaps.min()), 0.5 * gaps.size * beyond)
    cells = min(1 << int(np.ceil(np.log2(2 * CELLS * highest))), MOST_CELLS)
    highest = min(highest, cells / (2 * CELLS))
    count = max(int(OVERSAMPLING * highest), 1)
    place = np.rint(u * cells).astype(np.int64)
    length = 2 * OVERSAMPLING * cells  # twice: the sums at 2 f are read from the same transform
    ones = np.fft.rfft(np.bincount(place, minlength=cells + 1).astype(float), length)
    data = np.fft.rfft(np.bincount(place, weights=v, minlength=cells + 1), length)
    k = 2 * np.arange(1, count + 1)
    gain = explained(*_normal_equations(float(u.size), ones[k], ones[2 * k], data[k], v.sum()))
    return float((1 + int(np.argmax(gain))) / OVERSAMPLING)


def _normal_equations(
    n: float, ones: Any, ones_twice: Any, data: Any, total: float
) -> tuple[Array, Array]:
    """Gram matrices and moments of (1, sin, cos) at every frequency, from the Fourier sums.

    A Fourier sum is sum(cos) - i sum(sin); products of sine and cosine follow from twice the angle.
    """
    s, c = -ones.imag, ones.real
    sin2, cos2 = -ones_twice.imag, ones_twice.real
    n_all = np.full_like(s, n)
    rows = [[n_all, s, c], [s, 0.5 * (n - cos2), 0.5 * sin2], [c, 0.5 * sin2, 0.5 * (n + cos2)]]
    gram = np.moveaxis(np.array(rows), 2, 0)
    moments = np.stack([np.full_like(s, total), -data.imag, data.real], axis=1)
    return gram, moments


SINE = ShelfModel(
    name="sine",
    function=sine,
    start=start_sine,
    equation="y = offset + amplitude * sin(2 * pi * frequency * t + phase)",
    independent=("t",),
    source="N. R. Lomb, Astrophys. Space Sci. 39, 447, 1976",
)
