"""Fits as scikit-learn estimators: pipelines, grid searches, cross-validation.

    from residua.sklearn import NeuralRegressor, NonlinearRegressor

    make_pipeline(StandardScaler(), NeuralRegressor([10])).fit(X, y)
    NonlinearRegressor("a*exp(-b*t) + c", independent="t").fit(t[:, None], y).fit_

Both pass every check of `sklearn.utils.estimator_checks`. What they add to the interface of
scikit-learn: `fit_` (the Fit of residua, with report, warnings and plots), standard deviations and
intervals of predictions, exact derivatives of predictions, and files without pickle.
"""

from __future__ import annotations

from residua.sklearn.neural import NeuralRegressor
from residua.sklearn.nonlinear import NonlinearRegressor

__all__ = ["NeuralRegressor", "NonlinearRegressor"]
