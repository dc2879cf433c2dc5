"""What single forms promise: how u ends, the guard of Buckingham, usual cutoffs, tables."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from pair_catalogue import CUTOFFS, FORMS, RC, ended

import residua.atoms as ra
from residua.atoms.forms.guard import guard_tables, well
from residua.atoms.forms.splines import joined, table
from residua.atoms.kernels.pair import within


def curve(potential, r, numbers=(18, 18)):
    """u and -du/dr of two atoms at distances r."""
    found = [potential.energy_and_forces([[0, 0, 0], [x, 0, 0]], numbers=list(numbers)) for x in r]
    return np.array([e for e, _ in found]), np.array([f[1, 0] for _, f in found])


# Which derivatives of u are continuous at rc (and at inner): energy, force.
PROMISED = {"sharp": (), "shift": (0,), "force": (0, 1), "switch": (0, 1)}


@pytest.mark.parametrize("cutoff", CUTOFFS)
@pytest.mark.parametrize("form", ["LennardJones", "Morse"])
def test_every_end_is_as_smooth_as_it_promises(form, cutoff):
    """A step of 1e-6 Å over rc changes energy and force by 1e-6 of their slopes, or they jump."""
    potential = FORMS[form].make(cutoff=cutoff)
    energy, force = curve(potential, [RC - 1e-6, RC + 1e-6])
    assert energy[1] == 0 and force[1] == 0
    inside = np.array([RC - 1e-6])
    u, scale = FORMS[form].u, 1e-5 * abs(FORMS[form].u(np.array(RC), 0, 0))
    slope = (u(inside + 1e-4, 0, 0) - u(inside - 1e-4, 0, 0)) / 2e-4
    assert (abs(energy[0]) < scale) == (0 in PROMISED[cutoff])
    assert (abs(force[0]) < 1e-5 * abs(slope[0])) == (1 in PROMISED[cutoff])
    if cutoff == "sharp":
        assert energy[0] == pytest.approx(u(inside, 0, 0)[0], rel=1e-12)


def test_switching_begins_as_smoothly_as_it_ends():
    potential = ra.LennardJones(0.0104, 3.4, rc=8.0, inner=6.0)
    plain = ra.LennardJones(0.0104, 3.4, rc=8.0, cutoff="sharp")
    r = np.array([5.0, 5.9, 6.0 - 1e-7])
    for ours, theirs in zip(curve(potential, r), curve(plain, r)):
        assert ours == pytest.approx(theirs, rel=1e-12)
    before, after = (np.array(curve(potential, [6.0 + h]))[:, 0] for h in (-1e-7, 1e-7))
    assert after == pytest.approx(before, rel=1e-6)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("ZBL", "Pair")])
def test_without_a_cutoff_the_usual_one_is_taken(form):
    """Where u is a small share of its depth, or, for repulsions, of what it is at 2 Å."""
    words = {**FORMS[form].words}
    potential = FORMS[form].kind(*FORMS[form].positional, **words)
    tables = potential.tables(["Ar", "Kr"])
    rc = tables["_rc"]
    assert rc.shape == (2, 2) and rc.max() == potential.cutoff and (rc == rc.T).all()
    if form == "Tabulated":
        assert rc[0, 1] == 7.0
        return
    r = np.linspace(2.0, 25.0, 4000)
    for i in (0, 1):
        u = FORMS[form].u(r, i, i)
        scale = u[0] if form in ("BornMayer", "Yukawa") else -u.min()
        assert 0 < abs(FORMS[form].u(rc[i, i], i, i)) < 0.04 * scale


GUARDED = [(4e3, 3.3, 60.0), (1388.77, 2.76, 175.0), (18003.7572, 1 / 0.205205, 133.5381)]


@pytest.mark.parametrize("A, B, C", GUARDED)
def test_the_guard_begins_where_repulsion_is_strongest(A, B, C):
    """Silica after van Beest et al. among them. Value, slope and curvature of u are met; inside, u
    rises to infinity; outside, nothing changes."""
    found = guard_tables({"A": A, "B": B, "C": C})
    at = float(found["_guard"])
    curvature = A * B * B * np.exp(-B * at) - 42 * C / at**8
    assert abs(curvature) < 1e-9 * 42 * C / at**8
    minimum = well(A, B, C)
    slope = -A * B * np.exp(-B * minimum) + 6 * C / minimum**7
    assert abs(slope) < 1e-12 * 6 * C / minimum**7 and 0 < at < minimum
    parameters = {"A": A, "B": B, "C": C, **found}
    from residua.atoms.forms.guard import guarded

    with jax.enable_x64(True):
        u = jax.jit(lambda r: guarded(r, parameters))
        slope = jax.jit(jax.vmap(jax.grad(u)))
        both = at * np.array([1 - 1e-9, 1 + 1e-9])
        for derivative in (u, slope, jax.jit(jax.vmap(jax.grad(jax.grad(u))))):
            below, above = np.asarray(derivative(both))
            assert below == pytest.approx(above, rel=1e-6, abs=1e-6 * 42 * C / at**8)
        slopes = np.asarray(slope(np.geomspace(1e-3 * at, at * 0.999, 200)))
        assert (slopes < 0).all() and (np.diff(slopes) > 0).all()
        assert float(u(1e-3 * at)) > 1e9
        outside = np.linspace(at * 1.001, 9.0, 50)
        bare = A * np.exp(-B * outside) - C / outside**6
        assert np.asarray(guarded(outside, parameters)) == pytest.approx(bare, rel=1e-13)


def test_the_guard_can_be_followed_by_jax():
    """Derivatives of u inside it by A, B and C, against differences; what a fit would ask."""
    from residua.atoms.forms.guard import guarded

    @jax.jit
    def u(values):
        tables = dict(zip("ABC", values))
        return guarded(0.7, {**tables, **guard_tables(tables)})

    at = np.array([4e3, 3.3, 60.0])
    with jax.enable_x64(True):
        exact = np.asarray(jax.grad(u)(at))
        numerical = [float(u(at + h) - u(at - h)) / (2 * h.sum()) for h in np.diag(1e-5 * at)]
    assert exact == pytest.approx(np.array(numerical), rel=1e-7)


def test_pairs_without_dispersion_need_no_guard():
    tables = guard_tables(
        {"A": np.array([[0.0, 1e3]]), "B": np.array([[1.0, 3.0]]), "C": np.zeros((1, 2))}
    )
    assert (tables["_guard"] == 0).all()
    repulsive = ra.Buckingham(-80.0, 1.2, -270.0, rc=9.0)  # the copper dimer of the sources
    u = curve(repulsive, [0.5, 2.2])[0]
    expected = -80 * np.exp(-1.2 * np.array([0.5, 2.2, 9.0])) + 270 / np.array([0.5, 2.2, 9.0]) ** 6
    assert u == pytest.approx(expected[:2] - expected[2], rel=1e-12)


def test_special_cases_of_one_form_are_another():
    r = np.linspace(3.0, 6.0, 7)
    lj = curve(ra.LennardJones(0.0104, 3.4, rc=9.0), r)
    mie = curve(ra.Mie(0.0104, 3.4, 12.0, 6.0, rc=9.0), r)
    assert np.array(mie) == pytest.approx(np.array(lj), rel=1e-11)
    morse = curve(ra.Morse(0.3, 1.4, 2.9, rc=9.0), r)
    A, B = 0.3 * np.exp(2 * 1.4 * 2.9), 0.6 * np.exp(1.4 * 2.9)
    double = curve(ra.DoubleExponential(A, 2.8, B, 1.4, rc=9.0), r)
    assert np.array(double) == pytest.approx(np.array(morse), rel=1e-10)
    bare, screened = ra.BornMayer(900.0, 0.3, rc=9.0), ra.Buckingham(900.0, 1 / 0.3, 0.0, rc=9.0)
    assert np.array(curve(screened, r)) == pytest.approx(np.array(curve(bare, r)), rel=1e-12)


def test_all_spellings_of_one_formula_agree():
    """A formula, a function in NumPy, one in JAX, a library model, and the class."""
    import jax.numpy as jnp

    spelled = [
        ra.Pair("D*((1 - exp(-alpha*(r - r0)))**2 - 1)", D=0.3, alpha=1.4, r0=2.9, rc=7.0),
        ra.Pair(lambda r, D, a: D * ((1 - np.exp(-a * (r - 2.9))) ** 2 - 1), D=0.3, a=1.4, rc=7.0),
        ra.Pair(lambda r, D, a: D * ((1 - jnp.exp(-a * (r - 2.9))) ** 2 - 1), D=0.3, a=1.4, rc=7.0),
        ra.Pair("morse", D=0.3, alpha=1.4, r0=2.9, rc=7.0),
        ra.Morse(0.3, 1.4, 2.9, rc=7.0),
    ]
    r = [2.2, 3.4]
    expected = np.array(curve(spelled[-1], r))
    for potential in spelled[:-1]:
        assert np.array(curve(potential, r)) == pytest.approx(expected, rel=1e-12)


def test_a_spline_goes_through_its_points_with_continuous_curvature():
    """And is the one of least curvature: scipy's natural spline, on a grid of its own."""
    from scipy.interpolate import CubicSpline

    rng = np.random.default_rng(8)
    r = np.sort(rng.uniform(2.0, 7.0, 12))
    u = rng.normal(size=12)
    potential = ra.Tabulated(r, u, cutoff="sharp")
    spline = CubicSpline(r, u, bc_type="natural")
    at = rng.uniform(r[0], r[-1], 40)
    energy, force = curve(potential, at)
    assert energy == pytest.approx(spline(at), rel=1e-11, abs=1e-12)
    assert force == pytest.approx(-spline(at, 1), rel=1e-10, abs=1e-11)
    assert curve(potential, r[:-1])[0] == pytest.approx(u[:-1], abs=1e-12)


