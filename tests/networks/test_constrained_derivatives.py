"""Every constrained network: its derivatives against differences, and its values under JAX."""

from __future__ import annotations

import numpy as np
import pytest
from constrained_cases import CASES, KINDS, allowed, check_derivatives, made

from residua.networks.network import group_of_each


@pytest.mark.parametrize(("kind", "name", "hidden"), CASES)
def test_derivatives_are_those_of_the_values(kind, name, hidden):
    """To 1e-8: differences of step 1e-5 know functions of order one to 1e-10."""
    check_derivatives(*made(kind, name, hidden), 1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", ([], [4, 3]))
def test_leaves_groups_and_starts_agree(kind, hidden):
    network, theta, Z = made(kind, allowed(kind)[0], hidden)
    size = sum(leaf.size for leaf in network.leaves)
    assert network.size == size == len(theta) == len(network.groups)
    none = group_of_each(network.leaves) == -1
    np.testing.assert_array_equal(network.groups == -1, none)
    again = network.draw(np.random.default_rng(7))
    np.testing.assert_array_equal(again, network.draw(np.random.default_rng(7)))
    assert np.isfinite(network.value(again, Z)).all()
    # A parameter without a prior is seen by the outputs: else the normal equations are singular.
    tangents = network.linearized(theta, Z)[1]
    assert (np.abs(tangents[none]).max(axis=(1, 2)) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_jax_computes_the_same_values_and_tangents(kind):
    import jax
    import jax.numpy as jnp

    from residua.autodiff.traced_state import double_precision

    network, theta, Z = made(kind, allowed(kind)[-1], [4, 3])
    with double_precision():
        value = network.value(jnp.asarray(theta), jnp.asarray(Z), jnp)
        tangents = jax.jacfwd(lambda t: network.value(t, jnp.asarray(Z), jnp))(jnp.asarray(theta))
    expected, ours = network.linearized(theta, Z)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(np.moveaxis(tangents, -1, 0), ours, rtol=1e-11, atol=1e-12)
