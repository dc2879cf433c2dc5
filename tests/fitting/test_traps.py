"""The eleven traps that fitting libraries fall into: each is refused, answered, or said.

They were measured in scipy, lmfit, NLSQ, pycse and JAXFit; the numbers in the comments are what
those tools answered.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import curve_fit

import residua as rs
from residua.algebra.linearization import merge, triangle

T = np.linspace(0.0, 4.0, 50)


def decay(t, a, b, c):
    return a * np.exp(-b * t) + c


def noisy(clean: np.ndarray, sigma: float, seed: int = 0) -> np.ndarray:
    return clean + sigma * np.random.default_rng(seed).normal(size=clean.shape)


# 1. Only the product is determined: scipy says a1 = 1.148 ± 0.009, lmfit "Fit succeeded".


def product(t, a1=1.0, a2=2.0, b=1.0):
    return a1 * a2 * np.exp(-b * t)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (product, "a1*a2"),
        ("a1*a2*exp(-b*x)", "a1*a2"),
        (lambda t, a1, a2, b: a1 / a2 * np.exp(-b * t), "a1/a2"),
        (lambda t, a1, a2, b: (a1 + a2) * np.exp(-b * t), "a1 + a2"),
        (lambda t, a1, a2, b: (a1 - a2) * np.exp(-b * t), "a1 - a2"),
        (lambda t, a1, a2, b: a1 * a2**2 * np.exp(-b * t), "a1*a2**2"),
    ],
)
def test_1_what_is_not_determined_is_said_in_words(model: object, words: str) -> None:
    y = noisy(2.5 * np.exp(-1.3 * T), 0.05)
    fit = rs.fit(model, T, y)
    assert not fit.ok
    assert fit.outcome is rs.Outcome.VALLEY
    assert any(f"only {words} is determined" in warning for warning in fit.warnings)
    assert math.isinf(fit.stderr["a1"])
    assert math.isinf(fit.stderr["a2"])
    # What is determined keeps the error bar it has in the model without the twin.
    alone = rs.fit(lambda t, k, b: k * np.exp(-b * t), T, y)
    assert fit.params["b"] == pytest.approx(alone.params["b"], abs=1e-6 * alone.stderr["b"])
    free = math.sqrt(len(T) - 3) / math.sqrt(len(T) - 2)  # one more parameter is counted
    assert fit.stderr["b"] * free == pytest.approx(alone.stderr["b"], rel=1e-6)


# 2. A parameter at its bound: lmfit says 0 ± 3.8e-5.


def test_2_a_parameter_at_its_bound_has_no_error_bar() -> None:
    y = noisy(decay(T, 2.5, 1.3, -0.2), 0.05)
    fit = rs.fit(decay, T, y, start=[1.0, 1.0, 0.5], bounds={"c": (0, None)})
    assert fit.outcome is rs.Outcome.AT_BOUND
    assert fit.params["c"] == 0.0
    assert math.isnan(fit.stderr["c"])
    assert any("c is at its lower bound 0" in warning for warning in fit.warnings)
    held = rs.fit(decay, T, y, start=[1.0, 1.0, 0.5], fixed={"c": 0.0})
    for name in "ab":
        assert fit.params[name] == pytest.approx(held.params[name], rel=1e-8)
        assert fit.stderr[name] == pytest.approx(held.stderr[name], rel=1e-8)
    assert "at its lower bound" in str(fit)


# 3. A sinusoid from a bad start: R² = 0.014, and nobody warns.


@pytest.mark.parametrize("frequency", [0.1, 1.0, 5.0, 20.0, 60.0])
def test_3_a_wrong_minimum_is_left_or_said(frequency: float) -> None:
    x = np.linspace(0.0, 10.0, 80)
    y = noisy(1.5 * np.sin(8.17 * x + 0.4) + 0.2, 0.1, 1)

    def sine(x, a=1.0, w=frequency, phase=0.0, c=0.0):
        return a * np.sin(w * x + phase) + c

    fit = rs.fit(sine, x, y)
    assert fit.r_squared > 0.98 or not fit.ok or fit.warnings
    assert not (fit.ok and fit.r_squared < 0.5)


# 4. absolute_sigma=True without sigma: error bars 19 times too large, silently.


def test_4_absolute_sigma_needs_a_sigma() -> None:
    y = noisy(decay(T, 2.5, 1.3, 0.5), 0.026)
    with pytest.raises(rs.DataError, match="no sigma was given"):
        rs.fit(decay, T, y, start=[1, 1, 0], absolute_sigma=True)
    fit = rs.fit(decay, T, y, start=[1, 1, 0], sigma=0.026, absolute_sigma=True)
    best, covariance = curve_fit(
        decay, T, y, [1, 1, 0], sigma=np.full(50, 0.026), absolute_sigma=True
    )
    np.testing.assert_allclose(list(fit.params.values()), best, rtol=1e-5)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-4, atol=1e-12)


# 5. A nominal 95 % prediction interval that covers 82-85 % (pycse).


def test_5_prediction_intervals_cover_what_they_say() -> None:
    x = np.linspace(0.0, 3.0, 30)
    places = np.array([0.3, 1.5, 2.8])
    clean = 2.0 * np.exp(-1.1 * x)
    rng = np.random.default_rng(5)
    inside = np.zeros(3)
    repeats = 400

    def model(x, a=1.0, b=1.0):
        return a * np.exp(-b * x)

    for _ in range(repeats):
        fit = rs.fit(model, x, clean + 0.1 * rng.normal(size=30), engine="eager")
        new = fit.predict(places, interval="prediction")
        observed = 2.0 * np.exp(-1.1 * places) + 0.1 * rng.normal(size=3)
        inside += (new.low < observed) & (observed < new.high)
    # Four standard deviations of a coverage of 0.95 seen in 400 repeats: 0.044.
    np.testing.assert_allclose(inside / repeats, 0.95, atol=0.044)


# 6. Bands by finite differences with an absolute step: width 0 at amplitude 2.5e8.


@pytest.mark.parametrize("amplitude", [1e-13, 2.5e8, 1e13])
def test_6_bands_scale_with_the_data(amplitude: float) -> None:
    y = noisy(decay(T, 2.5, 1.3, 0.5), 0.05)
    places = np.array([0.1, 1.0, 3.9])
    words = {"interval": "confidence"}
    one = rs.fit(decay, T, y, start=[2, 1, 0]).predict(places, **words)
    start = {"a": 2 * amplitude, "b": 1.0, "c": 0.0}
    many = rs.fit(decay, T, y * amplitude, start=start).predict(places, **words)
    np.testing.assert_allclose(many.stderr, one.stderr * amplitude, rtol=1e-6)
    np.testing.assert_allclose(many.high - many.low, (one.high - one.low) * amplitude, rtol=1e-6)
    assert (many.high > many.low).all()


def test_6_an_arrhenius_prefactor_has_the_right_band() -> None:
    temperature = np.linspace(300.0, 400.0, 30)
    rate = 1e13 * np.exp(-8e4 / (8.314 * temperature))
    rate *= 1 + 0.02 * np.random.default_rng(0).normal(size=30)

    def arrhenius(T, A, Ea):
        return A * np.exp(-Ea / (8.314 * T))

    def centered(T, k, Ea):
        return k * np.exp(-Ea / 8.314 * (1 / T - 1 / 350.0))

    fit = rs.fit(arrhenius, temperature, rate, sigma=0.02 * rate)
    same = rs.fit(centered, temperature, rate, sigma=0.02 * rate)
    assert fit.ok
    assert same.ok
    np.testing.assert_allclose(
        fit.predict(temperature).stderr, same.predict(temperature).stderr, rtol=1e-6
    )


# 7. Chunks fitted separately and averaged: 16 standard errors off.


def test_7_many_noisy_rows_are_one_fit() -> None:
    x = np.linspace(0.0, 4.0, 200_000)
    y = noisy(decay(x, 2.5, 1.3, 0.5), 2.0)
    fit = rs.fit(decay, x, y, start=[1.0, 1.0, 0.0])
    best, covariance = curve_fit(decay, x, y, [1.0, 1.0, 0.0], xtol=1e-14, ftol=1e-14, gtol=1e-14)
    error = np.sqrt(np.diagonal(covariance))
    np.testing.assert_array_less(np.abs(np.array(list(fit.params.values())) - best), 1e-3 * error)
    np.testing.assert_allclose(fit.standard_errors, error, rtol=1e-3)


def test_7_chunks_are_merged_exactly() -> None:
    rows = np.random.default_rng(0).normal(size=(10_000, 4)) * [1.0, 1e-6, 1e6, 1.0]
    whole = triangle(np, rows)
    merged = triangle(np, rows[:137])
    for chunk in np.array_split(rows[137:], 9):
        merged = merge(np, merged, triangle(np, chunk))
    np.testing.assert_allclose(merged.R, whole.R, rtol=1e-11, atol=1e-11 * np.abs(whole.R).max())
    np.testing.assert_allclose(merged.cost, whole.cost, rtol=1e-13)


# 8. Model identity by bytecode (JAXFit), a changed global not seen (NLSQ).

FACTOR = 2.0


def with_global(x, a=1.0):
    return FACTOR * a * x


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_8_a_model_is_what_it_computes(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.linspace(1.0, 2.0, 20)
    y = 6.0 * x

    def times(factor):
        return lambda x, a=1.0: factor * a * x

    def fitted(model):
        return rs.fit(model, x, y, engine=engine).params["a"]

    assert fitted(lambda x, a=1.0: 2 * a * x) == pytest.approx(3.0)
    assert fitted(lambda x, a=1.0: 3 * a * x) == pytest.approx(2.0)
    assert fitted(times(2.0)) == pytest.approx(3.0)
    assert fitted(times(3.0)) == pytest.approx(2.0)
    assert fitted(with_global) == pytest.approx(3.0)
    monkeypatch.setitem(globals(), "FACTOR", 4.0)
    assert fitted(with_global) == pytest.approx(1.5)
    assert fitted(with_global) == pytest.approx(1.5)


def test_8_a_changed_object_is_seen() -> None:
    class Scaled:
        factor = 2.0

        def __call__(self, x, a=1.0):
            return self.factor * a * x

    model, x = Scaled(), np.linspace(1.0, 2.0, 20)
    assert rs.fit(model, x, 6 * x).params["a"] == pytest.approx(3.0)
    model.factor = 4.0
    assert rs.fit(model, x, 6 * x).params["a"] == pytest.approx(1.5)


# 9. maxfev throws the parameters away; float32 data return the start unchanged.


def test_9_a_step_limit_keeps_the_parameters() -> None:
    y = noisy(decay(T, 2.5, 1.3, 0.5), 0.05)
    fit = rs.fit(decay, T, y, start=[50.0, 0.1, 0.0], max_steps=3)
    assert fit.outcome is rs.Outcome.STEP_LIMIT
    assert not fit.ok
    assert fit.steps <= 3
    assert fit.rss < float(((y - decay(T, 50.0, 0.1, 0.0)) ** 2).sum())
    assert all(math.isfinite(value) for value in fit.params.values())
    assert "step limit" in str(fit)
    assert "step limit" in fit.warnings[0]


SINGLE = {
    "data": decay,
    "x cast inside": lambda t, a, b, c: a * np.exp(-b * np.float32(t)) + c,
    "x cast by astype": lambda t, a, b, c: a * np.exp(-b * t.astype(np.float32)) + c,
    "result cast": lambda t, a, b, c: (a * np.exp(-b * t) + c).astype(np.float32),
    "parameter cast": lambda t, a, b, c: a * np.exp(-np.float32(b) * t) + c,
}


@pytest.mark.parametrize("model", SINGLE.values(), ids=SINGLE)
def test_9_single_precision_never_returns_the_start(model: object) -> None:
    x = T.astype(np.float32)
    y = noisy(decay(T, 2.5, 1.3, 0.5), 0.05).astype(np.float32)
    fit = rs.fit(model, x, y, start=[1.0, 1.0, 0.0])
    best = rs.fit(decay, x.astype(float), y.astype(float), start=[1.0, 1.0, 0.0])
    assert fit.params["b"] != 1.0
    near = all(
        abs(fit.params[name] - best.params[name]) < 1e-3 * best.stderr[name] for name in "abc"
    )
    assert near or not fit.ok
    # Exact derivatives of the float64 model, or a word about what was used in their place.
    assert fit.ok or fit.warnings


# 10. A new data length must not compile again.


def test_10_a_new_length_does_not_compile_again() -> None:
    traced = 0

    def model(t, a=1.0, b=1.0):
        nonlocal traced
        traced += type(t) is not np.ndarray
        return a * np.exp(-b * t)

    def run(n):
        x = np.linspace(0.0, 3.0, n)
        fit = rs.fit(model, x, noisy(2.0 * np.exp(-1.3 * x), 0.01, n), engine="compiled")
        assert fit.engine == "compiled"
        assert fit.params["b"] == pytest.approx(1.3, abs=8 * fit.stderr["b"])

    run(101)  # compiles the long road
    run(101)  # compiles the warm one
    first = traced
    for n in (102, 105, 107, 110, 112):
        run(n)
    assert traced == first > 0


# 11. Masked values used, strings parsed, negative sigma, constant x or y, randomness, mutation.


def test_11_masked_values_are_not_used() -> None:
    y = noisy(decay(T, 2.5, 1.3, 0.5), 0.05)
    bad = y.copy()
    bad[[3, 7]] = 1e6
    hidden = np.isin(np.arange(50), [3, 7])
    fit = rs.fit(decay, T, np.ma.masked_array(bad, mask=hidden), start=[1, 1, 0])
    clean = rs.fit(decay, T[~hidden], y[~hidden], start=[1, 1, 0])
    assert fit.params == clean.params
    assert any("2 masked rows" in warning for warning in fit.warnings)


def test_11_text_is_not_parsed() -> None:
    with pytest.raises(rs.DataError, match="holds text"):
        rs.fit(decay, T, [str(v) for v in T], start=[1, 1, 0])
    with pytest.raises(rs.ParameterError, match="not a number"):
        rs.fit(decay, T, T, start=["1", "1", "0"])


def test_11_sigma_must_be_positive() -> None:
    for sigma in (-0.1, np.where(T == T[4], -0.1, 0.1), np.where(T == T[4], 0.0, 0.1)):
        with pytest.raises(rs.DataError, match="sigma must be positive"):
            rs.fit(decay, T, T, sigma=sigma, start=[1, 1, 0])


def test_11_constant_x_is_said() -> None:
    fit = rs.fit("a*x + b", np.full(20, 2.0), noisy(np.full(20, 3.0), 0.1))
    assert not fit.ok
    assert any("x is constant (2 in every row)" in warning for warning in fit.warnings)


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_11_constant_y_is_said(level: float) -> None:
    fit = rs.fit(decay, T, np.full(50, level), start=[1.0, 1.0, 0.0])
    assert not fit.ok  # b says nothing where a is zero
    assert any("y is constant" in warning for warning in fit.warnings)


@pytest.mark.parametrize("starts", [{"a": 1.0}, None])
def test_11_randomness_is_refused(starts: object) -> None:
    rng = np.random.default_rng(0)

    def model(t, a):
        return a * t + rng.normal()

    with pytest.raises(rs.ModelError, match="something different each time"):
        rs.fit(model, T, T, start=starts)


def writes(t, a):
    t -= t.mean()
    return a * t


def sorts(t, a):
    t.sort()
    return a * t


def patches(t, a):
    t[t == 0] = 1e-9
    return a / t


@pytest.mark.parametrize("model", [writes, sorts, patches])
@pytest.mark.parametrize("starts", [{"a": 1.0}, None])
def test_11_the_data_are_not_changed(model: object, starts: object) -> None:
    x = T[::-1].copy()
    with pytest.raises(rs.ModelError, match="writes into the data") as caught:
        rs.fit(model, x, 2 * T, start=starts)
    assert "np.array(x)" in caught.value.next
    np.testing.assert_array_equal(x, T[::-1])
