"""Datasets whose residuals disagree with their sigma while those of the others do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from residua._outcomes import Finding
from residua.fitting.joint.notes import beyond_chance, named_or_counted
from residua.fitting.residual_notes import Note

# A variance that differs from what is expected by less than this factor is not worth a sentence,
# however sure it is.
WORTH_SAYING = 2.0


class Scatter(NamedTuple):
    """One dataset: Σ (residual/sigma)², and its rows minus what the fit took of them."""

    name: str
    chi_square: float
    dof: float


class _Oddity(NamedTuple):
    score: float
    scatter: Scatter
    ratio: float


def noise_notes(scatters: Sequence[Scatter], absolute: bool, given: bool) -> list[Note]:
    """One finding per odd dataset among those that share one noise level.

    absolute: sigma is in the units of y, so chi²/dof should be 1; otherwise it should be that of
    the others. given: whether sigma was given at all. Judged by the cube root of chi²/dof, which is
    nearly normal (E. B. Wilson, M. M. Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684); the ratio of
    two such by E. Paulson, Ann. Math. Stat. 13 (1942) 233.
    """
    left = [one for one in scatters if one.dof >= 1]
    judged = len(left)
    if judged < 2 or not any(one.chi_square > 0 for one in left):
        return []
    odd: list[_Oddity] = []
    while len(left) > 1:
        found = max((_oddity(one, left, absolute) for one in left), key=lambda item: item.score)
        if found.score < beyond_chance(judged):
            break
        odd.append(found)
        left.remove(found.scatter)
    if absolute and len(odd) >= judged - 1 and _deviates(left[0]):
        return []  # all of them claim too much, or too little: that is no matter of one dataset
    return named_or_counted([_said(one, absolute, given, judged) for one in odd])


def _deviates(scatter: Scatter) -> bool:
    return not 1 / WORTH_SAYING < scatter.chi_square / scatter.dof < WORTH_SAYING


def _oddity(scatter: Scatter, left: Sequence[Scatter], absolute: bool) -> _Oddity:
    """Standard deviations from what is expected, and the ratio of the variances."""
    expected, spread = 1.0, 0.0
    if not absolute:
        others = [one for one in left if one is not scatter]
        freedom = sum(one.dof for one in others)
        expected = sum(one.chi_square for one in others) / freedom
        spread = 2 / (9 * freedom)
    if expected <= 0:  # the others are met exactly: there is nothing to compare with
        return _Oddity(0.0, scatter, 1.0)
    ratio = scatter.chi_square / scatter.dof / expected
    if 1 / WORTH_SAYING < ratio < WORTH_SAYING:
        return _Oddity(0.0, scatter, ratio)
    own = 2 / (9 * scatter.dof)
    root = ratio ** (1 / 3)
    score = abs((1 - spread) * root - (1 - own)) / math.sqrt(own + spread * root * root)
    # Two that disagree with each other are equally odd: the one with the larger scatter is named.
    return _Oddity(score + (1e-9 if ratio > 1 else 0.0), scatter, ratio)


def _said(odd: _Oddity, absolute: bool, given: bool, judged: int) -> Note:
    name, times = odd.scatter.name, f"{math.sqrt(odd.ratio):.3g} times"
    others = "those of the other dataset" if judged == 2 else "those of the others"
    large = odd.ratio > 1
    if not given:
        text = (
            f"the residuals of {name!r} are {times} as large as {others}, and no sigma was given: "
            "all datasets were taken to have the same noise (give each its sigma)"
        )
        return Finding.NOISE_LEVELS, text
    cause = f"its sigma is too {'small' if large else 'large'}, or " + (
        "the model misses something there" if large else "the fit follows its noise"
    )
    than = (
        f"its sigma (reduced chi-square {odd.ratio:.3g}), unlike {others}"
        if absolute
        else f"{others}, each in units of its sigma"
    )
    return (
        Finding.NOISE_LEVELS,
        f"the residuals of {name!r} are {times} as large as {than}: {cause}",
    )
