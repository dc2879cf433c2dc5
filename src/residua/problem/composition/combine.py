"""Models from models: sums, products, powers, chains, derivatives, quantities, other names.

Variables are united by name. Parameters of one name are one parameter only where both sides come
from the same Model; otherwise the names are a coincidence, and the error says how to tell them
apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from numbers import Real
from typing import Any

import numpy as np

from residua._errors import ModelError, ParameterError
from residua.problem.composition.nodes import (
    Binary,
    Chained,
    Hidden,
    Leaf,
    Negative,
    Node,
    Number,
    Operated,
    Positional,
    Renamed,
)
from residua.problem.composition.starts import Estimate
from residua.problem.composition.text import renamed_text, written
from residua.problem.model import Model, from_formula, model


def composed(node: Node) -> Model:
    """The Model that a tree describes."""
    text = written(node)
    return Model(
        "composed",
        text,
        Positional(node),
        node.independent,
        node.parameters,
        defaults=node.defaults,
        bounds=node.bounds,
        estimate=Estimate(node),
        equation=_equation(node) or text,
        recipe=node,
    )


def node_of(given: Model) -> Node:
    """The tree of a model: its own, or a single leaf."""
    if given.options.get("variadic") or given.whole:
        raise ModelError(
            f"{given.text} takes any number of parameters, so it cannot be part of another model",
            next="def model(x, a, b): return ...   # with every parameter by name",
        )
    return given.recipe or Leaf(given)


def _equation(node: Node) -> str:
    """The equation of a single library model under its new names."""
    if not isinstance(node, Renamed) or not isinstance(node.part, Leaf):
        return ""
    return renamed_text(node.part.model.equation, node.names)


# Arithmetic -------------------------------------------------------------------------------------


def combined(symbol: str, left: Any, right: Any) -> Model:
    """left (+ - * / **) right, one of which is a Model."""
    beside = left if isinstance(left, Model) else right
    first, second = operand(left, beside), operand(right, beside)
    return composed(_without_coincidence(Binary(symbol, first, second)))


def negated(given: Model) -> Model:
    """-given."""
    return composed(Negative(node_of(given)))


def operand(what: Any, beside: Model) -> Node:
    """One side of an operation: a Model, a number, a library name, a formula or a function.

    A name or a formula takes over the variable of the model beside it.
    """
    if isinstance(what, Model):
        return node_of(what)
    if isinstance(what, (Real, np.generic)) and not isinstance(what, (bool, np.bool_)):
        return _number(what)
    if isinstance(what, np.ndarray) and what.ndim == 0 and what.dtype.kind in "iuf":
        return _number(what)
    if isinstance(what, str):
        return node_of(_read(what, beside))
    if callable(what):
        return node_of(model(what))
    raise ModelError(
        f"a model cannot be combined with {type(what).__name__}",
        causes=["models combine with models, numbers, library names, formulas and functions"],
        next='rs.model("gaussian") + "line"',
    )


def _number(what: Any) -> Number:
    number = float(what)
    if not math.isfinite(number):
        raise ModelError(f"a model cannot be combined with the number {number}")
    return Number(number)


def _read(text: str, beside: Model) -> Model:
    """A library model or a formula, as a function of the same variable as the model beside it."""
    from residua.problem.model import is_name

    if is_name(text.strip()) and text.strip() not in (*beside.independent, "x"):
        found = model(text)
    else:
        found = from_formula(text, (*beside.independent, "x"), bare=True)
        if set(found.independent) & set(beside.independent):
            extra = tuple(n for n in found.independent if n not in beside.independent)
            return from_formula(text, beside.independent, bare=True) if extra else found
    same = found.independent == beside.independent
    if not same and len(found.independent) == len(beside.independent) == 1:
        return renamed(found, "", beside.independent)
    return found


def _without_coincidence(node: Binary | Chained) -> Node:
    """The node; an error where two names are the same by accident."""
    left, right = node.parts
    known, other = left.owners, right.owners
    twice = [name for name in known if name in other and known[name] is not other[name]]
    if twice:
        raise ParameterError(
            f"two parts of {written(node)} have a parameter called {', '.join(twice)}",
            causes=["they are two models, so the parameters are two, and need two names"],
            next=_with_prefixes(node),
        )
    outside = node.independent if isinstance(node, Binary) else (*node.independent, node.variable)
    for part, variables in ((left, outside), (right, right.independent)):
        both = [name for name in part.parameters if name in variables]
        if both:
            raise ModelError(
                f"{both[0]} is a parameter of {written(part)} and a variable of {written(node)}",
                next=_typed(part, "p1_") or "rs.model(..., prefix='p1_')",
            )
    return node


def _with_prefixes(node: Binary | Chained) -> str:
    left, right = (_typed(part, prefix) for part, prefix in zip(node.parts, ("p1_", "p2_")))
    if not left or not right:
        shown = " and ".join(map(written, node.parts))
        return f"rs.model(..., prefix='p2_') for one of {shown}"
    if isinstance(node, Chained):
        return f"{left}.compose({right})"
    return f"{left} {node.symbol} {right}"


def _typed(node: Node, prefix: str) -> str:
    """How a single model would be typed with a prefix; empty for what is composed."""
    words = f"prefix={prefix!r}"
    if isinstance(node, Renamed) and not node.prefix:
        words = f"independent={list(node.independent)}, {words}"
        node = node.part
    if not isinstance(node, Leaf):
        return ""
    if node.model.kind not in ("formula", "shelf"):
        return f"rs.model({written(node)}, {words})"
    options = "".join(f"{key}={value!r}, " for key, value in node.model.options.items())
    return f"rs.model({node.model.text!r}, {options}{words})"


# Chains and operators ---------------------------------------------------------------------------


def chained(outer: Model, inner: Any) -> Model:
    """outer(inner): what inner predicts is the variable of outer."""
    first, second = node_of(outer), _inner(inner, outer)
    if len(first.independent) != 1:
        raise ModelError(
            f"{outer.text} has {len(first.independent)} variables "
            f"({', '.join(first.independent)}), and the inner model gives one",
            next="outer.compose(inner), where outer is a model of one variable",
        )
    return composed(_without_coincidence(Chained(first, first.independent[0], second)))


def _inner(inner: Any, outer: Model) -> Node:
    if isinstance(inner, str):
        from residua.problem.model import is_name

        text = inner.strip()
        return node_of(model(text) if is_name(text) else from_formula(text, ("x",), bare=True))
    return operand(inner, outer)


def differentiated(given: Model, wrt: tuple[str | int, ...], order: int) -> Model:
    """The derivative of a model, as a model of the same variables and parameters."""
    from residua.autodiff.operators import derivative

    node = node_of(given)
    names = (*node.independent, *node.parameters)
    chosen = tuple(_argument(given, names, one) for one in (wrt or (0,)))
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ModelError(f"the order of a derivative is {order!r}, not 1, 2, ...", next="order=2")
    positions = tuple(names.index(name) for name in chosen)
    function = derivative(Positional(node), *positions, order=order)
    return composed(Operated(node, "derivative", (chosen, order), Hidden(function)))


def _argument(given: Model, names: tuple[str, ...], one: str | int) -> str:
    if isinstance(one, int) and not isinstance(one, bool) and 0 <= one < len(names):
        return names[one]
    if one in names:
        return str(one)
    near = get_close_matches(str(one), names, n=1)
    raise ModelError(
        f"{given.text} has no variable or parameter {one!r}",
        causes=[f"they are {', '.join(names)}"],
        next=f"model.derivative({near[0] if near else names[0]!r})",
    )


def quantity(given: Model, name: str) -> Model:
    """What follows from a library model by its operator, as a model."""
    node = node_of(given)
    entry = entry_of(node)
    renames = node.names if isinstance(node, Renamed) else {}
    known = {} if entry is None else entry.quantities
    found = known.get(name)
    if found is None:
        raise _no_quantity(given, name, tuple(known))
    if found.of is None:
        raise ModelError(
            f"the {name} of {given.text} is a number that follows from the parameters, not a "
            "function of the variable",
            next=f"fit.derive(rs.models({entry.name!r}).quantities[{name!r}].value)",
        )
    own = tuple(renames.get(n, n) for n in found.independent)
    function = found.of(Positional(node))
    return composed(Operated(node, "quantity", (name,), Hidden(function), own))


def entry_of(node: Node) -> Any:
    """The shelf's own entry of a library model, whatever its names are now; None for others."""
    part = node.part if isinstance(node, Renamed) else node
    if not isinstance(part, Leaf) or part.model.kind != "shelf":
        return None
    from residua.science import registry

    return registry.get(part.model.text, **part.model.options)


