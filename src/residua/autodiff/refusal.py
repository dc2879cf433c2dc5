"""What to say when code outside NumPy asks a carrier of derivatives for bare numbers."""

from __future__ import annotations

from typing import Any, NoReturn

from .._errors import NotDifferentiable

_FALLBACK = "or fit it as it is by finite differences"


def refuse_scalar(kind: str) -> Any:
    raise NotDifferentiable(
        f"{kind}() was asked of a number that carries derivatives, which would lose them.",
        causes=(
            "a function of the math module: math.exp, math.sqrt, ... take bare floats",
            "external code (scipy.integrate, scipy.optimize, numba, C) called inside the model",
            f"an explicit {kind}(...) in the model",
            "assignment into an array that was made outside the model or with x.copy()",
        ),
        next=f"np.exp instead of math.exp; out = np.zeros(...) inside the model; {_FALLBACK}",
    )


def refuse_array() -> NoReturn:
    raise NotDifferentiable(
        "An array that carries derivatives was asked for bare numbers, which would lose them.",
        causes=(
            "external code (scipy.integrate, scipy.interpolate, numba, C) called inside the model",
            "assignment into an array that was made outside the model or with x.copy()",
        ),
        next=f"out = np.zeros(...) inside the model, NumPy functions throughout; {_FALLBACK}",
    )


def refuse_index() -> NoReturn:
    raise NotDifferentiable(
        "A number that carries derivatives was used as an index or a count.",
        causes=("a parameter decides a position or a length, where no derivative exists",),
        next=f"fix that parameter; {_FALLBACK}",
    )


def refuse_function(name: str, why: str = "there is no derivative rule for it") -> NoReturn:
    raise NotDifferentiable(
        f"{name} met an array that carries derivatives, and {why}.",
        causes=(f"the model applies {name} to something that depends on a parameter",),
        next=f"write that step with elementary NumPy functions; {_FALLBACK}",
    )


def refuse_argument(name: str, position: int) -> NoReturn:
    raise NotDifferentiable(
        f"{name} has no derivative with respect to its argument {position + 1}.",
        causes=("an order, a degree or a count depends on a fitted parameter",),
        next=f"fix that parameter; {_FALLBACK}",
    )


def refuse_output(name: str) -> NoReturn:
    raise NotDifferentiable(
        f"{name} was to write derivatives into a plain array.",
        causes=("y += f(params) or out=y, where y is data or was made outside the model",),
        next=f"y = y + f(params), or out = np.zeros(...) inside the model; {_FALLBACK}",
    )
