"""A network of several datasets as JSON, and the way back: what it has more than other networks."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from residua.fitting.joint.levels import Levels
from residua.fitting.networks.noise_levels import start_levels
from residua.fitting.networks.several_result import NetworkJointFit, assembled
from residua.fitting.networks.stack import Source, Stack
from residua.networks.ensemble import Ensemble
from residua.networks.functional import Functional
from residua.networks.likelihood import GAUSSIAN
from residua.networks.observed import Observed
from residua.report.encoding import Node, encode_array, encode_number
from residua.report.network_parts import (
    read_ended,
    read_member,
    read_members,
    read_plan,
    read_scaling,
    read_spreads,
    read_table,
)
from residua.report.network_record import network_record, spread_record
from residua.report.record import observations_record
from residua.report.restore import read_notes, read_observations

if TYPE_CHECKING:
    from residua.networks.network import Architecture


def datasets_record(fit: NetworkJointFit) -> dict[str, Any]:
    """Everything of a network fit, its datasets, and what was found of their noise."""
    return network_record(fit) | {
        "datasets": [
            {
                "name": one.name,
                "constant": encode_number(one.functional.constant),
                "value": encode_number(one.functional.value),
                "slopes": [encode_number(slope) for slope in one.functional.slopes],
                "absolute": bool(one.absolute),
                "level": encode_number(level),
                "noise": [spread_record(noise) for noise in noises],
                "observations": observations_record(one.observations),
            }
            for one, level, noises in zip(fit.stack.sources, fit.levels.values, fit.noises)
        ],
        "said": None if fit.said is None else encode_array(fit.said),
    }


def datasets_restore(
    root: Node, architecture: Architecture, candidates: tuple[Any, ...]
) -> NetworkJointFit:
    """The NetworkJointFit of a record whose architectures were read."""
    stack = Stack(tuple(_source(item) for item in root["datasets"]))
    inputs, outputs = len(stack.columns), stack.sources[0].table.Y.shape[1]
    for item, one in zip(root["datasets"], stack.sources):
        same = one.table.columns == stack.columns and one.table.Y.shape[1] == outputs
        if not same or len(one.functional.slopes) != inputs:
            item.fail("does not observe the same network as the others")
    scaling = read_scaling(root["scaling"], inputs, outputs)
    kinds = tuple(kind.standardized(scaling) for kind in stack.kinds)
    networks = tuple(Observed(one.network(inputs, outputs), kinds) for one in candidates)
    levels = _levels(root["datasets"], stack)
    noisy = root["noisy"].flag()
    rows = stack.rows(scaling, levels.values, not noisy)
    fold = root["fold"].array("<i8", (len(rows.Z),)).astype(int)
    members = read_members(root, networks)
    likelihood = GAUSSIAN._replace(noisy=noisy)
    said = None if root["said"].missing else root["said"].array(shape=rows.Y.shape)
    width = inputs + 3
    fit = assembled(
        stack,
        architecture,
        scaling,
        levels,
        read_plan(root["plan"], candidates),
        Ensemble(networks, members, rows, fold, likelihood),
        read_member(root["one"], networks),
        said,
        read_spreads(root["spreads"], "gaussian", outputs, width),
        tuple(read_spreads(item["noise"], "gaussian", outputs, width) for item in root["datasets"]),
    )
    verdict = replace(fit.verdict, outcome=read_ended(root), findings=read_notes(root["findings"]))
    steps = root["steps"].count()
    return replace(fit, verdict=verdict, steps=steps, seconds=root["seconds"].number())


def _source(item: Node) -> Source:
    found = read_table(read_observations(item["observations"]))
    slopes = tuple(slope.number() for slope in item["slopes"])
    what = Functional(item["constant"].number(), item["value"].number(), slopes)
    if not all(map(math.isfinite, (what.constant, what.value, *slopes))):
        item.fail("does not say what it observes")
    return Source(item["name"].text(), found, what, item["absolute"].flag())


def _levels(node: Node, stack: Stack) -> Levels:
    values = tuple(item["level"].number() for item in node)
    if not all(0 < value < np.inf for value in values):
        node.fail("have a noise that is not positive")
    return start_levels(stack)._replace(values=values)
