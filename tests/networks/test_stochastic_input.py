"""Words and data that cannot be used, and what the errors say."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from stochastic_cases import ROWS, START, linear_loss

from residua import DataError, ParameterError
from residua.networks.stepwise.first_order import LBFGS, SGD, Adam, AdamW
from residua.networks.stepwise.schedules import factors
from residua.networks.stepwise.stochastic import train


@pytest.mark.parametrize(
    "spec, words, message",
    [
        (Adam, dict(rate=0), "rate must be a finite number, positive, not 0"),
        (Adam, dict(rate=float("nan")), "rate must be"),
        (Adam, dict(rate="fast"), "rate must be"),
        (SGD, dict(momentum=1.0), "momentum must be .* below 1, not 1.0"),
        (Adam, dict(b1=-0.1), "b1 must be"),
        (AdamW, dict(weight_decay=-1), "weight_decay must be"),
        (Adam, dict(batch=0), "batch must be a whole number, 1 or more, not 0"),
        (Adam, dict(batch=2.5), "batch must be a whole number"),
        (Adam, dict(steps=True), "steps must be a whole number"),
        (Adam, dict(steps=5, epochs=5), "two words for one thing"),
        (Adam, dict(clip=0.0), "clip must be"),
        (Adam, dict(precision="half"), "precision is 'double' or 'single', not 'half'"),
        (Adam, dict(record="all"), "record is 'loss' or 'parameters'"),
        (LBFGS, dict(max_steps=0), "max_steps must be"),
        (LBFGS, dict(tolerance=-1.0), "tolerance must be"),
    ],
)
def test_words_out_of_their_range(spec, words, message):
    with pytest.raises(ParameterError, match=message):
        spec(**words)


@pytest.mark.parametrize(
    "schedule, message",
    [("linear", "no schedule 'linear'"), (3, "no schedule 3"), (lambda s: -1.0, "-1.0 at step 0")],
)
def test_schedules_that_are_none(schedule, message):
    with pytest.raises(ParameterError, match=message):
        factors(schedule, 0, 3, 3)


X, Y, W = ROWS
NAN = np.where(np.arange(23) == 4, np.nan, Y)


@pytest.mark.parametrize(
    "rows, message",
    [
        ((X, Y[:-1], W), r"same number of rows, at least one, not \[23, 22, 23\]"),
        ((X[:0], Y[:0], W[:0]), "at least one"),
        ((X, NAN, W), "rows: array 1 has entries that are not finite"),
        ((X, Y, -W), "weights must not be negative"),
        ((X,), "weights last"),
    ],
)
def test_rows_that_cannot_be_used(rows, message):
    with pytest.raises(DataError, match=message):
        train(linear_loss, START, rows, Adam(), seed=0)
    with pytest.raises(DataError, match=message.replace("rows:", "validation:")):
        train(linear_loss, START, ROWS, Adam(), seed=0, validation=rows)


@pytest.mark.parametrize("start", [[], [[1.0]], [np.nan, 0, 0, 0]])
def test_starts_that_cannot_be_used(start):
    with pytest.raises(ParameterError, match="vector of finite numbers"):
        train(linear_loss, start, ROWS, Adam(), seed=0)


def test_how_many_steps():
    assert Adam(1e-4, batch=25, steps=200_000).plan(100).steps == 200_000
    assert Adam(batch=25, epochs=3).plan(101).steps == 15
    assert Adam(batch=500, epochs=3).plan(101).steps == 3
    assert Adam(batch=500).plan(101).batch == 101
    assert Adam().plan(5).steps == 10_000


def test_positional_words():
    assert AdamW(0.03, 0.01) == AdamW(rate=0.03, weight_decay=0.01)
    assert SGD(0.1, 0.9) == SGD(rate=0.1, momentum=0.9)
    assert LBFGS(7).max_steps == 7


def test_the_words_start_neither_jax_nor_optax():
    code = (
        "import residua.networks.stepwise.first_order, sys; "
        "print({'jax', 'optax'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_without_optax_the_error_says_what_to_install():
    code = """
import sys
sys.modules["optax"] = None
import residua
try:
    import residua.networks.stepwise.stochastic
except residua.MissingLibrary as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'python -m pip install "residua[networks]"' in done.stdout
