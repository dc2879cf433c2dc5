"""Arguments read from a signature: of functions, methods, classes, dataclasses and partials."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Mapping
from typing import Any

from residua.doc.annotations import Meaning, Names, read, results
from residua.doc.facts import Facts, facts_of
from residua.doc.record import Argument, Arguments

EMPTY = inspect.Parameter.empty
FIRST = ("self", "cls", "mcs")


def subject_of(what: Any) -> Any:
    """The function or class that carries signature and docstring."""
    if isinstance(what, classmethod | staticmethod):
        return what.__func__
    if isinstance(what, functools.cached_property | functools.singledispatchmethod):
        return what.func
    return what.fget if isinstance(what, property) else what


def read_arguments(what: Any, inside: Mapping[str, Any] | None = None) -> Arguments:
    """What signature and annotations say; `inside` are local names that annotations may use."""
    subject = subject_of(what)
    names = names_of(subject, inside or {})
    try:
        signature = inspect.signature(subject)
    except (TypeError, ValueError, NameError) as error:
        return Arguments({}, problems=(f"its signature cannot be read: {error}",))
    entries: dict[str, Argument] = {}
    problems: list[str] = []
    missing: list[str] = []
    for name, parameter in _taken(subject, signature).items():
        meaning = read(parameter.annotation, names)
        default, marks = _default(subject, parameter)
        facts = facts_of((*meaning.marks, *marks), meaning.type)
        entries[name] = _argument(name, parameter.kind.name, meaning, facts, default)
        problems += [f"{name}: {wrong}" for wrong in facts.wrong]
        missing += [f"{name}: {text}" for text in meaning.missing]
    returns, wrong = _returns(subject, signature.return_annotation, names)
    return Arguments(entries, returns, (*problems, *wrong), tuple(missing))


def names_of(subject: Any, inside: Mapping[str, Any]) -> Names:
    """Where annotations look their names up: the module, then the class, then around it."""
    if isinstance(subject, functools.partial):
        return names_of(subject.func, inside)
    if isinstance(subject, type):
        around: dict[str, Any] = {}
        for base in reversed(subject.__mro__):
            if base.__module__ not in ("builtins", subject.__module__):
                around |= vars(sys.modules.get(base.__module__, object))
        around |= inside | vars(subject) | {subject.__name__: subject}
        return Names(_module(subject), around | _type_parameters(subject))
    function = inspect.unwrap(subject)
    function = getattr(function, "__func__", function)
    module = getattr(function, "__globals__", None) or _module(function)
    return Names(module, {**inside, **_type_parameters(function)})


def _module(what: Any) -> dict[str, Any]:
    return vars(sys.modules.get(getattr(what, "__module__", None) or "", sys))


def _type_parameters(what: Any) -> dict[str, Any]:
    return {each.__name__: each for each in getattr(what, "__type_params__", ())}


def _taken(subject: Any, signature: inspect.Signature) -> dict[str, inspect.Parameter]:
    """The parameters a caller gives: without `self` of a function written in a class."""
    parameters = dict(signature.parameters)
    home = getattr(subject, "__qualname__", "").rpartition(".")[0]
    first = next(iter(parameters), "")
    if not isinstance(subject, type) and not inspect.ismethod(subject):
        written_in_class = home and not home.endswith("<locals>")
        if written_in_class and first in FIRST and parameters[first].annotation is EMPTY:
            del parameters[first]
    return parameters


def _default(subject: Any, parameter: inspect.Parameter) -> tuple[Any, tuple[Any, ...]]:
    """The default, and marks that stand in it or in a field of a class."""
    default: Any = parameter.default
    marks: tuple[Any, ...] = ()
    if isinstance(subject, type) and hasattr(subject, "__dataclass_fields__"):
        field: Any = subject.__dataclass_fields__.get(parameter.name)
        if field is not None and callable(field.default_factory):
            default = Made(field.default_factory)
        text = getattr(field, "doc", None)  # from Python 3.14 on
        marks = (text,) if isinstance(text, str) else ()
    elif isinstance(subject, type):
        known: Any = getattr(subject, "model_fields", {})  # pydantic's
        marks = (known[parameter.name],) if parameter.name in known else ()
    if type(default).__name__ == "FieldInfo" and type(default).__module__.startswith("pydantic"):
        marks = (default,)
        default = EMPTY if default.is_required() else default.get_default()
    return default, marks


class Made:
    """The default of a dataclass field that a function makes anew for each instance."""

    def __init__(self, factory: Any) -> None:
        self.factory = factory

    def __repr__(self) -> str:
        return f"{getattr(self.factory, '__name__', 'factory')}()"


def _argument(name: str, kind: str, meaning: Meaning, facts: Facts, default: Any) -> Argument:
    return Argument(
        name,
        kind,
        meaning.type,
        meaning.words,
        facts.doc,
        facts.unit,
        facts.shape,
        default,
        facts.constraints,
    )


def _returns(subject: Any, annotation: Any, names: Names) -> tuple[tuple[Argument, ...], list[str]]:
    if annotation is EMPTY or isinstance(subject, type):
        return (), []
    found, wrong = [], []
    for meaning in results(annotation, names, inspect.isgeneratorfunction(inspect.unwrap(subject))):
        facts = facts_of(meaning.marks, meaning.type)
        found.append(_argument("", "", meaning, facts, EMPTY))
        wrong += [f"the result: {text}" for text in facts.wrong]
    return tuple(found), wrong
