"""The universal repulsion of nuclei that come close, after Ziegler, Biersack and Littmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError
from residua._types import NumberByPair
from residua.atoms.arguments import SWITCHING, Precision, Skin
from residua.atoms.cutoffs import positive
from residua.atoms.elements import SYMBOLS
from residua.atoms.kernels.pair import pair_kernel
from residua.atoms.pair import Pair
from residua.atoms.potential import SKIN
from residua.doc import Doc, documented, unit
from residua.science.potentials.parts import COULOMB
from residua.science.potentials.universal import AMPLITUDES, DECAYS, universal_length


def screened(r: Any, p: Mapping[str, Any]) -> Any:
    """Coulomb's law times the universal screening."""
    x = r / (p["_length"] * p["scale"])
    return p["_charges"] / r * sum(c * jnp.exp(-d * x) for c, d in zip(AMPLITUDES, DECAYS))


@documented
class ZBL(Pair):
    """The universal repulsion of nuclei, u(r) = Z1 Z2 e²/(4 pi epsilon0 r) phi(r/a).

    a = scale 0.46850 Å/(Z1^0.23 + Z2^0.23), and phi is a sum of four exponentials. It has no
    parameters but the atomic numbers; other potentials are joined to it where atoms collide.

    Raises:
        ModelError: see Pair; positions without atomic numbers.

    Source: J. F. Ziegler, J. P. Biersack, U. Littmark, The Stopping and Range of Ions in Solids,
    1985.

    Example:
        >>> from residua.atoms import ZBL
        >>> energy, forces = ZBL().energy_and_forces([[0, 0, 0], [1, 0, 0]], numbers=[29, 29])
        >>> round(energy, 2)
        135.03
    """

    def __init__(
        self,
        scale: Annotated[float, Doc("factor on the universal screening length")] = 1.0,
        *,
        rc: Annotated[NumberByPair | None, Doc("the cutoff, about a bond length"), unit("Å")] = 2.5,
        cutoff: Annotated[
            str,
            Doc(
                'how u ends: "switch" leaves u untouched inside `inner`, and falls '
                "smoothly to zero; see `Pair`"
            ),
        ] = "switch",
        inner: Annotated[NumberByPair | None, SWITCHING, unit("Å")] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        positive("scale", scale, "1.0")
        super().__init__(
            _shape,
            rc=rc,
            cutoff=cutoff,
            inner=inner,
            skin=skin,
            precision=precision,
            scale=scale,
        )

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The kernel of pairs, for the charges and lengths of the tables."""
        return pair_kernel, (screened, self.cutoff_kind, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Charges and screening lengths of all pairs of these elements."""
        if "" in symbols:
            raise ModelError(
                "the universal repulsion needs to know which nuclei meet",
                next="potential.energy_and_forces(positions, numbers=atoms.numbers)",
            )
        Z = [SYMBOLS.index(symbol) for symbol in symbols]
        lengths = [[universal_length(a, b) for b in Z] for a in Z]
        charges = COULOMB * np.outer(Z, Z)
        found = super().tables(symbols, given)
        return {**found, "_length": np.array(lengths), "_charges": charges}


def _shape(r: Any, scale: float) -> Any:
    """What depends on r for a screening length and charges of 1."""
    return screened(r, {"_length": 1.0, "_charges": 1.0, "scale": scale})
