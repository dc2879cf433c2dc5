"""Model: what a signature says is independent, parameter, start, option."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from residua._errors import ModelError
from residua.problem.model import Model, model, with_count


def line(x, a, b=2.0):
    return a * x + b


def mixed(x, kind="linear", a=1.0, *, b=2.0, log=False):
    value = a * x + b if kind == "linear" else a * x**2 + b
    return np.log(value) if log else value


class Line:
    """A callable object, also one that cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, x, a, b):
        return self.factor * a * x + b

    def method(self, x, a, b):
        return self.factor * a * x + b

    @staticmethod
    def static(x, a, b):
        return a * x + b

    @classmethod
    def of_class(cls, x, a, b):
        return a * x + b


@functools.wraps(line)
def wrapped(*args, **named):
    return line(*args, **named)


KINDS = {
    "function": (line, 2 * 3 + 5),
    "lambda": (lambda x, a, b: a * x + b, 2 * 3 + 5),
    "callable object": (Line(10.0), 20 * 3 + 5),
    "method": (Line(10.0).method, 20 * 3 + 5),
    "static method": (Line.static, 2 * 3 + 5),
    "class method": (Line.of_class, 2 * 3 + 5),
    "partial by position": (functools.partial(lambda k, x, a, b: k * a * x + b, 10.0), 20 * 3 + 5),
    "partial by name": (functools.partial(lambda x, a, k, b: k * a * x + b, k=10.0), 20 * 3 + 5),
    "partial of a partial": (
        functools.partial(functools.partial(lambda x, a, k, m, b: k * m * a * x + b, k=5.0), m=2.0),
        20 * 3 + 5,
    ),
    "keyword only": (lambda x, *, a, b: a * x + b, 2 * 3 + 5),
    "position and keyword": (lambda x, a, *, b: a * x + b, 2 * 3 + 5),
    "position only": (lambda x, a, b, /: a * x + b, 2 * 3 + 5),
    "wrapped": (wrapped, 2 * 3 + 5),
}


@pytest.mark.parametrize(("function", "value"), KINDS.values(), ids=KINDS)
def test_every_callable(function: object, value: float) -> None:
    found = model(function)
    assert found.independent == ("x",)
    assert found.parameters == ("a", "b")
    assert found(3.0, a=2.0, b=5.0) == value
    assert found.evaluate((3.0,), [2.0, 5.0]) == value


def test_a_default_is_a_start() -> None:
    assert dict(model(line).defaults) == {"b": 2.0}


def test_text_and_switches_are_options() -> None:
    found = model(mixed)
    assert found.parameters == ("a", "b")
    assert found(3.0, a=2.0, b=5.0) == 11.0
    assert model(functools.partial(mixed, kind="square"))(3.0, a=2.0, b=5.0) == 23.0


def test_an_independent_variable_may_stand_anywhere() -> None:
    found = model(lambda a, t, b, u: a * t + b * u, independent=["t", "u"])
    assert found.parameters == ("a", "b")
    assert found(3.0, 4.0, a=2.0, b=5.0) == 26.0


def test_star_args_get_their_count_from_the_start() -> None:
    def polynomial(x, first, *rest, scale=1.0):
        return scale * (first + sum(c * x**i for i, c in enumerate(rest, 1)))

    found = with_count(model(polynomial), 4)
    assert found.parameters == ("first", "p0", "p1", "scale")
    assert found.evaluate((2.0,), [1.0, 3.0, 5.0, 10.0]) == 270.0


def test_names_that_mean_something_elsewhere() -> None:
    found = model(lambda x, x1, self, name, theta, data: x1 * x)
    assert found.parameters == ("x1", "self", "name", "theta", "data")
    assert found(2.0, x1=3.0, self=0, name=0, theta=0, data=0) == 6.0


def test_a_model_stays_a_model() -> None:
    found = model(line)
    assert model(found) is found
    assert isinstance(found, Model)


REFUSED = {
    "None": (None, "must be a function, a formula or a library name, not NoneType"),
    "number": (3, "not int"),
    "array": (np.arange(3.0), "not ndarray"),
    "ufunc": (np.exp, "cannot be read"),
    "builtin": (max, "cannot be read"),
    "no argument": (lambda: 1.0, "takes no positional argument"),
    "only keywords": (lambda *, x, a: a * x, "takes no positional argument"),
    "formula without parameters": ("2*x", "has no parameter to fit"),
}


@pytest.mark.parametrize(("what", "text"), REFUSED.values(), ids=REFUSED)
def test_refused(what: object, text: str) -> None:
    with pytest.raises(ModelError) as caught:
        model(what)
    assert text in caught.value.what


def test_an_independent_variable_must_be_an_argument() -> None:
    with pytest.raises(ModelError, match="has no argument named t") as caught:
        model(line, independent="t")
    assert caught.value.causes == ("its arguments are x, a, b",)


def test_a_value_for_each_parameter_is_needed() -> None:
    with pytest.raises(ModelError, match="no value was given for b"):
        model(line)(1.0, a=2.0)
