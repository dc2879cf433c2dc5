"""Which engine runs, what happens when one cannot follow, and the road of models fitted often."""

from __future__ import annotations

import functools
import math
from types import SimpleNamespace

import numpy as np
import pytest

import residua as rs
from residua.fitting import compiled, warm

T = np.linspace(0.0, 4.0, 50)
RNG = np.random.default_rng(3)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.05 * RNG.standard_normal(50)
SCALE = SimpleNamespace(k=1.0)


def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c


def reference(t=T, y=Y):
    return rs.fit(lambda t, a, b, c: a * np.exp(-b * t) + c, t, y, start=[1.0, 1.0, 0.0])


def same(fit, other, rtol=1e-9):
    np.testing.assert_allclose(fit.theta, other.theta, rtol=rtol)
    np.testing.assert_allclose(fit.standard_errors, other.standard_errors, rtol=rtol)
    assert fit.outcome is other.outcome


def jax_model():
    import jax.numpy as jnp

    return lambda t, a=1.0, b=1.0, c=0.0: a * jnp.exp(-b * t) + c


def autograd_model():
    anp = pytest.importorskip("autograd.numpy")
    return lambda t, a=1.0, b=1.0, c=0.0: a * anp.exp(-b * t) + c


@pytest.mark.parametrize("engine", ["auto", "compiled"])
def test_a_jax_model_is_compiled_in_double_precision(engine):
    fit = rs.fit(jax_model(), T, Y, engine=engine)
    assert fit.engine == "compiled"
    same(fit, reference())
    assert fit(np.array([1.0])).dtype == np.float64
    assert fit.predict([1.0]).value.dtype == np.float64


def test_an_autograd_model_is_followed_eagerly():
    fit = rs.fit(autograd_model(), T, Y)
    assert fit.engine == "eager"
    same(fit, reference())


