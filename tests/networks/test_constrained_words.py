"""How constraints are written: by name, in user units, and what cannot be asked together."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from residua._errors import ModelError
from residua.networks.activations import ACTIVATIONS
from residua.networks.mlp import MLP, Dense
from residua.networks.physics.contradictions import CONVEX, RISING
from residua.networks.physics.wrapped import arrays
from residua.networks.scaling import Scaling, identity, standard

SCALING = Scaling(np.array([10.0, -2.0]), np.array([2.0, 0.5]), np.array([7.0]), np.array([3.0]))
NAMES = ("time", "angle")

CONTRADICTIONS = [
    (dict(monotone=1, period=2.0), "monotone and periodic"),
    (dict(monotone={"x": 1}, period={"x": 2.0}), "monotone and periodic"),
    (dict(monotone=1, symmetry="even"), "turns its direction"),
    (dict(monotone={0: -1}, symmetry={0: "even"}), "turns its direction"),
    (dict(monotone={0: -1}, symmetry={1: "odd"}), "turns its direction"),
    (dict(convex=True, period=1.0), "convex .* and periodic"),
    (dict(convex=True, period={"x": 1.0}), "convex .* and periodic"),
    (dict(convex=-1, symmetry="odd"), "and odd"),
    (dict(positive=True, symmetry="odd"), "positive and odd"),
    (dict(positive=True, symmetry={"x": "odd"}), "positive and odd"),
    (dict(positive=True, convex=-1), "positive and concave"),
    (dict(positive=True, output="logistic"), "probability"),
    (dict(convex=True, output="logistic"), "probability"),
    (dict(monotone=1, activation="silu"), "monotone network cannot be built of .*'silu'"),
    (dict(convex=True, activation="tanh"), "convex network cannot be built of .*'tanh'"),
]
UNREADABLE = [
    (dict(monotone=2), "monotone is 2"),
    (dict(monotone="up"), "monotone is 'up'"),
    (dict(convex=3), "convex is 3"),
    (dict(period=-1.0), "a period is -1.0"),
    (dict(period=np.inf), "a period is inf"),
    (dict(symmetry="evn"), "symmetry is 'evn'"),
]


@pytest.mark.parametrize(("words", "match"), CONTRADICTIONS + UNREADABLE)
def test_what_cannot_be_is_refused_when_it_is_written(words, match):
    with pytest.raises(ModelError, match=match) as caught:
        MLP([4], **words)
    assert caught.value.next


@pytest.mark.parametrize(
    "words",
    [
        dict(monotone={0: 1}, period={1: 2.0}),
        dict(monotone={0: 1}, symmetry={1: "even"}),
        dict(monotone={0: 1}, symmetry={0: "odd"}),
        dict(monotone=1, symmetry="odd"),
        dict(monotone=1, convex=-1),
        dict(monotone=-1, output="logistic"),
        dict(positive=True, convex=True, monotone=1),
    ],
    ids=repr,
)
def test_what_can_be_is_not_refused(words):
    architecture, _ = MLP([4], **words).prepared(NAMES, SCALING)
    assert architecture.network(2, 1).inputs == 2


def test_a_contradiction_by_name_and_number_is_found_when_the_columns_are_known():
    architecture = MLP([4], monotone={"angle": 1}, period={1: 360.0})
    with pytest.raises(ModelError, match="monotone and periodic"):
        architecture.prepared(NAMES, SCALING)
    with pytest.raises(ModelError, match="two things of one input"):
        MLP([4], monotone={"angle": 1, 1: 1}).prepared(NAMES, SCALING)


def test_a_name_that_is_no_column_is_told_with_a_near_one():
    with pytest.raises(ModelError, match="monotone names 'angel'") as caught:
        MLP([4], monotone={"angel": 1}).prepared(NAMES, SCALING)
    assert "'angle'" in caught.value.next and "'time', 'angle'" in caught.value.causes[0]
    with pytest.raises(ModelError, match="period names 2"):
        MLP([4], period={2: 1.0}).network(2, 1)


def test_an_architecture_without_constraints_is_left_as_it_is():
    plain = MLP([4])
    assert plain.prepared(NAMES, SCALING) == (plain, SCALING)
    assert type(plain.network(2, 1)) is Dense


def test_the_scaling_that_symmetry_and_positivity_need():
    _, even = MLP([4], symmetry="even").prepared(NAMES, SCALING)
    np.testing.assert_array_equal(even.x_mean, 0)
    np.testing.assert_allclose(even.x_scale, np.sqrt([104.0, 4.25]), rtol=1e-15)
    assert even.y_mean[0] == 7 and even.y_scale[0] == 3
    _, odd = MLP([4], symmetry={"angle": "odd"}).prepared(NAMES, SCALING)
    np.testing.assert_allclose(odd.x_mean, [10, 0])
    assert odd.y_mean[0] == 0 and odd.y_scale[0] == pytest.approx(np.sqrt(58), rel=1e-15)
    _, positive = MLP([4], positive=True).prepared(NAMES, SCALING)
    np.testing.assert_array_equal(positive.x_mean, SCALING.x_mean)
    assert positive.y_mean[0] == 0 and positive.y_scale[0] == 3


def test_a_period_is_counted_from_zero_in_user_units():
    architecture, scaling = MLP([], period={"angle": 360.0}).prepared(NAMES, SCALING)
    X = np.array([[12.0, 40.0], [8.0, -100.0]])
    features = architecture.network(2, 1).features(scaling.to_z(X))
    angle = np.deg2rad(X[:, 1])
    expected = [(X[:, 0] - 10) / 2, np.sqrt(2) * np.sin(angle), np.sqrt(2) * np.cos(angle)]
    np.testing.assert_allclose(features, np.transpose(expected), rtol=0, atol=1e-13)


def test_a_start_of_a_positive_network_lies_at_the_mean_of_y():
    network = MLP([], positive=True).prepared(NAMES, SCALING)[0].network(2, 1)
    value = network.value(np.zeros(network.size), np.zeros((1, 2)))
    assert 3 * value[0, 0] == pytest.approx(7, rel=1e-14)


def test_standard_scaling_of_data():
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(3, 2, 500), np.full(500, 0.1)])
    y = rng.normal(size=(500, 2))
    scaling = standard(x, y)
    np.testing.assert_allclose(scaling.to_z(x)[:, 0].std(), 1, rtol=1e-13)
    np.testing.assert_allclose(scaling.x_scale[1], 1)
    np.testing.assert_allclose(scaling.to_x(scaling.to_z(x)), x, rtol=1e-13)
    np.testing.assert_allclose(scaling.from_Y(scaling.to_Y(y)), y, rtol=1e-12, atol=1e-14)
    twice = standard(np.concatenate([x, x[:200]]), np.concatenate([y, y[:200]]))
    weight = np.where(np.arange(500) < 200, 2.0, 1.0)
    for one, other in zip(twice, standard(x, y, weight), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "words",
    [dict(monotone={"time": 1}, period={"angle": 360.0}), dict(symmetry="even", positive=True)],
    ids=repr,
)
def test_a_bound_architecture_survives_json(words):
    architecture, _ = MLP([4], **words).prepared(NAMES, SCALING)
    stored = {entry.name: getattr(architecture, entry.name) for entry in fields(architecture)}
    again = MLP(**json.loads(json.dumps(stored)))
    assert again == architecture and hash(again) == hash(architecture)
    theta = architecture.network(2, 1).draw(np.random.default_rng(0))
    Z = np.random.default_rng(1).normal(size=(5, 2))
    values = [one.network(2, 1).value(theta, Z) for one in (architecture, again)]
    np.testing.assert_array_equal(*values)
    assert replace(architecture, hidden=[7]).bound == architecture.bound


def test_an_activation_that_is_tried_must_keep_the_constraints():
    assert MLP(monotone=1).sized((5,), "silu").activation == "tanh"
    assert MLP(monotone=1).sized((5,), "elu").activation == "elu"
    assert MLP(convex=True).sized((5,), "silu").activation == "softplus"
    assert MLP(period=1.0).sized((5,), "silu").activation == "silu"


def test_which_activations_rise_and_bend_one_way():
    """The two lists, found again from the table's own slopes."""
    h = np.linspace(-8, 8, 4001)
    slopes = {name: row.slope(np, h, row.value(np, h)) + 0 * h for name, row in ACTIVATIONS.items()}
    assert set(RISING) == {name for name, s in slopes.items() if (s >= 0).all()}
    rising = {name: slopes[name] for name in RISING}
    assert set(CONVEX) == {n for n, s in rising.items() if (np.diff(s) >= -1e-15).all()}


def test_parameters_as_the_equation_has_them():
    network = MLP([3], monotone=-1).network(1, 1)
    theta = network.draw(np.random.default_rng(0))
    found = arrays(network, theta)
    assert list(found) == ["W1", "b1", "W2", "b2"]
    x = np.array([0.3])
    by_hand = found["W2"] @ np.tanh(found["W1"] @ x + found["b1"]) + found["b2"]
    np.testing.assert_allclose(network.value(theta, x[None])[0], by_hand, rtol=1e-14)
    assert (found["W2"] @ found["W1"] < 0).all()
    odd = MLP([3], symmetry="odd").network(1, 2)
    assert (arrays(odd, odd.draw(np.random.default_rng(0)))["b2"] == np.zeros(2)).all()


def test_identity_changes_nothing():
    x = np.array([[1.0, -2.0]])
    assert (identity(2, 1).to_z(x) == x).all() and (identity(2, 2).from_Y(x) == x).all()
