"""Crossed ensembles: honest predictions are honest, and the seed alone decides."""

from __future__ import annotations

import time

import numpy as np
import pytest

from residua.fitting.networks.train import Watch, by_evidence
from residua.networks import crossed, threads
from residua.networks.choose import Plan
from residua.networks.crossed import train_ensemble
from residua.networks.ensemble import Moments, mixed
from residua.networks.evidence import Rows
from residua.networks.likelihood import BERNOULLI, GAUSSIAN
from residua.networks.mlp import MLP

SIZES = (MLP([3]), MLP([4]))


def rows_of(n=40, seed=0):
    rng = np.random.default_rng(seed)
    Z = rng.uniform(-2, 2, (n, 1))
    return Rows(Z, np.sin(2 * Z) + 0.1 * rng.normal(size=(n, 1)))


def crossed_of(rows, seed=0, sizes=SIZES, starts=2, likelihood=GAUSSIAN, steps=40):
    networks = tuple(one.network(1, 1) for one in sizes)
    trainer = by_evidence(likelihood, steps, Watch(0, False, None), None)
    return train_ensemble(
        networks, rows, Plan(sizes, 5, starts, steps, ""), likelihood, seed, trainer
    )


def bits(found):
    """Everything that was found, as bytes."""
    parts = [found.honest.value, found.honest.variance, found.one.member.theta]
    for one in found.ensemble.members:
        parts += [one.member.theta, one.member.ratio, np.float64(one.weight)]
    return b"".join(np.asarray(part).tobytes() for part in parts)


def test_a_row_has_no_say_in_its_own_honest_prediction(monkeypatch):
    """Rows are poisoned one at a time: what members of its fold say of it keeps every bit.

    One candidate, whose weight is 1, and no added starts: both compare folds, so all rows.
    """
    monkeypatch.setattr(crossed, "WAVES", 0)
    rows, sizes = rows_of(), SIZES[:1]
    plain = crossed_of(rows, sizes=sizes, starts=1)
    for i in (0, 7, 23):
        Y = rows.Y.copy()
        Y[i] += 1e3
        other = crossed_of(rows._replace(Y=Y), sizes=sizes, starts=1)
        assert np.array_equal(plain.honest.value[i], other.honest.value[i])
        assert np.array_equal(plain.honest.variance[i], other.honest.variance[i])
        seen = [one.member for one in other.ensemble.members if one.fold != plain.ensemble.fold[i]]
        assert all(member.spread > 10 * plain.one.member.spread for member in seen)


def test_honest_predictions_come_from_members_that_never_saw_the_row():
    """Put together by hand from members trained here: 1e-12."""
    rows = rows_of()
    found = crossed_of(rows)
    ensemble, shares = found.ensemble, np.zeros(2)
    for one in ensemble.members:
        shares[one.candidate] += one.weight
    np.testing.assert_allclose(shares.sum(), 1.0, rtol=1e-12)
    for i in range(0, 40, 7):
        fold = ensemble.fold[i]
        group = [one for one in ensemble.active if one.fold == fold]
        said = [ensemble.member_moments(one, rows.Z[i : i + 1]) for one in group]
        by_hand = mixed([one.weight for one in group], said)
        np.testing.assert_allclose(found.honest.value[i], by_hand.value[0], rtol=1e-12)
        np.testing.assert_allclose(found.honest.variance[i], by_hand.variance[0], rtol=1e-12)


def test_the_seed_decides_everything():
    rows = rows_of()
    first = bits(crossed_of(rows, seed=5))
    np.random.seed(1)
    np.random.random(100)
    assert bits(crossed_of(rows, seed=5)) == first
    assert bits(crossed_of(rows, seed=6)) != first


def test_global_random_state_is_left_alone():
    np.random.seed(3)
    before = np.random.get_state()
    crossed_of(rows_of(), starts=1)
    after = np.random.get_state()
    assert np.array_equal(before[1], after[1])
    assert before[2:] == after[2:]


