"""Whatever can be called is documented, and comes back the same object."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import pickle
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import pytest

from residua.doc import Doc, Gt, arguments, documented, unit

Kelvin = Annotated[float, Doc("temperature"), unit("K"), Gt(0)]


def test_the_same_function_comes_back_and_keeps_its_signature():
    def f(T: Kelvin, n: Annotated[int, "how many"] = 2) -> float:
        return T * n

    before = (f.__code__, inspect.signature(f), dict(f.__annotations__))
    assert documented(f) is f
    assert documented()(f) is f
    assert (f.__code__, inspect.signature(f), f.__annotations__) == before
    assert not hasattr(f, "__signature__") and not hasattr(f, "__wrapped__")
    assert f(2.0) == 4.0


def test_the_record_says_all_of_an_argument():
    @documented
    def f(T: Kelvin = 300.0, *, more: int) -> Annotated[float, Doc("energy"), unit("J")]: ...

    T = f.__arguments__["T"]
    assert (T.name, T.type, T.doc, T.unit, T.shape, T.default, T.bounds) == (
        "T", float, "temperature", "K", None, 300.0, (0, float("inf"), True, False)
    )  # fmt: skip
    assert [each.required for each in f.__arguments__.values()] == [False, True]
    assert list(f.__arguments__) == ["T", "more"]
    assert (f.__arguments__.returns[0].doc, f.__arguments__.returns[0].unit) == ("energy", "J")
    assert repr(f.__arguments__).split("\n")[0].split() == [
        "T", "float", "in", "K;", "greater", "than", "0", "temperature"
    ]  # fmt: skip
    with pytest.raises(AttributeError):
        T.doc = "other"


def test_every_way_of_passing_an_argument():
    @documented
    def f(
        a: Annotated[int, "first"], /, b: Annotated[int, "second"], *rest: Annotated[int, "rest"],
        c: Annotated[int, "named"] = 1, **more: Annotated[Any, "more"]
    ): ...  # fmt: skip

    assert f.__doc__.split("\n")[2:-1:2] == [
        "a : int", "b : int", "*rest : int", "c : int, default 1", "**more : Any"
    ]  # fmt: skip
    assert [each.required for each in f.__arguments__.values()] == [True, True, False, False, False]


class Gas:
    """A gas."""

    @documented
    def plain(self, T: Kelvin) -> float:
        """Take T."""
        return T

    @documented
    @classmethod
    def of_class(cls, T: Kelvin) -> Gas:
        """Take T."""
        return cls()

    @staticmethod
    @documented
    def static(T: Kelvin) -> float:
        """Take T."""
        return T

    @documented
    @property
    def molar(self) -> Annotated[float, Doc("mass"), unit("kg/mol")]:
        """The molar mass."""
        return 1.0

    @documented
    @functools.cached_property
    def once(self) -> Annotated[float, Doc("mass"), unit("kg/mol")]:
        """The molar mass."""
        return 1.0

    def outer(self):
        @documented
        def self_is_mine(self: Kelvin, other: int = 1): ...

        return self_is_mine


def test_methods_of_all_kinds():
    told = ["Take T.", "", "Parameters", "----------", "T : float"]
    told += ["    Temperature, in K; greater than 0."]
    for method in (Gas.plain, Gas().plain, Gas.of_class, Gas.static):
        assert inspect.getdoc(method).split("\n") == told
        assert list(method.__arguments__) == list(arguments(method)) == ["T"]
    assert Gas.of_class(1.0).plain(3.0) == 3.0
    for attribute in (Gas.molar, Gas.once):
        assert inspect.getdoc(attribute).split("\n")[-2:] == ["float", "    Mass, in kg/mol."]
        assert arguments(attribute).returns[0].unit == "kg/mol"
    assert list(Gas().outer().__arguments__) == ["self", "other"]


@documented
@dataclasses.dataclass(frozen=True)
class Point:
    x: Annotated[float, Doc("abscissa"), unit("m")]
    names: Annotated[list[str], Doc("what it is called")] = dataclasses.field(default_factory=list)
    scale: dataclasses.InitVar[Annotated[float, "stretches it"]] = 1.0
    norm: Annotated[float, "not given"] = dataclasses.field(init=False, default=0.0)


@documented
@dataclasses.dataclass(frozen=True)
class Named(Point):
    """A point with a label."""

    label: Annotated[str, Doc("its label")] = ""


class Row(NamedTuple):
    width: Annotated[float, Doc("width of the row"), unit("m")] = 1.0


@documented
class Written:
    """Written by hand."""

    def __init__(self, size: Annotated[int, Doc("how large"), Gt(0)]) -> None:
        self.size = size


def test_dataclasses_and_classes():
    assert Point.__doc__.split("\n") == [
        "Parameters", "----------", "x : float", "    Abscissa, in m.",
        "names : list[str], default list()", "    What it is called.",
        "scale : float, default 1.0", "    Stretches it.", "",
    ]  # fmt: skip
    assert Named.__doc__.startswith("A point with a label.\n\nParameters")
    assert list(Named.__arguments__) == ["x", "names", "scale", "label"]
    assert Named(1.0).names == [] and pickle.loads(pickle.dumps(Named(2.0))) == Named(2.0)
    assert documented(Row).__doc__.split("\n")[2:4] == [
        "width : float, default 1.0", "    Width of the row, in m."
    ]  # fmt: skip
    assert Written.__doc__.split("\n")[4:6] == ["size : int", "    How large; greater than 0."]

    class Child(Written):
        pass

    assert list(arguments(Child)) == ["size"]
    assert Child.__doc__ is None


def test_partials():
    @documented
    def f(a: Kelvin, b: Annotated[int, "how many"], c: Annotated[int, "more"] = 1):
        """Do it."""

    g = functools.partial(f, 3.0, c=5)
    assert documented(g) is g
    assert g.__doc__.split("\n")[4::2] == ["b : int", "c : int, default 5", ""]
    assert list(g.__arguments__) == ["b", "c"] and list(f.__arguments__) == ["a", "b", "c"]
    assert f.__doc__.count("a : float") == 1


def test_what_wraps_a_function_is_documented_by_it():
    def logged(function):
        @functools.wraps(function)
        def around(*args, **kwargs):
            return function(*args, **kwargs)

        return around

    @documented
    @logged
    @documented
    def f(a: Kelvin):
        """Do it."""
        return a

    assert f.__doc__.count("Parameters") == 1 and list(f.__arguments__) == ["a"]


def test_generators_and_tuples():
    @documented
    def steps(n: int) -> Iterator[Annotated[float, Doc("next"), unit("s")]]:
        """Step."""
        yield 1.0

    @documented
    def both() -> tuple[Annotated[float, "mean"], Annotated[float, Doc("spread"), unit("m")]]:
        """Give both."""

    assert steps.__doc__.split("\n")[2:] == ["Yields", "------", "float", "    Next, in s.", ""]
    assert both.__doc__.split("\n")[4:] == [
        "float", "    Mean.", "float", "    Spread, in m.", ""
    ]  # fmt: skip
