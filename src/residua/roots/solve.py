"""solve: roots of equations with exact Jacobians, and how they depend on parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import EngineName
from residua._errors import ModelError, NotDifferentiable, ParameterError
from residua._types import ParamsLike
from residua._words import counted
from residua.doc import Doc, Ge, documented
from residua.roots import implicit
from residua.roots.newton import FOUND, Walk, newton
from residua.roots.posing import Posed, chosen, real_vector, split
from residua.roots.root import SENTENCES, Root

ENGINES = ("eager", "compiled", "numeric")
MAX_STEPS = 200


@documented
def solve(
    equations: Annotated[
        Callable[..., Any],
        Doc(
            "`f(x)` or `f(x, a, b)` written with NumPy, returning as many numbers as there "
            "are unknowns; `f(x, y, a)` with the unknowns by name when `start` is a dict"
        ),
    ],
    start: Annotated[
        ArrayLike | Mapping[str, Any],
        Doc(
            "a number, an array, or a dict of unknowns by name. Different starts may lead to "
            "different roots."
        ),
    ],
    params: Annotated[
        ParamsLike | None,
        Doc(
            "values of the other arguments: a dict by name, a sequence in their order, or a "
            "Fit, whose parameters and covariance are used"
        ),
    ] = None,
    *,
    max_steps: Annotated[int, Doc("Newton steps before giving up"), Ge(1)] = MAX_STEPS,
    engine: EngineName = "auto",
) -> Root:
    """Solve n equations in n unknowns with exact Jacobians, and say how the root depends on params.

    F(x; p) = 0 by Newton's method in a trust region; then dx/dp = -(∂F/∂x)⁻¹ ∂F/∂p.

    Returns:
        A Root: x (shaped as start), ok, outcome, residual, jacobian, evaluations, sensitivity
        (dx/dparam by name), and stderr and covariance where params is a Fit. Inside a function that
        is being differentiated it has derivatives too: use `solve(...).x` in a model.

    Raises:
        ParameterError: a start or parameter that is not a number, or of an unknown name.
        ModelError: the equations raise, or return another number of values than there are unknowns.

    Source: M. J. D. Powell, A hybrid method for nonlinear equations, 1970; the implicit function
    theorem for the sensitivities.

    Example:
        >>> import residua as rs
        >>> root = rs.solve(lambda x, a: x**2 - a, 1.0, {"a": 2.0})
        >>> round(root.x, 12), round(float(root.sensitivity["a"][0]), 12)
        (1.414213562373, 0.353553390593)
    """
    _check(start, max_steps, engine)
    unknowns = dict(start) if isinstance(start, Mapping) else {"x": _array(start)}
    named = isinstance(start, Mapping)
    values = chosen(equations, params, taken=len(unknowns) if named else 1)
    if implicit.is_traced([unknowns, values]):
        return _traced(equations, unknowns, values, named, max_steps)
    bare = implicit.plain(values)
    unknowns = implicit.plain(unknowns)
    posed = Posed(equations, split(unknowns), split(bare), named)
    z = real_vector(unknowns, "the start")
    p = real_vector(bare, "the value")
    first = implicit.without_following(lambda: _ask(posed, z, p))
    if implicit.is_traced(first):
        return _traced(equations, unknowns, values, named, max_steps)
    _check_count(first, z, unknowns, named)
    with np.errstate(all="ignore"):
        walk, name = implicit.without_following(lambda: _walk(posed, z, p, max_steps, engine))
    found = _root(posed, walk, p, name, params)
    if implicit.carries_eagerly(values):
        return _carried(posed, walk, values, found)
    return found


def _array(start: Any) -> Any:
    """Lists of numbers as an array; carriers stay as they are."""
    if isinstance(start, (list, tuple)):
        return np.array(start)
    return start


def _check(start: Any, max_steps: Any, engine: str) -> None:
    if isinstance(start, Mapping) and not start:
        raise ParameterError("start is empty: there is nothing to solve for", next="start=1.0")
    if isinstance(max_steps, bool) or not isinstance(max_steps, int) or max_steps < 1:
        raise ParameterError(f"max_steps is {max_steps!r}, not a whole number from 1 on")
    if engine not in ("auto", *ENGINES):
        raise ParameterError(
            f'engine is "auto", "eager", "compiled" or "numeric", not {engine!r}',
            next='engine="auto"',
        )


def _ask(posed: Posed, z: np.ndarray, p: np.ndarray) -> Any:
    try:
        with np.errstate(all="ignore"):
            return posed.rows(z, p)
    except NotDifferentiable:
        implicit.refuse_captured()
    except Exception as error:
        raise ModelError(
            f"the equations raised {type(error).__name__}: {error}",
            causes=["arguments that were not given: pass them as params={...}"],
        ) from error


def _check_count(first: Any, z: np.ndarray, unknowns: dict[str, Any], named: bool) -> None:
    try:
        found = np.asarray(first, dtype=float)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"the equations returned {type(first).__name__}, not numbers: {error}"
        ) from error
    if found.size == z.size:
        return
    what = f"the unknowns {', '.join(unknowns)}" if named else counted(z.size, "unknown")
    raise ModelError(
        f"{counted(found.size, 'equation')} cannot determine {what}: as many are needed "
        "as there are unknowns",
        causes=["an equation was forgotten", "an unknown that is really a parameter"],
        next="rs.least_squares(equations, start)   # for more equations than unknowns",
    )


def _walk(
    posed: Posed, z: np.ndarray, p: np.ndarray, max_steps: int, engine: str
) -> tuple[Walk, str]:
    """Newton's walk by the first engine that can follow the equations."""
    order = ENGINES if engine == "auto" else (engine,)
    troubles: list[str] = []
    for name in order:
        jacobian = import_module(f"residua.autodiff.{name}").jacobian

        def linearize(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            value, tangents = jacobian(posed.rows, at, p)  # noqa: B023 - used in this turn only
            return np.ravel(value), np.asarray(tangents).reshape(at.size, -1).T

        try:
            return newton(np, linearize, z, max_steps), name
        except NotDifferentiable as error:
            troubles.append(f"the {name} engine: {error.what}")
        except ImportError as error:
            troubles.append(f"the {name} engine: {error}")
    raise NotDifferentiable(
        "The equations cannot be differentiated.", causes=troubles, next='engine="numeric"'
    )


def _root(posed: Posed, walk: Walk, p: np.ndarray, engine: str, params: Any) -> Root:
    sensitivity, covariance = {}, None
    ok = int(walk.code) == FOUND
    if ok and p.size:
        slopes = implicit.without_following(lambda: _sensitivities(posed, walk, p, engine))
        for leaf in posed.leaves:
            size = int(np.prod(leaf.shape))
            rows = slopes[:, leaf.begin : leaf.begin + size]
            sensitivity[leaf.name] = rows.reshape(len(rows), *leaf.shape)
        covariance = _covariance(posed, walk, params)
    return Root(
        x=_readable(posed.shaped(walk.x)),
        ok=ok,
        outcome=SENTENCES[int(walk.code)],
        residual=np.asarray(walk.value),
        jacobian=np.asarray(walk.slope),
        evaluations=int(walk.steps) + 1,
        sensitivity=sensitivity,
        covariance=covariance,
        engine=engine,
    )


def _readable(x: Any) -> Any:
    if isinstance(x, dict):
        return {name: _readable(value) for name, value in x.items()}
    return float(x) if np.ndim(x) == 0 else x


def _sensitivities(posed: Posed, walk: Walk, p: np.ndarray, engine: str) -> np.ndarray:
    """dx/dp, (n, number of parameters); infinite where the Jacobian at the root is singular."""
    jacobian = import_module(f"residua.autodiff.{engine}").jacobian
    z = np.asarray(walk.x)
    _, tangents = jacobian(lambda at, z: posed.rows(z, at), p, z)
    rows = np.asarray(tangents).reshape(p.size, -1).T
    if np.linalg.cond(walk.slope) > 1e12:
        return np.full(rows.shape, np.inf)
    return np.asarray(-np.linalg.solve(walk.slope, rows))


def _covariance(posed: Posed, walk: Walk, params: Any) -> np.ndarray | None:
    """Covariance of the unknowns by the delta method, where the parameters are those of a Fit."""
    if not hasattr(params, "derive"):
        return None
    z = np.asarray(walk.x)
    names = [leaf.name for leaf in posed.leaves]

    def moved(values: Mapping[str, Any]) -> Any:
        """The root to first order: its value, and through the equations its derivatives."""
        given = {name: values[name] for name in names}
        if posed.named:
            unknowns = posed.shaped(z)
            rows = posed.equations(**unknowns, **given)
        else:
            rows = posed.equations(posed.shaped(z), **given)
        return z - np.linalg.inv(walk.slope) @ np.ravel(np.asarray(rows))

    found: np.ndarray = params.derive(moved).covariance
    return found


def _carried(posed: Posed, walk: Walk, values: dict[str, Any], found: Root) -> Root:
    """The same root, its x carrying the derivatives of the parameters it was given."""
    z = np.asarray(walk.x)
    x = posed.shaped(z)
    given = dict(x) if posed.named else {}
    rows = posed.equations(**given, **values) if posed.named else posed.equations(x, **values)
    at_root = np.ravel(np.asarray(rows))
    carrier = implicit.along(z, np.asarray(walk.slope), at_root)
    return Root(
        posed.shaped(carrier),
        found.ok,
        found.outcome,
        found.residual,
        found.jacobian,
        found.evaluations,
        engine=found.engine,
    )


def _traced(
    equations: Callable[..., Any],
    unknowns: dict[str, Any],
    values: dict[str, Any],
    named: bool,
    max_steps: int,
) -> Root:
    from residua.roots.traced import traced_root

    posed = Posed(equations, split(unknowns), (), named)
    x, walk = traced_root(posed, unknowns, values, max_steps)
    return Root(
        posed.shaped(x), True, SENTENCES[FOUND], walk.value, walk.slope, 0, engine="compiled"
    )
