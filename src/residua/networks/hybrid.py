"""Half formula, half network: what is known as an equation, and what is not as a network beside it.

    y = f(x; p) + N(x)    or    y = f(x; p) N(x)

The prior of the evidence holds N to nothing (to one in a product) where the data do not ask for it,
so the formula explains what it can. Parameters p have no prior and stay in their own units for
people; training sees them as steps from a first fit of the formula alone, in units of what that fit
left open.

Source: D. C. Psichogios, L. H. Ungar, AIChE J. 38 (1992) 1499 (a hybrid neural network - first
principles approach).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from residua._errors import ModelError
from residua.autodiff import eager
from residua.autodiff.operators import derivative
from residua.networks.network import Architecture, Leaf, Network
from residua.networks.scaling import Scaling
from residua.problem.model import Model

SYMBOLS = ("+", "-", "*")
# How far the first steps of the formula's parameters reach, in units of their openness.
FIRST_STEP = 0.1
# The last layer of a correction starts this small, so that the formula comes first.
FIRST_CORRECTION = 0.1


@dataclass(frozen=True)
class Hybrid(Architecture):
    """A formula (any Model) combined with a network: `"a*exp(-b*t)" + rs.MLP([5])`.

    y = f(x; p) (+, -, *) N(x).

    Args:
        formula: the Model of the known part; its parameters are in `fit.params` by name.
        correction: the architecture of the unknown part.
        symbol: "+", "-" or "*".
        center, unit: of the parameters p, found by `fit` from the formula alone.
        prepared_scaling: how the data are standardized, told by `fit`.

    Raises:
        ModelError: another sign, or a formula whose number of parameters is open.

    Example:
        >>> import numpy as np, residua as rs
        >>> t = np.linspace(0, 4, 60)
        >>> model = rs.model("a*exp(-b*t)", independent="t") + rs.MLP([3])
        >>> fit = rs.fit(model, {"t": t}, 2*np.exp(-t) + 0.1*np.sin(3*t), seed=0)
        >>> list(fit.params)[:3]
        ['a', 'b', 'W1']
    """

    formula: Model
    correction: Architecture
    symbol: str = "+"
    center: tuple[float, ...] = ()
    unit: tuple[float, ...] = ()
    names: tuple[str, ...] = ()
    scaling: Scaling | None = None

    def __post_init__(self) -> None:
        if self.symbol not in SYMBOLS:
            raise ModelError(
                f"a formula and a network combine by {', '.join(SYMBOLS)}, not by {self.symbol}",
                next='"a*exp(-b*t)" + rs.MLP([5])',
            )
        if self.formula.whole or self.formula.options.get("variadic"):
            raise ModelError(f"{self.formula.text} takes any number of parameters")

    def __repr__(self) -> str:
        return f"{self.formula.text} {self.symbol} {self.correction!r}"

    def own_names(self, x: Any) -> tuple[str, ...] | None:
        """The formula's variables, where one column of x has no name of its own."""
        plain = isinstance(x, (list, np.ndarray)) and np.ndim(x) == 1
        return self.formula.independent if plain and len(self.formula.independent) == 1 else None

    @property
    def output(self) -> str:
        """Hybrids speak of values."""
        return "linear"

    def prepared(self, names: Sequence[str], scaling: Scaling) -> tuple[Hybrid, Scaling]:
        """The columns of the formula found, and y measured from zero: the formula has the mean."""
        missing = [name for name in self.formula.independent if name not in names]
        if missing:
            raise ModelError(
                f"the formula needs {', '.join(missing)}, and the columns are {', '.join(names)}",
                next=f"rs.fit(model, {{{missing[0]!r}: ...}}, y)",
            )
        correction, _ = self.correction.prepared(names, scaling)
        scaling = scaling.with_y_about_zero()
        found = replace(self, correction=correction, names=tuple(names), scaling=scaling)
        return found, scaling

    def network(self, inputs: int, outputs: int) -> HybridNetwork:
        """The network for d inputs; a formula has one output."""
        if outputs != 1:
            raise ModelError("a formula beside a network has one output: y must be (n,)")
        scaling = self.scaling
        count = len(self.formula.parameters)
        if scaling is None:
            scaling = Scaling(np.zeros(inputs), np.ones(inputs), np.zeros(1), np.ones(1))
        columns = tuple(
            self.names.index(name) if name in self.names else i
            for i, name in enumerate(self.formula.independent)
        )
        return HybridNetwork(
            self.formula,
            self.correction.network(inputs, 1),
            self.symbol,
            np.array(self.center or (1.0,) * count),
            np.array(self.unit or (1.0,) * count),
            columns,
            scaling,
        )


