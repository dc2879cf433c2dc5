"""A class that every script imports has its docstring made when somebody reads it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated

from residua.doc import Doc, arguments
from residua.doc.decorator import documented_when_read


def made() -> type:
    @documented_when_read
    @dataclass(frozen=True)
    class Sample:
        """What was weighed."""

        mass: Annotated[float, Doc("how heavy it is")]

    return Sample


def test_reading_makes_the_docstring_once():
    Sample = made()
    assert "__arguments__" not in vars(Sample)
    text = Sample.__doc__
    assert "mass : float\n    How heavy it is." in text
    assert Sample.__doc__ is text and vars(Sample)["__doc__"] is text


def test_an_instance_reads_it_too():
    Sample = made()
    assert "How heavy it is." in Sample(1.0).__doc__
    assert Sample(1.0).__doc__ == Sample.__doc__


def test_the_record_is_the_same_whoever_asks_first():
    first, second = made(), made()
    record = arguments(first)
    assert second.__doc__ == record.after == first.__doc__
    assert not record.problems and record["mass"].doc == "how heavy it is"


def test_a_subclass_keeps_its_own():
    Sample = made()

    class Grain(Sample):
        """A small one."""

    class Bare(Sample):
        pass

    assert (Grain.__doc__, Bare.__doc__) == ("A small one.", None)


def test_importing_makes_none_of_fit_and_model():
    code = (
        "import residua as rs; rs.fit('a*x', [1.0, 2.0], [1.0, 2.1]);"
        "print(*('__arguments__' in vars(kind) for kind in (rs.Fit, rs.Model)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False False\n", "")
