"""What a constraint promises holds for any parameters, far beyond the data, and not by training."""

from __future__ import annotations

import numpy as np
import pytest
from constrained_cases import KINDS, allowed

from residua.networks.mlp import MLP
from residua.networks.scaling import Scaling

HIDDEN = ([5], [4, 3])
NAMES = ("u", "v", "w")
# Kinks and saturation make differences of exactly zero; rounding makes them as small as this.
ROUNDING = 1e-12


def cases(*words):
    """Kinds that are given any of these words, with every activation and size."""
    kinds = [kind for kind in KINDS if any(word in KINDS[kind][0] for word in words)]
    names = [(kind, name) for kind in kinds for name in allowed(kind)]
    return pytest.mark.parametrize(
        ("kind", "name", "hidden"), [(*pair, hidden) for pair in names for hidden in HIDDEN]
    )


class Drawn:
    """A network in user units whose means and scales are far from 0 and 1, and wild parameters."""

    def __init__(self, kind, name, hidden, seed):
        words, self.d, k = KINDS[kind]
        self.rng = rng = np.random.default_rng(seed)
        scales = np.exp(rng.normal(size=self.d)), np.exp(rng.normal(size=k))
        scaling = Scaling(3 * rng.normal(size=self.d), scales[0], rng.normal(size=k), scales[1])
        names = NAMES[: self.d]
        architecture, self.scaling = MLP(hidden, name, **words).prepared(names, scaling)
        self.network = architecture.network(self.d, k)
        self.theta = self.network.draw(rng) + rng.choice([0.3, 3.0]) * rng.normal(
            size=self.network.size
        )

    def points(self, n):
        return self.scaling.to_x(3 * self.rng.normal(size=(n, self.d)))

    def line(self, column, n=60):
        """Points along one input, the others held anywhere."""
        X = np.repeat(self.points(1), n, axis=0)
        X[:, column] = np.sort(self.scaling.to_x(4 * self.rng.normal(size=(n, self.d)))[:, column])
        return X

    def __call__(self, X):
        y = self.scaling.from_Y(self.network.value(self.theta, self.scaling.to_z(X)))
        self.size = max(1.0, np.abs(y).max() / self.scaling.y_scale.min())
        return y


def per_column(value, d):
    return dict(enumerate([value] * d)) if not isinstance(value, dict) else value


SEEDS = (0, 1, 2)


@cases("monotone")
def test_monotone_in_each_named_input(kind, name, hidden):
    for seed in SEEDS:
        f = Drawn(kind, name, hidden, seed)
        for column, direction in per_column(KINDS[kind][0]["monotone"], f.d).items():
            y = f(f.line(column))
            assert (direction * np.diff(y, axis=0) >= -ROUNDING * f.size).all()


@cases("convex")
def test_convex_along_any_line(kind, name, hidden):
    sense = int(KINDS[kind][0]["convex"])
    for seed in SEEDS:
        f = Drawn(kind, name, hidden, seed)
        a, b = f.points(40), f.points(40)
        share = f.rng.uniform(size=(40, 1))
        chord = share * f(a) + (1 - share) * f(b)
        between = f(share * a + (1 - share) * b)
        assert (sense * (chord - between) >= -1e2 * ROUNDING * f.size).all()


@cases("period")
def test_periods_are_those_of_user_units(kind, name, hidden):
    for seed in SEEDS:
        f = Drawn(kind, name, hidden, seed)
        X = f.points(30)
        for column, period in per_column(KINDS[kind][0]["period"], f.d).items():
            shift = period * (np.arange(f.d) == column)
            # The phase is known to 1e-14; the network may be as steep as its weights' product.
            steep = max(1.0, np.abs(f.theta).max()) ** (len(hidden) + 1)
            np.testing.assert_allclose(f(X + shift), f(X), rtol=0, atol=1e-12 * steep)
            np.testing.assert_allclose(f(X - 4 * shift), f(X), rtol=0, atol=4e-12 * steep)


@cases("symmetry")
def test_parity_is_that_of_user_units(kind, name, hidden):
    given = KINDS[kind][0]["symmetry"]
    signs = {"even": 1, "odd": -1}
    for seed in SEEDS:
        f = Drawn(kind, name, hidden, seed)
        X = f.points(30)
        if isinstance(given, str):
            np.testing.assert_allclose(f(-X), signs[given] * f(X), atol=1e-12 * f.size)
            continue
        for column, parity in given.items():
            mirrored = X * (1 - 2 * (np.arange(f.d) == column))
            np.testing.assert_allclose(f(mirrored), signs[parity] * f(X), atol=1e-12 * f.size)


@cases("positive")
def test_positive_everywhere(kind, name, hidden):
    for seed in SEEDS:
        f = Drawn(kind, name, hidden, seed)
        assert (f(f.points(200)) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_network_is_not_constant(kind):
    """A constant would keep every promise."""
    f = Drawn(kind, allowed(kind)[0], [5], 0)
    y = f(f.points(100))
    assert (y.std(axis=0) > 1e-3).all()
