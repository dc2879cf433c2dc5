"""The panels of pictures of potentials: numbers compared in axes, one color for each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.atoms.units import GPA

# Okabe and Ito (2008): colors that people with any color vision can tell apart.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
# Groups with a color of their own; smaller ones share the last.
MOST_GROUPS, OTHERS = 12, "all others"
# Points of a group that are drawn; its worst are always among them, errors are those of all.
MOST_POINTS, WORST = 4000, 200


@dataclass(frozen=True)
class Quantity:
    """How numbers are shown: axis and errors, each with its unit and its factor."""

    name: str
    unit: str
    factor: float
    error_unit: str
    error_factor: float


QUANTITIES = {
    "energy": Quantity("energy", "eV/atom", 1.0, "meV/atom", 1e3),
    "forces": Quantity("force component", "eV/Å", 1.0, "meV/Å", 1e3),
    "stress": Quantity("stress component", "GPa", 1 / GPA, "GPa", 1 / GPA),
}


@dataclass(frozen=True)
class Compared:
    """Predicted and observed numbers of one quantity, flat, with the group of each.

    held: which were not fitted. Numbers that are not there on either side are left out.
    """

    predicted: np.ndarray
    observed: np.ndarray
    groups: np.ndarray
    held: np.ndarray
    quantity: Quantity

    @property
    def residuals(self) -> np.ndarray:
        """predicted - observed."""
        return self.predicted - self.observed

    def errors(self, chosen: np.ndarray) -> str:
        """Root mean squares of the chosen residuals: of those fitted, then of those held back."""
        parts = [chosen & ~self.held, chosen & self.held]
        values = [np.sqrt(np.mean(self.residuals[part] ** 2)) for part in parts if part.any()]
        said = " | ".join(f"{value * self.quantity.error_factor:.3g}" for value in values)
        return said if parts[0].any() else f"| {said}"


def compared(
    predicted: Any, observed: Any, groups: Any, held: Any, quantity: str
) -> tuple[Compared, np.ndarray]:
    """Numbers of structures made flat, and which structure each comes from.

    Args:
        predicted, observed: (m,), or m arrays of any shape, one for each structure; None in place
            of an array is absent.
        groups: (m,) names, or None.
        held: (m,) bool, or None.
        quantity: "energy" (for an atom), "forces" or "stress".

    Returns:
        (Compared, (N,) indices of structures).

    Raises:
        DataError: lengths or shapes differ, an unknown quantity, nothing to compare.
    """
    if quantity not in QUANTITIES:
        raise DataError(f"{quantity!r} is not one of {', '.join(QUANTITIES)}")
    m = len(observed)
    names = np.array([""] * m if groups is None else [str(g) for g in groups])
    apart = np.zeros(m, bool) if held is None else np.asarray(held, bool)
    if not len(predicted) == len(names) == len(apart) == m:
        raise DataError(
            f"{len(predicted)} predicted, {m} observed, {len(names)} groups, {len(apart)} held"
        )
    ours, theirs, owner = _flat(predicted, observed)
    there = np.isfinite(ours) & np.isfinite(theirs)
    if not there.any():
        raise DataError(f"there is no {quantity} that was both predicted and observed")
    owner = owner[there]
    rows = Compared(ours[there], theirs[there], names[owner], apart[owner], QUANTITIES[quantity])
    return rows, owner


def draw_parity(rows: Compared, axes: Any) -> None:
    """Predicted against observed with the diagonal; errors of each group in the legend."""
    factor = rows.quantity.factor
    both = np.concatenate([rows.predicted, rows.observed]) * factor
    low, high = both.min(), both.max()
    pad = 0.04 * (high - low) or 1.0
    ends = [low - pad, high + pad]
    axes.plot(ends, ends, color="#888888", lw=1, zorder=1)
    _draw_groups(rows, rows.observed * factor, rows.predicted * factor, axes)
    _legend(rows, axes, "upper left")  # a good potential leaves that corner free
    axes.set(xlim=ends, ylim=ends, aspect="equal")
    axes.set_xlabel(f"{rows.quantity.name} of the data ({rows.quantity.unit})")
    axes.xaxis.get_major_locator().set_params(nbins=6)
    axes.set_ylabel(f"predicted ({rows.quantity.unit})")


def draw_residuals(
    rows: Compared, along: np.ndarray, name: str, axes: Any, legend: bool = True
) -> None:
    """Predicted - observed along something; structures without it are left out."""
    axes.axhline(0, color="#888888", lw=1, zorder=1)
    _draw_groups(rows, along, rows.residuals * rows.quantity.error_factor, axes)
    if legend:
        _legend(rows, axes, "best")
    axes.set_xlabel(name)
    axes.set_ylabel(f"{rows.quantity.name}, predicted - data ({rows.quantity.error_unit})")


def draw_histogram(parts: Sequence[tuple[str, np.ndarray]], axes: Any) -> None:
    """How many structures have which energy, parts on top of each other."""
    everything = np.concatenate([values for _, values in parts])
    edges = np.histogram_bin_edges(everything, bins=max(8, min(40, len(everything) // 4)))
    labels = [f"{name} ({len(values)})" for name, values in parts]
    colors = COLORS[: len(parts)]
    axes.hist([values for _, values in parts], edges, stacked=True, label=labels, color=colors)
    axes.set_xlabel("energy of the data (eV/atom)")
    axes.set_ylabel("structures")
    axes.xaxis.get_major_locator().set_params(nbins=6)
    axes.yaxis.get_major_locator().set_params(integer=True)
    if len(parts) > 1:
        axes.legend(frameon=False, fontsize=8)


def _flat(predicted: Any, observed: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ours: list[np.ndarray] = []
    theirs: list[np.ndarray] = []
    for i, pair in enumerate(zip(predicted, observed)):
        if pair[0] is None or pair[1] is None:
            ours.append(np.zeros(0))
            theirs.append(np.zeros(0))
            continue
        first, second = (np.asarray(side, float) for side in pair)
        if first.shape != second.shape:
            raise DataError(f"structure {i}: predicted {first.shape}, observed {second.shape}")
        ours.append(first.ravel())
        theirs.append(second.ravel())
    owner = np.repeat(np.arange(len(ours)), [len(part) for part in ours])
    return np.concatenate([np.zeros(0), *ours]), np.concatenate([np.zeros(0), *theirs]), owner


def _draw_groups(rows: Compared, x: np.ndarray, y: np.ndarray, axes: Any) -> None:
    """Each group in its color and marker, filled where fitted and open where held back."""
    labels = _shared(rows.groups)
    for i, name in enumerate(sorted(dict.fromkeys(labels), key=lambda name: name == OTHERS)):
        mine = labels == name
        # As many markers as colors: the second round takes other pairs.
        mark = MARKERS[(i + i // len(COLORS)) % len(MARKERS)]
        look = {"color": COLORS[i % len(COLORS)], "marker": mark}
        said = f"{name or 'structures'}  {rows.errors(mine)}"
        for part, face in ((mine & ~rows.held, look["color"]), (mine & rows.held, "none")):
            if part.any():
                pick = _shown(np.flatnonzero(part), rows.residuals)
                small = {"ms": 4.5 if len(pick) < 500 else 2.5, "alpha": 0.75, "mew": 0.9}
                axes.plot(x[pick], y[pick], ls="", mfc=face, label=said, zorder=2, **look, **small)
                said = "_"  # one entry of the legend for each group


def _legend(rows: Compared, axes: Any, place: str) -> None:
    title = f"RMSE ({rows.quantity.error_unit})" + (
        ", fitted | held back" if rows.held.any() else ""
    )
    whole = f"{title}\nall  {rows.errors(np.ones(len(rows.held), bool))}"
    small = {"fontsize": 8, "title_fontsize": 8, "handletextpad": 0.3, "alignment": "left"}
    axes.legend(frameon=False, title=whole, loc=place, **small)


def _shared(groups: np.ndarray) -> np.ndarray:
    """Names of groups, those of the smallest replaced where there are too many."""
    names, counts = np.unique(groups, return_counts=True)
    if len(names) <= MOST_GROUPS:
        return groups
    kept = names[np.argsort(-counts, kind="stable")[: MOST_GROUPS - 1]]
    return np.array([name if name in kept else OTHERS for name in groups])


def _shown(places: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    if len(places) <= MOST_POINTS:
        return places
    order = places[np.argsort(-np.abs(residuals[places]), kind="stable")]
    rest = order[WORST:]
    return np.concatenate([rest[:: -(-len(rest) // (MOST_POINTS - WORST))], order[:WORST]])
