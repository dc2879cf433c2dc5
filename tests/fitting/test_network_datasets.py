"""Networks fitted to values and derivatives together, by the words of `rs.fit`."""

from __future__ import annotations

import json

import numpy as np
import pytest

import residua as rs
from residua._errors import DataError, FileError, ModelError, ParameterError


def dimer(distances):
    """Energy of a copper dimer and the force along its axis on the second atom, eV and eV/Å."""
    from ase import Atoms
    from ase.calculators.emt import EMT

    pairs = [Atoms("Cu2", positions=[(0, 0, 0), (r, 0, 0)], calculator=EMT()) for r in distances]
    energy = np.array([pair.get_potential_energy() for pair in pairs])
    return energy, np.array([pair.get_forces()[1, 0] for pair in pairs])


def rms(error):
    return float(np.sqrt(np.mean(np.square(error))))


def slope(f):
    return f.derivative("x")


@pytest.fixture(scope="module")
def copper():
    r = np.linspace(1.7, 3.0, 12)
    energy, force = dimer(r)
    sets = [
        rs.dataset(r, energy, name="energy"),
        rs.dataset(r, force, name="force", of=lambda E: -E.derivative("r")),
    ]
    return rs.fit(rs.MLP([10]), sets), rs.fit(rs.MLP([10]), {"r": r}, energy)


def noisy(n=100, seed=1, spread=(0.1, 0.4)):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-2, 2, n))
    values = np.sin(2 * x) + spread[0] * rng.normal(size=n)
    slopes = 2 * np.cos(2 * x) + spread[1] * rng.normal(size=n)
    return x, values, slopes


@pytest.fixture(scope="module")
def wave():
    x, values, slopes = noisy()
    sets = [rs.dataset(x, values, name="values"), rs.dataset(x, slopes, name="slopes", of=slope)]
    return rs.fit(rs.MLP([8]), sets)


def test_forces_of_a_copper_dimer_are_learned_from_energies_and_forces(copper):
    """12 distances: forces are off by 0.0002 eV/Å; by energies alone by 0.08."""
    both, alone = copper
    grid = np.linspace(1.7, 3.0, 101)
    energy, force = dimer(grid)
    assert both.ok and both.observations.names == ("r",)
    assert rms(both(grid) - energy) < 1e-4 and rms(both.derivative("r")(grid) + force) < 2e-3
    assert rms(alone.derivative("r")(grid) + force) > 20 * rms(both.derivative("r")(grid) + force)
    np.testing.assert_allclose(both.parts["force"](grid), -both.derivative("r")(grid), rtol=1e-12)
    said = both.parts["force"].predict(grid, interval="prediction")
    assert np.mean((said.low <= force) & (force <= said.high)) > 0.8


def test_noise_of_values_and_slopes_is_found(wave):
    """0.1 and 0.4 were drawn; 100 rows of each tell them to a fifth. Intervals hold 85 to 99 %."""
    assert wave.noise_levels["values"] == pytest.approx(0.1, rel=0.2)
    assert wave.noise_levels["slopes"] == pytest.approx(0.4, rel=0.2)
    assert wave.noise == pytest.approx(wave.noise_levels["values"], rel=1e-12)
    rng = np.random.default_rng(7)
    x = np.linspace(-1.8, 1.8, 201)
    new = 2 * np.cos(2 * x) + 0.4 * rng.normal(size=x.size)
    said = wave.parts["slopes"].predict(x, interval="prediction")
    assert 0.85 < np.mean((said.low < new) & (new < said.high)) <= 0.99
    text = str(wave)
    assert "values: 100 points of y" in text and "slopes: 100 points of dy/dx" in text
    assert text.count("over unseen rows") == 3 and wave.plan.folds


def test_the_error_bar_of_a_slope_is_that_of_its_part(wave):
    x = np.linspace(-1.5, 1.5, 7)
    part, function = wave.parts["slopes"].predict(x), wave.derivative("x").predict(x)
    ratio = (part.stderr / function.stderr).tolist()
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-10)  # each has its own noise's share of it


def test_a_linear_network_is_generalized_least_squares():
    """Four values, three slopes of a line, absolute sigma: the dense answer and errors, 1e-8."""
    x, y = np.array([0.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.9, 5.2, 8.8])
    z, d = np.array([0.5, 3.0, 3.5]), np.array([2.2, 1.7, 2.0])
    sets = [
        rs.dataset(x, y, sigma=0.2, absolute_sigma=True),
        rs.dataset(z, d, sigma=[0.1, 0.2, 0.4], absolute_sigma=True, of=slope),
    ]
    fit = rs.fit(rs.MLP([]), sets, members=1)
    m, s, ym, ys = (float(np.ravel(part)[0]) for part in fit.scaling)
    A = np.vstack([np.column_stack([(x - m) / s, np.ones(4)]), [[1 / s, 0.0]] * 3])
    b = np.concatenate([(y - ym) / ys, d / ys])
    w = (ys / np.array([0.2, 0.2, 0.2, 0.2, 0.1, 0.2, 0.4])) ** 2
    H = (A.T * w) @ A + np.diag(fit.one.member.ratio)
    theta = np.linalg.solve(H, A.T @ (w * b))
    np.testing.assert_allclose(fit(x), ym + ys * (A[:4] @ theta), rtol=1e-8)
    cov = ys**2 * A[:4] @ np.linalg.inv(H) @ A[:4].T
    np.testing.assert_allclose(fit.predict(x).stderr, np.sqrt(np.diag(cov)), rtol=1e-8)


