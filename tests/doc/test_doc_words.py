"""Types, defaults, bounds and sentences as a docstring says them."""

from __future__ import annotations

import ast
import inspect
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from residua.doc import Doc, Ge, Gt, Le, Lt, documented, shape, unit
from residua.doc.sentences import sentence


def lines_of(function: Any) -> list[str]:
    return inspect.getdoc(function).split("\n")


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (float, "float"),
        (float | None, "float or None"),
        (list[float], "list[float]"),
        (Literal["a", "b"], "{'a', 'b'}"),
        (npt.ArrayLike, "array_like"),
        (npt.NDArray[np.float64], "ndarray of float64"),
        (np.ndarray, "ndarray"),
        ("npt.NDArray[np.int64] | None", "ndarray of int64 or None"),
        ("np.random.Generator", "np.random.Generator"),
        (np.random.Generator, "Generator"),
        ("Unknown[int, 'x|y']", "Unknown[int, 'x|y']"),
        ("this is no type", "this is no type"),
        (Annotated[float, shape("n", 3)], "float of shape (n, 3)"),
        (Annotated[object, shape("n")], "array of shape (n,)"),
    ],
)
def test_types_are_said_in_words(annotation, words):
    def f(x):
        """Do it.

        Parameters
        ----------
        x
            A value.
        """

    f.__annotations__ = {"x": annotation}
    assert documented(f).__doc__.split("\n")[4] == f"x : {words}"


@pytest.mark.parametrize(
    ("default", "words"),
    [
        (1.5, "int, default 1.5"),
        (None, "int, optional"),
        (len, "int, default len"),
        (object(), "int, optional"),
        (np.zeros(50), "int, optional"),
        ("a" * 60, "int, optional"),
        (ast.Load, "int, default Load"),
    ],
)
def test_defaults_are_said_in_words(default, words):
    def f(x: Annotated[int, "a value"] = default): ...

    assert documented(f).__doc__.split("\n")[2] == f"x : {words}"


def test_bounds_are_said_in_words():
    def f(
        a: Annotated[float, "x.", Ge(0), Le(1)],
        b: Annotated[float, Gt(0), Lt(2.5)],
        c: Annotated[float, "is in m, as always", unit("m")],
        d: Annotated[float, unit("1"), "share"],
    ): ...

    lines = lines_of(documented(f))
    assert lines[3::2] == [
        "    x. From 0 to 1.",
        "    Greater than 0 and less than 2.5.",
        "    Is in m, as always.",
        "    Share.",
    ]
    assert f.__arguments__["a"].bounds == (0, 1, False, False)
    assert f.__arguments__["b"].bounds == (0, 2.5, True, True)
    assert f.__arguments__["c"].bounds is None
    assert [f.__arguments__[name].unit for name in "abcd"] == [None, None, "m", ""]
    assert f.__arguments__["c"].label == "c (m)"


def test_long_text_is_wrapped_and_laid_out_text_is_not():
    table = "Choices:\n\n- one thing\n- another thing that is long enough for two lines if it " + (
        "were wrapped, which it is not"
    )

    def f(a: Annotated[int, "word " * 40], b: Annotated[int, Doc(table)]): ...

    lines = lines_of(documented(f))
    assert max(map(len, lines[: lines.index("b : int")])) <= 92
    assert [line.strip() for line in lines[-4:]] == table.split("\n")


@given(st.text(max_size=60))
def test_a_sentence_ends_as_one_and_keeps_its_words(text):
    out = sentence(text)
    assert out.lower().rstrip(".") == text.strip().lower().rstrip(".")
    assert sentence(out) == out
