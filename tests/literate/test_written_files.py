"""Files that are written: nobody else's, nowhere else, with the line ends of the document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from residua._errors import DataError, FileError
from residua.literate.tangle import Report, tangle
from residua.literate.targets import MANIFEST

DOCS = Path(__file__).parents[2] / "docs" / "literate"


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


def test_files_of_others_are_left_alone(room: Path) -> None:
    module = room.with_suffix(".py")
    mine = module.read_text() + "# mine\n"
    module.write_text(mine)
    before = contents(room.parent)
    for run in (False, True):
        with pytest.raises(FileError, match=r"one_over_a\.py exists and was not made from"):
            tangle(room, run=run)
        assert contents(room.parent) == before
    assert tangle(room, force=True).files[0].status == "written"
    assert (DOCS / "one_over_a.py").read_bytes() == room.with_suffix(".py").read_bytes()
    # Another document does not own what this one made.
    other = room.with_name("other.org")
    other.write_text("#+begin_src python :tangle one_over_a.py\na\n#+end_src\n")
    with pytest.raises(FileError, match=r"was not made from other\.org"):
        tangle(other)


def test_one_file_that_may_not_be_written_stops_all(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("```sh tangle=a.sh\necho\n```\n\n```sh tangle=b.sh\necho\n```\n")
    (tmp_path / "b.sh").write_text("mine")
    with pytest.raises(FileError, match=r"b\.sh exists"):
        tangle(path)
    assert sorted(contents(tmp_path)) == ["a.md", "b.sh"]


def test_a_fresh_clone_without_its_memory_is_adopted(room: Path) -> None:
    (room.parent / MANIFEST).unlink()
    assert tangle(room).files[0].status == "unchanged"
    assert json.loads((room.parent / MANIFEST).read_text())["files"]["one_over_a.py"]
    (room.parent / MANIFEST).write_text("[]")
    with pytest.raises(FileError, match="is broken"):
        tangle(room)


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    (inside / "file.py").symlink_to(outside / "file.py")
    for name in ("link/a.py", "file.py"):
        path = inside / "a.md"
        path.write_text(f"```python tangle={name}\na\n```\n")
        with pytest.raises(DataError, match="leads out of the folder"):
            tangle(path, force=True)
    assert not list(outside.iterdir())


def test_folders_are_made_where_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.org"
    path.write_text("#+begin_src python :tangle b/c.py\na\n#+end_src\n")
    with pytest.raises(FileError, match="there is no folder"):
        tangle(path)
    path.write_text("#+begin_src python :mkdirp yes :tangle b/c.py\na\n#+end_src\n")
    tangle(path)
    assert (tmp_path / "b" / "c.py").read_text() == "a\n"


@pytest.mark.parametrize("name", ["größe ∂.org", "größe ∂.md"])
def test_windows_line_ends_and_letters_of_all_kinds(tmp_path: Path, name: str) -> None:
    org = name.endswith(".org")
    head = "#+begin_src python :noweb yes :session a" if org else "```python"
    text = (DOCS / ("one_over_a.org" if org else "one_over_a.md")).read_text()
    end = "#+end_src" if org else "```"
    label = ("#+name: ∂", head) if org else (head + " name=∂",)
    lines = [*label, "print('é', '😀')", "größe = 'ß'", "größe", end, "",
             f"{head} {':tangle' if org else 'tangle='}{' ' if org else ''}ü.py",
             "def f():", "    '''", '    <<doctest("∂")>>', "    '''", end, text]  # fmt: skip
    path = tmp_path / name
    path.write_bytes("\r\n".join("\n".join(lines).split("\n")).encode())
    report = tangle(path, run=True)
    assert report.ok
    for item in (path, tmp_path / "ü.py"):
        content = item.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 0
    assert "é 😀\r\n    >>> größe = 'ß'\r\n".encode() in (tmp_path / "ü.py").read_bytes()
    before = contents(tmp_path)
    assert tangle(path, run=True).files[0].status == "unchanged"
    # Git may have given the module other line ends than the document: that is no drift.
    (tmp_path / "ü.py").write_bytes((tmp_path / "ü.py").read_bytes().replace(b"\r", b""))
    assert tangle(path, check=True).ok
    assert contents(tmp_path)[name] == before[name]


def ellipsis(tmp_path: Path, recorded: str, flags: str = ', "+ELLIPSIS"') -> tuple[Report, str]:
    path = tmp_path / "a.md"
    path.write_text(
        f'```python tangle=a.py eval=no\n"""\n<<doctest("n"{flags})>>\n"""\n```\n\n'
        f"```python name=n\nobject()\n1\n```\n\n```text results=n hash=0\n{recorded}```\n"
    )
    report = tangle(path, run=True)
    return report, path.read_text()


def test_dots_that_a_person_wrote_are_kept_while_they_hold(tmp_path: Path) -> None:
    """An address differs from run to run; the record may say so, and is hashed again."""
    wanted = ">>> object()\n<object object at 0x...>\n>>> 1\n1\n"
    report, text = ellipsis(tmp_path, wanted)
    assert report.ok and wanted in text and "hash=0\n" not in text
    assert tangle(tmp_path / "a.md", run=True).recorded == []
    assert tangle(tmp_path / "a.md", check=True).ok
    # What no longer holds is recorded anew, and without dots doctest finds the difference.
    for recorded, flags in (
        (wanted.replace("object at", "thing at"), ', "+ELLIPSIS"'),
        (wanted, ""),
    ):
        report, text = ellipsis(tmp_path, recorded, flags)
        assert not report.ok and "0x..." not in text
        assert "Expected" in (report.files[0].proof or "")


def test_header_arguments_that_are_not_followed_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.org"
    path.write_text("#+begin_src sh :tangle a.sh :shebang #!/bin/sh :comments no\nls\n#+end_src\n")
    assert tangle(path).warnings == ["line 1: shebang is not followed"]
    assert (tmp_path / "a.sh").read_text() == "ls\n"


def test_outputs_that_no_doctest_shows_are_recorded_in_their_place(tmp_path: Path) -> None:
    """Below their block, as deep as it stands; silent blocks and scripts leave no trace."""
    markdown = (
        "1. item\n\n   ```python\n   print('a\\n\\n  b')\n   ```\n\n"
        "> ```python\n> 1 / 0\n> ```\n> text\n\n"
        "```python results=silent\n2\n```\n\n```python\nx = 3\n```\n\n"
        "```python tangle=script.py eval=no\nraise SystemExit(3)\n```"
    )
    org = "- item\n  #+begin_src python\n  1, 2\n  #+end_src\n#+begin_src python\n3\n#+end_src"
    recorded = {
        "a.md": ["   ```text results=\"\" hash=", "   a\n\n     b\n   ```\n", "> ZeroDivisionError",
                 "> ```\n>\n> text\n"],
        "a.org": ["  #+RESULTS[", "]:\n  : (1, 2)\n\n#+begin_src", "]:\n: 3\n"],
    }  # fmt: skip
    for name, text in {"a.md": markdown, "a.org": org}.items():
        path = tmp_path / name
        path.write_text(text)
        report = tangle(path, run=True)
        assert len(report.recorded) == 2 and report.ok
        made = path.read_text()
        for part in recorded[name]:
            assert part in made, (part, made)
        assert made.count("RESULTS") + made.count('results="') == 2
        assert tangle(path, run=True).recorded == [] and tangle(path, check=True).ok
        path.write_text(made.replace("(1, 2)", "(1, 3)").replace("     b\n", "     c\n"))
        assert len(tangle(path, check=True).drift) == 1
        # What is silent now loses what it said before.
        path.write_text(made.replace("  1, 2\n", "  None\n").replace("print('a", "('a"))
        assert tangle(path, run=True).recorded
        assert tangle(path, check=True).ok
