"""Fences as CommonMark, Pandoc, MyST and Quarto write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from residua.literate import markdown
from residua.literate.document import Document, parse
from residua.literate.headers import info_string


def md_document(text: str) -> Document:
    return parse(Path("/d/a.md"), text)


def test_every_way_to_write_a_fence() -> None:
    options = {"name": "one", "tangle": "a b.py"}
    for text in (
        'python name=one tangle="a b.py"',
        "python {#one tangle='a b.py'}",
        '{.python #one .numbered file="a b.py"}',
        'python {name=one, tangle="a b.py"}',
    ):
        fence = info_string(text)
        assert (fence.language, fence.options) == ("python", options), text
    assert info_string("").language == ""
    assert info_string("{python}").language == "python"
    assert info_string("{code-block} python").options == {"eval": "no"}
    assert info_string("{note}").options == {}


def test_myst_cells() -> None:
    cell = "```{code-cell} ipython3\n"
    blocks = md_document(
        f"{cell}:name: one\n:tags: [hide-input, skip-execution]\n\na = 1\n```\n"
        f"{cell}---\nname: two\ntangle: a.py\ntags:\n  - x\n---\nb = 2\n```\n"
        f"{cell}c = 3\n```\n"
    ).blocks
    assert [(b.name, b.code.strip(), b.python, b.evaluated) for b in blocks] == [
        ("one", "a = 1", True, False),
        ("two", "b = 2", True, True),
        ("", "c = 3", True, True),
    ]
    assert blocks[1].options["tangle"] == "a.py"


def test_fences_where_commonmark_has_them() -> None:
    """In lists and quotes, longer fences around shorter ones; not in comments or indented text."""
    blocks = md_document(
        """<!--
```python
hidden
```
-->

    ```python
    indented
    ```

1. item

   ```python
   if a:
       b
   ```

> ```python
> quoted
> ```

````python
```
inner
````
"""
    ).blocks
    assert [b.code for b in blocks] == ["if a:\n    b", "quoted", "```\ninner"]
    assert [b.prefix for b in blocks] == ["   ", "> ", ""]


@pytest.mark.parametrize("head", ["```python name=n", "- ```{.python #n}", "> > ~~~python name=n"])
def test_what_markdown_records_is_read_back(head: str) -> None:
    first, marks = (head.split("`")[0], "```") if "`" in head else (head.split("~")[0], "~~~")
    prefix = first.replace("-", " ")
    block = f"{head}\n{prefix}1\n{prefix}{marks}\n"
    text = "a\n\n```\n````x\n  b \n~~~\n"
    written = markdown.record(md_document(block).blocks[0], "ab", text)
    document = md_document(f"{block}{prefix.rstrip()}\n" + "\n".join(written) + "\n\nbelow\n")
    result = document.results[0]
    assert result is not None and (result.text, result.digest) == (text, "ab")
