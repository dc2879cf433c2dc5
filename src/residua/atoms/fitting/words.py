"""The words of a fit of a potential, start, bounds, fixed and tie, as Parameters of flat names.

The name of a parameter that is given by elements stands for all of its numbers: `epsilon` for
`epsilon_Ar_Ar`, `epsilon_Ar_Kr` and `epsilon_Kr_Kr`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

import numpy as np

from residua.atoms.fitting.names import OFFSET, flat, leaves
from residua.atoms.pair import Pair
from residua.atoms.potential import Potential
from residua.autodiff.eager import jacobian as eager_jacobian
from residua.fitting.composed_starts import guessed
from residua.problem.gather import gather
from residua.problem.parameters import Parameters


class FitWords(TypedDict, total=False):
    """What `fit_potential` may be told beside a potential and structures; it has the meanings."""

    energy: bool
    forces: bool | None
    stress: bool
    per: str
    weights: Mapping[str, float] | None
    offsets: bool
    rc: Any
    cutoff: str
    inner: Any
    select: Any
    validation: float
    by: Any
    start: Mapping[str, float] | None
    bounds: Any
    fixed: Any
    tie: Any
    seed: int
    max_steps: int
    callback: Callable[[Any], Any] | None


def parameters_of(
    template: Potential,
    offsets: Mapping[str, float],
    words: Mapping[str, Any],
    meant: bool = False,
) -> Parameters:
    """The Parameters of a potential, and after them energies of the elements.

    Args:
        template: its own values are starts where none are given.
        offsets: starts of the energies by element; empty where they are not fitted.
        words: start, bounds, fixed and tie, as they were given.
        meant: whether somebody chose the values of the template, so that one of them can be fixed
            by its name alone, and bounds that exclude it are a mistake.

    Raises ParameterError for names that there are not, and starts outside their bounds.
    """
    begin = {**flat(template.given), **{OFFSET + symbol: e for symbol, e in offsets.items()}}
    groups = entries(template.given)
    found = gather(
        list(begin),
        flat(template.given) if meant else {},
        _own_bounds(template),
        start=spread(words["start"], groups),
        bounds=spread(words["bounds"], groups),
        fixed=spread(words["fixed"], groups),
        tie=words["tie"],
    )
    return guessed(found, begin)


def entries(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The flat names that each parameter stands for.

    >>> entries({"epsilon": {"Ar": 0.01, ("Ar", "Kr"): 0.012}, "m": 6.0})
    {'epsilon': ['epsilon_Ar', 'epsilon_Ar_Kr'], 'm': ['m']}
    """
    found: dict[str, list[str]] = {}
    for name, _, label, _ in leaves(given):
        found.setdefault(name, []).append(label)
    return found


def spread(what: Any, groups: Mapping[str, list[str]]) -> Any:
    """What was said of parameters, said of their numbers; what names a number itself comes first.

    >>> spread({"sigma": 3.4, "sigma_Kr": 3.6}, {"sigma": ["sigma_Ar", "sigma_Kr"]})
    {'sigma_Ar': 3.4, 'sigma_Kr': 3.6}
    """
    if isinstance(what, Mapping):
        wide = {label: v for name, v in what.items() for label in groups.get(name, [])}
        return {**wide, **{name: v for name, v in what.items() if name not in groups}}
    names = [what] if isinstance(what, str) else what
    if isinstance(names, Iterable):
        found = list(names)
        if found and all(isinstance(name, str) for name in found):
            return [label for name in found for label in groups.get(name, [name])]
    return what


def _own_bounds(template: Potential) -> dict[str, Any]:
    """Bounds that a model of the library has by itself."""
    known = template.model.bounds if isinstance(template, Pair) else {}
    return {label: known[name] for name, _, label, _ in leaves(template.given) if name in known}


def by_free(parameters: Parameters, theta: np.ndarray, tangents: np.ndarray) -> np.ndarray:
    """Derivatives by the free vector (free, m), from those by all parameters (p, m): a chain
    through what is fixed or tied.
    """
    if all(leaf.free for leaf in parameters.leaves):
        return tangents
    _, chain = eager_jacobian(
        lambda t: np.stack([v + 0 * t[0] for v in parameters.values(t)]), theta
    )
    return np.asarray(chain) @ tangents
