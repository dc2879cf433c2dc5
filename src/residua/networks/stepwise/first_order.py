"""What a user writes to train step by step: `rs.Adam(1e-3, batch=32, epochs=200)`. No JAX here."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from residua.doc import Doc, Ge, Gt, Lt, documented
from residua.networks.stepwise.descent import Descent, FirstOrder, Plan, number, whole_number


@documented
@dataclass(frozen=True)
class SGD(Descent):
    """Gradient descent, with momentum if asked.

        m <- momentum m + gradient;    parameters <- parameters - rate m

    Raises:
        ParameterError: a number out of its range.

    Source: H. Robbins, S. Monro, Ann. Math. Stat. 22 (1951) 400; I. Sutskever et al., ICML 2013.

    Example:
        >>> SGD(0.05, momentum=0.9, batch=25, epochs=500).plan(100).steps
        2000
    """

    rate: Annotated[
        float,
        Doc("learning rate. Above 2 over the largest curvature of the loss it diverges."),
        Gt(0),
    ] = 1e-2
    momentum: Annotated[float, Doc("share of the last step that is kept"), Ge(0), Lt(1)] = 0.0
    nesterov: Annotated[bool, Doc("look ahead along m")] = False
    kind: ClassVar[str] = "sgd"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {"momentum": self.momentum}

    def structure(self) -> tuple[Hashable, ...]:
        """What the update rule is compiled for."""
        return (bool(self.nesterov),)


@documented
@dataclass(frozen=True)
class Adam(Descent):
    """Steps scaled by running moments of the gradient g.

        m <- b1 m + (1 - b1) g;    v <- b2 v + (1 - b2) g²
        parameters <- parameters - rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)

    Raises:
        ParameterError: a number out of its range.

    Source: D. P. Kingma, J. Ba, ICLR 2015.

    Example:
        >>> Adam(1e-4, batch=25, steps=200_000).plan(100).steps
        200000
    """

    rate: Annotated[
        float, Doc("learning rate: about how far a parameter moves in a step"), Gt(0)
    ] = 1e-3
    b1: Annotated[float, Doc("how long the moments remember"), Ge(0), Lt(1)] = field(
        default=0.9, kw_only=True
    )
    b2: Annotated[float, Doc("how long the moments remember"), Ge(0), Lt(1)] = field(
        default=0.999, kw_only=True
    )
    eps: Annotated[float, Doc("keeps the quotient finite"), Ge(0)] = field(
        default=1e-8, kw_only=True
    )
    kind: ClassVar[str] = "adam"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {"b1": self.b1, "b2": self.b2, "eps": self.eps}


@documented
@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, with parameters that shrink by themselves.

        parameters <- (1 - rate weight_decay) parameters - rate (step of Adam)

    Raises:
        ParameterError: a number out of its range.

    Source: I. Loshchilov, F. Hutter, ICLR 2019.

    Example:
        >>> AdamW(0.03, epochs=1000).numbers()["weight_decay"]
        0.0001
    """

    weight_decay: Annotated[
        float,
        Doc("part of each parameter that is taken off in a step, over the learning rate"),
        Ge(0),
    ] = 1e-4
    kind: ClassVar[str] = "adamw"

    def numbers(self) -> dict[str, float]:
        """The numbers of the update rule."""
        return {**super().numbers(), "weight_decay": self.weight_decay}


@documented
@dataclass(frozen=True)
class LBFGS(FirstOrder):
    """Quasi-Newton steps on all rows at once, each as long as a line search says.

    Raises:
        ParameterError: a number out of its range.

    Source: D. C. Liu, J. Nocedal, Math. Prog. 45 (1989) 503.

    Example:
        >>> LBFGS(200).plan(1000).batch
        1000
    """

    max_steps: Annotated[int, Doc("steps after which to stop"), Ge(1)] = 1000
    memory: Annotated[
        int, Doc("pairs of steps and gradients that the Hessian is guessed from"), Ge(1)
    ] = 10
    tolerance: Annotated[
        float, Doc("length of the gradient at which the loss counts as minimal"), Ge(0)
    ] = 1e-8
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
