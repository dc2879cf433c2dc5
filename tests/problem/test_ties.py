"""Ties: read, ordered, refused, and what the vector of free numbers becomes with them."""

from __future__ import annotations

import numpy as np
import pytest

from residua._errors import ParameterError
from residua.problem.gather import gather
from residua.problem.ties import ordered, read_ties

NAMES = ("a", "b", "c", "d")


def halved(a, share=0.5):
    return share * a


def parameters(tie, start=(), **words):
    free = [name for name in NAMES if name not in read_ties(NAMES, tie)]
    starts = dict(zip(free, start))
    return gather(NAMES, {}, {}, start=starts or None, tie=tie, **words)


VALUES = {
    "formula": ({"b": "2*a"}, [1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]),
    "sentence": ("b = 2*a", [1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]),
    "sentences": (["b = 2*a", "d = c**2"], [1.0, 3.0], [1.0, 2.0, 3.0, 9.0]),
    "formula with its name": ({"b": "b = 2*a"}, [1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]),
    "lambda": ({"b": lambda a: 2 * a}, [1.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]),
    "function with a constant": ({"d": halved}, [4.0, 2.0, 3.0], [4.0, 2.0, 3.0, 2.0]),
    "keyword only": ({"d": lambda a, *, b: a - b}, [4.0, 1.0, 3.0], [4.0, 1.0, 3.0, 3.0]),
    "two sources": ({"a": "c/d + b"}, [1.0, 6.0, 3.0], [3.0, 1.0, 6.0, 3.0]),
    "chain": ({"a": "2*b", "b": "2*c", "c": "2*d"}, [1.0], [8.0, 4.0, 2.0, 1.0]),
    "constant": ({"d": "3"}, [1.0, 2.0, 4.0], [1.0, 2.0, 4.0, 3.0]),
}


@pytest.mark.parametrize("case", VALUES)
def test_values(case):
    tie, theta, expected = VALUES[case]
    found = parameters(tie, theta)
    assert len(found.labels) == len(theta)
    np.testing.assert_array_equal(found.vector(), theta)
    assert found.values(np.array(theta)) == expected
    assert found.named(np.array(theta)) == dict(zip(NAMES, expected))
    assert [leaf.start for leaf in found.leaves] == expected


def test_arrays_can_be_tied():
    start = {"a": [1.0, 2.0], "c": 3.0, "d": 0.0}
    found = gather(NAMES, {}, {}, start=start, tie={"b": "c*a"})
    assert found.leaves[1].labels == ("b[0]", "b[1]")
    assert found.labels == ("a[0]", "a[1]", "c", "d")
    np.testing.assert_array_equal(found.named(found.vector())["b"], [3.0, 6.0])


def test_a_tie_may_refer_to_what_is_fixed():
    found = parameters({"b": "c*a"}, [2.0, 5.0, 1.0], fixed=["c"])
    assert found.labels == ("a", "d")
    assert found.values(np.array([3.0, 1.0])) == [3.0, 15.0, 5.0, 1.0]


def test_starts_of_tied_parameters_follow():
    found = parameters({"b": "2*a"})
    assert [leaf.name for leaf in found.leaves if leaf.missing] == ["a", "c", "d"]
    assert found.leaves[1].start is None
    after = found.started({"a": 1.5, "b": 99.0, "c": 1.0, "d": 1.0})
    assert after.leaves[1].start == 3.0


def test_a_sequence_of_starts_has_one_for_each_parameter_that_is_not_tied():
    assert gather(NAMES, {}, {}, start=[1, 2, 3], tie={"d": "a"}).vector().tolist() == [1, 2, 3]
    with pytest.raises(ParameterError, match="4 values"):
        gather(NAMES, {}, {}, start=[1, 2, 3, 4], tie={"d": "a"})


def test_the_models_own_bounds_and_defaults_do_not_hold_for_tied_ones():
    found = gather(NAMES, {"b": 7.0, "a": 1.0}, {"b": (0.0, 5.0)}, tie={"b": "-a"})
    assert found.leaves[1].start == -1.0
    assert found.bounds() is None


