"""The forms a step can have: straight, arctangent, error function, logistic. Rows of one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from residua._errors import ModelError
from residua.science.peaks.shapes import near_erfc

ROOT2 = float(np.sqrt(2.0))


class StepForm(NamedTuple):
    """One form: S(z) rising from 0 to 1, its equation, what the width means, where it is from."""

    rise: Callable[[Any], Any]
    scanned: Callable[[Any], Any]
    equation: str
    width: str
    source: str


def _linear(z: Any) -> Any:
    return np.clip(z + 0.5, 0.0, 1.0)


def _arctan(z: Any) -> Any:
    return 0.5 + np.arctan(z) / np.pi


def _erf(z: Any) -> Any:
    from scipy.special import erfc

    return 0.5 * erfc(z / -ROOT2)


def _near_erf(z: Any) -> Any:
    return 0.5 * near_erfc(z / -ROOT2)


def _logistic(z: Any) -> Any:
    # Either branch is the same function, used where its exponential is at most 1.
    rising = z > 0
    small = np.exp(np.where(rising, -z, z))
    return np.where(rising, 1.0, small) / (1.0 + small)


FORMS: dict[str, StepForm] = {
    "linear": StepForm(
        _linear,
        _linear,
        "min(1, max(0, z + 1/2))",
        "length of the straight ramp",
        "M. Newville et al., LMFIT, doi:10.5281/zenodo.598352, 2014 (StepModel)",
    ),
    "arctan": StepForm(
        _arctan,
        _arctan,
        "1/2 + arctan(z) / pi",
        "half width at half maximum of the Lorentzian that is its slope",
        "F. K. Richtmyer, S. W. Barnes and E. Ramberg, Phys. Rev. 46, 843, 1934 (absorption edges)",
    ),
    "erf": StepForm(
        _erf,
        _near_erf,
        "(1 + erf(z / sqrt(2))) / 2",
        "standard deviation of the Gaussian that is its slope",
        "NIST Digital Library of Mathematical Functions, section 7.2",
    ),
    "logistic": StepForm(
        _logistic,
        _logistic,
        "1 / (1 + exp(-z))",
        "distance over which the tails fall by the factor e",
        "P.-F. Verhulst, Corr. math. phys. 10, 113, 1838",
    ),
}
# Other words people type for the same form.
ALIASES = {"atan": "arctan", "gaussian": "erf", "lorentzian": "arctan", "sigmoid": "logistic"}


def step_form(model: str, form: str) -> tuple[str, StepForm]:
    """The name and the row of a form, or an error that lists them."""
    name = ALIASES.get(form, form) if isinstance(form, str) else ""
    if name not in FORMS:
        raise ModelError(
            f"There is no {model} of the form {form!r}.",
            causes=(f"the forms are: {', '.join(FORMS)}",),
            next=f'rs.model("{model}", form="erf")',
        )
    return name, FORMS[name]
