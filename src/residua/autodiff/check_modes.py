"""Every mode of differentiation of one function checked in one call: `check_derivatives(args=)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._errors import NotDifferentiable, ParameterError
from . import operators_eager
from .arguments import Call, Key, place
from .check import DerivativeMismatch, compare
from .leaves import flatten
from .operators import shaped
from .operators_apply import plainly

MODES = ("eager", "forward", "reverse", "second")
_SPOKEN = {
    "eager": "the eager engine, first order",
    "forward": "the compiled engine, forward mode",
    "reverse": "the compiled engine, reverse mode",
    "second": "second order (output [j, ...] is the derivative of output [...] by entry j)",
}
Function = Callable[..., Any]


def check_function(
    function: Function,
    args: Sequence[Any],
    wrt: Key | Sequence[Key] | None,
    modes: Sequence[str],
    rtol: float,
) -> float:
    """Check each of the modes; see `check_derivatives`."""
    if unknown := [mode for mode in modes if mode not in MODES]:
        raise ParameterError(f"no mode is called {unknown[0]!r}", next=f"modes={MODES}")
    checked = _Checked(function, tuple(args), _positions(function, args, wrt))
    worst = 0.0
    for mode in modes:
        try:
            worst = max(worst, checked.disagreement(mode, rtol))
        except DerivativeMismatch as error:
            raise DerivativeMismatch(
                f"{_SPOKEN[mode]}: {error.what}", error.causes, error.next
            ) from error
        except NotDifferentiable as error:
            raise NotDifferentiable(
                f"{_SPOKEN[mode]}: {error.what}",
                error.causes,
                f"{error.next}; modes= without {mode!r} leaves it out",
            ) from error
    return worst


def _positions(
    function: Function, args: Sequence[Any], wrt: Key | Sequence[Key] | None
) -> tuple[int, ...]:
    """The arguments to differentiate by: those that hold floating-point numbers, unless given."""
    if wrt is None:
        kinds = [np.asarray(a).dtype.kind if not isinstance(a, str) else "U" for a in args]
        found = tuple([i for i, kind in enumerate(kinds) if kind == "f"])
        if not found:
            raise ParameterError("no argument is a floating-point number", next="args=(1.0, ...)")
        return found
    wanted = [wrt] if isinstance(wrt, (str, int)) else list(wrt)
    found = tuple([place(function, one).position for one in wanted])  # type: ignore[misc]
    if any(i is None or i >= len(args) for i in found):
        raise ParameterError(f"args= holds no value for one of {wanted}", next="args=(x, a, b)")
    return found


class _Checked:
    """A function as one of a vector: all the numbers it is differentiated by, end to end."""

    def __init__(self, function: Function, args: tuple[Any, ...], wrt: tuple[int, ...]) -> None:
        self.function = function
        self.plain = plainly(function)
        self.args = args
        self.wrt = wrt
        self.pieces = [np.asarray(args[i], float) for i in wrt]
        self.theta = np.concatenate([piece.ravel() for piece in self.pieces])
        self.labels = _labels(function, wrt, self.pieces)
        self.known: dict[bytes, Any] = {}

    def disagreement(self, mode: str, rtol: float) -> float:
        """The worst of one mode against differences."""
        if mode == "eager":
            return compare(self._remembered, self.theta, (), self._eager, rtol, self.labels)
        if mode == "second":
            first, second = self.rows("forward"), self.rows("second")
            return compare(
                first, self.theta, (), lambda _, at: (first(at), second(at)), rtol, self.labels
            )
        rows = self.rows(mode)
        return compare(
            self._remembered, self.theta, (), lambda _, at: (self._traced(at), rows(at)), rtol,
            self.labels,
        )  # fmt: skip

    def _remembered(self, theta: Any) -> Any:
        """The function itself; all first-order modes are compared with the same differences."""
        key = theta.tobytes()
        if key not in self.known:
            self.known[key] = np.asarray(self.plain(*self.at(theta)))
        return self.known[key]

    def _eager(self, _: Function, theta: Any) -> tuple[Any, Any]:
        """Value and rows by one eager pass."""
        call = Call(self.function, tuple(self.at(theta)), {}, self.wrt)
        value, parts = operators_eager.jacobian(call, [flatten(x, "") for x in call.values()])
        return value, self._flat(parts)

    def _traced(self, theta: Any) -> Any:
        """The value as the compiled engine sees it."""
        return np.asarray(shaped("value", self.function, self.wrt, "compiled")(*self.at(theta)))

    def at(self, theta: Any) -> list[Any]:
        """All arguments, with theta in its places."""
        args, start = list(self.args), 0
        for i, piece in zip(self.wrt, self.pieces):
            args[i] = theta[start : start + piece.size].reshape(piece.shape)[()]
            start += piece.size
        return args

    def rows(self, mode: str) -> Function:
        """theta -> derivatives (p, *output), or (p, p, *output) of second order."""
        if mode == "second":
            blocks = shaped("hessian", self.function, self.wrt, "compiled")
            return lambda theta: self._square(blocks(*self.at(theta)))
        parts = shaped(mode, self.function, self.wrt, "compiled")
        return lambda theta: self._flat(parts(*self.at(theta)))

    def _flat(self, parts: Any) -> Any:
        """Blocks output + input as one array with the entries of theta first."""
        rows = []
        for part, piece in zip(parts, self.pieces):
            shape = np.shape(part)[: np.ndim(part) - piece.ndim]
            rows.append(np.moveaxis(np.reshape(part, (*shape, piece.size)), -1, 0))
        return np.concatenate(rows)

    def _square(self, blocks: Any) -> Any:
        return np.stack([self._flat_rows(row, k) for k, row in self._entries(blocks)], axis=0)

    def _entries(self, blocks: Any) -> Any:
        for row, piece in zip(blocks, self.pieces):
            yield from ((k, (row, piece)) for k in range(piece.size))

    def _flat_rows(self, pair: Any, k: int) -> Any:
        """The second derivatives by entry k of one piece and by every entry."""
        row, piece = pair
        picked = []
        for block, other in zip(row, self.pieces):
            lead = np.ndim(block) - piece.ndim - other.ndim
            shape = np.shape(block)[:lead]
            flat = np.reshape(block, (*shape, piece.size, *other.shape))
            picked.append(np.take(flat, k, axis=lead))
        return self._flat(picked)


def _labels(function: Function, wrt: tuple[int, ...], pieces: list[Any]) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    labels: list[str] = []
    for i, piece in zip(wrt, pieces):
        name = names[i] if i < len(names) else str(i)
        entries = [",".join(map(str, k)) for k in np.ndindex(piece.shape)]
        labels += [f"{name}[{entry}]" if entry else name for entry in entries]
    return labels
