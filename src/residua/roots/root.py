"""Root: what `solve` found, and how it depends on the parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

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

    x: Annotated[Any, Doc("the root, shaped as the start: a number, an array, or a dict by name")]
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
        times = f"{self.evaluations} evaluations"
        names: list[str] = (
            [
                label
                for name, value in self.x.items()
                for label in ([name] if not np.ndim(value) else _labels(name, np.size(value)))
            ]
            if isinstance(self.x, dict)
            else (["x"] if not np.ndim(self.x) else _labels("x", np.size(self.x)))
        )
        lines = [f"{self.outcome} ({times}, largest residual {np.abs(self.residual).max():.2g})"]
        errors = None if self.covariance is None else np.sqrt(np.diagonal(self.covariance))
        for i, (name, value) in enumerate(zip(names, self._values())):
            error = "" if errors is None else f" ± {errors[i]:.2g}"
            slopes = ", ".join(
                f"d/d{parameter} {np.ravel(rows[i])[0]:.4g}"
                for parameter, rows in self.sensitivity.items()
                if np.size(rows[i]) == 1
            )
            lines.append(f"  {name} = {value:.10g}{error}{'   ' + slopes if slopes else ''}")
        return "\n".join(lines)

    __repr__ = __str__


def _labels(name: str, size: int) -> list[str]:
    return [f"{name}[{i}]" for i in range(size)]
