"""Statements behind prompts, outputs recorded, doctests inside strings."""

from __future__ import annotations

import ast

import pytest

from residua._errors import DataError
from residua.literate.docstrings import filled
from residua.literate.document import Block
from residua.literate.references import Request
from residua.literate.statements import misread, statements
from residua.literate.transcript import Example, examples_of, parsed, recorded, transcript
from residua.literate.wants import shortened


def test_statements_behind_prompts() -> None:
    code = '''x = 1; y = 2

# a comment
@decorated
# inside
@twice
def f(a):
    """Text.

    More.
    """

    return a
z = 3; \\
w = 4
if x:
    pass
    # the last word
# the end'''
    pieces = statements(code, "here")
    assert [piece.source.split("\n")[0] for piece in pieces] == [
        "x = 1; y = 2",
        "# a comment",
        "@decorated",
        "z = 3; \\",
        "if x:",
        "# the last word",
        "# the end",
    ]
    assert [piece.comment for piece in pieces] == [False, True, False, False, False, True, True]
    text = transcript(Example(*piece[:1], comment=piece.comment) for piece in pieces)
    assert "...     More.\n" in text and "\n...\n...     return a\n" in text
    assert [example.source for example in parsed(text)] == [piece.source for piece in pieces]


def test_code_that_is_not_python_says_its_line() -> None:
    with pytest.raises(DataError, match=r"here is not Python: .*its line 2"):
        statements("a = 1\n%matplotlib inline", "here")
    assert misread('"""\n# doctest: +SKIP\n"""') == "a directive of doctest"
    assert misread("a = '''x\ty'''") == "a tab"
    assert misread("f(1)  # doctest: +SKIP") == ""


def test_what_is_recorded() -> None:
    pieces = statements("a = 1\na\n# end", "it")
    assert recorded(pieces, ["", "1\n", ""]) == "1\n"
    assert recorded(pieces, ["", "", ""]) == ""
    assert recorded(pieces, ["x\n", "", ""]) == ">>> a = 1\nx\n>>> a\n>>> # end\n"
    # Text that a prompt could not show is recorded as doctest expects it.
    assert recorded(statements("f()", "it"), [">>> x\n"]) == (
        ">>> f()  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE\n<BLANKLINE>\n...>> x\n"
    )
    assert examples_of(pieces, "1\n", ours=True)[1].want == "1\n"


def test_tracebacks_from_elsewhere_lose_their_stack() -> None:
    head = "Traceback (most recent call last):\n"
    stack = '  File "<stdin>", line 1, in <module>\n    f(0)\n    ~~^~~\n'
    assert shortened(f"{head}{stack}ValueError: a\n  b\n") == f"{head}ValueError: a\n  b\n"
    for text in ("Traceback\n", f"x\n{head}", head, f"{head}  File\n", "Error: Traceback\n"):
        assert shortened(text) == text
    pieces = statements("f(0)", "it")
    for ours, kept in ((False, f"{head}ValueError: a\n"), (True, f"{head}{stack}ValueError: a\n")):
        assert examples_of(pieces, f"{head}{stack}ValueError: a\n", ours)[0].want == kept


def woven(string: str, text: str = ">>> f()\n'\\\\'\n") -> str:
    request = Request("n", frozenset(), Block(7, 9, "python", ""))
    return filled(string, [request], [text], "a.org")


def test_docstrings_of_every_kind() -> None:
    """What Python reads back is what was woven, escaped or raw, and text below stays apart."""
    text = '>>> f("""x""", \'\\n\')\n\'\\\\\' """ \\N{x}\n'
    for quote, kind in (('"""', ""), ("'''", ""), ("'''", "r"), ("'''", "R")):
        code = (
            f"x = '#'  # don't\ndef f():\n    {kind}{quote}A.\n\n    \0{0}\0\n    B.\n    {quote}"
        )
        made = woven(code, text)
        doc = ast.get_docstring(ast.parse(made).body[1], clean=False)  # type: ignore[arg-type]
        lines = "".join(f"    {line}\n" for line in text.splitlines())
        assert doc == f"A.\n\n{lines}\n    B.\n    "


MARKED = "\0" + "0\0"


@pytest.mark.parametrize(
    ("below", "between"), [("", ""), ("B", "\n"), (">>> 1", ""), (MARKED, ""), ('"""', "")]
)
def test_text_below_a_doctest_is_not_its_output(below: str, between: str) -> None:
    made = woven(f'"""\n    {MARKED}\n    {below}\n"""', ">>> f()\n1\n")
    shown = below.replace(MARKED, ">>> f()")
    assert made.startswith(f'"""\n    >>> f()\n    1\n{between}    {shown}')


def test_outside_of_strings_the_lines_stand_as_they_are() -> None:
    assert woven("# \0" + "0\0", ">>> f()\n1\n") == "# >>> f()\n# 1"


@pytest.mark.parametrize(
    ("string", "words"),
    [
        ('"\0' + '0\0"', "three quotes"),
        ('f"""\n\0' + '0\0\n"""', "three quotes"),
        ('rb"""\n\0' + '0\0\n"""', "three quotes"),
        ('"""\0' + '0\0\n"""', "a line of its own"),
        ('"""\n\0' + '0\0"""', "a line of its own"),
        ('"""\nsee \0' + '0\0\n"""', "a line of its own"),
        ('r"""\n\0' + '0\0\n"""', "raw docstring cannot"),
    ],
)
def test_strings_that_cannot_hold_a_doctest(string: str, words: str) -> None:
    with pytest.raises(DataError, match=f"a.org, line 7.*{words}"):
        woven(string, '>>> """x"""\n')
