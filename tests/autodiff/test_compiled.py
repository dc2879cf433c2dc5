"""The store of compiled programs, precision kept to the call, jax.numpy models, and refusals."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special

from residua._errors import NotDifferentiable, ParameterError
from residua.autodiff import compiled, eager
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import double_precision

X = np.linspace(0.1, 2.0, 7)
P = np.array([1.3, 0.7])
GAIN = 2.0


@pytest.fixture(autouse=True)
def empty_store() -> None:
    compiled.clear()


def agrees(function: Any, *args: Any) -> None:
    value, tangents = compiled.jacobian(function, P, *args)
    expected, jacobian = eager.jacobian(function, P, *args)
    np.testing.assert_allclose(value, expected, rtol=1e-13)
    np.testing.assert_allclose(tangents, jacobian, rtol=1e-12, atol=1e-14)


def test_models_that_share_their_bytecode_are_kept_apart() -> None:
    two, three = (lambda p, x: 2 * p[0] * x), (lambda p, x: 3 * p[0] * x)
    np.testing.assert_array_equal(compiled.jacobian(two, P, X)[1][0], 2 * X)
    np.testing.assert_array_equal(compiled.jacobian(three, P, X)[1][0], 3 * X)


def test_a_changed_global_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def model(p: Any, x: Any) -> Any:
        return GAIN * p[0] * x

    np.testing.assert_array_equal(compiled.jacobian(model, P, X)[1][0], 2.0 * X)
    monkeypatch.setitem(globals(), "GAIN", 5.0)
    np.testing.assert_array_equal(compiled.jacobian(model, P, X)[1][0], 5.0 * X)
    # A shape not seen before makes the first program trace again, while GAIN has yet another value.
    monkeypatch.setitem(globals(), "GAIN", 2.0)
    np.testing.assert_array_equal(compiled.jacobian(model, P, X[:3])[1][0], 2.0 * X[:3])


def test_a_program_is_traced_once_per_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counting(function: Any) -> Any:
        lowered = lower(function)
        return lambda *args: (calls.append(1), lowered(*args))[1]

    def make() -> Any:
        return lambda p, x: p[0] * np.exp(p[1] * x)

    monkeypatch.setattr(compiled, "lower", counting)
    for k in range(3):
        compiled.jacobian(make(), P + k, X + k)
    assert len(calls) == 1
    compiled.jacobian(make(), P, X[:4])
    assert len(calls) == 2


def test_functions_of_unknown_identity_are_followed_without_being_kept() -> None:
    rng = np.random.default_rng(0)

    def model(p: Any, x: Any) -> Any:
        return p[0] * x + rng.normal()

    first, tangents = compiled.jacobian(model, P, X)
    second, _ = compiled.jacobian(model, P, X)
    assert not compiled._PROGRAMS
    assert np.all(first != second)
    np.testing.assert_array_equal(tangents[0], X)


def test_the_store_is_bounded() -> None:
    for k in range(compiled.MAX_PROGRAMS + 3):
        compiled._program(lambda p, k=k: k * p, k, [], jax.tree_util.tree_structure(()), ())
    assert len(compiled._PROGRAMS) == compiled.MAX_PROGRAMS


def test_static_and_nested_arguments() -> None:
    def model(p: Any, degree: int, kind: str, data: Any) -> Any:
        base = data["x"] if kind == "plain" else np.log(data["x"])
        return sum(p[0] * base**k for k in range(degree)) + data["more"][1]

    data = {"x": X, "more": [1.0, 2.5]}
    agrees(model, 2, "plain", data)
    agrees(model, 3, "plain", data)
    agrees(model, 3, "log", data)


def test_one_and_true_are_different_arguments() -> None:
    def model(p: Any, flag: Any) -> Any:
        return p * (3.0 if flag is True else 2.0)

    np.testing.assert_array_equal(compiled.jacobian(model, P, 1)[0], 2 * P)
    np.testing.assert_array_equal(compiled.jacobian(model, P, True)[0], 3 * P)


def test_the_users_precision_is_left_alone() -> None:
    assert jnp.ones(1).dtype == np.float32
    value, _ = compiled.jacobian(lambda p, x: p[0] * np.exp(p[1] * x), P, X)
    assert value.dtype == np.float64
    assert jnp.ones(1).dtype == np.float32
    with pytest.raises(NotDifferentiable):
        compiled.jacobian(lambda p, x: math.exp(p[0]) * x, P, X)
    assert jnp.ones(1).dtype == np.float32
    assert np.array([1.0]).dtype == np.float64 and type(np.zeros(2)) is np.ndarray


def test_narrow_data_are_computed_in_doubles() -> None:
    def model(p: Any, x: Any) -> Any:
        return p[0] / 3 * x**2

    value, _ = compiled.jacobian(model, P, X.astype(np.float32))
    x = X.astype(np.float32).astype(float)
    np.testing.assert_allclose(value, P[0] / 3 * x**2, rtol=1e-15)
    value, _ = compiled.jacobian(lambda p, n: p[0] * n / 2, P, np.arange(3, dtype=np.int16))
    np.testing.assert_allclose(value, P[0] * np.arange(3) / 2, rtol=1e-15)


def test_jax_numpy_models_get_bare_arrays() -> None:
    seen = []

    def model(p: Any, x: Any) -> Any:
        seen.append(isinstance(p, jax.Array) and isinstance(x, jax.Array))
        return p[0] * jnp.exp(-p[1] * x) * np.pi

    def scanned(p: Any, x: Any) -> Any:
        return jax.lax.scan(lambda c, t: (c * p[1], c * t), p[0], x)[1]

    value, tangents = compiled.jacobian(model, P, X)
    assert all(seen)
    np.testing.assert_allclose(value, np.pi * P[0] * np.exp(-P[1] * X), rtol=1e-14)
    np.testing.assert_allclose(tangents[1], -X * value, rtol=1e-14)
    value, tangents = compiled.jacobian(scanned, P, X)
    np.testing.assert_allclose(value, P[0] * P[1] ** np.arange(7) * X, rtol=1e-14)
    np.testing.assert_allclose(tangents[0], value / P[0], rtol=1e-14)


def test_models_that_mix_numpy_and_jax() -> None:
    def model(p: Any, x: Any) -> Any:
        return p[0] * jnp.tanh(x) + np.sin(p[1] * x)

    def writing(p: Any, x: Any) -> Any:
        out = p[0] * jnp.tanh(x) + 0.0
        x[0] = p[1]
        return x * p[0] + 0 * out

    value, tangents = compiled.jacobian(model, P, X)
    np.testing.assert_allclose(value, P[0] * np.tanh(X) + np.sin(P[1] * X), rtol=1e-14)
    np.testing.assert_allclose(tangents, [np.tanh(X), X * np.cos(P[1] * X)], rtol=1e-13)
    value, _ = compiled.jacobian(writing, P, X)
    np.testing.assert_allclose(value, P[0] * np.concatenate([P[1:], X[1:]]), rtol=1e-14)


def test_lowered_functions_compose_with_jax() -> None:
    @lower
    def model(p: Any, x: Any) -> Any:
        return np.sum(p[0] * np.sin(p[1] * x) + special.j0(p[0] * x))

    expected = np.array([np.sum(p * np.sin(P[1] * X) + special.j0(p * X)) for p in X])
    with double_precision():
        many = jnp.stack([jnp.asarray(X), jnp.full(7, P[1])], axis=1)
        batch = jax.jit(jax.vmap(model, (0, None)))(many, X)
        gradient = jax.grad(model)(jnp.asarray(P), X)
        hessian = np.asarray(jax.jit(jax.hessian(model))(jnp.asarray(P), X))
        stepped = jax.jit(
            lambda p: jax.lax.while_loop(
                lambda s: s[1] < 5,
                lambda s: (s[0] - 1e-3 * jax.grad(model)(s[0], X), s[1] + 1),
                (p, 0),
            )[0]
        )(jnp.asarray(P))
    np.testing.assert_allclose(batch, expected, rtol=1e-13)
    _, tangents = eager.jacobian(_plain, P, X)
    np.testing.assert_allclose(gradient, tangents, rtol=1e-12)
    np.testing.assert_allclose(hessian, hessian.T, rtol=1e-12)
    p = P
    for _ in range(5):
        p = p - 1e-3 * eager.jacobian(_plain, p, X)[1]
    np.testing.assert_allclose(stepped, p, rtol=1e-12)


def _plain(p: Any, x: Any) -> Any:
    return np.sum(p[0] * np.sin(p[1] * x) + special.j0(p[0] * x))


class Both(NamedTuple):
    energy: Any
    forces: Any


def test_named_answers_keep_their_names() -> None:
    value, tangents = compiled.jacobian(lambda p, x: Both(np.sum(p), {"f": p[0] * x}), P, X)
    assert isinstance(value, Both) and isinstance(value.forces["f"], np.ndarray)
    np.testing.assert_array_equal(tangents.energy, [1.0, 1.0])
    np.testing.assert_allclose(tangents.forces["f"], [X, 0 * X])


def branching(p: Any, x: Any) -> Any:
    return p[0] * x if p[0] > 0 else x


def looping(p: Any, x: Any) -> Any:
    while np.max(x) > 1:
        x = x * p[0]
    return x


def through_math(p: Any, x: Any) -> Any:
    return math.exp(p[0]) * x


def through_float(p: Any, x: Any) -> Any:
    return float(p[0]) * x


def through_index(p: Any, x: Any) -> Any:
    return X[p[0]] * x


def through_range(p: Any, x: Any) -> Any:
    return sum(x for _ in range(p[0]))


def counted_mask(p: Any, x: Any) -> Any:
    return x[x > p[0]]


def length_of_mask(p: Any, x: Any) -> Any:
    return x * len(x[x > p[0]])


def outside_mask(p: Any, x: Any) -> Any:
    return X[x > p[0]]


def where_indices(p: Any, x: Any) -> Any:
    return np.where(x > p[0])[0]


def order_of_bessel(p: Any, x: Any) -> Any:
    return special.jv(p[0], x)


def without_a_row(p: Any, x: Any) -> Any:
    return special.pdtr(p[0], x)


def bare_jax_branch(p: Any, x: Any) -> Any:
    return jnp.sin(p[0]) if p[0] > 0 else x


@pytest.mark.parametrize(
    "model",
    [
        branching,
        looping,
        through_math,
        through_float,
        through_index,
        through_range,
        counted_mask,
        length_of_mask,
        outside_mask,
        where_indices,
        order_of_bessel,
        without_a_row,
        bare_jax_branch,
    ],
)
def test_what_cannot_be_followed_is_refused_with_advice(model: Any) -> None:
    with pytest.raises(NotDifferentiable) as caught:
        compiled.jacobian(model, P, X)
    assert caught.value.causes and caught.value.next


def test_theta_is_one_vector_of_any_length() -> None:
    with pytest.raises(ParameterError, match="one vector"):
        compiled.jacobian(lambda p: p, np.eye(2))
    value, tangents = compiled.jacobian(lambda p: p**2, 3.0)
    assert value.tolist() == [9.0] and tangents.tolist() == [[6.0]]
    value, tangents = compiled.jacobian(lambda p, x: x + np.sum(p), [], X)
    np.testing.assert_array_equal(value, X)
    assert tangents.shape == (0, 7)


def test_an_index_out_of_bounds_is_an_error_not_the_last_entry() -> None:
    with pytest.raises(IndexError, match="out of bounds"):
        compiled.jacobian(lambda p, x: p[2] * x, P, X)


def test_importing_the_fingerprint_does_not_import_jax() -> None:
    code = "import sys, residua.autodiff.fingerprint; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
