"""A bundle says what its members say one by one, with any number of cores."""

import numpy as np
import pytest

from residua.networks import bundle, threads
from residua.networks.activations import ACTIVATIONS, activation
from residua.networks.bundle import Bundle
from residua.networks.dense import Dense

RNG = np.random.default_rng(4)
SHAPES = {
    "one layer": [(3, 7, 2), (3, 5, 2)],
    "two layers": [(3, 7, 4, 2), (3, 5, 6, 2), (3, 7, 4, 2)],
    "three layers": [(1, 4, 3, 5, 1), (1, 2, 6, 4, 1)],
}


def members(sizes, name):
    networks = [Dense(one, activation(name)) for one in sizes]
    weights = RNG.dirichlet(np.ones(len(sizes)))
    return networks, [network.draw(RNG) for network in networks], weights


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_mean_is_that_of_the_members_to_13_digits(shape, name, monkeypatch):
    monkeypatch.setattr(bundle, "BLOCK", 100)  # several blocks, the last one shorter
    networks, thetas, weights = members(SHAPES[shape], name)
    Z = RNG.normal(size=(31, networks[0].inputs))
    each = [network.value(theta, Z) for network, theta in zip(networks, thetas)]
    mean = np.tensordot(weights, each, axes=1)
    found = Bundle.of(networks, thetas, weights).value(Z)
    np.testing.assert_allclose(found, mean, rtol=1e-13, atol=1e-13)


def test_the_bits_do_not_depend_on_the_number_of_cores(monkeypatch):
    networks, thetas, weights = members(SHAPES["two layers"], "tanh")
    Z = RNG.normal(size=(30_000, 3))
    one = Bundle.of(networks, thetas, weights)
    found = []
    for cores in (1, 2, 3):
        monkeypatch.setattr(threads, "workers", lambda cores=cores: cores)
        threads._helpers.cache_clear()
        found.append(one.value(Z))
    threads._helpers.cache_clear()
    assert np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])


def test_no_rows_give_no_values():
    networks, thetas, weights = members(SHAPES["one layer"], "tanh")
    assert Bundle.of(networks, thetas, weights).value(np.empty((0, 3))).shape == (0, 2)


def test_members_of_several_depths_are_no_bundle():
    networks, thetas, weights = members([(3, 4, 1), (3, 4, 4, 1)], "tanh")
    assert Bundle.of(networks, thetas, weights) is None


def test_an_error_in_another_core_is_raised(monkeypatch):
    monkeypatch.setattr(threads, "workers", lambda: 2)

    def call(jobs):
        if 1 in jobs:
            raise ValueError("one")

    with pytest.raises(ValueError, match="one"):
        threads.share(call, [0, 1])
