"""The Lennard-Jones potential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Unpack

from residua._types import NumberByPair
from residua.atoms.pair import Pair, PairWords
from residua.doc import Doc, documented, unit


@documented
class LennardJones(Pair):
    """The potential of Lennard-Jones, u(r) = 4 epsilon ((sigma/r)^12 - (sigma/r)^6).

    As ASE's calculator has it: cut at rc = 3 sigma and shifted to zero there.

    Source: J. E. Lennard-Jones, Proc. Phys. Soc. 43, 461 (1931).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import LennardJones
        >>> atoms = bulk("Ar", a=5.26)
        >>> atoms.calc = LennardJones(epsilon=0.0103, sigma=3.40)
        >>> round(atoms.get_potential_energy(), 4), atoms.get_stress().shape
        (-0.0818, (6,))
    """

    usual_mixing = "lorentz_berthelot"

    def __init__(
        self,
        epsilon: Annotated[
            NumberByPair,
            Doc("depth of the well; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ] = 1.0,
        sigma: Annotated[NumberByPair, Doc("where u is zero; a number or a dict"), unit("Å")] = 1.0,
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    '`rc`, 3 sigma by default; `mixing`, "lorentz_berthelot" by default; '
                    "`cutoff`, `inner`, `skin` and `precision`, as of `Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "lennard_jones",
            epsilon=epsilon,
            sigma=sigma,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Three times sigma."""
        sigma = self.given["sigma"]
        if isinstance(sigma, Mapping):
            return {key: 3.0 * float(value) for key, value in sigma.items()}
        return 3.0 * float(sigma)
