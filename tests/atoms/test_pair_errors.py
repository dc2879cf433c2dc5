"""What cannot be computed ends in an error that names it."""

from __future__ import annotations

import numpy as np
import pytest

import residua.atoms as ra
from residua._errors import DataError, FileError, FormulaError, ModelError
from residua.atoms import (
    ZBL,
    Buckingham,
    DoubleExponential,
    LennardJones,
    Mie,
    Morse,
    Pair,
    Tabulated,
    Yukawa,
)

LJ = dict(epsilon=0.0104, sigma=3.4)
TWO = [[0.0, 0.0, 0.0], [3.8, 0.0, 0.0]]
NONE = [[0.0, 0.0, 0.0], [np.nan, 0.0, 0.0]]
FLAT = [[1.0, 0, 0], [0, 1.0, 0], [1.0, 1.0, 0]]
R, U = np.linspace(2.0, 6.0, 9), np.linspace(1.0, 0.0, 9)

# What is said of positions, cell, pbc and numbers.
GEOMETRY = {
    "nan": (dict(positions=NONE), DataError, "position of atom 1 is .nan"),
    "nan, periodic": (dict(positions=NONE, cell=[9] * 3), DataError, "position of atom 1"),
    "infinite": (dict(positions=[[0, 0, 0], [np.inf, 0, 0]]), DataError, "position of atom 1"),
    "one row": (dict(positions=[0, 0, 0]), DataError, r"shape \(3,\); they must be \(n, 3\)"),
    "two columns": (dict(positions=[[0, 0], [1, 1]]), DataError, r"shape \(2, 2\)"),
    "no atoms": (dict(positions=np.zeros((0, 3))), DataError, r"shape \(0, 3\)"),
    "ragged": (dict(positions=[[0, 0, 0], [1, 1]]), DataError, "no array of numbers"),
    "text": (dict(positions=[["a", 0, 0]]), DataError, "no array of numbers"),
    "same place": (
        dict(positions=[[1, 1, 1], [1, 1, 1]]),
        DataError,
        "atoms 0 and 1 are 0 Å apart",
    ),
    "same place, periodic": (
        dict(positions=[[0, 0, 0], [5, 0, 5]], cell=[5, 5, 5]),
        DataError,
        "atoms 0 and 1",
    ),
    "cell of two": (dict(cell=[5, 5]), DataError, r"the cell has the shape \(2,\)"),
    "cell of text": (dict(cell="cubic"), DataError, "the cell is no array"),
    "cell with nan": (dict(cell=[5, 5, np.nan]), DataError, "cell has numbers that are not finite"),
    "no cell": (dict(pbc=True), DataError, "the cell has no volume"),
    "flat cell": (dict(cell=FLAT), DataError, "the cell has no volume"),
    "two of pbc": (dict(cell=[5, 5, 5], pbc=[1, 0]), DataError, "pbc has the shape"),
    "too few numbers": (dict(numbers=[18]), DataError, "2 positions and 1 atomic numbers"),
    "no such element": (dict(numbers=[18, 119]), DataError, "from 0 to 118"),
    "negative": (dict(numbers=[18, -18]), DataError, "from 0 to 118"),
    "fractions": (dict(numbers=[18.5, 18.0]), DataError, "whole numbers"),
    "symbols": (dict(numbers=["Ar", "Ar"]), DataError, "whole numbers"),
}

