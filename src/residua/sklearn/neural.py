"""NeuralRegressor: a neural network as a scikit-learn estimator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from residua._errors import DataError, ParameterError
from residua._types import RandomLike, SolverLike
from residua.doc import Doc, Ge, Gt, Lt, documented
from residua.fitting.fit import fit as fit_model
from residua.fitting.result import Fit
from residua.inference.prediction import Prediction
from residua.networks.mlp import MLP
from residua.report.encoding import is_name
from residua.sklearn import stored
from residua.sklearn.base import Regressor
from residua.sklearn.rows import Rows, counted, sigma


@documented
class NeuralRegressor(Regressor):
    """A fully connected network, scaled, regularized and judged, as a scikit-learn regressor.

    y = W2 tanh(W1 x + b1) + b2 with one hidden layer; inputs and outputs are standardized inside.

    A sample weight that is a whole number is a count: weight 3 and three equal rows are the same,
    bit for bit, error bars included. (`fit_` then has the repeated rows, sorted.) Other weights,
    and counts of more than 20 times the rows, are relative: weight w has noise of variance s²/w.

    Attributes:
        fit_: the NetworkFit, for report, plots, warnings and members.
        n_features_in_, feature_names_in_: columns that were seen.

    Raises:
        DataError, ModelError, ParameterError: from `fit`, each with what to do next.
        ConvergenceWarning, a warning: the network is not to be used; `fit_.outcome` says why.

    Source: D. J. C. MacKay, Neural Computation 4 (1992) 448, for regularization and error bars.

    Example:
        >>> import numpy as np
        >>> from residua.sklearn import NeuralRegressor
        >>> X = np.linspace(-2, 2, 40)[:, None]
        >>> y = np.sin(2 * X[:, 0])
        >>> network = NeuralRegressor([5]).fit(X, y)
        >>> network.predict_interval(X).shape, bool(network.score(X, y) > 0.99)
        ((40, 2), True)
    """

    _several = True

    def __init__(
        self,
        hidden: Annotated[
            Sequence[int] | int | None,
            Doc(
                "widths of the hidden layers, [10] or [10, 10]; None chooses them from the "
                "data by cross-validation"
            ),
        ] = None,
        activation: Annotated[
            str, Doc('"tanh", "silu", "relu" and others of `residua.MLP`')
        ] = "tanh",
        *,
        output: Annotated[
            str,
            Doc('"linear"; "logistic" for y of 0 and 1, whose prediction is the probability of 1'),
        ] = "linear",
        solver: Annotated[
            SolverLike | None,
            Doc(
                "None is Levenberg-Marquardt with evidence, or mini-batches for large data; "
                "`residua.Adam(...)` and others go step by step"
            ),
        ] = None,
        members: Annotated[
            int | None,
            Doc(
                "about how many networks to train; None chooses by the size of the data, 1 "
                "keeps a single network of all rows"
            ),
            Ge(1),
        ] = None,
        validation: Annotated[
            float | None,
            Doc("for a solver, the share of rows by which it knows when to stop"),
            Gt(0),
            Lt(1),
        ] = None,
        random_state: Annotated[
            RandomLike | None,
            Doc(
                "decides everything that is drawn. None is seed 0, so the same data give the "
                "same network; a whole number; or a RandomState, from which a seed is drawn."
            ),
        ] = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.output = output
        self.solver = solver
        self.members = members
        self.validation = validation
        self.random_state = random_state

    def _fit_rows(self, rows: Rows) -> Fit:
        rows = counted(rows)
        if len(rows.y) < 2:
            raise DataError(
                "1 sample teaches a network nothing (n_samples = 1)",
                causes=["a filter, or weights of zero, that left one row"],
            )
        found: Fit = fit_model(
            MLP(self.hidden, self.activation, output=self.output),
            self._table(rows.X),
            rows.y,
            sigma=sigma(rows),
            seed=self.seed_,
            solver=self.solver,
            members=self.members,
            validation=self.validation,
            progress=False,
        )
        return found

    def _table(self, X: np.ndarray) -> Any:
        """The columns by name, where they have names that a report can use; else the matrix."""
        names = tuple(getattr(self, "feature_names_in_", ()))
        return dict(zip(names, X.T)) if names and all(map(is_name, names)) else X

    def _variables(self, X: np.ndarray) -> tuple[Any, ...]:
        return (self._table(X),)

    def _predicted(
        self, X: Any, interval: str | None = None, level: float = 0.95, weight: Any = None
    ) -> Prediction:
        if weight is not None and hasattr(self, "fit_") and self.fit_.sigma is None:
            raise ParameterError(
                "this network was fitted without relative weights, so it knows no other than 1",
                next="predict_interval(X)",
            )
        return super()._predicted(X, interval, level, weight)

    def _values(self, X: np.ndarray) -> Any:
        return self.fit_(self._table(X))

    def _slopes(self, X: np.ndarray) -> Any:
        along = [self.fit_.derivative(j)(self._table(X)) for j in range(X.shape[1])]
        return np.stack(along, axis=-1)

    def _read_fit(self, text: str) -> Fit:
        return stored.fit_of(text)
