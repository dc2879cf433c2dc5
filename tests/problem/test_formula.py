"""Formulas: what is read, what it evaluates to, and what is said when it cannot be read."""

from __future__ import annotations

import copy
import subprocess
import sys

import numpy as np
import pytest
import scipy.special

from residua._errors import FormulaError
from residua.problem.formula import Formula, parse
from residua.problem.formula_functions import FUNCTIONS, implementation

X = np.linspace(0.1, 0.9, 7)
N = np.linspace(-2.5, 2.5, 11)


def refusal(text: object, **options: object) -> str:
    with pytest.raises(FormulaError) as caught:
        parse(text, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_names_are_split_into_independent_and_parameters_in_order_of_appearance() -> None:
    formula = parse("c + a*exp(-b*x) + a*t", independent=("t", "x", "unused"))
    assert formula.names == ("c", "a", "b", "x", "t")
    assert formula.independent == ("t", "x")
    assert formula.parameters == ("c", "a", "b")
    assert formula.response is None


def test_order_of_appearance_is_that_of_the_text_not_of_the_tree() -> None:
    # In the tree of a conditional expression the test comes first.
    assert parse("p if q > 0 else r").names == ("p", "q", "r")


def test_independent_may_be_one_plain_string() -> None:
    assert parse("a*time", independent="time").independent == ("time",)


@pytest.mark.parametrize("text", ["y ~ a*x + b", "y = a*x + b", "  y=a*x+b", "y~a*x+b\n"])
def test_response_is_the_name_on_the_left(text: str) -> None:
    formula = parse(text)
    assert formula.response == "y"
    assert formula.parameters == ("a", "b")
    assert formula(a=2, b=1, x=3) == 7.0


def test_a_comparison_is_not_a_response() -> None:
    assert parse("y == x").response is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x + 2", X + 2),
        ("x - 2", X - 2),
        ("2 - x", 2 - X),
        ("2*x/3", 2 * X / 3),
        ("x // .25", X // 0.25),
        ("x % .25", X % 0.25),
        ("-x**2", -(X**2)),
        ("(-x)**2", X**2),
        ("+x", X),
        ("2**3**x", 2.0 ** (3.0**X)),
        ("x**-1", 1 / X),
        ("1e-3*x + .5 + 2.", 1e-3 * X + 0.5 + 2.0),
        ("a if x > 0.5 else b", np.where(X > 0.5, 2.0, 3.0)),
        ("where(x > 0.5, a, x)", np.where(X > 0.5, 2.0, X)),
        ("where(x - 0.5, a, b)", np.where(X != 0.5, 2.0, 3.0)),
        ("(x > 0.3) - (x >= 0.7)", np.where(X > 0.3, 1.0, 0.0) - np.where(X >= 0.7, 1.0, 0.0)),
        ("a*(0.2 < x < 0.6)", np.where((X > 0.2) & (X < 0.6), 2.0, 0.0)),
        ("(x > 0.2) & (x < 0.6)", np.where((X > 0.2) & (X < 0.6), 1.0, 0.0)),
        ("where((x < 0.2) | ~(x < 0.6), a, b)", np.where((X < 0.2) | (X >= 0.6), 2.0, 3.0)),
        ("(x == 0.5) + (x != 0.5)", np.ones(7)),
        ("sin(pi*x)", np.sin(np.pi * X)),
        ("max(x, 0.5, a - 1.5)", np.maximum(X, 0.5)),
        ("min(x, 0.5, a)", np.minimum(X, 0.5)),
        ("clip(x, 0.3, 0.6)", np.clip(X, 0.3, 0.6)),
        ("x\n + \n a", X + 2.0),
        ("exp(x,)", np.exp(X)),
    ],
)
def test_evaluates_like_the_same_line_of_numpy(text: str, expected: np.ndarray) -> None:
    values = {"x": X, "a": 2.0, "b": 3.0}
    np.testing.assert_array_equal(parse(text).function(values), expected)


