"""Digits agreed with NIST's certified answers, on 27 problems from two starts each."""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import PEERS, Answer, Fitter
from benchmarks.timing import Report, Target

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "nist"))

QUICK = ("Misra1a", "Lanczos3", "Nelson", "MGH09", "Rat43", "BoxBOD")
# Standard errors of Lanczos1 cannot pass 3.4 digits once its data are stored as doubles.
FLOORED = ("Lanczos1",)
HEADER = ("54 runs", "≥ 4", "≥ 6", "≥ 8", "≥ 9", "SE ≥ 4", "SE ≥ 6", "ok, < 2", "not ok, ≥ 4", "s")


def run(quick: bool) -> Report:
    """Every peer on every problem (six of them when quick)."""
    from problems import problems

    chosen = [p for name, p in problems().items() if not quick or name in QUICK]
    total = 2 * len(chosen)
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    for name, fitter in PEERS.items():
        begin = time.perf_counter()
        digits = np.array([_digits(fitter, p, number) for p in chosen for number in (1, 2)])
        counts = _count(digits)
        rows.append((name, *map(str, counts), f"{time.perf_counter() - begin:.1f}"))
        if name.startswith("residua"):
            ceiling = total - 2 * sum(p.name in FLOORED for p in chosen)
            targets += _targets(name, counts, total, ceiling)
    title = f"Certified problems: runs, of {total}, with so many digits right"
    notes = ["Defaults everywhere. Seconds include compilation. 'ok, < 2': says success, is wrong."]
    return Report(title, (f"{total} runs", *HEADER[1:]), rows, targets, notes)


def _digits(fitter: Fitter, problem: Any, number: int) -> tuple[float, float, bool]:
    from problems import lre

    # What a peer prints about overflow at a trial point is not what is measured here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer: Answer = fitter(problem.model, problem.x, problem.y, problem.start(number))
    errors = np.nan if answer.stderr is None else lre(answer.stderr, problem.certified_se)
    return lre(answer.params, problem.certified), errors, answer.success


def _count(digits: np.ndarray) -> list[Any]:
    right, errors, success = digits.T
    no_errors = bool(np.isnan(errors).all())
    return [
        *(int((right >= least).sum()) for least in (4, 6, 8, 9)),
        *("–" if no_errors else int((errors >= least).sum()) for least in (4, 6)),
        int(((right < 2) & (success == 1)).sum()),
        int(((right >= 4) & (success == 0)).sum()),
    ]


def _targets(name: str, counts: list[Any], total: int, ceiling: int) -> list[Target]:
    _, _, _, nine, _, six_errors, deceived, _ = counts
    return [
        Target(f"{name}: 9 digits from every start", f"{nine} of {total}", nine == total),
        Target(
            f"{name}: 6 digits of standard error wherever float64 allows",
            f"{six_errors} of {ceiling}",
            six_errors >= ceiling,
        ),
        Target(f"{name}: never calls a wrong answer right", f"{deceived}", deceived == 0),
    ]
