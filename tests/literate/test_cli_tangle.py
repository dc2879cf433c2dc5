"""`residua tangle`: what it prints and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from residua.cli.group import residua

DOCS = Path(__file__).parents[2] / "docs" / "literate"


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("one_over_a.org", "one_over_a.md", "one_over_a.py", ".residua-tangle.json"):
        shutil.copy(DOCS / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(residua, ["tangle", *arguments])


def test_what_it_says(room: Path) -> None:
    said = call("one_over_a.org", "one_over_a.md")
    assert said.exit_code == 0
    assert said.stdout == (
        "one_over_a.py: unchanged, 3 doctest examples\n"
        "one_over_a_md.py: written, 3 doctest examples\n"
    )
    said = call("one_over_a.org", "--run")
    assert said.stdout == "one_over_a.py: unchanged, 3 doctest examples passed\n"
    assert call("one_over_a.org", "--check").stdout.startswith("one_over_a.org: nothing drifted.\n")


def test_drift_is_shown_and_ends_with_one(room: Path) -> None:
    Path("one_over_a.py").write_text("mine\n")
    said = call("one_over_a.org", "--check")
    assert said.exit_code == 1
    assert "one_over_a.org: one_over_a.py differs.\n--- one_over_a.py\n" in said.stdout
    assert "\n-mine\n" in said.stdout
    said = call("one_over_a.org")
    assert said.exit_code == 3 and "Try: --force to write over it" in said.stderr
    assert said.stdout == ""
    assert call("one_over_a.org", "--force").exit_code == 0


def test_doctests_that_fail_end_with_one(room: Path) -> None:
    Path("a.md").write_text(
        "```python tangle=a.py eval=no\ndef f():\n    '''\n    <<doctest('n')>>\n    '''\n```\n\n"
        "```python name=n\nx = 3\nx, __name__, hasattr(object, 'f'), 'f' in globals()\n```\n"
    )
    said = call("a.md", "--run")
    assert said.exit_code == 1
    assert "a.py: written, 2 doctest examples FAILED\n" in said.stdout
    assert "('a', " not in said.stdout.split("Got:")[0].split("Expected:")[0]


def test_one_object_of_json(room: Path) -> None:
    content = json.loads(call("one_over_a.org", "one_over_a.md", "--json").stdout)
    assert content["schema"] == 1 and content["kind"] == "tangle"
    first, second = content["documents"]
    assert first["ok"] and first["document"] == "one_over_a.org" and first["drift"] == []
    assert second["files"] == [
        {"name": "one_over_a_md.py", "status": "written", "doctests": 3, "diff": "", "proof": None}
    ]
    listed = json.loads(call("one_over_a.org", "--list", "--json").stdout)
    rows = listed["documents"][0]["blocks"]
    assert [row["name"] for row in rows] == ["", "doctest-1", "doctest-2", "doctest-3", ""]
    assert rows[1]["result"] == "current" and rows[0]["tangle"] == "one_over_a.py"


def test_the_list(room: Path) -> None:
    lines = call("one_over_a.org", "--list").stdout.splitlines()
    assert len(lines) == 6
    assert lines[2].split() == ["line", "28", "doctest-1", "python", "session", "divide,",
                                "output", "current"]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.org"], 2, "no file none.org"),
        ([], 2, "Missing argument"),
        (["one_over_a.org", "--list", "--run"], 2, "--list goes with neither"),
        (["one_over_a.org", "--timeout", "0"], 2, "--timeout"),
        (["one_over_a.py"], 3, "no Org or Markdown"),
        (["slow.md", "--run", "--timeout", "0.3"], 3, "Try: --timeout with more seconds"),
        (["out.md"], 3, "leads out of the folder"),
    ],
)
def test_what_cannot_be_done(room: Path, arguments: list[str], code: int, words: str) -> None:
    Path("slow.md").write_text("```python\nwhile True: pass\n```\n")
    Path("out.md").write_text("```python tangle=../a.py\n1\n```\n")
    said = call(*arguments)
    assert said.exit_code == code, said.stderr
    assert words in said.stderr and said.stdout == ""


def test_markdown_without_its_library(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    said = call("one_over_a.md")
    assert said.exit_code == 2 and 'pip install "residua[literate]"' in said.stderr
    assert call("one_over_a.org").exit_code == 0


@pytest.mark.parametrize("option", [[], ["--check"], ["--list"]])
def test_code_is_run_only_when_asked(room: Path, option: list[str]) -> None:
    """Nor is anything that would run it imported, nor the rest of residua."""
    Path("a.org").write_text(
        "#+begin_src python :tangle a.py\nopen('ran', 'w')\n#+end_src\n"
        '#+begin_src emacs-lisp\n(write-file "ran")\n#+end_src\n'
    )
    code = (
        "import sys\nfrom residua.cli import main\n"
        f"sys.argv = ['residua', 'tangle', 'a.org', *{option!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'jax', 'subprocess', 'doctest', 'markdown_it'}\n"
        "heavy &= {*sys.modules}\n"
        "inner = {m.split('.')[1] for m in sys.modules if m.startswith('residua.')}\n"
        "inner -= {'cli', '_errors', '_face', 'literate', 'report'}\n"
        "assert not heavy and not inner, (heavy, inner)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert not Path("ran").exists()
