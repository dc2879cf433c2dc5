"""Observations: which rows are used, and what is refused before a model is asked."""

from __future__ import annotations

import numpy as np
import pytest

from residua._errors import DataError
from residua._outcomes import Finding
from residua.data.observations import Observations, observe

X = np.linspace(0.0, 1.0, 6)
Y = X**2 + 1
NAN, INF = float("nan"), float("inf")


def at(array: np.ndarray, index: int, value: float) -> np.ndarray:
    """The array with one entry replaced."""
    changed = array.copy()
    changed[index] = value
    return changed


def test_clean_data_are_all_kept() -> None:
    found = observe(("x",), (X,), Y)
    assert found.kept is None
    assert found.notes == ()
    assert found.block.noise is None
    np.testing.assert_array_equal(found.block.x[0], X)
    np.testing.assert_array_equal(found.block.y, Y)


def test_the_arrays_are_copies() -> None:
    x, y, sigma = X.copy(), Y.copy(), np.full(6, 0.1)
    found = observe(("x",), (x,), y, sigma)
    x[:], y[:], sigma[:] = 0, 0, 9
    np.testing.assert_array_equal(found.block.x[0], X)
    np.testing.assert_array_equal(found.block.y, Y)
    np.testing.assert_array_equal(found.sigma, np.full(6, 0.1))


@pytest.mark.parametrize("value", [NAN, INF, -INF])
@pytest.mark.parametrize("role", ["x", "y", "sigma"])
def test_what_is_not_finite_is_refused_and_located(role: str, value: float) -> None:
    columns = {"x": X, "y": Y, "sigma": np.full(6, 0.1)}
    columns[role] = at(columns[role], 2, value)
    with pytest.raises(DataError) as caught:
        observe(("x",), (columns["x"],), columns["y"], columns["sigma"])
    assert caught.value.what == f"{role} has 1 of 6 values that are NaN or infinite (row 2)"
    assert 'missing="drop"' in caught.value.next


@pytest.mark.parametrize("role", ["x", "y", "sigma"])
def test_rows_with_missing_values_are_dropped_when_asked_and_counted(role: str) -> None:
    columns = {"x": X, "y": Y, "sigma": np.full(6, 0.1)}
    columns[role] = at(columns[role], 2, NAN)
    found = observe(("x",), (columns["x"],), columns["y"], columns["sigma"], missing="drop")
    np.testing.assert_array_equal(found.kept, [0, 1, 3, 4, 5])
    np.testing.assert_array_equal(found.block.x[0], np.delete(X, 2))
    np.testing.assert_array_equal(found.block.y, np.delete(Y, 2))
    assert [kind for kind, _ in found.notes] == [Finding.ROWS_LEFT_OUT]
    assert "1 row " in found.notes[0][1]


@pytest.mark.parametrize("missing", ["raise", "drop"])
@pytest.mark.parametrize("role", ["x", "y", "sigma"])
def test_masked_rows_are_left_out_and_said(role: str, missing: str) -> None:
    columns: dict[str, np.ndarray] = {"x": X, "y": Y, "sigma": np.full(6, 0.1)}
    columns[role] = np.ma.masked_array(at(columns[role], 2, 1e6), mask=np.arange(6) == 2)
    found = observe(("x",), (columns["x"],), columns["y"], columns["sigma"], missing=missing)
    np.testing.assert_array_equal(found.block.y, np.delete(Y, 2))
    np.testing.assert_array_equal(found.block.x[0], np.delete(X, 2))
    assert "1 masked row " in found.notes[0][1]


def test_masks_and_missing_values_add_up() -> None:
    y = np.ma.masked_array(at(Y, 4, NAN), mask=np.arange(6) == 2)
    found = observe(("x",), (at(X, 0, INF),), y, missing="drop")
    np.testing.assert_array_equal(found.kept, [1, 3, 5])


