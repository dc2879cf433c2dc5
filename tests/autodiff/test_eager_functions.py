"""Every row of the array-function table against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from function_cases import CASES, V, W, m

from residua import _errors
from residua.autodiff import eager
from residua.autodiff.check import check_jacobian
from residua.autodiff.dual import FUNCTIONS, Dual
from residua.autodiff.eager_numerics import _PLAIN

ALIASES = {"amax": "max", "amin": "min", "around": "round"}


def names():
    return {function.__name__ for function in FUNCTIONS if function is not None}


def test_every_row_has_a_case():
    plain = {name.rpartition(".")[2] for name in _PLAIN.split()}
    assert names() - plain - set(CASES) - set(ALIASES) == set()
    assert all(FUNCTIONS[getattr(np, a)] is FUNCTIONS[getattr(np, b)] for a, b in ALIASES.items())
    assert set(CASES) - names() == set()


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}-{i}")
        for name, rows in CASES.items()
        for i, case in enumerate(rows)
    ],
)
def test_function(name, case):
    check_jacobian(case, V, rtol=1e-8)


PLAIN_CASES = {
    "allclose": (V,), "isclose": (V,), "array_equal": (V,), "array_equiv": (V,), "isin": (V,),
    "searchsorted": (0.3,), "digitize": (np.array([-1.0, 0.0, 1.0]),), "argpartition": (2,),
    "can_cast": (np.float64,), "shares_memory": (V,), "may_share_memory": (V,),
}  # fmt: skip


@pytest.mark.parametrize("name", _PLAIN.split())
def test_plain_answers(name):
    """Shapes, orders and truth values are those of the value, and carry nothing."""
    function, rest = getattr(np, name), PLAIN_CASES.get(name, ())
    seen = []

    def model(t):
        if name == "can_cast":
            seen.append(function(t.dtype, *rest))
        elif name == "lexsort":
            seen.append(function((t, t)))
        else:
            seen.append(function(t, *rest))
        return t

    eager.jacobian(model, V)
    expected = {
        "can_cast": lambda: np.can_cast(V.dtype, *rest),
        "lexsort": lambda: np.lexsort((V, V)),
        "shares_memory": lambda: False,
        "may_share_memory": lambda: False,
    }.get(name, lambda: function(V, *rest))()
    assert type(seen[0]) is not Dual
    np.testing.assert_array_equal(seen[0], expected)


def test_function_without_a_rule_is_refused_by_name():
    with pytest.raises(_errors.NotDifferentiable, match=r"np\.linalg\.cond"):
        eager.jacobian(lambda t: np.linalg.cond(m(t)), V)


def test_function_without_a_rule_runs_on_constants():
    def model(t):
        constant = np.ones((2, 2)) * 3.0
        assert type(constant) is Dual
        return t * np.linalg.cond(constant + np.eye(2))

    value, jacobian = eager.jacobian(model, V)
    np.testing.assert_allclose(value, V * 7.0)
    np.testing.assert_allclose(np.diag(jacobian), 7.0)


def test_ties_share_the_derivative():
    theta = np.array([2.0, 2.0, 1.0])
    np.testing.assert_array_equal(eager.jacobian(np.max, theta)[1], [0.5, 0.5, 0.0])
    shares = eager.jacobian(lambda t: np.maximum(t[0], t[1]), theta)[1]
    np.testing.assert_array_equal(shares, [0.5, 0.5, 0.0])


@pytest.mark.parametrize(
    "model",
    [
        lambda t: np.quantile(t, 0.5, method="lower"),
        lambda t: np.linalg.norm(m(t), 2),
        lambda t: np.clip(t, 0, 1, out=np.zeros(6)),
        lambda t: np.sum(t, out=np.zeros(())),
        lambda t: np.gradient(W, t),
        lambda t: np.var(t, mean=np.mean(t)),
        lambda t: np.pad(t, 1, "linear_ramp"),
        lambda t: np.linalg.lstsq(np.outer(t[:3], [1.0, 2.0]), W[:3]),
    ],
)
def test_options_without_a_rule_are_refused(model):
    with pytest.raises(_errors.NotDifferentiable):
        eager.jacobian(model, V)
