"""`check` finds what cannot both be true, and nothing else."""

from __future__ import annotations

import sys
import types
import warnings
from typing import Annotated, Any

import pytest

from residua._errors import DocumentationError
from residua.doc import (
    Doc,
    DocumentationWarning,
    Ge,
    Gt,
    Lt,
    check,
    documented,
    problems,
    unit,
)

HEAD = "Do it.\n\nParameters\n----------\n"


def written(text: str, function: Any) -> Any:
    function.__doc__ = HEAD + text + "\n"
    return function


def number(a: int, b: Annotated[float, Doc("a number")] = 2.0, *rest: int): ...


def _copy(function: Any) -> Any:
    copy = types.FunctionType(function.__code__, globals(), "number", function.__defaults__)
    copy.__annotations__ = dict(function.__annotations__)
    return copy


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("c : int\n    No such.", "the docstring describes c, which is no argument"),
        ("a : int\n    One.\na : int\n    Two.", "a is described twice in the docstring"),
        ("a : float\n    One.", "a is float in the docstring, int in the signature"),
        ("a : str, default 3\n    One.", "a is str in the docstring, int in the signature"),
        (
            "a : int, optional\n    One.",
            "a is optional in the docstring, required in the signature",
        ),
        (
            "a : int, default 3\n    One.",
            "a is optional in the docstring, required in the signature",
        ),
        ("b : float, default 3\n", "b is 3 by default in the docstring, 2.0 in the signature"),
        (
            "b : float, default: None\n",
            "b is None by default in the docstring, 2.0 in the signature",
        ),
        ("b : float, default=1e3\n", "b is 1e3 by default in the docstring, 2.0 in the signature"),
        (
            "b : float\n    Something else.",
            "b is described twice: 'a number' beside it, 'Something else.' in the docstring",
        ),
        ("*a : int\n    One.", "the docstring calls it *a, the signature a"),
        ("a : int\n    One.\n\nReturns\n-------\nint\n    It.", None),
    ],
)
def test_contradictions(text, problem):
    f = written(text, _copy(number))
    if problem is None:
        f.__annotations__["return"] = None
        problem = "the docstring says what is returned, the signature that nothing is"
    assert problem in problems(f)
    with pytest.raises(DocumentationError, match="the documentation of number contradicts"):
        check(f)
    with pytest.warns(DocumentationWarning, match="the documentation of number"):
        assert documented(f) is f
    assert problem in problems(f)  # still known after the docstring has been written anew


@pytest.mark.parametrize(
    "text",
    [
        "a : int\n    One.\nb : float, default 2\n    A number.\n*rest : int\n    Rest.",
        "b : float, optional\na : int or float\n    One.",
        "a : array_like of ints\n    One.\nrest\n    Rest.",
        "a, b : int or float, whichever\n    a number",
        "b : float, default: ``2.0``\n    a number",
        "b : float, default the last one\n",
        "b : float, by default 2.0\n",
    ],
)
def test_what_can_both_be_true_is_no_contradiction(text):
    check(written(text, _copy(number)))


def test_a_default_outside_its_bounds():
    def f(
        a: Annotated[float, Gt(0)] = 0.0,
        b: Annotated[float, Ge(0), Lt(1)] = 0.5,
        c: Annotated[float | None, Gt(0)] = None,
    ): ...

    assert problems(f) == ("a: its own default breaks it: a must be greater than 0, but is 0.0",)


def test_marks_that_contradict_each_other():
    def f(T: Annotated[float, unit("K"), unit("degC"), "one", "other"]): ...

    assert problems(f) == (
        "T: its doc is said to be 'one' and 'other'",
        "T: its unit is said to be 'K' and 'degC'",
    )


def test_arguments_without_text_are_told_on_request():
    def f(a: Annotated[int, "a number"], b=1): ...

    check(f)
    assert problems(f, complete=True) == ("b has no text",)
    with pytest.raises(DocumentationError, match="b has no text"):
        check(f, complete=True)


def test_a_whole_module(tmp_path, monkeypatch):
    (tmp_path / "some_module.py").write_text(
        "from typing import Annotated\n"
        "from residua.doc import documented\n"
        "@documented\n"
        "def good(a: Annotated[int, 'a number']): ...\n"
        "class Holder:\n"
        "    @documented\n"
        "    @classmethod\n"
        "    def bad(cls, a: int):\n"
        "        '''Do.\n\n        Args:\n            b: not there.\n        '''\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DocumentationWarning)
        import some_module  # type: ignore[import-not-found]
    check(some_module.good)
    with pytest.raises(DocumentationError, match=r"Holder\.bad") as caught:
        check(some_module)
    assert "b, which is no argument" in str(caught.value)
    del sys.modules["some_module"]
