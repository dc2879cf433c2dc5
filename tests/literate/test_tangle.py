"""Documents and their modules: written once, in step, and nothing else touched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from residua._errors import DataError
from residua.literate.tangle import listing, tangle
from residua.literate.targets import MANIFEST

DOCS = Path(__file__).parents[2] / "docs" / "literate"
NAMES = {"one_over_a.org": "one_over_a.py", "one_over_a.md": "one_over_a_md.py"}
# What the source's document tangled to: >>> and ... before the lines, a traceback of two lines.
SOURCE = '''def func(a):
    """A function to divide one by a.

    >>> func(5) == 0.2
    True

    >>> func(0)
    Traceback (most recent call last):
    ZeroDivisionError: division by zero

    >>> for i in range(1, 4):
    ...     print(func(i))
    1.0
    0.5
    0.3333333333333333

    Returns: 1 / a.
    """
    return 1 / a

if __name__ == "__main__":
    import doctest

    doctest.testmod()
'''


@pytest.mark.parametrize("name", NAMES)
def test_the_documents_of_the_source(name: str, tmp_path: Path) -> None:
    """As committed they are in step; run from nothing they give the same again."""
    assert tangle(DOCS / name, check=True).ok
    assert (DOCS / NAMES[name]).read_text(encoding="utf-8") == SOURCE
    copy = tmp_path / name
    bare = "".join(re.split(r"(?m)^#\+RESULTS.*\n(?:: .*\n)+\n?", (DOCS / name).read_text()))
    bare = re.sub(r"(?m)^```\{?\.?text .*\n(?:[^`].*\n)+```\n\n", "", bare)
    assert "True" not in bare.replace("func", "")
    copy.write_text(bare)
    report = tangle(copy, run=True)
    assert report.files[0][:3] == (NAMES[name], "written", 3) and report.files[0].proof == ""
    assert copy.read_text() == (DOCS / name).read_text()
    assert (tmp_path / NAMES[name]).read_text() == SOURCE


@pytest.mark.parametrize("name", NAMES.values())
def test_the_three_doctests_pass(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "doctest", "-v", str(DOCS / name)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "3 passed" in said and "Test passed." in said


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A document that was run, and its module."""
    for name in ("one_over_a.org", "one_over_a.py", MANIFEST):
        shutil.copy(DOCS / name, tmp_path / name)
    return tmp_path / "one_over_a.org"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(item.relative_to(folder)): item.read_bytes()
        for item in folder.rglob("*")
        if item.is_file()
    }


def test_a_second_time_changes_nothing(room: Path) -> None:
    before = contents(room.parent)
    for run in (False, True, False):
        report = tangle(room, run=run)
        assert [file.status for file in report.files] == ["unchanged"] and not report.recorded
        assert contents(room.parent) == before


EDITS = [
    ("org", "return 1 / a", "return 1.0 / a"),  # block
    ("org", "func(5) == 0.2", "func(5) == 0.25"),
    ("org", "func(0)\n", "func( 0)\n"),
    ("org", "range(1, 4)", "range(1, 3)"),
    ("org", ": True", ": False"),  # result
    ("org", ": 0.5\n", ""),
    ("org", ": 1.0\n", ": 1.0\n: \n"),
    ("org", "RESULTS[7", "RESULTS[8"),
    ("org", "[7ef959693966]", ""),
    ("org", "#+RESULTS[7ef959693966]: doctest-1\n: True\n", ""),
    ("org", ": doctest-1\n: True", ": doctest-9\n: True"),
    ("org", "func(0)\n", "func(\n"),  # code that is none
    ("org", '"doctest-2"', '"doctest-4"'),
    ("org", "#+end_src", ""),
    ("py", "0.2", "0.20"),  # module
    ("py", "Returns: ", "Returns:  "),
    ("py", "True\n", "False\n"),
]


@pytest.mark.parametrize(("suffix", "old", "new"), EDITS)
def test_any_edit_is_drift(room: Path, suffix: str, old: str, new: str) -> None:
    path = room.with_suffix(f".{suffix}")
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))
    before = contents(room.parent)
    report = tangle(room, check=True)
    assert not report.ok and report.drift
    assert contents(room.parent) == before


# The code of a block; the hash and the lines of a result.
PARTS = (
    r"(?s)#\+begin_src python[^\n]*\n(.*?)#\+end_src"
    r"|#\+RESULTS\[([^:]*)\]: [^\n]*\n((?:: [^\n]*\n)+)"
)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_letter_of_a_block_a_result_or_the_module_matters(
    room: Path, data: st.DataObject
) -> None:
    """Delete, or double, one letter that is not blank."""
    path = room.with_suffix(data.draw(st.sampled_from([".org", ".py"])))
    text = (DOCS / path.name).read_text()
    spans = [(0, len(text))]
    if path.suffix == ".org":
        found = re.finditer(PARTS, text)
        spans = [match.span(i) for match in found for i in (1, 2, 3) if match.group(i)]
    places = [i for start, end in spans for i in range(start, end) if text[i].strip()]
    place = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from(["", text[place] * 2]))
    path.write_text(text[:place] + letter + text[place + 1 :])
    try:
        assert tangle(room, check=True).drift
    finally:
        path.write_text(text)


def test_prose_is_no_drift(room: Path) -> None:
    text = room.read_text()
    room.write_text(text.replace("A plain value", "A value").replace("* The examples", "* Them"))
    assert tangle(room, check=True).ok


def test_check_with_run_sees_what_no_hash_can(tmp_path: Path) -> None:
    """The block did not change, but what it reads did."""
    path = tmp_path / "a.org"
    path.write_text(
        "#+name: n\n#+begin_src python\nopen('b.txt').read()\n#+end_src\n\n"
        "#+begin_src python :tangle a.py :noweb yes\n'''\n<<doctest(\"n\")>>\n'''\n#+end_src\n"
    )
    (tmp_path / "b.txt").write_text("one")
    assert tangle(path, run=True).ok and tangle(path, run=True, check=True).ok
    (tmp_path / "b.txt").write_text("two")
    before = contents(tmp_path)
    assert tangle(path, check=True).ok
    report = tangle(path, run=True, check=True)
    assert not report.ok and "-: 'one'" in report.diff and "+    'two'" not in report.files[0].diff
    assert "+'two'" in report.files[0].diff
    assert contents(tmp_path) == before


def test_stale_outputs_are_woven_but_said(room: Path) -> None:
    room.write_text(room.read_text().replace("return 1 / a", "return 2 / a"))
    report = tangle(room)
    assert report.files[0].status == "written"
    assert report.warnings == [
        f"block 'doctest-{i}': its code, its output or a block before it was edited"
        " since it was run"
        for i in (1, 2, 3)
    ]
    assert tangle(room, run=True).ok
    assert "    False\n" in room.with_suffix(".py").read_text()


def test_doctests_that_were_never_run(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        '```python tangle=a.py\n"""\n<<doctest("n")>>\n"""\n```\n\n```python name=n\n1\n```\n'
    )
    with pytest.raises(
        DataError, match=r"line 7: block 'n' has no recorded output(.|\n)*Try: --run"
    ):
        tangle(path)
    assert tangle(path, check=True).drift == ["block 'n': no output is recorded", "a.py missing"]
    assert [row.result for row in listing(path)] == ["not recorded", "missing"]
