"""Multilayer perceptrons as a user writes them: sizes, activation, and what is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua._types import ActivationLike, HiddenLike
from residua.doc import Doc, documented
from residua.networks.activations import activation
from residua.networks.dense import Dense as Dense
from residua.networks.network import Architecture, Network
from residua.networks.physics.assembly import Bound, assembled, bound_to
from residua.networks.physics.constraints import Constraints, pairs_of
from residua.networks.physics.contradictions import activations, check, check_activation
from residua.networks.scaling import Scaling, identity

OUTPUTS = ("auto", "linear", "logistic")


@documented
@dataclass(frozen=True, repr=False)
class MLP(Architecture):
    """A fully connected network (multilayer perceptron) as a model for `fit`.

    y = W_L f(... f(W_1 x + b_1) ...) + b_L, with x and y standardized inside `fit`.

    What is known of y beforehand holds for any parameters, at every x, not only where data are.

    Raises:
        ModelError: sizes that are not positive whole numbers; an unknown activation; constraints
            that contradict each other, or that the activation cannot keep.

    Example:
        >>> import numpy as np, residua as rs
        >>> x = np.linspace(-2, 2, 40)
        >>> fit = rs.fit(rs.MLP([5]), x, np.sin(2 * x))
        >>> bool(abs(fit([0.5])[0] - np.sin(1.0)) < 0.01)
        True
        >>> MLP([10], monotone={"dose": 1}, positive=True)
        MLP([10], 'tanh', monotone={'dose': 1}, positive=True)
    """

    hidden: Annotated[
        HiddenLike | None,
        Doc(
            "units of each hidden layer, `[10]` or `[10, 10]`; `[]` is a linear model; "
            "None lets cross-validation choose among sizes that suit the data"
        ),
    ] = None
    activation: Annotated[
        ActivationLike | None,
        Doc(
            'the function f of the hidden units by name ("tanh", "sigmoid", "silu", '
            '"relu" ...: a row of `residua.networks.activations`). Smooth ones train '
            'best: Levenberg-Marquardt lives on curvature. None: "softplus" for a '
            'convex network, "tanh" for any other.'
        ),
    ] = None
    output: Annotated[
        str,
        Doc(
            '"linear"; "logistic" for observations that are 0 or 1, the prediction '
            'being the probability of 1; "auto" takes logistic where every y is 0 or 1 '
            "(or boolean), and linear otherwise"
        ),
    ] = "auto"
    monotone: Annotated[
        int | Mapping[str | int, int] | None,
        Doc(
            '1: y rises with every input, -1: it falls; `{"temperature": -1}` (a name '
            "or number of a column) for some of them "
            "(`residua.networks.physics.monotone`)"
        ),
    ] = field(default=None, kw_only=True)
    convex: Annotated[
        bool | int,
        Doc(
            "True (or 1): y is convex in all inputs together, -1: concave "
            "(`residua.networks.physics.convex`)"
        ),
    ] = field(default=0, kw_only=True)
    period: Annotated[
        float | Mapping[str | int, float] | None,
        Doc(
            'the P of y(x + P) = y(x) in every input, in units of x; `{"angle": 360}` '
            "for some (`residua.networks.physics.periodic`)"
        ),
    ] = field(default=None, kw_only=True)
    positive: Annotated[bool, Doc("True: y > 0 (`residua.networks.physics.positive`)")] = field(
        default=False, kw_only=True
    )
    symmetry: Annotated[
        str | Mapping[str | int, str] | None,
        Doc(
            '"even", y(-x) = y(x), or "odd", y(-x) = -y(x), all inputs changing sign '
            'together; `{"field": "even"}` for each of some inputs by itself '
            "(`residua.networks.physics.symmetry`)"
        ),
    ] = field(default=None, kw_only=True)
    bound: Annotated[
        Bound | None,
        Doc("what `prepared` found these to mean for the columns and units of some data"),
    ] = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("monotone", "period", "symmetry"):
            object.__setattr__(self, name, pairs_of(getattr(self, name)))
        object.__setattr__(self, "convex", self.constraints.sense)
        usual = "softplus" if self.convex else "tanh"
        found = activation(usual if self.activation is None else self.activation)
        object.__setattr__(self, "activation", found.name)
        if self.hidden is not None:
            object.__setattr__(self, "hidden", hidden_sizes(self.hidden))
        if self.bound is not None:
            object.__setattr__(self, "bound", Bound.of(self.bound))
        if self.output not in OUTPUTS:
            raise ModelError(
                f"output is {self.output!r}, not one of {', '.join(map(repr, OUTPUTS))}",
                next='rs.MLP([10], output="logistic")',
            )
        check_activation(self.constraints, found.name)
        named, count = self.constraints.keyed()
        check(named, named.columns((), max(1, count)), self.output)

    def __repr__(self) -> str:
        words = [] if self.hidden is None else [repr(list(self.hidden))]
        words.append(repr(self.activation) if words else f"activation={self.activation!r}")
        for entry in fields(self)[2:]:
            value = getattr(self, entry.name)
            if value != entry.default and entry.name != "bound":
                shown = dict(value) if isinstance(value, tuple) else value
                words.append(f"{entry.name}={shown!r}")
        return f"MLP({', '.join(words)})"

    @property
    def constraints(self) -> Constraints:
        """What is known beforehand."""
        return Constraints(self.monotone, self.convex, self.period, self.positive, self.symmetry)

    def prepared(self, names: Sequence[str], scaling: Scaling) -> tuple[MLP, Scaling]:
        """The constraints bound to columns and units, and the scaling that they need."""
        if not self.constraints:
            return self, scaling
        bound, scaling = bound_to(self.constraints, names, scaling)
        return replace(self, bound=bound), scaling

    def network(self, inputs: int, outputs: int) -> Network:
        """The network for d inputs and k outputs; constraints not yet bound are taken at z = x."""
        bound = self.bound
        if self.constraints and bound is None:
            bound, _ = bound_to(self.constraints, (), identity(inputs, outputs))
        extra = 0 if bound is None else len(bound.circles)
        sizes = (inputs + extra, *(self.hidden or ()), outputs)
        dense = Dense(sizes, activation(self.activation))
        return dense if bound is None else assembled(dense, bound, self.convex, self.positive)

    def sized(self, hidden: tuple[int, ...], name: str) -> MLP:
        """The same with these hidden layers, and this activation where the constraints allow it."""
        usable = name in activations(self.constraints)
        return replace(self, hidden=hidden, activation=name if usable else self.activation)


def hidden_sizes(hidden: Any) -> tuple[int, ...]:
    """The units of every hidden layer, checked."""
    rows = isinstance(hidden, (list, tuple, np.ndarray)) and np.ndim(hidden) == 1
    given = tuple(hidden) if rows else (hidden,)
    if all(isinstance(h, (int, np.integer)) and not isinstance(h, bool) and h > 0 for h in given):
        return tuple(int(h) for h in given)
    raise ModelError(
        f"hidden is {hidden!r}, not the units of each hidden layer", next="rs.MLP([10, 10])"
    )
