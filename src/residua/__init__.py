"""Differentiable regression for science and engineering.

>>> import residua as rs
>>> fit = rs.fit("a*x + b", [0.0, 1.0, 2.0], [1.0, 3.1, 4.9])
>>> round(fit.params["a"], 3)
1.95
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from residua._face import opened

if TYPE_CHECKING:
    from residua._errors import DataError as DataError

# The public face: name -> where it lives. Sorted; each is imported when it is first used.
_FACE = {
    "Adam": "residua.networks.stepwise.first_order",
    "AdamW": "residua.networks.stepwise.first_order",
    "DataError": "residua._errors",
    "FileError": "residua._errors",
    "Finding": "residua._outcomes",
    "Fit": "residua.fitting.result",
    "FormulaError": "residua._errors",
    "LBFGS": "residua.networks.stepwise.first_order",
    "MLP": "residua.networks.mlp",
    "MissingLibrary": "residua._errors",
    "Model": "residua.problem.model",
    "ModelError": "residua._errors",
    "NotDifferentiable": "residua._errors",
    "Outcome": "residua._outcomes",
    "ParameterError": "residua._errors",
    "Prediction": "residua.inference.prediction",
    "ResiduaError": "residua._errors",
    "Root": "residua.roots.root",
    "SGD": "residua.networks.stepwise.first_order",
    "Sensitivity": "residua.inference.sensitivity",
    "check_derivatives": "residua.autodiff.check",
    "dataset": "residua.data.measured",
    "derivative": "residua.autodiff.operators",
    "example": "residua.data.examples",
    "fit": "residua.fitting.fit",
    "gradient": "residua.autodiff.operators",
    "hessian": "residua.autodiff.operators",
    "integral": "residua.autodiff.quadrature",
    "jacobian": "residua.autodiff.operators",
    "least_squares": "residua.fitting.residual_fit",
    "load": "residua.report.files",
    "model": "residua.problem.model",
    "models": "residua.science.registry",
    "ode": "residua.dynamics.model",
    "reactions": "residua.dynamics.reactions",
    "sensitivity": "residua.inference.sensitivity",
    "solve": "residua.roots.solve",
    "trace": "residua.inference.trace",
}

__version__ = "0.1.0"
__all__ = sorted(_FACE)


def __getattr__(name: str) -> Any:
    return opened(__name__, _FACE, name)


def __dir__() -> list[str]:
    return sorted([*_FACE, "__version__"])