@dataclass(frozen=True, eq=False)
class HybridNetwork:
    """A formula and a network of known shapes; theta is the formula's steps, then the network's."""

    formula: Model
    inner: Network
    symbol: str
    center: np.ndarray
    unit: np.ndarray
    columns: tuple[int, ...]
    scaling: Scaling

    @property
    def inputs(self) -> int:
        """Number of inputs, d."""
        return self.inner.inputs

    @property
    def outputs(self) -> int:
        """One."""
        return 1

    @property
    def count(self) -> int:
        """Number of the formula's parameters, q."""
        return len(self.formula.parameters)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The formula's parameters, free of a prior, then the network's, all with one."""
        own = [Leaf(name, (), -1) for name in self.formula.parameters]
        last = 1 + max((leaf.group for leaf in self.inner.leaves), default=0)
        rest = [
            leaf._replace(group=last if leaf.group < 0 else leaf.group)
            for leaf in self.inner.leaves
        ]
        return (*own, *rest)

    @cached_property
    def groups(self) -> np.ndarray:
        """The prior group of every parameter; the network's offset is held to nothing too."""
        own = np.full(self.count, -1)
        rest = self.inner.groups.copy()
        rest[rest < 0] = rest.max(initial=-1) + 1
        return np.concatenate([own, rest])

    @property
    def size(self) -> int:
        """Number of parameters, p."""
        return len(self.groups)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Near the formula alone, with a small correction."""
        inner = self.inner.draw(rng)
        last = sum(leaf.size for leaf in self.inner.leaves[-2:])
        inner[-last:] *= FIRST_CORRECTION
        return np.concatenate([FIRST_STEP * rng.standard_normal(self.count), inner])

    # Values ---------------------------------------------------------------------------------------

    def _x(self, Z: Any) -> list[Any]:
        X = self.scaling.to_x(Z)
        return [X[:, j] for j in self.columns]

    def _known(self, steps: Any, Z: Any) -> Any:
        """The formula in units of y's scale."""
        values = [self.center[i] + self.unit[i] * steps[i] for i in range(self.count)]
        value = self.formula.evaluate(self._x(Z), values)
        return value / self.scaling.y_scale[0] + 0.0 * Z[:, 0]

    def _joined(self, known: Any, unknown: Any) -> Any:
        if self.symbol == "*":
            return known * (1 + unknown)
        return known + unknown if self.symbol == "+" else known - unknown

    def _weights(self, known: Any, unknown: Any) -> tuple[Any, Any]:
        """How the sum or product turns with each side."""
        if self.symbol == "*":
            return 1 + unknown, known
        return np.ones_like(known), np.full_like(known, 1.0 if self.symbol == "+" else -1.0)

    def value(self, theta: Any, Z: Any, xp: Any = np) -> Any:
        """Outputs (n, 1) at Z (n, d)."""
        unknown = self.inner.value(theta[self.count :], Z, xp)[:, 0]
        return self._joined(self._known(theta[: self.count], Z), unknown)[:, None]

    def _formula_linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[Any, Any]:
        with np.errstate(all="ignore"):
            return eager.jacobian(lambda steps: self._known(steps, Z), theta[: self.count])

    def linearized(self, theta: np.ndarray, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs (n, 1) and tangents (p, n, 1)."""
        known, own = self._formula_linearized(theta, Z)
        unknown, rest = self.inner.linearized(theta[self.count :], Z)
        first, second = self._weights(known, unknown[:, 0])
        tangents = np.concatenate([own * first, rest[:, :, 0] * second])
        return self._joined(known, unknown[:, 0])[:, None], tangents[:, :, None]

    def _formula_slope(self, theta: np.ndarray, Z: np.ndarray, column: int) -> np.ndarray:
        """The formula's derivative by one standardized input, (n,)."""
        if column not in self.columns:
            return np.zeros(len(Z))
        place = self.columns.index(column)
        values = list(self.center + self.unit * theta[: self.count])
        slope = derivative(lambda *x: self.formula.evaluate(x, values), place)(*self._x(Z))
        unit = self.scaling.x_scale[column] / self.scaling.y_scale[0]
        return np.asarray(slope * unit + np.zeros(len(Z)))

    def slopes(self, theta: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Derivatives of the output by the inputs, (n, 1, d)."""
        known = self._known(theta[: self.count], Z)
        unknown = self.inner.value(theta[self.count :], Z)[:, 0]
        first, second = self._weights(known, unknown)
        inner = self.inner.slopes(theta[self.count :], Z)[:, 0]
        own = np.stack([self._formula_slope(theta, Z, j) for j in range(self.inputs)], axis=1)
        return np.asarray((own * first[:, None] + inner * second[:, None])[:, None])

    def mixed(self, theta: np.ndarray, Z: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
        """The slope by one input (n, 1), and its tangents (p, n, 1)."""
        known, own = self._formula_linearized(theta, Z)
        unknown, rest = self.inner.linearized(theta[self.count :], Z)
        own_slope = self._formula_slope(theta, Z, column)
        inner_slope, inner_mixed = self.inner.mixed(theta[self.count :], Z, column)
        first, second = self._weights(known, unknown[:, 0])
        slope = own_slope * first + inner_slope[:, 0] * second
        of_formula = self._slope_tangents(theta, Z, column) * first
        of_network = inner_mixed[:, :, 0] * second
        if self.symbol == "*":  # each side's weight is the other side
            of_formula = of_formula + own * inner_slope[:, 0]
            of_network = of_network + rest[:, :, 0] * own_slope
        return slope[:, None], np.concatenate([of_formula, of_network])[:, :, None]

    def _slope_tangents(self, theta: np.ndarray, Z: np.ndarray, column: int) -> np.ndarray:
        """Derivatives of the formula's slope by its steps, (q, n): differences of exact slopes.

        Only the standard deviation of a derivative hangs on them.
        """
        found = np.empty((self.count, len(Z)))
        for i in range(self.count):
            h = 1e-5 * max(1.0, abs(theta[i]))
            ahead, behind = theta.copy(), theta.copy()
            ahead[i] += h
            behind[i] -= h
            found[i] = self._formula_slope(ahead, Z, column) - self._formula_slope(
                behind, Z, column
            )
            found[i] /= 2 * h
        return found

    # For people -----------------------------------------------------------------------------------

    def folded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The formula's parameters in their own units; the network's stay standardized."""
        own = self.center + self.unit * theta[: self.count]
        return np.concatenate([own, theta[self.count :]])

    def unfolded(self, theta: np.ndarray, scaling: Scaling) -> np.ndarray:
        """The parameters of training that `folded` would turn into these."""
        own = (theta[: self.count] - self.center) / self.unit
        return np.concatenate([own, theta[self.count :]])

    def for_people(self, scaling: Scaling) -> InUserUnits:
        """The network of folded parameters, at inputs and with outputs in user units."""
        one = np.ones(self.count)
        plain = replace(self, center=0 * one, unit=one)
        return InUserUnits(plain, scaling)


@dataclass(frozen=True, eq=False)
class InUserUnits:
    """A standardized network asked in user units."""

    network: HybridNetwork
    scaling: Scaling

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Those of the network."""
        return self.network.leaves

    def value(self, theta: Any, X: Any, xp: Any = np) -> Any:
        """Outputs (n, k) at X (n, d)."""
        return self.scaling.from_Y(self.network.value(theta, self.scaling.to_z(X), xp))


def joined(symbol: str, left: Any, right: Any) -> Hybrid:
    """left (symbol) right, one of which is an architecture."""
    from residua.problem.model import model

    if isinstance(left, Architecture) and isinstance(right, Architecture):
        raise ModelError(
            "two networks are one larger network", next="rs.MLP([20]) instead of a sum"
        )
    if isinstance(left, Architecture):
        if symbol == "-":
            raise ModelError(
                "write the formula first: what a network takes away it can also add",
                next='"a*exp(-b*t)" + rs.MLP([5])',
            )
        left, right = right, left
    if isinstance(left, str):
        left = _formula(left)
    return Hybrid(left if isinstance(left, Model) else model(left), right, symbol)


def _formula(text: str) -> Model:
    """A formula or a library name; one name among those usual for a variable is the variable."""
    from residua.problem.model import model

    found = model(text)
    if found.independent or found.kind != "formula":
        return found
    usual = [name for name in found.parameters if name in ("t", "T", "x", "r", "V", "z")]
    if len(usual) != 1:
        raise ModelError(
            f"which of {', '.join(found.parameters)} is the variable of {text!r}?",
            next=f'rs.model({text!r}, independent="{found.parameters[-1]}") + rs.MLP([5])',
        )
    return model(text, independent=usual[0])
