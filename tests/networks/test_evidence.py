"""Levenberg-Marquardt with evidence: the prior, the noise and the posterior that it ends at.

A network without hidden layers is a linear model, of which everything is known in closed form.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal
from sklearn.linear_model import LogisticRegression, Ridge

from residua.networks import cholesky, evidence
from residua.networks.ensemble import Ensemble, Trained
from residua.networks.evidence import Rows, judged, train
from residua.networks.likelihood import BERNOULLI, GAUSSIAN
from residua.networks.mlp import MLP


@pytest.fixture
def patient(monkeypatch):
    """Descents that go on until nothing moves."""
    monkeypatch.setattr(evidence, "STILL", 1e-12)


@pytest.fixture
def fixed_prior(monkeypatch, patient):
    """The prior stays as it is given, however many rows there are."""
    monkeypatch.setattr(evidence, "FEWEST_FOR_EVIDENCE", 10**9)


def linear_data(seed=0, n=40, d=5, noise=0.3):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    y = X @ rng.normal(size=d) * 0.4 + 0.7 + noise * rng.normal(size=n)
    return X, y[:, None]


def trained(network, rows, seed=0, steps=3000, **words):
    return train(network, rows, network.draw(np.random.default_rng(seed)), steps=steps, **words)


@pytest.mark.parametrize("seed", range(3))
def test_the_prior_and_the_noise_maximize_the_marginal_likelihood(seed, patient):
    """Against a direct search over (α, β): to 0.2 %, the 1e-3 that is added to γ being 5e-4 of it.

    The bias has a flat prior, so the likelihood is that of all contrasts that the mean leaves.
    """
    X, y = linear_data(seed)
    contrasts = np.linalg.svd(np.ones((1, 40)))[2][1:]
    Xc, yc = contrasts @ X, contrasts @ y[:, 0]

    def cost(logs):
        alpha, beta = np.exp(logs)
        covariance = np.eye(39) / beta + Xc @ Xc.T / alpha
        return -multivariate_normal(np.zeros(39), covariance).logpdf(yc)

    best = minimize(cost, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    alpha, beta = np.exp(best.x)
    member = trained(MLP([]).network(5, 1), Rows(X, y))
    np.testing.assert_allclose(member.ratio[:5], alpha / beta, rtol=2e-3)
    assert member.ratio[5] == 0
    np.testing.assert_allclose(member.spread**-2, beta, rtol=2e-3)


def test_a_linear_network_is_ridge_regression(patient):
    """Weights of scikit-learn's Ridge at the penalty that was found: 1e-6.

    A step that would lower the cost by less than 1e-13 of it is not taken: √1e-13 is left.
    """
    X, y = linear_data()
    member = trained(MLP([]).network(5, 1), Rows(X, y))
    ridge = Ridge(alpha=float(member.ratio[0]), tol=1e-14).fit(X, y[:, 0])
    np.testing.assert_allclose(member.theta, [*ridge.coef_, ridge.intercept_], atol=1e-6)


def test_gamma_and_the_posterior_of_a_linear_network(patient):
    """γ = tr(G H⁻¹) to 1e-7; the variance of a prediction σ² x H⁻¹ x to 1e-10."""
    X, y = linear_data(n=60)
    network, rows = MLP([]).network(5, 1), Rows(X, y)
    member = trained(network, rows)
    design = np.column_stack([X, np.ones(60)])
    gram = design.T @ design
    inverse = np.linalg.inv(gram + np.diag(member.ratio))
    np.testing.assert_allclose(member.effective, np.trace(gram @ inverse), rtol=1e-7)
    left = ((design @ member.theta - y[:, 0]) ** 2).sum() / (60 - member.effective)
    np.testing.assert_allclose(member.spread, np.sqrt(left), rtol=1e-10)

    one = Trained(0, -1, 1.0, member)
    ensemble = Ensemble((network,), (one,), rows, np.zeros(60, int), GAUSSIAN)
    new = np.column_stack([np.random.default_rng(1).normal(size=(7, 5)) * 3, np.ones(7)])
    variance = member.spread**2 * np.einsum("ni,ij,nj->n", new, inverse, new)
    np.testing.assert_allclose(ensemble.moments(new[:, :5]).variance[:, 0], variance, rtol=1e-10)


@pytest.mark.parametrize("hidden", [[4], [4, 3]])
def test_the_gradient_vanishes_where_a_descent_has_settled(hidden, patient):
    """By finite differences of ½(Σ r² + Σ ratio θ²), in units of its size at the start: 1e-5."""
    rng = np.random.default_rng(3)
    Z = rng.uniform(-2, 2, (50, 1))
    rows = Rows(Z, np.sin(2 * Z) + 0.1 * rng.normal(size=(50, 1)))
    network = MLP(hidden).network(1, 1)
    start = network.draw(np.random.default_rng(0))
    member = train(network, rows, start, steps=3000)

    def cost(theta):
        r = network.value(theta, Z) - rows.Y
        return 0.5 * float((r**2).sum() + member.ratio @ theta**2)

    def slope(theta):
        h = 1e-6
        steps = h * np.eye(len(theta))
        return np.array([(cost(theta + s) - cost(theta - s)) / (2 * h) for s in steps])

    assert member.settled
    assert np.abs(slope(member.theta)).max() < 1e-5 * np.abs(slope(start)).max()


def test_a_logistic_network_is_logistic_regression(fixed_prior):
    """scikit-learn's, with the same penalty: weights to 1e-6."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    y = (X @ [1.0, -2.0, 0.5] + 0.3 + rng.logistic(size=80) > 0) * 1.0
    network, ratio = MLP([]).network(3, 1), 0.7
    prior = np.where(network.groups < 0, 0.0, ratio)
    member = trained(network, Rows(X, y[:, None]), likelihood=BERNOULLI, ratio=prior)
    peer = LogisticRegression(C=1 / ratio, tol=1e-12, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(member.theta, [*peer.coef_[0], *peer.intercept_], atol=1e-6)
    assert member.spread == 1.0


@pytest.mark.parametrize("likelihood", [GAUSSIAN, BERNOULLI], ids=lambda one: one.name)
def test_a_row_of_weight_two_is_the_row_twice(likelihood, fixed_prior):
    """Step for step to 1e-8, at a prior that is held: the evidence counts rows, not weights."""
    rng = np.random.default_rng(1)
    Z = rng.uniform(-2, 2, (30, 2))
    Y = np.sin(Z[:, :1]) * Z[:, 1:]
    Y = (Y > 0) * 1.0 if likelihood is BERNOULLI else Y
    times = rng.integers(1, 4, 30)
    network = MLP([4]).network(2, 1)
    prior = np.where(network.groups < 0, 0.0, 0.1)
    words = {"likelihood": likelihood, "ratio": prior, "steps": 15}
    weighted = trained(network, Rows(Z, Y, times[:, None] * 1.0), **words)
    repeated = trained(network, Rows(np.repeat(Z, times, 0), np.repeat(Y, times, 0)), **words)
    np.testing.assert_allclose(weighted.theta, repeated.theta, atol=1e-8)
    np.testing.assert_allclose(weighted.effective, repeated.effective, atol=1e-8)


@pytest.mark.parametrize(("n", "d", "hidden"), [(25, 50, [3]), (12, 2, [20]), (15, 1, [10, 10])])
def test_data_determine_no_more_parameters_than_there_are_of_them(n, d, hidden):
    rng = np.random.default_rng(0)
    rows = Rows(rng.normal(size=(n, d)), rng.normal(size=(n, 1)))
    network = MLP(hidden).network(d, 1)
    for seed in range(4):
        member = train(network, rows, network.draw(np.random.default_rng(seed)))
        assert 0 <= member.effective <= n + 1e-3


def test_inputs_that_mean_nothing_are_switched_off():
    """A precision for every input: weights of three inputs of pure noise fall below a tenth."""
    rng = np.random.default_rng(2)
    Z = rng.normal(size=(200, 4))
    rows = Rows(Z, np.tanh(2 * Z[:, :1]) + 0.05 * rng.normal(size=(200, 1)))
    member = trained(MLP([5]).network(4, 1), rows)
    sizes = np.sqrt((member.theta[:20].reshape(5, 4) ** 2).mean(axis=0))
    assert (sizes[1:] < 0.1 * sizes[0]).all()
    assert (member.ratio[1:4] > 100 * member.ratio[0]).all()


def test_judging_finds_the_evidence_of_parameters_that_are_given(patient):
    """The same prior, noise and γ as the descent that ended there: 0.1 %."""
    X, y = linear_data()
    network, rows = MLP([]).network(5, 1), Rows(X, y)
    member = trained(network, rows)
    other = judged(network, rows, member.theta, GAUSSIAN, 0)
    for name in ("ratio", "spread", "effective"):
        np.testing.assert_allclose(getattr(other, name), getattr(member, name), rtol=1e-3)


def test_lapack_against_numpy():
    """Solutions, whitening and diagonal of the inverse: 1e-12."""
    rng = np.random.default_rng(0)
    root = rng.normal(size=(9, 6))
    matrix, right = root.T @ root, rng.normal(size=(6, 3))
    lower = cholesky.factor(matrix)
    np.testing.assert_allclose(lower @ lower.T, matrix, atol=1e-12)
    np.testing.assert_allclose(cholesky.solve(lower, right), np.linalg.solve(matrix, right))
    half = cholesky.whitened(lower, right)
    inverse = np.linalg.inv(matrix)
    np.testing.assert_allclose(half.T @ half, right.T @ inverse @ right, atol=1e-12)
    np.testing.assert_allclose(cholesky.inverse_diagonal(lower), np.diag(inverse), atol=1e-12)
    assert cholesky.factor(-matrix) is None
