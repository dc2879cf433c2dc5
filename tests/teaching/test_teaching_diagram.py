"""The drawing of a network has a line for every weight, as wide and as colored as it says."""

import numpy as np
import pytest

import residua.teaching as teach
from residua import ParameterError
from residua.teaching.diagram import MOST, places


def test_the_diagram_has_a_line_for_every_weight_and_a_unit_for_every_number():
    axes = teach.network_diagram([2, 3, 1], inputs=["mass", "$peed"]).axes[0]
    assert len(axes.get_lines()) == 13  # (2+1)·3 + (3+1)·1
    units = sum(len(spots.get_offsets()) for spots in axes.collections)
    assert units == 6 + 2  # and two bias units
    words = [text.get_text() for text in axes.texts]
    assert {"mass", "$peed", "y", "2 input units", "1 output unit"} <= set(words)
    with pytest.raises(ParameterError, match="1 names for 2 units"):
        teach.network_diagram([2, 1], inputs=["mass"])
    with pytest.raises(ParameterError, match="no network"):
        teach.network_diagram([2])


def test_the_lines_of_the_diagram_are_the_weights():
    params = {"W1": np.array([[2.0, -1.0]]), "b1": np.array([0.0])}
    lines = teach.network_diagram(params).axes[0].get_lines()
    found = {line.get_ydata()[0]: (line.get_color(), line.get_linewidth()) for line in lines}
    assert found[0.5] == ("#0072B2", pytest.approx(3.0))
    assert found[-0.5] == ("#D55E00", pytest.approx(1.65))
    assert found[1.5] == ("#0072B2", pytest.approx(0.3))


def test_large_layers_are_shortened():
    shown = places(500)
    assert len(shown) == MOST and {0, 499} <= set(shown)
    figure = teach.network_diagram([3, 500, 1])
    assert any(text.get_text() == "⋮" for text in figure.axes[0].texts)
    assert len(figure.axes[0].get_lines()) == 4 * MOST + MOST + 1
