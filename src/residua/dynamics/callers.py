"""What the signature of a rate law or an observable says: time, states, parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from residua._errors import ModelError

# First arguments that are the states, in functions that do not ask for the time.
STATES = ("y", "state", "states")


@dataclass(frozen=True)
class Caller:
    """A function of time, states and parameters, and how it wants them.

    species: names of all states. parameters: names of its parameters, in order. time: the name of
    its time, "" when it takes none. named: species that it takes by name, () when it takes all in
    one vector. keyword_only: parameters to be passed by name.
    """

    function: Callable[..., Any]
    species: tuple[str, ...]
    parameters: tuple[str, ...]
    time: str = ""
    named: tuple[str, ...] = ()
    keyword_only: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    defaults: Mapping[str, float] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[object, ...]:
        """How it is called, for telling callers of one function apart."""
        return (self.species, self.order, self.time, self.named, self.keyword_only)

    def __call__(self, t: Any, y: Any, values: Sequence[Any]) -> Any:
        """The function at time t, states y (a vector) and parameter values in order."""
        given = dict(zip(self.parameters, values))
        if self.time:
            given[self.time] = t
        if self.named:
            given.update((name, y[self.species.index(name)]) for name in self.named)
        else:
            given[self.order[bool(self.time)]] = y
        by_name = {name: given[name] for name in self.order if name in self.keyword_only}
        return self.function(*[given[n] for n in self.order if n not in by_name], **by_name)


def read(function: Callable[..., Any], species: tuple[str, ...], what: str) -> Caller:
    """The Caller of a user's function: `f(t, y, k)`, `f(y, k)`, `f(t, A, B, k)` or `f(A, B, k)`.

    Raises ModelError when its signature cannot be one of these.
    """
    known = _arguments(function, what)
    order = tuple(known)
    example = f"def rates(t, y, k): return [...]   # y: {', '.join(species)}"
    time = "" if not order or order[0] in (*species, *STATES) else order[0]
    rest = order[bool(time) :]
    if not rest:
        raise ModelError(f"{what} takes no states", next=example)
    named = tuple(name for name in rest if name in species) if rest[0] in species else ()
    parameters = tuple(name for name in (rest if named else rest[1:]) if name not in named)
    for name in parameters:
        if name in species:
            raise ModelError(
                f"{what} has a parameter called {name}, which is also a species",
                causes=["its states come as one vector, so that no argument is a species"],
                next=f"take them by name: def rates(t, {', '.join(species)}, k)",
            )
        if name in ("t", "time"):
            raise ModelError(
                f"{what} takes the time after the states; it comes first", next=example
            )
    values = {n: p.default for n, p in known.items() if n in parameters}
    return Caller(
        function,
        species,
        parameters,
        time,
        named,
        frozenset(n for n, p in known.items() if p.kind is p.KEYWORD_ONLY),
        order,
        {n: v for n, v in values.items() if v is not inspect.Parameter.empty and v is not None},
    )


def _arguments(function: Callable[..., Any], what: str) -> dict[str, inspect.Parameter]:
    """The arguments that are to be given; text and switches are options and keep their default."""
    if not callable(function):
        raise ModelError(
            f"{what} must be a function, not {type(function).__name__}",
            next='rs.reactions("A <-> B; k1, k2", start=...) for a mechanism written as text',
        )
    try:
        every = inspect.signature(function).parameters
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the signature of {what} cannot be read", causes=["it is written in C"]
        ) from error
    if any(p.kind is p.VAR_POSITIONAL for p in every.values()):
        raise ModelError(
            f"{what} takes *arguments, so its parameters have no names",
            next="def rates(t, y, k1, k2): ...",
        )
    return {
        name: p
        for name, p in every.items()
        if p.kind is not p.VAR_KEYWORD and not isinstance(p.default, (str, bool, bytes))
    }
