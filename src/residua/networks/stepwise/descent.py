"""The words that solvers going step by step have in common, and what they must be. No JAX here."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from residua._errors import ParameterError
from residua._types import PathLike
from residua.doc import Doc, Ge, Gt, documented

# What a solver does that is told neither steps nor epochs.
DEFAULT_STEPS = 10_000
PRECISIONS = ("double", "single")
RECORDS = ("loss", "parameters")


@documented
@dataclass(frozen=True, kw_only=True)
class FirstOrder:
    """The words that every step-by-step solver knows."""

    patience: Annotated[
        int | None,
        Doc(
            "how many epochs without a lower validation loss (training loss, where there are "
            "no validation rows) after which training stops; None: it never does. Of "
            "`LBFGS`, steps without a lower loss; None: 50."
        ),
        Ge(1),
    ] = None
    callback: Annotated[
        Callable[[Any], Any] | None,
        Doc("called with a TrainingState; returning True stops the training"),
    ] = None
    every: Annotated[
        int | None,
        Doc(
            "how many steps between callbacks and between checkpoints; None: about ten "
            "callbacks a second and a checkpoint every ten seconds. With a number, a callback that "
            "stops always stops at the same step."
        ),
        Ge(1),
    ] = None
    checkpoint: Annotated[
        PathLike | None,
        Doc(
            "a file, written whole or not at all. When it exists already and belongs to "
            "the same training, that training goes on where it stopped, to the same "
            "bits."
        ),
    ] = None
    precision: Annotated[str, Doc('"double" or "single"')] = "double"
    record: Annotated[
        str,
        Doc(
            '"loss" (with gradient norm and rate), or "parameters" for those and the '
            "parameters and gradients of each recorded step"
        ),
    ] = "loss"
    progress: Annotated[
        bool | None,
        Doc("show a line on stderr; None: on a terminal, once training takes more than 2 s"),
    ] = None

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        whole_number("patience", self.patience)
        whole_number("every", self.every)
        _one_of("precision", self.precision, PRECISIONS)
        _one_of("record", self.record, RECORDS)
        for name, value in self.numbers().items():
            number(name, value)

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule: arguments of the compiled program, not parts of it."""
        raise NotImplementedError

    def structure(self) -> tuple[Hashable, ...]:
        """What the update rule is compiled for."""
        return ()

    def plan(self, rows: int) -> Plan:
        """How many steps of how many rows, for a table of `rows` rows."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Steps, rows per step, what scales a step. `tolerance` < 0 never counts as converged."""

    steps: int
    batch: int
    rate: float
    schedule: str | Mapping[int, float] | Callable[[int], float] = "constant"
    clip: float = math.inf
    shuffle: bool = True
    tolerance: float = -1.0
    patience: int | None = None


@documented
@dataclass(frozen=True, kw_only=True)
class Descent(FirstOrder):
    """The words of solvers that take mini-batches."""

    rate: Annotated[float, Doc("learning rate"), Gt(0)] = 1e-3
    batch: Annotated[
        int | None, Doc("rows per step, drawn anew each epoch; None: all of them"), Ge(1)
    ] = None
    steps: Annotated[
        int | None, Doc("updates to take; by default as many as `epochs` says, or 10 000"), Ge(1)
    ] = None
    epochs: Annotated[int | None, Doc("passes through the data, in place of `steps`"), Ge(1)] = None
    schedule: Annotated[
        str | Mapping[int, float] | Callable[[int], float],
        Doc(
            'what the rate is multiplied by: "constant", "cosine" (from 1 to 0 over '
            "the training), a function step -> factor, or {step: factor} from that step "
            "on"
        ),
    ] = "constant"
    clip: Annotated[
        float | None, Doc("gradients longer than this are shortened to it; None: never"), Gt(0)
    ] = None
    shuffle: Annotated[
        bool, Doc("whether rows are drawn anew; False takes them in the order in which they came")
    ] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        number("rate", self.rate, positive=True)
        for name in ("batch", "steps", "epochs"):
            whole_number(name, getattr(self, name))
        if self.clip is not None:
            number("clip", self.clip, positive=True)
        if self.steps is not None and self.epochs is not None:
            raise ParameterError(
                "steps and epochs are two words for one thing", next="steps=10_000"
            )

    def plan(self, rows: int) -> Plan:
        """How many steps of how many rows, for a table of `rows` rows."""
        batch = rows if self.batch is None else min(self.batch, rows)
        steps = self.steps or DEFAULT_STEPS
        if self.epochs is not None:
            steps = self.epochs * math.ceil(rows / batch)
        return Plan(
            steps=steps,
            batch=batch,
            rate=self.rate,
            schedule=self.schedule,
            clip=math.inf if self.clip is None else self.clip,
            shuffle=self.shuffle,
            patience=self.patience,
        )


# Numbers that lie in [0, 1); all others are only finite and not negative.
_FRACTIONS = ("momentum", "b1", "b2")


def number(name: str, value: Any, positive: bool = False) -> None:
    """ParameterError unless it is finite and in its range."""
    good = isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
    if not good or (positive and value == 0) or (name in _FRACTIONS and value >= 1):
        below = " and below 1" if name in _FRACTIONS else ""
        kind = "positive" if positive else "0 or more"
        raise ParameterError(f"{name} must be a finite number, {kind}{below}, not {value!r}")


def whole_number(name: str, value: Any) -> None:
    """ParameterError unless it is None or 1, 2, 3 ..."""
    if value is None:
        return
    if isinstance(value, bool) or not hasattr(value, "__index__") or value.__index__() < 1:
        raise ParameterError(f"{name} must be a whole number, 1 or more, not {value!r}")


def _one_of(name: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ParameterError(f"{name} is {' or '.join(map(repr, known))}, not {value!r}")