def test_splines_of_several_tables_stay_themselves_on_their_common_grid():
    first = table("a", np.linspace(1, 5, 7), np.cos(np.linspace(1, 5, 7)))
    second = table("b", np.geomspace(1.5, 6, 9), np.sin(np.geomspace(1.5, 6, 9)), (1.0, None))
    knots, pieces = joined([first, second])
    for one, mine in zip((first, second), pieces):
        alone_knots, alone = joined([one])
        inside = (knots[:-1] >= one.r[0]) & (knots[:-1] < one.r[-1])
        place = np.searchsorted(alone_knots, knots[:-1][inside], side="right") - 1
        x = knots[:-1][inside] - alone_knots[place]
        value = np.sum(alone[0, place] * x[:, None] ** np.arange(3, -1, -1), 1)
        assert mine[inside, 3] == pytest.approx(value, abs=1e-13)
        assert np.isnan(mine[~inside]).all()


def test_below_its_first_point_a_table_goes_straight_on_where_asked():
    r = np.linspace(2.0, 6.0, 41)
    potential = ra.Tabulated(r, 3.0 / r**2, (-0.75, None), below="line", cutoff="sharp")
    energy, force = curve(potential, [1.0, 1.5, 2.0])
    assert energy == pytest.approx([1.5, 1.125, 0.75], rel=1e-12)
    assert force == pytest.approx([0.75] * 3, rel=1e-9)


