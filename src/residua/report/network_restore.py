"""Record -> NetworkFit: every value is checked before it is used, and nothing is run."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import DataError, FileError, ModelError, ResiduaError
from residua.fitting.networks.fit import architecture_text
from residua.fitting.networks.judge import posterior_triangle
from residua.fitting.networks.model import Formula, model_of, parameters_of
from residua.fitting.networks.result import NetworkFit
from residua.fitting.verdict import Verdict
from residua.networks.ensemble import Ensemble
from residua.networks.evidence import Rows
from residua.networks.likelihood import BERNOULLI, GAUSSIAN, Likelihood
from residua.report.encoding import Node
from residua.report.network_parts import (
    numbers_of,
    read_architecture,
    read_ended,
    read_kept,
    read_member,
    read_members,
    read_plan,
    read_scaling,
    read_spreads,
    read_table,
)
from residua.report.restore import read_notes, read_observations
from residua.report.saved_model import holds_code

SAME = 1e-9
KINDS = {one.name: one for one in (GAUSSIAN, BERNOULLI)}
# What numbers that belong to no network can make of the steps below.
DAMAGED = (
    ResiduaError,
    ValueError,
    IndexError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    np.linalg.LinAlgError,
)


def network_restore(root: Node, model: Any = None) -> NetworkFit:
    """The NetworkFit that a record describes. Raises FileError for what is not one.

    model: the Python function of a hybrid whose formula is one.
    """
    if model is not None and "formula" not in (root["architecture"].value or ()):
        raise DataError(
            "a saved network comes back by itself", next="residua.load(path)   # without model="
        )
    try:
        with np.errstate(all="ignore"):
            return _restore(root, model)
    except FileError:
        raise
    except DAMAGED as error:
        if isinstance(error, ModelError) and _needs_code(root):
            raise
        raise FileError(
            f"{root.source} is damaged: it does not describe a network ({error})",
            causes=["the file was edited or cut off"],
        ) from error


def _needs_code(root: Node) -> bool:
    """Whether the formula of a hybrid is a Python function, which the caller has to give."""
    architecture = root["architecture"].value
    return "formula" in architecture and holds_code(root["architecture"]["formula"])


def _likelihood(root: Node) -> Likelihood:
    name = root["likelihood"].text()
    if name not in KINDS:
        root["likelihood"].fail("is no likelihood")
    return KINDS[name]._replace(noisy=root["noisy"].flag())


def _restore(root: Node, model: Any) -> NetworkFit:
    most = numbers_of(root["members"])
    architecture = read_architecture(root["architecture"], model, most)
    candidates = tuple(read_architecture(item, model, most) for item in root["candidates"])
    if "datasets" in root.value:
        from residua.report.network_datasets_file import datasets_restore

        return checked(datasets_restore(root, architecture, candidates), root)
    for item in root["observations"]["names"]:
        item.name()
    observations = read_observations(root["observations"])
    found = read_table(observations)
    inputs, outputs = found.X.shape[1], found.Y.shape[1]
    networks = tuple(one.network(inputs, outputs) for one in candidates)
    scaling = read_scaling(root["scaling"], inputs, outputs)
    plan = read_plan(root["plan"], candidates)
    likelihood = _likelihood(root)
    absolute, weight = root["absolute_sigma"].flag(), found.weight
    if absolute and observations.sigma is not None:
        weight = (scaling.y_scale / observations.sigma.reshape(found.Y.shape)) ** 2
    rows, kept = Rows(scaling.to_z(found.X), scaling.to_Y(found.Y), weight), None
    if not root["kept"].missing:
        kept = read_kept(root["kept"], len(found.X))
        rows = rows.take(kept)
    fold = root["fold"].array("<i8", (len(rows.Z),)).astype(int)
    members = read_members(root, networks)
    one = read_member(root["one"], networks)
    network = networks[one.candidate]
    flat = observations.block.y.ndim == 1
    mean = None if likelihood.name == "gaussian" else likelihood.mean
    formula = Formula(network, scaling, len(observations.names), flat, mean)
    theta = formula.parameters(one.member.theta)
    lin = posterior_triangle(network, one.member, rows, likelihood, scaling, formula.folded)
    held = np.zeros(len(theta), dtype=bool)
    fit = NetworkFit(
        model=model_of(architecture_text(candidates[one.candidate]), observations.names, formula),
        parameters=parameters_of(network, theta),
        theta=theta,
        observations=observations,
        lin=lin,
        verdict=Verdict(read_ended(root), read_notes(root["findings"]), 0.0, lin.R, held),
        absolute_sigma=absolute,
        engine="eager",
        engine_reason="backpropagation written out",
        steps=root["steps"].count(),
        seconds=root["seconds"].number(),
        architecture=architecture,
        scaling=scaling,
        table=found,
        ensemble=Ensemble(networks, members, rows, fold, likelihood),
        one=one,
        plan=plan,
        spreads=read_spreads(root["spreads"], likelihood.name, outputs, inputs + 3),
        honest=None if root["honest"].missing else root["honest"].array(shape=rows.Y.shape),
        kept=kept,
    )
    return checked(fit, root)


def checked(fit: NetworkFit, root: Node) -> NetworkFit:
    """The fit, when it predicts what was saved."""
    stored = root["fitted"].array(shape=fit.y.shape)
    if not np.allclose(fit.fitted, stored, rtol=SAME, atol=SAME * float(np.abs(stored).max())):
        root["fitted"].fail("does not hold what the networks of the file predict")
    return fit
