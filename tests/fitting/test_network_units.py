"""Units in headings reach fits of networks: alone, beside a formula, of several datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import pytest

import residua as rs
from residua import Finding
from residua.doc import unit

T = np.linspace(0.5, 4.0, 15)
V = 3 * np.exp(-0.4 * T) + 0.01 * np.sin(37.0 * T)
TABLE = {"t (s)": T, "V (mV)": V}
TWO = rs.MLP([2])
# Morse's u(r) and its slope, in eV and Å.
R = np.linspace(1.5, 4.0, 12)
U = np.exp(-2 * (R - 2)) - 2 * np.exp(-(R - 2))
SLOPE = -2 * np.exp(-2 * (R - 2)) + 2 * np.exp(-(R - 2))


def fitted(model: Any, *args: Any, **words: Any) -> Any:
    return rs.fit(model, *args, members=1, **words)


def labels(fit: Any) -> list[tuple[str, str]]:
    return [(p.get_xlabel(), p.get_ylabel()) for p in fit.plot().axes if p.axison]


WAYS = {
    "names": lambda: fitted(TWO, "t", "V", data=TABLE),
    "headings": lambda: fitted(TWO, "t (s)", "V (mV)", data=pd.DataFrame(TABLE)),
    "y alone": lambda: fitted(TWO, data=TABLE, y="V"),
    "a table": lambda: fitted(TWO, {"t (s)": T}, pd.Series(V, name="V / mV")),
    "series": lambda: fitted(TWO, pd.Series(T, name="t [s]"), pd.Series(V, name="V[mV]")),
}


@pytest.mark.parametrize("way", WAYS)
def test_headings_reach_the_fit_and_its_axes(way: str) -> None:
    fit = WAYS[way]()
    assert list(fit.x) == ["t"] and fit.units["t"] == "s" and fit.units["V"] == "mV"
    assert fit.units["W1"] is None
    assert labels(fit) == [("", "V (mV)"), ("t (s)", "residual (mV)")]
    assert np.array_equal(fit.predict({"t (s)": T}).value, fit.predict(t=T).value)


def test_y_under_its_plain_name_is_no_input() -> None:
    """A network of the observations themselves would look perfect."""
    table = {**TABLE, "e (mV)": np.full(15, 0.1), "p (bar)": np.cos(5 * T)}
    assert list(fitted(TWO, data=table, y="V", sigma="e").x) == ["t", "p"]


def test_without_units_nothing_is_known_or_said() -> None:
    fit = fitted(TWO, T, V)
    assert set(fit.units.values()) == {None}
    assert labels(fit) == [("", "y"), ("x", "residual")]
    assert not fit.observations.units


def test_headings_that_differ_by_their_units_alone_are_kept() -> None:
    fit = fitted(TWO, {"x (m)": T, "x (s)": np.cos(5 * T), "T [K]": T**2}, V)
    assert list(fit.x) == ["x (m)", "x (s)", "T"]
    assert fit.units["x (m)"] == "m" and fit.units["x (s)"] == "s" and fit.units["T"] == "K"
    assert "inputs: 3 (x (m), x (s), T (K))" in " ".join(str(fit).split())


def test_reports_say_the_unit_of_errors() -> None:
    fit = WAYS["names"]()
    for text in (" ".join(str(fit).split()), fit._repr_html_()):
        assert " mV root mean square over the data" in text
        assert " mV where a member is typical" in text


def test_constraints_and_slopes_go_by_name_with_and_without_the_unit() -> None:
    for name in ("t", "t (s)"):
        fit = fitted(rs.MLP([2], monotone={name: -1}), data=TABLE, y="V")
        assert (fit.derivative(name)(T) <= 0).all()
        assert np.array_equal(fit.derivative(name)(T), fit.derivative(0)(T))
    two = fitted(TWO, {"t (s)": T, "T [K]": np.cos(5 * T)}, V)
    assert np.array_equal(two.derivative("T [K]")(two.x), two.derivative("T")(two.x))


def decay(
    t: Annotated[float, unit("s")],
    A: Annotated[float, unit("[y]")] = 3.0,
    k: Annotated[float, unit("1/[t]")] = 0.4,
) -> Annotated[float, unit("mV")]:
    """A formula of a person's own."""
    return A * np.exp(-k * t)