def test_files_of_tables(tmp_path):
    """The grid that the header says; sections; what cannot be read."""
    from residua._errors import FileError

    rows = "1 9 3 1\n2 9 2 1\n3 9 1 1\n4 9 0 1\n"
    text = f"# made\n\nONE\nN 4 R 1.0 4.0\n\n{rows}\nTWO # squares\nN 4 RSQ 1.0 2.0\n\n{rows}"
    path = tmp_path / "u.table"
    path.write_text(f"{text}\nBAD\nN 9\n\n{rows}")
    first, second = ra.Tabulated.read(path), ra.Tabulated.read(path, "TWO")
    assert first.data.r.tolist() == [1, 2, 3, 4] and first.data.slopes == (-1, -1)
    assert second.data.r == pytest.approx(np.sqrt([1, 2, 3, 4]))
    for section, text in {"BAD": "cannot be read", "THREE": "no table called 'THREE'"}.items():
        with pytest.raises(FileError, match=text):
            ra.Tabulated.read(path, section)


def test_zbl_of_named_pairs():
    """Copper on copper at 1 Å, worked out by hand: 14.399645 29² phi(1/0.107976) = 135.03 eV."""
    zbl = ra.ZBL(cutoff="sharp")
    assert curve(zbl, [1.0], (29, 29))[0][0] == pytest.approx(135.03, abs=5e-3)
    assert curve(zbl, [0.7], (18, 36))[0][0] == pytest.approx(FORMS["ZBL"].u(0.7, 0, 1), rel=1e-12)


def test_the_documented_ends_are_those_of_the_kernel():
    """`ended`, which all tests lean on, against `within`, for a form with known slope."""
    r = np.linspace(2.5, RC - 1e-3, 9)
    parameters = {"_rc": RC, "_inner": 0.8 * RC}
    with jax.enable_x64(True):
        for cutoff in CUTOFFS:
            ours = within(lambda r, p: r**-3.0, cutoff, r, parameters)
            assert np.asarray(ours) == pytest.approx(
                ended(lambda r, i, j: r**-3.0, cutoff, r, 0, 0), rel=1e-9
            )
