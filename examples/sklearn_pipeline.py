"""In a scikit-learn pipeline
=============================

A known law and a network, side by side in scikit-learn: the rate of a reaction.

Signals decay with a rate that follows Arrhenius. Three regressors are cross-validated: a plane, the
law itself, and a network that knows nothing; the two that fit give intervals and slopes.

    python examples/sklearn_pipeline.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from residua.sklearn import NeuralRegressor, NonlinearRegressor

LAW = "a*exp(-exp(k - E/(0.008314*T))*t)"  # E in kJ/mol, T in K, t in min
TRUTH = {"a": 2.0, "E": 50.0, "k": 18.0}


def data(n: int = 160) -> tuple[pd.DataFrame, np.ndarray]:
    """Temperatures (K), times (min) and signals, drawn with noise 0.03."""
    rng = np.random.default_rng(0)
    T, t = rng.uniform(300.0, 360.0, n), rng.uniform(0.0, 10.0, n)
    rate = np.exp(TRUTH["k"] - TRUTH["E"] / (0.008314 * T))
    signal = TRUTH["a"] * np.exp(-rate * t) + 0.03 * rng.standard_normal(n)
    return pd.DataFrame({"T": T, "t": t}), signal


def main(folder: Path) -> None:
    """Cross-validate, choose a width, and look at held-out points."""
    X, y = data()
    law = NonlinearRegressor(LAW, start={"a": 1.0, "E": 40.0, "k": 14.0})
    network = NeuralRegressor([5])
    folds = KFold(5, shuffle=True, random_state=0)
    for name, it in {"plane": LinearRegression(), "law": law, "network": network}.items():
        print(f"{name:8} R² {cross_val_score(it, X, y, cv=folds).mean():.4f}")

    pipe = make_pipeline(StandardScaler().set_output(transform="pandas"), network)
    widths = {"neuralregressor__hidden": [[2], [5], [8]]}
    search = GridSearchCV(pipe, widths, cv=3).fit(X, y)
    print(f"width chosen: {search.best_params_['neuralregressor__hidden']}")

    X, X_new, y, y_new = train_test_split(X, y, test_size=0.25, random_state=0)
    figure = Figure(figsize=(9, 4), layout="constrained")
    for axes, it in zip(figure.subplots(1, 2, sharey=True), (law, network)):
        low, high = it.fit(X, y).predict_interval(X_new).T
        inside = np.mean((low < y_new) & (y_new < high))
        name = type(it).__name__
        print(f"{name:18} {inside:.0%} of {len(y_new)} held-out points in their 95 % interval")
        mean = it.predict(X_new)
        axes.errorbar(y_new, mean, [mean - low, high - mean], fmt="o", ms=4, lw=0.8)
        axes.axline((0, 0), slope=1, color="black", lw=0.8)
        axes.set(title=name, xlabel="observed signal", ylabel="predicted, with 95 % interval")
    E, error = law.fit_.params["E"], law.fit_.stderr["E"]
    print(f"activation energy {E:.1f} ± {error:.1f} kJ/mol (truth {TRUTH['E']})")
    here = pd.DataFrame({"T": [330.0], "t": [3.0]})
    for it in (law, network):
        slope = it.derivative(here)[0]
        print(
            f"{type(it).__name__:18} d signal/dT {slope[0]:.4f} /K, d signal/dt {slope[1]:.4f} /min"
        )
    path = folder / "sklearn_pipeline.png"
    figure.savefig(path, dpi=120)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
