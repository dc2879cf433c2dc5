"""References between blocks, statements behind prompts, doctests inside strings."""

from __future__ import annotations

from pathlib import Path

import pytest

from residua._errors import DataError
from residua.literate.document import parse
from residua.literate.references import References
from residua.literate.task import Task, posed
from residua.literate.weaving import weave


def fences(*blocks: tuple[str, str]) -> Task:
    """A Markdown document of (info string, code)."""
    text = "".join(f"```{info}\n{code}\n```\n\n" for info, code in blocks)
    return posed(parse(Path("/d/a.md"), text))


def tangled(*blocks: tuple[str, str]) -> str:
    (woven,) = weave(fences(*blocks), {})
    return woven.text


def test_references_keep_what_stands_before_them() -> None:
    text = tangled(
        ("python tangle=b.py", "def f():\n    <<body>>\n# <<body>> end\nx = <<one>> + <<one>>"),
        ("python name=body", "a = 1\n\nif a:\n    b = 2"),
        ("python name=one", "1"),
    )
    assert text == (
        "def f():\n    a = 1\n\n    if a:\n        b = 2\n"
        "# a = 1\n#\n# if a:\n#     b = 2 end\nx = 1 + 1\n"
    )


def test_blocks_of_one_name_are_joined_and_references_nest() -> None:
    text = tangled(
        ("python tangle=b.py", "if True:\n    <<all>>"),
        ("python name=all", "<<part>>\nend = 1"),
        ("python name=part", "for i in a:\n    i"),
        ("python name=part", "j = 2"),
        ("python noweb-ref=part noweb-sep='\\n\\n'", "k = 3"),
    )
    assert text == ("if True:\n    for i in a:\n        i\n    j = 2\n\n    k = 3\n    end = 1\n")


def test_noweb_says_what_becomes_of_references() -> None:
    part = ("python name=part", "1")
    for value, code in {"no": "a <<part>>", "eval": "a <<part>>", "strip-tangle": "a"}.items():
        assert tangled((f"python tangle=b.py noweb={value}", "a <<part>>"), part) == f"{code}\n"
    assert tangled(("python tangle=b.py noweb-prefix=no", "a <<t>>"), ("x name=t", "1\n2")) == (
        "a 1\n2\n"
    )
    # What Python may say is no reference.
    code = "a << b >> c\nv<<1>>2 if a<<b else c"
    assert tangled(("python tangle=b.py noweb=no", code)) == f"{code}\n"


def test_several_blocks_make_one_file_and_one_block_another() -> None:
    task = fences(
        ("python tangle=b.py", "\n\na = 1\n\n"),
        ("sh tangle=c/d.sh mkdirp=yes", "echo"),
        ("python tangle=./c/../b.py", "    b = 2"),
        ("python tangle=b.py padline=no", "c = 3"),
        ("python tangle=yes", "own"),
        ("python tangle=no", "none"),
    )
    assert [(w.target.name, w.text) for w in weave(task, {})] == [
        ("b.py", "a = 1\n\n    b = 2\nc = 3\n"),
        ("c/d.sh", "echo\n"),
        ("a.py", "own\n"),
    ]


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([("python tangle=b.py", "<<bdoy>>"), ("python name=body", "1")], "Try: <<body>>"),
        ([("python tangle=b.py", "<<nothing>>")], "line 1: there is no block named 'nothing'"),
        ([("python name=a tangle=b.py", "<<a>>")], "circle: a -> a"),
        (
            [
                ("python name=a tangle=b.py", "<<b>>"),
                ("python name=b", "<<c>>"),
                ("python name=c", "x = <<a>>"),
            ],
            "circle: a -> b -> c -> a",
        ),
        ([("python tangle=b.py", "<<call(1)>>")], "no block named"),
        ([("python tangle=b.py", "<<call('a')>>")], "calls what is not known"),
        ([("python tangle=b.py", "<<doctest()>>")], "calls what is not known"),
        ([("python tangle=b.py", '<<doctest("a")>>')], "no block named 'a'"),
        ([("python tangle=b.py", '<<doctest("a", "+ELIPSIS")>>')], r"no '\+ELIPSIS'"),
        (
            [("python tangle=b.py", '"""\n<<doctest("a")>>\n"""'), ("sh name=a", "ls")],
            "is not Python",
        ),
        ([("python tangle=b.py noweb=maybe", "a")], "noweb 'maybe' is not known"),
        (
            [("python tangle=b.py", "<<a0>>"), ("python name=a30", "1234567890")]
            + [(f"python name=a{i}", f"<<a{i + 1}>>\n<<a{i + 1}>>") for i in range(30)],
            "more than 10000000 letters",
        ),
    ],
)
def test_references_that_lead_nowhere(blocks: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(DataError, match=words):
        fences(*blocks)


@pytest.mark.parametrize(
    "target",
    [
        "../b.py",
        "/tmp/b.py",
        "~/b.py",
        "c/../../b.py",
        "a.md",
        ".",
        "c:b.py",
        "..\\b.py",
        ".git/config",
        ".GIT/hooks/post-checkout",
        ".residua-tangle.json",
        "'(concat 1)'",
    ],
)
def test_files_that_a_document_may_not_write(target: str) -> None:
    with pytest.raises(DataError, match="line 1: "):
        fences((f"python tangle={target}", "a"))


def test_directives_of_a_reference() -> None:
    task = fences(
        ("python tangle=b.py eval=no", '"""\n<<doctest("a", "+ELLIPSIS", "-SKIP")>>\n"""'),
        ("python name=a", "f()\nfor i in g:\n    h\nk()  # doctest: +SKIP"),
    )
    (made,) = weave(task, {1: (">>> f()\n1...\n>>> for i in g:\n...     h\n2\n", True)})
    assert made.text == (
        '"""\n>>> f()  # doctest: +ELLIPSIS, -SKIP\n1...\n>>> for i in g:\n...     h\n'
        '... # doctest: +ELLIPSIS, -SKIP\n2\n"""\n'
    )
    assert made.doctests == 2


def test_names_are_found_before_any_code_runs() -> None:
    document = fences(("python name=a", "1")).document
    assert References(document).find("a", document.blocks[0]) == [document.blocks[0]]
