"""residua.autograd on plain NumPy beside HIPS autograd on its own NumPy, call by call."""

from __future__ import annotations

from typing import Any

import autograd as hips
import autograd.numpy as anp
import numpy as np
import pytest

import residua.autograd as ours
from residua._errors import ModelError

RNG = np.random.default_rng(7)
V = RNG.normal(size=4)
W = RNG.normal(size=4)
A = RNG.normal(size=(3, 4))
RTOL = 1e-12


def same(found: Any, expected: Any) -> None:
    """Equal to 12 digits, containers entry by entry."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            same(found[key], expected[key])
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected) and isinstance(found, (list, tuple))
        for a, b in zip(found, expected):
            same(a, b)
    else:
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=RTOL, atol=1e-14)


# Each function is written once, for either NumPy: (name, function of the module, arguments).
SCALAR = {
    "sum of sines": (lambda np: lambda x: np.sum(np.sin(x) * x), (V,)),
    "quadratic form": (lambda np: lambda x, y: np.dot(x, np.dot(A.T @ A, y)), (V, W)),
    "log sum exp": (lambda np: lambda x: np.log(np.sum(np.exp(x))), (V,)),
    "norm of a matrix": (lambda np: lambda x: np.sqrt(np.sum(x**2)), (A,)),
    "determinant": (lambda np: lambda x: np.linalg.det(np.dot(x, x.T)), (A,)),
    "a branch": (lambda np: lambda x: x**2 if x > 1 else x**3, (1.5,)),
    "a loop": (lambda np: lambda x: sum(x**k / (k + 1) for k in range(5)), (0.7,)),
    "where and maximum": (
        lambda np: lambda x: np.sum(np.where(x > 0, x**2, np.maximum(x, -0.5))),
        (V,),
    ),
    "a scalar power": (lambda np: lambda x, y: x**y, (1.3, 2.4)),
    "concatenation": (
        lambda np: lambda x, y: np.sum(np.concatenate([x * 2, y]) ** 3),
        (V, W),
    ),
}
VECTOR = {
    "tanh network": (lambda np: lambda x: np.tanh(np.dot(A, x) + 0.3), (V,)),
    "outer product": (lambda np: lambda x, y: np.outer(x, y) * 2.0, (V, W)),
    "cumulative sum": (lambda np: lambda x: np.cumsum(x**2), (V,)),
    "of a number": (lambda np: lambda x: np.array([np.sin(x), x**2]), (0.4,)),
    "of a matrix": (lambda np: lambda x: np.sum(x**3, axis=0), (A,)),
}


def pair(case: Any) -> tuple[Any, Any, tuple[Any, ...]]:
    make, args = case
    return make(np), make(anp), args


@pytest.mark.parametrize("name", SCALAR)
def test_gradients(name: str) -> None:
    plain, theirs, args = pair(SCALAR[name])
    for argnum in range(len(args)):
        same(ours.grad(plain, argnum)(*args), hips.grad(theirs, argnum)(*args))
        found = ours.value_and_grad(plain, argnum)(*args)
        same(found, hips.value_and_grad(theirs, argnum)(*args))
    everything = tuple(range(len(args)))
    same(ours.grad(plain, everything)(*args), hips.grad(theirs, everything)(*args))


@pytest.mark.filterwarnings(
    "ignore:Output seems independent:UserWarning"
)  # HIPS, of bilinear forms
@pytest.mark.parametrize("name", ["quadratic form", "log sum exp", "a branch", "norm of a matrix"])
def test_second_derivatives(name: str) -> None:
    plain, theirs, args = pair(SCALAR[name])
    same(ours.hessian(plain)(*args), hips.hessian(theirs)(*args))
    direction = np.ones(np.shape(args[0])) * 0.7
    expected = hips.hessian_vector_product(theirs)(*args, direction)
    same(ours.hessian_vector_product(plain)(*args, direction), expected)
    times, slope = ours.make_hvp(plain)(*args)
    their_times, their_slope = hips.make_hvp(theirs)(*args)
    same(times(direction), their_times(direction))
    same(slope, their_slope)


@pytest.mark.parametrize("name", VECTOR)
def test_jacobians_and_products(name: str) -> None:
    plain, theirs, args = pair(VECTOR[name])
    for argnum in range(len(args)):
        same(ours.jacobian(plain, argnum)(*args), hips.jacobian(theirs, argnum)(*args))
        push = np.cos(np.arange(np.size(args[argnum]))).reshape(np.shape(args[argnum]))
        same(
            ours.make_jvp(plain, argnum)(*args)(push),
            hips.make_jvp(theirs, argnum)(*args)(push),
        )
        same(ours.deriv(plain, argnum)(*args), hips.deriv(theirs, argnum)(*args))
        back, value = ours.make_vjp(plain, argnum)(*args)
        their_back, their_value = hips.make_vjp(theirs, argnum)(*args)
        same(value, their_value)
        pull = np.sin(1.0 + np.arange(np.size(value))).reshape(np.shape(value))
        same(back(pull), their_back(pull))
        same(
            ours.vector_jacobian_product(plain, argnum)(*args, pull),
            hips.vector_jacobian_product(theirs, argnum)(*args, pull),
        )
        same(
            ours.elementwise_grad(plain, argnum)(*args),
            hips.elementwise_grad(theirs, argnum)(*args),
        )


def test_gauss_newton_products() -> None:
    plain, theirs, args = pair(VECTOR["tanh network"])
    same(ours.make_ggnvp(plain)(*args)(W), hips.make_ggnvp(theirs)(*args)(W))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_elementwise_gradients_of_each_other(depth: int) -> None:
    """The tutorial's picture: tanh and its derivatives over a grid."""
    mine, theirs = np.tanh, anp.tanh
    for _ in range(depth):
        mine, theirs = ours.elementwise_grad(mine), hips.elementwise_grad(theirs)
    x = np.linspace(-3, 3, 21)
    np.testing.assert_allclose(mine(x), theirs(x), rtol=1e-11, atol=1e-13)