def _no_quantity(given: Model, name: str, known: tuple[str, ...]) -> ModelError:
    near = get_close_matches(str(name), known, n=1)
    if known:
        cause = f"its quantities are {', '.join(known)}"
    elif given.kind == "shelf":
        cause = "nothing is derived from this model but by model.derivative(...)"
    else:
        cause = "only models of the library have quantities with a name"
    suggestion = f"model.quantity({near[0] if near else known[0]!r})" if known else ""
    return ModelError(
        f"{given.text} has no quantity {name!r}",
        causes=[cause],
        next=suggestion or "model.apply(operator), model.derivative(...)",
    )


def operated(given: Model, operator: Callable[[Any], Any]) -> Model:
    """What an operator of the user makes of a model: a Model, or a function of the same names."""
    if not callable(operator):
        raise ModelError(
            f"an operator is a function of a model, not {type(operator).__name__}",
            next="model.apply(lambda f: lambda x, *p: f(x, *p) ** 2)",
        )
    found = operator(given)
    if isinstance(found, Model):
        return found
    if not callable(found):
        raise ModelError(
            f"the operator returned {type(found).__name__}, neither a Model nor a function",
            causes=["it evaluated the model instead of returning a function of the same arguments"],
            next="model.apply(lambda f: lambda x, *p: f(x, *p) ** 2)",
        )
    variables = tuple(getattr(found, "variables", ()))
    node = Operated(node_of(given), "operator", (operator,), Hidden(found), variables)
    return composed(node)


