"""Root: what `solve` found, and how it depends on the parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Annotated, Any

import numpy as np

from residua._types import RootValue
from residua.doc import Doc, documented, shape
from residua.roots.newton import FOUND, NOT_FINITE, STEP_LIMIT, STUCK

SENTENCES = {
    FOUND: "found a root",
    STUCK: "found no root: the equations come no closer to zero from this start",
    STEP_LIMIT: "stopped at the step limit before reaching a root",
    NOT_FINITE: "stopped because the equations are not finite at the start",
}


@documented
@dataclass(frozen=True, eq=False)
class Root:
    """What `residua.solve` gives: a root of equations, and how it depends on the parameters.

    Example:
        >>> import residua as rs
        >>> root = rs.solve(lambda x, a: x**2 - a, 1.0, {"a": 4.0})
        >>> root.ok, round(root.x, 6), root.sensitivity["a"].round(6).tolist()
        (True, 2.0, [0.25])
    """

    x: Annotated[
        RootValue,
        Doc("the root, shaped as the start: a number, an array, or a dict by name"),
    ]
    ok: Annotated[bool, Doc("whether it is a root")]
    outcome: Annotated[str, Doc("how the search ended, in words")]
    residual: Annotated[np.ndarray, Doc("the equations there")]
    jacobian: Annotated[
        np.ndarray, Doc("derivatives of the equations by the unknowns"), shape("n", "n")
    ]
    evaluations: Annotated[
        int,
        Doc(
            "how often the equations were asked, each time for their values and their "
            "Jacobian together"
        ),
    ]
    sensitivity: Annotated[
        dict[str, np.ndarray],
        Doc(
            "derivatives of the unknowns by each parameter, by name, shaped (n, *shape "
            "of the parameter)"
        ),
    ] = field(default_factory=dict)
    covariance: Annotated[
        np.ndarray | None,
        Doc("covariance of the unknowns, where the parameters came from a Fit"),
        shape("n", "n"),
    ] = None
    engine: Annotated[str, Doc('who differentiated: "eager", "compiled" or "numeric"')] = "eager"

    @property
    def stderr(self) -> Any:
        """Standard errors of the unknowns, shaped like x; None where no parameter has one."""
        if self.covariance is None:
            return None
        errors = np.sqrt(np.diagonal(self.covariance))
        if not isinstance(self.x, dict):
            return errors.reshape(np.shape(self.x)) if np.ndim(self.x) else float(errors[0])
        shaped, begin = {}, 0
        for name, value in self.x.items():
            size = int(np.size(value))
            piece = errors[begin : begin + size]
            shaped[name] = piece.reshape(np.shape(value)) if np.ndim(value) else float(piece[0])
            begin += size
        return shaped

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The root as an array, so that it can be computed with."""
        return np.array(self._values(), dtype=dtype)

    def _values(self) -> np.ndarray:
        items = self.x.values() if isinstance(self.x, dict) else [self.x]
        return np.concatenate([np.ravel(item) for item in items])

    def __str__(self) -> str:
        return str(import_module("residua.report.root_text").describe(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(import_module("residua.report.root_text").describe_html(self))
