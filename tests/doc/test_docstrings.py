"""What a docstring looks like: the sections by hand stay, the rest comes from the signature."""

from __future__ import annotations

import doctest
import inspect
from typing import Annotated, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from residua.doc import Doc, Ge, Gt, arguments, documented, unit
from residua.doc.sections import ORDER, parsed


def lines_of(function: Any) -> list[str]:
    return inspect.getdoc(function).split("\n")


@documented
def pressure(
    n: Annotated[float, Doc("amount of gas"), unit("mol"), Gt(0)],
    V: Annotated[float, Doc("volume"), unit("m^3"), Gt(0)],
    T: Annotated[float, Doc("temperature"), unit("K"), Ge(0)] = 298.15,
) -> Annotated[float, Doc("pressure of the gas"), unit("Pa")]:
    """Give the pressure of an ideal gas.

    The gas has no volume of its own.

    Raises
    ------
    ZeroDivisionError
        The volume is zero.

    Notes
    -----
    Clapeyron, 1834.

    Examples
    --------
    >>> round(pressure(1.0, 1.0))
    2479
    """
    return n * 8.314462618 * T / V


def test_parameters_are_put_between_the_sections_written_by_hand():
    assert inspect.getdoc(pressure) == inspect.cleandoc(
        """Give the pressure of an ideal gas.

        The gas has no volume of its own.

        Parameters
        ----------
        n : float
            Amount of gas, in mol; greater than 0.
        V : float
            Volume, in m^3; greater than 0.
        T : float, default 298.15
            Temperature, in K; at least 0.

        Returns
        -------
        float
            Pressure of the gas, in Pa.

        Raises
        ------
        ZeroDivisionError
            The volume is zero.

        Notes
        -----
        Clapeyron, 1834.

        Examples
        --------
        >>> round(pressure(1.0, 1.0))
        2479
        """
    )
    assert doctest.DocTestFinder().find(pressure, globs={"pressure": pressure})[0].examples


def test_hand_written_entries_fill_what_annotations_leave_open():
    @documented
    def f(a: int, b: Annotated[float, "from beside it"], *, c: str = "x", d=2):
        """Do it.

        Examples
        --------
        >>> 1
        1

        Parameters
        ----------
        a : int
            From the text.

            With a second paragraph.
        d : float, optional
            No annotation.

        Other Parameters
        ----------------
        c : str
            Rarely needed.
        """

    assert lines_of(f) == [
        "Do it.", "",
        "Parameters", "----------",
        "a : int", "    From the text.", "", "    With a second paragraph.",
        "b : float", "    From beside it.",
        "d : float, optional", "    No annotation.", "",
        "Other Parameters", "----------------",
        "c : str, default 'x'", "    Rarely needed.", "",
        "Examples", "--------", ">>> 1", "1",
    ]  # fmt: skip
    assert f.__arguments__["d"].doc == "No annotation."


def test_headings_with_a_colon_become_sections():
    @documented
    def f(x: float, *args: int, eps: Annotated[float, Gt(0)] = 0.1, **options: Any) -> float:
        """Do it to x.

        y = f(x)

        Args:
            x: the start, which may be long and
                go on in a second line.
            args, options: handed on.
            eps: x is known to this; see `g`.

        Returns:
            y, of the shape of x.

        Raises:
            ValueError: x is negative.

        Source: somebody, 1999.

        >>> 1 + 1
        2
        """

    assert lines_of(f) == [
        "Do it to x.", "", "y = f(x)", "",
        "Parameters", "----------",
        "x : float", "    The start, which may be long and", "    go on in a second line.",
        "*args : int", "    Handed on.",
        "eps : float, default 0.1", "    `x` is known to this; see `g`. Greater than 0.",
        "**options : Any", "    Handed on.", "",
        "Returns", "-------", "float", "    y, of the shape of x.", "",
        "Raises", "------", "ValueError", "    x is negative.", "",
        "References", "----------", "somebody, 1999.", "",
        "Examples", "--------", ">>> 1 + 1", "2",
    ]  # fmt: skip


def test_an_argument_without_any_text_is_listed_and_a_bare_function_is_left_alone():
    @documented
    def f(a, b: Annotated[int, "what it is"], c: bool = True): ...

    def g(a: int, b=2):
        """Nothing known of a."""

    text = g.__doc__
    assert lines_of(f) == [
        "Parameters", "----------", "a", "b : int", "    What it is.", "c : bool, default True"
    ]  # fmt: skip
    assert documented(g).__doc__ == text
    assert documented(lambda x: x).__doc__ is None


def test_doctests_without_a_heading_stay_below_the_parameters():
    @documented
    def f(a: Annotated[int, "a number"]):
        """Double it.

        Such as this:

        >>> 1 + 1
        2
        """

    assert lines_of(f)[-4:] == ["Examples", "--------", ">>> 1 + 1", "2"]
    assert lines_of(f).index("Parameters") < lines_of(f).index("Examples")


HEADS = st.sampled_from(["Sum it.", "Sum it.\n\nMore of it.", ""])
BODIES = st.dictionaries(
    st.sampled_from([name for name in ORDER if "Param" not in name]),
    st.text("abc d\n.:>`", min_size=1).map(lambda text: inspect.cleandoc(f"z{text}")),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(HEADS, BODIES)
def test_nothing_written_by_hand_is_lost_and_order_is_numpydocs(head, bodies):
    text = "\n\n".join([head, *(f"{name}\n{'-' * len(name)}\n{b}" for name, b in bodies.items())])

    def f(a: Annotated[int, "a number"]):
        return a

    f.__doc__ = text
    again = parsed(documented(f).__doc__)
    headings = [name for name, _ in again.sections]
    assert headings == [name for name in ORDER if name in {*bodies, "Parameters"}]
    assert "\n".join(again.head).strip() == head
    for name, body in bodies.items():
        kept = [line.rstrip() for line in body.rstrip().split("\n")]
        assert "\n".join(again.lines(name)).rstrip("\n").split("\n") == kept
    once = f.__doc__
    assert documented(f).__doc__ == once
    assert arguments(f)["a"].doc == "a number"


def test_a_source_alone_makes_a_section():
    @documented
    def f(x: Annotated[float, Doc("a number")]):
        """Do it.

        Sources: I. Newton, 1687; J. Raphson,
        1690.
        """

    @documented
    def g(x: Annotated[float, Doc("a number")]):
        """Do it.

        Note: this is prose.
        """

    parameters = ["Parameters", "----------", "x : float", "    A number."]
    assert lines_of(f) == [
        "Do it.", "", *parameters, "",
        "References", "----------", "I. Newton, 1687; J. Raphson,", "1690.",
    ]  # fmt: skip
    assert lines_of(g) == ["Do it.", "", "Note: this is prose.", "", *parameters]