def test_elementwise_gradients_sum_columns_inside_a_followed_function() -> None:
    """Also of a function that mixes entries, where rows and columns have different sums."""

    def outer(np_: Any, library: Any) -> Any:
        inner = library.elementwise_grad(lambda y: np_.dot(A, y) ** 2)
        return lambda x: np_.sum(inner(x) * x)

    same(ours.grad(outer(np, ours))(V), hips.grad(outer(anp, hips))(V))
    same(ours.elementwise_grad(np.cumsum)(V), hips.elementwise_grad(anp.cumsum)(V))


def test_arguments_that_are_lists_and_dicts() -> None:
    params = [(A, V[:3]), {"scale": 2.0, "shift": [0.5, 1.5]}]

    def loss(np_: Any) -> Any:
        def value(p: Any, x: Any) -> Any:
            (weights, bias), more = p
            hidden = np_.tanh(np_.dot(weights, x) + bias)
            return more["scale"] * np_.sum(hidden) + more["shift"][0] * more["shift"][1]

        return value

    same(ours.grad(loss(np))(params, W), hips.grad(loss(anp))(params, W))
    assert isinstance(ours.grad(loss(np))(params, W)[1]["shift"], list)


def test_gradients_by_name() -> None:
    def f(np_: Any) -> Any:
        return lambda x, rate: np_.sum(np_.exp(-rate * x))

    same(ours.grad_named(f(np), "rate")(V, 2.0), hips.grad_named(f(anp), "rate")(V, 2.0))
    # HIPS' own needs a module that Python 3.11 no longer runs with; by hand:
    found = ours.multigrad_dict(f(np))(V, 2.0)
    same(found, {"x": hips.grad(f(anp))(V, 2.0), "rate": hips.grad(f(anp), 1)(V, 2.0)})


def test_gradient_and_the_rest() -> None:
    def f(np_: Any) -> Any:
        return lambda x: (np_.sum(x**3), x * 2)

    same(ours.grad_and_aux(f(np))(V), hips.grad_and_aux(f(anp))(V))


def test_checkpoints_change_no_number() -> None:
    def step(np_: Any) -> Any:
        return lambda x, a: np_.tanh(x * a) + x

    def f(np_: Any, library: Any) -> Any:
        inner = library.checkpoint(step(np_))
        return lambda x: np_.sum(inner(inner(x, 0.5), 2.0))

    same(ours.grad(f(np, ours))(V), hips.grad(f(anp, hips))(V))
    many = RNG.normal(size=600)  # in reverse mode, through JAX
    same(ours.grad(f(np, ours))(many), hips.grad(f(anp, hips))(many))
    same(ours.checkpoint(step(np))(V, 2.0), step(np)(V, 2.0))


def test_checkpoints_are_in_the_program() -> None:
    import jax

    from residua.autodiff.lowering import lower

    inner = ours.checkpoint(lambda x: np.sin(x) * x)
    program = jax.make_jaxpr(lower(lambda x: np.sum(inner(x))))(V)
    assert "remat" in str(program) or "checkpoint" in str(program)


def test_holomorphic_gradients() -> None:
    z = 0.3 + 0.8j
    same(ours.holomorphic_grad(lambda z: z**3)(z), hips.holomorphic_grad(lambda z: z**3)(z))
    zs = V + 1j * W
    same(
        ours.holomorphic_grad(lambda z: np.sum(np.exp(z) * z))(zs),
        hips.holomorphic_grad(lambda z: anp.sum(anp.exp(z) * z))(zs),
    )
    with pytest.raises(ModelError, match="not holomorphic"):
        ours.holomorphic_grad(lambda z: np.abs(z) ** 2)(z)


def test_more_than_one_output_is_a_type_error_as_in_autograd() -> None:
    for library, np_ in ((ours, np), (hips, anp)):
        for operator in (library.grad, library.value_and_grad):
            with pytest.raises(TypeError, match="jacobian, elementwise_grad"):
                operator(np_.sin)(V)


def test_scipy_minimizes_with_value_and_grad() -> None:
    from scipy.optimize import minimize

    def rosenbrock(x: Any) -> Any:
        return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    found = minimize(ours.value_and_grad(rosenbrock), np.zeros(2), jac=True, method="BFGS")
    np.testing.assert_allclose(found.x, [1.0, 1.0], rtol=1e-5)


def test_every_name_of_autograd_is_there() -> None:
    import types

    theirs = {
        name
        for name, value in vars(hips).items()
        if isinstance(value, types.FunctionType) and "differential_operators" in value.__module__
    }
    assert theirs <= set(ours.__all__)
    assert sorted(ours.__all__) == ours.__all__
