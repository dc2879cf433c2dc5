"""Record -> NetworkFit: every value is checked before it is used, and nothing is run."""

from __future__ import annotations

from typing import Any

import numpy as np

from residua._errors import DataError, FileError, ModelError, ResiduaError
from residua._outcomes import Outcome
from residua.fitting.networks.fit import architecture_text
from residua.fitting.networks.judge import posterior_triangle
from residua.fitting.networks.model import Formula, model_of, parameters_of
from residua.fitting.networks.result import NetworkFit
from residua.fitting.networks.table import Table, table
from residua.fitting.verdict import Verdict
from residua.networks.choose import Plan
from residua.networks.ensemble import Ensemble, Trained
from residua.networks.evidence import Member, Rows
from residua.networks.hybrid import Hybrid
from residua.networks.likelihood import BERNOULLI, GAUSSIAN
from residua.networks.mlp import MLP
from residua.networks.network import Network
from residua.networks.scaling import Scaling
from residua.networks.spread import Features, Spread
from residua.report.encoding import Node
from residua.report.restore import read_notes, read_observations
from residua.report.saved_model import saved_model

# Larger networks than this are not saved by people, but could be asked for by a file.
MOST_UNITS, MOST_MEMBERS = 100_000, 10_000
WORDS = ("hidden", "activation", "output", "monotone", "convex", "period", "positive", "symmetry")
SAME = 1e-9


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
    except (FileError, ModelError):
        raise
    except (ResiduaError, ValueError, IndexError, TypeError, np.linalg.LinAlgError) as error:
        raise FileError(
            f"{root.source} is damaged: it does not describe a network ({error})",
            causes=["the file was edited or cut off"],
        ) from error