def test_outputs_first_or_points_first() -> None:
    outputs = np.stack([Y, 2 * Y])
    for y, kept in ((outputs, outputs[:, 1:]), (outputs.T, outputs.T[1:])):
        bad = y.copy()
        bad[(1, 0) if y.shape[0] == 2 else (0, 1)] = NAN
        found = observe(("x",), (X,), bad, missing="drop")
        np.testing.assert_array_equal(found.block.y, kept)
        np.testing.assert_array_equal(found.block.x[0], X[1:])


def test_rows_of_a_matrix_of_x_follow() -> None:
    for x, axis in ((np.c_[X, X**2], 0), (np.stack([X, X**2]), 1)):
        found = observe(("x",), (x,), at(Y, 1, NAN), missing="drop")
        np.testing.assert_array_equal(found.block.x[0], np.delete(x, 1, axis=axis))


def test_a_covariance_loses_row_and_column() -> None:
    matrix = np.diag(np.arange(1.0, 7.0)) + 0.1
    found = observe(("x",), (X,), at(Y, 1, NAN), matrix, missing="drop")
    np.testing.assert_array_equal(found.sigma, np.delete(np.delete(matrix, 1, 0), 1, 1))


REFUSED = {
    "empty": (dict(y=[]), "y is empty"),
    "one number for y": (dict(y=3.0), "y is one number, not a column"),
    "one number for x": (dict(x=3.0), "x is one number, not a column"),
    "every row missing": (dict(y=Y * NAN, missing="drop"), "no row is left"),
    "every row masked": (dict(y=np.ma.masked_array(Y, mask=True)), "no row is left"),
    "word for missing": (dict(missing="ignore"), 'missing must be "raise" or "drop"'),
    "sigma zero": (dict(sigma=0.0), "sigma must be positive and finite, not 0"),
    "sigma negative": (dict(sigma=-1.0), "sigma must be positive and finite, not -1"),
    "sigma NaN": (dict(sigma=NAN), "sigma must be positive and finite, not nan"),
    "one sigma zero": (dict(sigma=at(np.ones(6), 3, 0)), "entry 3 is 0"),
    "one sigma negative": (dict(sigma=at(np.ones(6), 3, -2)), "entry 3 is -2"),
    "sigma too short": (dict(sigma=np.ones(5)), "sigma has shape (5,) but y has shape (6,)"),
    "sigma a column": (dict(sigma=np.ones((6, 1))), "sigma has shape (6, 1)"),
    "sigma of text": (dict(sigma=["a"] * 6), "sigma holds text"),
    "y beyond its squares": (dict(y=Y * 1e200), "its square cannot be held"),
    "y below its squares": (dict(y=Y * 1e-200), "its square cannot be held"),
    "x beyond its squares": (dict(x=X * 1e300), "x reaches 1e+300: its square cannot be held"),
    "sigma below its squares": (dict(sigma=1e-200), "its square cannot be held"),
}


@pytest.mark.parametrize(("given", "what"), REFUSED.values(), ids=REFUSED)
def test_refused(given: dict[str, object], what: str) -> None:
    words = {"x": X, "y": Y, "sigma": None, "missing": "raise", **given}
    with pytest.raises(DataError) as caught:
        observe(("x",), (words["x"],), words["y"], words["sigma"], str(words["missing"]))
    assert what in caught.value.what


def test_a_scalar_may_accompany_columns() -> None:
    found = observe(("x", "T"), (X, 300.0), Y)
    assert found.block.x[1] == 300.0


def constant(found: Observations) -> list[str]:
    return [text for kind, text in found.notes if kind is Finding.CONSTANT_DATA]


def test_columns_without_variation_are_said() -> None:
    assert constant(observe(("x",), (np.full(6, 2.0),), Y)) == ["x is constant (2 in every row)"]
    assert constant(observe(("x",), (X,), np.full(6, 2.0))) == ["y is constant (2 in every row)"]
    assert constant(observe(("x",), ([1.0],), [2.0])) == []


@pytest.mark.parametrize("form", [0.2, [0.2] * 6, np.full(6, 0.2)], ids=["number", "list", "array"])
def test_the_forms_of_sigma_agree(form: object) -> None:
    found = observe(("x",), (X,), Y, form)
    np.testing.assert_allclose(found.block.noise.whiten(Y), Y / 0.2, rtol=1e-15)
