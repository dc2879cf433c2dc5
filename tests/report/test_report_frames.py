"""DataFrames of parameters and predictions hold the fit's own numbers."""

import sys

import numpy as np
import pytest
from report_fits import KINDS, T, made

from residua import MissingLibrary
from residua.report.frames import parameter_frame, prediction_frame


@pytest.mark.parametrize("kind", KINDS)
def test_parameters(kind):
    fit = made(kind)
    frame = parameter_frame(fit, level=0.9)
    columns = ["value", "stderr", "low", "high", "start", "lower", "upper", "fixed"]
    assert frame.columns.tolist() == columns
    labels = [label for leaf in fit.parameters.leaves for label in leaf.labels]
    assert frame.index.tolist() == labels
    values = np.concatenate([np.ravel(v) for v in fit.params.values()])
    errors = np.concatenate([np.ravel(v) for v in fit.stderr.values()])
    lows = np.concatenate([np.ravel(v[0]) for v in fit.confidence_intervals(0.9).values()])
    np.testing.assert_array_equal(frame["value"], values)
    np.testing.assert_array_equal(frame["stderr"], errors)
    np.testing.assert_array_equal(frame["low"], lows)
    assert frame["fixed"].tolist() == [p.fixed for p in fit.parameters.leaves for _ in p.labels]


def test_bounds_by_entry():
    frame = parameter_frame(made("matrix"))
    assert frame["lower"].tolist() == [0, 0, 0, -9, -np.inf]
    assert frame["start"].tolist() == [1, 1, 1, 1, 0]


def test_predictions():
    found = made("formula").predict([0.5, 9.0], interval="prediction")
    frame = found.to_frame()
    np.testing.assert_array_equal(frame["value"], found.value)
    np.testing.assert_array_equal(frame["high"], found.high)
    assert frame["extrapolates"].tolist() == [False, True]
    assert prediction_frame(made("formula").predict([0.5]))["low"].isna().all()


def test_predictions_of_several_outputs_have_two_levels():
    found = made("outputs").predict()
    frame = prediction_frame(found)
    assert len(frame) == T.size * 3
    assert frame["value"].loc[(7, 2)] == found.value[7, 2]


def test_without_pandas_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingLibrary, match=r'pip install "residua\[pandas\]"'):
        parameter_frame(made("formula"))
