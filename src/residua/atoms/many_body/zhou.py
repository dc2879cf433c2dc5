"""The analytic embedded-atom method of Zhou, Johnson and Wadley for 16 metals and their alloys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import jax.numpy as jnp

from residua._errors import ModelError
from residua._types import NumberByElement, WordValue
from residua.atoms.arguments import Precision, Skin
from residua.atoms.cutoffs import known_cutoff, numbers_of, positive
from residua.atoms.kernels.density import DensityForm
from residua.atoms.many_body.density import INNER, DensityPotential, scaled
from residua.atoms.many_body.gupta import published
from residua.atoms.many_body.zhou_rows import NAMES, ROWS
from residua.atoms.potential import SKIN
from residua.atoms.species import atom_table, pair_table
from residua.doc import Doc, documented, unit

# Where all functions have died out, in units of re.
REACH = 2.3
# What φ and f take of both elements, and what F takes of one.
EDGES = ("re", "fe", "alpha", "beta", "A", "B", "kappa", "lam")
OWN = tuple(name for name in NAMES if name not in EDGES)


@documented
class ZhouEAM(DensityPotential):
    """The analytic embedded-atom method of Zhou, Johnson and Wadley; it can be fitted.

    φ(r) = A g(α, κ) - B g(β, λ),  f(r) = fe g(β, λ),
    g(a, k) = exp(-a (r/re - 1)) / (1 + (r/re - k)²⁰)

    F(ρ) is a cubic in ρ/(0.85 ρe) - 1 for thin densities, one in ρ/ρe - 1 around ρe, and
    Fe (1 - η ln(ρ/ρs)) (ρ/ρs)^η beyond 1.15 ρe. Elements a and b have the pair potential
    ½ (f_b/f_a φ_aa + f_a/f_b φ_bb).

    Raises:
        ModelError: parameters missing or too many.

    Source: X. W. Zhou, R. A. Johnson, H. N. G. Wadley, Phys. Rev. B 69, 144113 (2004).

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import ZhouEAM
        >>> copper = bulk("Cu", a=3.615)
        >>> copper.calc = ZhouEAM.of("Cu")
        >>> round(copper.get_potential_energy(), 2)
        -3.54
    """

    def __init__(
        self,
        *,
        rc: Annotated[
            float | None, Doc("the cutoff; 2.3 re of the largest element by default"), unit("Å")
        ] = None,
        cutoff: Annotated[
            str,
            Doc(
                'how the sums end: "switch" (from 0.8 rc on), "shift", "force" or '
                '"sharp"; see `Pair`'
            ),
        ] = "switch",
        skin: Skin = SKIN,
        precision: Precision = "double",
        **parameters: Annotated[
            NumberByElement,
            Doc(
                "those of the source: re (Å), fe, rhoe, rhos, alpha, beta, A (eV), B (eV), "
                "kappa, lam (λ), Fn0-Fn3, F0-F3, F3_dense, eta, Fe (eV), low (0.85) and high "
                "(1.15); numbers, or dicts by element"
            ),
        ],
    ) -> None:
        strange = sorted({*parameters} ^ {*NAMES})
        if strange:
            raise ModelError(
                f"{', '.join(strange)}: missing or unknown",
                causes=[f"the parameters are {', '.join(NAMES)}"],
                next='ZhouEAM.of("Cu")',
            )
        self.given = {name: parameters[name] for name in NAMES}
        for name, value in self.given.items():
            numbers_of(name, value)
        largest = max(numbers_of("re", self.given["re"]))
        self.rc, self.cutoff_kind = (
            REACH * largest if rc is None else rc,
            known_cutoff(cutoff, None),
        )
        positive("rc", self.rc)
        super().__init__(skin, precision, **self.given, rc=self.rc, cutoff=cutoff)

    @documented
    @classmethod
    def of(
        cls,
        *elements: Annotated[str, Doc("symbols of those that the source has")],
        **words: Annotated[WordValue, Doc("of the class")],
    ) -> ZhouEAM:
        """The potential of the source for Cu, Ag, Au, Ni, Pd, Pt, Al, Pb, Fe, Mo, Ta, W, Mg, Co,
        Ti, Zr and their alloys; words as of the class.

        Raises:
            ModelError: an element that is not in their table.
        """
        return cls(**published(ROWS, NAMES, elements, "ZhouEAM"), **words)

    @property
    def cutoff(self) -> float:
        """rc, Å."""
        return float(self.rc)

    def form(self) -> DensityForm:
        """Its functions; F is a polynomial where no density is."""
        return DensityForm(_phi, _felt, _embedded, self.cutoff_kind, True)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters of an atom and of its neighbor at every pair, and those of F."""
        values = self.given if given is None else given
        own = {name: atom_table(name, values[name], symbols) for name in NAMES}
        pair: dict[str, Any] = {}
        for name in EDGES:
            table = own[name]
            square = table[:, None] * jnp.ones(len(symbols)) if table.ndim else table
            pair[f"{name}_i"], pair[f"{name}_j"] = square, square.T
        pair["_rc"] = pair_table("rc", self.rc, symbols)
        pair["_inner"] = scaled(pair["_rc"], INNER)
        return {"pair": pair, "atom": {name: own[name] for name in OWN}}


def _side(parameters: Any, side: str) -> dict[str, Any]:
    return {name: parameters[f"{name}_{side}"] for name in EDGES}


def _fall(x: Any, decay: Any, knee: Any) -> Any:
    return jnp.exp(-decay * (x - 1.0)) / (1.0 + (x - knee) ** 20)


def _density(r: Any, p: Mapping[str, Any]) -> Any:
    return p["fe"] * _fall(r / p["re"], p["beta"], p["lam"])


def _alone(r: Any, p: Mapping[str, Any]) -> Any:
    x = r / p["re"]
    return p["A"] * _fall(x, p["alpha"], p["kappa"]) - p["B"] * _fall(x, p["beta"], p["lam"])


def _phi(r: Any, parameters: Any) -> Any:
    a, b = _side(parameters, "i"), _side(parameters, "j")
    ratio = _density(r, b) / _density(r, a)
    return 0.5 * (ratio * _alone(r, a) + _alone(r, b) / ratio)


def _felt(r: Any, parameters: Any) -> Any:
    return _density(r, _side(parameters, "j"))


def _embedded(rho: Any, p: Mapping[str, Any]) -> Any:
    low, high = p["low"] * p["rhoe"], p["high"] * p["rhoe"]
    x, y = rho / low - 1.0, rho / p["rhoe"] - 1.0
    thin = p["Fn0"] + x * (p["Fn1"] + x * (p["Fn2"] + x * p["Fn3"]))
    cubic = jnp.where(y < 0, p["F3"], p["F3_dense"])
    middle = p["F0"] + y * (p["F1"] + y * (p["F2"] + y * cubic))
    # A logarithm that is not asked for must be finite too, and so must its slope.
    z = jnp.maximum(rho, 0.5 * high) / p["rhos"]
    dense = p["Fe"] * (1.0 - p["eta"] * jnp.log(z)) * z ** p["eta"]
    return jnp.where(rho < low, thin, jnp.where(rho < high, middle, dense))
