"""np.array, np.zeros and their kin keep derivatives in the thread that follows a model."""

from __future__ import annotations

import sys
import threading
import types

import numpy as np
import pytest
import scipy.special
from numpy import array as bare_array
from numpy import exp as bare_exp

from residua import _errors
from residua.autodiff import constructors, eager
from residua.autodiff.call_sites import callee
from residua.autodiff.check import check_jacobian
from residua.autodiff.constructors import carrying
from residua.autodiff.dual import Dual

V = np.array([0.7, 1.3, 2.1, 0.4])
ORIGINALS = {name: getattr(np, name) for name in constructors._REPLACED}
SPECIAL = {name: getattr(scipy.special, name) for name in constructors.special_functions.REWRITTEN}

MODELS = {
    "list": lambda t: np.array([t[0], 1.0, t[1] * 2]),
    "nested list": lambda t: np.array([[t[0], 1], (0.0, t[1])]),
    "list of arrays": lambda t: np.array([t[:2], t[2:], [1.0, t[0]]]),
    "list with arrays": lambda t: np.array([[t[0], *t[1:]], np.ones(4), [1, 2, 3, t[3]]]),
    "array copies": lambda t: _written(np.array(t)) + t,
    "asarray shares": lambda t: _written(np.asarray(t)) + t,
    "dtype": lambda t: np.array([t[0], 2], dtype=float) + np.asarray(t[:2], float),
    "complex dtype": lambda t: np.abs(np.array([t[0], 2], dtype=complex) + 1j),
    "ndmin": lambda t: np.array(t[0], ndmin=2) + np.array([t[1]], ndmin=1),
    "asanyarray": lambda t: np.asanyarray([t[0]]) + np.ascontiguousarray(t) + np.asfortranarray(t),
    "object array": lambda t: np.sum(bare_array([t[0], 2.0]) * t[1]) + bare_exp([t[0], t[1]]),
    "object matrix": lambda t: bare_array([[t[0], 1.0], [0.0, t[1]]]) @ t[:2],
    "object array of rows": lambda t: bare_array([t[:2], t[2:]]) + t[0],
    "zeros": lambda t: _written(np.zeros(4), t),
    "ones": lambda t: _written(np.ones((4,)), t),
    "empty": lambda t: _written(np.empty(4), t, everywhere=True),
    "full": lambda t: np.full(3, t[0]) + _written(np.full(4, 2.0), t)[:3],
    "full array": lambda t: np.full((2, 2), t[:2]),
    "full_like": lambda t: np.full_like(V, t[0]) + np.full_like(V, fill_value=t[1]),
    "zeros_like": lambda t: _written(np.zeros_like(V), t) + np.ones_like(V),
    "eye": lambda t: np.eye(4) @ t + _written(np.identity(4)[0], t),
    "complex zeros": lambda t: np.abs(_written(np.zeros(4, complex), t * 1j)),
    "sum of list": lambda t: np.sum([t[0], t[1], 1.0]) + np.sum([t, t**2], axis=0),
    "mean of list": lambda t: (
        np.mean([t[:2], t[2:]], axis=0) * np.max([t[0], t[1]]) + np.std((t[0], 1))
    ),
    "dot with list": lambda t: np.dot([t[0], t[1]], [1.0, 2.0]) + np.inner([1.0, 2.0], t[:2]),
    "concatenate list": lambda t: np.concatenate([[t[0]], [1.0, 2.0], t]),
    "select default": lambda t: np.select([V > 1], [0.0], default=t[0]),
    "piecewise": lambda t: np.piecewise(
        V, [V < 1, V > 2], [t[0], lambda v: v * t[1], lambda v: t[2]]
    ),
    "piecewise single": lambda t: np.piecewise(V, V < 1, [t[0], 2.0]),
    "vectorize": lambda t: np.vectorize(lambda v, a: v * a if v > 1 else a**2)(V, t[1]),
    "polynomial": lambda t: np.polynomial.polynomial.polyval(V, t) + np.polynomial.Polynomial(t)(V),
    "chebyshev": lambda t: np.polynomial.chebyshev.chebval(V, [t[0], 1.0, t[1]]),
    "list of lists": lambda t: [[t[0], 1.0], [t[1], t[2]]],
}


def _written(out, value=None, everywhere=False):
    """``out`` after assignment into it."""
    if value is None:
        out[0] = 5.0
    else:
        out[:] = value if everywhere else out
        out[1:3] = value[1:3] ** 2
    return out


@pytest.mark.parametrize("name", MODELS)
def test_models(name):
    check_jacobian(MODELS[name], V, rtol=1e-8)


def test_everything_else_passes_through():
    def model(t):
        assert type(np.zeros(3, int)) is np.ndarray and np.array([1, 2]).dtype == int
        assert type(np.array([1.0, 2.0])) is np.ndarray and type(np.asarray(V)) is np.ndarray
        assert np.asarray(V) is V and np.array("text").dtype.kind == "U"
        assert type(np.ones(2, bool)) is np.ndarray and np.zeros(2, np.float64).shape == (2,)
        assert np.sum([1, 2]) == 3 and np.zeros_like([1, 2]).dtype == int
        assert type(np.full_like(np.array([1, 2]), 3)) is np.ndarray
        assert np.array([], dtype=float).size == 0 and np.array(None).dtype == object
        return t

    eager.jacobian(model, V)


