"""What a report says of each dataset of a network: what it observes, its errors, its noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from residua.report import words
from residua.report.rounding import number

if TYPE_CHECKING:
    from residua.fitting.networks.result import NetworkFit
    from residua.fitting.networks.several_result import NetworkJointFit

MOST_DATASETS, MOST_UNIT = 20, 16


def with_unit(value: float, digits: int, unit: str | None) -> str:
    """A rounded number and its unit, where one is known."""
    return f"{number(value, digits)} {words.shortened(words.clean(unit or ''), MOST_UNIT)}".rstrip()


def dataset_facts(fit: NetworkFit) -> list[tuple[str, str]]:
    """(name, text) of every dataset; nothing for a fit of one table."""
    from residua.fitting.networks.several_result import NetworkJointFit

    if not isinstance(fit, NetworkJointFit):
        return []
    names = list(fit.parts)
    found = [(words.clean(name), _dataset(fit, name)) for name in names[:MOST_DATASETS]]
    if len(names) > MOST_DATASETS:
        left = words.counted(len(names) - MOST_DATASETS, "dataset")
        found.append(("more", f"{left} in fit.parts"))
    return found


def _dataset(fit: NetworkJointFit, name: str) -> str:
    """`12 points of -dE/dr; 0.0002 root mean square; noise 0.004, estimated`."""
    part = fit.parts[name]
    table, source = part.source.table, part.source
    values = fit.observations.y_name
    observed = source.functional.text(words.clean(values), tuple(map(words.clean, table.columns)))
    text = f"{words.counted(part.n, 'point')} of {words.shortened(observed, 40)}"
    unit = words.value_unit(part)  # type: ignore[arg-type]
    root = math.sqrt(float(np.mean(part.residuals**2)))
    text += f"; {with_unit(root, 3, unit)} root mean square"
    if not math.isnan(part.cross_validated):
        text += f", {with_unit(part.cross_validated, 3, unit)} over unseen rows"
    return f"{text}; noise {_noise(fit, name)}"


def _noise(fit: NetworkJointFit, name: str) -> str:
    part, level = fit.parts[name], fit.noise_levels[name]
    given = part.source.observations.sigma
    if math.isnan(level):
        return "not known, for nothing was left to tell it"
    if given is None:
        unit = words.value_unit(part)  # type: ignore[arg-type]
        return f"{with_unit(level, 3, unit)} as its residuals say"
    if part.source.absolute:
        return "as sigma says"
    return f"{number(level, 3)} times sigma as the residuals say"
