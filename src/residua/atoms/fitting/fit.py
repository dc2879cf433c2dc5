"""fit_potential: from a u(r) and structures to a potential with error bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Unpack, overload

from residua._errors import ModelError, ParameterError
from residua._types import BoundsLike, ModelLike, NumberByPair, StructuresLike, TieLike
from residua.atoms.arguments import SWITCHING
from residua.atoms.fitting.names import flat
from residua.atoms.fitting.result import PotentialFit
from residua.atoms.fitting.rows import PotentialRows
from residua.atoms.fitting.solving import Posed, solved
from residua.atoms.fitting.starts import Begin, pair_template
from residua.atoms.fitting.targets import checked_words, targets
from residua.atoms.fitting.words import FitWords, parameters_of
from residua.atoms.pair import pair_model
from residua.atoms.potential import Potential
from residua.atoms.reading import read_structures
from residua.atoms.structures import Structures
from residua.doc import Doc, Ge, Lt, documented, unit
from residua.fitting.task import MAX_STEPS, Settings
from residua.networks.mlp import MLP
from residua.networks.network import Architecture
from residua.problem.model import Model, is_name
from residua.science.shelf import FIELDS

if TYPE_CHECKING:
    from residua.atoms.neural.result import NeuralFit

# How much farther than the cutoff at the start neighbors are listed where the cutoff may grow, and
# how many times it may grow in all.
GROWS, RUNAWAY = 1.05, 4.0


@overload
def fit_potential(potential: MLP, structures: Any, **words: Unpack[FitWords]) -> NeuralFit: ...
@overload
def fit_potential(potential: Any, structures: Any, **words: Unpack[FitWords]) -> PotentialFit: ...
@documented
def fit_potential(
    potential: Annotated[
        ModelLike | Potential | Architecture,
        Doc(
            'a pair potential u(r) as a formula `"4*epsilon*((sigma/r)**12 - '
            '(sigma/r)**6)"`, the name of a library model ("morse"), a function `u(r, '
            "epsilon, sigma)`; any potential of residua.atoms with its start, `Gupta(...)`; "
            "or a network of the surroundings of atoms, `residua.MLP([8])`, which "
            "`fit_neural` fits"
        ),
    ],
    structures: Annotated[
        StructuresLike, Doc("whatever `read_structures` reads: a database, a file, a list of Atoms")
    ],
    *,
    energy: Annotated[bool, Doc("whether energies are fitted")] = True,
    forces: Annotated[
        bool | None, Doc("whether forces are fitted; None: by a network, where there are any")
    ] = None,
    stress: Annotated[bool, Doc("whether stresses are fitted")] = False,
    per: Annotated[
        str, Doc('"atom" (energies count per atom) or "cell", where large cells count more')
    ] = "atom",
    weights: Annotated[
        Mapping[str, float] | None,
        Doc(
            '1/σ by kind, `{"energy": 1.0, "forces": 0.5}`, in 1/eV, Å/eV and Å³/eV; '
            "where not given, each kind counts by its own scatter about the fit, estimated "
            "with it"
        ),
    ] = None,
    offsets: Annotated[
        bool,
        Doc(
            "whether an energy for each element is fitted too, E0_Ar ..., as total energies "
            "of electronic structure programs need"
        ),
    ] = False,
    rc: Annotated[
        NumberByPair | str | None,
        Doc(
            'the cutoff, or a formula of parameters, "3*sigma"; 2.67 nearest distances of '
            "the structure of lowest energy by default. It does not move while the potential "
            "is fitted, unless it is a formula."
        ),
        unit("Å"),
    ] = None,
    cutoff: Annotated[
        str, Doc('how u ends there: "shift", "force", "switch" or "sharp"; see `Pair`')
    ] = "shift",
    inner: Annotated[NumberByPair | None, SWITCHING, unit("Å")] = None,
    select: Annotated[
        str | Callable[..., Any] | None, Doc("which structures; see `read_structures`")
    ] = None,
    validation: Annotated[
        float, Doc("part of the structures to hold back, by whole groups"), Ge(0), Lt(1)
    ] = 0.0,
    by: Annotated[
        str | Sequence[str] | None,
        Doc(
            'what makes a group, "group" by default; see `Structures.split`. For a network '
            'what stays together in a fold, "row" by default.'
        ),
    ] = None,
    start: Annotated[
        Mapping[str, float] | None,
        Doc(
            "as of `residua.fit`, by name: `epsilon_Ar_Kr` where parameters are given by "
            "elements, or `epsilon` for all of them. A u(r) needs no start."
        ),
    ] = None,
    bounds: Annotated[BoundsLike | None, Doc("as of `residua.fit`, by name")] = None,
    fixed: Annotated[
        Mapping[str, Any] | str | Iterable[str] | None, Doc("as of `residua.fit`, by name")
    ] = None,
    tie: Annotated[
        TieLike | None,
        Doc("as of `residua.fit`, by name"),
    ] = None,
    seed: Annotated[int, Doc("decides everything that is drawn"), Ge(0)] = 0,
    max_steps: Annotated[int, Doc("proposals before the solver gives up"), Ge(1)] = MAX_STEPS,
    callback: Annotated[
        Callable[[Any], Any] | None,
        Doc("called with the solver's State after each step; returning True stops the fit"),
    ] = None,
) -> PotentialFit | NeuralFit:
    """Fit the parameters of a potential to energies, forces and stresses by least squares.

    minimize Σ ((E_s - E(s)) / (n_s σ_E))² + Σ ((F - F(s)) / σ_F)² + Σ ((S - S(s)) / σ_S)²

    Returns:
        A PotentialFit: a Fit, with `calculator()`, errors by kind and group, and pictures. Of a
        network a NeuralFit: `calculator()`, errors of structures held out, grades.

    Raises:
        DataError: nothing to fit, or structures without what is to be fitted.
        ModelError: no start was found, the potential cannot be evaluated at it, a cutoff that
            follows parameters grew without end, or a word says nothing to a network.
        ParameterError: names that are no parameters; a start outside its bounds.
        MissingLibrary: ASE or vesin is not installed.

    Source: F. Ercolessi, J. B. Adams, Europhys. Lett. 26, 583 (1994), force matching.

    Example:
        >>> from residua.atoms import fit_potential
        >>> fit = fit_potential("lennard_jones", "example:argon", rc="3*sigma", per="cell")
        >>> fit.ok, round(fit.params["epsilon"], 6), round(fit.params["sigma"], 4)
        (True, 0.016854, 3.1535)
    """
    began = perf_counter()
    checked_words(per, weights)
    given = _given(structures, select)
    if isinstance(potential, Architecture):
        said: dict[str, Any] = {"energy": energy, "forces": forces, "stress": stress}
        said |= {"per": per, "rc": rc, "weights": weights, "cutoff": cutoff, "inner": inner}
        said |= {"validation": validation, "start": start, "bounds": bounds, "fixed": fixed}
        said |= {"tie": tie, "by": by, "seed": seed, "max_steps": max_steps, "callback": callback}
        return _network(potential, given, said)
    forces = bool(forces)
    train, held = given.split(validation, by or "group", seed) if validation else (given, None)
    wanted = targets(train, energy, forces, stress, per)
    words = {"start": start, "bounds": bounds, "fixed": fixed, "tie": tie}
    begin = Begin.of(train, offsets, forces, rc)
    cut = {"rc": rc, "cutoff": cutoff, "inner": inner}
    template = _template(potential, begin, _numbers(start, fixed), cut)
    parameters = parameters_of(template, begin.offsets, words, meant=template is potential)
    settings = Settings("compiled", seed, max_steps, callback)
    own = tuple(begin.offsets)

    def fitted(reach: float) -> PotentialFit:
        rows = PotentialRows(template, train, wanted.per, wanted.take, own, stress, reach)
        return solved(Posed(rows, parameters, wanted, settings), weights)

    found = _within_reach(fitted, template)
    return replace(found, seconds=perf_counter() - began, held_back=held)


def _network(network: Architecture, given: Structures, said: Mapping[str, Any]) -> NeuralFit:
    """The fit of a network of the surroundings of atoms."""
    from residua.atoms.neural.words import fit_network

    if not isinstance(network, MLP):
        raise ModelError(
            f"{network!r:.60} is no potential",
            causes=["of networks, rs.MLP is one: its inputs are invariants of an atom"],
            next="fit_potential(rs.MLP([8]), ...)",
        )
    return fit_network(network, given, said)


def _given(structures: Any, select: Any) -> Structures:
    if isinstance(structures, Structures):
        return structures if select is None else structures.select(select)
    return read_structures(structures, select, need=())


def _numbers(start: Any, fixed: Any) -> dict[str, float]:
    """What is known of values before the fit, by name."""
    if start is not None and not isinstance(start, Mapping):
        raise ParameterError(f"start is {start!r}, not a dict", next='start={"sigma": 3.4}')
    held = fixed if isinstance(fixed, Mapping) else {}
    numbers = {name: value for name, value in held.items() if not isinstance(value, bool)}
    return {**(start or {}), **numbers}


def _template(
    potential: Any, begin: Begin, known: Mapping[str, float], cut: Mapping[str, Any]
) -> Potential:
    """The potential whose parameters are to be fitted, with their starts."""
    if not isinstance(potential, Potential):
        return pair_template(_model(potential), begin, known, **cut)
    if cut["rc"] is not None or cut["inner"] is not None or cut["cutoff"] != "shift":
        name = type(potential).__name__
        raise ModelError(
            "the cutoff belongs to the potential that is given", next=f"{name}(..., rc=10.0)"
        )
    if not potential.given:
        raise ModelError(f"{type(potential).__name__} has no parameters to fit")
    return potential


def _model(potential: Any) -> Model:
    """u(r), or an error that tells which potentials there are."""
    if not isinstance(potential, (str, Model)) and not callable(potential):
        raise ModelError(
            f"{potential!r:.60} is no potential",
            causes=["a potential is a formula, a name, a function u(r, ...), or a Potential"],
            next='fit_potential("lennard_jones", ...)',
        )
    try:
        return pair_model(potential)
    except ModelError as error:
        if not isinstance(potential, str) or not is_name(potential.strip()):
            raise
        potentials = FIELDS["potentials"]
        near = get_close_matches(potential.lower(), potentials, n=1) or ["lennard_jones"]
        raise ModelError(
            f"no potential of the library is called {potential.strip()!r}",
            causes=[f"they are {', '.join(potentials)}", "any other u(r) is given as a formula"],
            next=f'fit_potential("{near[0]}", ...)',
        ) from error


def _within_reach(fitted: Callable[[float], PotentialFit], template: Potential) -> PotentialFit:
    """The fit whose neighbors reach as far as its cutoff, which may have followed parameters."""
    first = template.cutoff
    reach = first * (GROWS if isinstance(getattr(template, "rc", 0), str) else 1.0)
    while True:
        found = fitted(reach)
        grown = template.refit(found.given).cutoff
        if grown <= found.rows.reach:
            return found
        if not grown < RUNAWAY * first:
            raise ModelError(
                f"the cutoff grew from {first:.3g} Å to {grown:.3g} Å while it was fitted",
                causes=[f"it follows {', '.join(flat(template.given))}, which went astray"],
                next=f"rc={first:.3g}",
            )
        reach = GROWS * grown
