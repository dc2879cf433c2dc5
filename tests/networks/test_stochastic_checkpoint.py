"""Putting a training aside: resumed to the same bits, and never continued by another one."""

from __future__ import annotations

import json

import numpy as np
import pytest
from stochastic_cases import HELD, NET, NET_ROWS, NET_START

from residua import FileError
from residua.networks.activations import activation
from residua.networks.dense import Dense
from residua.networks.stepwise.first_order import LBFGS, SGD, Adam, AdamW
from residua.networks.stepwise.losses import squared_loss
from residua.networks.stepwise.stochastic import train
from residua.networks.stepwise.training import Ending

LOSS = squared_loss(NET)
TRACE = (
    *("step", "loss", "gradient_norm", "rate", "validation_step", "validation_loss"),
    *("parameters", "gradients"),
)


def same(one, two):
    assert one.ending is two.ending and one.steps == two.steps and one.loss == two.loss
    np.testing.assert_array_equal(one.theta, two.theta)
    np.testing.assert_array_equal(one.best_theta, two.best_theta)
    for name in TRACE:
        np.testing.assert_array_equal(getattr(one.trace, name), getattr(two.trace, name))


SOLVERS = {
    "adam": (Adam, dict(rate=0.01, batch=10, steps=133, schedule="cosine")),
    "momentum": (SGD, dict(rate=0.01, momentum=0.9, batch=10, steps=133, clip=1.0)),
    "single": (AdamW, dict(rate=0.01, batch=9, steps=133, precision="single")),
    "path": (Adam, dict(rate=0.01, batch=10, steps=133, record="parameters")),
    "early": (Adam, dict(rate=0.05, batch=10, epochs=4000, patience=9)),
    "lbfgs": (LBFGS, dict(max_steps=60)),
}


@pytest.mark.parametrize("stops", [(6,), (7, 20), (31, 32, 59)], ids=str)
@pytest.mark.parametrize("name", SOLVERS)
def test_a_resumed_training_is_the_uninterrupted_one_to_the_bit(name, stops, tmp_path):
    """Stops lie at the end of an epoch (6), within one (7, 31), and within a call (20)."""
    spec, words = SOLVERS[name]
    whole = train(LOSS, NET_START, NET_ROWS, spec(**words), seed=4, validation=HELD)
    path = tmp_path / "training.npz"
    for stop in stops:
        solver = spec(
            **words, checkpoint=path, every=1, callback=lambda state, stop=stop: state.step >= stop
        )
        part = train(LOSS, NET_START, NET_ROWS, solver, seed=4, validation=HELD)
        assert part.ending is Ending.CALLBACK and part.steps == stop
    last = train(LOSS, NET_START, NET_ROWS, spec(**words, checkpoint=path), seed=4, validation=HELD)
    same(last, whole)
    same(
        train(LOSS, NET_START, NET_ROWS, spec(**words, checkpoint=path), seed=4, validation=HELD),
        whole,
    )


def test_a_finished_training_goes_on_when_more_steps_are_asked(tmp_path):
    words = dict(rate=0.01, batch=10, checkpoint=tmp_path / "training.npz")
    train(LOSS, NET_START, NET_ROWS, Adam(**words, steps=20), seed=0)
    longer = train(LOSS, NET_START, NET_ROWS, Adam(**words, steps=50), seed=0)
    words.pop("checkpoint")
    same(longer, train(LOSS, NET_START, NET_ROWS, Adam(**words, steps=50), seed=0))


def test_an_interrupted_training_is_put_aside(tmp_path):
    def press(state):
        if state.step >= 40:
            raise KeyboardInterrupt

    path = tmp_path / "training.npz"
    words = dict(rate=0.01, batch=10, steps=90)
    solver = Adam(**words, checkpoint=path, every=20, callback=press)
    part = train(LOSS, NET_START, NET_ROWS, solver, seed=0)
    assert part.ending is Ending.INTERRUPTED and part.steps == 40
    resumed = train(LOSS, NET_START, NET_ROWS, Adam(**words, checkpoint=path), seed=0)
    same(resumed, train(LOSS, NET_START, NET_ROWS, Adam(**words), seed=0))


WORDS = dict(rate=0.01, batch=10, steps=20, schedule="cosine")
OTHERS = {
    "solver": (dict(b1=0.8), {}),
    "rate": (dict(rate=0.02), {}),
    "schedule": (dict(steps=21), {}),
    "batch": (dict(batch=11), {}),
    "clip": (dict(clip=1.0), {}),
    "shuffle": (dict(shuffle=False), {}),
    "patience": (dict(patience=3), {}),
    "precision, start, data": (dict(precision="single"), {}),
    "record": (dict(record="parameters"), {}),
    "seed": ({}, dict(seed=1)),
    "start": ({}, dict(theta0=NET_START + 1e-9)),
    "data": ({}, dict(rows=(NET_ROWS[0], NET_ROWS[1] + 1e-9, NET_ROWS[2]))),
    "validation": ({}, dict(validation=HELD)),
    "network or loss": ({}, dict(loss=squared_loss(Dense(NET.sizes, activation("relu"))))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_training_is_refused_by_name(name, tmp_path):
    words, call = OTHERS[name]
    base = dict(loss=LOSS, theta0=NET_START, rows=NET_ROWS, seed=0)
    path = tmp_path / "training.npz"
    train(**base, solver=Adam(**WORDS, checkpoint=path))
    before = path.read_bytes()
    with pytest.raises(FileError, match=f"another training[^:]*: these differ: {name}\n"):
        train(**{**base, **call}, solver=Adam(**{**WORDS, **words}, checkpoint=path))
    assert path.read_bytes() == before


def spoiled(path, how):
    with np.load(path) as file:
        arrays = dict(file)
    how(arrays)
    np.savez(path, **arrays)


def another_format(arrays):
    head = json.loads(arrays["head"].tobytes().decode()) | {"format": "residua training 99"}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)


@pytest.mark.parametrize(
    "how",
    [
        lambda arrays: arrays.pop("head"),
        lambda arrays: arrays.update(head=np.frombuffer(b"[1]", np.uint8)),
        lambda arrays: arrays.update(point_2=np.zeros(3)),
        lambda arrays: arrays.pop("point_2"),
        lambda arrays: arrays.pop("record_rows"),
        lambda arrays: arrays.update(record_rows=np.zeros((2, 2))),
        lambda arrays: arrays.update(head=np.array([{}], dtype=object)),
        another_format,
    ],
)
def test_a_spoiled_file_is_refused(how, tmp_path):
    path = tmp_path / "training.npz"
    train(LOSS, NET_START, NET_ROWS, Adam(**WORDS, checkpoint=path), seed=0)
    spoiled(path, how)
    with pytest.raises(FileError, match="not a checkpoint that can be read"):
        train(LOSS, NET_START, NET_ROWS, Adam(**WORDS, checkpoint=path), seed=0)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 torn", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_archive_is_refused(content, tmp_path):
    path = tmp_path / "training.npz"
    path.write_bytes(content)
    with pytest.raises(FileError, match="not a checkpoint that can be read"):
        train(LOSS, NET_START, NET_ROWS, Adam(**WORDS, checkpoint=path), seed=0)
    assert path.read_bytes() == content
