"""The mean of many layered networks, evaluated as one wide network.

The first layers of all members are stacked into one product [W_1 b_1] [z; 1], every activation is
one call over all of them, and the weights of the mean are folded into the last layers. Rows go in
blocks that stay in the cache, and blocks are shared among the cores. What a block holds depends on
its rows alone, so the same bits come back however many cores there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from threading import local

import numpy as np

from residua.networks.activations import Activation
from residua.networks.dense import Dense
from residua.networks.network import Network, unpack
from residua.networks.threads import share

# Numbers of a layer at once: half a megabyte stays in the cache of a core.
BLOCK = 65_536
_kept = local()


@dataclass(frozen=True, eq=False)
class Bundle:
    """Members of equal depth and activation, their weights folded in.

    first: (sum of widths, d + 1), all first layers with their biases in the last column.
    middle: of every further hidden layer, the members' weights and all their biases.
    last, level: (k, sum of widths) and (k, 1), the mean of what the members say.
    """

    activation: Activation
    first: np.ndarray
    middle: tuple[tuple[list[np.ndarray], np.ndarray], ...]
    last: np.ndarray
    level: np.ndarray

    @classmethod
    def of(
        cls, networks: Sequence[Network], thetas: Sequence[np.ndarray], weights: Sequence[float]
    ) -> Bundle | None:
        """The bundle of these members; None where they are not layered networks of one depth."""
        dense = [network for network in networks if type(network) is Dense]
        kinds = {(network.depth, network.activation) for network in dense}
        if len(dense) < len(networks) or len(kinds) != 1 or dense[0].depth < 2:
            return None
        arrays = [unpack(network.leaves, theta) for network, theta in zip(dense, thetas)]
        return cls(
            dense[0].activation,
            np.concatenate([np.column_stack(member[:2]) for member in arrays]),
            tuple(
                ([m[at] for m in arrays], np.concatenate([m[at + 1] for m in arrays])[:, None])
                for at in range(2, len(arrays[0]) - 2, 2)
            ),
            np.concatenate([w * member[-2] for w, member in zip(weights, arrays)], axis=1),
            np.sum([w * member[-1] for w, member in zip(weights, arrays)], axis=0)[:, None],
        )

    def value(self, Z: np.ndarray) -> np.ndarray:
        """The weighted mean (n, k) of the members at Z (n, d)."""
        rows = max(1, BLOCK // len(self.first))
        out = np.empty((len(self.level), len(Z)))
        share(lambda starts: self._fill(Z, out, starts, rows), range(0, len(Z), rows))
        return out.T

    def _fill(self, Z: np.ndarray, out: np.ndarray, starts: Sequence[int], rows: int) -> None:
        """The blocks that begin at `starts`."""
        for at in starts:
            z = Z[at : at + rows]
            h = _memory(len(self.first) * len(z)).reshape(-1, len(z))
            np.matmul(self.first, np.vstack([z.T, np.ones(len(z))]), out=h)
            block = out[:, at : at + rows]
            np.matmul(self.last, self._hidden(h), out=block)
            block += self.level

    def _hidden(self, h: np.ndarray) -> np.ndarray:
        """The last hidden layers, below each other, from what the first ones were given."""
        a = self.activation.into(h)
        for weights, bias in self.middle:
            h = np.empty((len(bias), a.shape[1]))
            for w, to, source in zip(weights, _places(weights, 0), _places(weights, 1)):
                np.matmul(w, a[source], out=h[to])
            h += bias
            a = self.activation.into(h)
        return a


def _memory(size: int) -> np.ndarray:
    """This many numbers of memory that its thread keeps: new pages cost as much as tanh does."""
    kept = getattr(_kept, "memory", None)
    if kept is None or len(kept) < size:
        kept = _kept.memory = np.empty(size)
    return kept[:size]


def _places(weights: list[np.ndarray], axis: int) -> list[slice]:
    return [slice(*ends) for ends in pairwise([0, *accumulate(w.shape[axis] for w in weights)])]
