"""The second-moment tight-binding potential of Gupta, with parameters of Cleri and Rosato."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from residua._errors import ModelError
from residua._types import NumberByPair, WordValue
from residua.atoms.arguments import Precision, Skin
from residua.atoms.many_body.density import Density, scaled
from residua.atoms.potential import SKIN
from residua.doc import Doc, documented, unit

# A (eV), xi (eV), p, q, r0 (Å): F. Cleri, V. Rosato, Phys. Rev. B 48, 22 (1993), table II; r0 is
# the nearest distance of the crystal, a/√2 of the lattice constant in their table I.
ROWS: dict[str, tuple[float, float, float, float, float]] = {
    "Ni": (0.0376, 1.070, 16.999, 1.189, 3.523 / 2**0.5),
    "Cu": (0.0855, 1.224, 10.960, 2.278, 3.615 / 2**0.5),
    "Rh": (0.0629, 1.660, 18.450, 1.867, 3.803 / 2**0.5),
    "Pd": (0.1746, 1.718, 10.867, 3.742, 3.887 / 2**0.5),
    "Ag": (0.1028, 1.178, 10.928, 3.139, 4.085 / 2**0.5),
    "Ir": (0.1156, 2.289, 16.980, 2.691, 3.839 / 2**0.5),
    "Pt": (0.2975, 2.695, 10.612, 4.004, 3.924 / 2**0.5),
    "Au": (0.2061, 1.790, 10.229, 4.036, 4.079 / 2**0.5),
    "Al": (0.1221, 1.316, 8.612, 2.516, 4.050 / 2**0.5),
}
NAMES = ("A", "xi", "p", "q", "r0")
# Their sums reach five shells, √5 r0; switching ends before the sixth, at √6 r0.
INNER, OUTER = 2.29, 2.42


@documented
class Gupta(Density):
    """The potential of Gupta: an electron band of the second moment, and a Born-Mayer repulsion.

    E = Σ_i (Σ_j A exp(-p (r_ij/r0 - 1)) - √(Σ_j ξ² exp(-2q (r_ij/r0 - 1))))

    Source: F. Cleri, V. Rosato, Phys. Rev. B 48, 22 (1993); R. P. Gupta, Phys. Rev. B 23, 6265
    (1981).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import Gupta
        >>> copper = bulk("Cu", a=3.615)
        >>> copper.calc = Gupta(A=0.0855, xi=1.224, p=10.960, q=2.278, r0=2.5562)
        >>> round(copper.get_potential_energy(), 3)
        -3.544
        >>> copper.calc = Gupta.of("Cu")
        >>> round(copper.get_potential_energy(), 3)
        -3.544
    """

    usual_mixing: Mapping[str, str] = {
        "A": "geometric",
        "xi": "geometric",
        "p": "arithmetic",
        "q": "arithmetic",
        "r0": "arithmetic",
    }

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc("repulsion; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ] = 0.0855,
        xi: Annotated[NumberByPair, Doc("hopping; a number or a dict"), unit("eV")] = 1.224,
        p: Annotated[NumberByPair, Doc("decay of the repulsion; a number or a dict")] = 10.960,
        q: Annotated[NumberByPair, Doc("decay of the hopping; a number or a dict")] = 2.278,
        r0: Annotated[
            NumberByPair,
            Doc(
                "nearest distance; a number or a dict. It only says where A and xi are "
                "meant: a change of it is one of A and xi, so a fit keeps it fixed."
            ),
            unit("Å"),
        ] = 2.5562,
        *,
        rc: Annotated[
            NumberByPair | None,
            Doc("the cutoff; 2.42 r0 by default, between the fifth and the sixth shell of fcc"),
            unit("Å"),
        ] = None,
        cutoff: Annotated[
            str, Doc('how the sums end, see `Pair`; "sharp" sums as the source does')
        ] = "switch",
        inner: Annotated[
            NumberByPair | None, Doc("where switching begins; 2.29 r0 by default"), unit("Å")
        ] = None,
        mixing: Annotated[
            str | Mapping[str, str] | None,
            Doc(
                "means for pairs of different elements, as of `Pair`: A and xi of two "
                "elements have geometric means, p, q and r0 arithmetic ones"
            ),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        super().__init__(
            "2*A*exp(-p*(r/r0 - 1))",
            "xi**2*exp(-2*q*(r/r0 - 1))",
            "-sqrt(rho)",
            rc=rc,
            cutoff=cutoff,
            inner=inner,
            mixing=mixing,
            skin=skin,
            precision=precision,
            A=A,
            xi=xi,
            p=p,
            q=q,
            r0=r0,
        )

    @documented
    @classmethod
    def of(
        cls,
        *elements: Annotated[str, Doc("of Ni, Cu, Rh, Pd, Ag, Ir, Pt, Au, Al")],
        **words: Annotated[WordValue, Doc("of the class")],
    ) -> Gupta:
        """The potential of Cleri and Rosato for fcc metals; words as of the class.

        Raises:
            ModelError: an element that is not in their table.
        """
        return cls(**published(ROWS, NAMES, elements, "Gupta"), **words)

    def usual_cutoff(self, values: Mapping[str, Any]) -> Any:
        """Between the fifth and the sixth shell."""
        return scaled(values["r0"], OUTER)

    def usual_inner(self, values: Mapping[str, Any], rc: Any) -> Any:
        """Beyond the fifth shell."""
        return scaled(values["r0"], INNER) if self.rc is None else super().usual_inner(values, rc)


def published(
    rows: Mapping[str, tuple[float, ...]], names: tuple[str, ...], elements: Any, kind: str
) -> dict[str, Any]:
    """Parameters of a published table: numbers for one element, dicts for several.

    Example:
        >>> published({"Cu": (1.0, 2.0)}, ("a", "b"), ("Cu",), "Gupta")
        {'a': 1.0, 'b': 2.0}
    """
    strange = [element for element in elements if element not in rows]
    if strange or not elements:
        raise ModelError(
            f"{kind} has no published parameters for {', '.join(strange) or 'no element'}",
            causes=[f"there are rows for {', '.join(rows)}"],
            next=f'{kind}.of("{next(iter(rows))}")',
        )
    if len(elements) == 1:
        return dict(zip(names, rows[elements[0]]))
    return {name: {e: rows[e][k] for e in elements} for k, name in enumerate(names)}