def test_whole_number_piecewise_is_numpy_s_own():
    x = np.array([1, 2, 3])
    value, _ = eager.jacobian(lambda t: t[0] * np.piecewise(x, [x > 1], [2.7, 1.2]), [1.0])
    np.testing.assert_array_equal(value, [1, 2, 2])


def test_libraries_get_bare_arrays():
    """np.zeros called from SciPy's (or NumPy's) own code is not a carrier."""
    library = types.ModuleType("scipy.somewhere")
    exec("import numpy as np\ndef make(): return np.zeros(3)", vars(library))

    def model(t):
        here, there = np.zeros(3), library.make()
        assert type(here) is Dual and type(there) is np.ndarray
        return t

    eager.jacobian(model, V)


def test_cython_code_gets_bare_arrays():
    """numpy.random looks np.empty up when it runs, and has no frame of its own to be seen."""
    pd = pytest.importorskip("pandas")

    def model(t):
        rng = np.random.default_rng(0)
        noise = rng.normal(size=4) + rng.gamma(2.0, size=4)
        noise += pd.Series(rng.uniform(size=4)).rolling(2, min_periods=1).mean().to_numpy()
        assert type(noise) is np.ndarray
        out = np.empty(4)
        out[:] = rng.normal(size=4) * t
        return out * noise

    check_jacobian(model, V)


def test_call_sites_read_the_name_that_was_called():
    seen = []

    class Space:
        def zeros(self, *args, **kwargs):
            seen.append(callee(sys._getframe(1)))
            return self

        other = ones = zeros

    def zeros(*args, **kwargs):
        seen.append(callee(sys._getframe(1)))
        return 1.0

    s = Space()
    s.zeros(3)
    s.ones(zeros(2), *[1, 2], key=s.zeros(1))
    zeros(s.other(2), 3)
    s.zeros(1).ones(2).zeros(3)
    # From Python 3.12 on a comprehension is inlined, and a local name in it is not to be read: the
    # call is then unknown, gets a bare array, and a model that writes into it fails loudly.
    inlined = "" if sys.version_info >= (3, 12) else "zeros"
    s.ones(*[zeros(1) for _ in "a"])
    list(map(zeros, [1]))
    x = [s.ones(1), zeros(1)]
    assert seen == (
        [
            "zeros",
            "zeros",
            "zeros",
            "ones",
            "other",
            "zeros",
            "zeros",
            "ones",
            "zeros",
            inlined,
            "ones",
            "list",
            "ones",
            "zeros",
        ]
    ), (seen, x)


def _untouched():
    return all(getattr(np, name) is ORIGINALS[name] for name in ORIGINALS) and all(
        getattr(scipy.special, name) is SPECIAL[name] for name in SPECIAL
    )


def test_originals_come_back():
    eager.jacobian(lambda t: t, V)
    assert _untouched()
    with pytest.raises(ZeroDivisionError):
        eager.jacobian(lambda t: 1 / 0, V)
    assert _untouched()


def test_nesting_restores_the_outer_hook():
    outer, inner = eager.EagerHook(2), eager.EagerHook(3)
    with carrying(outer):
        with pytest.raises(KeyError), carrying(inner):
            out = np.zeros(4)
            assert out.tangents.shape == (3, 4)
            raise KeyError
        out = np.zeros(4)
        assert out.tangents.shape == (2, 4)
        assert not _untouched()
    assert _untouched()


def test_threads_do_not_see_each_other():
    """One thread follows a model while another uses NumPy and a third follows its own."""
    entered, leave = threading.Barrier(3), threading.Barrier(3)
    answers = {}

    def following(name, p):
        with carrying(eager.EagerHook(p)):
            entered.wait(5)
            answers[name] = np.zeros(2)
            leave.wait(5)

    threads = [threading.Thread(target=following, args=(k, k)) for k in (2, 5)]
    for thread in threads:
        thread.start()
    entered.wait(5)
    answers["plain"] = np.zeros(2), np.array([1.0, 2.0]), np.full(2, 3.0)
    leave.wait(5)
    for thread in threads:
        thread.join(5)
    assert answers[2].tangents.shape == (2, 2) and answers[5].tangents.shape == (5, 2)
    assert all(type(a) is np.ndarray for a in answers["plain"])
    assert _untouched()


def test_many_threads_stress():
    """Entering and leaving in every order leaves NumPy as it was, with right answers."""
    wrong = []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(60):
            p = int(rng.integers(1, 5))
            theta = rng.normal(size=p)
            _, j = eager.jacobian(lambda t: np.array([x * x for x in t]), theta)
            if not np.array_equal(j, np.diag(2 * theta)):
                wrong.append(theta)
            if type(np.zeros(2)) is not np.ndarray:
                wrong.append("carrier outside")

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not wrong and _untouched()


def test_plain_array_from_outside_is_refused_with_advice():
    out = np.zeros(4)

    def model(t):
        out[:2] = t[:2]
        return out

    with pytest.raises(_errors.NotDifferentiable, match="inside the model"):
        eager.jacobian(model, V)


def test_full_like_of_whole_numbers_is_refused():
    """NumPy would cut the parameter to a whole number."""
    with pytest.raises((_errors.NotDifferentiable, TypeError)):
        eager.jacobian(lambda t: np.full_like(np.array([1, 2]), t[0]), V)
