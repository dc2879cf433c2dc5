"""A fingerprint is equal exactly when the functions compute the same."""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import math
import sys
import timeit
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest

from models_catalogue import MODELS
from residua.autodiff.fingerprint import Fingerprint, fingerprint, modules_used

SCALE = 2.0
TABLE: dict[str, Any] = {"a": [1.0, 2.0]}


def same(f: Any, g: Any) -> bool:
    """Whether both fingerprints are known and equal."""
    a, b = fingerprint(f), fingerprint(g)
    assert a is not None and b is not None
    assert (a == b) == (hash(a) == hash(b))
    return a == b


def test_constants_that_share_their_bytecode_differ() -> None:
    f, g = (lambda x, a: 2 * a * x), (lambda x, a: 3 * a * x)
    assert f.__code__.co_code == g.__code__.co_code
    assert not same(f, g)
    assert not same(lambda x: x + 1, lambda x: x + 1.0)
    assert not same(lambda x: x + 1, lambda x: x + True)
    assert not same(lambda x: x + 0.0, lambda x: x + -0.0)


def test_names_that_share_their_bytecode_differ() -> None:
    assert not same(lambda x: np.sin(x), lambda x: np.cos(x))
    assert not same(lambda x: x.real, lambda x: x.imag)


def test_the_same_source_twice_is_equal() -> None:
    def make() -> Any:
        def model(x: Any, a: Any = 1.5) -> Any:
            return [a * np.exp(-t) for t in x]

        return model

    source = "def f(x, a):\n    return a * x ** 2 + 1\n"
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    exec(compile(source, "one", "exec"), first)
    exec(compile("\n\n# moved\n" + source, "two", "exec"), second)
    assert same(make(), make())
    assert same(first["f"], second["f"])


def test_a_changed_global_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def model(x: Any) -> Any:
        return SCALE * x

    def outer(x: Any) -> Any:
        return model(x) + (lambda: SCALE)()

    def looked_up(x: Any) -> Any:
        return TABLE["a"][1] * x

    before = [fingerprint(f) for f in (model, outer, looked_up)]
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    monkeypatch.setitem(globals(), "TABLE", {"a": [1.0, 2.5]})
    after = [fingerprint(f) for f in (model, outer, looked_up)]
    assert all(a is not None and b is not None and a != b for a, b in zip(before, after))
    monkeypatch.undo()
    assert [fingerprint(f) for f in (model, outer, looked_up)] == before


def test_a_global_changed_in_place_changes_it() -> None:
    data = np.array([1.0, 2.0])

    def model(x: Any) -> Any:
        return data[0] * x

    before = fingerprint(model)
    data[0] = 5.0
    assert before is not None and fingerprint(model) != before
    data[0] = 1.0
    assert fingerprint(model) == before


def test_a_global_of_a_called_function_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(_calls_helper)
    monkeypatch.setitem(globals(), "SCALE", 7.0)
    assert before is not None and fingerprint(_calls_helper) != before


def _helper(x: Any) -> Any:
    return SCALE * x


def _calls_helper(x: Any) -> Any:
    return _helper(x) + 1


