"""Networks built around networks: what a constraint leaves as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from residua.networks.network import Leaf, Network, unpack


@dataclass(frozen=True)
class Wrapped:
    """A network around `inner` that has the same inputs, outputs and parameters.

    A constraint overrides what it changes: the outputs, the inputs, or how parameters are read.
    """

    inner: Network

    @property
    def inputs(self) -> int:
        """Number of inputs, d."""
        return self.inner.inputs

    @property
    def outputs(self) -> int:
        """Number of outputs, k."""
        return self.inner.outputs

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The arrays that theta holds, in order."""
        return self.inner.leaves

    @property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter, (p,); -1 where there is no prior."""
        return self.inner.groups

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return len(self.groups)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random start, (p,)."""
        return self.inner.draw(rng)

    def arrays(self, theta: Any) -> dict[str, Any]:
        """The parameters as the innermost equation has them, by name.

        >>> from residua.networks.mlp import MLP
        >>> network = MLP([2], monotone=1).network(1, 1)
        >>> bool((network.arrays(network.draw(np.random.default_rng(0)))["W1"] > 0).all())
        True
        """
        return arrays(self.inner, theta)


def arrays(network: Network, theta: Any) -> dict[str, Any]:
    """The parameters of any network as its equation has them, by name."""
    own = getattr(network, "arrays", None)
    if own is not None:
        return dict(own(theta))
    names = [leaf.name for leaf in network.leaves]
    return dict(zip(names, unpack(network.leaves, theta), strict=True))
