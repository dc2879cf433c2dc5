"""The panels of a picture: what is drawn into axes that somebody else made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from residua.report import words
from residua.report.curves import Curve, point_sigma, shown

if TYPE_CHECKING:
    from residua.fitting.result import Fit

# Okabe and Ito (2008): colors that people with any color vision can tell apart.
BLACK, BLUE, VERMILION = "#000000", "#0072B2", "#D55E00"
# Their orange, sky blue and bluish green mixed with white: opaque, so that bands that overlap keep
# their colors.
BAND_COLORS = {"prediction": "#F9E3B8", "confidence": "#A6D6F3"}
MOST_UNIT = 8  # The panel of residuals is low: a longer unit would not fit beside it.
RANGE_COLOR = "#EAF5F1"


def draw_curve(fit: Fit, line: Curve, axes: Any, level: float, ranged: bool) -> None:
    """Data, curve and bands along x; `ranged` shades the range that was fitted."""
    x, y, sigma = fit.observations.block.x[0], fit.y, point_sigma(fit)
    pick = shown(np.argsort(x, kind="stable"))
    if ranged:
        axes.axvspan(x.min(), x.max(), color=RANGE_COLOR, lw=0, label="fitted range", zorder=0)
    for kind, (low, high) in line.bands.items():
        label = f"{level * 100:.3g} % {kind} band"
        axes.fill_between(line.x, low, high, color=BAND_COLORS[kind], lw=0, label=label, zorder=1)
    spread = None if sigma is None else sigma[pick]
    axes.errorbar(
        x[pick], y[pick], yerr=spread, label=_data_label(y, pick), zorder=2, **_points(pick)
    )
    _draw_line(line, axes)
    axes.margins(x=0.02)
    _keep_data_large(line, y, sigma, axes)
    axes.set_ylabel(words.value_label(fit), parse_math=False)


def _draw_line(line: Curve, axes: Any) -> None:
    """Full where the data support it, dashed beyond; neighbors join the two."""
    inside = np.where(line.beyond, np.nan, line.value)
    axes.plot(line.x, inside, color=BLUE, lw=1.8, label="fit", zorder=3)
    if line.beyond.any():
        near = line.beyond.copy()
        near[1:] |= line.beyond[:-1]
        near[:-1] |= line.beyond[1:]
        outside = np.where(near, line.value, np.nan)
        axes.plot(line.x, outside, color=BLUE, lw=1.8, ls="--", label="extrapolation", zorder=3)


def _keep_data_large(line: Curve, y: np.ndarray, spread: np.ndarray | None, axes: Any) -> None:
    """An extrapolation or a band that explodes must not squeeze the data into a line."""
    bars = 0.0 if spread is None else spread
    near = np.concatenate([y - bars, y + bars, line.value[~line.beyond]])
    everything = np.concatenate(
        [near, line.value, *(edge for band in line.bands.values() for edge in band)]
    )
    low, high = (float(f(near[np.isfinite(near)])) for f in (np.min, np.max))
    span = high - low
    if span > 0:
        seen = np.clip(everything[np.isfinite(everything)], low - span, high + span)
        pad = 0.05 * float(np.ptp(seen))
        axes.set_ylim(seen.min() - pad, seen.max() + pad)


def _points(pick: np.ndarray) -> dict[str, Any]:
    """Smaller and paler marks for more points."""
    size, alpha, bar = (4.5, 0.9, 0.8) if pick.size <= 200 else (3.0, 0.5, 0.3)
    return {"fmt": "o", "ms": size, "color": BLACK, "alpha": alpha, "mew": 0, "elinewidth": bar}


def _data_label(y: np.ndarray, pick: np.ndarray) -> str:
    return "data" if pick.size == y.size else f"data ({pick.size} of {y.size} shown)"


def draw_parity(fit: Fit, axes: Any) -> None:
    """Observed against predicted, with the line where they agree."""
    observed, predicted = fit.y.ravel(), fit.fitted.ravel()
    good = np.flatnonzero(np.isfinite(predicted))
    pick = shown(good[np.argsort(predicted[good], kind="stable")])
    sigma = point_sigma(fit)
    spread = None if sigma is None else np.broadcast_to(sigma, fit.y.shape).ravel()[pick]
    ends = [float(observed.min()), float(observed.max())]
    axes.plot(ends, ends, color=BLUE, lw=1.5, label="observed = predicted", zorder=3)
    axes.errorbar(
        predicted[pick],
        observed[pick],
        yerr=spread,
        label=_data_label(observed, pick),
        zorder=2,
        **_points(pick),
    )
    axes.set_ylabel(words.value_label(fit, "observed"), parse_math=False)


def draw_residuals(fit: Fit, axes: Any, where: np.ndarray, name: str) -> None:
    """Residuals against `where`, in units of sigma when one was given, around the zero line."""
    x, residuals, sigma = where.ravel(), fit.residuals.ravel(), point_sigma(fit)
    if sigma is not None:
        residuals = residuals / np.broadcast_to(sigma, fit.y.shape).ravel()
    good = np.flatnonzero(np.isfinite(residuals))
    pick = shown(good[np.argsort(x[good], kind="stable")])
    axes.axhline(0.0, color=BLUE, lw=1.2, zorder=1)
    axes.margins(x=0.02)
    axes.errorbar(x[pick], residuals[pick], **_points(pick))
    reach = 1.15 * float(np.abs(residuals[good]).max(initial=0.0))
    if reach > 0:
        axes.set_ylim(-reach, reach)
    axes.set_xlabel(name, parse_math=False)
    unit = words.value_unit(fit)
    plain = f"residual ({unit})" if unit and len(unit) <= MOST_UNIT else "residual"
    axes.set_ylabel(plain if sigma is None else "residual / sigma", parse_math=False)