def test_several_inputs_and_several_ways_to_write_it():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-1, 1, (2, 40))
    f, along = np.sin(x) * y, np.cos(x) * y + 2 * np.sin(x)
    sets = [
        rs.dataset({"x": x, "y": y}, f, sigma=0.01, name="f"),
        rs.dataset(
            {"y": y, "x": x},
            along,
            sigma=0.02,
            name="along",
            of=lambda f: f.derivative("x") + 2 * f.derivative("y"),
        ),
    ]
    fit = rs.fit(rs.MLP([8]), sets, seed=1)
    new = {"x": np.array([0.3, -0.4]), "y": np.array([0.5, 0.2])}
    np.testing.assert_allclose(fit.predict(new).value, np.sin(new["x"]) * new["y"], atol=0.01)
    truth = np.cos(new["x"]) * new["y"] + 2 * np.sin(new["x"])
    np.testing.assert_allclose(fit.parts["along"].predict(new).value, truth, atol=0.05)
    named = rs.fit(rs.MLP([3]), {"one": (x, f), "two": (y, f)})
    assert list(named.parts) == ["one", "two"] and named.n == 80


def test_slopes_alone_need_one_value():
    x = np.linspace(0, 3, 15)
    slopes = rs.dataset(x, np.cos(x), of=slope, name="slopes")
    with pytest.raises(ModelError, match="offset") as caught:
        rs.fit(rs.MLP([6]), [slopes])
    assert "rs.dataset([0]" in caught.value.next
    anchor = rs.dataset([0.0], [0.0], sigma=1e-6, absolute_sigma=True, name="zero")
    fit = rs.fit(rs.MLP([6]), [slopes, anchor])
    np.testing.assert_allclose(fit(x), np.sin(x), atol=0.01)  # the integral
    assert not fit.predict([2.0]).extrapolates[0] and fit.predict([9.0]).extrapolates[0]


def test_constraints_and_formulas_see_derivatives_too():
    x, values, slopes = noisy(20, spread=(0.01, 0.01))
    both = [
        rs.dataset({"x": x}, values + 3 * x, sigma=0.01, name="v"),
        rs.dataset({"x": x}, slopes + 3, sigma=0.01, of=slope, name="s"),
    ]
    rising = rs.fit(rs.MLP([6], monotone=1), both)
    assert rising.ok and (rising.derivative("x")(np.linspace(-5, 5, 99)) >= 0).all()
    hybrid = rs.fit(rs.model("a*x", independent="x") + rs.MLP([6]), both)
    assert hybrid.ok and "a" in hybrid.params
    assert rms(hybrid.derivative("x")(x) - 2 * np.cos(2 * x) - 3) < 0.1


@pytest.mark.parametrize("which", ["copper", "wave"])
def test_saved_and_loaded(which, request, tmp_path):
    fit = request.getfixturevalue(which)
    fit = fit[0] if isinstance(fit, tuple) else fit
    fit.save(tmp_path / "fit.json")
    again = rs.load(tmp_path / "fit.json")
    x = np.linspace(-2, 4, 9)
    assert str(again) == str(fit) and again.noise_levels == fit.noise_levels
    for name in fit.parts:
        old, new = (one.parts[name].predict(x, interval="prediction") for one in (fit, again))
        np.testing.assert_allclose(new.value, old.value, rtol=1e-12)
        np.testing.assert_allclose(new.high, old.high, rtol=1e-8)
    text = json.loads((tmp_path / "fit.json").read_text())
    text["datasets"][1]["level"] = -1.0
    (tmp_path / "bad.json").write_text(json.dumps(text))
    with pytest.raises(FileError, match="not positive"):
        rs.load(tmp_path / "bad.json")


def test_a_wrong_sign_is_not_passed_over():
    x, values, slopes = noisy(30)
    sets = [rs.dataset(x, values, sigma=0.1), rs.dataset(x, -slopes, sigma=2.0, of=slope)]
    fit = rs.fit(rs.MLP([8]), sets)
    assert not fit.ok and "sign" in fit.warnings[1]


def test_bad_input():
    x, values, slopes = noisy(12)
    network, one = rs.MLP([3]), rs.dataset(x, values)
    for words in ({"shared": ["W1"]}, {"by": "a"}, {"start": {"W1": 0}}):
        with pytest.raises(ParameterError, match="cannot be used with a network"):
            rs.fit(network, [one], **words)
    with pytest.raises(ParameterError, match="validation"):
        rs.fit(network, [one], solver=rs.Adam(1e-3), validation=0.1)
    with pytest.raises(ModelError, match="one variable"):
        rs.fit(
            network,
            [one, *(rs.dataset(x, slopes, of=lambda f, n=n: f.derivative(n)) for n in "ab")],
        )
    with pytest.raises(DataError, match="variables are"):
        rs.fit(network, [one, rs.dataset(np.column_stack([x, x]), values)])
    with pytest.raises(DataError, match="columns of y"):
        rs.fit(network, [one, rs.dataset(x, np.column_stack([values, values]))])
    with pytest.raises(DataError, match="beside the datasets"):
        rs.fit(network, [one], sigma=0.1)
    with pytest.raises(ModelError, match="logistic"):
        rs.fit(rs.MLP([3], output="logistic"), [one])
    with pytest.raises(KeyError, match="there is no dataset"):
        rs.fit(network, [one], members=1).parts["force"]
