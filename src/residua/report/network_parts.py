"""The parts of a saved network: every value is checked before it is used, and nothing is run."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np

from residua._errors import ModelError
from residua._outcomes import Outcome
from residua.fitting.networks.table import Table, table
from residua.networks.choose import Plan
from residua.networks.ensemble import Trained
from residua.networks.evidence import Member
from residua.networks.hybrid import Hybrid
from residua.networks.mlp import MLP
from residua.networks.network import Network
from residua.networks.scaling import Scaling
from residua.networks.spread import Features, Spread
from residua.report.encoding import Node
from residua.report.saved_model import saved_model

MOST_MEMBERS = 10_000
WORDS = ("hidden", "activation", "output", "monotone", "convex", "period", "positive", "symmetry")
# A spread or a factor beyond these is no noise, and its square no number.
LARGEST, LARGEST_LOG = 1e100, 300.0


def read_architecture(node: Node, model: Any, most: int) -> MLP | Hybrid:
    if isinstance(node.value, dict) and "formula" in node.value:
        return _hybrid(node, model, most)
    words: dict[str, Any] = {name: node[name].value for name in WORDS}
    hidden, activation, output = (words.pop(name) for name in ("hidden", "activation", "output"))
    if hidden is not None and _weights(node["hidden"]) > most:
        node["hidden"].fail("has more weights than the file has numbers")
    try:
        return MLP(hidden, activation, output, bound=node["bound"].value, **words)
    except (ModelError, OverflowError) as error:
        node.fail(f"is not a network ({error})")


def _weights(node: Node) -> int:
    """How many numbers hidden layers hold at least: counted, not made."""
    units = [item.count() for item in node]
    return sum(units) + sum(a * b for a, b in pairwise(units))


def numbers_of(node: Node) -> int:
    """How many numbers the longest parameters of a file hold."""
    return max((len(item["theta"]["base64"].text()) * 3 // 32 for item in node), default=0)


def _hybrid(node: Node, model: Any, most: int) -> Hybrid:
    formula = saved_model(Node({"model": node["formula"].value}, node.source, node.place), model)
    scaling = None
    if not node["scaling"].missing:
        scaling = Scaling(*(item.array(shape=(None,)) for item in node["scaling"]))
    correction = read_architecture(node["correction"], None, most)
    count = len(formula.parameters)
    center, unit = (tuple(item.number() for item in node[key]) for key in ("center", "unit"))
    if len(center) != count or len(unit) != count or min(unit, default=1.0) <= 0:
        node["center"].fail("is not one for each parameter of the formula")
    names = tuple(item.text() for item in node["names"])
    return Hybrid(formula, correction, node["symbol"].text(), center, unit, names, scaling)


def read_table(observations: Any) -> Table:
    """The table that observations are."""
    block = observations.block
    names = observations.names
    x = dict(zip(names, block.x)) if len(names) > 1 else block.x[0]
    found = table(x, block.y, None, observations.sigma, names, "raise")
    return found._replace(observations=observations)


def read_scaling(node: Node, inputs: int, outputs: int) -> Scaling:
    """A map between units, of finite numbers and positive scales."""
    sizes = (inputs, inputs, outputs, outputs)
    parts = [item.array(shape=(size,)) for item, size in zip(node, sizes, strict=True)]
    scaling = Scaling(*parts)
    if not all(np.isfinite(part).all() for part in parts) or (
        min(scaling.x_scale.min(), scaling.y_scale.min()) <= 0
    ):
        node.fail("is not a scaling")
    return scaling


def read_kept(node: Node, n: int) -> np.ndarray:
    """The rows that were trained on: some of all, each once, in order."""
    kept = node.array("<i8", (None,)).astype(int)
    if not len(kept) or kept[0] < 0 or kept[-1] >= n or (np.diff(kept) <= 0).any():
        node.fail("is not a choice of rows")
    return kept


def read_plan(node: Node, candidates: tuple[MLP | Hybrid, ...]) -> Plan:
    """What was trained."""
    return Plan(
        candidates,
        node["folds"].count(),
        node["starts"].count(),
        node["steps"].count(),
        node["reason"].text(),
        solver=None if node["solver"].missing else node["solver"].name(),
        alone=node["alone"].flag(),
    )


def read_member(node: Node, networks: tuple[Network, ...]) -> Trained:
    """A trained network with its vote."""
    candidate = node["candidate"].count()
    if candidate >= len(networks):
        node["candidate"].fail("is none of the candidates")
    # Counted, not made: a file may ask for more than memory holds.
    shape = (sum(leaf.size for leaf in networks[candidate].leaves),)
    theta, ratio = node["theta"].array(shape=shape), node["ratio"].array(shape=shape)
    if not np.isfinite(theta).all() or not np.isfinite(ratio).all() or (ratio < 0).any():
        node.fail("is not a trained network")
    fold = node["fold"].value
    if type(fold) is not int or not -2 <= fold <= 10**6:
        node["fold"].fail("is not a fold")
    weight, spread = node["weight"].number(), node["spread"].number()
    if not (0 <= weight <= LARGEST and 0 < spread <= LARGEST):
        node["weight"].fail("is not the weight of a member")
    member = Member(
        theta,
        ratio,
        spread,
        node["effective"].number(),
        None,
        node["cost"].number(),
        node["steps"].count(),
        node["settled"].flag(),
    )
    return Trained(candidate, fold, weight, member)


def read_spreads(node: Node, likelihood: str, outputs: int, width: int) -> tuple[Spread, ...]:
    """The noise of every output; () for 0/1 data."""
    found = []
    for item in node:
        b = item["b"].array(shape=(None,))
        parts = [part.array(shape=(width,)) for part in item["features"]]
        covariance = item["covariance"].array(shape=(len(b), len(b)))
        c, dof = item["c"].number(), item["dof"].number()
        good = all(np.isfinite(part).all() for part in (b, covariance, *parts)) and dof > 0
        known = abs(c) <= LARGEST_LOG or c == math.inf
        if not (good and known and len(parts) == 4 and len(b) in (1, 1 + width)):
            item.fail("is not a noise")
        found.append(Spread(b, c, dof, Features(*parts), covariance))
    if len(found) != (outputs if likelihood == "gaussian" else 0):
        node.fail("are not one for each output")
    return tuple(found)


def read_members(root: Node, networks: tuple[Network, ...]) -> tuple[Trained, ...]:
    """The members, one of which has a vote."""
    members = tuple(read_member(item, networks) for item in root["members"])
    if not 0 < len(members) <= MOST_MEMBERS or not any(one.weight > 0 for one in members):
        root["members"].fail("have no member with a weight")
    return members


def read_ended(root: Node) -> Outcome:
    """How the training ended."""
    name = root["ended"].text()
    if name not in Outcome.__members__:
        root["ended"].fail("is not a way a fit can end")
    return Outcome[name]
