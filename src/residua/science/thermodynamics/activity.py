"""Activity coefficients: what follows from an excess Gibbs energy by differentiation, never typed.

A model of the shelf is g(x1, parameters) = G^E/(R T) of a binary; a model of a mixture is the
extensive n G^E/(R T) of the amounts n. Both give ln gamma of every component, and so the
Gibbs-Duhem equation holds whatever the parameters are.

Source: J. M. Smith, H. C. Van Ness and M. M. Abbott, Introduction to Chemical Engineering
Thermodynamics, 7th ed., 2005, sections 11.8 and 12.1.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from residua.science.estimates import accumulated
from residua.science.registry import Quantity

Function = Callable[..., Any]
# Names of mole fractions: of the first component, the only independent variable of a binary.
X1 = "x1"


def ln_activity_coefficients(excess_gibbs: Function, n: Any, *parameters: Any) -> Any:
    """The logarithms of the activity coefficients of a mixture of any number of components.

    ln gamma_i = d(n G^E / (R T)) / d n_i, at constant temperature, pressure and other amounts

    Args:
        excess_gibbs: `f(n, *parameters)`, the extensive n G^E/(R T) in mol; components lie along
            the last axis of n. Plain NumPy, such as `wilson_mixture`, `nrtl_mixture`,
            `uniquac_mixture` or a function of your own.
        n: amounts in mol, shape (..., components); mole fractions are the amounts in one mole.
        parameters: handed to `excess_gibbs` after n.

    Returns:
        ln gamma, no unit, of the shape of n.

    Raises:
        NotDifferentiable: `excess_gibbs` cannot be followed.

    Source: J. M. Smith, H. C. Van Ness and M. M. Abbott, Introduction to Chemical Engineering
    Thermodynamics, 7th ed., 2005, equation 11.96.

    >>> import numpy as np
    >>> def margules(n, A12, A21):
    ...     total = np.sum(n, axis=-1)
    ...     n1, n2 = n[..., 0], n[..., 1]
    ...     return n1 * n2 * (A21 * n1 + A12 * n2) / total**2
    >>> print(ln_activity_coefficients(margules, [1.0, 2.0], 2.04, 1.5461).round(6))
    [0.760326 0.244959]
    """
    from residua.autodiff.operators import gradient

    def total(amounts: Any) -> Any:
        # Each composition has its own sum, so the gradient of them all is that of every one.
        return np.sum(excess_gibbs(amounts, *parameters))

    return gradient(total)(np.multiply(n, 1.0))


def quantities(g: Function) -> dict[str, Quantity]:
    """What follows from a binary's g(x1, parameters) = G^E/(R T), with its limits."""
    return {
        "ln_gamma1": Quantity(
            "ln gamma1 = g + (1 - x1) * dg/dx1", "1", of=ln_gamma1, undo=_from_ln_gamma1
        ),
        "ln_gamma2": Quantity(
            "ln gamma2 = g - x1 * dg/dx1", "1", of=ln_gamma2, undo=_from_ln_gamma2
        ),
        "gamma1": Quantity(
            "gamma1 = exp(g + (1 - x1) * dg/dx1)",
            "1",
            of=gamma1,
            undo=lambda x1, y: _from_ln_gamma1(x1, _logarithm(y)),
        ),
        "gamma2": Quantity(
            "gamma2 = exp(g - x1 * dg/dx1)",
            "1",
            of=gamma2,
            undo=lambda x1, y: _from_ln_gamma2(x1, _logarithm(y)),
        ),
        "ln_gamma1_infinite": Quantity(
            "ln gamma1 at x1 = 0, infinitely diluted in 2", "1", value=_at(g, ln_gamma1, 0.0)
        ),
        "ln_gamma2_infinite": Quantity(
            "ln gamma2 at x1 = 1, infinitely diluted in 1", "1", value=_at(g, ln_gamma2, 1.0)
        ),
    }


def ln_gamma1(g: Function) -> Function:
    """ln gamma of component 1 from g(x1, parameters)."""
    slope = _slope(g)
    return lambda x1, *p: g(x1, *p) + (1.0 - x1) * slope(x1, *p)


def ln_gamma2(g: Function) -> Function:
    """ln gamma of component 2 from g(x1, parameters)."""
    slope = _slope(g)
    return lambda x1, *p: g(x1, *p) - x1 * slope(x1, *p)


def gamma1(g: Function) -> Function:
    """The activity coefficient of component 1 from g(x1, parameters)."""
    logarithm = ln_gamma1(g)
    return lambda x1, *p: np.exp(logarithm(x1, *p))


def gamma2(g: Function) -> Function:
    """The activity coefficient of component 2 from g(x1, parameters)."""
    logarithm = ln_gamma2(g)
    return lambda x1, *p: np.exp(logarithm(x1, *p))


def _from_ln_gamma1(x1: Any, y: Any) -> Any:
    """g from ln gamma1: d(g / x2) / dx1 = ln gamma1 / x2**2, and g = 0 at x1 = 0."""
    x1, y = np.asarray(x1, dtype=float), np.asarray(y, dtype=float)
    # Near x2 = 0 both ln gamma1 and x2 vanish; there the rows say nothing.
    x2 = np.maximum(1.0 - x1, 1e-3)
    nearest = int(np.argmin(x1))
    before = float(x1[nearest] * y[nearest] / x2[nearest])
    return x2 * (before + accumulated(x1, y / x2**2))


def _from_ln_gamma2(x1: Any, y: Any) -> Any:
    """The same with the components exchanged."""
    return _from_ln_gamma1(1.0 - np.asarray(x1, dtype=float), y)


def _logarithm(y: Any) -> Any:
    """ln of positive data; NaN elsewhere, which starts pass over."""
    y = np.asarray(y, dtype=float)
    return np.log(np.where(y > 0, y, np.nan))


def _slope(g: Function) -> Function:
    # Imported here: a fit of excess energies alone needs no operators.
    from residua.autodiff.operators import derivative

    return derivative(g, 0)


def _at(g: Function, operator: Callable[[Function], Function], x1: float) -> Function:
    """operator(g) at one composition, as a function of the parameters by name."""
    signature = inspect.signature(g)
    named = [one for name, one in signature.parameters.items() if name != X1]
    own = signature.replace(parameters=named)

    def value(*args: Any, **parameters: Any) -> Any:
        return operator(g)(x1, *own.bind(*args, **parameters).args)

    value.__signature__ = own  # type: ignore[attr-defined]
    return value
