"""What a dataset observes of a network: a number times its value, and numbers times its slopes.

    y_observed = constant + value * f(x) + sum_j slopes_j * df/dx_j

`of=lambda E: -E.derivative("r")` is called with an Output, which writes down what is done to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ModelError, ResiduaError
from residua.data.tables import place_of
from residua.networks.scaling import Scaling

EXAMPLE = 'of=lambda E: -E.derivative("r")'


class Functional(NamedTuple):
    """constant + value f + Σ slopes_j df/dx_j; slopes has a number for every column of x.

    Example:
        >>> force = functional(lambda E: -E.derivative("r"), ("r",))
        >>> force
        Functional(constant=0.0, value=0.0, slopes=(-1.0,))
        >>> force.text("E", ("r",))
        '-dE/dr'
    """

    constant: float
    value: float
    slopes: tuple[float, ...]

    @property
    def plain(self) -> bool:
        """Whether it is the value itself."""
        return self.constant == 0 and self.value == 1 and not any(self.slopes)

    def standardized(self, scaling: Scaling) -> Functional:
        """The same of Y and dY/dz, in units of y_scale."""
        slopes = np.asarray(self.slopes) / scaling.x_scale
        return Functional(0.0, self.value, tuple(slopes.tolist()))

    def scaling(self, scaling: Scaling) -> Scaling:
        """How what is observed is standardized: by the scale of y, the constants taken away."""
        return scaling._replace(y_mean=self.constant + self.value * scaling.y_mean)

    def text(self, of: str, names: tuple[str, ...]) -> str:
        """In words: `-dE/dr`."""
        terms = [(self.value, of)] + [(c, f"d{of}/d{x}") for c, x in zip(self.slopes, names)]
        parts = [_term(number, name) for number, name in terms if number]
        parts += [f"{self.constant:+.6g}"] if self.constant or not parts else []
        return " ".join(parts).removeprefix("+")


def _term(number: float, name: str) -> str:
    if abs(number) == 1:
        return f"{'+' if number > 0 else '-'}{name}"
    return f"{number:+.6g} {name}"


@dataclass(frozen=True)
class Output:
    """The output of a network as operators see it: it can be differentiated once, added, scaled.

    names: of the columns of x. free: the one column has no name yet, and takes that which is asked
    for; `asked` collects it.
    """

    names: tuple[str, ...]
    free: bool = False
    constant: float = 0.0
    value: float = 1.0
    slopes: tuple[float, ...] = ()
    asked: list[str] = field(default_factory=list, compare=False)

    # NumPy must leave `array * output` to the Output, which refuses.
    __array_ufunc__ = None

    def derivative(self, *wrt: str | int, order: int = 1) -> Output:
        """The slope by one input: by name or number; the only input where none is said."""
        if order != 1 or any(self.slopes):
            raise ModelError(
                "networks are fitted to values and first derivatives, not to second ones",
                next=EXAMPLE,
            )
        slopes = np.zeros(len(self.names))
        slopes[self._column(wrt)] = self.value
        return replace(self, constant=0.0, value=0.0, slopes=tuple(slopes.tolist()))

    def _column(self, wrt: tuple[Any, ...]) -> int:
        what = wrt[0] if len(wrt) == 1 else 0 if not wrt and len(self.names) == 1 else None
        if isinstance(what, str) and self.free:
            self.asked.append(what)
            return 0
        if isinstance(what, str) and (place := place_of(what, self.names)) is not None:
            return place
        if isinstance(what, int) and not isinstance(what, bool) and 0 <= what < len(self.names):
            return what
        raise ModelError(
            f"there is no derivative by {', '.join(map(repr, wrt)) or 'nothing'}",
            causes=[f"the inputs are {', '.join(self.names)}, and a slope is by one of them"],
            next=f"of=lambda f: f.derivative({self.names[0]!r})",
        )

    def __neg__(self) -> Output:
        return self * -1.0

    def __pos__(self) -> Output:
        return self

    def __mul__(self, other: Any) -> Output:
        number = _number(other, "multiplied by")
        return replace(
            self,
            constant=number * self.constant,
            value=number * self.value,
            slopes=tuple(number * slope for slope in self.slopes),
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Output:
        number = _number(other, "divided by")
        if not number:
            raise ModelError("what a dataset observes is divided by zero")
        return self * (1.0 / number)

    def __add__(self, other: Any) -> Output:
        if not isinstance(other, Output):
            return replace(self, constant=self.constant + _number(other, "added to"))
        none = (0.0,) * len(self.names)
        slopes = tuple(a + b for a, b in zip(self.slopes or none, other.slopes or none))
        return replace(
            self,
            constant=self.constant + other.constant,
            value=self.value + other.value,
            slopes=slopes,
        )

    __radd__ = __add__

    def __sub__(self, other: Any) -> Output:
        return self + (-other if isinstance(other, Output) else -_number(other, "less"))

    def __rsub__(self, other: Any) -> Output:
        return -self + other


def _number(other: Any, how: str) -> float:
    if isinstance(other, Real) or (isinstance(other, np.ndarray) and other.ndim == 0):
        found = float(other)
        if np.isfinite(found):
            return found
    raise ModelError(
        f"what a dataset observes of a network was {how} {_shown(other)}",
        causes=["it is numbers times the value and its slopes; factors that vary belong into y"],
        next=f"{EXAMPLE}   # numbers only: 160.2 * ..., ... / 2",
    )


def _shown(other: Any) -> str:
    return f"{other!r:.40}" if isinstance(other, Real) else f"a {type(other).__name__}"


def functional(
    of: Callable[..., Any] | str | None,
    names: tuple[str, ...],
    free: bool = False,
    asked: list[str] | None = None,
) -> Functional:
    """What `of` makes of the output of a network.

    Args:
        of: None for the value; a function of an Output, `lambda E: -E.derivative("r")`.
        names: of the columns of x.
        free: the one column has no name yet.
        asked: takes the names that `of` asked for.

    Raises:
        ModelError: anything that is not numbers times the value and its first derivatives.
    """
    if of is None:
        return Functional(0.0, 1.0, (0.0,) * len(names))
    if not callable(of):
        raise ModelError(f"a network has no quantity {of!r}", next=EXAMPLE)
    symbol = Output(names, free, asked=[] if asked is None else asked)
    try:
        found = of(symbol)
    except ResiduaError:
        raise
    except Exception as error:  # the operator is the user's
        raise _no_functional(f"it raised {type(error).__name__}: {error}") from error
    if not isinstance(found, Output):
        raise _no_functional(f"it returned a {type(found).__name__}")
    slopes = found.slopes or (0.0,) * len(names)
    if not found.value and not any(slopes):
        raise _no_functional("what is left is a constant")
    # A zero that was negated is zero.
    return Functional(found.constant + 0.0, found.value + 0.0, tuple(s + 0.0 for s in slopes))


def _no_functional(why: str) -> ModelError:
    return ModelError(
        f"of= is not numbers times the value of the network and its slopes: {why}",
        causes=["of a network, sums, numeric factors and first derivatives can be observed"],
        next=EXAMPLE,
    )
