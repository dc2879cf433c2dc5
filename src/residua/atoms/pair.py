"""Pair: a potential of pairs from any u(r), be it a formula, a function or a library model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, TypedDict

from residua._errors import ModelError
from residua._types import ModelLike, NumberByPair
from residua.atoms.arguments import SWITCHING, Precision, Skin
from residua.atoms.cutoffs import followed, in_order, known_cutoff, numbers_of, positive
from residua.atoms.kernels.pair import pair_kernel
from residua.atoms.mixing import mixing_rules
from residua.atoms.potential import SKIN, Potential
from residua.atoms.species import is_traced, pair_table
from residua.autodiff.lowering import lower
from residua.doc import Doc, documented, unit
from residua.problem.model import Model
from residua.problem.model import model as as_model

# Cutoffs of different elements.
MEAN = {"rc": "arithmetic"}


class PairWords(TypedDict, total=False):
    """What every pair potential may be told beside its own parameters; Pair has the meanings."""

    rc: Any
    cutoff: str
    inner: Any
    mixing: str | Mapping[str, str] | None
    skin: float
    precision: str


@documented
class Pair(Potential):
    """A pair potential, E = ½ Σ_i Σ_j u(r_ij), from any u(r).

    The person writes only u(r): forces, stress and derivatives by the parameters follow.

    Raises:
        ModelError: parameters missing or too many, an unknown word, no cutoff.

    Source: M. P. Allen, D. J. Tildesley, Computer Simulation of Liquids, 2017, sections 1.3, 5.2.

    Example:
        >>> from residua.atoms import Pair
        >>> morse = Pair("D*((1 - exp(-a*(r - r0)))**2 - 1)", D=0.3, a=1.4, r0=2.9, rc=8.0)
        >>> energy, forces = morse.energy_and_forces([[0.0, 0.0, 0.0], [2.9, 0.0, 0.0]])
        >>> round(energy, 4), float(abs(forces).max())
        (-0.2995, 0.0)
    """

    # The rules of mixing where none are said.
    usual_mixing: str | Mapping[str, str] | None = None

    def __init__(
        self,
        u: Annotated[
            ModelLike,
            Doc(
                'a formula `"4*epsilon*((sigma/r)**12 - (sigma/r)**6)"`, a function `u(r, '
                'epsilon, sigma)`, the name of a library model such as "morse", or a '
                "Model; energy in eV of a distance in Å"
            ),
        ],
        *,
        rc: Annotated[
            NumberByPair | str | None,
            Doc(
                "the cutoff; a number, a dict by elements or pairs of them, or a formula of "
                'parameters such as "3*sigma"'
            ),
            unit("Å"),
        ] = None,
        cutoff: Annotated[
            str,
            Doc(
                '"shift" (u - u(rc)), "force" (energy and force vanish at '
                'rc), "switch" (u falls smoothly to zero between `inner` and rc) or '
                '"sharp"'
            ),
        ] = "shift",
        inner: Annotated[NumberByPair | None, SWITCHING, unit("Å")] = None,
        mixing: Annotated[
            str | Mapping[str, str] | None,
            Doc(
                '"lorentz_berthelot", "geometric", "waldman_hagler", or means by '
                'parameter, `{"sigma": "arithmetic"}`, for pairs of different elements '
                "that are not given; {} for no rule at all, so that a pair that is not given "
                "is an error"
            ),
        ] = None,
        skin: Skin = SKIN,
        precision: Precision = "double",
        **parameters: Annotated[
            NumberByPair, Doc("those of u, a number each, or dicts by element or pair of elements")
        ],
    ) -> None:
        self.u, self.model = u, pair_model(u)
        self.given = _complete(self.model, parameters)
        self.cutoff_kind, self.inner = known_cutoff(cutoff, inner), inner
        self.rc = rc if rc is not None else self.usual_cutoff()
        self.follows = followed(self.rc, self.given) if isinstance(self.rc, str) else None
        positive("rc", self._rc(self.given))
        if inner is not None:
            positive("inner", inner)
        rules = self.usual_mixing if mixing is None else mixing
        self.mixing = mixing_rules(rules, self.given)
        words = {"rc": rc, "cutoff": None if cutoff == "shift" else cutoff, "inner": inner}
        super().__init__(skin, precision, **self.given, **words, mixing=mixing)

    def usual_cutoff(self) -> Any:
        """The cutoff where none is given, Å."""
        raise ModelError(
            "a pair potential needs a cutoff, the distance at which atoms stop seeing each other",
            next=f"Pair({self.model.text!r}, ..., rc=10.0)",
        )

    @property
    def cutoff(self) -> float:
        """The largest cutoff of all pairs, Å."""
        rc = self._rc(self.given)
        return max(map(float, rc.values() if isinstance(rc, Mapping) else [rc]))

    def _rc(self, given: Mapping[str, Any]) -> Any:
        """The cutoff, which may follow from parameters."""
        if self.follows is None:
            return self.rc
        names = self.follows.parameters
        return self.follows.evaluate((), [given[name] for name in names])

    def refit(self, given: Mapping[str, Any]) -> Pair:
        """The same potential with other values; a cutoff that is a number stays where it is."""
        found = super().refit(given)
        found.parameters["rc"] = self.rc
        return found  # type: ignore[return-value]

    def shown(self) -> Mapping[str, Any]:
        """The parameters that a person would type; u first, where no class stands for it."""
        found = super().shown()
        return {"u": self.model.text, **found} if type(self) is Pair else found

    def __getstate__(self) -> dict[str, Any]:
        # Formulas travel as their text; what was compiled from them stays in its process.
        return {**super().__getstate__(), "model": None, "follows": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.model = pair_model(self.u)
        self.follows = followed(self.rc, self.given) if isinstance(self.rc, str) else None

    def __copy__(self) -> Pair:
        found = object.__new__(type(self))
        found.__dict__.update(super().__getstate__())
        return found

    def kernel(self, virial: bool) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The kernel of pairs for this u."""
        return pair_kernel, (pair_energy(self.model), self.cutoff_kind, virial)

    def tables(
        self, symbols: Sequence[str], given: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Parameters and cutoffs of all pairs of these elements."""
        values = self.given if given is None else given
        found = {
            name: pair_table(name, value, symbols, self.mixing, values)
            for name, value in values.items()
        }
        found["_rc"] = pair_table("rc", self._rc(values), symbols, MEAN)
        if self.cutoff_kind == "switch":
            inner = self.inner
            found["_inner"] = (
                0.8 * found["_rc"] if inner is None else pair_table("rc", inner, symbols, MEAN)
            )
            if not is_traced(found["_rc"]):
                in_order(found["_inner"], found["_rc"])
        return found


def pair_model(u: Any) -> Model:
    """What was given for u, as a Model of r."""
    if isinstance(u, Model) or callable(u):
        return as_model(u)
    text = str(u).strip()
    plain = text.replace("-", "_").replace(" ", "_").isidentifier()
    found = as_model(text) if plain else as_model(text, independent="r")
    if found.independent != ("r",):
        raise ModelError(
            f"{text} is no function of the distance r",
            causes=["r does not occur in it, or is no variable of it"],
            next='Pair("4*epsilon*((sigma/r)**12 - (sigma/r)**6)", ...)',
        )
    return found


def pair_energy(model: Model) -> Callable[[Any, Any], Any]:
    """u(r, parameters) in JAX; the same function for models that compute the same."""
    if model.kind in ("formula", "shelf"):
        return _by_text(model.kind, model.text, model.parameters, _Held(model))
    return _lowered(model)


class _Held:
    """A model that two equal texts may share: all are equal here."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.model.options == other.model.options

    def __hash__(self) -> int:
        return hash(repr(sorted(self.model.options.items())))


@lru_cache(maxsize=256)
def _by_text(kind: str, text: str, names: tuple[str, ...], held: _Held) -> Any:
    return _lowered(held.model)


@lru_cache(maxsize=256)
def _lowered(model: Model) -> Callable[[Any, Any], Any]:
    value = lower(lambda r, *values: model.evaluate((r,), values))

    def energy(r: Any, parameters: Any) -> Any:
        values = [parameters[name] for name in model.parameters]
        return value(r, *values).astype(r.dtype)

    return energy


def _as_u(model: Model) -> str:
    """How u(r) is written, whether or not what was given begins with `u =`."""
    left, equals, right = (model.equation or model.text).partition("=")
    return f"u(r) = {right.strip() if equals and left.strip() == 'u' else left + equals + right}"


def _complete(model: Model, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of u in order; an error names what is missing and what is too many."""
    missing = [n for n in model.parameters if n not in parameters and n not in model.defaults]
    strange = [name for name in parameters if name not in model.parameters]
    if missing or strange:
        raise ModelError(
            f"{_as_u(model)} has the parameters "
            f"{', '.join(model.parameters)}"
            + (f"; not given: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(strange)}" if strange else ""),
            next=f"Pair(..., {', '.join(f'{name}=...' for name in model.parameters)}, rc=...)",
        )
    found = {name: parameters.get(name, model.defaults.get(name)) for name in model.parameters}
    for name, value in found.items():
        numbers_of(name, value)
    return found
