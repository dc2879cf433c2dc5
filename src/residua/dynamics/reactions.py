"""reactions: a Model from a mechanism written as text, by the law of mass action."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from residua._errors import FormulaError, ModelError
from residua.doc import Doc, Ge, Gt, documented
from residua.dynamics.callers import Caller
from residua.dynamics.model import as_model, check, observed, starting
from residua.dynamics.system import System
from residua.problem.model import Model

LONGEST = 10_000
# Molecules on one side of a reaction; more are a slip of the hand.
MOST_MOLECULES = 9

_NAME = r"[^\W\d]\w*"
_TERM = re.compile(rf"\s*(?P<count>\d*)\s*\*?\s*(?P<name>{_NAME})\s*")
_ARROW = re.compile(r"<-+>|<=+>|⇌|⇄|-+>|=+>|→")
_BACKWARD = re.compile(r"<|⇌|⇄")
_NOTHING = ("", "0", "∅")


@dataclass(frozen=True)
class Reaction:
    """Molecules that come in and go out, (species, how many) each, and the rate constant."""

    left: tuple[tuple[str, int], ...]
    right: tuple[tuple[str, int], ...]
    rate: float | str


@dataclass(frozen=True)
class MassAction:
    """The rate law of reactions: each runs at its constant times the concentrations on its left."""

    species: tuple[str, ...]
    parameters: tuple[str, ...]
    reactions: tuple[Reaction, ...]

    def __call__(self, t: Any, y: Any, *constants: Any) -> list[Any]:
        """Rates of the species at concentrations y."""
        given = dict(zip(self.parameters, constants))
        amount = dict(zip(self.species, [y[k] for k in range(len(self.species))]))
        slopes: dict[str, Any] = {name: 0.0 * amount[name] for name in self.species}
        for reaction in self.reactions:
            rate = reaction.rate
            flow = given[rate] if isinstance(rate, str) else rate
            for name, count in reaction.left:
                flow = flow * amount[name] ** count
            for name, count in reaction.left:
                slopes[name] = slopes[name] - count * flow
            for name, count in reaction.right:
                slopes[name] = slopes[name] + count * flow
        return list(slopes.values())


@documented
def reactions(
    text: Annotated[
        str | Sequence[str],
        Doc(
            "one reaction per line (or a list of them): both sides, a semicolon, the rate "
            "constant. `A <-> B; k1, k_1` is two reactions; `2 A -> B; k` has a coefficient, "
            "and 0 stands for nothing, as in `0 -> A; k_in`. A constant may be a number, "
            "which is fixed."
        ),
    ],
    start: Annotated[
        Mapping[str, Any],
        Doc(
            "species -> value at t0: a number, which is fixed; or None or a name, which "
            'makes it a parameter ("A0" for A where None is given). Species left out start '
            "at zero."
        ),
    ],
    observe: Annotated[
        str | Sequence[str] | None,
        Doc(
            "the species measured, or several of them. Default: every species, in the order "
            "in which the text names them."
        ),
    ] = None,
    *,
    t0: Annotated[float, Doc("the time of the starting conditions; see `residua.ode`")] = 0.0,
    stiff: Annotated[bool, Doc("whether to use an implicit integrator; see `residua.ode`")] = False,
    rtol: Annotated[float, Doc("relative local error of the integrator"), Gt(0)] = 1e-8,
    atol: Annotated[
        float | None, Doc("absolute local error, in the units of the species; see `residua.ode`")
    ] = None,
    max_steps: Annotated[
        int, Doc("steps of the integrator after which the parameters are refused"), Ge(1)
    ] = 4096,
) -> Model:
    """A Model from a mechanism written as text, by the law of mass action.

    For each reaction `a A + b B -> c C; k` the rate is k [A]^a [B]^b; d[A]/dt loses a times that,
    d[C]/dt gains c times that.

    Returns:
        A Model of the time t. A fit of it is saved and loaded with its mechanism.

    Raises:
        FormulaError: a line is not a reaction.
        ModelError: start or observe name species that are not in the text.
        MissingLibrary: diffrax is not installed.

    Source: IUPAC Gold Book, "rate of reaction", "mass action"; the integrator's: see `residua.ode`.

    Example:
        >>> import residua as rs
        >>> model = rs.reactions("A <-> B; k1, k_1", start={"A": None}, observe="A")
        >>> model.parameters
        ('k1', 'k_1', 'A0')
        >>> round(float(model(0.5, k1=3.0, k_1=3.0, A0=1.0)), 7)
        0.5248935
    """
    lines = text.splitlines() if isinstance(text, str) else list(text)
    law = mass_action(lines)
    unknown = [name for name in start if name not in law.species]
    if unknown:
        raise ModelError(
            f"start names {', '.join(unknown)}, but the species are {', '.join(law.species)}"
        )
    names = {name: start.get(name, 0.0) for name in law.species}
    if callable(observe):
        raise ModelError(
            "a mechanism written as text is observed through its species",
            next="rs.ode(rates, start=..., observe=function) takes a function",
        )
    system = System(
        law.species,
        Caller(law, law.species, law.parameters, "t", (), frozenset(), ("t", "y", *law.parameters)),
        tuple(starting(name, value) for name, value in names.items()),
        *observed(observe, law.species),
        float(t0),
        bool(stiff),
        rtol,
        atol,
        max_steps,
    )
    check(system)
    written = "\n".join(line.strip() for line in lines if line.strip())
    return as_model(system, "reactions", written, written.replace("\n", "  |  "), _options(system))


def mass_action(lines: Sequence[str]) -> MassAction:
    """The rate law of reactions, one per line."""
    if sum(map(len, lines)) > LONGEST:
        raise FormulaError(f"the mechanism has more than {LONGEST} characters")
    found = [reaction for line in lines if line.strip() for reaction in _reactions(line)]
    if not found:
        raise FormulaError("the mechanism has no reaction", next='rs.reactions("A -> B; k", ...)')
    species = dict.fromkeys(name for each in found for name, _ in (*each.left, *each.right))
    rates = dict.fromkeys(each.rate for each in found if isinstance(each.rate, str))
    both = [name for name in rates if name in species]
    if both:
        raise FormulaError(f"{both[0]} is both a species and a rate constant")
    return MassAction(tuple(species), tuple(rates), tuple(found))


def _reactions(line: str) -> list[Reaction]:
    """The one or two reactions of a line."""
    arrow = _ARROW.search(line)
    sides, semicolon, constants = line.partition(";")
    if arrow is None or arrow.end() > len(sides) or not semicolon:
        raise _unreadable(line, "a reaction is two sides, an arrow, a semicolon, rate constants")
    left = _side(line, sides[: arrow.start()])
    right = _side(line, sides[arrow.end() :])
    rates = [_constant(line, part.strip()) for part in constants.split(",")]
    both = bool(_BACKWARD.search(arrow[0]))
    if len(rates) != 1 + both:
        raise _unreadable(
            line, f"{arrow[0]} wants {1 + both} rate constant{'s' * both}, there are {len(rates)}"
        )
    backward = [Reaction(right, left, rates[1])] if both else []
    return [Reaction(left, right, rates[0]), *backward]


def _side(line: str, text: str) -> tuple[tuple[str, int], ...]:
    """(species, molecules) of one side; a species that is named twice is added up."""
    if text.strip() in _NOTHING:
        return ()
    counts: dict[str, int] = {}
    for part in text.split("+"):
        term = _TERM.fullmatch(part)
        if term is None or term["name"].startswith("_"):
            raise _unreadable(line, f"{part.strip()!r} is no species, such as A or 2 A")
        counts[term["name"]] = counts.get(term["name"], 0) + int(term["count"] or 1)
    if not all(1 <= count <= MOST_MOLECULES for count in counts.values()):
        raise _unreadable(line, f"a side has 1 to {MOST_MOLECULES} molecules of a species")
    return tuple(counts.items())


def _constant(line: str, text: str) -> float | str:
    if re.fullmatch(_NAME, text) and not text.startswith("_") and text != "t":
        return text
    if re.fullmatch(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        return float(text)
    raise _unreadable(line, f"{text!r} is no rate constant: a name, or a number")


def _unreadable(line: str, why: str) -> FormulaError:
    return FormulaError(
        f"{line.strip()[:80]!r} cannot be read as a reaction: {why}",
        next='"A + B -> C; k", or "A <-> B; k1, k_1"',
    )


def _options(system: System) -> dict[str, Any]:
    """Everything but the reactions, as plain values that a file can hold."""
    assert isinstance(system.observed, tuple)
    start = ", ".join(f"{name} = {value}" for name, value in zip(system.species, system.start))
    return {
        "start": start,
        "observe": ", ".join(system.species[k] for k in system.observed),
        "single": system.single,
        "t0": system.t0,
        "stiff": system.stiff,
        "rtol": system.rtol,
        "atol": system.atol,
        "max_steps": system.max_steps,
    }


def from_record(text: str, options: Mapping[str, Any]) -> Model:
    """The Model of a saved mechanism. Raises ModelError or FormulaError for what is not one."""
    known = dict(options)
    pairs = [pair.partition("=") for pair in str(known.pop("start", "")).split(",")]
    start = {name.strip(): _start_value(value.strip()) for name, _, value in pairs}
    names = [name.strip() for name in str(known.pop("observe", "")).split(",")]
    single = known.pop("single", False)
    settings = {"t0": float, "stiff": bool, "rtol": float, "max_steps": int}
    if set(known) != {*settings, "atol"}:
        raise ModelError(f"the mechanism was saved with {', '.join(known) or 'no settings'}")
    try:
        checked: dict[str, Any] = {name: kind(known[name]) for name, kind in settings.items()}
        checked["atol"] = None if known["atol"] is None else float(known["atol"])
    except (TypeError, ValueError) as error:
        raise ModelError(f"a setting of the mechanism cannot be read: {error}") from error
    return reactions(text, start, names[0] if single else names, **checked)


def _start_value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
