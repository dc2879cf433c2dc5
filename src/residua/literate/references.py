"""References between blocks: <<name>> is replaced by the blocks of that name.

<<doctest("name", "+FLAG")>> stays a numbered mark until the whole file is known, because what it
becomes depends on the string it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from residua._errors import DataError
from residua.literate.document import Block, Document
from residua.literate.headers import NOWEB
from residua.literate.wants import FLAGS

MOST_CHARACTERS = 10_000_000
REFERENCE = re.compile(r"<<([^<>\s](?:[^<>\n]*[^<>\s])?)>>")
# A document cannot hold NUL, so nothing that a person wrote looks like this.
MARK = re.compile(r"\0(\d+)\0")
_CALL = re.compile(r"""(\w[\w-]*)\(\s*((?:"[^"]*"|'[^']*'|,|\s)*)\)$""")
_WORD = re.compile(r""""([^"]*)"|'([^']*)'""")


class Request(NamedTuple):
    """A doctest that a block asks for: of which name, with which directives, on whose behalf."""

    name: str
    flags: frozenset[str]
    asker: Block


class References:
    """The blocks of a document by the names that references use."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.named: dict[str, list[Block]] = {}
        self.requests: list[Request] = []
        self._known: dict[tuple[int, bool], str] = {}
        for block in document.blocks:
            for name in {block.name, block.options.get("noweb-ref", "")} - {""}:
                self.named.setdefault(name, []).append(block)

    def find(self, name: str, asker: Block) -> list[Block]:
        """The blocks of a name; DataError with what is near it where there is none."""
        if name in self.named:
            return self.named[name]
        import difflib

        near = difflib.get_close_matches(name, self.named, n=1)
        raise DataError(
            f"{self.document.at(asker)}: there is no block named {name!r}",
            next=f"<<{near[0]}>>" if near else f"#+name: {name} above a block",
        )

    def tangled(self, block: Block) -> str:
        """The code of a block as it is written to a file, doctests as marks (see `requests`)."""
        return self._expanded(block, self._mark, (), running=False)

    def run(self, block: Block) -> str:
        """The code of a block as it is run: doctests, which are known only later, as they stand."""
        return self._expanded(block, lambda request, found: found, (), running=True)

    def fragments(self) -> set[int]:
        """The lines of blocks that other blocks are made of."""
        return {
            part.line
            for block in self.document.blocks
            if self._rule(block, running=True) == "expand"
            for text in REFERENCE.findall(block.code)
            for part in self.named.get(text, [])
        }

    def _rule(self, block: Block, running: bool) -> str:
        value = (block.options.get("noweb") or "yes").lower()
        if value not in NOWEB:
            known = ", ".join(NOWEB)
            where = self.document.at(block)
            raise DataError(f"{where}: noweb {value!r} is not known", next=f"one of {known}")
        return ("keep" if value == "no" else "expand") if running else NOWEB[value]

    def _mark(self, request: Request, _: str) -> str:
        self.requests.append(request)
        return f"\0{len(self.requests) - 1}\0"

    def _expanded(
        self,
        block: Block,
        doctest: Callable[[Request, str], str],
        chain: tuple[Block, ...],
        running: bool,
    ) -> str:
        if (block.line, running) not in self._known:
            text = self._once(block, doctest, chain, running)
            self._known[block.line, running] = text
        return self._known[block.line, running]

    def _once(
        self,
        block: Block,
        doctest: Callable[[Request, str], str],
        chain: tuple[Block, ...],
        running: bool,
    ) -> str:
        rule = self._rule(block, running)
        if rule == "keep":
            return block.code
        if any(block is above for above in chain):
            circle = " -> ".join(part.name or f"line {part.line}" for part in (*chain, block))
            raise DataError(f"{self.document.path.name}: references go in a circle: {circle}")
        size = 0
        lines = []
        for line in block.code.split("\n"):

            def replaced(match: re.Match[str], line: str = line) -> str:
                if rule == "strip":
                    return ""
                if request := self._request(match[1], block):
                    return doctest(request, match[0])
                parts = self.find(match[1], block)
                inner = [self._expanded(b, doctest, (*chain, block), running) for b in parts]
                return behind(line[: match.start()], joined(parts, inner), block)

            lines.append(REFERENCE.sub(replaced, line))
            size += len(lines[-1])
            if size > MOST_CHARACTERS:
                where = self.document.at(block)
                raise DataError(f"{where}: the references make more than {MOST_CHARACTERS} letters")
        return "\n".join(lines)

    def _request(self, text: str, asker: Block) -> Request | None:
        """The doctest that a reference asks for; None for a plain name."""
        match = _CALL.match(text)
        if match is None:
            return None
        where = self.document.at(asker)
        words = [double or single for double, single in _WORD.findall(match[2])]
        if match[1] != "doctest" or not words:
            raise DataError(
                f"{where}: <<{text}>> calls what is not known here", next='<<doctest("name")>>'
            )
        name, *flags = words
        for flag in flags:
            if flag[:1] not in "+-" or flag[1:] not in FLAGS:
                known = ", ".join(f"+{known}" for known in sorted(FLAGS))
                raise DataError(f"{where}: doctest knows no {flag!r}", next=f"one of {known}")
        if not all(block.python for block in self.find(name, asker)):
            raise DataError(f"{where}: {name!r} is not Python, so it has no doctest")
        return Request(name, frozenset(flags), asker)


def joined(blocks: Sequence[Block], texts: Sequence[str]) -> str:
    """Blocks of one name, one after the other."""
    text = texts[0].rstrip("\n")
    for block, more in zip(blocks[1:], texts[1:]):
        separator = block.options.get("noweb-sep", "\n").replace("\\n", "\n")
        text += separator + more.rstrip("\n")
    return text


def behind(prefix: str, text: str, block: Block) -> str:
    """The text with what stands before the reference before each further line too.

    >>> behind("    ", "a\\n\\nb", Block(1, 2, "python", ""))
    'a\\n\\n    b'
    """
    if block.options.get("noweb-prefix", "yes") == "no":
        return text
    first, *more = text.split("\n")
    return "\n".join([first, *(prefix + line if line else prefix.rstrip() for line in more)])
