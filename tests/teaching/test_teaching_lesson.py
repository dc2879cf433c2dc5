"""The lesson's own numbers (source S10), and the same by torch, scikit-learn and algebra."""

import numpy as np
import pytest

import residua as rs
import residua.teaching as teach

X, Y = teach.line_data()
START = teach.LINE_START
# To the digits that the source prints.
FIRST = {
    "start": ("-0.0075", "0.5364"),
    "loss": "4.7714",
    "gradient": ("-13.9623", "-4.2524"),
    "after one": ("0.1321", "0.5790"),
    "loss after one": "2.8808",
    "after 1000": ("0.5280", "1.0080"),
}


def printed(params):
    return tuple(f"{float(params[name]):.4f}" for name in ("weight", "bias"))


def test_the_numbers_of_the_lesson_one_step_at_a_time():
    assert printed(START) == FIRST["start"]
    assert f"{teach.loss(START, X, Y):.4f}" == FIRST["loss"]
    slope = teach.gradient(START, X, Y)
    assert printed(slope) == FIRST["gradient"]
    new = teach.update(START, slope, rate=0.01)
    assert printed(new) == FIRST["after one"]
    assert f"{teach.loss(new, X, Y):.4f}" == FIRST["loss after one"]
    assert printed(teach.repeat(START, X, Y, rate=0.01, steps=1000).params) == FIRST["after 1000"]


def test_one_call_gives_the_exact_line():
    fit = rs.fit("weight*x + bias", X, Y)
    np.testing.assert_allclose(
        [fit.params["weight"], fit.params["bias"]], np.polyfit(X, Y, 1), 1e-12
    )
    # The source's 0.50377744, 1.0885315 are single precision: seven digits of it are true.
    np.testing.assert_allclose(list(fit.params.values()), [0.50377744, 1.0885315], rtol=2e-7)


def test_the_digits_of_the_source_are_those_of_single_precision():
    linear_model = pytest.importorskip("sklearn.linear_model")
    line = linear_model.LinearRegression().fit(X[:, np.newaxis].astype(np.float32), Y)
    assert (str(line.coef_[0]), str(line.intercept_)) == ("0.50377744", "1.0885315")


def test_the_data_are_those_of_the_legacy_generator_and_leave_the_global_one_alone():
    before = np.random.get_state()[1].copy()
    again = teach.line_data()
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    rng = np.random.RandomState(0)
    x = rng.uniform(0, 5, 10).astype(np.float32)
    np.testing.assert_array_equal(again[0], x)
    np.testing.assert_array_equal(again[1], 0.5 * (x + rng.normal(0, 0.5, 10)) + 1)


def test_a_thousand_steps_are_the_power_of_one_matrix():
    """θ_k - θ* = (I - rate H)^k (θ_0 - θ*) for a quadratic loss."""
    A = np.column_stack([X, np.ones(10)])
    H = 2 * A.T @ A / 10
    best = np.linalg.lstsq(A, Y, rcond=None)[0]
    shrink = np.linalg.matrix_power(np.eye(2) - 0.01 * H, 1000)
    expected = best + shrink @ (teach.flat(START) - best)
    trace = teach.repeat(START, X, Y, 0.01, 1000)
    np.testing.assert_allclose(trace.matrix[-1], expected, rtol=1e-12)
    np.testing.assert_allclose(teach.hessian(START, X, Y), H, rtol=1e-14)


@pytest.mark.parametrize(("share", "settles"), [(0.98, True), (1.02, False)])
def test_the_stable_limit_is_where_descent_turns_to_flight(share, settles):
    limit = teach.stable_limit(START, X, Y)
    H = 2 * np.array([[X @ X, X.sum()], [X.sum(), 10.0]]) / 10
    assert limit == pytest.approx(2 / np.linalg.eigvalsh(H)[-1], rel=1e-13)
    trace = teach.repeat(START, X, Y, share * limit, 500)
    assert trace.diverged is not settles
    assert bool(trace.loss[-1] < 0.05) is settles


def test_the_start_is_a_linear_layer_of_torch():
    torch = pytest.importorskip("torch")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = torch.nn.Linear(1, 1)
    assert START == {"weight": layer.weight.item(), "bias": layer.bias.item()}


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("tanh", "Tanh"),
        ("logistic", "Sigmoid"),
        ("rectified linear", "ReLU"),
        ("exponential linear", "ELU"),
        ("softplus", "Softplus"),
        ("silu", "SiLU"),
        ("linear", "Identity"),
    ],
)
def test_a_deep_network_trains_as_in_torch(name, theirs):
    """Loss and all parameters after 20 steps of plain SGD, in double precision."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    params = teach.random_start([3, 5, 4, 2], seed=2)
    nn, act = torch.nn, getattr(torch.nn, theirs)
    net = nn.Sequential(nn.Linear(3, 5), act(), nn.Linear(5, 4), act(), nn.Linear(4, 2)).double()
    with torch.no_grad():
        for held, mine in zip(net.parameters(), params.values()):
            held.copy_(torch.from_numpy(mine))
    sgd = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(20):
        sgd.zero_grad()
        nn.functional.mse_loss(net(torch.from_numpy(x)), torch.from_numpy(y)).backward()
        sgd.step()
    trace = teach.repeat(params, x, y, 0.1, 20, activation=name)
    for held, mine in zip(net.parameters(), trace.params.values()):
        np.testing.assert_allclose(mine, held.detach().numpy(), rtol=1e-10, atol=1e-13)
