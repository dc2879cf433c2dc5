"""Solutions and their derivatives, against closed forms and SciPy's integrators.

rtol is 1e-8 per step; 1e-7 of the largest value is demanded of solutions, 1e-6 of sensitivities.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import residua as rs
from residua.autodiff.compiled import jacobian

T = np.linspace(0.0, 2.0, 23)
REVERSIBLE = {"k1": 3.0, "k_1": 1.5, "A0": 0.8}


def reversible(t, y, k1, k_1):
    A, B = y
    r = k1 * A - k_1 * B
    return [-r, r]


def reversible_exact(t, k1, k_1, A0):
    k = k1 + k_1
    return A0 / k * (k1 * np.exp(-k * t) + k_1)


def predator_prey(t, hare, lynx, a, b, c, d):
    return {"hare": hare * (a - b * lynx), "lynx": lynx * (d * hare - c)}


def robertson(t, y, k1, k2, k3):
    A, B, C = y
    one, two, three = k1 * A, k2 * B * B, k3 * B * C
    return np.array([three - one, one - two - three, two])


@pytest.fixture(scope="module")
def model():
    return rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A")


def close(found, exact, digits=1e-7):
    np.testing.assert_allclose(found, exact, rtol=0, atol=digits * np.abs(exact).max())


def complex_step(function, values, name, *x):
    """Exact derivative of an analytic function, without subtraction."""
    moved = {k: complex(v, 1e-30 * (k == name)) for k, v in values.items()}
    return np.imag(function(*x, **moved)) / 1e-30


# Closed forms ------------------------------------------------------------------------------------


def test_reversible_first_order(model):
    close(model(T, **REVERSIBLE), reversible_exact(T, **REVERSIBLE))


def test_consecutive_first_order():
    def chain(t, A, B, C, k1, k2):
        return -k1 * A, k1 * A - k2 * B, k2 * B

    found = rs.ode(chain, start={"A": 2.0, "B": 0.0, "C": 0.0})(T, k1=1.3, k2=0.4)
    A = 2.0 * np.exp(-1.3 * T)
    B = 2.0 * 1.3 / (0.4 - 1.3) * (np.exp(-1.3 * T) - np.exp(-0.4 * T))
    assert found.shape == (23, 3)
    close(found, np.column_stack([A, B, 2.0 - A - B]))


def test_second_order_of_unequal_amounts():
    """IUPAC amounts of a chemist: a thousandth, and a rate constant of a thousand."""
    model = rs.ode(lambda y, k: [-k * y[0] * y[1]] * 2, start={"A": 1e-3, "B": 2e-3}, observe="A")
    grown = np.exp(1000.0 * (2e-3 - 1e-3) * T)
    close(model(T, k=1000.0), 1e-3 * (2e-3 - 1e-3) / (2e-3 * grown - 1e-3))


def test_rates_that_depend_on_time():
    model = rs.ode(lambda t, y, k: [-k * np.cos(t) * y[0]], start={"A": 1.0})
    close(model(T, k=0.7), np.exp(-0.7 * np.sin(T)))


def test_a_species_that_starts_from_nothing():
    model = rs.ode(lambda y, k, loss: [k - loss * y[0]], start={"A": 0.0})
    close(model(T, k=1e-6, loss=2.0), 5e-7 * (1 - np.exp(-2 * T)))


# SciPy -------------------------------------------------------------------------------------------


def test_predator_and_prey_as_dop853():
    values = {"a": 1.1, "b": 0.4, "c": 0.4, "d": 0.1}
    found = rs.ode(predator_prey, start={"hare": 10.0, "lynx": 5.0})(20 * T, **values)
    there = solve_ivp(
        lambda t, y: list(predator_prey(t, *y, **values).values()),
        (0, 40), [10.0, 5.0], "DOP853", t_eval=20 * T, rtol=1e-12, atol=1e-12,
    )  # fmt: skip
    close(found, there.y.T, 1e-6)  # an error grows on an orbit: about 4 of them here


def test_stiff_robertson_as_radau():
    """Three rate constants of nine decades; B is a hundred-thousandth of A."""
    t = np.concatenate([[0.0], np.geomspace(1e-4, 1e5, 25)])
    model = rs.ode(robertson, start={"A": 1.0, "B": 0.0, "C": 0.0}, stiff=True)
    found = model(t, k1=0.04, k2=3e7, k3=1e4)
    there = solve_ivp(
        robertson, (0, 1e5), [1.0, 0.0, 0.0], "Radau", t_eval=t, args=(0.04, 3e7, 1e4),
        rtol=1e-10, atol=1e-15,
    )  # fmt: skip
    for k in range(3):
        close(found[:, k], there.y[k], 1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-9)


# Derivatives -------------------------------------------------------------------------------------


def test_sensitivities_are_those_of_the_closed_form(model):
    theta = np.array(list(REVERSIBLE.values()))
    value, tangents = jacobian(lambda at, t: model.function(t, *at), theta, T)
    assert (value == model(T, **REVERSIBLE)).all()  # the same steps, to the last bit
    for name, found in zip(REVERSIBLE, tangents):
        close(found, complex_step(reversible_exact, REVERSIBLE, name, T), 1e-6)


def test_derivative_with_respect_to_time_is_the_rate(model):
    slope = rs.derivative(model, "t")(T, **REVERSIBLE)
    close(slope, -0.8 * 3.0 * np.exp(-4.5 * T), 1e-6)


@pytest.mark.parametrize("order", [("t", "k1"), ("k1", "t"), ("k1", "k_1")])
def test_second_derivatives_in_either_order(model, order):
    first, second = order
    found = rs.derivative(model, first, second)(T, **REVERSIBLE)

    def slope(at):
        """First derivative by the complex step, wherever the other argument is."""
        values = {"t": T, **REVERSIBLE}
        values[second] = at
        values[first] = values[first] + 1e-30j
        t = values.pop("t")
        return np.imag(reversible_exact(t, **values)) / 1e-30

    at = T if second == "t" else REVERSIBLE[second]
    h = 1e-4
    expected = (slope(at - 2 * h) - 8 * slope(at - h) + 8 * slope(at + h) - slope(at + 2 * h)) / (
        12 * h
    )
    close(found, expected, 1e-6)


def test_sensitivities_of_a_stiff_problem_are_its_differences():
    t = np.geomspace(1e-2, 1e3, 12)
    model = rs.ode(robertson, start={"A": None, "B": 0.0, "C": 0.0}, observe="B", stiff=True)
    theta = np.array([0.04, 3e7, 1e4, 1.0])
    _, tangents = jacobian(lambda at, t: model.function(t, *at), theta, t)
    for k, found in enumerate(tangents):
        h = 1e-3 * theta[k] * np.eye(4)[k]
        sides = [model(t, *(theta + s * h)) for s in (-2, -1, 1, 2)]
        expected = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (12 * h[k])
        close(found, expected, 1e-4)  # differences of solutions good to seven digits


def test_forward_and_reverse_agree(model):
    import jax

    from residua.autodiff.traced_state import double_precision

    with double_precision():
        point = np.array(list(REVERSIBLE.values()))

        def squares(theta):
            return (model.function(T, *theta) ** 2).sum()

        forward, reverse = jax.jacfwd(squares)(point), jax.grad(squares)(point)
    np.testing.assert_allclose(forward, reverse, rtol=1e-12)


# Times -------------------------------------------------------------------------------------------


def test_times_come_in_any_order_and_number(model):
    t = np.array([1.0, 0.0, 0.3, 0.3, 1.0])
    expected = reversible_exact(t, **REVERSIBLE)
    close(model(t, **REVERSIBLE), expected)
    close(model(t.reshape(5, 1), **REVERSIBLE), expected.reshape(5, 1))
    assert float(model(0.0, **REVERSIBLE)) == 0.8
    assert model(0.3, **REVERSIBLE).shape == ()


def test_the_clock_may_start_elsewhere():
    model = rs.ode(reversible, start={"A": None, "B": 0.0}, observe="A", t0=-5.0)
    close(model(T - 5.0, **REVERSIBLE), reversible_exact(T, **REVERSIBLE))


def test_a_time_before_the_start_is_refused(model):
    with pytest.raises(rs.DataError, match=r"-0\.5 lies before t0 = 0"):
        model(np.array([0.5, -0.5]), **REVERSIBLE)


# What is observed --------------------------------------------------------------------------------


def test_observables_with_parameters_of_their_own():
    """An absorbance: two species, each with its own absorptivity, by name and as a vector."""
    start = {"A": 0.8, "B": 0.0}
    named = rs.ode(reversible, start, observe=lambda B, A, eA, eB: eA * A + eB * B)
    vector = rs.ode(reversible, start, observe=lambda t, y, eA, eB: [eA * y[0] + eB * y[1], t])
    values = {"k1": 3.0, "k_1": 1.5, "eA": 10.0, "eB": 30.0}
    assert named.parameters == vector.parameters == ("k1", "k_1", "eA", "eB")
    A = reversible_exact(T, **REVERSIBLE)
    close(named(T, **values), 10 * A + 30 * (0.8 - A))
    close(vector(T, **values), np.column_stack([10 * A + 30 * (0.8 - A), T]))


def test_parameters_may_be_shared_and_arrays():
    """A start that is also a rate constant, and rates as one array, in jax.numpy."""
    import jax.numpy as jnp

    def decay(t, y, k):
        return -k * jnp.asarray(y)

    found = rs.ode(decay, start={"A": "k", "B": 1.0})(T, k=2.0)
    close(found, np.column_stack([2 * np.exp(-2 * T), np.exp(-2 * T)]))
    found = rs.ode(decay, start={"A": 1.0, "B": 1.0})(T, k=np.array([1.0, 3.0]))
    close(found, np.exp(-np.outer(T, [1.0, 3.0])))
