"""Update rules against their papers' formulas in NumPy, torch, scipy and exact answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from stochastic_cases import (
    NET,
    NET_ROWS,
    NET_START,
    ROWS,
    START,
    W,
    X,
    Y,
    in_order,
    linear_gradient,
    linear_loss,
)

from residua.networks.dense import Dense
from residua.networks.stepwise.first_order import LBFGS, SGD, Adam, AdamW
from residua.networks.stepwise.losses import logistic_loss, squared_loss
from residua.networks.stepwise.stochastic import train
from residua.networks.stepwise.training import Ending

STEPS = 200


def sgd(theta, batches, rate, momentum=0.0, nesterov=False, clip=np.inf):
    m = np.zeros_like(theta)
    for rows in batches:
        g = linear_gradient(theta, *rows)
        g = g * min(1.0, clip / np.linalg.norm(g))
        m = momentum * m + g
        theta = theta - rate * (g + momentum * m if nesterov else m)
    return theta


def adam(theta, batches, rate, b1=0.9, b2=0.999, eps=1e-8, decay=0.0):
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, rows in enumerate(batches, 1):
        g = linear_gradient(theta, *rows)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        step = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
        theta = theta - rate * step - rate * decay * theta
    return theta


CASES = {
    "sgd": (SGD, sgd, {}),
    "momentum": (SGD, sgd, {"momentum": 0.9}),
    "nesterov": (SGD, sgd, {"momentum": 0.7, "nesterov": True}),
    "clip": (SGD, sgd, {"clip": 0.5}),
    "adam": (Adam, adam, {"b1": 0.8, "b2": 0.99, "eps": 1e-3}),
    "adamw": (AdamW, adam, {"weight_decay": 0.1}),
}


@pytest.mark.parametrize("batch", [None, 5, 23, 1])
@pytest.mark.parametrize("name", CASES)
def test_a_rule_does_what_its_paper_says(name, batch):
    spec, formula, words = CASES[name]
    solver = spec(0.01, batch=batch, steps=STEPS, shuffle=False, **words)
    found = train(linear_loss, START, ROWS, solver, seed=0)
    known = {"decay" if k == "weight_decay" else k: v for k, v in words.items()}
    expected = formula(START, in_order(STEPS, batch or 23), 0.01, **known)
    # Rounding of 200 steps; any other rule or batch differs in the second digit.
    np.testing.assert_allclose(found.theta, expected, rtol=1e-11)
    assert found.steps == STEPS and found.ending is Ending.STEP_LIMIT


def test_steps_and_losses_are_those_of_torch():
    torch = pytest.importorskip("torch")
    parts = np.split(NET_START, np.cumsum([12, 6, 30, 5, 5]))
    shapes = [(6, 2), (6,), (5, 6), (5,), (1, 5), (1,)]
    p = [torch.tensor(a.reshape(s), requires_grad=True) for a, s in zip(parts, shapes)]
    optimizer = torch.optim.AdamW(p, lr=0.01, weight_decay=0.02)
    x, y = (torch.tensor(a) for a in NET_ROWS[:2])
    losses = []
    for step in range(90):
        at = step % 6 * 10  # the sixth batch has seven rows
        h = torch.tanh(x[at : at + 10] @ p[0].T + p[1])
        value = torch.tanh(h @ p[2].T + p[3]) @ p[4].T + p[5]
        loss = torch.nn.functional.mse_loss(value[:, 0], y[at : at + 10])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    solver = AdamW(0.01, weight_decay=0.02, batch=10, epochs=15, shuffle=False)
    found = train(squared_loss(NET), NET_START, NET_ROWS, solver, seed=0)
    end = np.concatenate([a.detach().numpy().ravel() for a in p])
    np.testing.assert_allclose(found.theta, end, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.trace.loss, losses, rtol=1e-9)


def test_lbfgs_solves_weighted_least_squares():
    A = np.column_stack([X, np.ones(23)]) * np.sqrt(W)[:, None]
    exact = np.linalg.lstsq(A, Y * np.sqrt(W))[0]
    found = train(linear_loss, START, ROWS, LBFGS(200, tolerance=1e-10), seed=0)
    assert found.ending is Ending.CONVERGED and found.steps < 30
    np.testing.assert_allclose(found.best_theta, exact, rtol=1e-9)


def test_lbfgs_gets_as_low_as_scipys_in_as_many_steps():
    solver = LBFGS(300, record="parameters")
    found = train(squared_loss(NET), NET_START, NET_ROWS, solver, seed=0)

    def value(theta):
        value, tangents = NET.linearized(theta, NET_ROWS[0])
        r = value[:, 0] - NET_ROWS[1]
        return np.mean(r * r), 2 * tangents[:, :, 0] @ r / len(r)

    options = {"maxiter": 300, "ftol": 0.0, "gtol": 0.0}
    peer = minimize(value, NET_START, jac=True, method="L-BFGS-B", options=options)
    assert found.steps == peer.nit == 300
    assert found.loss == pytest.approx(value(found.best_theta)[0], rel=1e-9)
    assert found.loss < 2 * peer.fun < 1e-3 * value(NET_START)[0]
    slopes = [value(theta)[1] for theta in found.trace.parameters[::30]]
    np.testing.assert_allclose(found.trace.gradients[::30], slopes, rtol=1e-7, atol=1e-12)


def test_logistic_loss_finds_the_log_odds_of_a_table():
    """Two groups of rows: the answer of logistic regression is the log odds of each."""
    z = np.repeat([0.0, 1.0], 10)[:, None]
    y = np.concatenate([np.arange(10) < 3, np.arange(10) < 8]).astype(float)
    line = Dense((1, 1), NET.activation)
    found = train(logistic_loss(line), [0.0, 0.0], (z, y, np.ones(20)), LBFGS(100), seed=0)
    low, high = np.log(3 / 7), np.log(8 / 2)
    np.testing.assert_allclose(found.best_theta, [high - low, low], rtol=1e-7)


def test_weights_by_output_are_the_same_as_rows_of_their_own():
    two = Dense((1, 2), NET.activation)
    rng = np.random.default_rng(1)
    z, y, w = rng.normal(size=(9, 1)), rng.normal(size=(9, 2)), rng.uniform(size=(9, 2))
    found = train(squared_loss(two), np.zeros(4), (z, y, w), LBFGS(100), seed=0).best_theta
    for k in range(2):
        A = np.column_stack([z, np.ones(9)]) * np.sqrt(w[:, k])[:, None]
        exact = np.linalg.lstsq(A, y[:, k] * np.sqrt(w[:, k]))[0]
        np.testing.assert_allclose(found[[k, 2 + k]], exact, rtol=1e-6)


def test_single_precision_computes_in_single_precision():
    solver = dict(batch=5, steps=50, shuffle=False)
    double = train(linear_loss, START, ROWS, Adam(0.01, **solver), seed=0)
    single = train(linear_loss, START, ROWS, Adam(0.01, **solver, precision="single"), seed=0)
    assert double.theta.dtype == np.float64 and single.theta.dtype == np.float32
    np.testing.assert_allclose(single.theta, double.theta, rtol=1e-4)
    assert np.abs(single.theta - double.theta).max() > 1e-9
