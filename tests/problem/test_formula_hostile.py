"""Whatever text arrives, `parse` answers with a Formula or a FormulaError, quickly."""

from __future__ import annotations

import contextlib
import operator
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residua._errors import FormulaError
from residua.problem.formula import Formula, parse

HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "(lambda: 0)()",
    "[c for c in ().__class__.__base__.__subclasses__()]",
    "f'{x}'",
    "x.__class__",
    "exp.__globals__",
    "exp(x).__array_interface__",
    "getattr(x, a)",
    "eval(x)",
    "exec(x)",
    "open(x)",
    "compile(x, a, b)",
    "globals()",
    "__builtins__",
    "_closure",
    "(x := 1)",
    "x if x else (yield)",
    "await x",
    "exp(**x)",
    "exp(*x)",
    "{x: a}",
    "{x}",
    "[x]",
    "x[0]",
    "x[...]",
    "...",
    "x; a",
    "import os",
    "x # comment",
    "x \\\n + a",
    "'''",
    '"""x',
    "\\x41",
    "x\x00",
    "\x00",
    "\ud800",
    "x + \udfff",
    "\u202ex",
    "\u200bx",
    "\ufeffx",
    "x\x0ca",
    "\U0010ffff",
    "𝐥𝐚𝐦𝐛𝐝𝐚*x",
    "𝐞𝐯𝐚𝐥(x)",
    "1if x else 2",
    "0777",
    "1__0",
    "1e",
    "1e+",
    "0b1",
    "1.2.3",
    "x..y",
    "a = b = c",
    "a ~ b ~ c",
    "==",
    "~",
    "**x",
    "x <> a",
    "x < a <",
    "() + x",
    "x(x)(x)",
    "(exp)(x)(x)",
    "if",
    "x if a",
    "else",
    "(" * 4000,
    ")" * 4000,
    "-" * 3999 + "x",
    "~" * 3999 + "x",
    "(-" * 101 + "x" + ")" * 101,
    "x**" * 101 + "x",
    "\uff3fa",
    "exp(" * 600 + "x" + ")" * 600,
    "x" + "**x" * 900,
    "+".join(["x"] * 2000),
    "x<" * 1999 + "x",
    "max(" + ",".join(["x"] * 1500) + ")",
    "where(" * 500 + "x",
    "x if x else " * 300 + "x",
    "x" * 4001,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused(text: str) -> None:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FormulaError) as caught:
            parse(text)
    # The message must be printable everywhere, whatever the text held.
    assert str(caught.value).encode("utf-8")
    assert len(str(caught.value)) < 700
    assert time.perf_counter() - started < 1.0


def test_no_python_text_is_ever_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a formula reached eval or exec")

    events: list[str] = []
    listening = True

    def listen(event: str, _: object) -> None:
        if listening and event in ("exec", "import", "os.system", "open", "subprocess.Popen"):
            events.append(event)

    monkeypatch.setattr("builtins.eval", refuse)
    monkeypatch.setattr("builtins.exec", refuse)
    sys.addaudithook(listen)
    for text in [*HOSTILE, "a*exp(-b*x) + c"]:
        with contextlib.suppress(FormulaError):
            parse(text)
    parse("a*exp(-b*x) + c")(a=1, b=1, c=1, x=1)
    listening = False
    assert events == []


def test_a_shallow_stack_is_no_excuse_for_another_error() -> None:
    def sink(depth: int) -> None:
        if depth:
            return sink(depth - 1)
        with contextlib.suppress(FormulaError):
            parse("(" * 60 + "x" + ")" * 60)

    for room in range(20, 140, 7):
        depth = sys.getrecursionlimit() - room - _frames()
        try:
            sink(depth)
        except RecursionError as error:
            # Python may run out before parse is entered, or inside its except clauses' calls;
            # a RecursionError raised by the parser itself would have become a FormulaError.
            assert room < 60, error


def _frames() -> int:
    frame, count = sys._getframe(), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1  # type: ignore[assignment]
    return count


def _survives(text: str) -> None:
    try:
        formula = parse(text, independent=("x", "t"))
    except FormulaError as error:
        assert str(error).encode("utf-8")
        return
    assert isinstance(formula, Formula)
    assert set(formula.independent).isdisjoint(formula.parameters)
    assert set(formula.independent) | set(formula.parameters) == set(formula.names)
    assert not any(name.startswith("_") for name in formula.names)
    with np.errstate(all="ignore"):
        answer = formula.function(dict.fromkeys(formula.names, 0.75))
    assert np.ndim(answer) == 0
    assert np.asarray(answer).dtype == np.float64


PIECES = st.sampled_from(
    [
        *("x", "t", "a", "b", "gamma", "y0", "_", "λ", "µ", "exp", "where", "max", "erf", "jv"),
        *("+", "-", "*", "/", "**", "//", "%", "(", ")", ",", "<", ">=", "==", "&", "|", "~", "="),
        *("1", "2.5", "1e-3", "0", ".5", "9" * 400, " ", "\n", " if ", " else ", " and ", "lambda"),
        *(".", "[", "]", "{", "}", ":", "'", '"', "\\", "#", ":=", "@", "\x00", "\ud800", "²"),
        *("exp(", "where(x>0,", "-(", "(-", "pi", "e", "True", "import", "__class__", "not "),
    ]
)


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    _survives(text)


@settings(max_examples=3000, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_pile_of_pieces(text: str) -> None:
    _survives(text)


# The outside truth: the same expression built of NumPy's operators beside the text.
Value = Callable[[], object]
Pair = tuple[str, Value]
UNARY = {"exp": np.exp, "sin": np.sin, "tanh": np.tanh, "abs": np.abs, "-": operator.neg}
BINARY = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
}
VALUES = {"x": np.array([-1.5, 0.25, 3.0]), "a": np.float64(0.7), "b": np.float64(-2.0)}


def _grow(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def one(name: str, of: Pair) -> Pair:
        return f"{name}({of[0]})", lambda: UNARY[name](of[1]())

    def two(sign: str, left: Pair, right: Pair) -> Pair:
        return f"({left[0]}) {sign} ({right[0]})", lambda: BINARY[sign](left[1](), right[1]())

    def choice(test: Pair, yes: Pair, no: Pair) -> Pair:
        text = f"where(({test[0]}) > 0.5, {yes[0]}, {no[0]})"
        return text, lambda: np.where(np.greater(test[1](), 0.5), yes[1](), no[1]())

    return st.one_of(
        st.builds(one, st.sampled_from(sorted(UNARY)), inner),
        st.builds(two, st.sampled_from(sorted(BINARY)), inner, inner),
        st.builds(choice, inner, inner, inner),
    )


def _leaf(text: str, value: object) -> Pair:
    return text, lambda: value


LEAVES = st.one_of(
    st.sampled_from(sorted(VALUES)).map(lambda name: _leaf(name, VALUES[name])),
    st.floats(0, 1e3, allow_subnormal=False).map(lambda n: _leaf(repr(n), np.float64(n))),
    st.integers(0, 20).map(lambda n: _leaf(str(n), np.float64(n))),
)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, _grow, max_leaves=12))
def test_random_expressions_agree_with_numpy(pair: Pair) -> None:
    text, value = pair
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(parse(text).function(VALUES), value())
