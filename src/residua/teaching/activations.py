"""The activation functions of the teaching networks: one table, each row with its formulas."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np

from residua._errors import ParameterError
from residua.doc import Doc, documented


@documented
class Activation(NamedTuple):
    """One row: the function, its formula, and the formula of its derivative (both as mathtext).

    Example:
        >>> import residua.teaching as teach
        >>> teach.activation("linear").formula, float(teach.activation("relu").function(-2.0))
        ('$z$', 0.0)
    """

    function: Annotated[Callable[[Any], Any], Doc("the function f, written with NumPy")]
    formula: Annotated[str, Doc("what f is, in the words of TeX")]
    slope: Annotated[str, Doc("its derivative in the words of TeX")]


def _threshold(z: Any) -> Any:
    return np.where(z > 0, 1.0, 0.0)


def _linear(z: Any) -> Any:
    return z


def _logistic(z: Any) -> Any:
    # The same as 1/(1 + exp(-z)), and does not overflow.
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _rectified_linear(z: Any) -> Any:
    # np.maximum would have the slope 1/2 at zero, where every network library has 0.
    return np.where(z > 0, z, 0.0)


def _leaky(z: Any) -> Any:
    return np.where(z > 0, z, 0.1 * z)


def _elu(z: Any) -> Any:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def _softplus(z: Any) -> Any:
    return np.logaddexp(0.0, z)


def _silu(z: Any) -> Any:
    return z * _logistic(z)


ACTIVATIONS: dict[str, Activation] = {
    "threshold": Activation(_threshold, r"$1$ if $z>0$, else $0$", r"$0$"),
    "linear": Activation(_linear, r"$z$", r"$1$"),
    "logistic": Activation(_logistic, r"$\sigma(z)=1/(1+e^{-z})$", r"$\sigma(z)\,(1-\sigma(z))$"),
    "tanh": Activation(np.tanh, r"$\tanh z$", r"$1-\tanh^2 z$"),
    "rectified linear": Activation(_rectified_linear, r"$\max(z,0)$", r"$1$ if $z>0$, else $0$"),
    "leaky rectified linear": Activation(
        _leaky, r"$z$ if $z>0$, else $0.1\,z$", r"$1$ if $z>0$, else $0.1$"
    ),
    "exponential linear": Activation(
        _elu, r"$z$ if $z>0$, else $e^z-1$", r"$1$ if $z>0$, else $e^z$"
    ),
    "softplus": Activation(_softplus, r"$\ln(1+e^z)$", r"$\sigma(z)$"),
    "silu": Activation(_silu, r"$z\,\sigma(z)$", r"$\sigma(z)\,(1+z\,(1-\sigma(z)))$"),
}
# Other words people type for the same row.
ALIASES = {
    "elu": "exponential linear",
    "heaviside": "threshold",
    "identity": "linear",
    "leaky relu": "leaky rectified linear",
    "relu": "rectified linear",
    "sigmoid": "logistic",
    "step": "threshold",
    "swish": "silu",
}


@documented
def activation(
    name: Annotated[
        str,
        Doc(
            '"threshold", "linear", "logistic", "tanh", "rectified linear", ... or '
            'another word for it, such as "relu" or "sigmoid"'
        ),
    ],
) -> Activation:
    """The row of the table of activation functions that a name stands for.

    a = f(z): what a unit gives on, where z is the weighted sum of what it gets.

    Returns:
        Activation: `function` (elementwise), `formula` and `slope` (of its derivative) as text.

    Raises:
        ParameterError: there is no such row.

    Example:
        >>> import numpy as np
        >>> activation("relu").function(np.array([-1.0, 2.0]))
        array([0., 2.])
    """
    key = ALIASES.get(name, name)
    if key not in ACTIVATIONS:
        known = [*ACTIVATIONS, *ALIASES]
        near = difflib.get_close_matches(str(name).lower(), known, n=1) or ["tanh"]
        raise ParameterError(
            f"There is no activation function {name!r}.",
            causes=[f"it is not one of {', '.join(ACTIVATIONS)}"],
            next=f'activation="{near[0]}"',
        )
    return ACTIVATIONS[key]
