"""The units a model is documented with, and those of its parameters once the data's are known.

Nothing is ever converted. A unit in brackets is that of a variable; of a model's value it is
written `[_value]` here, since every model has its own name for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from residua._errors import ModelError

if TYPE_CHECKING:
    from residua.problem.model import Model

VALUE = "_value"
Units = dict[str, str | None]


def documented_units(model: Model) -> Units:
    """By name of variable, parameter and `_value`: what stands beside the arguments, or None.

    >>> import residua as rs
    >>> documented_units(rs.model("line", prefix="b_"))
    {'x': None, 'b_slope': '[_value]/[x]', 'b_intercept': '[_value]', '_value': None}
    """
    if model.recipe is not None:
        return _of_node(model.recipe)
    if model.kind == "shelf":
        return _of_shelf(model)
    if model.kind == "network":
        return _of_network(model)
    return _of_function(model) if model.kind == "function" else {}


def resolved_units(documented: Mapping[str, str | None], known: Mapping[str, str]) -> Units:
    """The documented units with those that are `known` put in; None where one is missing.

    >>> resolved_units({"slope": "[_value]/[x]", "x": None}, {"x": "s", "_value": "m"})
    {'slope': 'm/s', 'x': 's'}
    """
    from residua.doc.units import resolved

    fixed = {name: unit for name, unit in documented.items() if unit is not None}
    of_data = {**fixed, **known}
    found: Units = {}
    for name, unit in documented.items():
        template = known.get(name, unit)
        found[name] = None if template is None else resolved(template, of_data)
    return found


def _of_shelf(model: Model) -> Units:
    from residua.science import registry

    try:
        entry = registry.get(model.text, **model.options)
    except ModelError:  # of a name that is not on this shelf nothing is known
        return {}
    names = (*entry.independent, *entry.parameters, entry.response)
    new = dict(zip(names, (*model.independent, *model.parameters, VALUE)))
    return {new[name]: _renamed(entry.units[name], new) for name in names}


def _of_function(model: Model) -> Units:
    from residua.doc.describe import arguments

    try:
        read = arguments(model.function)
    except Exception:  # what people pass as a function need not have a signature
        return {}
    names = (*model.independent, *model.parameters)
    value = "y" if "y" not in names else VALUE
    units: Units = {name: read[name].unit for name in names if name in read}
    units[value] = read.returns[0].unit if read.returns else None
    return {
        VALUE if name == value else name: _renamed(unit, {value: VALUE})
        for name, unit in units.items()
    }


def _of_network(model: Model) -> Units:
    """Of a formula beside a network: what the formula says; of a network alone nothing.

    In a product the network is a factor around one, and so has no unit either.
    """
    network = getattr(model.function, "network", None)
    formula = getattr(network, "formula", None)
    return {} if formula is None else documented_units(formula)


def _of_node(node: Any) -> Units:
    """Of a composed model: what stays true of its parts' parameters in the whole."""
    kind = type(node).__name__
    if kind == "Leaf":
        return documented_units(node.model)
    if kind == "Renamed":
        inside = _of_node(node.part)
        return {node.new(name): _renamed(unit, node.names) for name, unit in inside.items()}
    found: Units = {}
    for part in node.parts:
        lost = set(part.independent) - set(node.independent)
        if kind != "Negative" and not (kind == "Binary" and node.symbol in "+-"):
            lost.add(VALUE)  # a factor, or what is differentiated, has another unit than the whole
        for name, unit in _of_node(part).items():
            if name not in lost and not (unit and any(f"[{one}]" in unit for one in lost)):
                found[name] = found.get(name) or unit
    return found


def _renamed(unit: str | None, names: Mapping[str, str]) -> str | None:
    if not unit:
        return unit
    return re.sub(r"\[(\w+)\]", lambda found: f"[{names.get(found[1], found[1])}]", unit)