ONE = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "ln": np.log,
    "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "sqrt": np.sqrt, "cbrt": np.cbrt,
    "abs": np.abs, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "sinc": np.sinc,
    "deg2rad": np.deg2rad, "rad2deg": np.rad2deg,
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "arcsinh": np.arcsinh, "arccosh": np.arccosh, "arctanh": np.arctanh,
    "erf": scipy.special.erf, "erfc": scipy.special.erfc, "erfcx": scipy.special.erfcx,
    "erfinv": scipy.special.erfinv, "gamma": scipy.special.gamma,
    "gammaln": scipy.special.gammaln, "loggamma": scipy.special.loggamma,
    "digamma": scipy.special.digamma, "expit": scipy.special.expit, "logit": scipy.special.logit,
    "ellipk": scipy.special.ellipk, "ellipe": scipy.special.ellipe,
    "j0": scipy.special.j0, "j1": scipy.special.j1, "y0": scipy.special.y0,
    "y1": scipy.special.y1, "i0": scipy.special.i0, "i1": scipy.special.i1,
    "k0": scipy.special.k0, "k1": scipy.special.k1,
}  # fmt: skip
MORE = {
    "atan2": (np.arctan2, 2), "arctan2": (np.arctan2, 2), "hypot": (np.hypot, 2),
    "heaviside": (np.heaviside, 2), "xlogy": (scipy.special.xlogy, 2),
    "jv": (scipy.special.jv, 2), "yv": (scipy.special.yv, 2), "iv": (scipy.special.iv, 2),
    "kv": (scipy.special.kv, 2), "voigt": (scipy.special.voigt_profile, 3),
    "max": (np.maximum, 2), "maximum": (np.maximum, 2), "min": (np.minimum, 2),
    "minimum": (np.minimum, 2), "clip": (np.clip, 3), "where": (np.where, 3),
}  # fmt: skip


def test_every_row_of_the_function_table_is_tested_here() -> None:
    assert set(ONE) | set(MORE) == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(ONE))
def test_functions_of_one_argument(name: str) -> None:
    at = 1 + X if name in ("acosh", "arccosh") else X
    np.testing.assert_array_equal(parse(f"{name}(x)").function({"x": at}), ONE[name](at))


@pytest.mark.parametrize("name", sorted(MORE))
def test_functions_of_several_arguments(name: str) -> None:
    function, count = MORE[name]
    arguments = [0.5 * X, X, 1 + X][:count]
    text = f"{name}({', '.join('uvw'[:count])})"
    np.testing.assert_array_equal(
        parse(text).function(dict(zip("uvw", arguments))), function(*arguments)
    )


def test_all_numbers_are_floats_so_powers_neither_hang_nor_raise() -> None:
    assert parse("9**9**9**9")() == np.inf
    assert np.isnan(parse("(-8)**(1/3)")())
    assert parse("9" * 3999)() == np.inf
    assert parse("1e999")() == np.inf
    assert np.isnan(parse("1/0 - 1/0")())


def test_plain_numbers_follow_the_floating_point_standard_not_python() -> None:
    with np.errstate(all="ignore"):
        assert parse("1/x")(x=0) == np.inf
        assert np.isnan(parse("x**0.5")(x=-8.0))
        assert parse("x**b")(x=10, b=400) == np.inf
    assert parse("x**2")(x=-3) == 9.0
    np.testing.assert_array_equal(parse("2*x")(x=[1, 2]), [2.0, 4.0])
    np.testing.assert_array_equal(parse("x**-1")(x=np.array([1, 2])), [1.0, 0.5])


def test_squares_of_negative_arrays_are_exact() -> None:
    np.testing.assert_array_equal(parse("x**2")(x=N), N * N)
    np.testing.assert_array_equal(parse("x**3")(x=N), N**3.0)


@pytest.mark.parametrize("name", ["gamma", "y0", "k1", "j0", "e", "E", "S", "I"])
def test_names_as_common_as_symbols_are_parameters_unless_called(name: str) -> None:
    formula = parse(f"{name}*x")
    assert formula.parameters == (name,)
    assert formula.function({name: 2.0, "x": 3.0}) == 6.0


@pytest.mark.parametrize("text", ["gamma*gamma(x)", "gamma(x)*gamma", "gamma(gamma)"])
def test_a_name_is_either_a_function_or_a_parameter(text: str) -> None:
    assert "both as a function and as a name" in refusal(text)


