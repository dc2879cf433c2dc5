"""Any program woven into a docstring passes doctest, which reads it with its own grammar."""

from __future__ import annotations

import doctest
import io
import sys
import types
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from literate_programs import PROGRAMS, TEXTS

from residua.literate.docstrings import filled
from residua.literate.document import Block
from residua.literate.references import Request
from residua.literate.session import Heard, take
from residua.literate.statements import statements
from residua.literate.tangle import tangle
from residua.literate.transcript import Example, examples_of, recorded, transcript
from residua.literate.wants import HEADER, want

FIXED = settings(deadline=None, derandomize=True)


def outcome(text: str, name: str = "woven") -> tuple[int, int, str]:
    """(examples tried, examples failed, report) of doctest on a docstring."""
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(text, {"__name__": name}, "t", None, 0)
    runner = doctest.DocTestRunner(verbose=False)
    with redirect_stderr(io.StringIO()):
        found = runner.run(test, out=said.append)
    return found.attempted, found.failed, "".join(said)


@settings(FIXED, max_examples=300)
@given(st.lists(TEXTS.map(lambda text: f"{text}\n"), min_size=1, max_size=3))
def test_any_output_is_what_doctest_expects(outputs: Sequence[str]) -> None:
    examples = [Example(f"print({text[:-1]!r})", *want(text)) for text in outputs]
    tried, failed, report = outcome(transcript(examples))
    assert (tried, failed) == (len(outputs), 0), report


@settings(FIXED, max_examples=50)
@given(
    TEXTS.filter(lambda text: text.replace("\n", "x").isprintable() and text.strip()),
    st.sampled_from([HEADER, ">>> ", "x"]),
)
def test_an_output_that_was_not_printed_fails(text: str, other: str) -> None:
    """The directives that are added forgive blanks and control characters, not other text."""
    # Dots that were printed stay wild cards where ELLIPSIS has to be added for something else.
    text = text.replace("...", "dots")
    wrong = Example(f"print({text + other + 'y'!r})", *want(f"{text}\n"))
    assert outcome(transcript([wrong]))[1] == 1


def shown(code: str) -> tuple[str, str]:
    """(what is recorded, the docstring as Python reads it) of a program, run in this process."""
    module = types.ModuleType("woven")
    before = sys.stdout
    heard = sys.stdout = Heard(print)
    try:
        outputs = []
        pieces = statements(code, "the program")
        for piece in pieces:
            raised = "" if piece.comment else take(piece.source, module.__dict__, "t")
            printed = heard.taken()
            outputs.append(f"{HEADER}\n{raised}" if raised else printed)
    finally:
        sys.stdout = before
    record = recorded(pieces, outputs)
    asked = Request("t", frozenset(), Block(1, 2, "python", ""))
    body = transcript(examples_of(pieces, record, ours=True))
    module_text = f'def f():\n    """Text.\n\n    \0{0}\0\n    Text.\n    """\n'
    scope: dict[str, object] = {}
    exec(filled(module_text, [asked], [body], "t.org"), scope)
    return record, str(getattr(scope["f"], "__doc__", ""))


@settings(FIXED, max_examples=250)
@given(PROGRAMS)
def test_any_program_passes_as_it_is_read_back(code: str) -> None:
    _, text = shown(code)
    pieces = [piece for piece in statements(code, "it") if not piece.comment]
    tried, failed, report = outcome(text)
    assert (tried, failed) == (len(pieces), 0), report


def written(folder: Path, suffix: str, programs: Sequence[str]) -> Path:
    """A document that weaves every program into a docstring of its own."""
    lines = []
    for i, code in enumerate(programs):
        # The tilde fences of Markdown and the commas of Org let any line of code stand.
        if suffix == ".md":
            lines += [f"~~~~~~python name=p{i} session=s{i} noweb=no", code, "~~~~~~", ""]
        else:
            guarded = [f",{x}" if x.lstrip(" ,").startswith(("*", "#+")) else x
                       for x in code.split("\n")]  # fmt: skip
            head = f"#+begin_src python :session s{i}"
            lines += [f"#+name: p{i}", head, *guarded, "#+end_src", ""]
    body = [
        f'def f{i}():\n    """<\n    <<doctest("p{i}")>>\n    >"""' for i in range(len(programs))
    ]
    module = "\n".join(body)
    if suffix == ".md":
        lines += ["```python tangle=woven.py eval=no", module, "```"]
    else:
        lines += ["#+begin_src python :tangle woven.py :noweb yes :eval no", module, "#+end_src"]
    path = folder / f"any{suffix}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


def proves_itself(folder: Path, suffix: str, programs: Sequence[str]) -> None:
    for name in ("woven.py", ".residua-tangle.json"):
        (folder / name).unlink(missing_ok=True)
    path = written(folder, suffix, programs)
    report = tangle(path, run=True)
    assert report.ok, report.files[0].proof
    assert report.files[0].proof == ""
    made = {item: item.read_bytes() for item in folder.iterdir()}
    again = tangle(path)
    assert (again.files[0].status, again.warnings) == ("unchanged", [])
    assert tangle(path, check=True).ok
    assert tangle(path, run=True).recorded == []
    assert {item: item.read_bytes() for item in folder.iterdir()} == made


ON_DISK = settings(
    FIXED, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("suffix", [".org", ".md"])
@settings(ON_DISK, max_examples=2)
@given(programs=st.lists(PROGRAMS, min_size=4, max_size=8))
def test_any_document_proves_itself(tmp_path: Path, suffix: str, programs: list[str]) -> None:
    proves_itself(tmp_path, suffix, programs)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".org", ".md"])
@settings(ON_DISK, max_examples=150, derandomize=False)
@given(programs=st.lists(PROGRAMS, min_size=1, max_size=8))
def test_many_documents_prove_themselves(tmp_path: Path, suffix: str, programs: list[str]) -> None:
    proves_itself(tmp_path, suffix, programs)
