"""Scans for waves that change: modulated Fourier sums of data with any spacing, by FFT."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from residua.science.curves.periodic import CELLS, MOST_CELLS, OVERSAMPLING
from residua.science.estimates import Array, centered, tidy, unit_interval


def scaled(t: Any, y: Any) -> tuple[Array, Array, tuple[float, float, float, float]]:
    """t carried to [0, 1], y to mean 0 and size 1; and (origin, width, middle, height) of both."""
    t, y = tidy(t, y, bins=np.iinfo(np.int64).max)
    u, origin, width = unit_interval(t)
    v, middle, height = centered(y)
    return u, v, (origin, width, middle, height)


def forward(start: dict[str, Any], turned: tuple[str, ...]) -> dict[str, float]:
    """The same wave with a positive frequency and a phase in (-pi, pi]: sin(pi - z) = sin(z)."""
    if start["frequency"] < 0:
        start = start | {name: -start[name] for name in ("frequency", *turned)}
        start["phase"] = np.pi - start["phase"]
    start["phase"] = np.pi - (np.pi - start["phase"]) % (2.0 * np.pi)
    return {name: float(value) for name, value in start.items()}


def resolution(u: Array, band: float = np.inf) -> tuple[int, float]:
    """Cells over the range, and the highest frequency (in cycles over the range) they resolve."""
    gaps = np.diff(np.unique(u))
    if gaps.size < 2:
        return 2 * CELLS, 1.0
    highest = min(0.5 / float(gaps.min()), 0.5 * gaps.size, band)
    cells = min(1 << int(np.ceil(np.log2(2 * CELLS * highest))), MOST_CELLS)
    return cells, max(min(highest, cells / (2 * CELLS)), 1.0)


def strongest(
    u: Array, v: Array, modulations: Iterable[Any], band: float = np.inf
) -> tuple[Array, Array]:
    """For each modulation the frequency at which modulated waves explain most, and how much.

    The sums over the data are one FFT each, of data on cells (as in periodic.py).
    """
    cells, highest = resolution(u, band)
    count = max(int(OVERSAMPLING * highest), 1)
    place = np.rint(u * cells).astype(np.int64)
    length = OVERSAMPLING * cells
    tops, powers = [], []
    for weights in modulations:
        energy = float(np.sum(np.abs(weights) ** 2))
        level = np.sum(np.abs(weights) ** 2 * v) / energy
        values = weights * (v - level)
        parts = np.zeros(length, dtype=np.complex128)
        parts[: cells + 1] = np.bincount(place, values.real, cells + 1)
        parts[: cells + 1] += 1j * np.bincount(place, values.imag, cells + 1)
        power = np.abs(np.fft.fft(parts)[1 : count + 1]) ** 2
        k = int(np.argmax(power))
        tops.append((k + 1) / OVERSAMPLING)
        powers.append(float(power[k]) / energy)
    return np.array(tops), np.array(powers)
