"""R's self-starting models: the definitions of its help pages, and the fits it prints.

Definitions typed from the help pages of R 4 (package "stats"): SSasymp ... SSweibull. Data are the
tables of R's package "datasets" (Puromycin, DNase, ChickWeight, Indometh, Theoph, CO2); estimates
and standard errors are what `summary(nls(...))` prints for the examples of those pages, and
J. C. Pinheiro and D. M. Bates, Mixed-Effects Models in S and S-PLUS, 2000, appendix C.
"""

# The arguments are called what R calls them.
# ruff: noqa: A006

from __future__ import annotations

import numpy as np
import pytest

import residua as rs
from residua.science.registry import get

exp = np.exp
X = np.array([0.0, 0.3, 1.0, 2.5, 7.0])

# name -> (definition in R, values of its parameters)
DEFINITIONS = {
    "SSasymp": (
        lambda input, Asym, R0, lrc: Asym + (R0 - Asym) * exp(-exp(lrc) * input),
        (100.0, -8.5, -3.2),
    ),
    "SSasympOff": (
        lambda input, Asym, lrc, c0: Asym * (1 - exp(-exp(lrc) * (input - c0))),
        (28.3, -1.0, 0.7),
    ),
    "SSasympOrig": (lambda input, Asym, lrc: Asym * (1 - exp(-exp(lrc) * input)), (100.0, -3.2)),
    "SSbiexp": (
        lambda input, A1, lrc1, A2, lrc2: (
            A1 * exp(-exp(lrc1) * input) + A2 * exp(-exp(lrc2) * input)
        ),
        (3.0, 1.0, 0.6, -1.3),
    ),
    "SSfpl": (
        lambda input, A, B, xmid, scal: A + (B - A) / (1 + exp((xmid - input) / scal)),
        (13.0, 368.0, 2.0, 0.6),
    ),
    "SSgompertz": (lambda x, Asym, b2, b3: Asym * exp(-b2 * b3**x), (4.5, 2.3, 0.7)),
    "SSlogis": (
        lambda input, Asym, xmid, scal: Asym / (1 + exp((xmid - input) / scal)),
        (368.0, 2.0, 0.6),
    ),
    "SSmicmen": (lambda input, Vm, K: Vm * input / (K + input), (200.0, 0.05)),
    "SSweibull": (
        lambda x, Asym, Drop, lrc, pwr: Asym - Drop * exp(-exp(lrc) * x**pwr),
        (160.0, 115.0, -0.5, 1.5),
    ),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_definition_is_that_of_r(name: str) -> None:
    definition, values = DEFINITIONS[name]
    model = get(name)
    assert model.name == name.lower()
    assert model.parameters == definition.__code__.co_varnames[1 : 1 + len(values)]
    np.testing.assert_allclose(model.function(X, *values), definition(X, *values), rtol=1e-13)


def test_the_compartment_is_that_of_r() -> None:
    def r(Dose, input, lKe, lKa, lCl):
        return (
            Dose
            * exp(lKe + lKa - lCl)
            * (exp(-exp(lKe) * input) - exp(-exp(lKa) * input))
            / (exp(lKa) - exp(lKe))
        )

    values = (-2.5, 0.5, -3.0)
    model = get("SSfol")
    assert model.parameters == ("lKe", "lKa", "lCl")
    expected = r(4.0, X, *values)
    np.testing.assert_allclose(model.function(np.full(5, 4.0), X, *values), expected, rtol=1e-13)


def test_all_ten_are_there() -> None:
    assert sorted([*DEFINITIONS, "SSfol"], key=str.lower) == [
        "SSasymp",
        "SSasympOff",
        "SSasympOrig",
        "SSbiexp",
        "SSfol",
        "SSfpl",
        "SSgompertz",
        "SSlogis",
        "SSmicmen",
        "SSweibull",
    ]


PUROMYCIN = (
    np.repeat([0.02, 0.06, 0.11, 0.22, 0.56, 1.10], 2),
    np.array([76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200.0]),
)
DNASE = (
    np.log(np.repeat([0.04882812, 0.1953125, 0.390625, 0.78125, 1.5625, 3.125, 6.25, 12.5], 2)),
    np.array(
        [
            *(0.017, 0.018, 0.121, 0.124, 0.206, 0.215, 0.377, 0.374),
            *(0.614, 0.609, 1.019, 1.001, 1.334, 1.364, 1.730, 1.710),
        ]
    ),
)
DAYS = np.array([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21.0])
CHICK1 = (DAYS, np.array([42, 51, 59, 64, 76, 93, 106, 125, 149, 171, 199, 205.0]))
CHICK6 = (DAYS[1:], np.array([49, 59, 74, 97, 124, 141, 148, 155, 160, 160, 157.0]))
INDOMETH = (
    np.array([0.25, 0.5, 0.75, 1, 1.25, 2, 3, 4, 5, 6, 8]),
    np.array([1.50, 0.94, 0.78, 0.48, 0.37, 0.19, 0.12, 0.11, 0.08, 0.07, 0.05]),
)
THEOPH = (
    (
        np.full(11, 4.02),
        np.array([0, 0.25, 0.57, 1.12, 2.02, 3.82, 5.10, 7.03, 9.05, 12.12, 24.37]),
    ),
    np.array([0.74, 2.84, 6.57, 10.50, 9.66, 8.58, 8.36, 7.47, 6.89, 5.94, 3.28]),
)
CO2 = (
    np.array([95, 175, 250, 350, 500, 675, 1000.0]),
    np.array([16.0, 30.4, 34.8, 37.2, 35.3, 39.2, 39.7]),
)

# (model, data, estimates that R prints, its standard errors, its residual standard error)
PRINTED = [
    ("SSmicmen", PUROMYCIN, {"Vm": 212.7, "K": 0.06412}, {"Vm": 6.947}, 10.93),
    (
        "SSlogis",
        DNASE,
        {"Asym": 2.34518, "xmid": 1.48309, "scal": 1.04146},
        {"Asym": 0.07815, "xmid": 0.08135, "scal": 0.03227},
        0.01919,
    ),
    (
        "SSgompertz",
        DNASE,
        {"Asym": 4.6033, "b2": 2.2713, "b3": 0.7165},
        {"Asym": 0.6532, "b2": 0.1437, "b3": 0.0221},
        0.02684,
    ),
    ("SSlogis", CHICK1, {"Asym": 937.02, "xmid": 35.223, "scal": 11.405}, {"xmid": 8.312}, None),
    (
        "SSfpl",
        CHICK1,
        {"A": 27.453, "B": 348.971, "xmid": 19.391, "scal": 6.673},
        {"A": 6.601, "B": 57.899, "xmid": 2.194, "scal": 1.002},
        None,
    ),
    ("SSweibull", CHICK6, {"Asym": 158.501, "Drop": 110.997}, {"Asym": 1.177}, None),
    (
        "SSbiexp",
        INDOMETH,
        {"A1": 2.0293, "lrc1": 0.5794, "A2": 0.1916, "lrc2": -1.7878},
        {"A1": 0.1099, "lrc1": 0.1247, "A2": 0.1106, "lrc2": 0.7871},
        0.04103,
    ),
    (
        "SSfol",
        THEOPH,
        {"lKe": -2.9196, "lKa": 0.5752, "lCl": -3.9159},
        {"lKe": 0.1709, "lKa": 0.1728, "lCl": 0.1273},
        0.732,
    ),
    (
        "SSasympOff",
        CO2,
        {"Asym": 38.1398, "lrc": -4.3806, "c0": 51.2233},
        {"Asym": 0.9164, "lrc": 0.2042, "c0": 11.6698},
        None,
    ),
]


def unit_of_last_digit(printed: float) -> float:
    return 10.0 ** -len(str(printed).partition(".")[2])


@pytest.mark.parametrize("name, data, estimates, errors, residual", PRINTED)
def test_the_fit_is_the_one_r_prints(name, data, estimates, errors, residual) -> None:
    """To within one unit of the last digit printed."""
    fit = rs.fit(name, *data)
    assert fit.ok
    for found, printed in ((fit.params, estimates), (fit.stderr, errors)):
        for parameter, value in printed.items():
            assert found[parameter] == pytest.approx(value, abs=unit_of_last_digit(value))
    if residual is not None:
        error = np.sqrt(fit.rss / fit.dof)
        assert error == pytest.approx(residual, abs=unit_of_last_digit(residual))
