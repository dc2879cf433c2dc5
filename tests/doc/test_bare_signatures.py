"""`help` and `f?` show types without marks; annotations are what they were."""

from __future__ import annotations

import inspect
import pydoc
import typing
from dataclasses import dataclass
from typing import Annotated

import residua as rs
from residua.doc import Doc, Gt, documented, unit


@documented
def speed(
    s: Annotated[float, Doc("distance, in 'm'"), unit("m")],
    t: Annotated[float, Doc("time"), Gt(0)] | None = None,
    *names: dict[str, Annotated[int, "how often"]],
) -> Annotated[float, Doc("the speed")]:
    """Give the speed."""
    return s / (t or 1.0)


@documented
@dataclass
class Box:
    """A box."""

    side: Annotated[float, Doc("length of a side"), Gt(0)] = 1.0


def test_signatures_show_types_alone():
    assert str(inspect.signature(speed)) == (
        "(s: float, t: float | None = None, *names: dict[str, int]) -> float"
    )
    assert str(inspect.signature(Box)).startswith("(side: float = 1.0) -> ")
    first = pydoc.plain(pydoc.render_doc(rs.fit)).split("Parameters")[0]
    assert "sigma: ArrayLike | str | None = None" in first
    assert "Annotated" not in first and "Doc(" not in first


def test_marks_are_where_they_were():
    hints = typing.get_type_hints(speed, include_extras=True)
    assert hints["s"].__metadata__ == (Doc("distance, in 'm'"), unit("m"))
    assert hints["return"].__origin__ is float
    assert speed.__annotations__["return"] == "Annotated[float, Doc('the speed')]"
    assert typing.get_type_hints(Box.__init__)["side"] is float


def test_an_annotation_that_cannot_be_read_shows_its_text():
    def odd(a): ...

    odd.__annotations__["a"] = "not an ["
    documented(odd)
    assert str(inspect.signature(odd)) == "(a: 'not an [')"
