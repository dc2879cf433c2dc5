"""NonlinearRegressor: any model of residua as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import EngineName
from residua._errors import ParameterError
from residua._types import BoundsLike, ModelLike, RandomLike
from residua.autodiff.operators import derivative
from residua.doc import Doc, Ge, Gt, documented
from residua.fitting.fit import fit as fit_model
from residua.fitting.result import Fit
from residua.fitting.task import MAX_STEPS
from residua.problem.model import Model
from residua.problem.model import model as as_model
from residua.sklearn import stored
from residua.sklearn.base import Regressor
from residua.sklearn.plane import distinguishable, plane
from residua.sklearn.rows import Rows, sigma
from residua.sklearn.variables import Columns, bind


@documented
class NonlinearRegressor(Regressor):
    """Least squares for any model, with exact derivatives, as a scikit-learn regressor.

    minimize ½ Σ w (y - model(X, params))² over the parameters.

    Columns of X feed the independent variables of the model: by name where X is a DataFrame that
    has a column for each (others are not used), else in order. A function of one variable gets
    all of a wider X as one matrix, one row per point.

    Attributes:
        fit_: the Fit, for parameters, error bars, report, plots and warnings.
        n_features_in_, feature_names_in_: columns that were seen.

    Raises:
        DataError, ModelError, ParameterError, FormulaError: from `fit`, each with what to do next.
        ConvergenceWarning, a warning: the fit did not end at a minimum; `fit_.outcome` says why.

    Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, section 2.1.

    Example:
        >>> import numpy as np
        >>> from residua.sklearn import NonlinearRegressor
        >>> t = np.linspace(0, 4, 30)
        >>> y = 2 * np.exp(-1.3 * t) + 0.01 * np.sin(50 * t)
        >>> decay = NonlinearRegressor("a*exp(-b*t)", independent="t").fit(t[:, None], y)
        >>> round(decay.fit_.params["b"], 1), decay.predict_interval([[1.0], [2.0]]).shape
        (1.3, (2, 2))
    """

    columns_: Columns

    def __init__(
        self,
        model: Annotated[
            ModelLike | None,
            Doc(
                "a formula, function, library name or Model, as in `residua.fit`; None is "
                "the plane intercept + X @ slopes over all columns, where a column that the "
                "rows cannot tell from those before it has slope 0 (as in R's lm)"
            ),
        ] = None,
        *,
        independent: Annotated[
            str | Sequence[str] | None,
            Doc(
                "names of the independent variables, in the order of the columns, where they "
                "are not called as the columns of a DataFrame, x, or x1, x2 ..."
            ),
        ] = None,
        start: Annotated[
            Mapping[str, Any] | ArrayLike | None,
            Doc("starts of the parameters, as in `residua.fit`"),
        ] = None,
        bounds: Annotated[
            BoundsLike | None, Doc("bounds of the parameters, as in `residua.fit`")
        ] = None,
        fixed: Annotated[
            Mapping[str, Any] | str | Iterable[str] | None,
            Doc("parameters to hold, as in `residua.fit`"),
        ] = None,
        sigma: Annotated[
            float | None,
            Doc(
                "standard deviation of an observation of weight 1, in units of y, where it "
                "is known; error bars then follow from it and not from the residuals"
            ),
            Gt(0),
        ] = None,
        matrix: Annotated[
            bool | None,
            Doc(
                "whether the model's one variable is all of X; None says yes for functions, "
                "when X has several columns"
            ),
        ] = None,
        engine: EngineName = "auto",
        max_steps: Annotated[int, Doc("proposals before the solver gives up"), Ge(1)] = MAX_STEPS,
        random_state: Annotated[
            RandomLike | None,
            Doc(
                "for starts that are searched; None is seed 0, so the same data give the "
                "same fit; a whole number; or a RandomState, from which a seed is drawn"
            ),
        ] = None,
    ) -> None:
        self.model = model
        self.independent = independent
        self.start = start
        self.bounds = bounds
        self.fixed = fixed
        self.sigma = sigma
        self.matrix = matrix
        self.engine = engine
        self.max_steps = max_steps
        self.random_state = random_state

    @property
    def _unit(self) -> float | None:  # type: ignore[override]
        return self.sigma

    def _fit_rows(self, rows: Rows) -> Fit:
        if self.sigma is not None and np.ndim(self.sigma):
            raise ParameterError(
                "sigma is one number, that of an observation of weight 1",
                next="fit(X, y, sample_weight=1 / sigma**2)",
            )
        start, fixed = self.start, self.fixed
        if self.model is None:
            model, self.columns_, start, fixed = self._plane(rows.X)
        else:
            model, self.columns_ = self._bound()
        return fit_model(
            model,
            dict(zip(model.independent, self.columns_.of(rows.X))),
            rows.y,
            sigma=sigma(rows, self.sigma),
            absolute_sigma=self.sigma is not None,
            start=start,
            bounds=self.bounds,
            fixed=fixed,
            engine=self.engine,
            max_steps=self.max_steps,
            seed=self.seed_,
        )

    def _plane(self, X: np.ndarray) -> tuple[Model, Columns, Any, Any]:
        """The plane, its columns, its start and what is fixed."""
        kept = distinguishable(X)
        columns = Columns(kept or (0,), matrix=True)
        start: Any = self.start
        fixed: Any = self.fixed
        if start is None or isinstance(start, Mapping):
            start = {"intercept": 0.0, "slopes": np.zeros(len(columns.places))} | dict(start or {})
        if not kept:  # no column says anything: what is left is the intercept
            by_value = isinstance(fixed, Mapping)
            fixed = {"slopes": [0.0], **fixed} if by_value else ["slopes", *(fixed or ())]
        return as_model(plane), columns, start, fixed

    def _bound(self) -> tuple[Model, Columns]:
        found = getattr(self, "feature_names_in_", None)
        names = None if found is None else tuple(map(str, found))
        return bind(self.model, self.independent, self.matrix, names, self.n_features_in_)

    def _variables(self, X: np.ndarray) -> tuple[np.ndarray, ...]:
        return self.columns_.of(X)

    def _values(self, X: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            value = np.asarray(self.fit_(*self.columns_.of(X)), dtype=float)
        return np.broadcast_to(value, (len(X), *self.fit_.y.shape[1:])).copy()

    def _slopes(self, X: np.ndarray) -> np.ndarray:
        found = np.zeros(X.shape)
        variables = self.columns_.of(X)
        for j, place in enumerate(self.columns_.places):
            if self.columns_.matrix:
                found[:, place] = self._slope_along(variables[0], j)
            else:
                name = self.fit_.model.independent[j]
                found[:, place] = self.fit_.derivative(name)(*variables)
        return found

    def _slope_along(self, X: np.ndarray, j: int) -> Any:
        """Slopes along one column of a matrix: a shift of it, one per row, is what varies."""
        model, values = self.fit_.model, [self.fit_.params[n] for n in self.fit_.model.parameters]
        unit = np.eye(X.shape[1])[j]
        return derivative(lambda shift: model.evaluate((X + shift[:, None] * unit,), values))(
            np.zeros(len(X))
        )

    def _read_fit(self, text: str) -> Fit:
        self.columns_ = Columns(*self.columns_)
        if self.model is None:
            return stored.fit_of(text, as_model(plane))
        written = isinstance(self.model, str)
        return stored.fit_of(text, None if written else self._bound()[0])
