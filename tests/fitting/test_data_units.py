"""Units of data and of models reach the parameters; where they disagree, the fit says so."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pytest

import residua as rs
from residua import Finding
from residua.doc import Doc, unit

T = np.linspace(0.5, 4.0, 15)
WIGGLE = 1e-3 * np.sin(37.0 * T)


def decay(
    t: Annotated[float, unit("s")],
    A: Annotated[float, Doc("value at the start"), unit("[y]")] = 1.0,
    k: Annotated[float, unit("1/[t]")] = 1.0,
) -> Annotated[float, unit("mV")]:
    """A model of a person's own."""
    return A * np.exp(-k * t)


def frame(**columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_a_library_model_takes_the_units_of_the_data() -> None:
    data = pd.DataFrame({"volume (Å^3)": 60.0 + 5 * T, "E [eV]": (T - 2.2) ** 2 + WIGGLE})
    fit = rs.fit("birch_murnaghan", "volume", "E", data=data)
    assert fit.units == {
        "E": "eV", "volume": "Å^3", "E0": "eV", "B0": "eV/Å^3", "BP": "", "V0": "Å^3",
    }  # fmt: skip
    assert not fit.warnings
    table = str(fit).split("start\n")[1]
    assert "eV/Å^3" in table and "unit" in str(fit)
    assert "<td" in fit._repr_html_() and ">eV/Å^3<" in fit._repr_html_()


def test_without_units_nothing_changes() -> None:
    fit = rs.fit("line", T, 2 * T + 1 + WIGGLE)
    assert fit.units == {"x": None, "y": None, "slope": None, "intercept": None}
    assert " unit " not in str(fit) and ">unit<" not in fit._repr_html_()
    assert fit.plot().axes[1].get_xlabel() == "x"


def test_a_function_of_ones_own() -> None:
    fit = rs.fit(decay, T, 3 * np.exp(-0.4 * T) + WIGGLE)
    assert fit.units == {"y": "mV", "t": "s", "A": "mV", "k": "1/s"}
    labels = [axes.get_xlabel() or axes.get_ylabel() for axes in fit.plot().axes[:2]]
    assert labels == ["y (mV)", "t (s)"]


def test_a_series_knows_its_heading() -> None:
    t, y = pd.Series(T, name="t (min)"), pd.Series(3 * np.exp(-0.4 * T) + WIGGLE, name="V / mV")
    fit = rs.fit("exponential", t, y)
    assert fit.units["rate"] == "1/min" and fit.units["amplitude"] == "mV"


@pytest.mark.parametrize(
    ("model", "heading", "said"),
    [
        ("arrhenius", "T (°C)", "T is in °C in the data, and arrhenius takes it in K"),
        (decay, "t (ms)", "t is in ms in the data, and decay takes it in s"),
        ("margules1", "x1 (%)", "x1 is in % in the data, and margules1 takes it without a unit"),
    ],
)
def test_contradictions_are_said(model: Any, heading: str, said: str) -> None:
    x = np.linspace(0.1, 0.9, 12)
    y = np.exp(-1.0 / x) if model == "arrhenius" else x * (1.0 - x) + 1e-3 * np.cos(50 * x)
    fit = rs.fit(model, data={heading: x, "v": y}, y="v")
    notes = [text for kind, text in fit.findings if kind is Finding.UNITS]
    assert notes == [f"{said}: nothing was converted"] and notes[0] in fit.warnings


@pytest.mark.parametrize("heading", ["T [K]", "T (kelvin)", "T / mysterious", "T (a.u.)", "T"])
def test_agreement_and_ignorance_are_not(heading: str) -> None:
    fit = rs.fit("arrhenius", heading, "k", data={heading: 300 + 10 * T, "k": T**2})
    assert Finding.UNITS not in [kind for kind, _ in fit.findings]


@pytest.mark.parametrize(("of_sigma", "said"), [("V", 1), ("mV", 0), ("furlong", 0)])
def test_a_sigma_in_another_unit_than_y_is_said(of_sigma: str, said: int) -> None:
    data = {"t": T, "U [mV]": decay(T, 2.0, 0.7) + WIGGLE, f"err ({of_sigma})": 0.01 + 0 * T}
    fit = rs.fit(decay, "t", "U", data=data, sigma="err")
    sentence = "U is in mV, and its sigma in V: nothing was converted"
    assert fit.warnings.count(sentence) == len(fit.warnings) == said
    series = pd.DataFrame(data)
    fit = rs.fit(decay, T, series["U [mV]"], sigma=series[f"err ({of_sigma})"])
    assert sum("its sigma in V" in warning for warning in fit.warnings) == said


def test_composed_models_and_several_datasets() -> None:
    model = rs.model("line", prefix="b_") + rs.model("gaussian", prefix="p_")
    x = np.linspace(0.0, 10.0, 40)
    y = 1 + 0.1 * x + 5 * np.exp(-((x - 5) ** 2)) + 0.01 * np.sin(37 * x)
    fit = rs.fit(model, "x", "I", data={"x [nm]": x, "I (mV)": y})
    assert fit.units["b_slope"] == "mV/nm" and fit.units["p_amplitude"] == "mV nm"
    product = rs.model("line", prefix="b_", independent="t") * rs.model("exponential", prefix="e_")
    found = rs.fit(product, "t", "I", data={"t (s)": T, "I (mV)": T}, fixed={"e_offset": 0.0})
    # The unit of either factor is not known, that of a rate is.
    assert found.units["e_rate"] == "1/s" and found.units["b_slope"] is None
    data = {"t [s]": T, "d [m]": 2 * T + WIGGLE}
    both = [rs.dataset("t", "d", data=data), rs.dataset("t", "d", data=data)]
    joint = rs.fit("line", both, local=["intercept"])
    assert joint.units["slope"] == "m/s" and "m/s" in str(joint)
    assert joint.plot().axes[0].get_xlabel() == "t (s)"


@pytest.mark.parametrize("model", ["exponential", decay])
def test_units_are_saved(model: Any, tmp_path: Path) -> None:
    data = {"t (s)": T, "V (mV)": 3 * np.exp(-0.4 * T) + WIGGLE}
    fit = rs.fit(model, "t", "V", data=data)
    fit.save(tmp_path / "a.json")
    again = rs.load(tmp_path / "a.json")
    assert again.units == fit.units and again.units["V"] == "mV"
    assert str(again).split("engine")[0] == str(fit).split("engine")[0]
