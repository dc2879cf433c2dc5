"""What a composed model is made of: a small tree whose leaves are models.

Every node knows the independent variables and parameters it needs, in order, and computes its value
from a mapping of all of them. A parameter has an owner, the model in which it was first written:
two parameters of one name are the same parameter only when they have the same owner.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from residua.problem.model import Model
    from residua.problem.parameters import Bound

Values: TypeAlias = Mapping[str, Any]

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


class Node:
    """A part of a composed model; `parts` are those it is made of."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes below this one."""
        return ()

    @property
    def independent(self) -> tuple[str, ...]:
        """Names of the independent variables, in order."""
        return united(part.independent for part in self.parts)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return united(part.parameters for part in self.parts)

    @property
    def owners(self) -> dict[str, Any]:
        """By parameter, the object that first called it so."""
        return {name: owner for part in self.parts for name, owner in part.owners.items()}

    @property
    def defaults(self) -> dict[str, Any]:
        """Starts that are known without data."""
        return {name: value for part in self.parts for name, value in part.defaults.items()}

    @property
    def bounds(self) -> dict[str, Bound]:
        """The parts' own bounds."""
        return {name: pair for part in self.parts for name, pair in part.bounds.items()}

    def value(self, at: Values) -> Any:
        """The value where `at` gives every variable and parameter."""
        raise NotImplementedError


def united(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Every name once, in order of first appearance."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


@dataclass(frozen=True, eq=False)
class Leaf(Node):
    """A model that is not composed."""

    model: Model

    @property
    def independent(self) -> tuple[str, ...]:
        return self.model.independent

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.model.parameters

    @property
    def owners(self) -> dict[str, Any]:
        return dict.fromkeys(self.model.parameters, self.model)

    @property
    def defaults(self) -> dict[str, Any]:
        return dict(self.model.defaults)

    @property
    def bounds(self) -> dict[str, Bound]:
        return dict(self.model.bounds)

    def value(self, at: Values) -> Any:
        model = self.model
        found = model.evaluate(
            [at[name] for name in model.independent], [at[name] for name in model.parameters]
        )
        # Two lists would be joined by +, not added.
        return np.array(found) if isinstance(found, (list, tuple)) else found


@dataclass(frozen=True, eq=False)
class Number(Node):
    """A constant."""

    number: float

    def value(self, at: Values) -> Any:
        return self.number


@dataclass(frozen=True, eq=False)
class Renamed(Node):
    """A part whose variables and parameters have other names: `names` says old -> new."""

    part: Node
    names: Mapping[str, str]
    prefix: str = ""

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.part,)

    def new(self, name: str) -> str:
        """What a name of the part is called here."""
        return self.names.get(name, name)

    @property
    def independent(self) -> tuple[str, ...]:
        return tuple(map(self.new, self.part.independent))

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(map(self.new, self.part.parameters))

    @property
    def owners(self) -> dict[str, Any]:
        # A name that stayed is still the parameter it was.
        return {
            self.new(name): self if name in self.names else owner
            for name, owner in self.part.owners.items()
        }

    @property
    def defaults(self) -> dict[str, Any]:
        return {self.new(name): value for name, value in self.part.defaults.items()}

    @property
    def bounds(self) -> dict[str, Bound]:
        return {self.new(name): pair for name, pair in self.part.bounds.items()}

    def inside(self, at: Values) -> dict[str, Any]:
        """The same values under the names of the part."""
        return {n: at[self.new(n)] for n in (*self.part.independent, *self.part.parameters)}

    def value(self, at: Values) -> Any:
        return self.part.value(self.inside(at))


@dataclass(frozen=True, eq=False)
class Binary(Node):
    """left (+ - * / **) right."""

    symbol: str
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def value(self, at: Values) -> Any:
        return ARITHMETIC[self.symbol](self.left.value(at), self.right.value(at))


@dataclass(frozen=True, eq=False)
class Negative(Node):
    """-part."""

    part: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.part,)

    def value(self, at: Values) -> Any:
        return -self.part.value(at)


@dataclass(frozen=True, eq=False)
class Chained(Node):
    """outer at inner: what inner predicts is the variable `variable` of outer."""

    outer: Node
    variable: str
    inner: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.outer, self.inner)

    @property
    def independent(self) -> tuple[str, ...]:
        outer = self.outer.independent
        groups = (self.inner.independent if n == self.variable else (n,) for n in outer)
        return united(groups)

    def value(self, at: Values) -> Any:
        return self.outer.value({**at, self.variable: self.inner.value(at)})


class Hidden:
    """A function behind which nobody looks for the libraries it uses.

    The machinery of derivatives uses JAX; the model it differentiates is not written in JAX.
    """

    __slots__ = ("__weakref__", "function")

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)


@dataclass(frozen=True, eq=False)
class Operated(Node):
    """What an operator makes of a part, a function of the same variables and parameters.

    kind: "derivative" (detail: names, order), "quantity" (detail: its name) or "operator" (detail:
    the operator itself). variables: where they are not those of the part.
    """

    part: Node
    kind: str
    detail: tuple[Any, ...]
    function: Hidden
    variables: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.part,)

    @property
    def independent(self) -> tuple[str, ...]:
        return self.variables or self.part.independent

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The arguments of the function, in order."""
        return (*self.independent, *self.parameters)

    def value(self, at: Values) -> Any:
        return self.function(*[at[name] for name in self.names])


class Positional:
    """A node as a function of its variables and parameters in order."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.names = (*node.independent, *node.parameters)

    def __call__(self, *args: Any) -> Any:
        return self.node.value(dict(zip(self.names, args, strict=True)))
