"""Models from models: what they compute, what they are called, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua._errors import ModelError, ParameterError
from residua.autodiff.fingerprint import modules_used
from residua.problem.composition.identity import identity

X = np.linspace(0.5, 4.0, 12)


def decay(x, a=1.0, k=2.0):
    return a * np.exp(-k * x)


def listed(x, q):
    return [q * value for value in x]


def gaussian(x, amplitude, center, sigma):
    z = (x - center) / sigma
    return amplitude / (sigma * np.sqrt(2 * np.pi)) * np.exp(-0.5 * z * z)


GAUSS = rs.model("gaussian")
PEAK = gaussian(X, 2.0, 1.5, 0.5)
G = [2.0, 1.5, 0.5]
# how it is made, values, what it must give
MADE = {
    "model + name": (lambda: GAUSS + "linear", [*G, 3.0, 1.0], PEAK + 3 * X + 1),
    "name + model": (lambda: "linear" + GAUSS, [3.0, 1.0, *G], PEAK + 3 * X + 1),
    "model + formula": (lambda: GAUSS + "a*x**2", [*G, 3.0], PEAK + 3 * X**2),
    "formula - model": (lambda: "a*x**2" - GAUSS, [3.0, *G], 3 * X**2 - PEAK),
    "model - formula": (lambda: GAUSS - "a*x - b", [*G, 3.0, 1.0], PEAK - (3 * X - 1)),
    "model * variable": (lambda: GAUSS * "x", G, PEAK * X),
    "number * model": (lambda: 2 * GAUSS, G, 2 * PEAK),
    "model / number": (lambda: GAUSS / 4.0, G, PEAK / 4),
    "number / model": (lambda: 1 / rs.model("a*x"), [2.0], 0.5 / X),
    "number - model": (lambda: 1 - GAUSS, G, 1 - PEAK),
    "model ** number": (lambda: GAUSS**2, G, PEAK**2),
    "number ** model": (lambda: 2 ** rs.model("a*x"), [0.5], 2 ** (0.5 * X)),
    "minus": (lambda: -GAUSS, G, -PEAK),
    "plus": (lambda: +GAUSS, G, PEAK),
    "NumPy number": (lambda: np.float64(2.0) * GAUSS, G, 2 * PEAK),
    "NumPy integer": (lambda: GAUSS + np.int64(2), G, PEAK + 2),
    "array of no axis": (lambda: np.array(2.0) * GAUSS, G, 2 * PEAK),
    "function": (lambda: rs.model(decay) * GAUSS, [3.0, 1.0, *G], 3 * np.exp(-X) * PEAK),
    "model + function": (lambda: GAUSS + decay, [*G, 3.0, 1.0], PEAK + 3 * np.exp(-X)),
    "lists are added": (lambda: rs.model(listed) + "b*x", [2.0, 3.0], 5 * X),
    "chain": (lambda: rs.model("2*u + b", independent="u").compose(GAUSS), [1, *G], 2 * PEAK + 1),
    "chain of names": (lambda: rs.model("line").compose("x**2"), [2.0, 1.0], 2 * X**2 + 1),
    "prefix": (lambda: rs.model("gaussian", prefix="p_"), G, PEAK),
    "prefix of a formula": (lambda: rs.model("a*x + b*gamma", prefix="p_"), [2, 3, 4], 2 * X + 12),
    "prefix of a function": (lambda: rs.model(decay, prefix="p_"), [2.0, 1.0], 2 * np.exp(-X)),
    "prefix of a sum": (lambda: rs.model(GAUSS + "a*x", prefix="p_"), [*G, 2.0], PEAK + 2 * X),
    "other variable": (lambda: rs.model("gaussian", independent="t"), G, PEAK),
    "same model twice": (lambda: GAUSS + GAUSS, G, 2 * PEAK),
    "same part of two": (lambda: (GAUSS + "a*x") / GAUSS, [*G, 2.0], 1 + 2 * X / PEAK),
    "operator": (lambda: GAUSS.apply(lambda f: lambda x, *p: f(x, *p) ** 2), G, PEAK**2),
    "operator to a model": (lambda: GAUSS.apply(lambda f: f + 1), G, PEAK + 1),
    "operator of a class": (lambda: GAUSS.apply(Doubled), G, 2 * PEAK),
}  # fmt: skip


class Doubled:
    """An operator that is a callable object."""

    def __init__(self, f):
        self.f = f

    def __call__(self, *args):
        return 2 * self.f(*args)


@pytest.mark.parametrize("name", MADE)
def test_what_it_computes(name: str) -> None:
    make, values, expected = MADE[name]
    model = make()
    assert len(model.parameters) == len(values)
    np.testing.assert_allclose(model(X, *values), expected, rtol=1e-14)
    named = dict(zip(model.parameters, values))
    np.testing.assert_allclose(model(X, **named), expected, rtol=1e-14)
    np.testing.assert_allclose(model.evaluate((X,), values), expected, rtol=1e-14)


TEXTS = {
    "gaussian(p1_) + line": lambda: rs.model("gaussian", prefix="p1_") + "linear",
    "2 * gaussian - (a*x - b)": lambda: 2 * GAUSS - "a*x - b",
    "(gaussian + a*x) * b*x": lambda: (GAUSS + "a*x") * rs.model("b*x"),
    "gaussian / (gaussian + a*x)": lambda: GAUSS / (GAUSS + "a*x"),
    "-gaussian**2": lambda: -(GAUSS**2),
    "(-gaussian)**2": lambda: (-GAUSS) ** 2,
    "(2**(a*x))**3": lambda: (2 ** rs.model("a*x")) ** 3,
    "line(x=gaussian)": lambda: rs.model("line").compose(GAUSS),
    "polynomial(degree=3, p_)": lambda: rs.model("polynomial", degree=3, prefix="p_"),
    "gaussian(p_, x=t)": lambda: rs.model("gaussian", prefix="p_", independent="t"),
    "(a if x > 0 else b) * gaussian": lambda: "a if x > 0 else b" * GAUSS,
    "decay - gaussian": lambda: decay - GAUSS,
    "gaussian - (decay + b*x)": lambda: GAUSS - (rs.model(decay) + "b*x"),
    "Doubled(gaussian)": lambda: GAUSS.apply(Doubled),
}


@pytest.mark.parametrize("text", TEXTS)
def test_how_it_is_written(text: str) -> None:
    assert TEXTS[text]().text == text


def test_a_formula_with_a_prefix_is_a_formula() -> None:
    model = rs.model("y ~ a*exp(-b*t) + gamma(c)*gamma2", prefix="p_", independent="t")
    assert model.kind == "formula"
    assert model.text == "y ~ p_a*exp(-p_b*t) + gamma(p_c)*p_gamma2"
    assert model.response == "y"


def test_a_renamed_library_model_keeps_its_equation_under_the_new_names() -> None:
    model = rs.model("line", prefix="b_", independent="t")
    assert model.equation == "y = b_slope * t + b_intercept"


def test_bounds_and_defaults_are_carried_over() -> None:
    model = rs.model("gaussian", prefix="p_") * 2 + rs.model(decay, prefix="d_")
    assert dict(model.bounds) == {"p_sigma": (0.0, np.inf)}
    assert dict(model.defaults) == {"d_a": 1.0, "d_k": 2.0}


def test_variables_are_united_by_name() -> None:
    model = rs.model("a*u + b*v", independent=["u", "v"]) + rs.model(
        "c*v*w", independent=["v", "w"]
    )
    assert model.independent == ("u", "v", "w")
    assert model(2.0, 3.0, 5.0, 7.0, 11.0, 13.0) == 7 * 2 + 11 * 3 + 13 * 15


def test_a_name_or_formula_takes_over_the_variable_beside_it() -> None:
    assert (rs.model("gaussian", prefix="p_") + "exponential").independent == ("x",)
    assert (rs.model("exponential") + "s*x").independent == ("t",)
    assert (rs.model("exponential") + "s*t").independent == ("t",)


COINCIDENCES = {
    "two of a kind": (
        lambda: GAUSS + "gaussian",
        "gaussian + gaussian have a parameter called amplitude, center, sigma",
        "rs.model('gaussian', prefix='p1_') + rs.model('gaussian', prefix='p2_')",
    ),
    "options are kept": (
        lambda: rs.model("polynomial", degree=1) - "c0*x",
        "have a parameter called c0",
        "rs.model('polynomial', degree=1, prefix='p1_') - rs.model('c0*x', prefix='p2_')",
    ),
    "same text, another model": (
        lambda: rs.model("a*x") * rs.model("a*x"),
        "have a parameter called a",
        "rs.model('a*x', prefix='p1_') * rs.model('a*x', prefix='p2_')",
    ),
    "inside a sum": (lambda: (GAUSS + "a*x") + "a", "No model on the shelf", "rs.models()"),
    "chain": (
        lambda: rs.model("line").compose("line"),
        "have a parameter called slope, intercept",
        "rs.model('line', prefix='p1_').compose(rs.model('line', prefix='p2_'))",
    ),
}


@pytest.mark.parametrize("case", COINCIDENCES)
def test_a_coincidence_of_names_is_refused_with_the_line_to_type(case: str) -> None:
    make, what, line = COINCIDENCES[case]
    with pytest.raises((ParameterError, ModelError)) as caught:
        make()
    assert what in caught.value.what
    assert caught.value.next.startswith(line)


def test_the_suggested_line_works() -> None:
    with pytest.raises(ParameterError) as caught:
        GAUSS + "gaussian"
    assert len(eval(caught.value.next, {"rs": rs}).parameters) == 6


def test_a_parameter_and_a_variable_of_one_name_are_refused() -> None:
    with pytest.raises(ModelError, match="t is a parameter of"):
        rs.model("a*x + t") + rs.model("b*t", independent="t")


@pytest.mark.parametrize(
    "what",
    [None, [1.0], np.ones(3), True, 1j, float("nan"), np.inf, object()],
    ids=["None", "list", "array", "True", "1j", "nan", "inf", "object"],
)
def test_what_cannot_be_combined(what: object) -> None:
    for combine in (lambda: GAUSS + what, lambda: what * GAUSS):
        with pytest.raises(ModelError, match="cannot be combined with"):
            combine()


def test_any_number_of_parameters_cannot_be_a_part() -> None:
    with pytest.raises(ModelError, match="any number of parameters"):
        rs.model(lambda x, *p: x) + "line"


@pytest.mark.parametrize("prefix", ["1", "_a", "a b", "a-", 3])
def test_a_prefix_must_make_names(prefix: object) -> None:
    with pytest.raises(ParameterError):
        rs.model("line", prefix=prefix)  # type: ignore[arg-type]


def test_renaming_must_not_make_two_of_one() -> None:
    with pytest.raises(ParameterError, match="two arguments called t"):
        rs.model(rs.model("a*x + t"), independent="t")
    with pytest.raises(ModelError, match="1 independent variables"):
        rs.model("gaussian", independent=["a", "b"])


CALLS = {
    "too many": (lambda m: m(1.0, 2.0, 3.0, 4.0), "takes 3 arguments"),
    "unknown": (lambda m: m(1.0, a=2.0, bb=3.0), "no argument bb"),
    "twice": (lambda m: m(1.0, 2.0, a=2.0, b=1.0), "a was given twice"),
    "missing": (lambda m: m(1.0, 2.0), "no value was given for b"),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_wrong_call_says_what_is_wrong(case: str) -> None:
    call, what = CALLS[case]
    with pytest.raises(ModelError, match=what):
        call(rs.model("a*x + b"))


def test_chains_need_one_variable() -> None:
    with pytest.raises(ModelError, match="has 2 variables"):
        rs.model("a*u + v", independent=["u", "v"]).compose("line")


def test_operators_must_return_a_function() -> None:
    with pytest.raises(ModelError, match="returned float"):
        GAUSS.apply(lambda f: 1.0)
    with pytest.raises(ModelError, match="is a function of a model"):
        GAUSS.apply(2)


def test_unknown_quantities_are_listed() -> None:
    with pytest.raises(ModelError, match="line has no quantity 'nothing'"):
        rs.model("line").quantity("nothing")
    with pytest.raises(ModelError) as caught:
        rs.model("a*x").quantity("pressure")
    assert "only models of the library" in caught.value.causes[0]


# Identity: which compositions may share a compiled program --------------------------------------

SAME = [
    (lambda: GAUSS + "a*x", lambda: rs.model("gaussian") + "a*x"),
    (lambda: 2 * rs.model(decay), lambda: 2 * rs.model(decay)),
    (lambda: rs.model("gaussian", prefix="p_"), lambda: rs.model("gaussian", prefix="p_")),
]
DIFFERENT = [
    lambda: GAUSS + "a*x",
    lambda: GAUSS - "a*x",
    lambda: GAUSS + "a*x**2",
    lambda: "a*x" + GAUSS,
    lambda: GAUSS * 2,
    lambda: GAUSS * 3,
    lambda: -GAUSS,
    lambda: rs.model("gaussian", prefix="p_"),
    lambda: rs.model("gaussian", prefix="q_"),
    lambda: rs.model("polynomial", degree=2, prefix="p_"),
    lambda: rs.model("polynomial", degree=3, prefix="p_"),
    lambda: rs.model("line").compose(GAUSS),
    lambda: GAUSS.compose("a*x"),
    lambda: GAUSS.apply(lambda f: lambda *p: 2 * f(*p)),
    lambda: GAUSS.apply(lambda f: lambda *p: 3 * f(*p)),
    lambda: 2 * rs.model(decay),
    lambda: 2 * rs.model(lambda x, a, k: a * np.exp(k * x)),
]


@pytest.mark.parametrize("pair", SAME)
def test_equal_compositions_have_one_identity(pair) -> None:
    first, second = (identity(make().recipe) for make in pair)
    assert first is not None
    assert first == second
    assert hash(first) == hash(second)


def test_different_compositions_have_different_identities() -> None:
    found = [identity(make().recipe) for make in DIFFERENT]
    assert None not in found
    assert len(set(found)) == len(found)


def test_what_cannot_be_identified_has_none() -> None:
    def unknown(x, a):
        return a * np.random.default_rng().normal() * x

    assert identity((GAUSS + unknown).recipe) is None


def test_a_composition_of_plain_parts_is_not_taken_for_jax() -> None:
    model = rs.model("voigt", prefix="v_") + "s*x" + decay
    assert "jax" not in modules_used(model.function)
    import jax.numpy as jnp

    assert "jax" in modules_used((model + (lambda x, j: j * jnp.sin(x))).function)
