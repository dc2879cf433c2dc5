"""Record -> JointFit: every value is checked before it is used, and no code is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from residua._errors import DataError
from residua.fitting.engines import ENGINES
from residua.fitting.joint.levels import Group, Levels
from residua.fitting.joint.parameters import Layout
from residua.fitting.joint.part import PartVerdict
from residua.fitting.joint.result import JointFit
from residua.fitting.joint.task import JointTask, Part, pooled_block
from residua.fitting.task import Settings
from residua.problem.model import Model
from residua.report.encoding import Node, readable
from residua.report.restore import (
    check_triangle,
    read_notes,
    read_observations,
    read_parameters,
    read_triangle,
    read_verdict,
)
from residua.report.saved_model import check_predictions, saved_model


def joint_restore(root: Node, given: Any, of: Mapping[str, Any] | None) -> JointFit:
    """The JointFit of a record. `given` is the model to use in place of the file's, `of` the
    operators, by dataset, that a file cannot hold. Raises FileError for what is not one.
    """
    base = saved_model(root, given)
    nodes = list(root["datasets"])
    if not nodes:
        root["datasets"].fail("are none")
    levels = _levels(root["levels"], len(nodes))
    parts = tuple(_part(node, base, of or {}, levels, k) for k, node in enumerate(nodes))
    _check_names(root, parts, of or {})
    layout = _layout(root, nodes, parts)
    theta = root["theta"].array(shape=(len(layout.labels),))
    if {k: readable(v) for k, v in layout.named(theta).items()} != root["params"].value:
        root["params"].fail("differ from the exact values in theta: someone edited the file")
    fit = _fit(root, base, layout, parts, levels, theta)
    check_triangle(fit, root["triangle"])
    for node, part in zip(nodes, parts):
        # A part without a model of its own observes the base model.
        own = node if not node["model"].missing else root
        holder = Node({**node.value, "model": own["model"].value}, node.source, node.place)
        told = given if part.model is base else (of or {}).get(part.name)
        check_predictions(fit.parts[part.name], holder, told)
    return fit


def _part(node: Node, base: Model, of: Mapping[str, Any], levels: Levels, k: int) -> Part:
    name = node["name"].text()
    if node["model"].missing:
        model = base
    elif name in of:
        operator = of[name]
        model = base.quantity(operator) if isinstance(operator, str) else base.apply(operator)
    else:
        model = saved_model(node, None)
    observations = read_observations(node["observations"])
    absolute = node["absolute"].flag()
    part = Part(name, model, observations, observations.block, node["kind"].count(), absolute)
    return part.at_level(levels.values[k]) if levels.estimated else part


def _check_names(root: Node, parts: tuple[Part, ...], of: Mapping[str, Any]) -> None:
    names = [part.name for part in parts]
    if len(set(names)) < len(names) or not all(names):
        root["datasets"].fail("have no name, or two of them have one name")
    unknown = [name for name in of if name not in names]
    if unknown:
        raise DataError(
            f"of= names the dataset {unknown[0]!r}, which the file does not have",
            causes=[f"they are {', '.join(names)}"],
        )


def _layout(root: Node, nodes: list[Node], parts: tuple[Part, ...]) -> Layout:
    each = []
    for node, part in zip(nodes, parts):
        found = read_parameters(node["parameters"])
        if found.names != part.model.parameters:
            node["parameters"].fail("are not those of its model")
        each.append(found)
    local = frozenset(item.name() for item in root["local"])
    layout = Layout(tuple(part.name for part in parts), tuple(each), local)
    if not local <= set(layout.names):
        root["local"].fail("are not parameters")
    shapes: dict[str, tuple[int, ...]] = {}
    for one in each:
        for leaf in one.leaves:
            expected = () if leaf.name in layout.own else shapes.setdefault(leaf.name, leaf.shape)
            if leaf.shape != expected:
                root["datasets"].fail(f"have {leaf.name} in different shapes")
    return layout


def _levels(node: Node, count: int) -> Levels:
    values = node["values"].array(shape=(count,))
    if not (np.isfinite(values).all() and (values > 0).all()):
        node["values"].fail("are not positive")
    groups = []
    for item in node["groups"]:
        members = tuple(member.count() for member in item["members"])
        groups.append(Group(members, item["absolute"].flag(), item["given"].flag()))
    if sorted(k for group in groups for k in group.members) != list(range(count)):
        node["groups"].fail("do not hold every dataset once")
    return Levels(tuple(groups), tuple(values.tolist()), node["estimated"].flag())


def _fit(
    root: Node,
    base: Model,
    layout: Layout,
    parts: tuple[Part, ...],
    levels: Levels,
    theta: np.ndarray,
) -> JointFit:
    lin = read_triangle(root["triangle"], len(theta))
    engine = root["engine"].text()
    if engine not in ENGINES:
        root["engine"].fail(f"is none of {', '.join(ENGINES)}")
    verdict = read_verdict(root["verdict"], lin)
    block = pooled_block(parts)
    if np.isfinite(lin.R).all():
        task = JointTask(base, layout, block, Settings(), engine, parts=parts)
        known = task.uncertainty(lin, verdict.held)
        verdict = PartVerdict(
            verdict.outcome,
            verdict.findings,
            verdict.offset,
            verdict.R,
            verdict.held,
            verdict.linear,
            known,
        )
    return JointFit(
        model=base,
        parameters=layout,
        theta=theta,
        observations=parts[0].observations._replace(block=block, notes=()),
        lin=lin,
        verdict=verdict,
        absolute_sigma=root["absolute_sigma"].flag(),
        engine=engine,
        engine_reason=root["engine_reason"].text(),
        steps=root["steps"].count(),
        evaluations=root["evaluations"].count(),
        seconds=root["seconds"].number(),
        costs=tuple(root["costs"].array(shape=(None,)).tolist()),
        notes=read_notes(root["notes"]),
        datasets=parts,
        levels=levels,
        dof_left=tuple(root["dof_left"].array(shape=(len(parts),)).tolist()),
        dof_intervals=root["dof_intervals"].number(),
    )
