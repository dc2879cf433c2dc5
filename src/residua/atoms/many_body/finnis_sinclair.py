"""The potential of Finnis and Sinclair, with its parameters for bcc metals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import jax.numpy as jnp

from residua._types import NumberByElement, NumberByPair, WordValue
from residua.atoms.arguments import Precision, Skin
from residua.atoms.many_body.density import Density
from residua.atoms.many_body.gupta import published
from residua.atoms.potential import SKIN
from residua.atoms.species import by_pair, is_traced
from residua.doc import Doc, documented, unit

NAMES = ("A", "d", "beta", "c", "c0", "c1", "c2")
# A (eV/Å), d (Å), beta, c (Å), c0 (eV/Å²), c1 (eV/Å³), c2 (eV/Å⁴): M. W. Finnis, J. E. Sinclair,
# Philos. Mag. A 50, 45 (1984), tables 1 and 2; Fe as corrected in the erratum, 53, 161 (1986).
ROWS: dict[str, tuple[float, ...]] = {
    "V": (2.010637, 3.692767, 0.0, 3.8, -0.8816318, 1.4907756, -0.3976370),
    "Nb": (3.013789, 3.915354, 0.0, 4.2, -1.5640104, 2.0055779, -0.4663764),
    "Ta": (2.591061, 4.076980, 0.0, 4.2, 1.2157373, 0.0271471, -0.1217350),
    "Cr": (1.453418, 3.915720, 1.8, 2.9, 29.1429813, -23.3975027, 4.7578297),
    "Mo": (1.887117, 4.114825, 0.0, 3.25, 43.4475218, -31.9332978, 6.0804249),
    "W": (1.896373, 4.400224, 0.0, 3.25, 47.1346499, -33.7665655, 6.2541999),
    "Fe": (1.828905, 3.569745, 1.8, 3.4, 1.2371147, -0.3592185, -0.0385607),
}


@documented
class FinnisSinclair(Density):
    """The potential of Finnis and Sinclair for bcc metals.

    E = -A Σ_i √ρ_i + ½ Σ_i Σ_j V(r_ij),  V = (r - c)² (c0 + c1 r + c2 r²) for r < c,
    ρ_i = Σ_j (r_ij - d)² + β (r_ij - d)³ / d for r < d

    Both end by themselves, with continuous slope, so there is no other cutoff.

    Source: M. W. Finnis, J. E. Sinclair, Philos. Mag. A 50, 45 (1984); erratum 53, 161 (1986).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import FinnisSinclair
        >>> tungsten = bulk("W", a=3.1652)
        >>> tungsten.calc = FinnisSinclair.of("W")
        >>> round(tungsten.get_potential_energy(), 2)
        -8.9
    """

    def __init__(
        self,
        A: Annotated[
            NumberByElement,
            Doc("strength of the binding -A √ρ; a number, or a dict by elements"),
            unit("eV/Å"),
        ],
        d: Annotated[
            NumberByPair,
            Doc("where the density ends; a number, or a dict by elements or pairs of them"),
            unit("Å"),
        ],
        beta: Annotated[NumberByPair, Doc("cubic term of the density, β; a number or a dict")],
        c: Annotated[
            NumberByPair, Doc("where the pair term V ends; a number or a dict"), unit("Å")
        ],
        c0: Annotated[
            NumberByPair,
            Doc("constant of the polynomial of V; a number or a dict"),
            unit("eV/Å²"),
        ],
        c1: Annotated[NumberByPair, Doc("its linear term; a number or a dict"), unit("eV/Å³")],
        c2: Annotated[NumberByPair, Doc("its quadratic term; a number or a dict"), unit("eV/Å⁴")],
        *,
        mixing: Annotated[
            str | Mapping[str, str] | None,
            Doc("means for pairs of different elements, as of `Pair`; there are no usual ones"),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        super().__init__(
            "(r - c)**2*(c0 + c1*r + c2*r**2)*(r < c)",
            "((r - d)**2 + beta*(r - d)**3/d)*(r < d)",
            "-A*sqrt(rho)",
            cutoff="sharp",
            mixing=mixing,
            skin=skin,
            precision=precision,
            A=A,
            d=d,
            beta=beta,
            c=c,
            c0=c0,
            c1=c1,
            c2=c2,
        )

    @documented
    @classmethod
    def of(
        cls,
        *elements: Annotated[str, Doc("symbols of those that the source has")],
        **words: Annotated[WordValue, Doc("of the class")],
    ) -> FinnisSinclair:
        """The potential of the source for V, Nb, Ta, Cr, Mo, W or Fe; words as of the class.

        Raises:
            ModelError: an element that is not in their table.
        """
        return cls(**published(ROWS, NAMES, elements, "FinnisSinclair"), **words)

    def usual_cutoff(self, values: Mapping[str, Any]) -> Any:
        """Where the farther of the two ends."""
        c, d = values["c"], values["d"]
        if not isinstance(c, Mapping) and not isinstance(d, Mapping):
            return _larger(c, d)
        tables = [by_pair(v) if isinstance(v, Mapping) else {} for v in (c, d)]
        pairs = sorted({*tables[0], *tables[1]})
        return {pair: _larger(tables[0].get(pair, c), tables[1].get(pair, d)) for pair in pairs}


def _larger(c: Any, d: Any) -> Any:
    return jnp.maximum(c, d) if is_traced(c) or is_traced(d) else max(float(c), float(d))
