"""Density: a potential of a local density from three functions of the person's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from residua._errors import ModelError
from residua._types import ModelLike, NumberByPair
from residua.atoms.arguments import SWITCHING, Mixing, Precision, Skin
from residua.atoms.cutoffs import in_order, known_cutoff, numbers_of, positive
from residua.atoms.kernels.density import DensityForm, density_kernel
from residua.atoms.mixing import mixing_rules
from residua.atoms.pair import MEAN, pair_energy
from residua.atoms.potential import SKIN, Potential
from residua.atoms.species import atom_table, is_traced, pair_table
from residua.doc import Doc, documented, unit
from residua.problem.model import Model, from_formula
from residua.problem.model import model as as_model

# The three functions, and the variable of each.
PARTS = {"pair": "r", "density": "r", "embedding": "rho"}
# Where switching begins, as a share of rc.
INNER = 0.8


class DensityPotential(Potential):
    """A potential on the kernel of local densities: kinds say their form and tables.

    E = Σ_i F(ρ_i) + ½ Σ_i Σ_j φ(r_ij),  ρ_i = Σ_j f(r_ij)

    Source: M. S. Daw, M. I. Baskes, Phys. Rev. B 29, 6443 (1984).
    """

    def form(self) -> DensityForm:
        """Its functions; equal forms share a compiled program."""
        raise NotImplementedError

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The kernel of local densities for these functions."""
        return density_kernel, (self.form(), virial)