def test_a_formula_beside_a_network_has_units() -> None:
    model = rs.model(decay) + rs.MLP([1])
    fit = fitted(model, {"t (s)": T}, V)
    assert [fit.units[name] for name in ("t", "y", "A", "k")] == ["s", "mV", "mV", "1/s"]
    assert Finding.UNITS not in [kind for kind, _ in fit.findings]
    fit = fitted(model, {"t (min)": T}, pd.Series(V, name="V (V)"))
    assert fit.units["k"] == "1/min" and fit.units["A"] == "V"
    assert [text for kind, text in fit.findings if kind is Finding.UNITS] == [
        "t is in min in the data, and decay takes it in s: nothing was converted",
        "V is in V in the data, and decay gives it in mV: nothing was converted",
    ]
    line = fitted(rs.model("line", independent="t") * rs.MLP([1]), data=TABLE, y="V")
    assert line.units["slope"] == "mV/s" and line.units["intercept"] == "mV"


ENERGY = {"r (Å)": R, "E [eV]": U}


@pytest.mark.parametrize(
    ("force", "of", "known"),
    [
        ((R, -SLOPE), lambda e: -e.derivative("r"), "eV/Å"),
        ((R, -160.2 * SLOPE), lambda e: -160.2 * e.derivative("r"), None),  # may convert units
        (("r", "F", {"r (Å)": R, "F (nN)": -1.602 * SLOPE}),
         lambda e: -1.602 * e.derivative("r (Å)"), "nN"),
        ((R, U + SLOPE), lambda e: e + e.derivative("r"), None),
    ],
)  # fmt: skip
def test_several_datasets(force: Any, of: Any, known: str | None, tmp_path: Path) -> None:
    x, y, *table = force
    slope = rs.dataset(x, y, data=table[0] if table else None, of=of, name="force")
    fit = fitted(rs.MLP([3]), [rs.dataset("r", "E", data=ENERGY, name="energy"), slope])
    assert fit.units["r"] == "Å" and fit.units["E"] == "eV"
    part = fit.parts["force"]
    assert part.units[part.observations.y_name] == known and part.units["r"] == "Å"
    below, beside = labels(fit)[1]
    assert below == "r (Å)" and beside.endswith(f"({known})") == (known is not None)
    said = " ".join(str(fit).split())
    assert f" {known} as its residuals say" in said if known else " nN" not in said
    fit.save(tmp_path / "u.json")
    again = rs.load(tmp_path / "u.json")
    assert again.units == fit.units and again.parts["force"].units == part.units


def test_datasets_that_disagree_leave_the_unit_open() -> None:
    values = [rs.dataset("r", "E", data={"r (Å)": R, f"E [{u}]": U}) for u in ("eV", "kJ/mol")]
    fit = fitted(rs.MLP([2]), values)
    assert fit.units["r"] == "Å" and fit.units["E"] is None
    assert [fit.parts[k].units["E"] for k in (0, 1)] == ["eV", "kJ/mol"]


def test_a_dataset_without_headings_does_not_take_units_away() -> None:
    """One value that fixes the offset, beside forces that say what r is in."""
    anchor = rs.dataset([R[-1]], [U[-1]], sigma=1e-6, absolute_sigma=True)
    slope = rs.dataset(
        "r", "F", data={"r (Å)": R, "F (eV/Å)": -SLOPE}, of=lambda e: -e.derivative("r")
    )
    fit = fitted(rs.MLP([2]), [anchor, slope])
    assert fit.units["r"] == "Å" and fit.units["y"] is None and fit.parts[1].units["F"] == "eV/Å"


def test_what_reading_a_dataset_found_is_said_of_it() -> None:
    """Of a slope too: it is no value, and its rows are missed all the same."""
    slope = rs.dataset(R, np.where(R > 3.9, np.nan, -SLOPE), of=lambda e: -e.derivative("r"))
    fit = fitted(rs.MLP([2]), [rs.dataset("r", "E", data=ENERGY), slope], missing="drop")
    assert any("1 row where y is not finite" in text for text in fit.warnings)


@pytest.mark.parametrize("way", ["names", "hybrid"])
def test_units_are_saved(way: str, tmp_path: Path) -> None:
    hybrid = rs.model("a*exp(-b*t)", independent="t") + rs.MLP([1])
    fit = WAYS[way]() if way in WAYS else fitted(hybrid, data=TABLE, y="V")
    fit.save(tmp_path / "a.json")
    again = rs.load(tmp_path / "a.json")
    assert again.units == fit.units and again.units["V"] == "mV" and labels(again) == labels(fit)
