"""Documentation never breaks an import: names that are missing, marks that raise, no docstrings."""

from __future__ import annotations

import functools
import subprocess
import sys
import textwrap
import warnings
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residua.doc import Doc, DocumentationWarning, Gt, documented, problems, unit

if TYPE_CHECKING:
    from nowhere import Thing  # type: ignore[import-not-found]


def test_names_that_are_not_there_cost_their_own_entry_only():
    @documented
    def f(
        a: Annotated[Thing, Doc("a thing"), unit("K")],
        b: Annotated[list[Thing], Gt(0)] | None = None,
        c: Thing = None,
        d: Annotated[int, "d"] = 1,
    ) -> Thing:
        """Do it."""

    words = [each.type_words for each in f.__arguments__.values()]
    assert words == ["Thing", "list[Thing] or None", "Thing", "int"]
    assert f.__arguments__["a"].doc == "a thing" and f.__arguments__["a"].unit == "K"
    assert f.__arguments__["b"].bounds.low == 0
    assert problems(f) == ()


def test_names_of_a_function_around_are_found():
    Pascal = Annotated[float, Doc("pressure"), unit("Pa")]

    @documented
    def f(p: Pascal): ...

    @documented()
    def g(p: Pascal): ...

    assert f.__arguments__["p"].unit == g.__arguments__["p"].unit == "Pa"


def test_marks_that_come_later_are_found_when_asked_for():
    code = """
    from __future__ import annotations
    from residua.doc import arguments, documented
    @documented
    def f(x: Annotated[float, Later("it"), "text"]): ...
    from typing import Annotated
    from residua.doc import Doc as Later
    """
    names: dict[str, Any] = {"__name__": "later"}
    with pytest.warns(DocumentationWarning, match=r"Later\('it'\) cannot be evaluated"):
        exec(textwrap.dedent(code), names)
    assert [each.doc for each in names["f"].__arguments__.values()] == ["text"]
    # Of two texts the last one counts.
    assert problems(names["f"]) == ("x: its doc is said to be 'it' and 'text'",)


class Hostile:
    """Raises at whatever is asked of it."""

    __module__ = "pydantic"

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_documentation_never_breaks_an_import():
    def f(x: Annotated[int, "a number", Hostile()]):
        """Do it."""

    with pytest.warns(DocumentationWarning, match="a Hostile cannot be read: RuntimeError"):
        assert documented(f) is f
    assert f.__arguments__["x"].doc == "a number"
    for odd in (len, print, int, functools.partial(max, 1), object(), 3, None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DocumentationWarning)
            assert documented(odd) is odd or odd is None


ANNOTATIONS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["Annotated[int, 'x']", "Annotated[", "a b", "lambda: 0", "1/0", "Annotated[()]"]
    ),
    st.sampled_from([3, None, "é", b"x", (1, 2), Annotated[int, Doc("x"), 3, Gt("y")]]),
)


@settings(max_examples=80, deadline=None)
@given(ANNOTATIONS, ANNOTATIONS, st.text(max_size=80), st.integers() | st.text(max_size=5))
def test_nothing_in_annotations_or_docstrings_raises(first, last, text, default):
    def f(a, b=default): ...

    f.__annotations__ = {"a": first, "return": last}
    f.__doc__ = text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert documented(f) is f
    repr(f.__arguments__), problems(f)


def test_without_docstrings_only_the_record_is_kept():
    code = """
    from typing import Annotated
    from residua.doc import documented
    @documented
    def f(x: Annotated[int, "a number"]): "Do it."
    print((f.__doc__, f.__arguments__["x"].doc))
    """
    done = subprocess.run(
        [sys.executable, "-OO", "-c", textwrap.dedent(code)], capture_output=True, text=True
    )
    assert done.stdout.strip() == "(None, 'a number')", done.stderr
