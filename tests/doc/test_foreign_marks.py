"""Marks of other libraries are read by their attributes, with nothing of ours beside them."""

from typing import Annotated

import numpy as np
import pytest

from residua.doc import Doc, Ge, Gt, Le, Lt, arguments, documented, problems, shape, unit


def only(function):
    (argument,) = arguments(function).values()
    return argument


@pytest.mark.parametrize("library", ["typing_extensions", "annotated_doc"])
def test_doc_of_others(library):
    theirs = pytest.importorskip(library).Doc

    def f(x: Annotated[float, theirs("a number")]): ...

    assert only(f).doc == "a number"
    assert theirs("a number").documentation == Doc("a number").documentation


def test_annotated_types():
    at = pytest.importorskip("annotated_types")

    def f(
        a: Annotated[float, at.Gt(0), at.Le(5)],
        b: Annotated[float, at.Interval(ge=0, lt=1), "share"],
        c: Annotated[list[int], at.Len(2, 3)],
        d: Annotated[int, at.MultipleOf(4), at.Ge(8), at.Ge(2)],
        e: Annotated[float, at.Unit("K")],
        g: Annotated[float, at.doc("a number") if hasattr(at, "doc") else "a number"],
        h: Annotated[float, at.Predicate(np.isfinite), at.Timezone(None)],
    ): ...

    got = arguments(f)
    assert [each.bounds for each in got.values()] == [
        (0, 5, True, False),
        (0, 1, False, True),
        None,
        (8, np.inf, False, False),
        None,
        None,
        None,
    ]
    assert got["c"].limits == "at least 2 long and at most 3 long"
    assert got["d"].limits == "a multiple of 4 and at least 8 and at least 2"
    assert got["e"].unit == "K"
    assert got["g"].doc == "a number"
    assert got["h"].constraints == ()


def test_what_we_make_is_read_by_annotated_types_readers():
    at = pytest.importorskip("annotated_types")
    for ours, theirs in [(Gt, at.Gt), (Ge, at.Ge), (Lt, at.Lt), (Le, at.Le)]:
        name = ours.__name__.lower()
        assert getattr(ours(3), name) == getattr(theirs(3), name) == 3
    assert unit("K").unit == at.Unit("K").unit


def test_pydantic_fields_beside_a_type_in_a_default_and_in_a_model():
    pydantic = pytest.importorskip("pydantic")
    told = pydantic.Field(gt=0, description="a\nnumber", json_schema_extra={"unit": "m"})

    told_with_default = pydantic.Field(
        2.0, gt=0, description="a number", json_schema_extra={"unit": "m"}
    )

    def beside(x: Annotated[float, told] = 2.0): ...

    def default(x: float = told_with_default): ...

    class Model(pydantic.BaseModel):
        """A model."""

        x: float = told_with_default

    for what in (beside, default, Model):
        x = only(what)
        assert (x.doc, x.unit, x.default, x.bounds.low) == ("a number", "m", 2.0, 0), what
        assert x.type_words == "float"

    def needed(x=pydantic.Field(description="needed")): ...  # noqa: B008

    assert only(needed).required
    assert documented(Model).__doc__.split("\n")[5] == "    A number, in m; greater than 0."
    assert Model(x=1.0).x == 1.0


def test_shapes_in_types_of_jaxtyping():
    jaxtyping = pytest.importorskip("jaxtyping")

    def f(
        a: jaxtyping.Float[np.ndarray, "n 3"],  # noqa: F722
        b: jaxtyping.Float[np.ndarray, "*batch n+1"],  # noqa: F722
        c: jaxtyping.Float[np.ndarray, "#odd _"],  # noqa: F722
    ): ...

    shapes = [each.shape for each in arguments(f).values()]
    assert shapes == [("n", 3), ("*batch", "n+1"), None]


@pytest.mark.parametrize(
    ("dims", "entries"),
    [
        ((), ()),
        (("n",), ("n",)),
        (("n", 3), ("n", 3)),
        (("n, 3",), ("n", 3)),
        ((..., "n + 1"), ("...", "n+1")),
        (("*batch", 2), ("*batch", 2)),
    ],
)
def test_shapes_are_written_in_one_or_several_texts(dims, entries):
    assert shape(*dims).shape == entries
    assert shape(*dims).wrong == ""


@pytest.mark.parametrize("dims", [("n m",), (-1,), (2.5,), (True,), ("...", "*more"), ("n*2",)])
def test_a_slip_in_a_shape_is_told_by_check_not_by_an_exception(dims):
    def f(x: Annotated[np.ndarray, shape(*dims)]): ...

    (problem,) = problems(f)
    assert problem.startswith("x: ") and "shape" in problem
    assert only(f).shape is None
