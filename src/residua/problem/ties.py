"""Ties: parameters that follow from others, `b2 = 2*b1`, by a formula or a Python function."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from residua._errors import FormulaError, ParameterError
from residua.autodiff.fingerprint import fingerprint


class Tie:
    """How one parameter follows from others.

    text: the formula, or the name of the function. names: the parameters it refers to.
    formula: whether it is one, and so can be saved.
    """

    __slots__ = ("formula", "function", "names", "text")

    def __init__(
        self, text: str, names: tuple[str, ...], function: Callable[..., Any], formula: bool
    ) -> None:
        self.text = text
        self.names = names
        self.function = function
        self.formula = formula

    def __call__(self, *values: Any) -> Any:
        """The value, from those of `names` in order; NaN where arithmetic fails."""
        try:
            return self.function(*values)
        except ArithmeticError:  # plain Python numbers raise where NumPy's give inf or NaN
            return math.nan

    @property
    def identity(self) -> Hashable | None:
        """Equal for ties that compute the same; None when that cannot be known."""
        found = self.text if self.formula else fingerprint(self.function)
        return None if found is None else (self.formula, found, self.names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tie):
            return NotImplemented
        return self is other or (self.identity is not None and self.identity == other.identity)

    def __hash__(self) -> int:
        return hash((self.text, self.names))

    def __repr__(self) -> str:
        return f"Tie({self.text!r})"


def read_ties(names: Sequence[str], tie: Any, variables: Iterable[str] = ()) -> dict[str, Tie]:
    """From `tie={"b2": "2*b1"}` (or `tie="b2 = 2*b1"`) to a Tie by name.

    Raises ParameterError for names that are no parameters, and for ties that go round in circles.
    """
    if tie is None:
        return {}
    given = _as_mapping(names, tie)
    for name in given:
        if name not in names:
            raise _unknown(f"tie names {name!r}", str(name), names, variables)
    found = {name: _read(name, what, names, variables) for name, what in given.items()}
    ordered(found)
    return found


def _as_mapping(names: Sequence[str], tie: Any) -> dict[str, Any]:
    if isinstance(tie, Mapping):
        return dict(tie)
    sentences = [tie] if isinstance(tie, str) else tie
    if isinstance(sentences, (list, tuple)) and all(isinstance(one, str) for one in sentences):
        pairs = [[side.strip() for side in one.split("=", 1)] for one in sentences]
        if all(len(pair) == 2 for pair in pairs):
            twice = len({pair[0] for pair in pairs}) < len(pairs)
            if not twice:
                return dict(pairs)
    example = f"{{{names[-1]!r}: '2*{names[0]}'}}" if names else "{'b2': '2*b1'}"
    raise ParameterError(
        f"tie is {tie!r}, not a dict of formulas or functions by the parameter that follows",
        next=f"tie={example}",
    )


def _read(name: str, what: Any, names: Sequence[str], variables: Iterable[str]) -> Tie:
    if isinstance(what, str):
        found = _formula(name, what)
    elif callable(what):
        found = _function(name, what)
    else:
        raise ParameterError(
            f"the tie of {name} is {what!r}, neither a formula nor a function",
            next=f"fixed={{{name!r}: {what!r}}}" if isinstance(what, (int, float)) else "",
        )
    for other in found.names:
        if other not in names:
            raise _unknown(f"the tie of {name} needs {other!r}", other, names, variables)
    return found


def _formula(name: str, text: str) -> Tie:
    from residua.problem.formula import parse

    try:
        formula = parse(text, ())
    except FormulaError as error:
        raise ParameterError(
            f"the tie of {name} cannot be read. {error.what}", error.causes, error.next
        ) from error
    if formula.response is not None and formula.response != name:
        raise ParameterError(
            f"the tie of {name} is a formula for {formula.response}",
            next=f"tie={{{formula.response!r}: ...}}",
        )
    wanted = formula.parameters
    return Tie(
        text[text.index("=") + 1 :].strip() if formula.response else text.strip(),
        wanted,
        lambda *values: formula.function(dict(zip(wanted, values))),
        True,
    )


def _function(name: str, function: Callable[..., Any]) -> Tie:
    """The arguments of a function are the parameters it needs; those with a default are not."""
    try:
        arguments = inspect.signature(function).parameters.values()
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"the arguments of the tie of {name} cannot be read, so it is not known what it needs",
            next=f"tie={{{name!r}: lambda b1: function(b1)}}",
        ) from error
    if any(a.kind in (a.VAR_POSITIONAL, a.VAR_KEYWORD) for a in arguments):
        raise ParameterError(
            f"the tie of {name} takes any arguments, so it is not known what it needs",
            next=f"tie={{{name!r}: lambda b1: function(b1)}}",
        )
    wanted = [a for a in arguments if a.default is a.empty]
    names = tuple(a.name for a in wanted)
    text = f"{_called(function)}({', '.join(names)})"
    if all(a.kind is not a.KEYWORD_ONLY for a in wanted):
        return Tie(text, names, function, False)
    ahead = sum(a.kind is not a.KEYWORD_ONLY for a in wanted)

    def by_name(*values: Any) -> Any:
        return function(*values[:ahead], **dict(zip(names[ahead:], values[ahead:])))

    return Tie(text, names, by_name, False)


def _called(function: Any) -> str:
    name = getattr(function, "__qualname__", type(function).__qualname__).rpartition(".")[2]
    return "function" if "lambda" in name else str(name)


def _unknown(
    what: str, name: str, names: Sequence[str], variables: Iterable[str]
) -> ParameterError:
    near = get_close_matches(name, names, n=1)
    causes = [f"the parameters are {', '.join(names) or 'none'}"]
    if name in variables:
        causes = [f"{name} is a variable; a tie relates parameters to parameters"]
    return ParameterError(
        f"{what}, which is not a parameter of the model",
        causes=causes,
        next=f"{near[0]} in place of {name}" if near else "",
    )


def ordered(ties: Mapping[str, Tie]) -> tuple[str, ...]:
    """The tied names, each after those it follows from; ParameterError where they go round."""
    done: list[str] = []
    left = dict(ties)
    while left:
        ready = [name for name, tie in left.items() if not any(n in left for n in tie.names)]
        if not ready:
            raise _circle(left)
        done += ready
        left = {name: tie for name, tie in left.items() if name not in ready}
    return tuple(done)


def _circle(ties: Mapping[str, Tie]) -> ParameterError:
    """The circle itself, without what merely hangs on it."""
    way = [next(iter(ties))]
    while True:
        follow = next(name for name in ties[way[-1]].names if name in ties)
        if follow in way:
            way = way[way.index(follow) :]
            break
        way.append(follow)
    circle = ", ".join(f"{name} = {ties[name].text}" for name in way)
    return ParameterError(
        f"the ties go round in a circle: {circle}",
        causes=["a tied parameter follows from others, and one of them must be free or fixed"],
        next=f"leave {way[0]} out of tie=",
    )


def check_not_given(ties: Mapping[str, Tie], given: Mapping[str, Iterable[Any]]) -> None:
    """Refuse a parameter that is tied and given a start, bounds or a fixed value as well."""
    for role, names in given.items():
        for name in ties:
            if name in names:
                raise ParameterError(
                    f"{name} is tied ({name} = {ties[name].text}) and has {role}= as well",
                    causes=["a tied parameter follows from others, so nothing else can be said"],
                    next=f"leave {name} out of {role}=, or out of tie=",
                )
