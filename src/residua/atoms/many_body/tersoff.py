"""The potential of Tersoff: bonds whose order falls with the crowd around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np

from residua._errors import ModelError
from residua._types import NumberByElement, NumberByPair, WordValue
from residua.atoms.arguments import Precision, Skin
from residua.atoms.cutoffs import positive
from residua.atoms.kernels.local import local_kernel
from residua.atoms.many_body.angles import checked, of_edges
from residua.atoms.many_body.gupta import published
from residua.atoms.mixing import mixing_rules
from residua.atoms.potential import SKIN, Potential
from residua.atoms.species import atom_table, elements_of, pair_table
from residua.doc import Doc, documented, unit

# Parameters of a bond, and those of the atom that it starts from.
BONDS = ("A", "B", "lam1", "lam2", "lam3", "R", "D")
TIPS = ("beta", "n", "c", "d", "h")
NAMES = (*BONDS, *TIPS)
# J. Tersoff, Phys. Rev. B 39, 5566 (1989), tables I and II, erratum 41, 3248 (1990). R and D are
# the middle and half the width of the cutoff.
ROWS: dict[str, tuple[float, ...]] = {
    "Si": (
        *(1830.8, 471.18, 2.4799, 1.7322, 0.0, 2.85, 0.15),
        *(1.1e-6, 0.78734, 1.0039e5, 16.217, -0.59825),
    ),
    "C": (
        *(1393.6, 346.74, 3.4879, 2.2119, 0.0, 1.95, 0.15),
        *(1.5724e-7, 0.72751, 3.8049e4, 4.3484, -0.57058),
    ),
    "Ge": (
        *(1769.0, 419.23, 2.4451, 1.7047, 0.0, 2.95, 0.15),
        *(9.0166e-7, 0.75627, 1.0643e5, 15.652, -0.43884),
    ),
}
# What of two elements is not a mean of theirs: B, R, D.
CROSS: dict[tuple[str, str], tuple[float, float, float]] = {
    ("C", "Si"): (395.1451, 2.3573, 0.1527),
    ("Ge", "Si"): (444.7177, 2.8996, 0.15),
}
MIXING = {
    "A": "geometric",
    "B": "geometric",
    **dict.fromkeys(("lam1", "lam2", "lam3"), "arithmetic"),
}
# Beyond this exponent the weight of a third atom is cut off, as in LAMMPS.
STEEPEST = 69.0776


@documented
class Tersoff(Potential):
    """The potential of Tersoff; that of silicon by default.

    E = ½ Σ_i Σ_j fc(r_ij) (A exp(-λ1 r_ij) - b_ij B exp(-λ2 r_ij)),  b = (1 + (βζ_ij)ⁿ)^(-1/2n),
    ζ_ij = Σ_{k≠j} fc(r_ik) (1 + c²/d² - c²/(d² + (h - cos θ_jik)²)) exp(λ3^m (r_ij - r_ik)^m)

    fc falls from 1 at R - D to 0 at R + D as ½ - ½ sin(π (r - R) / 2D).

    Source: J. Tersoff, Phys. Rev. B 38, 9902 (1988); 39, 5566 (1989).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import Tersoff
        >>> silicon = bulk("Si", a=5.432)
        >>> silicon.calc = Tersoff()
        >>> round(silicon.get_potential_energy() / 2, 3)
        -4.63
    """

    both_ends = True

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc("strength of the repulsion; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ] = 1830.8,
        B: Annotated[
            NumberByPair, Doc("strength of the attraction; a number or a dict"), unit("eV")
        ] = 471.18,
        lam1: Annotated[
            NumberByPair, Doc("decay of the repulsion; a number or a dict"), unit("1/Å")
        ] = 2.4799,
        lam2: Annotated[
            NumberByPair, Doc("decay of the attraction; a number or a dict"), unit("1/Å")
        ] = 1.7322,
        lam3: Annotated[
            NumberByPair,
            Doc(
                "how much more a third atom k counts that is nearer than j, λ3 of the edge i-k; "
                "a number or a dict"
            ),
            unit("1/Å"),
        ] = 0.0,
        R: Annotated[
            NumberByPair, Doc("middle of the cutoff; a number or a dict"), unit("Å")
        ] = 2.85,
        D: Annotated[
            NumberByPair, Doc("half the width of the cutoff; a number or a dict"), unit("Å")
        ] = 0.15,
        beta: Annotated[
            NumberByElement,
            Doc(
                "how much the crowd ζ weakens a bond; a number, or a dict by the element a bond "
                "starts from"
            ),
        ] = 1.1e-6,
        n: Annotated[NumberByElement, Doc("exponent of the crowd; a number or a dict")] = 0.78734,
        c: Annotated[
            NumberByElement,
            Doc("strength of the angles, which count up to 1 + c²/d²; a number or a dict"),
        ] = 1.0039e5,
        d: Annotated[
            NumberByElement,
            Doc("width of the angles, as a difference of cosines from h; a number or a dict"),
        ] = 16.217,
        h: Annotated[
            NumberByElement,
            Doc("cosine of the angle that weakens a bond least; a number or a dict"),
        ] = -0.59825,
        *,
        m: Annotated[int, Doc("power of lam3 (r_ij - r_ik) in ζ, 3 or 1")] = 3,
        mixing: Annotated[
            str | Mapping[str, str] | None,
            Doc(
                "means for pairs of different elements, as of `Pair`: A and B of two "
                "elements have geometric means, lam1, lam2 and lam3 arithmetic ones; R and D "
                "must be given for the pair"
            ),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        if m not in (1, 3):
            raise ModelError(f"m is {m!r}; it is 1 or 3", next="m=3")
        values = (A, B, lam1, lam2, lam3, R, D, beta, n, c, d, h)
        self.given = checked("Tersoff", dict(zip(NAMES, values)))
        for name in ("R", "D"):
            positive(name, self.given[name])
        self.m, self.mixing = m, mixing_rules(MIXING if mixing is None else mixing)
        super().__init__(skin, precision, **self.given, m=None if m == 3 else m, mixing=mixing)

    @documented
    @classmethod
    def of(
        cls,
        *elements: Annotated[str, Doc("symbols of those that the source has")],
        **words: Annotated[WordValue, Doc("of the class")],
    ) -> Tersoff:
        """The potential of Tersoff for Si, C, Ge, SiC or SiGe; words as of the class.

        Raises:
            ModelError: an element that is not in his tables.
        """
        given = published(ROWS, NAMES, elements, "Tersoff")
        if len(elements) > 1:
            for pair, row in CROSS.items():
                if set(pair) <= set(elements):
                    for name, value in zip(("B", "R", "D"), row):
                        given[name][pair] = value
        return cls(**given, **words)

    @property
    def cutoff(self) -> float:
        """The largest R + D, Å."""
        return float(np.max(self.tables(elements_of(self.given))["_rc"]))

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The local kernel with the energy of one atom."""
        return local_kernel, (ENERGIES[self.m], None, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters of all bonds between these elements, and of the atoms they start from."""
        values = self.given if given is None else given
        bonds = {name: values[name] for name in BONDS}
        found = {
            name: pair_table(name, value, symbols, self.mixing, bonds)
            for name, value in bonds.items()
        }
        found |= {name: atom_table(name, values[name], symbols) for name in TIPS}
        return {**found, "_rc": (found["R"] + found["D"]).max()}


def _fade(r: Any, R: Any, D: Any) -> Any:
    """fc, whose slope is zero at both of its ends."""
    phase = jnp.clip((r - R) / D, -1.0, 1.0)
    return 0.5 - 0.5 * jnp.sin(0.5 * math.pi * phase)


def _energy(
    D: Any, r: Any, inside: Any, mine: Any, theirs: Any, parameters: Any, power: int
) -> Any:
    """Half the energy of all bonds of one atom."""
    p = of_edges(parameters, mine, theirs)
    f = jnp.where(inside, _fade(r, p["R"], p["D"]), 0.0)
    u = D / r[:, None]
    apart = 1.0 - jnp.eye(len(r), dtype=r.dtype)
    beside = (p["h"] - u @ u.T) ** 2
    c2, d2 = p["c"] ** 2, p["d"] ** 2
    bend = 1.0 + c2 / d2 - c2 / (d2 + beside)
    longer = p["lam3"] * (r[:, None] - r[None, :])
    weight = jnp.exp(jnp.clip(longer**power, -STEEPEST, STEEPEST))
    zeta = jnp.sum(apart * f[None, :] * bend * weight, 1)
    # The power of a crowd that is not there has no slope, or an infinite one.
    crowded = zeta > 0
    order = jnp.exp(p["n"] * jnp.log(p["beta"] * jnp.where(crowded, zeta, 1.0)))
    b = jnp.where(crowded, jnp.exp(-jnp.log1p(order) / (2.0 * p["n"])), 1.0)
    bond = p["A"] * jnp.exp(-p["lam1"] * r) - b * p["B"] * jnp.exp(-p["lam2"] * r)
    return 0.5 * jnp.sum(f * bond)


# One object for each power, so that equal potentials share a compiled program.
ENERGIES = {power: partial(_energy, power=power) for power in (1, 3)}
