"""The rows of a fit and their tangents, against differences and against fits made anew."""

from __future__ import annotations

import numpy as np
import pytest
from neural_mixtures import NUMBERS, mixtures

from residua.atoms import Structure, Structures
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.design import describe_structures
from residua.atoms.neural.honest import held_out
from residua.atoms.neural.layout import Layout
from residua.atoms.neural.matching import Matching
from residua.networks.evidence import Rows, train

BASIS = Basis(6.0, 3.6, species=2, degrees=(4, 4, 4), low=4)


@pytest.fixture(scope="module")
def rows() -> Structures:
    return mixtures(12)


@pytest.fixture(scope="module")
def described(rows):
    return describe_structures(rows, BASIS, NUMBERS, network=True)


def matching(described, hidden, forces=True):
    return Matching(Layout(BASIS, hidden), described, 10.0, forces)


@pytest.mark.parametrize("hidden", [(), (3,), (3, 2)])
@pytest.mark.parametrize("forces", [True, False])
def test_tangents_are_those_of_differences(described, hidden, forces):
    network = matching(described, hidden, forces)
    rng = np.random.default_rng(1)
    theta = network.draw(rng) + 0.1 * rng.standard_normal(network.size)
    value, tangents = network.linearized(theta)
    along, step = rng.standard_normal(network.size), 1e-3
    near = network.value(theta + step * along) - network.value(theta - step * along)
    far = network.value(theta + 2 * step * along) - network.value(theta - 2 * step * along)
    differences = (8 * near - far) / (12 * step)
    exact = np.tensordot(along, tangents, 1)
    # Derivatives of descriptors are kept in single precision.
    np.testing.assert_allclose(exact, differences, atol=2e-5 * np.abs(exact).max())
    assert value.shape == (sum(len(one.kinds) * 3 * forces + 1 for one in described), 1)


def test_rows_of_forces_are_slopes_of_rows_of_energies(rows, described):
    """Moving one atom of one structure changes its energy by what its row of forces says."""
    network = matching(described, (3,))
    theta = network.draw(np.random.default_rng(2)) + 0.1
    step, one = 1e-3, rows[0]
    energies = []
    for sign in (1, -1):
        moved = one.positions.copy()
        moved[3, 1] += sign * step
        other = Structure(moved, one.numbers, one.cell, True)
        found = describe_structures([other], BASIS, NUMBERS, network=True)
        energies.append(float(matching(found, (3,)).value(theta)[0, 0]) * 8 / 10)
    force = -(energies[0] - energies[1]) / (2 * step)
    row = network.value(theta)[1 + 3 * 3 + 1, 0]
    np.testing.assert_allclose(row, force, rtol=1e-5)


def test_a_line_held_out_is_a_line_fitted_anew(rows, described):
    network = matching(described, ())
    rng = np.random.default_rng(3)
    start = np.zeros(network.size)
    observed = network.value(start + rng.standard_normal(network.size))[:, 0]
    observed = observed + 0.1 * observed.std() * rng.standard_normal(len(observed))
    member = train(network, Rows(np.zeros((len(observed), 1)), observed[:, None]), start)
    fold = np.arange(len(described)) % 3
    held = held_out(network, [member], observed, fold)
    for k in range(3):
        mine = np.concatenate(
            [np.arange(r.start, r.stop) for r, f in zip(network.rows, fold) if f == k]
        )
        seen = np.setdiff1d(np.arange(len(observed)), mine)
        part = Matching(
            network.layout, [described[i] for i in np.flatnonzero(fold != k)], 10.0, True
        )
        Y = observed[seen][:, None]
        anew = train(part, Rows(np.zeros_like(Y), Y), start, steps=60)
        left = observed[mine] - network.value(anew.theta)[mine, 0]
        # The prior's precision is found anew too, along another way: to some percent.
        difference = np.sqrt(np.mean((held.left[mine] - left) ** 2))
        seen_left = observed[mine] - network.value(member.theta)[mine, 0]
        assert difference < 0.03 * left.std()
        assert difference < 0.3 * np.sqrt(np.mean((seen_left - left) ** 2))


def test_sums_of_forces_vanish(described):
    network = matching(described, (3,))
    value = network.value(network.draw(np.random.default_rng(4)))[:, 0]
    for rows in network.rows:
        total = value[rows][1:].reshape(-1, 3).sum(0)
        assert np.abs(total).max() < 1e-5 * np.abs(value[rows][1:]).max()
