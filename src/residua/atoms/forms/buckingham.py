"""Buckingham's potential: an exponential repulsion, dispersion, and a guard at short distances."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Unpack

from residua._errors import ModelError
from residua._types import NumberByPair
from residua.atoms.forms.guard import guard_tables, guarded, well
from residua.atoms.kernels.pair import pair_kernel
from residua.atoms.pair import Pair, PairWords
from residua.atoms.species import each_pair, elements_of
from residua.doc import Doc, documented, unit

# Like 3 sigma of Lennard-Jones, whose minimum is at 1.12 sigma.
REACH = 2.7


@documented
class Buckingham(Pair):
    """Buckingham's potential, u(r) = A exp(-B r) - C/r^6, with a guard at short distances.

    Where C is positive, u turns over at some distance and falls to minus infinity, and atoms that
    come so close fall into each other. The guard takes over where the repulsion is strongest,
    u'' = 0, and continues u with its slope and curvature to plus infinity; outside of it nothing
    changes. Pairs with C <= 0 need none. `forms/guard.py` has the equation.

    Raises:
        ModelError: see Pair; no cutoff is given and there is no minimum; a guard where nothing
            holds the atoms apart at any distance.

    Source: R. A. Buckingham, Proc. R. Soc. Lond. A 168, 264 (1938).

    Example:
        >>> from residua.atoms import Buckingham
        >>> pair = Buckingham(A=4000.0, B=3.5, C=60.0)
        >>> round(pair.energy_and_forces([[0.0, 0.0, 0.0], [3.6, 0.0, 0.0]])[0], 5)
        -0.01401
        >>> bare = Buckingham(A=4000.0, B=3.5, C=60.0, guard=False)
        >>> [p.energy_and_forces([[0, 0, 0], [0.3, 0, 0]])[0] > 0 for p in (pair, bare)]
        [True, False]
    """

    usual_mixing = {"A": "geometric", "B": "arithmetic", "C": "geometric"}  # noqa: RUF012

    def __init__(
        self,
        A: Annotated[
            NumberByPair,
            Doc("strength of the repulsion; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ],
        B: Annotated[NumberByPair, Doc("its decay; a number or a dict"), unit("1/Å")],
        C: Annotated[
            NumberByPair, Doc("coefficient of dispersion; a number or a dict"), unit("eV Å^6")
        ],
        *,
        guard: Annotated[
            bool, Doc("whether u is kept from falling to minus infinity at short distances")
        ] = True,
        **words: Unpack[
            Annotated[
                PairWords,
                Doc(
                    "`rc`, 2.7 times the distance of the minimum by default; `mixing`, geometric "
                    "for A and C and arithmetic for B by default; `cutoff`, `inner`, `skin` and "
                    "`precision`, as of `Pair`"
                ),
            ]
        ],
    ) -> None:
        self.guard = bool(guard)
        super().__init__(
            "buckingham",
            A=A,
            B=B,
            C=C,
            **words,
        )
        self.parameters["guard"] = None if guard else False

    def fitted(self) -> Buckingham:
        """Without its guard where the numbers of a fit leave nothing to hold on to."""
        try:
            self.tables(elements_of(self.given))
        except ModelError:
            self.guard = self.parameters["guard"] = False
        return self

    def usual_cutoff(self) -> Any:
        """Beyond the minimum by as much as 3 sigma of Lennard-Jones."""
        return each_pair(_beyond_well, self.given)

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The kernel of pairs, for u with its guard."""
        if not self.guard:
            return super().kernel(virial)
        return pair_kernel, (guarded, self.cutoff_kind, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters, cutoffs and guards of all pairs of these elements."""
        found = super().tables(symbols, given)
        return {**found, **guard_tables(found)} if self.guard else found


def _beyond_well(A: float, B: float, C: float) -> float:
    r = well(A, B, C)
    if math.isnan(r):
        raise ModelError(
            f"Buckingham's potential with A={A:g}, B={B:g}, C={C:g} has no minimum, so nothing "
            "says where to cut it",
            next="Buckingham(..., rc=10.0)",
        )
    return REACH * r
