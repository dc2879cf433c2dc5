"""What happened during training, step by step, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from residua._errors import ParameterError
from residua._types import ArraysByName
from residua.doc import Doc, documented, shape
from residua.report.frames import column_frame
from residua.teaching.parameters import labels, plain
from residua.teaching.words import Hidden, Output


@documented
@dataclass(frozen=True)
class Trace:
    """A training written down: row i is the state before update i, the last row is the end.

    Example:
        >>> import residua.teaching as teach
        >>> trace = teach.repeat(teach.LINE_START, *teach.line_data(), rate=0.01, steps=1)
        >>> trace.loss.round(4).tolist()
        [4.7714, 2.8808]
    """

    steps: Annotated[np.ndarray, Doc("0, 1, 2, ..."), shape("m")]
    parameters: Annotated[dict[str, np.ndarray], Doc("name -> (m, *shape of the parameter)")]
    loss: Annotated[np.ndarray, Doc("the loss before each step, in units of y²"), shape("m")]
    gradients: Annotated[dict[str, np.ndarray], Doc("name -> (m, *shape of the parameter)")]
    rate: Annotated[
        np.ndarray, Doc("the learning rate; that of the last row was not used"), shape("m")
    ]
    activation: Hidden = "tanh"
    output: Output = "linear"

    @documented
    @classmethod
    def of(
        cls,
        rows: Annotated[
            Sequence[tuple[ArraysByName, Any, ArraysByName, float]],
            Doc("(parameters, loss, gradient, rate) before each update, and at the end"),
        ],
        **settings: Annotated[str, Doc("`activation` and `output` of the network")],
    ) -> Trace:
        """The trace of rows (parameters, loss, gradient, rate)."""
        states, losses, slopes, rates = zip(*rows)
        return cls(
            np.arange(len(rows)),
            _stacked(states),
            np.array(losses, float),
            _stacked(slopes),
            np.array(rates, float),
            **settings,
        )

    @property
    def gradient_norm(self) -> np.ndarray:
        """Length of the gradient at each step (m,)."""
        return np.sqrt(sum(np.sum(self._rows(g) ** 2, axis=1) for g in self.gradients.values()))

    @property
    def params(self) -> dict[str, Any]:
        """The parameters at the end."""
        return self.at(-1)

    @property
    def diverged(self) -> bool:
        """Whether the loss is no longer a number, or above that of the start."""
        return bool(not np.isfinite(self.loss[-1]) or self.loss[-1] > self.loss[0])

    @documented
    def at(
        self, step: Annotated[int, Doc("which row; negative ones count from the end")]
    ) -> dict[str, Any]:
        """The parameters before update `step`; negative counts from the end.

        Raises:
            ParameterError: the trace has no such step.
        """
        if not -len(self.steps) <= step < len(self.steps):
            raise ParameterError(
                f"The trace has the steps 0 to {len(self.steps) - 1}, not {step}.",
                next="trace.at(-1)",
            )
        return {name: plain(values[step]) for name, values in self.parameters.items()}

    def to_frame(self) -> Any:
        """One row per step: loss, gradient norm, rate, every parameter and its slope.

        Returns:
            A pandas DataFrame indexed by the step; the slope of p is the column `dloss/dp`.

        Raises:
            MissingLibrary: pandas is not installed.

        Example:
            >>> import residua.teaching as teach
            >>> frame = teach.repeat(teach.LINE_START, *teach.line_data(), steps=5).to_frame()
            >>> list(frame.columns)
            ['loss', 'gradient_norm', 'rate', 'weight', 'bias', 'dloss/dweight', 'dloss/dbias']
        """
        names = labels(self.params)
        columns = {"loss": self.loss, "gradient_norm": self.gradient_norm, "rate": self.rate}
        columns |= dict(zip(names, self.matrix.T))
        columns |= dict(zip((f"dloss/d{name}" for name in names), self._joined(self.gradients).T))
        return column_frame(columns, index=self.steps, name="step")

    @property
    def matrix(self) -> np.ndarray:
        """The parameters as one table (m, p), columns in the order of `names`."""
        return self._joined(self.parameters)

    @property
    def names(self) -> list[str]:
        """The name of every column of `matrix`."""
        return labels(self.params)

    def _joined(self, table: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.concatenate([self._rows(values) for values in table.values()], axis=1)

    def _rows(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(len(self.steps), -1)


def _stacked(states: Sequence[ArraysByName]) -> dict[str, np.ndarray]:
    return {
        name: np.stack([np.asarray(state[name], float) for state in states]) for name in states[0]
    }


def steps_of(trace: Any) -> np.ndarray:
    """The numbers of the steps (m,) of any trace, which calls them `steps` or `step`."""
    return np.asarray(trace.steps if hasattr(trace, "steps") else trace.step)


def table(trace: Any, held: Any) -> tuple[list[str], np.ndarray]:
    """Names and numbers (m, p) of the parameters, or of the gradients, of any trace.

    Args:
        trace: a Trace, or anything with `steps` or `step`, and maybe `names` (p,).
        held: its parameters or gradients: name -> (m, ...), or (m, p).

    Returns:
        The names and the table.

    Example:
        >>> from types import SimpleNamespace
        >>> table(SimpleNamespace(steps=[0, 1]), np.eye(2))[0]
        ['parameter 0', 'parameter 1']
    """
    rows = len(steps_of(trace))
    if isinstance(held, Mapping):
        joined = [np.reshape(np.asarray(values, float), (rows, -1)) for values in held.values()]
        return labels({name: values[-1] for name, values in held.items()}), np.hstack(joined)
    numbers = np.reshape(np.asarray(held, float), (rows, -1))
    names = getattr(trace, "names", None)
    return list(names or [f"parameter {i}" for i in range(numbers.shape[1])]), numbers