def test_order_of_need():
    ties = read_ties(NAMES, {"a": "b + d", "b": "c", "c": "2*d"})
    assert ordered(ties) == ("c", "b", "a")


def squared(a):
    return a * a


SAME = [({"b": "2*a"}, {"b": "2*a"}), ({"b": squared}, {"b": squared})]
OTHER = [({"b": "2*a"}, {"b": "3*a"}), ({"b": lambda a: 2 * a}, {"b": lambda a: 3 * a})]


def test_equality_is_that_of_what_is_computed():
    for first, second in SAME:
        assert read_ties(NAMES, first) == read_ties(NAMES, second)
    for first, second in OTHER:
        assert read_ties(NAMES, first) != read_ties(NAMES, second)


REFUSED = {
    "unknown parameter": ({"bb": "2*a"}, {}, "tie names 'bb'", "b in place of bb"),
    "unknown source": ({"b": "2*aa"}, {}, "the tie of b needs 'aa'", "a in place of aa"),
    "unknown argument": ({"b": lambda q: q}, {}, "the tie of b needs 'q'", ""),
    "circle of one": ({"b": "b + 1"}, {}, "round in a circle: b = b + 1", "leave b out"),
    "circle": (
        {"a": "2*b", "b": "c", "c": "a/2", "d": "a"},
        {},
        "round in a circle: a = 2*b, b = c, c = a/2",
        "leave a out",
    ),
    "fixed": ({"b": "2*a"}, {"fixed": {"b": 1.0}}, "has fixed= as well", "leave b out of fixed="),
    "fixed by name": ({"b": "2*a"}, {"fixed": "b"}, "has fixed= as well", "leave b out of fixed="),
    "start": ({"b": "2*a"}, {"start": {"b": 1.0}}, "has start= as well", "leave b out of start="),
    "bounds": ({"b": "2*a"}, {"bounds": {"b": (0, 1)}}, "has bounds= as well", "leave b out of"),
    "number": ({"b": 2.0}, {}, "neither a formula nor a function", "fixed={'b': 2.0}"),
    "no formula": ({"b": "2*"}, {}, "the tie of b cannot be read", ""),
    "code": ({"b": "__import__('os')"}, {}, "the tie of b cannot be read", ""),
    "formula for another": ({"b": "c = 2*a"}, {}, "is a formula for c", "tie={'c': ...}"),
    "any arguments": ({"b": lambda *a: a}, {}, "takes any arguments", "tie={'b': lambda b1"),
    "no signature": ({"b": max}, {}, "", "tie={'b': lambda"),
    "text without =": ("2*a", {}, "not a dict", "tie={'d': '2*a'}"),
    "twice": (["b = a", "b = c"], {}, "not a dict", "tie="),
    "raises": ({"b": lambda a: a.nothing}, {}, "cannot be computed: AttributeError", "tie="),
    "text back": ({"b": lambda a: "text"}, {}, "cannot be computed: TypeError", "tie="),
    "complex back": ({"b": lambda a: 1j * a}, {}, "cannot be computed: TypeError", "tie="),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    tie, words, what, line = REFUSED[case]
    with pytest.raises(ParameterError) as caught:
        gather(NAMES, {}, {}, tie=tie, **words)
    assert what in caught.value.what
    assert caught.value.next.startswith(line)


def test_a_variable_is_told_from_a_slip():
    with pytest.raises(ParameterError) as caught:
        gather(NAMES, {}, {}, tie={"b": "2*x"}, variables=("x",))
    assert caught.value.causes == ("x is a variable; a tie relates parameters to parameters",)


def test_arithmetic_that_fails_is_not_a_number():
    found = parameters({"b": lambda a: 1 / 0}, [1.0, 2.0, 3.0])
    assert np.isnan(found.values(np.array([1.0, 2.0, 3.0]))[1])
