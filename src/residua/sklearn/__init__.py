"""Fits as scikit-learn estimators: pipelines, grid searches, cross-validation.

    from residua.sklearn import NonlinearRegressor

    NonlinearRegressor("a*exp(-b*t) + c", independent="t").fit(t[:, None], y).fit_

It passes every check of `sklearn.utils.estimator_checks`. What it adds to the interface of
scikit-learn: `fit_` (the Fit of residua, with report, warnings and plots), standard deviations and
intervals of predictions, exact derivatives of predictions, and files without pickle.
"""

from __future__ import annotations

from residua.sklearn.nonlinear import NonlinearRegressor

__all__ = ["NonlinearRegressor"]