# What is said of words that no potential can be made of.
WORDS = {
    "missing": (lambda: Pair("D*exp(-a*r)", D=1, rc=5), ModelError, "not given: a"),
    "unknown": (lambda: Pair("D*exp(-r)", D=1, b=2, rc=5), ModelError, "unknown: b"),
    "unknown, u said once": (lambda: LennardJones(eps=1, sigma=3), ModelError, r"u\(r\) = 4 "),
    "nan": (lambda: LennardJones(np.nan, 3.4), ModelError, "epsilon is nan"),
    "infinite": (lambda: Morse(0.3, 1.4, {"Cu": np.inf}), ModelError, "r0 is inf"),
    "none": (lambda: LennardJones(None, 3.4), ModelError, "epsilon is None"),
    "text": (lambda: LennardJones("deep", 3.4), ModelError, "epsilon is 'deep'"),
    "array": (lambda: LennardJones([1, 2], 3.4), ModelError, r"epsilon is \[1, 2\]"),
    "no elements": (lambda: LennardJones({}, 3.4), ModelError, "empty dict"),
    "rc of nothing": (lambda: LennardJones(**LJ, rc=0), ModelError, "rc is 0"),
    "rc negative": (lambda: LennardJones(**LJ, rc={"Ar": -3}), ModelError, "rc is -3"),
    "rc nan": (lambda: LennardJones(**LJ, rc=np.nan), ModelError, "rc is nan"),
    "rc infinite": (lambda: LennardJones(**LJ, rc=np.inf), ModelError, "rc is inf"),
    "rc follows nothing": (lambda: LennardJones(**LJ, rc="3*s"), ModelError, "cannot follow s"),
    "rc follows below": (lambda: LennardJones(**LJ, rc="-3*sigma"), ModelError, "rc is -10.2"),
    "rc not given": (lambda: Pair("D*exp(-r)", D=1), ModelError, "needs a cutoff"),
    "inner negative": (lambda: LennardJones(**LJ, inner=-1), ModelError, "inner is -1"),
    "inner of force": (
        lambda: LennardJones(**LJ, inner=5, cutoff="force"),
        ModelError,
        "not switched",
    ),
    "cutoff": (lambda: LennardJones(**LJ, cutoff="soft"), ModelError, "no cutoff called 'soft'"),
    "rule": (lambda: LennardJones(**LJ, mixing="kong"), ModelError, "no mixing rule called 'kong'"),
    "mean": (lambda: LennardJones(**LJ, mixing={"sigma": "mode"}), ModelError, "no mean called"),
    "mixing": (lambda: LennardJones(**LJ, mixing=3), ModelError, "mixing is 3"),
    "mixing of nothing": (
        lambda: LennardJones(**LJ, mixing={"D": "arithmetic"}),
        ModelError,
        "mixing names D",
    ),
    "skin": (lambda: LennardJones(**LJ, skin=-0.1), ModelError, "skin is -0.1"),
    "precision": (lambda: LennardJones(**LJ, precision="half"), ModelError, "precision is 'half'"),
    "open bracket": (lambda: Pair("D*exp(-r", D=1, rc=5), FormulaError, "never closed"),
    "unknown function": (lambda: Pair("D*foo(r)", D=1, rc=5), FormulaError, "no function foo"),
    "code": (lambda: Pair("__import__('os')", rc=5), FormulaError, "no text in it"),
    "no distance": (
        lambda: Pair("D*exp(-x)", D=1, x=1, rc=5),
        ModelError,
        "no function of the dist",
    ),
    "unknown model": (lambda: Pair("morze", D=1, rc=5), ModelError, "called 'morze'"),
    "no screening": (lambda: Yukawa(1.0, 0.0), ModelError, "nothing says where to cut"),
    "no well": (lambda: Buckingham(1.0, 3.0, -1.0), ModelError, "no minimum"),
    "no minimum": (lambda: DoubleExponential(1, 1, 1, 1), ModelError, "no minimum"),
    "scale": (lambda: ZBL(scale=0), ModelError, "scale is 0"),
    "short table": (lambda: Tabulated([1, 2], [1, 2]), DataError, "at least four rows"),
    "falling table": (lambda: Tabulated(R[::-1], U), DataError, "rise from row to row"),
    "table of nan": (lambda: Tabulated(R, U * np.nan), DataError, "not finite"),
    "uneven table": (lambda: Tabulated(R, U[1:]), DataError, "two columns of equal length"),
    "cut beyond table": (lambda: Tabulated(R, U, rc=7), ModelError, "the table ends at 6"),
    "slopes": (lambda: Tabulated(R, U, 3.0), DataError, "slopes of the table"),
    "slope of nan": (lambda: Tabulated(R, U, (0, np.nan)), DataError, "not finite"),
    "below": (lambda: Tabulated(R, U, below="zero"), ModelError, "below is 'zero'"),
    "no file": (lambda: Tabulated.read("/nowhere.table"), FileError, "cannot be read"),
}

