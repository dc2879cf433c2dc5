"""The 27 certified nonlinear regression problems of NIST's StRD, read from their own files.

Source: https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml (tests/nist/data/*.dat, unchanged).
The files give data, two starts, and parameters, standard deviations and residual sum of squares
certified to 11 digits. The models are written here as a person would write them, with NumPy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "data"
MOST_DIGITS = 11.0  # what NIST prints
# Rat43.dat says 9 degrees of freedom for 15 points and 4 parameters; its own residual standard
# deviation, sqrt(rss / dof), says 11.
DOF_ERRATA = {"Rat43": 11}
FILE_KEY = re.compile(r"^\s*b\d+\s*=")  # "  b1 =   -2000   -1500   -2.52E+03  2.97E+02"

Predictors = Any  # an array, or {"x1": array, "x2": array} where there are two predictors


@dataclass(frozen=True)
class Problem:
    """One problem: data, model, two starts and the certified answer."""

    name: str
    level: str
    x: Predictors
    y: np.ndarray
    model: Callable[..., Any]
    start1: np.ndarray
    start2: np.ndarray
    certified: np.ndarray
    certified_se: np.ndarray
    rss: float
    rsd: float
    dof: int

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, b1 to bp."""
        return tuple(f"b{i}" for i in range(1, len(self.certified) + 1))

    def start(self, number: int) -> dict[str, float]:
        """Start 1 or 2 by parameter name."""
        values = {1: self.start1, 2: self.start2}[number]
        return dict(zip(self.names, values.tolist(), strict=True))

    def predict(self, values: np.ndarray) -> np.ndarray:
        """The model at the given parameter values, on the problem's own predictors."""
        xs = self.x.values() if isinstance(self.x, dict) else (self.x,)
        return np.asarray(self.model(*xs, *values))


def misra_exponential(x, b1, b2):
    return b1 * (1 - np.exp(-b2 * x))


def misra1b(x, b1, b2):
    return b1 * (1 - (1 + b2 * x / 2) ** (-2))


def misra1c(x, b1, b2):
    return b1 * (1 - (1 + 2 * b2 * x) ** (-0.5))


def misra1d(x, b1, b2):
    return b1 * b2 * x * ((1 + b2 * x) ** (-1))


def bennett5(x, b1, b2, b3):
    return b1 * (b2 + x) ** (-1 / b3)


def chwirut(x, b1, b2, b3):
    return np.exp(-b1 * x) / (b2 + b3 * x)


def danwood(x, b1, b2):
    return b1 * x**b2


def enso(x, b1, b2, b3, b4, b5, b6, b7, b8, b9):
    year = b2 * np.cos(2 * np.pi * x / 12) + b3 * np.sin(2 * np.pi * x / 12)
    slow = b5 * np.cos(2 * np.pi * x / b4) + b6 * np.sin(2 * np.pi * x / b4)
    fast = b8 * np.cos(2 * np.pi * x / b7) + b9 * np.sin(2 * np.pi * x / b7)
    return b1 + year + slow + fast


def eckerle4(x, b1, b2, b3):
    return (b1 / b2) * np.exp(-0.5 * ((x - b3) / b2) ** 2)


def gauss(x, b1, b2, b3, b4, b5, b6, b7, b8):
    peaks = b3 * np.exp(-((x - b4) ** 2) / b5**2) + b6 * np.exp(-((x - b7) ** 2) / b8**2)
    return b1 * np.exp(-b2 * x) + peaks


def cubic_over_cubic(x, b1, b2, b3, b4, b5, b6, b7):
    return (b1 + b2 * x + b3 * x**2 + b4 * x**3) / (1 + b5 * x + b6 * x**2 + b7 * x**3)


def kirby2(x, b1, b2, b3, b4, b5):
    return (b1 + b2 * x + b3 * x**2) / (1 + b4 * x + b5 * x**2)


def lanczos(x, b1, b2, b3, b4, b5, b6):
    return b1 * np.exp(-b2 * x) + b3 * np.exp(-b4 * x) + b5 * np.exp(-b6 * x)


def mgh09(x, b1, b2, b3, b4):
    return b1 * (x**2 + x * b2) / (x**2 + x * b3 + b4)


