"""Record -> Fit: every value is checked before it is used, and no code from the file is run."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from residua._errors import DataError, ResiduaError
from residua._outcomes import Finding, Outcome
from residua.algebra.linearization import Linearization
from residua.data.dataset import Block
from residua.data.observations import Observations
from residua.fitting.check_model import protected
from residua.fitting.engines import ENGINES
from residua.fitting.result import Fit
from residua.fitting.verdict import Verdict
from residua.problem.noise import noise
from residua.problem.parameters import Parameter, Parameters
from residua.problem.ties import read_ties
from residua.report.encoding import Node, readable

if TYPE_CHECKING:
    from residua.problem.model import Model

Note = tuple[Finding, str]


def restore(root: Node, model: Model) -> Fit:
    """The Fit that a record describes, with this model. Raises FileError for what is not one."""
    parameters = read_parameters(root["parameters"])
    if parameters.names != model.parameters:
        root["parameters"].fail(f"are not those of the model, {', '.join(model.parameters)}")
    theta = root["theta"].array(shape=(len(parameters.labels),))
    if {k: readable(v) for k, v in parameters.named(theta).items()} != root["params"].value:
        root["params"].fail("differ from the exact values in theta: someone edited the file")
    lin = read_triangle(root["triangle"], len(theta))
    engine = root["engine"].text()
    if engine not in ENGINES:
        root["engine"].fail(f"is none of {', '.join(ENGINES)}")
    fit = Fit(
        model=model,
        parameters=parameters,
        theta=theta,
        observations=read_observations(root["observations"]),
        lin=lin,
        verdict=read_verdict(root["verdict"], lin),
        absolute_sigma=root["absolute_sigma"].flag(),
        engine=engine,
        engine_reason=root["engine_reason"].text(),
        steps=root["steps"].count(),
        evaluations=root["evaluations"].count(),
        seconds=root["seconds"].number(),
        costs=tuple(root["costs"].array(shape=(None,)).tolist()),
        notes=read_notes(root["notes"]),
    )
    check_triangle(fit, root["triangle"])
    return fit


def read_parameters(node: Node) -> Parameters:
    """Parameters, ties among them."""
    leaves = [_parameter(item) for item in node]
    texts = {leaf.name: item["tie"].text() for leaf, item in zip(leaves, node) if _tied(item)}
    if not texts:
        return Parameters(tuple(leaves))
    try:
        ties = read_ties([leaf.name for leaf in leaves], texts)
    except ResiduaError as error:
        node.fail(f"have ties that cannot be used: {error.what}")
    known = {leaf.name: leaf for leaf in leaves}
    for name, tie in ties.items():
        _refuse_outer_product(node, known[name], [known[other] for other in tie.names])
    return Parameters(tuple(replace(leaf, tie=ties.get(leaf.name)) for leaf in leaves))


def _tied(node: Node) -> bool:
    return isinstance(node.value, dict) and "tie" in node.value


def _refuse_outer_product(node: Node, tied: Parameter, sources: list[Parameter]) -> None:
    """Two arrays, one lying and one standing, could ask a tie for a huge table."""
    try:
        shape = np.broadcast_shapes(*(leaf.shape for leaf in sources))
    except ValueError:
        node.fail("have a tie between arrays that do not fit together")
    if math.prod(shape) > max([1, tied.size, *(leaf.size for leaf in sources)]):
        node.fail("have a tie between arrays that do not belong together")


def _parameter(node: Node) -> Parameter:
    if _tied(node) and node["start"].missing:  # nothing finite follows from the other starts
        return Parameter(node["name"].name(), fixed=node["fixed"].flag())
    start, lower, upper = (node[key].entry() for key in ("start", "lower", "upper"))
    if not np.isfinite(start).all():
        node["start"].fail("is not finite")
    for key, bound in (("lower", lower), ("upper", upper)):
        if np.isnan(bound).any():
            node[key].fail("is not a number")
        if np.ndim(bound) and np.shape(bound) != np.shape(start):
            node[key].fail("does not have the shape of the start")
    return Parameter(node["name"].name(), start, lower, upper, node["fixed"].flag())


def read_observations(node: Node) -> Observations:
    """Observations, checked as those of a fit are."""
    names = tuple(item.text() for item in node["names"])
    x = tuple(item.array() for item in node["x"])
    y = node["y"].array()
    if len(names) != len(x):
        node["names"].fail(f"are {len(names)} for {len(x)} columns")
    if y.ndim == 0 or y.size == 0 or not all(np.isfinite(column).all() for column in (*x, y)):
        node.fail("holds columns that are empty or not finite")
    sigma = None if node["sigma"].missing else node["sigma"].array()
    if sigma is not None and sigma.shape not in (y.shape, (y.size, y.size)):
        node["sigma"].fail("has neither the shape of y nor that of its covariance")
    try:
        whitening = None if sigma is None else noise(sigma, y)
    except DataError as error:
        node["sigma"].fail(f"cannot be used: {error.what}")
    kept = None if node["kept"].missing else node["kept"].array("<i8", (len(y),))
    return Observations(
        names,
        protected(Block(x, y, whitening)),
        sigma,
        node["y_name"].text(),
        kept,
        read_notes(node["notes"]),
        _units(node),
    )


def _units(node: Node) -> dict[str, str]:
    """What the data said of units, by name; mostly nothing."""
    if "units" not in node.value:
        return {}
    units = node["units"]
    if not isinstance(units.value, dict):
        units.fail("are not texts by name")
    return {name: units[name].text() for name in units.value}


def read_triangle(node: Node, p: int) -> Linearization:
    """The triangle of p parameters."""
    return Linearization(
        node["R"].array(shape=(p, p)),
        node["qtr"].array(shape=(p,)),
        np.float64(node["rho"].number()),
    )


def check_triangle(fit: Fit, node: Node) -> None:
    """Only a fit that says so may have a triangle that is not finite; it must still print."""
    if all(np.isfinite(part).all() for part in fit.lin):
        return
    if fit.outcome is not Outcome.NOT_FINITE:
        node.fail("is not finite")
    try:
        fit.stderr  # noqa: B018 - asked for here so that printing the fit cannot fail later
    except np.linalg.LinAlgError:
        node.fail("is not finite, and gives no error bars")


def read_verdict(node: Node, lin: Linearization) -> Verdict:
    """The verdict on this triangle."""
    name = node["outcome"].text()
    if name not in Outcome.__members__:
        node["outcome"].fail("is not a way a fit can end")
    return Verdict(
        Outcome[name],
        read_notes(node["findings"]),
        node["offset"].number(),
        lin.R,
        node["held"].array("|b1", lin.qtr.shape),
        node["linear"].flag(),
    )


def read_notes(node: Node) -> tuple[Note, ...]:
    """Findings with their sentences."""
    found = []
    for item in node:
        pair = list(item)
        if len(pair) != 2 or pair[0].text() not in Finding.__members__:
            item.fail("is not a finding and its sentence")
        found.append((Finding[pair[0].text()], pair[1].text()))
    return tuple(found)
