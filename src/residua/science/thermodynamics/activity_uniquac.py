"""The UNIQUAC equation: molecules of their own sizes and surfaces; binaries and mixtures."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import ShelfModel
from residua.science.thermodynamics.activity import quantities
from residua.science.thermodynamics.activity_starts import compositions, scan

ABRAMS_PRAUSNITZ = "D. S. Abrams and J. M. Prausnitz, AIChE J. 21, 116, 1975"


def uniquac(
    r1: float = 1.0, r2: float = 1.0, q1: float = 1.0, q2: float = 1.0, z: float = 10.0
) -> ShelfModel:
    """Make the UNIQUAC equation of a binary from the sizes and surfaces of its molecules.

    g = gc - q1 * x1 * log(t1 + t2 * tau21) - q2 * x2 * log(t2 + t1 * tau12), where ti are the
    fractions of surface, qi xi / sum q x, and with the fractions of volume vi = ri xi / sum r x
    gc = sum xi log(vi / xi) + z/2 sum qi xi log(ti / vi)

    Args:
        r1, r2: relative van der Waals volumes of the molecules. The default, 1, is of molecules of
            equal size, for which the equation is Wilson's.
        q1, q2: relative van der Waals surfaces; 1 by default.
        z: coordination number; 10 by default, as in all tables of parameters.

    Returns:
        The ShelfModel, with parameters tau12 and tau21.

    Raises:
        ModelError: a size, a surface or z is not a positive number.

    Source: D. S. Abrams and J. M. Prausnitz, AIChE J. 21, 116, 1975.

    >>> model = uniquac(r1=2.1055, r2=0.92, q1=1.972, q2=1.4)
    >>> model.parameters
    ('tau12', 'tau21')
    """
    options = {"r1": r1, "r2": r2, "q1": q1, "q2": q2, "z": z}
    _refuse(options)
    sizes = tuple(float(value) for value in (r1, r2, q1, q2, z))
    function = _binary(*sizes)

    def start(x1: Any, g: Any) -> dict[str, float]:
        """Scan the logarithms of both parameters."""
        x1, g = compositions(x1, g)
        axis = np.linspace(-4.0, 3.0, 29)
        s12, s21 = scan(lambda a, b: function(x1, np.exp(a), np.exp(b)), [axis, axis], g)
        return {"tau12": float(np.exp(s12)), "tau21": float(np.exp(s21))}

    return ShelfModel(
        name="uniquac",
        function=function,
        start=start,
        equation="g = gc - q1 * x1 * log(t1 + t2 * tau21) - q2 * x2 * log(t2 + t1 * tau12)",
        independent=("x1",),
        source=ABRAMS_PRAUSNITZ,
        bounds={"tau12": (0.0, np.inf), "tau21": (0.0, np.inf)},
        options=options,
        quantities=quantities(function),
    )


def _binary(r1: float, r2: float, q1: float, q2: float, z: float) -> Any:
    """g of a binary of molecules of these sizes."""

    def uniquac(
        x1: Annotated[Array, Doc("mole fraction of component 1, any shape"), unit("")],
        tau12: Annotated[
            float, Doc("exp(-(u12 - u22) / (R * Tabs)), positive; 1 without interaction"), unit("")
        ],
        tau21: Annotated[
            float, Doc("exp(-(u21 - u11) / (R * Tabs)), positive; 1 without interaction"), unit("")
        ],
    ) -> Annotated[Array, unit("")]:
        """The UNIQUAC (universal quasi-chemical) equation.

        g = gc - q1 * x1 * log(t1 + t2 * tau21) - q2 * x2 * log(t2 + t1 * tau12)

        with the fractions of surface ti = qi xi / sum q x and of volume vi = ri xi / sum r x, and
        gc = sum xi log(vi / xi) + z/2 sum qi xi log(ti / vi).

        Returns:
            g, excess Gibbs energy over R times the absolute temperature, of the shape of x1.

        Source: D. S. Abrams and J. M. Prausnitz, AIChE J. 21, 116, 1975.

        >>> import residua as rs
        >>> g = rs.models("uniquac", r1=2.1055, r2=0.92, q1=1.972, q2=1.4).function
        >>> print(g(0.252, tau12=1.092, tau21=0.3745).round(3))
        0.38
        """
        x2 = 1.0 - x1
        volume, surface = r1 * x1 + r2 * x2, q1 * x1 + q2 * x2
        # vi / xi and ti / vi are finite at both ends, where xi itself is zero.
        combinatorial = x1 * np.log(r1 / volume) + x2 * np.log(r2 / volume)
        ratio = np.log(volume / surface)
        shape1, shape2 = np.log(q1 / r1) + ratio, np.log(q2 / r2) + ratio
        combinatorial = combinatorial + 0.5 * z * (q1 * x1 * shape1 + q2 * x2 * shape2)
        t1, t2 = q1 * x1 / surface, q2 * x2 / surface
        residual = q1 * x1 * np.log(t1 + t2 * tau21) + q2 * x2 * np.log(t2 + t1 * tau12)
        return combinatorial - residual

    return uniquac


def uniquac_mixture(n: Array, tau: Array, r: Array, q: Array, z: float = 10.0) -> Array:
    """The UNIQUAC equation for any number of components, extensive in the amounts.

    n G^E / (R T) = sum_i n_i log(v_i / x_i) + z/2 sum_i q_i n_i log(t_i / v_i)
    - sum_i q_i n_i log(sum_j t_j tau_ji)

    Args:
        n: amounts in mol, shape (..., components).
        tau: shape (components, components), positive, 1 on the diagonal, no unit.
        r: relative volumes of the molecules, shape (components,).
        q: relative surfaces of the molecules, shape (components,).
        z: coordination number; 10 by default.

    Returns:
        The total excess Gibbs energy over R T in mol, shape (...).

    Source: D. S. Abrams and J. M. Prausnitz, AIChE J. 21, 116, 1975.

    >>> import numpy as np
    >>> one = np.ones(2)
    >>> tau = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> print(uniquac_mixture(np.array([0.5, 0.5]), tau, one, one).round(6))
    0.287682
    """
    volume = np.sum(r * n, axis=-1, keepdims=True)
    surface = np.sum(q * n, axis=-1, keepdims=True)
    total = np.sum(n, axis=-1, keepdims=True)
    combinatorial = n * np.log(r * total / volume)
    shape = 0.5 * z * q * n * np.log(q * volume / (r * surface))
    residual = q * n * np.log((q * n) @ tau / surface)
    return np.sum(combinatorial + shape - residual, axis=-1)


def _refuse(options: dict[str, float]) -> None:
    for name, value in options.items():
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (number and 0 < value < np.inf):
            raise ModelError(
                f"UNIQUAC cannot have {name} = {value!r}.",
                causes=("sizes, surfaces and z are positive numbers",),
                next='rs.model("uniquac", r1=2.1055, r2=0.92, q1=1.972, q2=1.4)',
            )
