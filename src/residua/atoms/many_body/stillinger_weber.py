"""The potential of Stillinger and Weber for tetrahedral semiconductors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np

from residua._types import NumberByElement, NumberByPair
from residua.atoms.arguments import Precision, Skin
from residua.atoms.cutoffs import positive
from residua.atoms.kernels.local import local_kernel
from residua.atoms.many_body.angles import checked, of_edges
from residua.atoms.mixing import mixing_rules
from residua.atoms.potential import SKIN, Potential
from residua.atoms.species import atom_table, elements_of, pair_table
from residua.doc import Doc, documented, unit

MIXING = {
    "epsilon": "geometric",
    "lam": "geometric",
    "sigma": "arithmetic",
    "a": "arithmetic",
    "gamma": "arithmetic",
    "A": "geometric",
    "B": "geometric",
    "p": "arithmetic",
    "q": "arithmetic",
}


@documented
class StillingerWeber(Potential):
    """The potential of Stillinger and Weber; that of silicon by default.

    E = Σ_i Σ_{j>i} ε A (B (σ/r)^p - (σ/r)^q) exp(σ/(r - aσ))
        + Σ_i Σ_{j<k} λ ε (cos θ_jik - c0)² exp(γσ/(r_ij - aσ)) exp(γσ/(r_ik - aσ))

    With all its derivatives it ends at aσ. Between different elements, the λε of an angle is the
    geometric mean of those of its two edges, so that an angle costs no loop over pairs of edges.

    Source: F. H. Stillinger, T. A. Weber, Phys. Rev. B 31, 5262 (1985); ε of silicon as adjusted
    to its cohesive energy, 4.3366 eV.

    Example:
        >>> from ase.build import bulk
        >>> from residua.atoms import StillingerWeber
        >>> silicon = bulk("Si", a=5.431)
        >>> silicon.calc = StillingerWeber()
        >>> round(silicon.get_potential_energy() / 2, 4)
        -4.3366
    """

    both_ends = True

    def __init__(
        self,
        epsilon: Annotated[
            NumberByPair,
            Doc("strength of both terms; a number, or a dict by elements or pairs of them"),
            unit("eV"),
        ] = 2.1683,
        sigma: Annotated[
            NumberByPair, Doc("length of both terms; a number or a dict"), unit("Å")
        ] = 2.0951,
        a: Annotated[
            NumberByPair, Doc("where it ends, in units of sigma; a number or a dict")
        ] = 1.80,
        lam: Annotated[
            NumberByPair,
            Doc("strength λ of the angle term, in units of epsilon; a number or a dict"),
        ] = 21.0,
        gamma: Annotated[
            NumberByPair, Doc("how fast the angle term fades towards a sigma; a number or a dict")
        ] = 1.20,
        A: Annotated[
            NumberByPair, Doc("strength of the pair term, in units of epsilon; a number or a dict")
        ] = 7.049556277,
        B: Annotated[
            NumberByPair,
            Doc("strength of its repulsion beside its attraction of 1; a number or a dict"),
        ] = 0.6022245584,
        p: Annotated[NumberByPair, Doc("exponent of its repulsion; a number or a dict")] = 4.0,
        q: Annotated[NumberByPair, Doc("exponent of its attraction; a number or a dict")] = 0.0,
        cos0: Annotated[
            NumberByElement,
            Doc("cosine c0 of the best angle; a number, or a dict by the element at its tip"),
        ] = -1.0 / 3.0,
        *,
        mixing: Annotated[
            str | Mapping[str, str] | None,
            Doc(
                "means for pairs of different elements, as of `Pair`: epsilon, lam, A and B "
                "of two elements have geometric means, all else arithmetic ones"
            ),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
    ) -> None:
        given = {"epsilon": epsilon, "sigma": sigma, "a": a, "lam": lam, "gamma": gamma}
        more = {"A": A, "B": B, "p": p, "q": q, "cos0": cos0}
        self.given = checked("StillingerWeber", {**given, **more})
        positive("sigma", sigma)
        self.mixing = mixing_rules(MIXING if mixing is None else mixing)
        super().__init__(skin, precision, **self.given, mixing=mixing)

    @property
    def cutoff(self) -> float:
        """The largest a sigma, Å."""
        return float(np.max(self.tables(elements_of(self.given))["_rc"]))

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The local kernel with the energy of one atom."""
        return local_kernel, (_energy, None, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters of all pairs of these elements, and the best angle at each."""
        values = self.given if given is None else given
        edges = {name: value for name, value in values.items() if name != "cos0"}
        found = {
            name: pair_table(name, value, symbols, self.mixing, edges)
            for name, value in edges.items()
        }
        found["cos0"] = atom_table("cos0", values["cos0"], symbols)
        found["_end"] = found["a"] * found["sigma"]
        found["_rc"] = found["_end"].max()
        return found


def _energy(D: Any, r: Any, inside: Any, mine: Any, theirs: Any, parameters: Any) -> Any:
    """The energy of one atom, half of each pair and all angles at it.

    Σ_{j<k} g_j g_k (u_j·u_k - c)² = ½ (|Σ g u⊗u|² - 2c |Σ g u|² + c² (Σ g)² - (1 - c)² Σ g²):
    the angles of K neighbors by sums over K.
    """
    p = of_edges(parameters, mine, theirs)
    end, sigma, c = p["_end"], p["sigma"], p["cos0"]
    near = inside & (r < end)
    fade = sigma / jnp.where(near, r - end, -1.0)
    x = jnp.log(sigma / r)  # powers of one number share its logarithm
    steep, flat = jnp.exp(p["p"] * x), jnp.exp(p["q"] * x)
    pair = p["epsilon"] * p["A"] * (p["B"] * steep - flat) * jnp.exp(fade)
    weight = jnp.sqrt(p["lam"] * p["epsilon"]) * jnp.exp(p["gamma"] * fade)
    g = jnp.where(near, weight, 0.0)
    u = [D[:, k] / r for k in range(3)]
    v = [g * one for one in u]
    diagonal = sum(jnp.sum(v[k] * u[k]) ** 2 for k in range(3))
    beside = sum(jnp.sum(v[k] * u[m]) ** 2 for k, m in ((0, 1), (0, 2), (1, 2)))
    straight = sum(jnp.sum(one) ** 2 for one in v)
    angles = diagonal + 2.0 * beside - 2.0 * c * straight + (c * jnp.sum(g)) ** 2
    alone = (1.0 - c) ** 2 * jnp.sum(g * g)
    return 0.5 * (jnp.sum(jnp.where(near, pair, 0.0)) + angles - alone)
