"""What both estimators share, and the only file that knows scikit-learn."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from residua._arguments import Overwrite
from residua._errors import MissingLibrary, ParameterError
from residua._types import AnyObject, PathLike
from residua.doc import Doc, Ge, Gt, Lt, documented, shape
from residua.sklearn import stored
from residua.sklearn.rows import Rows, new_sigma, seed, weighted

try:
    from sklearn.base import BaseEstimator, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
except ImportError as missing:
    raise MissingLibrary(
        "residua.sklearn needs scikit-learn 1.6 or newer, which is not installed",
        next='python -m pip install "residua[sklearn]"',
    ) from missing

if TYPE_CHECKING:
    from residua.fitting.result import Fit
    from residua.inference.prediction import Prediction


class Regressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A fit of residua behind the interface of scikit-learn.

    A subclass says how rows are fitted, what a fit wants to be asked with, and how it is read back.
    """

    _several = False  # whether y may have several columns
    _unit: float | None = None  # standard deviation of an observation of weight 1, where known

    fit_: Fit
    seed_: int
    n_features_in_: int

    @documented
    def fit(
        self,
        X: Annotated[ArrayLike, Doc("inputs, an array or a DataFrame"), shape("n", "d")],
        y: Annotated[
            ArrayLike, Doc("observations, (n,); (n, k) where several outputs are possible")
        ],
        sample_weight: Annotated[
            ArrayLike | None,
            Doc(
                "weight w says that the observation has variance s²/w. Weight 0 leaves a row "
                "out; weight 3 gives the parameters that three equal rows give. Error bars "
                "take rows for what they are: a weight is no further observation."
            ),
            shape("n"),
            Ge(0),
        ] = None,
    ) -> Self:
        """Fit to rows.

        Returns:
            The estimator itself, with `fit_`, `n_features_in_` and `feature_names_in_`.

        Raises:
            ValueError: X or y are empty, not finite, or of different lengths.
            DataError: no row has a weight, or one is negative.
        """
        inputs, observed = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, multi_output=self._several
        )
        weight: Any = sample_weight
        if weight is not None:
            weight = _check_sample_weight(weight, inputs, dtype=np.float64)
        observed = np.asarray(observed, dtype=np.float64)
        self.seed_ = seed(self.random_state)
        self.fit_ = self._fit_rows(weighted(inputs, observed, weight))
        if not self.fit_.ok:
            warnings.warn(
                f"{type(self).__name__}: the fit {self.fit_.outcome.sentence}",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    @documented
    def predict(
        self,
        X: Annotated[ArrayLike, Doc("rows, columns as fitted"), shape("n", "d")],
        return_std: Annotated[
            bool,
            Doc(
                "whether to give the standard error of the prediction too, that of the model "
                "and not of a new observation, whose noise comes on top (see "
                "`predict_interval`)"
            ),
        ] = False,
    ) -> Any:
        """The fitted model at new rows.

        Returns:
            (n,) or (n, k); with `return_std` a pair of such arrays.

        Raises:
            NotFittedError: before `fit`.
            ValueError: X has other columns than those fitted, or values that are not finite.
        """
        if not return_std:
            return np.asarray(self._values(self._checked(X)), dtype=float)
        found = self._predicted(X)
        return np.asarray(found.value), np.asarray(found.stderr)

    @documented
    def predict_interval(
        self,
        X: Annotated[ArrayLike, Doc("rows, columns as fitted"), shape("n", "d")],
        level: Annotated[float, Doc("nominal coverage"), Gt(0), Lt(1)] = 0.95,
        interval: Annotated[
            str, Doc('"prediction" (of one new observation) or "confidence" (of the model)')
        ] = "prediction",
        sample_weight: Annotated[
            ArrayLike | None,
            Doc(
                "weight of the new observations, (n,) or one number; None is 1. A network "
                "knows other weights only when it was fitted with relative ones."
            ),
            Gt(0),
        ] = None,
    ) -> np.ndarray:
        """Where a new observation, or the model itself, is expected at new rows.

        value ± t √(stderr² + s²/w) for a new observation; value ± t stderr for the model.

        Returns:
            (n, 2): lower and upper ends; (n, k, 2) for several outputs.

        Raises:
            NotFittedError: before `fit`.
            ValueError: X has other columns than those fitted, or values that are not finite.
            ParameterError: another interval, or a level outside 0 to 1.
        """
        if interval not in ("prediction", "confidence"):
            raise ParameterError(
                f"interval is {interval!r}", next='interval="prediction"   # or "confidence"'
            )
        found = self._predicted(X, interval, level, sample_weight)
        return np.stack([np.asarray(found.low), np.asarray(found.high)], axis=-1)

    @documented
    def derivative(
        self, X: Annotated[ArrayLike, Doc("rows, columns as fitted"), shape("n", "d")]
    ) -> np.ndarray:
        """The exact slopes of the prediction at new rows, ∂prediction/∂X.

        Returns:
            (n, d): entry i, j is the slope at row i along column j, 0 for a column that the model
            does not use; (n, k, d) for several outputs.

        Raises:
            NotFittedError: before `fit`.
            ValueError: X has other columns than those fitted, or values that are not finite.
            NotDifferentiable: no engine can follow the model.
        """
        return np.asarray(self._slopes(self._checked(X)), dtype=float)

    # Files ---------------------------------------------------------------------------------------

    @documented
    def save(
        self,
        path: Annotated[PathLike, Doc('where to save, for example "decay.estimator.json"')],
        overwrite: Overwrite = True,
    ) -> None:
        """Write the fitted estimator to one JSON file, every number exact, without pickle.

        Raises:
            NotFittedError: before `fit`.
            FileError: the file cannot be written, or exists and `overwrite` is False.
        """
        check_is_fitted(self)
        stored.save(self, path, overwrite)

    @documented
    @classmethod
    def load(
        cls,
        path: Annotated[PathLike, Doc("a file written by `save`")],
        **params: Annotated[
            AnyObject,
            Doc("parameters that a file cannot hold, such as a Python function: `model=decay`"),
        ],
    ) -> Self:
        """Read an estimator that `save` wrote. Nothing in the file is run.

        Returns:
            A fitted estimator that predicts as the saved one did.

        Raises:
            FileError: the file is missing, damaged or of another estimator, or it needs `params`.
        """
        return stored.load(cls, path, params)

    def __getstate__(self) -> dict[str, Any]:
        return stored.packed(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        packed = dict(state)
        text = packed.pop("fit_", None)
        super().__setstate__(stored.unpacked(packed))
        if text is not None:
            self.fit_ = self._read_fit(text)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = self._several
        return tags

    # For subclasses ------------------------------------------------------------------------------

    def _fit_rows(self, rows: Rows) -> Fit:
        raise NotImplementedError

    def _variables(self, X: np.ndarray) -> tuple[np.ndarray, ...]:
        raise NotImplementedError

    def _values(self, X: np.ndarray) -> Any:
        raise NotImplementedError

    def _slopes(self, X: np.ndarray) -> Any:
        raise NotImplementedError

    def _read_fit(self, text: str) -> Fit:
        raise NotImplementedError

    def _checked(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, reset=False, dtype=np.float64))

    def _predicted(
        self, X: Any, interval: str | None = None, level: float = 0.95, weight: Any = None
    ) -> Prediction:
        X = self._checked(X)
        words = {}
        if interval == "prediction":
            words["sigma"] = new_sigma(weight, len(X), self.fit_.y.shape[1:], self._unit or 1.0)
        return self.fit_.predict(*self._variables(X), interval=interval, level=level, **words)
