"""All values of several datasets in one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from residua._errors import ModelError
from residua.fitting.networks.stack import Stack
from residua.fitting.networks.table import Table, table
from residua.fitting.networks.units import pooled_observations


def pooled(stack: Stack, levels: Sequence[float]) -> tuple[Table, bool, np.ndarray]:
    """All values in one table, whether their sigma is absolute, and which rows they are.

    Raises ModelError where no dataset observes values.
    """
    chosen = stack.values
    if not chosen:
        raise ModelError("no dataset observes the value itself")
    sources = [stack.sources[k] for k in chosen]
    index = np.concatenate([np.arange(len(stack.X))[stack.places[k]] for k in chosen])
    if len(chosen) == 1:
        one = sources[0].table
        seen = pooled_observations(one.observations, stack.sources, sources)
        return one._replace(observations=seen), sources[0].absolute, index
    blocks = [one.observations.block for one in sources]
    columns = tuple(np.concatenate(parts) for parts in zip(*(block.x for block in blocks)))
    x = dict(zip(stack.names, columns)) if len(columns) > 1 else columns[0]
    sigma: Any = np.concatenate([levels[k] * stack.sources[k].sigma for k in chosen])
    y = np.concatenate([block.y for block in blocks])
    if all(one.observations.sigma is None for one in sources):
        sigma = None
    found = table(
        x, y, None, None if sigma is None else sigma.reshape(y.shape), stack.names, "raise"
    )
    named = found.observations._replace(y_name=sources[0].observations.y_name)
    named = pooled_observations(named, stack.sources, sources)
    return found._replace(observations=named), all(one.absolute for one in sources), index
