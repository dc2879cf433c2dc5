"""Markdown documents: fenced blocks, as CommonMark, Pandoc, MyST and Quarto write them.

The only importer of markdown-it-py, which knows what a fence is inside lists, quotes and comments.
Source: CommonMark 0.31.2, section 4.5 (https://spec.commonmark.org/0.31.2/#fenced-code-blocks).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from residua._errors import DataError, MissingLibrary
from residua.literate.document import Block, Recorded
from residua.literate.headers import ALIASES, Fence, info_string

# One session for the document, as in a notebook; references are expanded.
DEFAULTS = {"noweb": "yes", "session": "main"}

_FENCE = re.compile(r"(.*?)(`{3,}|~{3,})")
_CLOSING = re.compile(r"[>\s]*(`{3,}|~{3,})[ \t]*$")
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*?)[ \t]*$")
_YAML = re.compile(r"([\w-]+):[ \t]*(.*?)[ \t]*$")


def read(lines: Sequence[str], name: str) -> tuple[list[Block], list[Recorded]]:
    """The fenced blocks and recorded outputs of a Markdown document.

    Args:
        lines: the document, without line ends. name: what errors call it.

    Returns:
        (blocks, results). A fence with `results=NAME` is an output.

    Raises:
        DataError: a fence is never closed.
        MissingLibrary: markdown-it-py is not installed.
    """
    blocks: list[Block] = []
    results: list[Recorded] = []
    for start, end, info, content in _fences(lines):
        fence = info_string(info)
        if not _closed(lines, start, end):
            raise DataError(f"{name}, line {start + 1}: the fence is never closed", next="```")
        if "results" in fence.options and not fence.options.get("name"):
            digest = fence.options.get("hash", "")
            results.append(Recorded(start, end, fence.options["results"], digest, content))
        else:
            blocks.append(_block(lines[start], start, end, fence, content))
    return blocks, results


def record(block: Block, digest: str, text: str) -> list[str]:
    """The lines that record an output below its block.

    >>> record(Block(1, 3, "python", "1 + 1", "two"), "abc", "2\\n")
    ['```text results=two hash=abc', '2', '```']
    """
    longest = max(map(len, re.findall("`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    name = block.name if re.fullmatch(r"[\w.:/-]+", block.name) else f'"{_quoted(block.name)}"'
    info = f"text results={name} hash={digest}"
    if block.braces:
        info = f'{{.text results="{_quoted(block.name)}" hash="{digest}"}}'
    lines = [marks + info, *text.split("\n")[:-1], marks]
    return [block.prefix + line if line else block.prefix.rstrip() for line in lines]


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _fences(lines: Sequence[str]) -> list[tuple[int, int, str, str]]:
    """(first line, line after the last, info string, content) of every fence."""
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingLibrary(
            "Markdown documents are read by markdown-it-py, which is not installed",
            next='python -m pip install "residua[literate]"',
        ) from error
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return [
        (token.map[0], token.map[1], token.info, token.content)
        for token in parser.parse("\n".join(lines))
        if token.type == "fence" and token.map
    ]


def _closed(lines: Sequence[str], start: int, end: int) -> bool:
    opening, closing = _FENCE.match(lines[start]), _CLOSING.match(lines[end - 1])
    return bool(opening and closing and end - start > 1 and closing[1].startswith(opening[2]))


def _block(opening: str, start: int, end: int, fence: Fence, content: str) -> Block:
    match = _FENCE.match(opening)
    # The marker of a list item stands on its first line only.
    prefix = re.sub(r"[^>\s]", " ", match[1]) if match else ""
    options, code = dict(fence.options), content
    if fence.directive:
        own, code = _directive_options(content)
        options |= own
    name = options.pop("name", "")
    if "skip-execution" in options.pop("tags", ""):
        options["eval"] = "no"
    code = code.removesuffix("\n")
    closed = DEFAULTS | options
    return Block(start + 1, end, fence.language, code, name, closed, prefix, fence.braces)


def _directive_options(content: str) -> tuple[dict[str, str], str]:
    """The options at the head of a MyST directive, and the code below them."""
    lines = content.split("\n")
    options: dict[str, str] = {}
    yaml = lines[0].strip() == "---"
    pattern, i = (_YAML, 1) if yaml else (_OPTION, 0)
    while i < len(lines) and lines[i].strip() != "---":
        if match := pattern.match(lines[i]):
            options[ALIASES.get(match[1], match[1])] = match[2].strip("\"'")
        elif not yaml:
            break
        i += 1
    if not yaml and i == 0:
        return options, content
    return options, "\n".join(lines[i + yaml :])
