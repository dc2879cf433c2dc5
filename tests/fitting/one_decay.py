"""The data and the checks that the tests of bad input share."""

from __future__ import annotations

import numpy as np
import pytest

import residua as rs

N = 40
T = np.linspace(0.0, 4.0, N)
Y = 2.5 * np.exp(-1.3 * T) + 0.5 + 0.05 * np.random.default_rng(0).normal(size=N)


def decay(t, a=1.0, b=1.0, c=0.0):
    return a * np.exp(-b * t) + c


def bare(t, a, b, c):
    return a * np.exp(-b * t) + c


def line(t, a, b):
    return a * t + b


BEST = rs.fit(decay, T, Y)


def same(fit: rs.Fit) -> None:
    assert fit.ok, str(fit)
    for name in "abc":
        assert fit.params[name] == pytest.approx(BEST.params[name], abs=1e-6 * BEST.stderr[name])


def refused(error: type[Exception], what: str, *args: object, **words: object) -> rs.ResiduaError:
    """The call is refused with this class and this text, and leaves the caller's data alone."""
    with pytest.raises(error) as caught:
        rs.fit(*args, **words)
    assert isinstance(caught.value, rs.ResiduaError)
    assert what in caught.value.what, caught.value.what
    assert caught.value.causes or caught.value.next
    return caught.value