# What is said when elements meet for which there is no parameter.
SPECIES = {
    "unknown": (lambda: LennardJones({"Ar": 0.01}, 3.4), [18, 36], "not given for the element Kr"),
    "nameless": (lambda: LennardJones({"Ar": 0.01}, 3.4), None, "without atomic numbers"),
    "cutoff": (lambda: LennardJones(**LJ, rc={"Kr": 9}), [18, 18], "rc is not given"),
    "no rule": (
        lambda: LennardJones({"Ar": 0.01, "Kr": 0.02}, 3.4, mixing={}),
        [18, 36],
        "no rule says how it is mixed",
    ),
    "opposite": (lambda: Yukawa({"Na": 1, "Cl": -1}, 1), [11, 17], "no geometric mean"),
    "second": (
        lambda: Mie({"Ar": 1, "Kr": 1}, {"Ar-Kr": 3.4, "Ar": 3, "Kr": 4, "Xe": 4}, rc={"Xe": 9}),
        [18, 54],
        "not given for the element",
    ),
    "pair": (lambda: LennardJones({"Ar-Kr-Xe": 0.01}, 3.4), [18, 18], "nor a pair|neither"),
    "key": (lambda: LennardJones({18: 0.01}, 3.4), [18, 18], "18 is neither"),
    "switch": (
        lambda: LennardJones(**LJ, rc={"Ar": 5, "Kr": 9}, inner=6),
        [18, 36],
        "begins at inner = 6 Å",
    ),
    "table": (lambda: Tabulated(R, {"Ar": U, "Kr": U}), [18, 36], "no table for Ar-Kr"),
    "nuclei": (lambda: ZBL(), None, "which nuclei meet"),
    "attraction": (lambda: Buckingham(1, 3, 1e6, rc=5), [18, 18], "attracts at all distances"),
}


@pytest.mark.parametrize("case", GEOMETRY)
def test_geometry(case):
    given, kind, text = GEOMETRY[case]
    potential = LennardJones(**LJ)
    with pytest.raises(kind, match=text) as found:
        potential.energy_and_forces(**{"positions": TWO, **given})
    assert found.value.next
    energy, _ = potential.energy_and_forces(TWO)  # and it goes on
    assert energy < 0


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    make, kind, text = WORDS[case]
    with pytest.raises(kind, match=text):
        make()


@pytest.mark.parametrize("case", SPECIES)
def test_species(case):
    make, numbers, text = SPECIES[case]
    with pytest.raises(ModelError, match=text) as found:
        make().energy_and_forces(TWO, numbers=numbers)
    assert found.value.next


@pytest.mark.parametrize(
    "potential",
    [
        ra.Morse(0.3, 1.4, 2.9),
        ra.BornMayer(10.0, 0.3),
        ra.Buckingham(4e3, 3.5, 60.0),
        ra.Buckingham(4e3, 3.5, 60.0, guard=False),
    ],
    ids=repr,
)
def test_atoms_in_one_place_have_no_force_even_where_u_is_finite(potential):
    with pytest.raises(DataError, match="atoms 1 and 2 are 0 Å apart: they overlap"):
        potential.energy_and_forces([[0, 0, 0], [3, 0, 0], [3, 0, 0]])


def test_a_potential_without_a_value_says_how_near_atoms_are():
    with pytest.raises(DataError, match=r"atom 0 is not .*; its nearest neighbor is 1.5 Å away"):
        Tabulated(R, U).energy_and_forces([[0, 0, 0], [1.5, 0, 0]])
    with pytest.raises(DataError, match="a root or a logarithm"):
        Pair("a*log(3 - r)", a=1.0, rc=8.0, cutoff="sharp").energy_and_forces(TWO)


def test_a_model_that_branches_is_named():
    def u(r, a):
        return a if r < 1 else 2 * a

    with pytest.raises(TypeError, match="branches on numbers"):
        Pair(u, a=1.0, rc=5.0).energy_and_forces(TWO)


def test_a_simulation_that_blew_up_is_stopped(tmp_path):
    """A step so long that positions are lost: the error, not a trajectory of nan."""
    from ase import Atoms, units
    from ase.md.verlet import VelocityVerlet

    atoms = Atoms("Ar2", [[0, 0, 0], [1.2, 0, 0]])
    atoms.calc = LennardJones(**LJ)
    with np.errstate(all="ignore"), pytest.raises(DataError):
        VelocityVerlet(atoms, timestep=1e200 * units.fs).run(20)
