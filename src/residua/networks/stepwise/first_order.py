"""What a user writes to train step by step: `rs.Adam(1e-3, batch=32, epochs=200)`. No JAX here."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import ClassVar

from residua.networks.stepwise.descent import Descent, FirstOrder, Plan, number, whole_number


@dataclass(frozen=True)
class SGD(Descent):
    """Gradient descent, with momentum if asked.

        m <- momentum m + gradient;    parameters <- parameters - rate m

    Args:
        rate: learning rate, > 0. Above 2 over the largest curvature of the loss it diverges.
        momentum: share of the last step that is kept, 0 to below 1.
        nesterov: look ahead along m.
        batch, steps, epochs, schedule, clip, shuffle: see `Descent`.
        patience, callback, every, checkpoint, precision, record, progress: see `FirstOrder`.

    Raises:
        ParameterError: a number out of its range.

    Source: H. Robbins, S. Monro, Ann. Math. Stat. 22 (1951) 400; I. Sutskever et al., ICML 2013.

    Example:
        >>> SGD(0.05, momentum=0.9, batch=25, epochs=500).plan(100).steps
        2000
    """

    rate: float = 1e-2
    momentum: float = 0.0
    nesterov: bool = False
    kind: ClassVar[str] = "sgd"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {"momentum": self.momentum}

    def structure(self) -> tuple[Hashable, ...]:
        """What the update rule is compiled for."""
        return (bool(self.nesterov),)


@dataclass(frozen=True)
class Adam(Descent):
    """Steps scaled by running moments of the gradient g.

        m <- b1 m + (1 - b1) g;    v <- b2 v + (1 - b2) g²
        parameters <- parameters - rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

    Args:
        rate: learning rate, > 0: about how far a parameter moves in a step.
        b1, b2: how long the moments remember, 0 to below 1.
        eps: keeps the quotient finite.
        batch, steps, epochs, schedule, clip, shuffle: see `Descent`.
        patience, callback, every, checkpoint, precision, record, progress: see `FirstOrder`.

    Raises:
        ParameterError: a number out of its range.

    Source: D. P. Kingma, J. Ba, ICLR 2015.

    Example:
        >>> Adam(1e-4, batch=25, steps=200_000).plan(100).steps
        200000
    """

    rate: float = 1e-3
    b1: float = field(default=0.9, kw_only=True)
    b2: float = field(default=0.999, kw_only=True)
    eps: float = field(default=1e-8, kw_only=True)
    kind: ClassVar[str] = "adam"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {"b1": self.b1, "b2": self.b2, "eps": self.eps}


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, with parameters that shrink by themselves.

        parameters <- (1 - rate weight_decay) parameters - rate (step of Adam)

    Args:
        rate, b1, b2, eps: as for `Adam`.
        weight_decay: >= 0.
        batch, steps, epochs, schedule, clip, shuffle: see `Descent`.
        patience, callback, every, checkpoint, precision, record, progress: see `FirstOrder`.

    Raises:
        ParameterError: a number out of its range.

    Source: I. Loshchilov, F. Hutter, ICLR 2019.

    Example:
        >>> AdamW(0.03, epochs=1000).numbers()["weight_decay"]
        0.0001
    """

    weight_decay: float = 1e-4
    kind: ClassVar[str] = "adamw"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {**super().numbers(), "weight_decay": self.weight_decay}


@dataclass(frozen=True)
class LBFGS(FirstOrder):
    """Quasi-Newton steps on all rows at once, each as long as a line search says.

    Args:
        max_steps: steps after which to stop.
        memory: pairs of steps and gradients that the Hessian is guessed from.
        tolerance: length of the gradient at which the loss counts as minimal.
        patience: steps without a lower loss after which to stop, 50 if None.
        callback, every, checkpoint, precision, record, progress: see `FirstOrder`.

    Raises:
        ParameterError: a number out of its range.

    Source: D. C. Liu, J. Nocedal, Math. Prog. 45 (1989) 503.

    Example:
        >>> LBFGS(200).plan(1000).batch
        1000
    """

    max_steps: int = 1000
    memory: int = 10
    tolerance: float = 1e-8
    kind: ClassVar[str] = "lbfgs"

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("max_steps", self.max_steps)
        whole_number("memory", self.memory)
        number("tolerance", self.tolerance)

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {}

    def structure(self) -> tuple[Hashable, ...]:
        """What the update rule is compiled for."""
        return (self.memory,)

    def plan(self, rows: int) -> Plan:
        """One step an epoch, of all rows."""
        patience = 50 if self.patience is None else self.patience
        return Plan(
            steps=self.max_steps,
            batch=rows,
            rate=1.0,
            shuffle=False,
            tolerance=self.tolerance,
            patience=patience,
        )