def test_a_model_that_branches_on_its_parameters_is_not_compiled():
    def branching(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c if b > 0 else a + c + 0 * t

    fit = rs.fit(branching, T, Y, engine="compiled")
    assert fit.engine == "eager"
    assert "compiled engine cannot follow" in fit.engine_reason
    same(fit, reference())


def test_a_model_that_no_engine_follows_is_differenced_and_says_so():
    def external(t, a=1.0, b=1.0, c=0.0):
        return np.array([a * math.exp(-b * ti) + c for ti in t])

    fit = rs.fit(external, T, Y)
    assert fit.engine == "numeric" and fit.ok
    assert any("finite differences" in warning for warning in fit.warnings)
    same(fit, reference(), rtol=1e-5)


def test_partials_methods_and_keyword_only_parameters_compile():
    class Lab:
        offset = 0.5

        def model(self, t, *, a=1.0, b=1.0):
            return a * np.exp(-b * t) + self.offset

    fits = [
        rs.fit(functools.partial(decay, c=0.5), T, Y, engine="compiled"),
        rs.fit(Lab().model, T, Y, engine="compiled"),
        rs.fit(decay, T, Y, fixed={"c": 0.5}, engine="compiled"),
    ]
    for fit in fits:
        assert fit.engine == "compiled"
        np.testing.assert_allclose(fit.theta, fits[2].theta, rtol=1e-9)


def test_bounds_sigma_and_covariances_travel_through_one_compiled_call():
    sigma = np.linspace(0.02, 0.08, 50)
    covariance = np.diag(sigma**2) + 1e-4
    for words in (
        {"sigma": sigma},
        {"sigma": covariance, "absolute_sigma": True},
        {"bounds": {"c": (0.6, None)}},
        {"bounds": {"a": (0, 10), "b": (0, 10)}, "sigma": sigma},
    ):
        eager = rs.fit(decay, T, Y, engine="eager", start=[1.0, 1.0, 0.7], **words)
        fast = rs.fit(decay, T, Y, engine="compiled", start=[1.0, 1.0, 0.7], **words)
        assert fast.engine == "compiled"
        same(fast, eager, rtol=1e-8)


def test_many_outputs_and_several_variables_travel_too():
    def two(p, q, a=1.0, b=1.0):
        return np.stack([a * p + b * q, a * np.exp(-b * p)], axis=-1)

    x = {"p": T, "q": T**2}
    y = two(T, T**2, 1.5, 0.7) + 0.01 * RNG.standard_normal((50, 2))
    same(rs.fit(two, x, y, engine="compiled"), rs.fit(two, x, y, engine="eager"))


def test_a_new_number_of_points_does_not_compile_again():
    def model(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c

    for n in (40, 37, 39, 33, 34, 40):
        fit = rs.fit(model, T[:n], Y[:n], engine="compiled")
        same(fit, reference(T[:n], Y[:n]))
    program = warm.recall(model).program
    assert len(program.compiled) == 1
    assert {compiled.bucket(n) for n in (33, 34, 37, 39, 40)} == {40}


def test_padding_is_seen_and_given_up_for_models_that_look_at_all_points():
    def centered(t, a=1.0, b=1.0):
        return a * np.exp(-b * (t - t.mean()))

    y = 2.0 * np.exp(-0.5 * (T - T.mean())) + 0.01 * RNG.standard_normal(50)
    fit = rs.fit(centered, T, y, engine="compiled")
    same(fit, rs.fit(centered, T, y, engine="eager"))
    assert not warm.recall(centered).program.padded


def test_a_changed_global_is_seen_on_the_warm_road():
    def scaled(t, a=1.0, b=1.0):
        return SCALE.k * a * np.exp(-b * t)

    y = 2.0 * np.exp(-T)
    for k in (1.0, 2.0, 4.0, 1.0):
        SCALE.k = k
        fit = rs.fit(scaled, T, y + 0.01 * np.sin(40 * T), engine="compiled")
        np.testing.assert_allclose(fit.params["a"], 2.0 / k, rtol=0.05)


def test_models_with_equal_bytecode_are_told_apart():
    fits = [
        rs.fit(lambda t, a=1.0: 2 * a * t, T, 6 * T + 0.01 * np.sin(9 * T), engine="compiled"),
        rs.fit(lambda t, a=1.0: 3 * a * t, T, 6 * T + 0.01 * np.sin(9 * T), engine="compiled"),
    ]
    np.testing.assert_allclose([fit.params["a"] for fit in fits], [3.0, 2.0], rtol=1e-3)


def test_the_warm_road_gives_what_the_long_road_gives():
    def model(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c

    first = rs.fit(model, T, Y, engine="compiled")
    assert warm.recall(model) is not None
    again = rs.fit(model, T, Y)
    assert again.engine == "compiled" and "again and again" in again.engine_reason
    same(again, first, rtol=1e-11)  # another way to the same minimum, polished by the same Newton
    assert again.warnings == first.warnings == []
    assert again.r_squared == pytest.approx(first.r_squared, rel=1e-12)
    named = rs.fit(model, T, Y, start={"a": 2.0, "b": 1.0, "c": 0.1})
    same(named, first)
    assert named.parameters.leaves[0].start == 2.0
    with pytest.raises(rs.DataError, match="NaN"):
        rs.fit(model, T, np.where(T > 3, np.nan, Y))
    assert not rs.fit(model, T, np.full(50, 2.0)).ok


def test_the_order_of_points_changes_nothing_on_the_warm_road():
    def model(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c

    rs.fit(model, T, Y, engine="compiled")
    shuffled = np.random.default_rng(1).permutation(50)
    fit = rs.fit(model, T[shuffled], Y[shuffled])
    assert "again and again" in fit.engine_reason
    same(fit, reference())
    np.testing.assert_array_equal(fit.y, Y[shuffled])


def test_the_scout_is_believed_only_when_the_triangle_agrees():
    """Structured residuals, valleys and bad starts leave the warm road and are judged as ever."""

    def model(t, a=1.0, b=1.0):
        return a * np.exp(-b * t)

    rs.fit(model, T, 2 * np.exp(-T) + 0.01 * np.sin(40 * T), engine="compiled")
    structured = rs.fit(model, T, 2 * np.exp(-T) + 0.3 * np.sin(2 * T))
    assert any("structured" in warning for warning in structured.warnings)

    def product(t, a1=1.0, a2=1.0, b=1.0):
        return a1 * a2 * np.exp(-b * t)

    for _ in range(2):
        fit = rs.fit(product, T, Y - 0.5, engine="compiled")
        assert not fit.ok and any("only a1*a2" in warning for warning in fit.warnings)


def test_time_spent_eagerly_promotes_a_model(monkeypatch):
    monkeypatch.setattr(warm, "COMPILING_COSTS", 0.0)

    def model(t, a=1.0, b=1.0, c=0.0):
        return a * np.exp(-b * t) + c

    assert rs.fit(model, T, Y, engine="eager").engine == "eager"
    fit = rs.fit(model, T, Y)
    assert fit.engine == "compiled" and "again and again" in fit.engine_reason
    assert rs.fit(model, T, Y, engine="eager").engine == "eager"


def test_a_closure_made_anew_does_not_compile_at_every_turn(monkeypatch):
    """Each program has to be paid for: new values in a closure start a new account."""
    monkeypatch.setattr(warm, "COMPILING_COSTS", 1e-9)

    def made(k):
        return lambda t, a=1.0, b=1.0: k * a * np.exp(-b * t)

    y = 2 * np.exp(-T) + 0.01 * np.sin(40 * T)
    engines = []
    for k in (1.0, 1.0, 1.0, 2.0, 2.0, 2.0):
        fit = rs.fit(made(k), T, y)
        np.testing.assert_allclose(fit.params["a"], 2.0 / k, rtol=0.05)
        engines.append(fit.engine)
    # The first fit of each closure is eager; then its program is compiled once, found again after.
    assert engines == ["eager", "compiled", "compiled"] * 2


def test_an_unknown_engine_is_refused():
    with pytest.raises(rs.ParameterError, match="engine is"):
        rs.fit(decay, T, Y, engine="turbo")


def test_compiled_solvers_are_let_go_when_there_are_many(monkeypatch):
    """Linux aborts a process of too many memory maps; the oldest solvers go, and come again."""
    monkeypatch.setattr(compiled, "MOST_SOLVERS", 2)
    compiled._solvers.clear()
    x = np.linspace(0.0, 1.0, 12)
    fits = [
        rs.fit(f"a*x + {k}*b", x, 2 * x + k + 0.01 * np.cos(9 * x), engine="compiled")
        for k in (1, 2, 3)
    ]
    assert all(fit.ok and fit.engine == "compiled" for fit in fits)
    alive = [len(program.compiled) for program, _ in compiled._solvers]
    assert len(compiled._solvers) == 2 and all(alive)
