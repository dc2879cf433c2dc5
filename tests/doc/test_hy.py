"""The form of Hy in which documentation stands beside each argument."""

from __future__ import annotations

import subprocess
import sys
import types
from importlib.util import find_spec
from typing import Any

import pytest

hy: Any = pytest.importorskip("hy")


def run(text: str) -> dict[str, Any]:
    """The names that a program in Hy leaves."""
    module = types.ModuleType("written_in_hy")
    for form in hy.read_many("(require residua.doc.hy [mydef])\n" + text):
        hy.eval(form, module=module, globals=vars(module))
    return vars(module)


def test_the_form_of_the_source_unchanged():
    func = run(
        '(mydef func ((arg1 "a number") (arg2 "a number")) "Multiply arg1 by arg2" (* arg1 arg2))'
    )["func"]
    assert func(24, 3) == 72
    assert func.__doc__.split("\n") == [
        "Multiply arg1 by arg2", "",
        "Parameters", "----------",
        "arg1", "    A number.", "arg2", "    A number.", "",
    ]  # fmt: skip
    assert [(each.name, each.doc) for each in func.__arguments__.values()] == [
        ("arg1", "a number"),
        ("arg2", "a number"),
    ]


PRESSURE = """
(import numpy :as np)
(mydef (pressure "the pressure" float :unit "Pa") :validate True
       ((T "temperature" float :unit "K" :gt 0)
        (x "positions" np.ndarray :shape ["n" 3])
        plain
        *
        (n "how many" int :default 1 :ge 1)
        #** more)
  "Give the pressure of a gas."
  (setv twice (* 2 T))
  (* twice n))
"""


def test_types_units_shapes_defaults_and_validation():
    import numpy as np

    from residua._errors import DataError

    pressure = run(PRESSURE)["pressure"]
    assert pressure.__doc__.split("\n")[2:] == [
        "Parameters", "----------",
        "T : float", "    Temperature, in K; greater than 0.",
        "x : ndarray of shape (n, 3)", "    Positions.",
        "plain",
        "n : int, default 1", "    How many; at least 1.",
        "**more", "",
        "Returns", "-------", "float", "    The pressure, in Pa.", "",
    ]  # fmt: skip
    x = np.zeros((4, 3))
    assert pressure(3.0, x, None, n=2) == 12.0
    with pytest.raises(DataError, match="T must be greater than 0 K"):
        pressure(-3.0, x, None)
    with pytest.raises(DataError, match=r"x must have shape \(n, 3\), but has \(4, 2\)"):
        pressure(3.0, np.zeros((4, 2)), None)


def test_everything_that_defn_takes():
    names = run(
        """
        (mydef first ((a "one") / (b "two" :default 3) #* rest) "Do." [a b rest])
        (mydef none () "Nothing." 1)
        """
    )
    assert names["first"](1) == [1, 3, ()]
    assert names["first"](1, 2, 4, 5) == [1, 2, (4, 5)]
    assert names["first"].__doc__.split("\n")[4:8] == ["a", "    One.", "b : default 3", "    Two."]
    assert names["none"].__doc__ == "Nothing." and names["none"]() == 1


@pytest.mark.parametrize("entry", ['(a "one" :colour "red")', '(a "one" :unit)'])
def test_a_slip_is_an_error_when_it_is_compiled(entry):
    with pytest.raises(Exception, match=r"colour|needs a value"):
        run(f'(mydef f ({entry}) "Do." a)')


def test_as_a_program(tmp_path):
    (tmp_path / "s8.hy").write_text(
        "(require residua.doc.hy [mydef])\n"
        '(mydef func ((arg1 "a number") (arg2 "a number")) "Multiply arg1 by arg2" (* arg1 arg2))\n'
        "(print (func 24 3))\n(help func)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "hy", "s8.hy"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.startswith("72\nHelp on function func"), done.stderr
    assert "Parameters" in done.stdout and "arg2\n        A number." in done.stdout


def test_without_hy_the_line_to_type_is_told():
    assert find_spec("hy")
    code = "import sys; sys.modules['hy'] = None; import residua.doc.hy"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "residua[hy]"' in done.stderr
