"""Repulsions without a well: Born and Mayer's of closed shells, Yukawa's of charges."""

from __future__ import annotations

from typing import Annotated, Any, Unpack

from residua._types import NumberByPair
from residua.atoms.pair import Pair, PairWords
from residua.atoms.species import each_pair
from residua.doc import Doc, documented, unit


@documented
class BornMayer(Pair):
    """The repulsion of closed shells after Born and Mayer, u(r) = A exp(-r/rho).

    Raises:
        ModelError: see Pair.

    Source: M. Born, J. E. Mayer, Z. Phys. 75, 1 (1932).

    Example:
        >>> from residua.atoms import BornMayer
        >>> wall = BornMayer(A=1200.0, rho=0.32)
        >>> energy, forces = wall.energy_and_forces([[0.0, 0.0, 0.0], [2.4, 0.0, 0.0]])
        >>> round(energy, 4), round(float(forces[1, 0]), 4)
        (0.6636, 2.0741)
    """

    usual_mixing = {"A": "geometric", "rho": "harmonic"}  # noqa: RUF012

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc("strength; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ],
        rho: Annotated[
            NumberByPair, Doc("distance over which u falls by e; a number or a dict"), unit("Å")
        ],
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    "`rc`, 16 rho by default, where u is A/9 000 000; `mixing`, geometric for A "
                    "and harmonic for rho by default, so that u is the geometric mean; `cutoff`, "
                    "`inner`, `skin` and `precision`, as of `Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "born_mayer",
            A=A,
            rho=rho,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Sixteen decay lengths."""
        return each_pair(lambda rho: 16.0 * rho, {"rho": self.given["rho"]})


@documented
class Yukawa(Pair):
    """Screened charges after Yukawa, u(r) = A exp(-kappa r)/r.

    Raises:
        ModelError: see Pair.

    Source: H. Yukawa, Proc. Phys.-Math. Soc. Jpn. 17, 48 (1935).

    Example:
        >>> from residua.atoms import Yukawa
        >>> plasma = Yukawa(A=14.4, kappa=1.0)
        >>> energy, forces = plasma.energy_and_forces([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
        >>> round(energy, 4)
        0.9743
    """

    usual_mixing = {"A": "geometric", "kappa": "arithmetic"}  # noqa: RUF012

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc(
                "strength, 14.399645 for two elementary charges in a vacuum; a number, or a "
                "dict by elements or pairs of them"
            ),
            unit("eV Å"),
        ],
        kappa: Annotated[
            NumberByPair, Doc("inverse screening length; a number or a dict"), unit("1/Å")
        ],
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    "`rc`, 10/kappa by default; `mixing`, geometric for A and arithmetic for "
                    "kappa by default: give pairs of opposite charges by themselves; `cutoff`, "
                    "`inner`, `skin` and `precision`, as of `Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "yukawa",
            A=A,
            kappa=kappa,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Ten screening lengths."""
        return each_pair(lambda kappa: 10.0 / kappa, {"kappa": self.given["kappa"]})
