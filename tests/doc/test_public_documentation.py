"""Every public function, class and method says its arguments beside them, and shows them."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest

import residua
from residua._errors import MissingLibrary
from residua.doc import arguments, problems
from residua.doc.annotations import Names, _at_once
from residua.doc.signature import names_of
from residua.doc.spelled import read_text

# A module is public that lists its names. The shelf's own face is `rs.models`.
INTERNAL = {"science"}
MODULES = [
    "residua",
    *(
        f"residua.{found.name}"
        for found in pkgutil.iter_modules(residua.__path__)
        if not found.name.startswith("_") and found.name not in INTERNAL
    ),
]
# What numpydoc asks for and is not wanted anywhere.
#   ES01, an extended summary: the sentence and the equation may be all there is to say.
#   SA01, See Also: other functions are named where they matter, in the text of an argument.
NOT_WANTED = {"ES01", "SA01"}
# `inspect` cannot read a signature with a default of `inspect.Parameter.empty`.
UNREADABLE = {"Argument"}
# Methods that kinds of potentials, solvers and networks give to the machinery that drives them:
# seams for whoever adds a kind, not for users.
SEAMS = {
    "Domain.beyond", "Domain.beyond_each", "Domain.of",
    "arrays", "calculate", "check_state", "draw", "folded", "for_people", "kernel", "linearized",
    "look", "mixed", "network", "numbers", "plan", "prepared", "pulled_back", "refit", "set",
    "sized", "slopes", "structure", "tables", "unfolded", "usual_cutoff", "usual_inner", "value",
}  # fmt: skip


@functools.cache
def names(module: str) -> dict[str, Any]:
    """The public functions and classes of a module; errors and kinds of ends are not called."""
    try:
        found = importlib.import_module(module)
    except MissingLibrary as error:
        pytest.skip(str(error).splitlines()[0])
    listed = {name: getattr(found, name) for name in getattr(found, "__all__", ())}
    return {
        name: value
        for name, value in listed.items()
        if callable(value)
        and not (isinstance(value, type) and issubclass(value, (BaseException, Enum)))
        and name not in UNREADABLE
    }


def methods(kind: Any) -> Iterator[tuple[str, Any]]:
    """The public methods of a class that residua wrote, without seams."""
    for base in kind.__mro__:
        for name, value in vars(base).items():
            function = getattr(value, "__func__", value)
            ours = str(base.__module__).startswith("residua") and name[0] != "_"
            path = f"{base.__qualname__}.{name}"
            if ours and inspect.isfunction(function) and not {name, path} & SEAMS:
                yield path, value


def everything(module: str) -> dict[str, Any]:
    """Public names and methods of public classes."""
    found = dict(names(module))
    for value in names(module).values():
        if isinstance(value, type):
            found |= methods(value)
    return found


def lists_names(module: str) -> bool:
    """Whether a module that can be imported here is public; residua.torch needs torch."""
    try:
        return hasattr(importlib.import_module(module), "__all__")
    except MissingLibrary:
        return False


def test_the_walk_finds_what_is_public():
    public = [module for module in MODULES if lists_names(module)]
    assert {"residua", "residua.atoms", "residua.autograd", "residua.scipy"} <= set(public)
    assert {"residua.doc", "residua.teaching"} <= set(public)
    assert len(names("residua")) > 25 and len(names("residua.atoms")) > 30
    assert set(residua.__all__) - set(names("residua")) == {
        "DataError", "FileError", "Finding", "FormulaError", "MissingLibrary", "ModelError",
        "NotDifferentiable", "Outcome", "ParameterError", "ResiduaError",
    }  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_every_argument_has_a_text_that_contradicts_nothing(module):
    found = {name: problems(value, complete=True) for name, value in everything(module).items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("module", MODULES)
def test_every_argument_says_what_it_takes(module):
    said = {name: arguments(value) for name, value in everything(module).items()}
    mute = [
        f"{name}({each.name})"
        for name, record in said.items()
        for each in record.values()
        if "Any" in each.type_words.split(" or ") or not (each.type_words or each.shape)
    ]
    assert mute == []


@pytest.mark.parametrize("module", MODULES)
def test_the_validator_of_numpydoc_passes(module):
    validate = pytest.importorskip("numpydoc.validate").validate
    found = []
    for name in names(module):
        errors = validate(f"{module}.{name}")["errors"]
        found += [(name, *error) for error in errors if error[0] not in NOT_WANTED]
    assert found == []


@pytest.mark.parametrize("module", MODULES)
def test_annotations_read_at_once_mean_what_they_mean_read_piece_by_piece(module):
    for name, value in names(module).items():
        function = value.__init__ if isinstance(value, type) else value
        scope: Names = names_of(value, {})
        for argument, text in getattr(function, "__annotations__", {}).items():
            if not isinstance(text, str) or (quick := _at_once(text, scope)) is None:
                continue
            slow = read_text(text, scope)
            for part in ("type", "words", "marks", "missing"):
                told = f"{name}({argument}).{part}"
                assert getattr(quick, part) == getattr(slow, part), told


HELP = """
import importlib, pydoc, sys
for line in sys.stdin.read().splitlines():
    module, name = line.split()
    value = getattr(importlib.import_module(module), name)
    text = pydoc.plain(pydoc.render_doc(value))
    if not any(line.strip(" |") == "Parameters" for line in text.split("\\n")):
        print(module, name)
"""


def test_help_shows_them_in_a_plain_interpreter():
    asked = [
        f"{module} {name}"
        for module in MODULES
        if module != "residua.torch"  # which takes seconds to start
        for name, value in names(module).items()
        if len(arguments(value))
    ]
    assert len(asked) > 100
    done = subprocess.run(
        [sys.executable, "-c", HELP], input="\n".join(asked), capture_output=True, text=True
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
