"""Every model of the catalogue: the compiled engine agrees with the eager one and with truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models_catalogue import MODELS
from residua._errors import NotDifferentiable
from residua.autodiff import compiled, eager
from residua.autodiff.lowering import lower
from residua.autodiff.traced_state import double_precision

# These branch on the value of a parameter: only the eager engine can follow.
BRANCHING = {"branch_on_value"}
FOLLOWED = [row for row in MODELS if row[0] not in BRANCHING]
# Unrolled loops of 40 steps take seconds to compile twice differentiated.
HESSIANS = [row for row in FOLLOWED if row[0] not in {"fixed_point"}]


def named(rows: list[Any]) -> Any:
    return pytest.mark.parametrize(
        "function, theta, x", [r[1:] for r in rows], ids=[r[0] for r in rows]
    )


@pytest.fixture
def quick_compiles() -> Iterator[None]:
    """Compile in a third of the time what runs only once."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@named(FOLLOWED)
def test_value_and_jacobian_are_the_eager_ones(function: Any, theta: Any, x: Any) -> None:
    value, tangents = compiled.jacobian(function, theta, x)
    expected, jacobian = eager.jacobian(function, theta, x)
    assert value.dtype == tangents.dtype == np.float64
    assert tangents.shape == (theta.size, *value.shape)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-13)
    scale = np.abs(jacobian).max()
    np.testing.assert_allclose(tangents, jacobian, rtol=1e-11, atol=1e-12 * scale)


@pytest.mark.usefixtures("quick_compiles")
@named(HESSIANS)
def test_second_derivatives_against_differences_of_the_eager_jacobian(
    function: Any, theta: Any, x: Any
) -> None:
    def total(p: Any) -> Any:
        return jnp.sum(lower(function)(p, x))

    with double_precision():
        hessian = np.asarray(jax.jit(jax.jacfwd(jax.jacfwd(total)))(jnp.asarray(theta)))
    differences = np.empty_like(hessian)
    for i in range(theta.size):
        step = 1e-4 * np.eye(theta.size)[i]

        def gradient(k: float, step: Any = step) -> Any:
            return _sum_trailing(eager.jacobian(function, theta + k * step, x)[1])

        slope = 8 * (gradient(1) - gradient(-1)) - (gradient(2) - gradient(-2))
        differences[i] = slope / 12e-4
    scale = max(1.0, np.abs(differences).max())
    # Fourth-order differences: truncation h^4 = 1e-16 f5, rounding eps/h = 2e-12 of the gradient.
    np.testing.assert_allclose(hessian, differences, rtol=1e-7, atol=1e-8 * scale)


def _sum_trailing(array: Any) -> Any:
    return array.reshape(len(array), -1).sum(axis=1)


REVERSED = {"exponential", "masked_assignment", "voigt_wofz", "bessel", "tanh_network", "impedance"}


@pytest.mark.usefixtures("quick_compiles")
@named([row for row in FOLLOWED if row[0] in REVERSED])
def test_reverse_mode_agrees_with_forward_mode(function: Any, theta: Any, x: Any) -> None:
    with double_precision():
        back = jax.jit(jax.jacrev(lower(function)))(jnp.asarray(theta), x)
    _, tangents = compiled.jacobian(function, theta, x)
    np.testing.assert_allclose(np.moveaxis(back, -1, 0), tangents, rtol=1e-11, atol=1e-13)


@named([row for row in MODELS if row[0] in BRANCHING])
def test_a_branch_on_a_parameter_says_what_to_write(function: Any, theta: Any, x: Any) -> None:
    with pytest.raises(NotDifferentiable, match=r"np\.where"):
        compiled.jacobian(function, theta, x)
