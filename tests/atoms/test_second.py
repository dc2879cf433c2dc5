"""Hessians, elastic constants and vibrations: differences of forces and stresses, theory, peers."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms, units
from ase.build import bulk
from ase.cluster import Icosahedron
from pair_catalogue import FORMS, cluster, slab, triclinic
from scipy.optimize import brentq

import residua.atoms as ra
from residua._errors import DataError
from residua.atoms.phonons import THZ

# A pair form, a table, a local density, and a three-body potential.
POTENTIALS = {
    "LennardJones": lambda: FORMS["LennardJones"].make(cutoff="force"),
    "Buckingham": lambda: FORMS["Buckingham"].make(cutoff="switch"),
    "Gupta": lambda: ra.Gupta(),
    "StillingerWeber": lambda: ra.StillingerWeber(epsilon=0.5, sigma=2.6),
}
STRUCTURES = {"triclinic": triclinic, "slab": slab, "cluster": cluster}
CASES = [
    (potential, structure)
    if (potential, structure) in (("LennardJones", "triclinic"), ("Gupta", "triclinic"))
    else pytest.param(potential, structure, marks=pytest.mark.slow)
    for potential in POTENTIALS
    for structure in STRUCTURES
]


def forces(potential, atoms):
    return potential.evaluate(atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers).forces


def stress(potential, atoms):
    place = (atoms.positions, atoms.cell[:], atoms.pbc, atoms.numbers)
    return potential.evaluate(*place, stress=True).stress


def relaxed(potential, atoms, steps=8):
    """Newton's steps by the Hessian; whether they end is checked by the caller."""
    for _ in range(steps):
        F = forces(potential, atoms)
        if np.abs(F).max() < 1e-12:
            break
        step = np.linalg.pinv(ra.hessian(potential, atoms), rcond=1e-9) @ F.ravel()
        atoms.positions += step.reshape(-1, 3)
    return atoms


@pytest.mark.parametrize("potential, structure", CASES)
def test_hessians_are_slopes_of_forces(potential, structure):
    """Six digits of the largest entry; symmetric, and blind to translations."""
    potential, atoms = POTENTIALS[potential](), STRUCTURES[structure]()
    H = ra.hessian(potential, atoms)
    h, numerical = 1e-5, np.zeros_like(H)
    for k in range(len(H)):
        for sign in (1, -1):
            moved = atoms.copy()
            moved.positions.ravel()[k] += sign * h
            numerical[k] -= sign * forces(potential, moved).ravel() / (2 * h)
    scale = np.abs(H).max()
    assert np.abs(H - numerical).max() < 1e-6 * scale
    assert (H == H.T).all()
    assert np.abs(H.reshape(len(H), -1, 3).sum(1)).max() < 1e-12 * scale
    some = ra.hessian(potential, atoms, [2])
    assert some == pytest.approx(H[6:9], abs=1e-12 * scale)


def test_a_relaxed_cluster_turns_freely():
    """The icosahedron of 13 atoms: six motions without force, 33 with one."""
    atoms = Icosahedron("Ar", noshells=2, latticeconstant=5.3)
    lj = ra.LennardJones(0.0104, 3.4, rc=20.0)
    relaxed(lj, atoms)
    assert np.abs(forces(lj, atoms)).max() < 1e-12
    values = np.linalg.eigvalsh(ra.hessian(lj, atoms))
    assert np.abs(values[:6]).max() < 1e-10 * values[-1] and values[6] > 1e-2 * values[-1]
    found = ra.vibrational_frequencies(lj, atoms)
    assert np.abs(found[:6]).max() < 1e-4 * found[-1] and found[6] > 0.1 * found[-1]


def test_single_precision_is_not_looked_at():
    atoms = triclinic()
    single, double = (FORMS["LennardJones"].make(precision=p) for p in ("single", "double"))
    assert (ra.hessian(single, atoms) == ra.hessian(double, atoms)).all()


def test_many_atoms_whose_rows_are_looped_over():
    """A supercell of 144 atoms: what one of them does to all images of another is what it does to
    the other in the small cell."""
    atoms = triclinic()
    lj = FORMS["LennardJones"].make(cutoff="force")
    many = atoms.repeat((4, 3, 3))
    row = ra.hessian(lj, many, [1]).reshape(3, 36, 4, 3).sum(1)
    assert row == pytest.approx(ra.hessian(lj, atoms).reshape(4, 3, 4, 3)[1], rel=1e-10, abs=1e-13)


