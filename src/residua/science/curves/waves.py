"""Waves that change: the damped sine and the linear chirp."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.curves.periodic import OVERSAMPLING, SHARPENING_ROWS
from residua.science.curves.wave_scans import forward, resolution, scaled, strongest
from residua.science.estimates import Array, Found, clipped_exp, finite, search
from residua.science.registry import Quantity, ShelfModel

# Decay rates tried first, in e-folds over the whole range; negative for a growing wave.
DECAYS = np.array([-3.0, -1.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
# Sweeps tried are this far apart, in cycles over the whole range: the phase of the nearest is then
# wrong by at most an eighth of a cycle, once the frequency has made up for the rest.
SWEEP_STEP = 2.0
# Most cells of all transforms of a scan together: long data have fewer sweeps tried.
MOST_WORK = 1 << 23
# The best of this many sweeps are tried in full: over a few cycles the sum at a frequency also sees
# its negative.
CHIRPS = 6
# Frequencies, in cycles over the whole range, up to which chirps are looked for first.
BANDS = (64.0, 512.0)


def damped_sine(
    t: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude: Annotated[float, Doc("amplitude at t = 0"), unit("[y]")],
    frequency: Annotated[float, Doc("cycles for each unit of t"), unit("1/[t]")],
    phase: Annotated[float, Doc("phase at t = 0"), unit("rad")],
    rate: Annotated[
        float, Doc("rate of decay of the amplitude; negative for growth"), unit("1/[t]")
    ],
    offset: Annotated[float, Doc("level approached at late times"), unit("[y]")],
) -> Array:
    """A sine wave that decays exponentially toward an offset: ringing, relaxation, free decay.

    y = offset + amplitude * exp(-rate * t) * sin(2 * pi * frequency * t + phase)

    Turning the sign of amplitude and adding pi to phase leaves y unchanged; the automatic start
    takes amplitude > 0, frequency > 0 and phase in (-pi, pi].

    Returns:
        y, of the shape of t.

    Source: L. D. Landau and E. M. Lifshitz, Mechanics, 3rd ed., section 25.

    >>> import numpy as np
    >>> y = damped_sine(np.array([0.25, 1.25]), 2.0, 1.0, phase=0.0, rate=0.0, offset=1.0)
    >>> print(y)
    [3. 3.]
    """
    return offset + amplitude * np.exp(-rate * t) * np.sin(2.0 * np.pi * frequency * t + phase)


def chirp(
    t: Annotated[Array, Doc("independent variable, mostly time, any shape")],
    amplitude: Annotated[float, Doc("half the distance from trough to crest"), unit("[y]")],
    frequency: Annotated[float, Doc("cycles for each unit of t at t = 0"), unit("1/[t]")],
    sweep: Annotated[float, Doc("change of the frequency for each unit of t"), unit("1/[t]**2")],
    phase: Annotated[float, Doc("phase at t = 0"), unit("rad")],
    offset: Annotated[float, Doc("mean level"), unit("[y]")],
) -> Array:
    """A sine wave whose frequency changes linearly: radar, ultrasound, whistles.

    y = offset + amplitude * sin(2 * pi * (frequency * t + sweep * t**2 / 2) + phase)

    The automatic start takes amplitude > 0, frequency > 0 and phase in (-pi, pi]. It looks for
    frequencies up to half a cycle for each row, on average, everywhere in the data.

    Returns:
        y, of the shape of t.

    Source: J. R. Klauder, A. C. Price, S. Darlington and W. J. Albersheim, Bell Syst. Tech. J. 39,
    745, 1960.

    >>> import numpy as np
    >>> print(chirp(np.array([0.0, 1.0]), 2.0, 0.5, sweep=-0.5, phase=0.0, offset=1.0))
    [1. 3.]
    """
    cycles = (frequency + 0.5 * sweep * t) * t
    return offset + amplitude * np.sin(2.0 * np.pi * cycles + phase)


def start_damped_sine(t: Any, y: Any) -> dict[str, float]:
    """Scan frequency and decay; the sine, the cosine and the offset are linear."""
    u, v, (origin, width, middle, height) = scaled(t, y)
    envelopes = [np.exp(-decay * u - max(-decay, 0.0)) for decay in DECAYS]
    tops, _ = strongest(u, v, envelopes)
    step = -(-u.size // SHARPENING_ROWS)
    u, v = u[::step], v[::step]

    def basis(f: Any, decay: Any) -> tuple[Any, Any, Any]:
        envelope = np.exp(-decay * u - np.maximum(-decay, 0.0))
        angle = 2.0 * np.pi * f * u
        return np.ones_like(u), envelope * np.sin(angle), envelope * np.cos(angle)

    gap = 0.5 / OVERSAMPLING
    # A decay that is wrong by half an e-fold, or by half of itself, has its best frequency nearby.
    found = _sharpest(
        basis,
        [
            [np.array([f - gap, f, f + gap]), d + max(1.0, 0.5 * abs(d)) * np.array([-1.0, 0, 1.0])]
            for f, d in zip(tops, DECAYS)
        ],
        v,
    )
    f, decay = found.nonlinear
    level, a, b = (float(c) for c in found.linear)
    size = float(np.hypot(a, b)) * clipped_exp(decay * origin / width - max(-decay, 0.0))
    start = {
        "amplitude": height * size,
        "frequency": f / width,
        "phase": np.arctan2(b, a) - 2.0 * np.pi * f * origin / width,
        "rate": decay / width,
        "offset": middle + height * level,
    }
    safe = (height, 1.0 / width, 0.0, 1.0 / width, middle)
    return finite(forward(start, ()), dict(zip(start, safe)))


def start_chirp(t: Any, y: Any) -> dict[str, float]:
    """Scan frequency and sweep; the sine, the cosine and the offset are linear.

    Low frequencies first: long data could hold so many that few sweeps of each can be tried.
    """
    u, v, (origin, width, middle, height) = scaled(t, y)
    step = -(-u.size // SHARPENING_ROWS)
    enough = 0.5 * float(v[::step] @ v[::step])
    highest = resolution(u)[1]
    bands = [band for band in BANDS if band < highest]
    trials: list[Found] = []
    for band in [*bands, highest]:
        trials.append(_chirp_in_band(u, v, band))
        if trials[-1].cost < enough:
            break
    found = min(trials, key=lambda trial: trial.cost)
    f, sweep = found.nonlinear
    level, a, b = (float(c) for c in found.linear)
    shift = origin / width
    start = {
        "amplitude": height * float(np.hypot(a, b)),
        "frequency": (f - sweep * shift) / width,
        "sweep": sweep / width**2,
        "phase": np.arctan2(b, a) + np.pi * (sweep * shift - 2.0 * f) * shift,
        "offset": middle + height * level,
    }
    safe = (height, 1.0 / width, 0.0, 0.0, middle)
    return finite(forward(start, ("sweep",)), dict(zip(start, safe)))


def _chirp_in_band(u: Array, v: Array, band: float) -> Found:
    """The best chirp whose frequencies stay within a band (in cycles over the range)."""
    cells, highest = resolution(u, band)
    # From the highest frequency at one end to its opposite at the other, as far as is affordable.
    most = MOST_WORK // (2 * OVERSAMPLING * cells)
    reach = min(np.ceil(2.0 * highest / SWEEP_STEP), max(most, 4)) * SWEEP_STEP
    sweeps = np.arange(-reach, reach + 0.5 * SWEEP_STEP, SWEEP_STEP)
    modulations = (np.exp(-1j * np.pi * sweep * u * u) for sweep in sweeps)
    tops, powers = strongest(u, v, modulations, band)
    best = np.argsort(-powers, kind="stable")[:CHIRPS]
    step = -(-u.size // SHARPENING_ROWS)
    u, v = u[::step], v[::step]

    def basis(f: Any, sweep: Any) -> tuple[Any, Any, Any]:
        angle = 2.0 * np.pi * (f + 0.5 * sweep * u) * u
        return np.ones_like(u), np.sin(angle), np.cos(angle)

    around = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    starts = [[tops[k] + 0.5 * around, sweeps[k] + SWEEP_STEP * around] for k in best]
    return _sharpest(basis, starts, v)


def _sharpest(basis: Callable[..., Any], starts: Sequence[Sequence[Array]], v: Array) -> Found:
    """The best of some searches; between equals the first."""
    found = [search(basis, axes, v, rounds=10) for axes in starts]
    return min(found, key=lambda one: one.cost)


DAMPED_SINE = ShelfModel(
    name="damped_sine",
    function=damped_sine,
    start=start_damped_sine,
    equation="y = offset + amplitude * exp(-rate * t) * sin(2 * pi * frequency * t + phase)",
    independent=("t",),
    source="L. D. Landau and E. M. Lifshitz, Mechanics, 3rd ed., section 25",
    quantities={
        "lifetime": Quantity("1 / rate", "[t]", value=lambda rate: 1.0 / rate),
        "quality_factor": Quantity(
            "sqrt(rate**2 + (2 * pi * frequency)**2) / (2 * rate)",
            "1",
            value=lambda frequency, rate: (
                np.sqrt(rate**2 + (2.0 * np.pi * frequency) ** 2) / (2.0 * rate)
            ),
        ),
    },
)

CHIRP = ShelfModel(
    name="chirp",
    function=chirp,
    start=start_chirp,
    equation="y = offset + amplitude * sin(2 * pi * (frequency * t + sweep * t**2 / 2) + phase)",
    independent=("t",),
    source="J. R. Klauder et al., Bell Syst. Tech. J. 39, 745, 1960",
)
