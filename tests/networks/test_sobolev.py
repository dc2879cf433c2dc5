"""Training on values and derivatives together: the stacked rows, and energies with forces."""

from __future__ import annotations

import numpy as np
import pytest
from constrained_cases import along, check_derivatives, difference

from residua.networks.evidence import Rows, train
from residua.networks.mlp import MLP
from residua.networks.scaling import standard
from residua.networks.sobolev import Sobolev, balanced, stacked

ARCHITECTURES = (
    MLP([4]),
    MLP([3, 3], "silu"),
    MLP([4], monotone={1: -1}),
    MLP([4], positive=True, symmetry="even"),
    MLP([4], period={0: 2.0}),
    MLP([4], convex=True),
)


def stack_of(architecture, inputs=2, outputs=2):
    network = architecture.network(inputs, outputs)
    rng = np.random.default_rng(5)
    theta = network.draw(rng) + 0.3 * rng.normal(size=network.size)
    Z = np.column_stack([rng.normal(size=(9, inputs)), [0, 1, 2, 2, 0, 1, 0, 2, 1]])
    return Sobolev(network), theta, Z


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=repr)
def test_rows_are_values_and_slopes_with_their_tangents(architecture):
    """Slopes against differences of values, tangents against differences of both; to 1e-8."""
    network, theta, Z = stack_of(architecture)
    value, tangents = network.linearized(theta, Z)
    np.testing.assert_allclose(value, network.value(theta, Z), rtol=1e-12, atol=1e-13)
    for row, z in zip(value, Z, strict=True):
        kind, point = int(z[-1]), z[None, :-1]
        direct = network.inner.value(theta, point)[0]
        if kind:
            direct = along(lambda p: network.inner.value(theta, p), point, kind - 1)[0]
        np.testing.assert_allclose(row, direct, rtol=1e-8, atol=1e-8)
    expected = difference(lambda t: network.value(t, Z), theta)
    np.testing.assert_allclose(tangents, expected, rtol=1e-8, atol=1e-8)


def test_jax_computes_the_same_rows():
    import jax.numpy as jnp

    from residua.autodiff.traced_state import double_precision

    for architecture in ARCHITECTURES:
        network, theta, Z = stack_of(architecture)
        with double_precision():
            traced = network.value(jnp.asarray(theta), jnp.asarray(Z), jnp)
        np.testing.assert_allclose(traced, network.value(theta, Z), rtol=1e-11, atol=1e-12)


def dimer(distances):
    """Energy of a copper dimer and the force along its axis on the second atom, eV and eV/Å."""
    from ase import Atoms
    from ase.calculators.emt import EMT

    pairs = [Atoms("Cu2", positions=[(0, 0, 0), (r, 0, 0)], calculator=EMT()) for r in distances]
    energy = np.array([pair.get_potential_energy() for pair in pairs])
    return energy[:, None], np.array([pair.get_forces()[1, :1] for pair in pairs])


def best_of(network, rows, starts):
    return min((train(network, rows, start) for start in starts), key=lambda m: m.cost).theta


def test_forces_of_a_copper_dimer_are_learned_from_few_points():
    """8 distances: forces and energies are a hundred times as exact as by energies alone."""
    r, grid = np.linspace(1.7, 3.0, 8)[:, None], np.linspace(1.7, 3.0, 101)[:, None]
    (energy, force), (energies, forces) = dimer(r[:, 0]), dimer(grid[:, 0])
    scaling = standard(r, energy)
    network = MLP([10]).network(1, 1)
    starts = [network.draw(np.random.default_rng(seed)) for seed in range(6)]

    def errors(theta):
        Z = scaling.to_z(grid)
        slopes = scaling.slopes_from_z(network.slopes(theta, Z))[:, :, 0]
        found = scaling.from_Y(network.value(theta, Z))
        return np.sqrt(np.mean((found - energies) ** 2)), np.sqrt(np.mean((slopes + forces) ** 2))

    values = Rows(scaling.to_z(r), scaling.to_Y(energy))
    energy_alone, force_alone = errors(best_of(network, values, starts))
    both = stacked(values, {0: Rows(values.Z, scaling.slopes_to_z(-force, 0))})
    energy_both, force_both = errors(best_of(Sobolev(network), both, starts))
    assert force_both < 0.02 and energy_both < 0.001  # 0.0068 eV/Å and 0.0003 eV were measured
    assert force_alone > 30 * force_both and energy_alone > 30 * energy_both


def test_balancing_finds_which_kind_of_row_is_the_more_exact():
    """sin with noisy values and exact slopes: the weight of the slopes grows, the error falls."""
    rng = np.random.default_rng(1)
    x = np.linspace(-3, 3, 30)[:, None]
    values = Rows(x, np.sin(x) + 0.2 * rng.normal(size=x.shape))
    rows = stacked(values, {0: Rows(x, np.cos(x) + 0.002 * rng.normal(size=x.shape))})
    network = Sobolev(MLP([8]).network(1, 1))
    theta = best_of(network, rows, [network.draw(np.random.default_rng(s)) for s in range(4)])

    def error(theta):
        return np.sqrt(np.mean((network.inner.slopes(theta, x)[:, :, 0] - np.cos(x)) ** 2))

    before, weight = error(theta), rows.weight[-1, 0]
    for _ in range(2):
        rows = balanced(network, theta, rows)
        theta = train(network, rows, theta).theta
    assert rows.weight[-1, 0] > 100 * weight and (rows.weight[:30] == 1).all()
    assert error(theta) < 0.25 * before and error(theta) < 0.01


def test_weights_within_a_kind_keep_their_ratios():
    network, theta, Z = stack_of(MLP([4]))
    weight = np.linspace(1.0, 2.0, len(Z))[:, None]
    rows = balanced(network, theta, Rows(Z, np.zeros((len(Z), 2)), weight))
    for kind in range(3):
        mine = Z[:, -1] == kind
        ratio = (rows.weight / weight)[mine, 0]
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-14)
    np.testing.assert_allclose(rows.weight[Z[:, -1] == 0], weight[Z[:, -1] == 0], rtol=1e-14)


def test_an_inner_network_is_differentiated_itself():
    network, theta, Z = stack_of(MLP([4]))
    check_derivatives(network.inner, theta, Z[:, :-1], 1e-8)
    with pytest.raises(NotImplementedError, match="inner"):
        network.slopes(theta, Z)
