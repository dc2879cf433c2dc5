"""JointFit: the frozen result of a fit of several datasets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from residua._errors import DataError
from residua.data.dataset import Block
from residua.fitting.doors import door
from residua.fitting.joint.levels import Levels
from residua.fitting.joint.parameters import Layout
from residua.fitting.joint.part import PartFit, Parts, whole
from residua.fitting.joint.task import Part
from residua.fitting.residual_notes import constant_sum_of_squares
from residua.fitting.result import Fit

if TYPE_CHECKING:
    from residua.inference.derive import Derived
    from residua.inference.function import FittedFunction


@dataclass(frozen=True, eq=False, repr=False)
class JointFit(Fit):
    """A model fitted to several datasets at once.

    Like a Fit; local parameters are arrays with one entry per dataset, and `fit.parts["cold"]` is
    the fit as one dataset sees it. What a Fit has per row (x, y, residuals ...) is a dict by
    dataset here.

    datasets: their rows and models. levels: their noise. dof_left: rows of each minus what the
    parameters took of them.
    """

    parameters: Any
    datasets: tuple[Part, ...] = ()
    levels: Levels = field(default_factory=lambda: Levels((), (), False))
    dof_left: tuple[float, ...] = ()
    dof_intervals: float = math.nan

    @cached_property
    def parts(self) -> Parts:
        """The fit as each dataset sees it: `fit.parts["cold"].predict(x)`."""
        return Parts(self)

    @property
    def layout(self) -> Layout:
        """Where the parameters of every dataset stand in `theta`."""
        found: Layout = self.parameters
        return found

    @property
    def local(self) -> tuple[str, ...]:
        """Names of the parameters of which every dataset has its own."""
        return tuple(name for name in self.layout.names if name in self.layout.own)

    @property
    def shared(self) -> tuple[str, ...]:
        """Names of the parameters that all datasets have in common."""
        return tuple(name for name in self.layout.names if name not in self.layout.own)

    # Numbers ------------------------------------------------------------------------------------

    @cached_property
    def stderr(self) -> dict[str, Any]:
        """Standard errors by name; of local parameters an array with one entry per dataset."""
        if any(one.ties for one in self.layout.each):
            return self.layout.collect([part.stderr for part in self.parts.values()])
        return self.layout.spread(self.standard_errors, 0.0)

    @property
    def n(self) -> int:
        """Number of observations in all datasets."""
        return sum(part.block.y.size for part in self.datasets)

    @property
    def interval_dof(self) -> float:
        """Degrees of freedom of Student's t in intervals; see `levels.py`."""
        return self.dof_intervals

    @property
    def residual_variance_factor(self) -> float:
        """What turns (RᵀR)⁻¹ into standard errors; 1 where noise levels are known or estimated."""
        known = self.absolute_sigma or self.levels.estimated
        return 1.0 if known else self.residual_standard_error

    @cached_property
    def noise_levels(self) -> dict[str, float]:
        """By dataset, the standard deviation of its noise in units of its sigma (of y where none
        was given): estimated, or 1 where sigma is absolute.
        """
        if self.levels.estimated or self.absolute_sigma:
            values: tuple[float, ...] = self.levels.values
        else:
            values = (self.residual_standard_error,) * len(self.datasets)
        return dict(zip(self.parts, values))

    @cached_property
    def r_squared(self) -> float:
        """1 - rss / (sum of squares about the best constant of each dataset)."""
        blocks = [part.block for part in self.datasets]
        total = sum(constant_sum_of_squares(block, _whitened_y(block)) for block in blocks)
        return 1 - self.rss / total if total > 0 else math.nan

    @cached_property
    def log_likelihood(self) -> float:
        """Gaussian log-likelihood; variances are estimated unless sigma is absolute."""
        jacobian = sum(_log_weights(part.block) for part in self.datasets)
        n = self.n
        if self.absolute_sigma or self.levels.estimated:
            return -0.5 * (self.rss + n * math.log(2 * math.pi)) + jacobian
        if self.rss == 0:
            return math.inf
        return -0.5 * n * (math.log(2 * math.pi * self.rss / n) + 1) + jacobian

    @property
    def _likelihood_parameters(self) -> int:
        groups = self.levels.groups
        return len(self.theta) + sum(not group.absolute for group in groups)

    # By dataset ---------------------------------------------------------------------------------

    def _each(self, name: str) -> dict[str, Any]:
        return {dataset: getattr(part, name) for dataset, part in self.parts.items()}

    @property
    def fitted(self) -> Any:
        """By dataset, the model at the observations."""
        return self._each("fitted")

    @property
    def residuals(self) -> Any:
        """By dataset, observed minus predicted in the units of its y."""
        return self._each("residuals")

    @property
    def weighted_residuals(self) -> Any:
        """By dataset, residuals whitened by the noise."""
        return self._each("weighted_residuals")

    @property
    def x(self) -> Any:
        """By dataset, independent variables by name."""
        return self._each("x")

    @property
    def y(self) -> Any:
        """By dataset, observations."""
        return self._each("y")

    @property
    def sigma(self) -> Any:
        """By dataset, standard deviations as given or estimated; None where there are none."""
        return self._each("sigma")

    @cached_property
    def chi_squares(self) -> dict[str, float]:
        """By dataset, the sum of squared whitened residuals."""
        return {name: part.rss for name, part in self.parts.items()}

    # The model itself ---------------------------------------------------------------------------

    @cached_property
    def whole(self) -> PartFit:
        """The fitted model itself, where no parameter of it is local."""
        own = [name for name in self.model.parameters if name in self.layout.own]
        if own:
            names = [repr(name) for name in self.parts]
            raise DataError(
                f"every dataset has its own {', '.join(own)}: of which one is the model meant?",
                causes=[f"the datasets are {', '.join(names[:8])}"],
                next=f"fit.parts[{names[0]}].predict(x)",
            )
        return whole(self)

    def predict(self, /, *x: Any, **options: Any) -> Any:
        """The model at new x with its uncertainty, where nothing in it is local.

        Raises DataError where something is: `fit.parts["cold"].predict(x)` knows which it is.
        """
        named = [name for name in self.model.independent if name in options]
        whole = self.whole
        if not x and not named:
            raise DataError(
                "predict was given no x, and the datasets have several",
                next=f"fit.predict({self.model.independent[0]}), or fit.parts[...].predict()",
            )
        return whole.predict(*x, **options)

    def __call__(self, /, *x: Any, **named: Any) -> Any:
        """The fitted model at x, as a plain array, where nothing in it is local."""
        return self.whole(*x, **named)

    def derivative(self, *wrt: str | int, order: int = 1) -> FittedFunction:
        """The exact derivative of the fitted model, where nothing in it is local."""
        return self.whole.derivative(*wrt, order=order)

    def quantity(self, name: str, level: float = 0.95) -> Any:
        """What follows from a library model, where nothing in it is local."""
        return self.whole.quantity(name, level)

    def root(self, target: float = 0.0, **options: Any) -> Derived:
        """Where the model takes the value `target`, where nothing in it is local."""
        return self.whole.root(target, **options)

    def minimum(self, **options: Any) -> Any:
        """The lowest point of the model, where nothing in it is local."""
        return self.whole.minimum(**options)

    def maximum(self, **options: Any) -> Any:
        """The highest point of the model, where nothing in it is local."""
        return self.whole.maximum(**options)

    def integral(self, low: float, high: float, **options: Any) -> Derived:
        """The integral of the model, where nothing in it is local."""
        return self.whole.integral(low, high, **options)

    # Doors --------------------------------------------------------------------------------------

    def plot(self, path: Any = None, **options: Any) -> Any:
        """One panel per dataset, with its curve and bands; saved when a path is given."""
        return door("joint_plot")(self, path, **options)

    def __str__(self) -> str:
        return str(door("joint_text")(self))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return str(door("joint_html")(self))


def _whitened_y(block: Block) -> np.ndarray:
    return np.ravel(block.y if block.noise is None else block.noise.whiten(block.y))


def _log_weights(block: Block) -> float:
    noise = block.noise
    if noise is None:
        return 0.0
    matrix = getattr(noise, "factor", None)
    return float(np.log(noise.weight if matrix is None else np.diagonal(matrix)).sum())
