"""Repulsions without a well: Born and Mayer's of closed shells, Yukawa's of charges."""

from __future__ import annotations

from typing import Any, Unpack

from residua.atoms.pair import Pair, PairWords
from residua.atoms.species import each_pair


class BornMayer(Pair):
    """The repulsion of closed shells after Born and Mayer, u(r) = A exp(-r/rho).

    Args:
        A: strength, eV; a number, or a dict by elements or pairs of them.
        rho: distance over which u falls by e, Å; likewise.
        rc: cutoff, Å; 16 rho by default, where u is A/9 000 000.
        cutoff, inner, mixing, skin, precision: see Pair; mixing is geometric for A and harmonic
            for rho, so that u is the geometric mean.

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
        A: Any,
        rho: Any,
        **words: Unpack[PairWords],
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


class Yukawa(Pair):
    """Screened charges after Yukawa, u(r) = A exp(-kappa r)/r.

    Args:
        A: strength, eV Å; 14.399645 for two elementary charges in a vacuum; a number, or a dict by
            elements or pairs of them.
        kappa: inverse screening length, 1/Å; likewise.
        rc: cutoff, Å; 10/kappa by default.
        cutoff, inner, mixing, skin, precision: see Pair; mixing is geometric for A and arithmetic
            for kappa. Give pairs of opposite charges by themselves.

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
        A: Any,
        kappa: Any,
        **words: Unpack[PairWords],
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
