"""Every certified problem from both starts, in both engines, with default settings.

Digits demanded: 9 of the parameters and 6 of the standard errors, of the 11 that NIST prints.
"""

from __future__ import annotations

import numpy as np
import pytest

import residua
from problems import Problem, lre, problems

PARAMETER_DIGITS = 9
STDERR_DIGITS = 6
# Roundings that a row of a model with three exponentials collects, the one of its datum included.
ROUNDINGS_PER_ROW = 4
# One of each kind: the easy case, a far start, two predictors with a nearly flat valley, and the
# float64 floor. The others compile for seconds each and repeat the same code, so they are slow.
COMPILED_ALWAYS = {("Misra1a", 1), ("MGH09", 1), ("Nelson", 2), ("Lanczos1", 1)}


def stderr_digits_known(problem: Problem) -> float:
    """Digits of the residual norm, and so of the standard errors, that float64 can promise.

    Rows are known to a few roundings of y, which changes their norm by at most that much. Only
    Lanczos1 feels it: residuals near 1e-13 of data near 1 leave 2.3 digits, while the rounding of
    the data alone leaves 3.4 (test_nist_data.py).
    """
    rounding = ROUNDINGS_PER_ROW * np.finfo(float).eps / 2 * np.linalg.norm(problem.y)
    return -np.log10(rounding / np.sqrt(problem.rss))


def runs() -> list[object]:
    """54 runs in each engine."""
    return [
        pytest.param(
            problem,
            number,
            engine,
            id=f"{name}-{number}-{engine}",
            marks=[pytest.mark.slow]
            if engine == "compiled" and (name, number) not in COMPILED_ALWAYS
            else [],
        )
        for name, problem in problems().items()
        for number in (1, 2)
        for engine in ("eager", "compiled")
    ]


@pytest.mark.parametrize(("problem", "number", "engine"), runs())
def test_certified(problem: Problem, number: int, engine: str) -> None:
    start = problem.start(number)
    fit = residua.fit(problem.model, problem.x, problem.y, start=start, engine=engine)
    digits = lre([fit.params[name] for name in problem.names], problem.certified)
    stderr_digits = lre([fit.stderr[name] for name in problem.names], problem.certified_se)
    # The verdict first: a wrong answer called right would be worse than a wrong answer.
    assert fit.ok == (digits >= 4), f"ok={fit.ok} at {digits:.1f} digits: {fit.outcome}"
    assert digits >= PARAMETER_DIGITS
    assert stderr_digits >= min(STDERR_DIGITS, stderr_digits_known(problem))


def test_only_lanczos1_is_excused() -> None:
    known = {name: stderr_digits_known(problem) for name, problem in problems().items()}
    assert [name for name, digits in known.items() if digits < STDERR_DIGITS] == ["Lanczos1"]
    assert 2 < known["Lanczos1"] < 3
