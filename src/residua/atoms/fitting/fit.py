"""fit_potential: from a u(r) and structures to a potential with error bars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from time import perf_counter
from typing import Any

import numpy as np

from residua._errors import DataError, ModelError
from residua.atoms.fitting.levels import given_levels, settled, spread
from residua.atoms.fitting.result import PotentialFit
from residua.atoms.fitting.rows import PotentialRows
from residua.atoms.fitting.starts import pair_template
from residua.atoms.fitting.targets import Targets, targets
from residua.atoms.pair import Pair, pair_model
from residua.atoms.potential import Potential
from residua.atoms.reading import read_structures
from residua.atoms.structures import Structures
from residua.autodiff.eager import jacobian as eager_jacobian
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.result import Fit
from residua.fitting.solve import solve
from residua.fitting.task import MAX_STEPS, Settings
from residua.problem.gather import gather
from residua.problem.model import Model
from residua.problem.noise import Independent
from residua.problem.parameters import Parameters

# How much farther than the cutoff at the start neighbors are listed where the cutoff may grow.
GROWS = 1.3


def fit_potential(
    potential: Any,
    structures: Any,
    *,
    energy: bool = True,
    forces: bool = False,
    stress: bool = False,
    per: str = "atom",
    weights: Mapping[str, float] | None = None,
    offsets: bool = False,
    rc: Any = None,
    cutoff: str = "shift",
    inner: Any = None,
    select: Any = None,
    validation: float = 0.0,
    by: Any = "group",
    start: Mapping[str, float] | None = None,
    bounds: Any = None,
    fixed: Any = None,
    tie: Any = None,
    seed: int = 0,
    max_steps: int = MAX_STEPS,
    callback: Callable[[Any], Any] | None = None,
) -> PotentialFit:
    """Fit the parameters of a potential to energies, forces and stresses by least squares.

    minimize Σ ((E_s - E(s)) / (n_s σ_E))² + Σ ((F - F(s)) / σ_F)² + Σ ((S - S(s)) / σ_S)²

    Args:
        potential: u(r) as a formula `"4*epsilon*((sigma/r)**12 - (sigma/r)**6)"`, the name of a
            library model ("morse"), a function `u(r, epsilon, sigma)`; or any potential of
            residua.atoms with its start, `Gupta(...)`.
        structures: whatever `read_structures` reads: a database, a file, a list of Atoms.
        energy, forces, stress: what is fitted.
        per: "atom" (energies count per atom) or "cell", where large cells count more.
        weights: 1/σ by kind, `{"energy": 1.0, "forces": 0.5}`, in 1/eV, Å/eV and Å³/eV; where not
            given, each kind counts by its own scatter about the fit, estimated with it.
        offsets: whether an energy for each element is fitted too, E0_Ar ..., as total energies of
            electronic structure programs need.
        rc: cutoff, Å, or a formula of parameters, "3*sigma"; 2.67 nearest distances of the
            structure of lowest energy by default. It does not move while the potential is fitted,
            unless it is a formula.
        cutoff, inner: how u ends there; see Pair.
        select: which structures; see read_structures.
        validation: part of the structures to hold back, by whole groups; 0.
        by: what makes a group; see Structures.split.
        start, bounds, fixed, tie: as of `residua.fit`, by name; `epsilon_Ar_Kr` where parameters
            are given by elements. A u(r) needs no start.
        seed: for everything that is drawn.
        max_steps, callback: as of `residua.fit`.

    Returns:
        A PotentialFit: a Fit, with `calculator()`, errors by kind and group, and pictures.

    Raises:
        DataError: nothing to fit, or structures without what is to be fitted.
        ModelError: no start was found, or the potential cannot be evaluated at it.
        MissingLibrary: ASE or vesin is not installed.

    Source: F. Ercolessi, J. B. Adams, Europhys. Lett. 26, 583 (1994), force matching.

    Example:
        >>> from residua.atoms import fit_potential
        >>> fit = fit_potential("lennard_jones", "example:argon", rc="3*sigma", per="cell")
        >>> fit.ok, round(fit.params["epsilon"], 6), round(fit.params["sigma"], 4)
        (True, 0.016854, 3.1535)
    """
    began = perf_counter()
    if per not in ("atom", "cell"):
        raise DataError(f"per is {per!r}", next='per="atom", or per="cell"')
    given = (
        structures
        if isinstance(structures, Structures)
        else read_structures(structures, select, need=())
    )
    train, held = given.split(validation, by, seed) if validation else (given, None)
    template = _template(potential, train, dict(start or {}), rc, cutoff=cutoff, inner=inner)
    wanted = targets(train, energy, forces, stress, per)
    settings = Settings("compiled", seed, max_steps, callback)
    words = {"start": start, "bounds": bounds, "fixed": fixed, "tie": tie}
    reach = template.cutoff * (GROWS if isinstance(getattr(template, "rc", 0), str) else 1.0)
    while True:
        rows = PotentialRows(template, train, wanted.per, wanted.take, offsets, stress, reach)
        parameters = _parameters(template, rows, words, train, offsets)
        found = _settled(rows, parameters, wanted, weights, settings)
        grown = template.refit(found.given).cutoff
        if grown <= rows.reach:
            break
        reach = GROWS * grown
    return replace(found, seconds=perf_counter() - began, held_back=held)


def _template(
    potential: Any, train: Structures, start: dict[str, float], rc: Any, **words: Any
) -> Potential:
    if not isinstance(potential, Potential):
        return pair_template(pair_model(potential), train, start, rc, **words)
    if rc is not None:
        raise ModelError(
            "rc belongs to the potential that is given", next="LennardJones(..., rc=10.0)"
        )
    if not potential.given:
        raise ModelError(f"{type(potential).__name__} has no parameters to fit")
    return potential


def _parameters(
    template: Potential,
    rows: PotentialRows,
    words: dict[str, Any],
    train: Structures,
    offsets: bool,
) -> Parameters:
    from residua.atoms.corrections import energy_offsets
    from residua.atoms.fitting.names import flat

    begin: dict[str, float] = flat(template.given)
    if offsets:
        found = energy_offsets(train).values
        begin |= {f"E0_{symbol}": value for symbol, value in found.items()}
    start = words["start"] or {}
    asked = {name: value for name, value in start.items() if name in rows.labels}
    known = template.model.bounds if isinstance(template, Pair) else {}
    limits = {name: known[name] for name in begin if name in known}
    return gather(
        rows.labels,
        {},
        limits,
        start={**begin, **asked},
        bounds=words["bounds"],
        fixed=words["fixed"],
        tie=words["tie"],
    )


def _settled(
    rows: PotentialRows,
    parameters: Parameters,
    wanted: Targets,
    weights: Mapping[str, float] | None,
    settings: Settings,
) -> PotentialFit:
    def fitted(levels: Mapping[str, float], last: Fit | None) -> Fit:
        begin = (
            parameters
            if last is None
            else parameters.started(
                {leaf.name: last.params[leaf.name] for leaf in parameters.leaves if leaf.free}
            )
        )
        return _fit(rows, begin, wanted, levels, settings)

    levels = given_levels(wanted, weights)
    estimated = levels is None
    if levels is None:
        free = sum(leaf.free for leaf in parameters.leaves)
        found, levels = settled(wanted, fitted, lambda fit: fit.residuals, free)
        found = replace(found, parameters=parameters)
    else:
        found = fitted(levels, None)
    base = {field.name: getattr(found, field.name) for field in fields(Fit)}
    return PotentialFit(
        **base, rows=rows, targets=wanted, levels=dict(levels), levels_estimated=estimated
    )


def _fit(
    rows: PotentialRows,
    parameters: Parameters,
    wanted: Targets,
    levels: Mapping[str, float],
    settings: Settings,
) -> Fit:
    sigma = spread(wanted, levels)
    block = Block((), wanted.observed, Independent(1.0 / sigma))
    observations = Observations((), block, sigma, "targets")
    model = _model(rows)
    return solve(model, parameters, observations, settings, how=_engine(rows, parameters))


def _model(rows: PotentialRows) -> Model:
    template = rows.template
    text = template.model.text if isinstance(template, Pair) else type(template).__name__
    names = tuple(rows.labels)
    return Model("potential", text, lambda *values: rows.value(values), (), names)


def _engine(rows: PotentialRows, parameters: Parameters) -> Callable[..., Any]:
    """Derivatives by the free vector from those by all parameters: a chain through what is fixed
    or tied.
    """
    plain = all(leaf.free for leaf in parameters.leaves)

    def jacobian(_: Any, theta: np.ndarray, *args: Any) -> tuple[np.ndarray, np.ndarray]:
        value, tangents = rows.linearized([float(v) for v in parameters.values(theta)])
        if plain:
            return value, tangents
        _, chain = eager_jacobian(
            lambda t: np.stack([v + 0 * t[0] for v in parameters.values(t)]), theta
        )
        return value, np.asarray(chain) @ tangents

    return jacobian
