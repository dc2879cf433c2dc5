"""Shuffling, batches, schedules, and the bits they give."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import pytest
from stochastic_cases import NET, NET_ROWS, NET_START, ROWS, START, linear_loss

from residua.networks.stepwise import programs
from residua.networks.stepwise.first_order import LBFGS, SGD, Adam
from residua.networks.stepwise.losses import squared_loss
from residua.networks.stepwise.progress import Pace
from residua.networks.stepwise.schedules import factors
from residua.networks.stepwise.stochastic import train

ONES = np.eye(23)


def seen(theta, row, w):
    """Its gradient by theta_i is the weight of row i where it takes part, and 0 elsewhere."""
    return (w[:, None] * row * theta).sum()


def batches_of(epochs, seed=0, shuffle=True):
    solver = SGD(1.0, batch=5, epochs=epochs, shuffle=shuffle, record="parameters")
    found = train(seen, np.zeros(23), (ONES, np.ones(23)), solver, seed=seed)
    return found.trace.gradients


def test_every_row_is_taken_once_an_epoch_and_the_last_batch_is_a_mean_of_its_own():
    taken = batches_of(4).reshape(4, 5, 23)
    np.testing.assert_array_equal((taken > 0).sum(axis=1), 1)
    np.testing.assert_allclose(taken[:, :4].sum(axis=2), 1.0)
    for epoch in taken:
        assert sorted(epoch[4][epoch[4] > 0]) == pytest.approx([1 / 3] * 3)
    assert len({tuple(np.nonzero(epoch[4])[0]) for epoch in taken}) == 4


def test_without_shuffling_rows_come_in_their_order():
    taken = batches_of(2, shuffle=False).reshape(2, 5, 23)
    for epoch in taken:
        np.testing.assert_array_equal(np.argmax(epoch > 0, axis=0), np.arange(23) // 5)


def test_every_row_comes_first_equally_often():
    first = (batches_of(1000).reshape(1000, 5, 23)[:, 0] > 0).sum(axis=0)
    # 1000 draws with 5/23: mean 217, standard deviation 13; 4.5 of them for 23 rows at once.
    assert np.all(np.abs(first - 1000 * 5 / 23) < 59)
    assert first.std() > 5


def test_the_seed_decides_and_nothing_else():
    solver = Adam(0.01, batch=7, epochs=30)
    one = train(linear_loss, START, ROWS, solver, seed=5)
    np.random.seed(0)
    again = train(linear_loss, START, ROWS, solver, seed=5)
    other = train(linear_loss, START, ROWS, solver, seed=6)
    np.testing.assert_array_equal(one.theta, again.theta)
    np.testing.assert_array_equal(one.trace.loss, again.trace.loss)
    assert np.any(one.theta != other.theta)


@pytest.mark.parametrize(
    "solver", [Adam(0.01, batch=10, steps=137), LBFGS(40)], ids=["adam", "lbfgs"]
)
def test_bits_do_not_depend_on_how_long_a_call_of_the_program_is(solver, monkeypatch):
    loss = squared_loss(NET)
    whole = train(loss, NET_START, NET_ROWS, solver, seed=1, validation=NET_ROWS)
    for length in (1, 4, 13):
        monkeypatch.setattr(Pace, "stop", fixed(length))
        cut = train(loss, NET_START, NET_ROWS, solver, seed=1, validation=NET_ROWS)
        for name in ("theta", "best_theta"):
            np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name))
        for name in ("step", "loss", "gradient_norm", "rate", "validation_step", "validation_loss"):
            np.testing.assert_array_equal(getattr(cut.trace, name), getattr(whole.trace, name))


def fixed(length):
    return lambda self, step, total, every: min(step + length, total)


def test_the_callers_precision_and_random_state_are_not_touched():
    state = np.random.get_state()[1].copy()
    before = jax.config.jax_enable_x64
    train(linear_loss, START, ROWS, Adam(0.01, steps=3), seed=0)
    assert jax.config.jax_enable_x64 == before
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_other_numbers_and_a_few_more_rows_do_not_compile_again():
    def run(rows, rate, **words):
        solver = Adam(rate, batch=5, steps=20, **words)
        train(linear_loss, START, tuple(a[:rows] for a in ROWS), solver, seed=0)

    programs._PROGRAMS.clear()
    run(20, 0.01)
    before = len(programs._PROGRAMS)
    run(19, 0.5, b1=0.5, eps=0.1, clip=3.0, schedule="cosine", patience=4, shuffle=False)
    run(18, 0.1, epochs=None, schedule={5: 0.1})
    assert len(programs._PROGRAMS) == before == 3
    run(7, 0.1)
    assert len(programs._PROGRAMS) > before


def test_equal_networks_share_a_program():
    programs._PROGRAMS.clear()
    solver = Adam(0.01, steps=2)
    train(squared_loss(NET), NET_START, NET_ROWS, solver, seed=0)
    before = len(programs._PROGRAMS)
    twin = type(NET)(NET.sizes, NET.activation)
    train(squared_loss(twin), NET_START, NET_ROWS, solver, seed=0)
    assert twin is not NET and len(programs._PROGRAMS) == before


def test_threads_share_programs_and_get_the_bits_of_one_alone():
    solver = Adam(0.01, batch=8, steps=40)

    def run(seed):
        return train(squared_loss(NET), NET_START, NET_ROWS, solver, seed=seed).theta

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run, [0, 1, 2, 3]))
    np.testing.assert_array_equal(together, [run(seed) for seed in range(4)])


def test_a_loss_that_cannot_be_hashed_is_told_by_identity():
    class Loss:
        __hash__ = None

        def __init__(self, scale):
            self.scale = scale

        def __call__(self, theta, x, y, w):
            return self.scale * linear_loss(theta, x, y, w)

    one, two = (train(Loss(s), START, ROWS, SGD(0.01, steps=1), seed=0) for s in (1.0, 2.0))
    np.testing.assert_allclose(two.theta - START, 2 * (one.theta - START), rtol=1e-9)


@pytest.mark.parametrize(
    "schedule, expected",
    [
        ("constant", np.ones(10)),
        ("cosine", 0.5 * (1 + np.cos(np.pi * np.arange(10) / 10))),
        (lambda step: 0.5**step, 0.5 ** np.arange(10)),
        ({0: 1.0, 4: 0.25}, np.where(np.arange(10) < 4, 1.0, 0.25)),
        ({3: 0.1}, np.where(np.arange(10) < 3, 1.0, 0.1)),
    ],
)
def test_schedules(schedule, expected):
    np.testing.assert_allclose(factors(schedule, 0, 10, 10), expected)
    np.testing.assert_allclose(factors(schedule, 6, 2, 10), expected[6:8])
    solver = SGD(0.02, steps=10, schedule=schedule)
    found = train(linear_loss, START, ROWS, solver, seed=0)
    np.testing.assert_allclose(found.trace.rate, 0.02 * expected)


def test_buckets_waste_little():
    for rows in (1, 15, 16, 17, 100, 1000, 12_345, 10**6):
        assert rows <= programs.bucket(rows) <= max(rows + 15, 1.125 * rows + 1)