def mgh10(x, b1, b2, b3):
    return b1 * np.exp(b2 / (x + b3))


def mgh17(x, b1, b2, b3, b4, b5):
    return b1 + b2 * np.exp(-x * b4) + b3 * np.exp(-x * b5)


def nelson(x1, x2, b1, b2, b3):
    return b1 - b2 * x1 * np.exp(-b3 * x2)


def rat42(x, b1, b2, b3):
    return b1 / (1 + np.exp(b2 - b3 * x))


def rat43(x, b1, b2, b3, b4):
    return b1 / ((1 + np.exp(b2 - b3 * x)) ** (1 / b4))


def roszman1(x, b1, b2, b3, b4):
    return b1 - b2 * x - np.arctan(b3 / (x - b4)) / np.pi


MODELS: Mapping[str, Callable[..., Any]] = {
    "Misra1a": misra_exponential,
    "Chwirut2": chwirut,
    "Chwirut1": chwirut,
    "Lanczos3": lanczos,
    "Gauss1": gauss,
    "Gauss2": gauss,
    "DanWood": danwood,
    "Misra1b": misra1b,
    "Kirby2": kirby2,
    "Hahn1": cubic_over_cubic,
    "Nelson": nelson,
    "MGH17": mgh17,
    "Lanczos1": lanczos,
    "Lanczos2": lanczos,
    "Gauss3": gauss,
    "Misra1c": misra1c,
    "Misra1d": misra1d,
    "Roszman1": roszman1,
    "ENSO": enso,
    "MGH09": mgh09,
    "Thurber": cubic_over_cubic,
    "BoxBOD": misra_exponential,
    "Rat42": rat42,
    "MGH10": mgh10,
    "Eckerle4": eckerle4,
    "Rat43": rat43,
    "Bennett5": bennett5,
}


def read(name: str) -> Problem:
    """Read one file by what its lines say, not by where the header claims that they are."""
    lines = (FOLDER / f"{name}.dat").read_text(encoding="ascii").splitlines()
    table = np.array([_numbers(line.split("=")[1]) for line in lines if FILE_KEY.match(line)])
    rows = np.array(data_rows(lines, float))
    predictors = [column.copy() for column in rows.T[1:]]
    two = {f"x{i}": column for i, column in enumerate(predictors, 1)}
    return Problem(
        name=name,
        level=_header(lines, r"(\w+)\s+Level of Difficulty"),
        x=predictors[0] if len(predictors) == 1 else two,
        y=np.log(rows[:, 0]) if any("log[y] =" in line for line in lines) else rows[:, 0].copy(),
        model=MODELS[name],
        start1=table[:, 0],
        start2=table[:, 1],
        certified=table[:, 2],
        certified_se=table[:, 3],
        rss=float(_header(lines, r"^Residual Sum of Squares:\s*(\S+)")),
        rsd=float(_header(lines, r"^Residual Standard Deviation:\s*(\S+)")),
        dof=DOF_ERRATA.get(name, int(_header(lines, r"^Degrees of Freedom:\s*(\S+)"))),
    )


def data_rows(lines: list[str], number: Callable[[str], Any]) -> list[list[Any]]:
    """The table below the last line that begins with "Data:", response first."""
    head = max(i for i, line in enumerate(lines) if line.startswith("Data:"))
    return [[number(word) for word in line.split()] for line in lines[head + 1 :] if line.strip()]


@cache
def problems() -> dict[str, Problem]:
    """Every problem by name, in NIST's order from lower to higher difficulty."""
    return {name: read(name) for name in MODELS}


def lre(value: Any, certified: Any) -> float:
    """Digits agreed with the certified values on the worst parameter, from 0 to 11.

    The log relative error -log10(|value - certified| / |certified|); 0 where a value is not finite.
    """
    found, truth = np.asarray(value, dtype=float), np.asarray(certified, dtype=float)
    if found.shape != truth.shape or not np.all(np.isfinite(found)):
        return 0.0
    error = np.max(np.abs(found - truth) / np.abs(truth))
    return MOST_DIGITS if error == 0 else float(np.clip(-np.log10(error), 0.0, MOST_DIGITS))


def _numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def _header(lines: list[str], pattern: str) -> str:
    found = next(match for line in lines if (match := re.search(pattern, line)))
    return found.group(1)