@documented
class Density(DensityPotential):
    """A potential of a local density, from any φ(r), f(r) and F(ρ).

    E = Σ_i F(ρ_i) + ½ Σ_i Σ_j φ(r_ij),  ρ_i = Σ_j f(r_ij)

    The person writes three functions; forces, stress and derivatives by parameters follow. An atom
    that feels no density has no embedding energy.

    Raises:
        ModelError: parameters missing or too many, an unknown word, no cutoff.

    Source: M. S. Daw, M. I. Baskes, Phys. Rev. B 29, 6443 (1984).

    Example:
        >>> from residua.atoms import Density
        >>> glue = Density("2*A*exp(-a*r)", "exp(-b*r)", "-D*sqrt(rho)", A=800.0, a=3.2, b=1.4,
        ...     D=9.0, rc=6.0)
        >>> energy, forces = glue.energy_and_forces([[0.0, 0.0, 0.0], [2.5, 0.0, 0.0]])
        >>> round(energy, 4), forces.round(3)[0].tolist()
        (-2.5912, [0.472, 0.0, 0.0])
    """

    # The rules of mixing where none are said.
    usual_mixing: str | Mapping[str, str] | None = None

    def __init__(
        self,
        pair: Annotated[
            ModelLike,
            Doc(
                "the pair term φ, a formula in r, a function `phi(r, a, b)`, the name of a "
                "library model or a Model; eV of a distance in Å"
            ),
        ],
        density: Annotated[
            ModelLike, Doc("the density f, likewise: what an atom feels of a neighbor at r")
        ],
        embedding: Annotated[
            ModelLike,
            Doc("the embedding F, a formula in rho, or a function `F(rho, a)`"),
            unit("eV"),
        ],
        *,
        rc: Annotated[
            NumberByPair | None,
            Doc("the cutoff of both sums; a number, or a dict by elements or pairs of them"),
            unit("Å"),
        ] = None,
        cutoff: Annotated[
            str,
            Doc(
                'how φ and f end: "switch" (smoothly between `inner` and rc), '
                '"shift", "force" or "sharp"; see Pair'
            ),
        ] = "switch",
        inner: Annotated[NumberByPair | None, SWITCHING, unit("Å")] = None,
        mixing: Mixing = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
        **parameters: Annotated[
            NumberByPair,
            Doc(
                "those of all three, a number each, or dicts: of φ and f by element or pair "
                "of elements (the atom and its neighbor), of F by element"
            ),
        ],
    ) -> None:
        self.functions = {"pair": pair, "density": density, "embedding": embedding}
        self.models = _parts(self.functions)
        self.given = _complete(self.models, parameters)
        self.rc, self.inner = rc, inner
        self.cutoff_kind = known_cutoff(cutoff, inner)
        self.mixing = mixing_rules(self.usual_mixing if mixing is None else mixing)
        positive("rc", self.usual_cutoff(self.given) if rc is None else rc)
        if inner is not None:
            positive("inner", inner)
        words = {"rc": rc, "cutoff": None if cutoff == "switch" else cutoff, "inner": inner}
        super().__init__(skin, precision, **self.given, **words, mixing=mixing)

    def __getstate__(self) -> dict[str, Any]:
        # What formulas were compiled to stays in its process; their text travels.
        return {**super().__getstate__(), "models": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.models = _parts(self.functions)

    def __copy__(self) -> Density:
        found = object.__new__(type(self))
        found.__dict__.update(super().__getstate__())
        return found

    def usual_cutoff(self, values: Mapping[str, Any]) -> Any:
        """The cutoff that follows from parameters where none is given, Å."""
        raise ModelError(
            "a potential of densities needs a cutoff, where atoms stop seeing each other",
            next=f"{type(self).__name__}(..., rc=6.0)",
        )

    def usual_inner(self, values: Mapping[str, Any], rc: Any) -> Any:
        """Where switching begins if it is not said, Å."""
        return scaled(rc, INNER)

    @property
    def cutoff(self) -> float:
        """The largest cutoff of all pairs, Å."""
        return max(numbers_of("rc", self._rc(self.given)))

    def _rc(self, values: Mapping[str, Any]) -> Any:
        return self.usual_cutoff(values) if self.rc is None else self.rc

    def form(self) -> DensityForm:
        """The three functions, compiled once for equal formulas."""
        pair, density, embedding = (pair_energy(self.models[part]) for part in PARTS)
        return DensityForm(pair, density, embedding, self.cutoff_kind)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters of φ and f for all pairs of these elements, and of F for each of them."""
        values = self.given if given is None else given
        edges = {*self.models["pair"].parameters, *self.models["density"].parameters}
        pair = {
            name: pair_table(name, values[name], symbols, self.mixing, values)
            for name in values
            if name in edges
        }
        rc = self._rc(values)
        pair["_rc"] = pair_table("rc", rc, symbols, MEAN)
        if self.cutoff_kind == "switch":
            inner = self.usual_inner(values, rc) if self.inner is None else self.inner
            pair["_inner"] = pair_table("rc", inner, symbols, MEAN)
            if not is_traced(pair["_rc"]):
                in_order(pair["_inner"], pair["_rc"])
        own = self.models["embedding"].parameters
        return {
            "pair": pair,
            "atom": {name: atom_table(name, values[name], symbols) for name in own},
        }


def scaled(value: Any, factor: float) -> Any:
    """A parameter times a number, whether it is one number or a dict of them.

    Example:
        >>> scaled({"Cu": 2.5}, 2.0)
        {'Cu': 5.0}
    """
    if isinstance(value, Mapping):
        return {key: factor * number for key, number in value.items()}
    return factor * value


def _parts(functions: Mapping[str, Any]) -> dict[str, Model]:
    return {part: _part(part, what) for part, what in functions.items()}


def _part(part: str, what: Any) -> Model:
    """A function of its one variable; a formula need not have parameters."""
    variable = PARTS[part]
    if isinstance(what, Model) or callable(what):
        return as_model(what)
    text = str(what).strip()
    if text.replace("-", "_").replace(" ", "_").isidentifier() and text != variable:
        return as_model(text)
    found = from_formula(text, (variable,), bare=True)
    if found.independent != (variable,):
        raise ModelError(
            f"the {part} {text!r} does not depend on {variable}",
            causes=[f"{part} is a function of {variable}"],
            next=f'{part}="0*{variable}"' if part == "pair" else f'{part}="... {variable} ..."',
        )
    return found


def _complete(models: Mapping[str, Model], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the three functions; an error names what is missing and too many."""
    defaults: dict[str, Any] = {}
    for one in models.values():
        defaults.update({name: one.defaults.get(name) for name in one.parameters})
    found = {name: parameters.get(name, usual) for name, usual in defaults.items()}
    missing = [name for name, value in found.items() if value is None]
    strange = [name for name in parameters if name not in found]
    if missing or strange:
        raise ModelError(
            f"the parameters of this potential are {', '.join(found)}"
            + (f"; not given: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(strange)}" if strange else ""),
            next=f"Density(..., {', '.join(f'{name}=...' for name in found)}, rc=...)",
        )
    for name, value in found.items():
        numbers_of(name, value)
    return found