def test_the_dimer_of_morse():
    """ν = sqrt(2 D α²/μ)/2π, the reduced mass μ of 40Ar and 84Kr."""
    atoms = Atoms("ArKr", [[0, 0, 0], [1.2, 1.6, 1.5]])
    r0 = np.linalg.norm([1.2, 1.6, 1.5])
    reduced = 1 / (1 / atoms.get_masses()).sum()
    exact = (
        np.sqrt(2 * 0.4 * 1.7**2 / reduced)
        / (2 * np.pi)
        * np.sqrt(1 / units._amu * units._e * 1e20)
        / 1e12
    )
    found = ra.vibrational_frequencies(ra.Morse(0.4, 1.7, r0, rc=90.0), atoms)
    assert found[-1] == pytest.approx(exact, rel=1e-7)  # constants of CODATA 2014 and 2018
    assert np.abs(found[:5]).max() < 1e-4
    stretched = Atoms("ArKr", [[0, 0, 0], [0, 0, 4.0]])  # beyond the inflection: imaginary
    assert ra.vibrational_frequencies(ra.Morse(0.4, 1.7, r0, rc=90.0), stretched)[0] < -0.1


def chain(symbols, spacing):
    """A chain of atoms along x with nearest neighbors only, and its spring."""
    n = len(symbols)
    atoms = Atoms(symbols, [[k * spacing, 0, 0] for k in range(n)])
    atoms.set_cell([n * spacing, 0, 0])
    atoms.pbc = [True, False, False]
    return atoms, ra.Morse(0.3, 1.5, spacing, rc=1.9 * spacing), 2 * 0.3 * 1.5**2


@pytest.mark.slow
def test_a_chain_of_equal_atoms():
    """ν(q) = 2 sqrt(k/m) |sin πq|/2π."""
    atoms, morse, k = chain(["Ar"], 3.0)
    q = np.array([[0.0, 0, 0], [0.25, 0, 0], [0.5, 0, 0], [-0.37, 0, 0]])
    found = ra.phonon_frequencies(morse, atoms, q, (4, 1, 1))
    exact = 2 * THZ * np.sqrt(k / atoms.get_masses()[0]) * np.abs(np.sin(np.pi * q[:, 0]))
    assert found[:, -1] == pytest.approx(exact, rel=1e-10, abs=1e-6)
    assert np.abs(found[:, :2]).max() < 1e-5


def test_a_chain_of_two_kinds():
    """ω² = k (s ± sqrt(s² - 4 sin²(πq)/(m M))), s = 1/m + 1/M."""
    atoms, morse, k = chain(["Ar", "Kr"], 3.0)
    m, M = atoms.get_masses()
    s = 1 / m + 1 / M
    for q in (0.0, 0.2, 0.5):
        root = np.sqrt(s**2 - 4 * np.sin(np.pi * q) ** 2 / (m * M))
        exact = THZ * np.sqrt(k * np.array([s - root, s + root]))
        found = ra.phonon_frequencies(morse, atoms, [q, 0, 0], (4, 1, 1))
        assert found[[-2, -1]] == pytest.approx(exact, rel=1e-9, abs=1e-5)


def lattice_constant(lj):
    return brentq(lambda a: stress(lj, bulk("Ar", a=a))[0], 5.0, 5.5, xtol=1e-13)


@pytest.fixture(scope="module")
def argon():
    lj = ra.LennardJones(0.0104, 3.4, rc=8.0)
    return lj, bulk("Ar", a=lattice_constant(lj))