# Other names ------------------------------------------------------------------------------------


def renamed(given: Model, prefix: str, independent: Sequence[str] | None) -> Model:
    """The same model with `prefix` before its parameters, and other names for its variables."""
    _check_prefix(prefix)
    names = {name: prefix + name for name in given.parameters} if prefix else {}
    names |= _new_variables(given, independent)
    names = {old: new for old, new in names.items() if old != new}
    if not names:
        return given
    every = [names.get(name, name) for name in (*given.independent, *given.parameters)]
    if len(set(every)) < len(every):
        twice = next(name for name in every if every.count(name) > 1)
        raise ParameterError(
            f"{given.text} would have two arguments called {twice}",
            causes=[f"its names are {', '.join((*given.independent, *given.parameters))}"],
            next="another prefix=, or other names for independent=",
        )
    node = node_of(given)
    if isinstance(node, Leaf) and given.kind == "formula":
        return _renamed_formula(given, names)
    return composed(Renamed(node, names, prefix))


def _check_prefix(prefix: Any) -> None:
    if not isinstance(prefix, str) or (prefix and not prefix.isidentifier()):
        raise ParameterError(
            f"the prefix {prefix!r} does not make names",
            causes=["a name begins with a letter and holds letters, digits and underscores"],
            next='prefix="p1_"',
        )
    if prefix.startswith("_"):
        raise ParameterError(f"a name cannot begin with an underscore: {prefix}", next='"p1_"')


def _new_variables(given: Model, independent: Sequence[str] | None) -> dict[str, str]:
    if independent is None:
        return {}
    names = tuple(independent)
    if len(names) != len(given.independent):
        raise ModelError(
            f"{given.text} has {len(given.independent)} independent variables "
            f"({', '.join(given.independent)}), and {len(names)} names were given",
            next=f"independent={list(given.independent)}",
        )
    for name in names:
        if not isinstance(name, str) or not name.isidentifier():
            raise ModelError(f"{name!r} cannot be the name of a variable", next='independent="t"')
    return dict(zip(given.independent, names))


def _renamed_formula(given: Model, names: Mapping[str, str]) -> Model:
    """A formula stays a formula: its text is written with the new names."""
    from residua.problem.formula_text import normalized, read_source

    expression = read_source(normalized(given.text)).expression
    variables = tuple(names.get(name, name) for name in given.independent)
    response = f"{given.response} ~ " if given.response else ""
    return from_formula(f"{response}{renamed_text(expression, names)}", variables, bare=True)
