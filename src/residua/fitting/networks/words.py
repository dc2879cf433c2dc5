"""What a network may be told beside its data, and what it may not."""

from __future__ import annotations

from typing import Any, NamedTuple

from residua._errors import ParameterError
from residua.networks.stepwise.descent import FirstOrder, whole_number

ENGINES = ("auto", "eager")


class Words(NamedTuple):
    """What a network may be told beside its data; see `residua.fit`.

    max_steps: None where nothing was said.
    """

    solver: Any = None
    members: int | None = None
    validation: Any = None
    progress: bool | None = None
    callback: Any = None
    seed: int = 0
    max_steps: int | None = None


def check_words(words: Words, engine: str) -> None:
    """ParameterError for a word that is none, or that would be passed over in silence."""
    solver = words.solver
    if solver is not None and not isinstance(solver, FirstOrder):
        named = isinstance(solver, type) and issubclass(solver, FirstOrder)
        name = solver.__name__ if named else "Adam"
        raise ParameterError(
            f"solver is {'the class ' + name if named else repr(solver)}, not a solver",
            next=f"solver=rs.{name}()",
        )
    try:
        whole_number("members", words.members)
    except ParameterError as error:
        raise ParameterError(
            str(error), next="members=1   # or leave members out, for an ensemble"
        ) from None
    if engine not in ENGINES:
        raise ParameterError(
            f"engine={engine!r} cannot be used with a network",
            causes=["its derivatives are written out, by backpropagation"],
            next="rs.fit(rs.MLP([10]), X, y)   # without engine=",
        )
    if words.max_steps is not None and solver is not None:
        raise ParameterError(
            "a solver that goes step by step has its own number of steps, not max_steps=",
            next=f"solver=rs.{type(solver).__name__}(steps={words.max_steps})",
        )