def test_phonons_of_a_cell_are_vibrations_of_its_supercell(argon):
    """All wave vectors that a supercell of 2 x 2 x 2 has; and a longer one changes nothing."""
    lj, atoms = argon
    q = [[i / 2, j / 2, k / 2] for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    found = np.sort(ra.phonon_frequencies(lj, atoms, q, (2, 2, 2)).ravel())
    exact = ra.vibrational_frequencies(lj, atoms.repeat(2))
    assert found == pytest.approx(exact, abs=1e-5)


@pytest.mark.slow
def test_sound_is_as_fast_as_the_elastic_constants_say(argon):
    """ν/q along [100] tends to sqrt(C11/ρ) and sqrt(C44/ρ)."""
    lj, atoms = argon
    C = ra.elastic_constants(lj, atoms)
    rho = atoms.get_masses()[0] / atoms.get_volume()
    q = np.array([0.002, 0, 0])  # 1/Å along x, cartesian
    found = ra.phonon_frequencies(lj, atoms, atoms.cell[:] @ q, (8, 8, 8))
    speed = found / THZ / np.linalg.norm(q) / (2 * np.pi)
    exact = np.sqrt(np.array([C[3, 3], C[3, 3], C[0, 0]]) / rho)
    assert speed == pytest.approx(exact, rel=1e-4)


def test_pair_potentials_obey_cauchy(argon):
    """C12 = C44 at no pressure; and B = (C11 + 2 C12)/3 is the slope of pressure by volume."""
    lj, atoms = argon
    C = ra.elastic_constants(lj, atoms)
    assert C[0, 1] == pytest.approx(C[3, 3], rel=1e-10)
    cubic = np.zeros((6, 6))
    cubic[:3, :3], cubic[3:, 3:] = C[0, 1], np.eye(3) * C[3, 3]
    np.fill_diagonal(cubic[:3, :3], C[0, 0])
    assert np.abs(C - cubic).max() < 1e-12 * C[0, 0]
    a, h = atoms.cell[0, 1] * 2, 1e-5
    slope = (
        stress(lj, bulk("Ar", a=a * (1 + h)))[0] - stress(lj, bulk("Ar", a=a * (1 - h)))[0]
    ) / (6 * h)
    assert (C[0, 0] + 2 * C[0, 1]) / 3 == pytest.approx(slope, rel=1e-8)


def finite_strain(potential, atoms, relax):
    """dσ/dε by differences, atoms relaxed at each strain."""
    h, columns = 1e-5, []
    places = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    for a, b in places:
        ends = []
        for sign in (1, -1):
            E = np.zeros((3, 3))
            E[a, b] += sign * h / 2
            E[b, a] += sign * h / 2
            moved = atoms.copy()
            moved.set_cell(atoms.cell[:] @ (np.eye(3) + E), scale_atoms=True)
            ends.append(stress(potential, relaxed(potential, moved) if relax else moved))
        columns.append((ends[0] - ends[1]) / (2 * h))
    return np.array(columns).T


def test_elastic_constants_are_slopes_of_the_stress_of_relaxed_atoms():
    """A sheared crystal of two kinds under stress; six digits. Clamped ones differ."""
    potential = FORMS["LennardJones"].make(cutoff="force")
    atoms = bulk("Ar", "hcp", a=3.75, c=6.0)
    atoms.numbers[1] = 36
    sheared = atoms.cell[:] @ [[1, 0.02, 0.01], [0.02, 1, -0.03], [0.01, -0.03, 1]]
    atoms.set_cell(sheared, scale_atoms=True)
    relaxed(potential, atoms, 30)
    assert np.abs(forces(potential, atoms)).max() < 1e-10
    both = [ra.elastic_constants(potential, atoms, relaxed=relax) for relax in (True, False)]
    for relax, found in zip((True, False), both):
        numerical = finite_strain(potential, atoms, relax)
        assert np.abs(found - numerical).max() < 1e-6 * np.abs(found).max()
    assert np.abs(both[0] - both[1]).max() > 1e-2 * np.abs(both[0]).max()
    assert np.abs(both[0] - both[0].T).max() > 1e-3 * np.abs(both[0]).max()  # it is under stress


@pytest.mark.slow
def test_silicon_of_stillinger_and_weber():
    """151.4, 76.4 and 56.4 GPa: E. R. Cowley, Phys. Rev. Lett. 60, 2379 (1988). Atoms held, it is
    stiffer against shear, and what differences of the stress say."""
    silicon = ra.StillingerWeber()
    a = brentq(lambda a: stress(silicon, bulk("Si", a=a))[0], 5.3, 5.5, xtol=1e-12)
    atoms = bulk("Si", a=a)
    C = ra.elastic_constants(silicon, atoms) / units.GPa
    assert C[[0, 0, 3], [0, 1, 3]] == pytest.approx([151.4, 76.4, 56.4], abs=0.1)
    held = ra.elastic_constants(silicon, atoms, relaxed=False)
    assert held == pytest.approx(finite_strain(silicon, atoms, False), rel=1e-7, abs=1e-7)
    assert held[3, 3] / units.GPa > 1.5 * C[3, 3]


def test_peers_agree(argon):
    """matscipy's analytic Hessian and elastic constants of the same pair potential."""
    pytest.importorskip("matscipy")
    from matscipy.calculators.pair_potential import LennardJonesCut, PairPotential

    lj, _ = argon
    theirs = PairPotential({(18, 18): LennardJonesCut(0.0104, 3.4, 8.0)})
    atoms = bulk("Ar", a=5.3, cubic=True).repeat(2)
    atoms.rattle(0.05, seed=1)
    H = ra.hessian(lj, atoms)
    other = np.asarray(theirs.get_hessian(atoms, "sparse").todense())
    assert np.abs(H - other).max() < 1e-10 * np.abs(H).max()


def test_what_has_no_answer():
    lj = ra.LennardJones(0.0104, 3.4, rc=8.0)
    with pytest.raises(DataError, match="periodic in all directions"):
        ra.elastic_constants(lj, slab())
    rattled = bulk("Ar", a=5.3, cubic=True)
    rattled.rattle(0.1, seed=0)
    with pytest.raises(DataError, match="not relaxed"):
        ra.elastic_constants(lj, rattled)
    square = bulk("Ar", "sc", a=3.6).repeat((1, 1, 2))  # simple cubic argon shears
    with pytest.raises(DataError, match="no minimum"):
        ra.elastic_constants(lj, square)
    with pytest.raises(DataError, match="is repeated"):
        ra.phonon_frequencies(lj, slab(), [0.5, 0.5, 0.0], (2, 2, 2))
    assert np.isfinite(ra.elastic_constants(lj, rattled, relaxed=False)).all()
