"""Blocks and recorded outputs as Org writes them; documents as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from residua._errors import DataError, FileError
from residua.literate import org
from residua.literate.document import Document, parse, read
from residua.literate.headers import org_arguments


def org_document(text: str) -> Document:
    return parse(Path("/d/a.org"), text)


def md_document(text: str) -> Document:
    return parse(Path("/d/a.md"), text)


def test_org_properties_reach_blocks_as_in_org() -> None:
    """Document, drawer, keyword lines, own header: the inner one wins; `+` adds."""
    blocks = org_document(
        """#+PROPERTY: header-args :session whole :noweb yes
#+property: header-args:python :results output
* One
:PROPERTIES:
:header-args: :session one
:header-args+: :padline no
:END:
#+begin_src python
1
#+end_src
** Inside
:PROPERTIES:
:header-args:python+: :eval no
:END:
#+name: two
#+header: :tangle a.py
  #+BEGIN_SRC python -n :tangle "b c.py"
  2
  #+END_SRC
* Apart
#+begin_src sh
3
#+end_src
"""
    ).blocks
    assert [block.code for block in blocks] == ["1", "2", "3"]
    first, second, third = (block.options for block in blocks)
    # The drawer replaces the property of the document, as org-entry-get does.
    assert first == {"noweb": "no", "session": "one", "padline": "no", "results": "output"}
    assert second == {**first, "eval": "no", "tangle": "b c.py"}
    assert third == {"noweb": "yes", "session": "whole"}
    assert blocks[1].name == "two" and blocks[1].prefix == "  " and blocks[1].line == 17
    assert not blocks[1].evaluated and blocks[0].evaluated and not blocks[2].evaluated


def test_org_code_is_unescaped_and_loses_its_indentation() -> None:
    (block,) = org_document(
        "- item\n  #+begin_src python\n    ,* a\n    ,#+b\n      ,,* c\n\n    , d\n  #+end_src\n"
    ).blocks
    assert block.code == "* a\n#+b\n  ,* c\n\n, d"


def test_org_blocks_that_are_none() -> None:
    """Examples, comments and COMMENT trees hold no code, as Org tangles them."""
    blocks = org_document(
        """#+begin_example
#+begin_src python
0
,#+end_src
#+end_example
* COMMENT later
** below
#+begin_src python
1
#+end_src
* TODO [#A] COMMENT
#+begin_src python
2
#+end_src
* COMMENTARY
#+name: lost

#+begin_src python
3
#+end_src
"""
    ).blocks
    assert [(block.code, block.name) for block in blocks] == [("3", "")]


@pytest.mark.parametrize(
    ("below", "text", "digest"),
    [
        ("#+RESULTS[ab12]: n\n: 1\n:\n:  2\n\ntext", "1\n\n 2\n", "ab12"),
        ("#+results: n\n: 1\ntext", "1\n", ""),
        ("#+RESULTS[(2024-01-01 10:00:00) ab12]: n\n: 1", "1\n", "ab12"),
        ("#+RESULTS: n\n#+begin_example\n1\n,* 2\n\n#+end_example\ntext", "1\n* 2\n\n", ""),
        ("#+RESULTS: n\n:results:\n: 1\n:end:\ntext", "1\n", ""),
        ("#+RESULTS: n\nbare\nlines\n\nmore", "bare\nlines\n", ""),
        ("#+RESULTS[ab12]: n\ntext of the document", "", "ab12"),
        ("#+RESULTS: n\n\ntext", "", ""),
        ("text between\n\n* Elsewhere\n#+RESULTS: n\n: 1", "1\n", ""),
    ],
)
def test_org_results(below: str, text: str, digest: str) -> None:
    document = org_document(f"#+name: n\n#+begin_src python\n1\n#+end_src\n\n{below}\n")
    result = document.results[0]
    assert result is not None
    assert (result.text, result.digest) == (text, digest)
    assert "text" not in document.lines[result.start + 1 : result.end][-1:]


@pytest.mark.parametrize("lines", [0, 1, 9, 10, 30])
@pytest.mark.parametrize("prefix", ["", "  "])
def test_what_org_records_is_read_back(lines: int, prefix: str) -> None:
    text = "".join(f"{word}\n" for word in ["* a", "#+end_example", "", " b ", ",* c"] * 6)
    text = "".join(text.splitlines(keepends=True)[:lines])
    block = f"{prefix}#+begin_src python\n{prefix}1\n{prefix}#+end_src\n\n"
    written = org.record(org_document(block).blocks[0], "ab", text)
    document = org_document(block + "\n".join(written) + "\nbelow\n")
    result = document.results[0]
    assert result is not None and (result.text, result.digest) == (text, "ab")
    assert document.lines[result.end] == "below"


def test_header_arguments() -> None:
    assert org_arguments(':tangle "a \\" :b" :var x=":c" y :mkdirp') == {
        "tangle": 'a " :b',
        "var": 'x=":c" y',
        "mkdirp": "",
    }


def test_windows_line_ends_and_a_byte_order_mark_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.org"
    content = b"\xef\xbb\xbf#+begin_src python\r\n1\r\n#+end_src\r\nend"
    path.write_bytes(content)
    document = read(path)
    assert document.blocks[0].code == "1"
    assert document.edited([]).encode() == content
    assert document.edited([(3, 4, ["a", "b"])]).encode() == content[:-3] + b"a\r\nb"
    assert document.edited([(1, 2, ["x"])]).encode() == content.replace(b"\n1\r", b"\nx\r")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.org", b"#+begin_src python\n1\n", "line 1: the block is never closed"),
        ("a.org", b"#+begin_src python\n* a\n#+end_src", "line 1: the block is never closed"),
        ("a.md", b"x\n\n```python\n1\n", "line 3: the fence is never closed"),
        ("a.md", b"a\0b", "line 1 holds a carriage return or NUL"),
        ("a.md", b"a\rb\n", "line 1 holds a carriage return or NUL"),
        ("a.md", b"a\xff", "not UTF-8"),
        ("a.txt", b"", "no Org or Markdown"),
    ],
)
def test_documents_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((DataError, FileError), match=words):
        read(tmp_path / name)
