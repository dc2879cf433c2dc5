"""Mie's potential: like Lennard-Jones, with any two exponents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Unpack

from residua._types import NumberByPair
from residua.atoms.pair import Pair, PairWords
from residua.doc import Doc, documented, unit


@documented
class Mie(Pair):
    """Mie's potential, u(r) = c epsilon ((sigma/r)^n - (sigma/r)^m).

    c = n/(n - m) (n/m)^(m/(n - m)), so that the depth is epsilon. With n = 12 and m = 6 it is that
    of Lennard-Jones.

    Raises:
        ModelError: see Pair.

    Source: G. Mie, Ann. Phys. (Leipzig) 316, 657 (1903); mixing: T. Lafitte et al., J. Chem. Phys.
    139, 154504 (2013).

    Example:
        >>> from residua.atoms import Mie
        >>> argon = Mie(epsilon=0.0105, sigma=3.404, n=12.085)
        >>> energy, forces = argon.energy_and_forces([[0.0, 0.0, 0.0], [3.82, 0.0, 0.0]])
        >>> round(energy, 6)
        -0.010443
    """

    usual_mixing = "saft"

    def __init__(
        self,
        epsilon: Annotated[
            NumberByPair,
            Doc("depth of the well; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ],
        sigma: Annotated[NumberByPair, Doc("where u is zero; a number or a dict"), unit("Å")],
        n: Annotated[NumberByPair, Doc("exponent of the repulsion; a number or a dict")] = 12.0,
        m: Annotated[NumberByPair, Doc("exponent of the attraction; a number or a dict")] = 6.0,
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    '`rc`, 3 sigma by default; `mixing`, "saft" by default: sigma arithmetic, '
                    "n - 3 and m - 3 geometric, epsilon geometric times (sigma_i "
                    "sigma_j)^(3/2)/sigma_ij^3; `cutoff`, `inner`, `skin` and `precision`, as of "
                    "`Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "mie",
            epsilon=epsilon,
            sigma=sigma,
            n=n,
            m=m,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Three times sigma."""
        sigma = self.given["sigma"]
        if isinstance(sigma, Mapping):
            return {key: 3.0 * float(value) for key, value in sigma.items()}
        return 3.0 * float(sigma)
