"""Every potential of many bodies: derivatives, sums, images, atoms that are alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from many_body_catalogue import CASES, above_all

from residua.atoms.fitting.names import flat, shaped
from residua.atoms.system import Geometry, system
from residua.autodiff.traced_state import double_precision

BOTH = ([0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1])
FITTED = [name for name in CASES if not name.startswith("eam")]  # tables have no parameters
most = above_all("name", CASES, "gupta", "own", "zhou-alloy", "eam-fs", "sw", "tersoff-compound")


def case(name):
    potential, atoms = (build() for build in CASES[name])
    return potential, atoms


def said(potential, atoms, positions=None, cell=None):
    places = atoms.positions if positions is None else positions
    box = atoms.cell.array if cell is None else cell
    return potential.evaluate(places, box, True, atoms.numbers, stress=True)


def slope(energy, step):
    """Central differences of fourth order; the step is so short that no edge meets a kink."""
    near, far = energy(step) - energy(-step), energy(2 * step) - energy(-2 * step)
    return (8 * near - far) / (12 * step)


@most
def test_forces_are_minus_the_slopes_of_the_energy_to_seven_digits(name):
    potential, atoms = case(name)
    forces = said(potential, atoms).forces
    scale = np.abs(forces).max()
    for i, k in [(0, 0), (1, 1), (len(atoms) - 1, 2)]:

        def energy(h, i=i, k=k):
            places = atoms.positions.copy()
            places[i, k] += h
            return said(potential, atoms, places).energy

        assert forces[i, k] == pytest.approx(-slope(energy, 3e-5), abs=1e-7 * scale)


@most
def test_stress_is_the_slope_of_the_energy_by_strain_to_seven_digits(name):
    potential, atoms = case(name)
    stress = said(potential, atoms).stress
    scale = np.abs(stress).max()
    for component in (0, 2, 3, 5):
        a, b = BOTH[0][component], BOTH[1][component]

        def energy(h, a=a, b=b):
            strain = np.eye(3)
            strain[a, b] += h / 2
            strain[b, a] += h / 2
            return said(potential, atoms, atoms.positions @ strain, atoms.cell[:] @ strain).energy

        found = slope(energy, 1e-5) / atoms.get_volume()
        assert stress[component] == pytest.approx(found, abs=1e-7 * scale)


@most
def test_shares_sum_to_the_energy_and_forces_to_nothing(name):
    potential, atoms = case(name)
    found = said(potential, atoms)
    assert found.energies.sum() == pytest.approx(found.energy, rel=1e-14)
    assert np.abs(found.forces.sum(0)).max() < 1e-12 * np.abs(found.forces).max()
    assert np.ptp(found.energies) > 1e-3


@above_all("name", CASES, "own", "sw")
def test_a_cell_smaller_than_the_cutoff_is_its_own_supercell(name):
    potential, atoms = case(name)
    small, large = said(potential, atoms), said(potential, atoms.repeat((3, 3, 2)))
    assert large.energy / 18 == pytest.approx(small.energy, rel=1e-12)
    assert large.stress == pytest.approx(small.stress, rel=1e-11, abs=1e-12)
    scale = np.abs(small.forces).max()
    assert np.abs(large.forces - np.tile(small.forces, (18, 1))).max() < 1e-12 * scale


@above_all("name", CASES, "own", "eam-fs", "sw", "tersoff-compound")
def test_atoms_that_are_alone_have_no_forces_and_pairs_have_finite_ones(name):
    potential, atoms = case(name)
    two = atoms.numbers[:2]
    alone = potential.evaluate(np.diag([0.0, 50.0, 50.0])[:2], numbers=two)
    assert not alone.forces.any()
    # Tables and polynomials end at their last digit, not at zero.
    assert alone.energy == pytest.approx(0.0, abs=1e-5)
    for r in np.linspace(1.7, potential.cutoff + 0.1, 40):
        pair = potential.evaluate([[0, 0, 0], [0, r, 0]], numbers=two)
        assert np.isfinite(pair.energy)
        assert pair.forces[0] == pytest.approx(-pair.forces[1], abs=1e-12)
        assert np.abs(pair.forces[:, [0, 2]]).max() < 1e-12


@above_all("name", CASES, "sw")
def test_ase_gets_the_same_numbers(name):
    potential, atoms = case(name)
    found = said(potential, atoms)
    atoms.calc = potential
    assert atoms.get_potential_energy() == pytest.approx(found.energy, rel=1e-13)
    assert atoms.get_forces() == pytest.approx(found.forces, abs=1e-12)
    assert atoms.get_stress() == pytest.approx(found.stress, abs=1e-13)


@above_all("name", CASES, "own")
def test_single_precision_has_five_digits(name):
    potential, atoms = case(name)
    double = said(potential, atoms)
    potential.precision = "single"
    potential._known = None
    single = said(potential, atoms)
    assert single.energy == pytest.approx(double.energy, rel=2e-5)
    assert np.abs(single.forces - double.forces).max() < 2e-4 * np.abs(double.forces).max()


@above_all("name", FITTED, "own", "sw", "tersoff-compound")
def test_slopes_by_parameters_follow_through_the_kernel_to_six_digits(name):
    potential, atoms = case(name)
    symbols = [str(one) for one in dict.fromkeys(atoms.get_chemical_symbols())]
    kinds = np.array([symbols.index(one) for one in atoms.get_chemical_symbols()])
    one = Geometry(atoms.positions, atoms.cell.array, atoms.pbc, kinds)
    around = system([one], potential.cutoff + 0.5, potential.both_ends)
    build, options = potential.kernel(True)
    kernel = build(*options)
    with double_precision():
        start = jnp.array(list(flat(potential.given).values()), float)
        rows = jax.tree_util.tree_map(jnp.asarray, around.rows)
        columns = jnp.asarray(around.columns(atoms.positions))

        def numbers(values):
            tables = potential.tables(symbols, shaped(potential.given, list(values)))
            return kernel(columns, rows, tables)

        # Every parameter changes, each in proportion to itself.
        direction = start * jnp.cos(jnp.arange(len(start)) + 1.0)
        along = jax.jit(lambda values: jax.jvp(numbers, (values,), (direction,)))
        exact = np.asarray(along(start)[1])
        expected = slope(lambda h: np.asarray(along(start + h * direction)[0]), 2e-6)
    assert np.abs(exact).max() > 1e-3
    assert np.abs(exact - expected).max() < 1e-6 * np.abs(exact).max()
