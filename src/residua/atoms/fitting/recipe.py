"""A potential as plain JSON, and back: the name of its class and what it was made of.

Nothing that is read is run: classes are those of a table, formulas go through residua's own parser.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

from residua._errors import FileError, ResiduaError
from residua.atoms.elements import SYMBOLS
from residua.atoms.pair import Pair
from residua.atoms.potential import Potential
from residua.problem.model import Model
from residua.report.encoding import Node, encode_number, is_name
from residua.report.record import model_record
from residua.report.saved_model import CODE, saved_model

# Potentials that are their parameters and nothing else; with the words that are functions.
CLASSES: dict[str, tuple[str, ...]] = {
    "BornMayer": (),
    "Buckingham": (),
    "Density": ("pair", "density", "embedding"),
    "DoubleExponential": (),
    "FinnisSinclair": (),
    "Gupta": (),
    "LennardJones": (),
    "Mie": (),
    "Morse": (),
    "Pair": ("u",),
    "StillingerWeber": (),
    "Tersoff": (),
    "Yukawa": (),
    "ZBL": (),
    "ZhouEAM": (),
}
# No atom sees farther, Å; a file that says so would only fill the memory.
FARTHEST = 1000.0


def recipe(potential: Potential) -> dict[str, Any]:
    """What a potential is made of, in words a file can hold.

    Raises FileError: it holds a Python function, or is of a class that files do not know.
    """
    name = type(potential).__name__
    if name not in CLASSES or _class(name) is not type(potential):
        raise FileError(
            f"a potential of the class {name} cannot be saved",
            causes=[f"classes that can be: {', '.join(CLASSES)}"],
            next="fit.params, fit.covariance   # and build it again from these",
        )
    words = {key: value for key, value in potential.parameters.items() if value is not None}
    if isinstance(potential, Pair):
        words["rc"] = potential.rc  # where nobody gave one, it was derived from the start
    taken = signature(type(potential)).parameters
    if not any(one.kind is one.VAR_KEYWORD for one in taken.values()):
        words = {key: value for key, value in words.items() if key in taken}
    functions = {word: _model(word, model) for word, model in _functions(potential).items()}
    return {
        "class": name,
        "functions": functions,
        "words": {key: _plain(key, value) for key, value in words.items()},
    }


def potential_of(node: Node) -> Potential:
    """The potential that a recipe describes. Raises FileError for what is none."""
    name = node["class"].text()
    if name not in CLASSES:
        node["class"].fail(f"is none of {', '.join(CLASSES)}")
    functions = {word: _saved(node["functions"][word]) for word in CLASSES[name]}
    words = {key: _value(node["words"][key]) for key in _names(node["words"])}
    try:
        found = _class(name)(**functions, **words)
        reach = found.cutoff
    except (ResiduaError, TypeError, ValueError, ArithmeticError) as error:
        why = error.what if isinstance(error, ResiduaError) else str(error)
        node.fail(f"is no potential: {why}")
    if not 0 < reach <= FARTHEST:
        node.fail(f"has a cutoff of {reach:g} Å")
    return found


def _class(name: str) -> Any:
    from residua import atoms

    return getattr(atoms, name, None)


def _functions(potential: Any) -> dict[str, Model]:
    words = CLASSES[type(potential).__name__]
    models = {"u": potential.model} if words == ("u",) else getattr(potential, "models", {})
    return {word: models[word] for word in words}


def _model(word: str, model: Model) -> dict[str, Any]:
    found = model_record(model)
    if model.kind in CODE or found.get("recipe", {}) is None:
        raise FileError(
            f"{word} is the Python function {model.text}, which a file cannot hold",
            causes=["a formula or a library model can be saved"],
            next='fit_potential("4*epsilon*((sigma/r)**12 - (sigma/r)**6)", ...)',
        )
    return found


def _saved(node: Node) -> Model:
    kind = node["kind"].text()
    if kind not in ("formula", "shelf", "composed"):
        node["kind"].fail("is no kind of function that a file can hold")
    return saved_model(Node({"model": node.value}, node.source, node.place), None)


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, Mapping):
        return {_joined(name): _plain(key, number) for name, number in value.items()}
    try:
        return encode_number(value)
    except (TypeError, ValueError) as error:
        raise FileError(
            f"{key} is {value!r:.60}, which a file of a potential cannot hold"
        ) from error


def _joined(name: Any) -> str:
    return name if isinstance(name, str) else "-".join(name)


def _value(node: Node) -> Any:
    """A number, a text, a flag, or a dict of them by elements, pairs or names."""
    if isinstance(node.value, dict):
        return {key: _value(node[key]) for key in _names(node)}
    if isinstance(node.value, str):
        return node.text()
    return node.flag() if isinstance(node.value, bool) else node.number()


def _names(node: Node) -> list[str]:
    if not isinstance(node.value, dict):
        node.fail("is not an object")
    for key in node.value:
        elements = all(part in SYMBOLS for part in key.split("-"))
        if not elements and not is_name(key):
            node.fail(f"has the key {key!r:.40}, which is neither a name nor elements")
    return list(node.value)
