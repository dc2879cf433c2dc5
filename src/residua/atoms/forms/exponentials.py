"""Wells between two exponentials: Morse's potential, and the double exponential."""

from __future__ import annotations

import math
from typing import Annotated, Any, Unpack

from residua._errors import ModelError
from residua._types import NumberByPair
from residua.atoms.pair import Pair, PairWords
from residua.atoms.species import each_pair
from residua.doc import Doc, documented, unit

# Decay lengths of the attraction beyond the minimum; u is 1/200 of the depth there.
REACH = 6.0


@documented
class Morse(Pair):
    """Morse's potential, u(r) = D (exp(-2 alpha (r - r0)) - 2 exp(-alpha (r - r0))).

    Raises:
        ModelError: see Pair.

    Source: P. M. Morse, Phys. Rev. 34, 57 (1929); L. A. Girifalco, V. G. Weizer, Phys. Rev. 114,
    687 (1959).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import Morse
        >>> copper = bulk("Cu", a=3.61)
        >>> copper.calc = Morse(D=0.3429, alpha=1.3588, r0=2.866, rc=12.0)
        >>> round(copper.get_potential_energy(), 2)
        -3.54
    """

    usual_mixing = {"D": "geometric", "alpha": "arithmetic", "r0": "arithmetic"}  # noqa: RUF012

    def __init__(
        self,
        D: Annotated[
            NumberByPair,
            Doc("depth of the well; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ],
        alpha: Annotated[
            NumberByPair, Doc("inverse width of the well; a number or a dict"), unit("1/Å")
        ],
        r0: Annotated[NumberByPair, Doc("where the minimum is; a number or a dict"), unit("Å")],
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    "`rc`, r0 + 6/alpha by default, where u is 1/200 of the depth; `mixing`, "
                    "geometric for D and arithmetic for alpha and r0 by default; `cutoff`, "
                    "`inner`, `skin` and `precision`, as of `Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "morse",
            D=D,
            alpha=alpha,
            r0=r0,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Where u has fallen to 1/200 of the depth."""
        return each_pair(
            lambda alpha, r0: r0 + REACH / alpha, {k: self.given[k] for k in ("alpha", "r0")}
        )


@documented
class DoubleExponential(Pair):
    """Repulsion and attraction that each fall off exponentially, u(r) = A exp(-a r) - B exp(-b r).

    Morse's potential is a = 2 b.

    Raises:
        ModelError: see Pair; no cutoff is given, and u has no minimum.

    Source: X. Wu, B. R. Brooks, AIP Advances 9, 065304 (2019).

    Example:
        >>> from residua.atoms import DoubleExponential
        >>> copper = DoubleExponential(A=800.0, a=3.0, B=80.0, b=1.5)
        >>> energy, forces = copper.energy_and_forces([[0.0, 0.0, 0.0], [2.5, 0.0, 0.0]])
        >>> round(energy, 4), round(copper.cutoff, 4)
        (-1.429, 5.9972)
    """

    usual_mixing = {  # noqa: RUF012
        "A": "geometric",
        "a": "arithmetic",
        "B": "geometric",
        "b": "arithmetic",
    }

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc("strength of the repulsion; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ],
        a: Annotated[NumberByPair, Doc("its decay; a number or a dict"), unit("1/Å")],
        B: Annotated[
            NumberByPair, Doc("strength of the attraction; a number or a dict"), unit("eV")
        ],
        b: Annotated[NumberByPair, Doc("its decay; a number or a dict"), unit("1/Å")],
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    "`rc`, where the minimum is and 6/b beyond by default; `mixing`, geometric "
                    "for A and B and arithmetic for a and b by default, so that each exponential "
                    "is the geometric mean; `cutoff`, `inner`, `skin` and `precision`, as of "
                    "`Pair`"
                ),
            ]
        ],
    ) -> None:
        super().__init__(
            "double_exponential_pair",
            A=A,
            a=a,
            B=B,
            b=b,
            **words,
        )

    def usual_cutoff(self) -> Any:
        """Six decay lengths of the attraction beyond the minimum."""
        return each_pair(_beyond_minimum, self.given)


def _beyond_minimum(A: float, a: float, B: float, b: float) -> float:
    """Where A a exp(-a r) = B b exp(-b r), and six decay lengths of the slower one."""
    ratio = A * a / (B * b) if B * b else 0.0
    if not (ratio > 0 and a != b and min(a, b) > 0):
        raise ModelError(
            f"A exp(-a r) - B exp(-b r) has no minimum with A={A:g}, a={a:g}, B={B:g}, b={b:g}, "
            "so nothing says where to cut it",
            next="DoubleExponential(..., rc=10.0)",
        )
    return max(math.log(ratio) / (a - b), 0.0) + REACH / min(a, b)
