"""Parameters: the words start=, bounds=, fixed= become leaves and a free vector, or an error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import Bounds

from residua._errors import ParameterError
from residua.problem.gather import gather
from residua.problem.parameters import Parameter, Parameters

NAMES = ("a", "b", "c")
DEFAULTS = {"a": 1.0, "b": 2.0}


def made(**words: object) -> Parameters:
    return gather(NAMES, DEFAULTS, {}, **words)


def starts(parameters: Parameters) -> list[object]:
    return [leaf.start for leaf in parameters.leaves]


SAME_START = {
    "dict": {"b": 5, "c": 6, "a": 4},
    "list": [4, 5, 6],
    "tuple": (4.0, 5.0, 6.0),
    "array": np.array([4, 5, 6]),
    "float32": np.array([4, 5, 6], dtype=np.float32),
    "column": np.array([[4.0], [5.0], [6.0]]),
    "row": np.array([[4.0, 5.0, 6.0]]),
    "generator": (v for v in (4, 5, 6)),
    "range": range(4, 7),
    "numpy scalars": [np.float32(4), np.int8(5), np.array(6.0)],
}


@pytest.mark.parametrize("start", SAME_START.values(), ids=SAME_START)
def test_every_way_to_give_a_start(start: object) -> None:
    found = made(start=start)
    assert starts(found) == [4.0, 5.0, 6.0]
    assert all(type(value) is float for value in starts(found))


def test_starts_come_from_the_call_then_the_signature_then_the_data() -> None:
    assert starts(made(start={"a": 7})) == [7.0, 2.0, None]
    assert starts(made(start=[7, None, 8])) == [7.0, None, 8.0]


def test_a_start_is_copied() -> None:
    vector = np.array([1.0, 2.0])
    leaf = gather(("w",), {}, {}, start={"w": vector}).leaves[0]
    vector[:] = 9
    np.testing.assert_array_equal(leaf.start, [1, 2])


BAD_START = {
    "text": ({"a": "1"}, "the start of a is '1', not a number"),
    "text in a list": (["1", 2, 3], "the start of a is '1', not a number"),
    "one text": ("abc", "neither a dict nor a sequence"),
    "a set": ({1.0, 2.0, 3.0}, "neither a dict nor a sequence"),
    "NaN": ({"a": math.nan}, "a start must be finite"),
    "infinite": ({"a": math.inf}, "a start must be finite"),
    "complex": ({"a": 1j}, "not a number"),
    "array of text": ({"a": ["1", "2"]}, "not a number"),
    "objects": ({"a": object()}, "not a number"),
    "empty": ({"a": []}, "is empty"),
    "too few": ([1, 2], "start has 2 values but the model has 3 parameters: a, b, c"),
    "too many": ([1, 2, 3, 4], "start has 4 values"),
    "one number for three": (1.0, "start has 1 value"),
    "unknown": ({"aa": 1}, "start names 'aa'"),
    "a number for a name": ({0: 1}, "start names '0'"),
}


@pytest.mark.parametrize(("start", "what"), BAD_START.values(), ids=BAD_START)
def test_starts_that_are_refused(start: object, what: str) -> None:
    with pytest.raises(ParameterError) as caught:
        made(start=start)
    assert what in caught.value.what


@pytest.mark.parametrize("role", ["start", "bounds", "fixed"])
def test_an_unknown_name_is_answered_with_the_near_one(role: str) -> None:
    with pytest.raises(ParameterError) as caught:
        gather(("rate", "offset"), {}, {}, **{role: {"rat": (0, 1) if role == "bounds" else 1}})
    assert caught.value.what == f"{role} names 'rat', which is not a parameter of the model"
    assert caught.value.causes == ("the parameters are rate, offset",)
    assert caught.value.next == f"{role}={{'rate': ...}}"


SAME_BOUNDS = {
    "dict": {"b": (0, 9), "a": (0, 9), "c": (0, None)},
    "pair of sequences": ([0, 0, 0], [9, 9, math.inf]),
    "pair of arrays": (np.zeros(3), np.array([9, 9, math.inf])),
    "number and sequence": (0, [9, 9, math.inf]),
    "None in a sequence": ([0, 0, 0], [9, 9, None]),
    "scipy": Bounds([0, 0, 0], [9, 9, math.inf]),
}


@pytest.mark.parametrize("bounds", SAME_BOUNDS.values(), ids=SAME_BOUNDS)
def test_every_way_to_give_bounds(bounds: object) -> None:
    found = made(bounds=bounds, start=[1, 1, 1]).bounds()
    assert found is not None
    np.testing.assert_array_equal(found[0], [0, 0, 0])
    np.testing.assert_array_equal(found[1], [9, 9, math.inf])


def test_no_bounds_are_no_bounds() -> None:
    for bounds in (None, {}, {"a": (None, None)}, (-math.inf, math.inf), ([None] * 3, [None] * 3)):
        assert made(bounds=bounds).bounds() is None


BAD_BOUNDS = {
    "reversed": ({"a": (3, 0)}, "the lower bound of a is above its upper", "(0.0, 3.0)"),
    "equal": ({"a": (1, 1)}, "leave it no room", "fixed={'a': 1.0}"),
    "both infinite": ({"a": (math.inf, math.inf)}, "no number lies between", "None"),
    "NaN": ({"a": (math.nan, 1)}, "contain NaN", "None"),
    "NaN in a sequence": (([math.nan, 0, 0], [9, 9, 9]), "the bounds of a contain NaN", "None"),
    "text": ({"a": ("0", "9")}, "not a pair of numbers", "bounds={'a': (0, None)}"),
    "three": ({"a": (0, 1, 2)}, "not a pair of numbers", "bounds={'a': (0, None)}"),
    "one": ({"a": 3}, "not a pair of numbers", "bounds={'a': (0, None)}"),
    "list of pairs": ([(0, 9), (0, 9), (0, 9)], "bounds must be a dict", "bounds={'a': (0, None)}"),
    "word": ("positive", "bounds must be a dict", "bounds={'a': (0, None)}"),
    "start outside": ({"a": (2, 4)}, "the start of a, 1.0, is outside", "start={'a': 3.0}"),
    "start below": ({"a": (2, None)}, "outside its bounds [2.0, inf]", "start={'a': 3.0}"),
}


@pytest.mark.parametrize(("bounds", "what", "line"), BAD_BOUNDS.values(), ids=BAD_BOUNDS)
def test_bounds_that_are_refused(bounds: object, what: str, line: str) -> None:
    with pytest.raises(ParameterError) as caught:
        made(bounds=bounds)
    assert what in caught.value.what
    assert line in caught.value.next


def test_pairs_for_two_parameters_are_not_taken_for_lower_and_upper() -> None:
    with pytest.raises(ParameterError, match="leave it no room") as caught:
        gather(("a", "b"), {}, {}, bounds=[(0, 9), (0, 9)])
    assert any("a list of pairs" in cause for cause in caught.value.causes)


def test_bounds_of_another_shape_than_the_start_are_refused() -> None:
    with pytest.raises(ParameterError, match="the bounds of w have shapes"):
        gather(("w",), {}, {}, start={"w": [1.0, 2.0]}, bounds={"w": ([0, 0, 0], None)})


SAME_FIXED = {
    "name": "b",
    "names": ["b"],
    "dict": {"b": 2},
    "dict of True": {"b": True, "a": False},
    "None is the start": {"b": None},
}


@pytest.mark.parametrize("fixed", SAME_FIXED.values(), ids=SAME_FIXED)
def test_every_way_to_fix(fixed: object) -> None:
    found = made(fixed=fixed)
    assert [leaf.fixed for leaf in found.leaves] == [False, True, False]
    assert starts(found)[1] == 2.0
    assert found.labels == ("a", "c")


BAD_FIXED = {
    "no value": ("c", "c is to be fixed, but at what value?"),
    "None without a start": ({"c": None}, "at what value?"),
    "number": (3, "neither names nor a dict"),
    "NaN": ({"a": math.nan}, "must be finite"),
    "text": ({"a": "one"}, "not a number"),
}


@pytest.mark.parametrize(("fixed", "what"), BAD_FIXED.values(), ids=BAD_FIXED)
def test_what_cannot_be_fixed(fixed: object, what: str) -> None:
    with pytest.raises(ParameterError) as caught:
        made(fixed=fixed)
    assert what in caught.value.what


def test_a_value_fixed_outside_the_bounds_given_with_it_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"a is fixed at 5\.0, outside its bounds"):
        made(fixed={"a": 5}, bounds={"a": (0, 1)})
    # The bounds a library model brings along do not bind a deliberate choice.
    assert gather(("a",), {}, {"a": (0.0, 1.0)}, fixed={"a": 5}).leaves[0].start == 5.0


def test_the_free_vector_goes_there_and_back() -> None:
    parameters = Parameters(
        (
            Parameter("a", 1.0),
            Parameter("w", np.array([[2.0, 3.0], [4.0, 5.0]])),
            Parameter("k", 6.0, fixed=True),
            Parameter("b", 7.0),
        )
    )
    assert parameters.labels == ("a", "w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]", "b")
    theta = parameters.vector()
    np.testing.assert_array_equal(theta, [1, 2, 3, 4, 5, 7])
    named = parameters.named(theta * 10)
    assert (named["a"], named["k"], named["b"]) == (10.0, 6.0, 70.0)
    np.testing.assert_array_equal(named["w"], [[20, 30], [40, 50]])
    spread = parameters.spread(theta, 0.0)
    assert (spread["k"], spread["b"]) == (0.0, 7.0)
    np.testing.assert_array_equal(spread["w"], [[2, 3], [4, 5]])


def test_bounds_of_an_array_hold_for_every_entry() -> None:
    found = gather(("w",), {}, {}, start={"w": [1.0, 2.0]}, bounds={"w": (0, [3, 4])}).bounds()
    assert found is not None
    np.testing.assert_array_equal(found[0], [0, 0])
    np.testing.assert_array_equal(found[1], [3, 4])
