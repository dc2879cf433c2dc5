"""An equinox module as a model
===============================

An equinox module as a model: a straight line that is known, plus a network for what is not.

Any callable pytree of JAX is a model for `fit`. This one has a slope with a meaning of its own
beside a small network; the fitted parameters come back as a module of the same class.

    python examples/equinox_module.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import equinox
import jax
import jax.numpy as jnp
import numpy as np

import residua as rs
from residua.networks.foreign.modules import JaxModule

X = np.linspace(0.0, 10.0, 80)
Y = 2 * X + 3 * np.sin(X) + np.random.default_rng(0).normal(0, 0.3, X.size)


class Trend(equinox.Module):
    """slope x + network(x)."""

    slope: jax.Array
    network: equinox.nn.MLP

    def __init__(self, key: Any) -> None:
        self.slope = jnp.ones(())
        self.network = equinox.nn.MLP(1, "scalar", 8, 1, activation=jnp.tanh, key=key)

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.slope * x[0] + self.network(x)


def picture(fit: rs.Fit, path: Path) -> None:
    """Data, the fit with its interval, and its derivative."""
    from matplotlib.figure import Figure

    x = np.linspace(-1, 11, 300)
    band, slope = fit.predict(x, interval="prediction"), fit.derivative("x").predict(x)
    figure = Figure(figsize=(6, 6), layout="constrained")
    above, below = figure.subplots(2, sharex=True)
    above.fill_between(x, band.low, band.high, color="#E69F00", alpha=0.35)
    above.plot(x, band.value, color="#D55E00")
    above.plot(X, Y, ".", color="#0072B2", markersize=4)
    above.set(ylabel="y")
    error = 2 * slope.stderr
    below.fill_between(x, slope.value - error, slope.value + error, color="#E69F00", alpha=0.35)
    below.plot(x, slope.value, color="#D55E00")
    below.plot(x, 2 + 3 * np.cos(x), color="0.5", linestyle=":")
    below.set(xlabel="x", ylabel="dy/dx", ylim=(-3, 7))
    figure.savefig(path, dpi=150)


def main(folder: Path) -> None:
    """Fit, predict, differentiate, and take the module back."""
    module = Trend(jax.random.key(0))
    fit = rs.fit(module, X, Y)
    print(fit)
    error = np.abs(fit(X) - (2 * X + 3 * np.sin(X))).max()
    print(f"largest error within the data: {error:.2f}, of noise 0.3")

    one = rs.fit(module, X, Y, members=1)
    fitted = JaxModule(module).with_parameters(one)
    said = jax.vmap(fitted)(jnp.asarray(X)[:, None])
    print(f"{type(fitted).__name__}: differs from the fit by {np.abs(said - one(X)).max():.0e}")
    picture(fit, folder / "equinox_module.png")
    print(f"picture: {folder / 'equinox_module.png'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
