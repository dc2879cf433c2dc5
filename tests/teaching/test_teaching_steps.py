"""The five steps: any model, exact derivatives, nothing changed behind one's back, clear errors."""

import subprocess
import sys

import numpy as np
import pytest

import residua.teaching as teach
from residua import DataError, ParameterError
from residua.autodiff.operators import derivative

Z = np.linspace(-4.0, 4.0, 40)  # even: zero, where some of them have a corner, is not among them
SIGMA = 1 / (1 + np.exp(-Z))
POSITIVE = np.where(Z > 0, 1.0, 0.0)
# The formulas that the table states, written down once more.
TRUTH = {
    "threshold": (POSITIVE, 0 * Z),
    "linear": (Z, 0 * Z + 1),
    "logistic": (SIGMA, SIGMA * (1 - SIGMA)),
    "tanh": (np.tanh(Z), 1 - np.tanh(Z) ** 2),
    "rectified linear": (np.maximum(Z, 0), POSITIVE),
    "leaky rectified linear": (np.where(Z > 0, Z, 0.1 * Z), np.where(Z > 0, 1, 0.1)),
    "exponential linear": (np.where(Z > 0, Z, np.exp(Z) - 1), np.where(Z > 0, 1, np.exp(Z))),
    "softplus": (np.log(1 + np.exp(Z)), SIGMA),
    "silu": (Z * SIGMA, SIGMA * (1 + Z * (1 - SIGMA))),
}


@pytest.mark.parametrize("name", teach.ACTIVATIONS)
def test_every_activation_is_its_formula(name):
    value, slope = TRUTH[name]
    function = teach.activation(name).function
    np.testing.assert_allclose(function(Z), value, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(derivative(function)(Z), slope, rtol=1e-12, atol=1e-14)


def test_activations_do_not_overflow_and_have_other_names():
    far = np.array([-1e4, 1e4])
    for row in teach.ACTIVATIONS.values():
        assert np.isfinite(row.function(far)).all()
    assert teach.activation("relu") is teach.ACTIVATIONS["rectified linear"]
    with pytest.raises(ParameterError, match='activation="logistic"'):
        teach.activation("logistics")


@pytest.mark.parametrize("name", sorted(set(teach.ACTIVATIONS) - {"threshold"}))
@pytest.mark.parametrize("output", ["linear", "logistic"])
def test_the_gradient_is_that_of_central_differences(name, output):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, 2)), rng.uniform(size=20)
    params = teach.random_start([2, 4, 3, 1], seed=1)
    theta, h = teach.flat(params), 1e-6

    def loss(values):
        return teach.loss(teach.shaped(values, params), x, y, name, output)

    moved = [(loss(theta + h * e) - loss(theta - h * e)) / (2 * h) for e in np.eye(theta.size)]
    found = teach.gradient(params, x, y, name, output)
    assert {key: value.shape for key, value in found.items()} == {
        key: value.shape for key, value in params.items()
    }
    np.testing.assert_allclose(teach.flat(found), moved, rtol=1e-5, atol=1e-9)


def test_a_network_predicts_what_a_loop_over_units_does():
    params = teach.random_start([2, 3, 1], seed=4)
    x = np.array([[0.3, -1.2], [2.0, 0.5]])
    for point, predicted in zip(x, teach.predict(params, x)):
        hidden = [
            np.tanh(sum(w * v for w, v in zip(row, point)) + b)
            for row, b in zip(params["W1"], params["b1"])
        ]
        by_hand = sum(w * v for w, v in zip(params["W2"][0], hidden)) + params["b2"][0]
        assert predicted == pytest.approx(by_hand, rel=1e-14)
    assert teach.predict(teach.random_start([2, 3, 2]), x).shape == (2, 2)


def test_several_predictors_are_fitted_to_least_squares():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    trace = teach.repeat({"weight": np.zeros(3), "bias": 0.0}, x, y, 0.2, 400)
    exact = np.linalg.lstsq(np.column_stack([x, np.ones(50)]), y, rcond=None)[0]
    np.testing.assert_allclose(trace.matrix[-1], exact, rtol=1e-9)
    assert trace.names == ["weight[0]", "weight[1]", "weight[2]", "bias"]


