"""The certified problems are read right: NIST's parameters give NIST's sum of squares."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from problems import FOLDER, Problem, data_rows, lre, problems

# Its certified sum of squares (1.4e-25) is smaller than what the eleventh printed digit of the
# parameters changes (4e-21), so no arithmetic can recover it from the printed parameters. It is
# checked below, in decimal arithmetic.
NEEDS_MORE_DIGITS = "Lanczos1"


def each(*, without: str = "") -> list[object]:
    return [pytest.param(p, id=name) for name, p in problems().items() if name != without]


def test_there_are_27_problems_and_every_file_is_used() -> None:
    assert sorted(problems()) == sorted(path.stem for path in FOLDER.glob("*.dat"))
    assert len(problems()) == 27
    levels = [p.level for p in problems().values()]
    assert {level: levels.count(level) for level in levels} == {
        "Lower": 8,
        "Average": 11,
        "Higher": 8,
    }


@pytest.mark.parametrize("problem", each())
def test_sizes(problem: Problem) -> None:
    p = len(problem.certified)
    assert len(problem.y) == problem.dof + p
    assert len(problem.start1) == len(problem.start2) == len(problem.certified_se) == p
    assert list(problem.start(2)) == list(problem.names)
    assert lre(np.sqrt(problem.rss / problem.dof), problem.rsd) > 10


@pytest.mark.parametrize("problem", each(without=NEEDS_MORE_DIGITS))
def test_certified_parameters_give_the_certified_sum_of_squares(problem: Problem) -> None:
    residual = problem.y - problem.predict(problem.certified)
    # 9 and not 11: the printed parameters are themselves rounded to 11 digits.
    assert lre(residual @ residual, problem.rss) >= 9


@pytest.mark.parametrize("problem", each(without=NEEDS_MORE_DIGITS))
def test_certified_standard_errors_belong_to_the_model(problem: Problem) -> None:
    jacobian = _complex_step(problem)
    scale = np.linalg.norm(jacobian, axis=0)
    inverse = np.linalg.inv(np.linalg.qr(jacobian / scale, mode="r"))
    stderr = problem.rsd * np.linalg.norm(inverse, axis=1) / scale
    # 8 and not 11: the certified point's rounding, amplified by the condition of J.
    assert lre(stderr, problem.certified_se) >= 8


def test_lanczos1_in_forty_digits() -> None:
    """Gauss-Newton steps with residuals in decimal arithmetic recover all that NIST prints."""
    b, rss = _decimal_gauss_newton(Decimal)
    assert lre(b, problems()["Lanczos1"].certified) > 10
    assert lre(rss, problems()["Lanczos1"].rss) > 10


def test_rounding_lanczos1_to_doubles_costs_its_standard_errors() -> None:
    """Exact arithmetic on data stored as doubles keeps fewer than 4 digits: float64's own floor.

    The residuals, near 1e-13, are known to the last bit of data near 1 (1e-16) and no better.
    """
    problem = problems()["Lanczos1"]
    _, rss = _decimal_gauss_newton(float)
    assert 2 < lre(np.sqrt(rss / problem.dof), problem.rsd) < 4


def test_lre_counts_the_digits_of_the_worst_parameter() -> None:
    assert lre([1.001, 2.0], [1.0, 2.0]) == pytest.approx(3)
    assert lre([1.0, 2.0], [1.0, 2.0]) == 11
    assert lre([100.0, 2.0], [1.0, 2.0]) == 0
    assert lre([np.nan, 2.0], [1.0, 2.0]) == 0


def _complex_step(problem: Problem) -> np.ndarray:
    """Exact Jacobian at the certified values: Im f(b + ih) / h loses no digits by subtraction."""
    b = problem.certified
    columns = []
    for j in range(len(b)):
        shifted = b.astype(complex)
        h = 1e-30 * abs(b[j])
        shifted[j] += 1j * h
        columns.append(problem.predict(shifted).imag / h)
    return np.array(columns).T


def _decimal_gauss_newton(stored: type[float] | type[Decimal]) -> tuple[list[float], float]:
    """Fit Lanczos1 from the certified values: exact residuals, steps in double precision.

    `stored` is what each number of the file is kept as before the exact arithmetic begins.
    """
    problem = problems()["Lanczos1"]
    lines = (FOLDER / "Lanczos1.dat").read_text(encoding="ascii").splitlines()
    data = [[Decimal(value) for value in row] for row in data_rows(lines, stored)]
    jacobian = _complex_step(problem)
    b = [Decimal(value) for value in problem.certified]
    for _ in range(3):
        residual = _decimal_residual(data, b)
        step = np.linalg.lstsq(jacobian, np.array(residual, dtype=float), rcond=None)[0]
        b = [value + Decimal(change) for value, change in zip(b, step, strict=True)]
    return [float(value) for value in b], float(sum(r * r for r in _decimal_residual(data, b)))


def _decimal_residual(data: list[list[Decimal]], b: list[Decimal]) -> list[Decimal]:
    terms = list(zip(b[::2], b[1::2], strict=True))
    with localcontext(prec=40):
        return [y - sum(a * (-rate * x).exp() for a, rate in terms) for y, x in data]