def test_unicode_names_are_normalized_the_way_python_does() -> None:
    formula = parse("α*x + β", independent=("x",))
    assert formula.parameters == ("α", "β")
    assert formula(α=2, β=1, x=3) == 7.0
    micro, mu = "\u00b5", "\u03bc"
    assert parse(f"{micro}*x").names == (mu, "x")
    assert parse(f"{micro}*x").function({micro: 2.0, "x": 3.0}) == 6.0
    assert parse("a*x", independent=(micro,)).independent == ()
    assert parse(f"a*{mu}", independent=(micro,)).independent == (mu,)


def test_a_combining_mark_belongs_to_its_name() -> None:
    formula = parse("a*(x - x\u0304)")
    assert formula.names == ("a", "x", "x\u0304")
    assert formula.function({"a": 2.0, "x": 3.0, "x\u0304": 1.0}) == 4.0


def test_flat_sums_and_products_may_be_long() -> None:
    names = [f"a{i}" for i in range(300)]
    values = dict(zip(names, np.random.default_rng(0).normal(size=300)))
    total = 0.0
    for name in names:
        total = total + values[name]
    formula = parse("+".join(names))
    assert formula.parameters == tuple(names)
    assert formula.function(values) == total
    assert parse("1" + "-0.5*x" * 30)(x=2.0) == -29.0


def test_parentheses_alone_are_not_depth() -> None:
    assert parse("(" * 120 + "x" + ")" * 120)(x=2.0) == 2.0


def test_extra_values_are_ignored_and_missing_ones_are_named() -> None:
    formula = parse("a*x + b")
    assert formula.function({"a": 1.0, "b": 2.0, "x": 3.0, "other": "text"}) == 5.0
    with pytest.raises(FormulaError, match="needs a value for b"):
        formula(a=1, x=2)
    with pytest.raises(FormulaError, match="slope where slop was written"):
        parse("slope*x")(slop=1, x=2)


