"""Root: what `solve` found, and how it depends on the parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from residua.roots.newton import FOUND, NOT_FINITE, STEP_LIMIT, STUCK

SENTENCES = {
    FOUND: "found a root",
    STUCK: "found no root: the equations come no closer to zero from this start",
    STEP_LIMIT: "stopped at the step limit before reaching a root",
    NOT_FINITE: "stopped because the equations are not finite at the start",
}


@dataclass(frozen=True, eq=False)
class Root:
    """A root of equations.

    x: shaped as the start (a number, an array, or a dict by name). residual: the equations there.
    jacobian: d equations / d unknowns, (n, n). sensitivity: d x / d parameter by name, shaped
    (n, *shape of the parameter). covariance, stderr: of the unknowns, where the parameters came
    from a Fit. ok: whether it is a root; outcome says it in words. evaluations: how often the
    equations were asked, each time for their values and their Jacobian together.
    """

    x: Any
    ok: bool
    outcome: str
    residual: np.ndarray
    jacobian: np.ndarray
    evaluations: int
    sensitivity: dict[str, np.ndarray] = field(default_factory=dict)
    covariance: np.ndarray | None = None
    engine: str = "eager"

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