def _restore(root: Node, model: Any) -> NetworkFit:
    architecture = _architecture(root["architecture"], model)
    candidates = tuple(_architecture(item, model) for item in root["candidates"])
    if "datasets" in root.value:
        from residua.report.network_datasets_file import datasets_restore

        return checked(datasets_restore(root, architecture, candidates), root)
    observations = read_observations(root["observations"])
    found = read_table(observations)
    inputs, outputs = found.X.shape[1], found.Y.shape[1]
    networks = tuple(one.network(inputs, outputs) for one in candidates)
    scaling = read_scaling(root["scaling"], inputs, outputs)
    plan = read_plan(root["plan"], candidates)
    name = root["likelihood"].text()
    if name not in ("gaussian", "bernoulli"):
        root["likelihood"].fail("is no likelihood")
    likelihood = (GAUSSIAN if name == "gaussian" else BERNOULLI)._replace(
        noisy=root["noisy"].flag()
    )
    absolute, weight = root["absolute_sigma"].flag(), found.weight
    if absolute and observations.sigma is not None:
        weight = (scaling.y_scale / observations.sigma.reshape(found.Y.shape)) ** 2
    rows, kept = Rows(scaling.to_z(found.X), scaling.to_Y(found.Y), weight), None
    if not root["kept"].missing:
        kept = _kept(root["kept"], len(found.X))
        rows = rows.take(kept)
    fold = root["fold"].array("<i8", (len(rows.Z),)).astype(int)
    members = tuple(read_member(item, networks) for item in root["members"])
    if not 0 < len(members) <= MOST_MEMBERS or not any(one.weight > 0 for one in members):
        root["members"].fail("have no member with a weight")
    one = read_member(root["one"], networks)
    network = networks[one.candidate]
    flat = observations.block.y.ndim == 1
    mean = None if name == "gaussian" else likelihood.mean
    formula = Formula(network, scaling, len(observations.names), flat, mean)
    theta = formula.parameters(one.member.theta)
    lin = posterior_triangle(network, one.member, rows, likelihood, scaling, formula.folded)
    ended = root["ended"].text()
    if ended not in Outcome.__members__:
        root["ended"].fail("is not a way a fit can end")
    held = np.zeros(len(theta), dtype=bool)
    fit = NetworkFit(
        model=model_of(architecture_text(candidates[one.candidate]), observations.names, formula),
        parameters=parameters_of(network, theta),
        theta=theta,
        observations=observations,
        lin=lin,
        verdict=Verdict(Outcome[ended], read_notes(root["findings"]), 0.0, lin.R, held),
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


def _architecture(node: Node, model: Any) -> MLP | Hybrid:
    if isinstance(node.value, dict) and "formula" in node.value:
        return _hybrid(node, model)
    words: dict[str, Any] = {name: node[name].value for name in WORDS}
    hidden, activation, output = (words.pop(name) for name in ("hidden", "activation", "output"))
    if hidden is not None and (not isinstance(hidden, list) or sum(map(int, hidden)) > MOST_UNITS):
        node["hidden"].fail("is not the units of each hidden layer")
    return MLP(hidden, activation, output, bound=node["bound"].value, **words)


def _hybrid(node: Node, model: Any) -> Hybrid:
    formula = saved_model(Node({"model": node["formula"].value}, node.source, node.place), model)
    scaling = None
    if not node["scaling"].missing:
        scaling = Scaling(*(item.array(shape=(None,)) for item in node["scaling"]))
    correction = _architecture(node["correction"], None)
    count = len(formula.parameters)
    center, unit = (tuple(item.number() for item in node[key]) for key in ("center", "unit"))
    if len(center) != count or len(unit) != count or min(unit, default=1.0) <= 0:
        node["center"].fail("is not one for each parameter of the formula")
    names = tuple(item.text() for item in node["names"])
    return Hybrid(formula, correction, node["symbol"].text(), center, unit, names, scaling)


def read_table(observations: Any) -> Table:
    block = observations.block
    names = observations.names
    x = dict(zip(names, block.x)) if len(names) > 1 else block.x[0]
    found = table(x, block.y, None, observations.sigma, names, "raise")
    return found._replace(observations=observations)


def read_scaling(node: Node, inputs: int, outputs: int) -> Scaling:
    sizes = (inputs, inputs, outputs, outputs)
    parts = [item.array(shape=(size,)) for item, size in zip(node, sizes, strict=True)]
    scaling = Scaling(*parts)
    if not all(np.isfinite(part).all() for part in parts) or (
        min(scaling.x_scale.min(), scaling.y_scale.min()) <= 0
    ):
        node.fail("is not a scaling")
    return scaling


def _kept(node: Node, n: int) -> np.ndarray:
    """The rows that were trained on: some of all, each once, in order."""
    kept = node.array("<i8", (None,)).astype(int)
    if not len(kept) or kept[0] < 0 or kept[-1] >= n or (np.diff(kept) <= 0).any():
        node.fail("is not a choice of rows")
    return kept


def read_plan(node: Node, candidates: tuple[MLP | Hybrid, ...]) -> Plan:
    return Plan(
        candidates,
        node["folds"].count(),
        node["starts"].count(),
        node["steps"].count(),
        node["reason"].text(),
        alone=node["alone"].flag(),
    )


def read_member(node: Node, networks: tuple[Network, ...]) -> Trained:
    candidate = node["candidate"].count()
    if candidate >= len(networks):
        node["candidate"].fail("is none of the candidates")
    # Counted, not made: a file may ask for more than memory holds.
    shape = (sum(leaf.size for leaf in networks[candidate].leaves),)
    theta, ratio = node["theta"].array(shape=shape), node["ratio"].array(shape=shape)
    if not np.isfinite(theta).all() or not np.isfinite(ratio).all() or (ratio < 0).any():
        node.fail("is not a trained network")
    fold = node["fold"].number()
    weight, spread = node["weight"].number(), node["spread"].number()
    if not (weight >= 0 and spread > 0):
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
    return Trained(candidate, int(fold), weight, member)


def read_spreads(node: Node, likelihood: str, outputs: int, width: int) -> tuple[Spread, ...]:
    found = []
    for item in node:
        b = item["b"].array(shape=(None,))
        parts = [part.array(shape=(width,)) for part in item["features"]]
        if len(b) not in (1, 1 + width) or len(parts) != 4 or item["dof"].number() <= 0:
            item.fail("is not a noise")
        covariance = item["covariance"].array(shape=(len(b), len(b)))
        found.append(
            Spread(b, item["c"].number(), item["dof"].number(), Features(*parts), covariance)
        )
    if len(found) != (outputs if likelihood == "gaussian" else 0):
        node.fail("are not one for each output")
    return tuple(found)