class Recorder(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for a carrier of derivatives: it must meet ufuncs and np.where, not be converted."""

    def __init__(self, value: float, seen: list[str]) -> None:
        self.value, self.seen = value, seen

    def __array_ufunc__(self, ufunc, method, *inputs, **options):  # type: ignore[no-untyped-def]
        self.seen.append(ufunc.__name__)
        plain = [part.value if isinstance(part, Recorder) else part for part in inputs]
        return Recorder(ufunc(*plain), self.seen)

    def __array_function__(self, function, types, inputs, options):  # type: ignore[no-untyped-def]
        self.seen.append(function.__name__)
        plain = [part.value if isinstance(part, Recorder) else part for part in inputs]
        return Recorder(function(*plain), self.seen)


def test_carriers_pass_through_numpy_and_scipy_untouched() -> None:
    seen: list[str] = []
    formula = parse("where(x > 0, a*exp(-x)**2, erf(x)) + 1/x")
    answer = formula(x=Recorder(0.7, seen), a=Recorder(2.0, seen))
    assert isinstance(answer, Recorder)
    expected = 2.0 * np.exp(-0.7) ** 2 + 1 / 0.7
    assert float(answer.value) == pytest.approx(expected, rel=1e-15)
    for name in ("greater", "negative", "exp", "power", "multiply", "erf", "where", "divide"):
        assert name in seen


def test_equal_text_and_variables_are_equal_formulas() -> None:
    assert parse("a*x") == parse("a*x")
    assert hash(parse("a*x")) == hash(parse("a*x"))
    assert parse("a*x") != parse("a*x", independent="a")
    assert parse("a*x") != parse("x*a")
    assert str(parse(" a*x")) == " a*x"


def test_a_copy_still_evaluates() -> None:
    formula = copy.deepcopy(parse("a*t", independent="t"))
    assert isinstance(formula, Formula)
    assert formula(a=2, t=3) == 6.0


def test_scipy_is_imported_only_for_formulas_that_call_it() -> None:
    code = (
        "import sys; from residua.problem.formula import parse;"
        "parse('a*exp(-b*x)')(a=1, b=1, x=1); assert 'scipy' not in sys.modules;"
        "parse('erf(x)'); assert 'scipy.special' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_table_finds_each_implementation_once() -> None:
    assert implementation("ln") is np.log
    assert implementation("voigt") is scipy.special.voigt_profile


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("a^b", "^", "write **"),
        ("2x", "x", "2*x"),
        ("a + 2 x", "x", "2*x"),
        ("3(x + 1)", "(", "3*(...)"),
        ("(a)(x)", "(x", "(...)*(...)"),
        ("(a + 1) x", "x", "(...)*x"),
        ("a x", "x", "a*x"),
        ("1_000*x", "_000", "1*_000"),
        ("0x10", "x10", "0*x10"),
        ("3j", "j", "3*j"),
        ("np.exp(x)", "np.", "write exp(...)"),
        ("x.real", "x.", "without dots"),
        ("lambda*x", "lambda", "lam, or λ"),
        ("x > 0 and x < 1", "and", "(x > 0) & (x < 1)"),
        ("not x", "not", "~(x > 0)"),
        ("x is a", "is", "Python keyword"),
        ("True*x", "True", "write 1"),
        ("x > 0 & a > 1", "0 & a", "(x > 0) & (x < 1)"),
        ("a*exq(x)", "exq", "Try: exp(...)"),
        ("a*EXP(x)", "EXP", "Try: exp(...)"),
        ("b + a(x + 1)", "a(x", "a*(...)"),
        ("exp*x", "exp", "has to be called"),
        ("exp(x, 2)", "exp(x, 2)", "exp takes 1 argument, and 2 are given"),
        ("x + atan2(x)", "atan2(x)", "atan2 takes 2 arguments, and 1 are given"),
        ("max(x)", "max(x)", "max takes 2 or more arguments"),
        ("exp()", "exp()", "takes 1 argument"),
        ("a, b", "a, b", "comma only separates"),
        ("exp(*a)", "*a", "starred"),
        ("a << b", "a << b", "this operator"),
        ("x[0]", "[", "no subscripts"),
        ("a*'x'", "'x", "no text"),
        ("f(x) = 2", "= 2", "may only follow the response"),
        ("exp(x=2)", "=", "=="),
        ("y ~ y*x", "y", "both sides"),
        ("_a*x", "_a", "cannot begin with an underscore"),
        ("\uff3fa*x", "\uff3f", "cannot contain"),
        ("inf*x", "inf", "neither a number nor a name"),
        ("x\u00b2 + a", "\u00b2", "write **2"),
        ("a \u2212 x", "\u2212", "write -"),
        ("a\u00b7x", "\u00b7", "write *"),
        ("exp ~ x", "exp", "has to be called"),
        ("a*(x + ", "(x", "never closed"),
        ("a*x)", ")", "unmatched"),
        ("y ~ a*exp(x) - ", "-", "ends where something is still missing"),
        ("sin x + a", "x", "Try: sin(x)"),
        ("y ~ a*x + $", "$", "cannot contain $"),
        ("αβ + exq(x)", "exq", "Try: exp(...)"),
        ("y ~ αβ + a + b*c + exq(x)", "exq", "Try: exp(...)"),
    ],
)
def test_refusals_point_at_the_place_and_say_what_to_write(
    text: str, where: str, said: str
) -> None:
    message = refusal(text)
    assert said in message
    shown, caret = next(
        (one, two) for one, two in zip(message.split("\n"), message.split("\n")[1:]) if "^" in two
        and not two.strip("^~ ")
    )  # fmt: skip
    assert shown == f"    {text}"
    assert shown[caret.index("^") :].startswith(where)


def test_a_long_formula_is_shown_around_the_place_only() -> None:
    message = refusal("+".join(["a"] * 60) + " + exq(x) + " + "+".join(["b"] * 60))
    shown, caret = message.split("\n")[1:3]
    assert len(shown) < 90
    assert shown[caret.index("^") :].startswith("exq")
    assert shown.startswith("    ...") and shown.endswith("...")


@pytest.mark.parametrize("text", [None, 3, b"a*x", ["a"], "", "   ", "y ~ ", "y ="])
def test_what_is_not_text_or_is_empty_is_refused(text: object) -> None:
    refusal(text)
