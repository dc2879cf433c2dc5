"""u(r) of a fitted pair potential as a fit of its own: slopes and landmarks with their bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from residua._errors import ModelError
from residua.atoms.pair import Pair
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.result import Fit

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


def curve(fit: PotentialFit) -> Fit:
    """The same parameters and covariance, with u(r) as the model.

    u is as it was written, without its cutoff. Its range is from the nearest distance that the fit
    has seen to the cutoff, at as many distances as there were observations.

    Raises:
        ModelError: the potential is none of pairs, its parameters are by elements, or energies of
            elements were fitted.

    Example:
        >>> from residua.atoms import fit_potential
        >>> fit = fit_potential("lennard_jones", "example:argon", rc="3*sigma", per="cell")
        >>> fit.curve.minimum().x
        3.53965 ± 0.0037
    """
    template = fit.rows.template
    by_element = any(isinstance(value, Mapping) for value in template.given.values())
    if not isinstance(template, Pair) or by_element or fit.rows.offsets:
        raise ModelError(
            "only a pair potential of one element, without offsets, is a curve u(r)",
            next="fit.predict(structures), or fit.calculator()",
        )
    domain = fit.domain
    r = np.linspace(min(domain.nearest.values()), domain.cutoff, fit.n)
    u = template.model.evaluate((r,), [fit.params[name] for name in template.model.parameters])
    base = {field.name: getattr(fit, field.name) for field in fields(Fit)}
    seen = Observations(template.model.independent, Block((r,), np.asarray(u, float)), None, "u")
    return Fit(**{**base, "model": template.model, "observations": seen})