def test_an_attribute_of_an_own_module_changes_it(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings_of_this_test.py").write_text("K = 2.0\nOTHER = 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    cfg = importlib.import_module("settings_of_this_test")
    namespace = {"cfg": cfg}
    exec("def reads(x): return cfg.K * x\ndef escapes(x): c = cfg; return c.K * x", namespace)
    before = fingerprint(namespace["reads"])
    cfg.OTHER = 2.0
    assert before is not None and fingerprint(namespace["reads"]) == before
    cfg.K = 3.0
    assert fingerprint(namespace["reads"]) != before
    assert fingerprint(namespace["escapes"]) is None
    del sys.modules["settings_of_this_test"]


def test_closures_defaults_partials_and_methods() -> None:
    def close(a: Any) -> Any:
        return lambda x: a * x

    def default(x: Any, *, a: Any = 1.0) -> Any:
        return a * x

    def other(x: Any, *, a: Any = 2.0) -> Any:
        return a * x

    assert same(close(2.0), close(2.0))
    assert not same(close(2.0), close(2))
    assert not same(close(2.0), close(-2.0))
    assert not same(close(np.array([1.0])), close(np.array([1.0], np.float32)))
    assert not same(close(np.zeros((2, 3))), close(np.zeros((3, 2))))
    assert same(close(math.nan), close(math.nan))
    assert not same(default, other)
    assert same(functools.partial(default, a=3.0), functools.partial(default, a=3.0))
    assert not same(functools.partial(default, a=3.0), functools.partial(default, a=4.0))
    assert not same(close({1: "a"}), close({1: "b"}))
    assert same(close({"a", "b", "c"}), close({"c", "b", "a"}))
    assert not same(close("1"), close(b"1"))


class Scaled:
    def __init__(self, k: Any) -> None:
        self.k = k

    def __call__(self, x: Any) -> Any:
        return self.k * x

    def doubled(self, x: Any) -> Any:
        return 2 * self.k * x


class Slotted:
    __slots__ = ("k",)

    def __init__(self, k: Any) -> None:
        self.k = k

    def __call__(self, x: Any) -> Any:
        return self.k * x


@dataclasses.dataclass(frozen=True)
class Frozen:
    k: float

    def __call__(self, x: Any) -> Any:
        return self.k * x


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize("kind", [Scaled, Slotted, Frozen])
def test_objects_are_their_class_and_state(kind: Any) -> None:
    assert same(kind(2.0), kind(2.0))
    assert not same(kind(2.0), kind(3.0))


def test_bound_methods_and_changed_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    assert same(Scaled(2.0).doubled, Scaled(2.0).doubled)
    assert not same(Scaled(2.0).doubled, Scaled(3.0).doubled)
    assert not same(Scaled(2.0).doubled, Scaled(2.0))
    before = fingerprint(Scaled(2.0).doubled)
    monkeypatch.setattr(Scaled, "doubled", lambda self, x: 3 * self.k * x)
    assert fingerprint(Scaled(2.0).doubled) != before


def test_cycles_and_enums() -> None:
    ring: list[Any] = [1.0]
    ring.append(ring)
    assert fingerprint(lambda x: ring) is not None

    def recursive(n: Any) -> Any:
        return n if n < 1 else recursive(n - 1)

    assert fingerprint(recursive) is not None

    def colored(color: Any) -> Any:
        return lambda x: x if color is Color.RED else -x

    assert same(colored(Color.RED), colored(Color.RED))
    assert not same(colored(Color.RED), colored(Color.BLUE))


class MadeUp:
    def __getattr__(self, name: str) -> float:
        return 1.0


class Hidden:
    def __getstate__(self) -> dict[str, Any]:
        return {}


def _counts(x: Any) -> Any:
    global SCALE
    SCALE += 1
    return x


def _closes_over(value: Any) -> Any:
    return lambda x: (value, x)


def test_the_uncertain_is_unknown(tmp_path: Any) -> None:
    unknown = [
        MadeUp(),
        Hidden(),
        iter([1.0]),
        (i for i in range(3)),
        np.zeros(200_000),
        np.random.default_rng(0),
        memoryview(b"x"),
        np.frompyfunc(math.sin, 1, 1),
        list(range(20_000)),
    ]
    for value in unknown:
        assert fingerprint(_closes_over(value)) is None, type(value)
    with open(tmp_path / "file", "w") as file:
        assert fingerprint(_closes_over(file)) is None


def test_the_impure_is_unknown() -> None:
    total = 0.0

    def accumulates(x: Any) -> Any:
        nonlocal total
        total += 1
        return total * x

    import random
    import time

    def draws(x: Any) -> Any:
        return np.random.normal() * x

    def draws_too(x: Any) -> Any:
        return random.random() * x

    def clocks(x: Any) -> Any:
        return time.time() * x

    def reads(x: Any) -> Any:
        return float(open("k").read()) * x

    def looks(x: Any) -> Any:
        return globals()["SCALE"] * x

    def imports(x: Any) -> Any:
        import random

        return random.random() * x

    for f in (accumulates, draws, draws_too, clocks, reads, looks, imports, _counts):
        assert fingerprint(f) is None, f.__name__


@pytest.mark.parametrize("name, function", [(n, f) for n, f, _, _ in MODELS])
def test_every_model_of_the_catalogue_is_known(name: str, function: Any) -> None:
    assert isinstance(fingerprint(function), Fingerprint)


def test_no_two_models_of_the_catalogue_are_the_same() -> None:
    found = [fingerprint(function) for _, function, _, _ in MODELS]
    assert len(set(found)) == len(found)


def test_modules_used() -> None:
    import jax.numpy as jnp
    from jax.numpy import cos
    from scipy.special import erf as special_erf

    def calls_numpy(x: Any) -> Any:
        return _numpy_inside(x)

    assert modules_used(lambda x: np.exp(x)) == {"numpy"}
    assert modules_used(lambda x: jnp.exp(x) * np.pi) == {"jax"}
    assert modules_used(lambda x: cos(x)) == {"jax"}
    assert modules_used(lambda x: anp.exp(x)) == {"autograd"}
    assert modules_used(lambda x: math.exp(x)) == {"math"}
    assert modules_used(lambda x: 2 * x) == set()
    assert modules_used(calls_numpy) == {"numpy"}
    assert modules_used(functools.partial(calls_numpy)) == {"numpy"}
    assert "numpy" in modules_used(Uses().method)
    assert modules_used(lambda x: special_erf(x)) <= {"numpy", "scipy"}


def _numpy_inside(x: Any) -> Any:
    return [np.sin(t) for t in x]


class Uses:
    def method(self, x: Any) -> Any:
        return self.helper(x)

    def helper(self, x: Any) -> Any:
        return np.sin(x)


def test_it_is_quick() -> None:
    # 3 us on the machine it was written on; the bound only catches a lost cache.
    fingerprint(_calls_helper)
    best = min(timeit.repeat(lambda: fingerprint(_calls_helper), number=200, repeat=5)) / 200
    assert best < 100e-6
