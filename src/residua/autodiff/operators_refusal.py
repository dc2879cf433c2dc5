"""What an operator says of a function it cannot differentiate, and which line is to blame."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from .._errors import ModelError, NotDifferentiable
from .arguments import Call
from .blame import locate

# What the engines suggest for a fit, in the words of an operator.
_REWORDED = {
    "; or fit it as it is by finite differences": "",
    "or fit it as it is by finite differences": "",
    "fix that parameter": "differentiate by another argument; that one must stay a whole number",
}


def refuse_both(eager: NotDifferentiable, compiled: NotDifferentiable) -> NoReturn:
    """Neither engine followed the function: the first one's words, and the other's if different."""
    causes = eager.causes
    if compiled.what != eager.what:
        causes = (*causes, f"through JAX: {compiled.what}")
    raise NotDifferentiable(eager.what, causes, eager.next) from eager


def reworded(refusal: NotDifferentiable) -> NotDifferentiable:
    """The refusal without its advice on fits."""
    advice = refusal.next
    for words, better in _REWORDED.items():
        advice = advice.replace(words, better)
    if advice == refusal.next:
        return refusal
    found = NotDifferentiable(refusal.what, refusal.causes, advice)
    found.with_traceback(refusal.__traceback__)
    return found


def explained(error: Exception, call: Call, values: Any) -> Exception:
    """The function's own error, or why it fails only on numbers that carry derivatives."""
    own = _failure(call, call.values())
    if own is not None:
        return own
    if _failure(call, values) is not None:
        what = (
            "The function works on whole numbers, and not on the floating-point numbers that a "
            f"derivative needs: {type(error).__name__}: {error}"
        )
        causes = ("it indexes or counts with its argument: range(n), table[n]",)
        advice = "differentiate by an argument that is not a count"
    else:
        what = (
            "The function works on plain numbers, but not on numbers that carry derivatives: "
            f"{type(error).__name__}: {error}"
        )
        causes = ("external code (scipy.linalg, scipy.interpolate, numba, C) in the function",)
        advice = "NumPy functions throughout"
    refusal = NotDifferentiable(what, causes, advice)
    locate(refusal, error)
    return refusal


def _failure(call: Call, values: Any) -> Exception | None:
    """What the function raises on plain numbers, if anything."""
    try:
        with np.errstate(all="ignore"):
            call.at(values)
    except Exception as error:
        return error
    return None


def refuse_many(shape: tuple[int, ...]) -> NoReturn:
    raise ModelError(
        f"The function returned an array of shape {shape}; a gradient is that of one number.",
        causes=("the sum over the entries is missing",),
        next="rs.jacobian for all outputs, rs.derivative for a function of single numbers",
    )


def refuse_output(result: Any) -> NoReturn:
    raise ModelError(
        f"The function returned {type(result).__name__}, which is not a number or an array.",
        causes=("it returns several things in a dict, or text, or None",),
        next="lambda *args: f(*args)['energy']",
    )


def refuse_shapes(shape: tuple[int, ...], inside: tuple[int, ...], label: str) -> NoReturn:
    raise ModelError(
        f"The output has shape {shape} and {label} has shape {inside}: there is no own "
        f"entry of {label} for each entry of the output.",
        causes=("the function sums over its argument, or takes a vector of parameters",),
        next="rs.gradient for one output, rs.jacobian for several",
    )


def refuse_mixing(label: str, is_complex: bool) -> NoReturn:
    if is_complex:
        raise ModelError(
            f"The function is not holomorphic in {label}, or mixes its entries: the derivative "
            "depends on the direction of a small step.",
            causes=("abs, real, imag or conj of a complex number",),
            next="differentiate by real and imaginary part: lambda a, b: f(a + 1j * b)",
        )
    raise ModelError(
        f"An output depends on several entries of {label}: there is no single derivative of it.",
        causes=(f"the function mixes the entries of {label}: a sum, a mean, a sort, a matrix",),
        next="rs.jacobian(f), which has every entry by every entry",
    )