def test_how_many_run_at_once_changes_no_bit(monkeypatch):
    rows = rows_of()
    found = set()
    for workers in (1, 2, 4, 8):
        monkeypatch.setattr(threads, "workers", lambda n=workers: n)
        found.add(bits(crossed_of(rows)))
    assert len(found) == 1


def test_jobs_come_back_in_order_whoever_ends_first(monkeypatch):
    monkeypatch.setattr(threads, "workers", lambda: 4)

    def call(i):
        time.sleep(0.002 * (3 - i % 4))
        return i

    assert threads.run_each(call, list(range(12))) == list(range(12))
    assert threads.run_each(call, []) == []
    with pytest.raises(ZeroDivisionError):
        threads.run_each(lambda i: 1 // i, [1, 0])


def test_an_unlucky_fold_gets_more_starts(monkeypatch):
    """One fold's first starts are sabotaged: the added ones bring it back to the others."""
    rows, sizes = rows_of(), SIZES[1:]
    usual = by_evidence(GAUSSIAN, 40, Watch(0, False, None), None)

    def sabotaged(network, seen, theta, number):
        fold_two_first = number in (2, 7)
        return usual(network, seen, 0 * theta if fold_two_first else theta, number)

    def run():
        networks = (sizes[0].network(1, 1),)
        chosen = Plan(sizes, 5, 2, 40, "")
        return train_ensemble(networks, rows, chosen, GAUSSIAN, 0, sabotaged)

    def best(found, fold):
        costs = [one.member.cost for one in found.ensemble.active if one.fold == fold]
        return max(costs)

    found = run()
    assert sum(one.fold == 2 for one in found.ensemble.members) > 2
    assert best(found, 2) < 4 * best(found, 1)
    monkeypatch.setattr(crossed, "WAVES", 0)
    assert best(run(), 2) > 4 * best(run(), 1)


def test_starts_that_found_a_worse_minimum_have_no_vote():
    found = crossed_of(rows_of(), starts=6).ensemble
    for candidate in (0, 1):
        for fold in range(5):
            group = [o for o in found.members if (o.candidate, o.fold) == (candidate, fold)]
            least = min(one.member.cost for one in group)
            votes = {one.weight for one in group if one.weight > 0}
            assert len(votes) == 1
            assert all((one.weight > 0) == (one.member.cost <= 4 * least) for one in group)


def test_moments_of_a_mixture():
    """Mean and variance of a sample drawn from two normals, two to one: 1 %."""
    parts = [Moments(np.array([0.0]), np.array([1.0])), Moments(np.array([3.0]), np.array([0.25]))]
    rng = np.random.default_rng(0)
    sample = np.where(
        rng.random(400_000) < 2 / 3, rng.normal(0, 1, 400_000), rng.normal(3, 0.5, 400_000)
    )
    found = mixed([2.0, 1.0], parts)
    np.testing.assert_allclose(found.value, sample.mean(), rtol=0.01)
    np.testing.assert_allclose(found.variance, sample.var(), rtol=0.01)


def test_value_is_the_mean_of_the_moments_in_blocks_too(monkeypatch):
    """1e-12; for probabilities, too."""
    new = np.linspace(-3, 3, 101)[:, None]
    rows = rows_of()
    binary = rows._replace(Y=(rows.Y > 0) * 1.0)
    for found in (crossed_of(rows), crossed_of(binary, likelihood=BERNOULLI)):
        whole = found.ensemble.moments(new)
        np.testing.assert_allclose(found.ensemble.value(new), whole.value, rtol=1e-12)
        monkeypatch.setattr("residua.networks.ensemble.CHUNK", 7)
        for a, b in zip(found.ensemble.moments(new), whole):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-15)
        monkeypatch.undo()


def test_factors_made_again_are_those_of_the_training():
    """What a file leaves out: 1e-8."""
    found = crossed_of(rows_of()).ensemble
    for one in found.active:
        stripped = one._replace(member=one.member._replace(lower=None))
        np.testing.assert_allclose(found.factor(stripped), found.factor(one), rtol=1e-8, atol=1e-10)