def test_the_hidden_layer_of_the_lesson_has_31_parameters_and_learns():
    x, y = teach.parabola_data()
    start = teach.random_start([1, 10, 1])
    names = teach.labels(start)
    assert len(names) == len(set(names)) == 31
    assert names[:2] == ["W1[0,0]", "W1[1,0]"] and names[-1] == "b2[0]"
    trace = teach.repeat(start, x, y, rate=0.05, steps=500, activation="relu")
    # The noise has a variance of 0.04/12; a constant has 0.09.
    assert 0.04 / 12 * 0.7 < trace.loss[-1] < 0.01


def test_exclusive_or_is_learned():
    x, y = teach.xor_data()
    trace = teach.repeat(teach.random_start([2, 3, 1], seed=1), x, y, 1.0, 3000, output="logistic")
    np.testing.assert_allclose(teach.predict(trace.params, x, output="logistic"), y, atol=0.05)


def test_the_trace_is_what_the_steps_give_one_at_a_time():
    x, y = teach.line_data()
    pace = lambda step: 0.01 / (1 + step)  # noqa: E731
    trace, now = teach.repeat(teach.LINE_START, x, y, pace, 3), dict(teach.LINE_START)
    frame = trace.to_frame()
    assert frame.index.tolist() == [0, 1, 2, 3] and frame.index.name == "step"
    for step in range(4):
        slope = teach.gradient(now, x, y)
        row = frame.loc[step]
        assert row["loss"] == trace.loss[step] == teach.loss(now, x, y)
        assert row["rate"] == 0.01 / (1 + step)
        assert (
            (row["weight"], row["bias"])
            == (now["weight"], now["bias"])
            == tuple(trace.matrix[step])
        )
        assert row["dloss/dbias"] == slope["bias"]
        assert row["gradient_norm"] == pytest.approx(np.hypot(*slope.values()), rel=1e-15)
        now = teach.update(now, slope, pace(step))
    assert teach.LINE_START == {"weight": -0.007486820220947266, "bias": 0.5364435911178589}


def test_a_rate_that_is_too_high_is_told_and_stops():
    x, y = teach.line_data()
    trace = teach.repeat(teach.LINE_START, x, y, 1.0, 1000)
    assert trace.diverged and len(trace.steps) < 1000
    assert not np.isfinite(trace.loss[-1]) and np.isfinite(trace.loss[:-1]).all()


def test_random_starts_are_their_seed():
    one, again, other = (teach.random_start([4, 9, 1], seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(teach.flat(one), teach.flat(again))
    assert (teach.flat(one) != teach.flat(other)).all()
    assert np.abs(one["W1"]).max() <= 0.5 and np.abs(one["W2"]).max() <= 1 / 3
    assert teach.sizes(one) == [4, 9, 1]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (
            lambda: teach.predict({"weight": 1.0, "bias": 0.0}, np.ones((4, 2))),
            DataError,
            "1 inputs",
        ),
        (lambda: teach.predict({"slope": 1.0}, [1.0]), ParameterError, "slope"),
        (lambda: teach.predict({}, [1.0]), ParameterError, "none"),
        (lambda: teach.loss(teach.LINE_START, [1.0, 2.0], [1.0]), DataError, "different lengths"),
        (lambda: teach.loss(teach.LINE_START, [1.0], [[1.0]]), DataError, "shape"),
        (lambda: teach.repeat(teach.LINE_START, [1.0], [1.0], steps=-1), ParameterError, "steps"),
        (lambda: teach.repeat(teach.LINE_START, [1.0], [1.0], steps=2.5), ParameterError, "steps"),
        (lambda: teach.random_start([3]), ParameterError, "no network"),
        (
            lambda: teach.repeat(teach.LINE_START, [1.0], [1.0], steps=1).at(2),
            ParameterError,
            "0 to 1",
        ),
    ],
)
def test_mistakes_are_named(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_teaching_starts_nothing_heavy_until_a_picture_is_drawn():
    code = """
import sys, residua.teaching as teach
teach.repeat(teach.LINE_START, *teach.line_data(), steps=5)
print([m for m in ("jax", "scipy", "matplotlib", "pandas", "torch", "sklearn") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_number_is_a_plain_float():
    x, y = teach.line_data()
    slope = teach.gradient(teach.LINE_START, x, y)
    found = [teach.loss(teach.LINE_START, x, y), *slope.values()]
    found += teach.update({"weight": np.float64(0.5), "bias": np.array(1.0)}, slope, 0.1).values()
    found += teach.repeat(teach.LINE_START, x, y, steps=2).params.values()
    assert {type(value) for value in found} == {float}
