"""Descriptors: what must not change does not, what must be smooth is."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from residua._errors import ModelError
from residua.atoms.neural.basis import Basis
from residua.atoms.neural.descriptors import describe, described
from residua.atoms.neural.harmonics import harmonics, triple
from residua.atoms.neural.radial import radial
from residua.autodiff.traced_state import double_precision

BASIS = Basis(5.0, 2.3, species=2, degrees=(4, 6, 6))


def surroundings(seed: int, count: int = 9) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    unit = rng.standard_normal((count, 3))
    unit /= np.linalg.norm(unit, axis=1)[:, None]
    return unit * rng.uniform(1.8, 4.8, (count, 1)), rng.integers(0, 2, count)


def invariants(D: np.ndarray, kinds: np.ndarray, basis: Basis = BASIS) -> np.ndarray:
    with double_precision():
        r = np.linalg.norm(D, axis=1)
        return np.asarray(jax.jit(describe, static_argnums=0)(basis, D, r, r < basis.cutoff, kinds))


def rotation(seed: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))[0]


def test_harmonics_are_orthonormal():
    z, weight = np.polynomial.legendre.leggauss(8)
    angle = np.arange(16) * 2 * np.pi / 16
    ring = np.sqrt(1 - z * z)[:, None]
    unit = np.stack([ring * np.cos(angle), ring * np.sin(angle), z[:, None] + 0 * angle], -1)
    Y = harmonics(unit, 6).reshape(-1, 49)
    gram = Y.T @ (np.repeat(weight, 16)[:, None] * 2 * np.pi / 16 * Y)
    np.testing.assert_allclose(gram, np.eye(49), atol=1e-13)


def test_harmonics_are_those_of_scipy():
    special = pytest.importorskip("scipy.special")
    rng = np.random.default_rng(3)
    unit = rng.standard_normal((20, 3))
    unit /= np.linalg.norm(unit, axis=1)[:, None]
    polar, azimuth = np.arccos(unit[:, 2]), np.arctan2(unit[:, 1], unit[:, 0])
    Y, at = harmonics(unit, 4), 0
    for ell in range(5):
        for m in range(-ell, ell + 1):
            # SciPy's own sign is that of Condon and Shortley.
            found = special.sph_harm_y(ell, abs(m), polar, azimuth) * (-1) ** m
            part = found.real if m >= 0 else found.imag
            np.testing.assert_allclose(
                Y[:, at], part * (np.sqrt(2) if m else 1), atol=1e-13, err_msg=f"{ell} {m}"
            )
            at += 1


def test_triple_integrals_vanish_where_parity_or_the_triangle_forbids():
    assert np.abs(triple(1, 1, 1)).max() == 0
    assert np.abs(triple(1, 1, 3)).max() == 0
    # ∫ Y_10³ vanishes; ∫ Y_10² Y_20 = 1/sqrt(5 π).
    np.testing.assert_allclose(triple(1, 1, 2)[1, 1, 2], 1 / np.sqrt(5 * np.pi), rtol=1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_rotations_and_mirrors_change_nothing(seed):
    D, kinds = surroundings(seed)
    turn = rotation(seed)
    for matrix in (turn, -turn):
        np.testing.assert_allclose(
            invariants(D @ matrix, kinds), invariants(D, kinds), rtol=1e-12, atol=1e-12
        )


def test_the_order_of_neighbors_changes_nothing():
    D, kinds = surroundings(5)
    order = np.random.default_rng(5).permutation(len(D))
    np.testing.assert_allclose(
        invariants(D[order], kinds[order]), invariants(D, kinds), rtol=1e-12, atol=1e-12
    )


def test_the_species_of_a_neighbor_counts():
    D, kinds = surroundings(6)
    other = kinds.copy()
    other[0] = 1 - other[0]
    assert np.abs(invariants(D, other) - invariants(D, kinds)).max() > 1e-3


def test_angles_need_three_bodies():
    """Two arrangements of equal distances: pairs cannot tell them apart, angles can."""
    line = np.array([[2.5, 0, 0], [-2.5, 0, 0.0]])
    bent = np.array([[2.5, 0, 0], [0, 2.5, 0.0]])
    kinds = np.zeros(2, int)
    difference = invariants(line, kinds) - invariants(bent, kinds)
    assert np.abs(difference[BASIS.bodies == 2]).max() < 1e-14
    assert np.abs(difference[BASIS.bodies == 3]).max() > 1e-3


def test_four_bodies_tell_apart_what_angles_cannot():
    """S. N. Pozdnyakov et al., Phys. Rev. Lett. 125, 166001 (2020): equal sets of angles."""
    # Points of a circle around the atom, as multiples of 2π/8: homometric sets, whose pairwise
    # angles agree though no rotation or mirror turns one into the other.
    sets = ([0, 1, 3, 4], [0, 1, 2, 5])
    D = [
        2.5
        * np.stack(
            [np.cos(np.array(s) * np.pi / 4), np.sin(np.array(s) * np.pi / 4), 0.0 * np.array(s)], 1
        )
        for s in sets
    ]
    kinds = np.zeros(4, int)
    rich = Basis(5.0, 2.3, degrees=(4, 8, 12))
    difference = invariants(D[0], kinds, rich) - invariants(D[1], kinds, rich)
    assert np.abs(difference[rich.bodies <= 3]).max() < 1e-12
    assert np.abs(difference[rich.bodies == 4]).max() > 1e-4


def test_derivatives_are_those_of_differences():
    D, kinds = surroundings(8)
    inside = np.ones(len(D), bool)
    with double_precision():
        out = described(BASIS)(D[None], inside[None], kinds[None])
    values, by_moment, moved = (np.asarray(part)[0] for part in out)
    np.testing.assert_allclose(values, invariants(D, kinds), rtol=1e-12, atol=1e-12)
    exact = np.einsum("da,kax->kxd", by_moment, moved)
    step = 1e-4
    for k in range(3):
        for axis in range(3):
            high, low, higher, lower = (D.copy() for _ in range(4))
            high[k, axis] += step
            low[k, axis] -= step
            higher[k, axis] += 2 * step
            lower[k, axis] -= 2 * step
            near = invariants(high, kinds) - invariants(low, kinds)
            far = invariants(higher, kinds) - invariants(lower, kinds)
            differences = (8 * near - far) / (12 * step)
            np.testing.assert_allclose(exact[k, axis], differences, rtol=1e-7, atol=1e-8)


def test_a_neighbor_enters_with_no_jump_slope_or_curvature():
    r = 5.0 - np.array([1e-2, 1e-3])
    values = radial(r, 6, 5.0, 2.3)
    # (1 - r/rc)³: a tenth of the distance to the cutoff is a thousandth of the value.
    np.testing.assert_allclose(values[0] / values[1], 1000, rtol=0.2)
    assert not radial(np.array([5.0, 7.0]), 6, 5.0, 2.3).any()


def test_places_without_a_neighbor_are_not_seen():
    D, kinds = surroundings(9)
    far = np.concatenate([D, [[9.0, 0, 0]]])
    np.testing.assert_allclose(
        invariants(far, np.append(kinds, 0)), invariants(D, kinds), rtol=1e-12, atol=1e-13
    )


def test_the_invariants_are_independent():
    """No invariant is a combination of the others: their matrix has full rank."""
    basis = Basis(5.0, 2.3, degrees=(5, 6, 6))
    rows = np.array(
        [invariants(D, 0 * k, basis) for D, k in (surroundings(s, 7) for s in range(300))]
    )
    scaled = (rows - rows.mean(0)) / rows.std(0)
    assert np.linalg.matrix_rank(scaled, tol=1e-8 * np.linalg.norm(scaled, 2)) == basis.size


@pytest.mark.parametrize(
    "wrong", [{"cutoff": 0.0}, {"scale": -1.0}, {"degrees": (0, 5, 5)}, {"degrees": (5, 5)}]
)
def test_a_basis_that_describes_nothing_is_refused(wrong):
    with pytest.raises(ModelError):
        Basis(**{"cutoff": 5.0, "scale": 2.0, **wrong})
