"""The text of a formula: tokens, hints for common slips, and carets under the exact column."""

from __future__ import annotations

import difflib
import keyword
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from residua._errors import FormulaError
from residua.problem.formula_functions import FUNCTIONS

LONGEST = 4000
_MARGIN = 36

# Combining marks are not word characters to `re`, but x̄ is a name to Python and to people.
_NAME = r"[^\W0-9][\w\u0300-\u036f]*"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>{_NAME})"
    r"|(?P<operator>\*\*|//|<=|>=|==|!=|[-+*/%(),<>&|~])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_RESPONSE = re.compile(rf"\s*(?P<name>{_NAME})\s*(?:~|=(?!=))")

_REFUSED_CHARACTERS = {
    "^": "write ** for a power",
    "{": "use round parentheses",
    "}": "use round parentheses",
    "=": "compare with ==; a single = may only follow the response, as in y = a*x + b",
    "!": "for the factorial of n write gamma(n + 1)",
    ":": "for a choice write where(condition, a, b)",
    "@": "write * for a product",
    "\u00d7": "write *",
    "\u00b7": "write *",
    "\u22c5": "write *",
    "\u2217": "write *",
    "\u00f7": "write /",
    "\u2212": "write - (this is the typographic minus)",
    "\u2013": "write - (this is a dash)",
    "\u2014": "write - (this is a dash)",
    "\u221a": "write sqrt(...)",
    "\u00b2": "write **2",
    "\u00b3": "write **3",
}

_NEVER = {
    "[": "subscripts; give each column its own name",
    "]": "subscripts; give each column its own name",
    "'": "text in it",
    '"': "text in it",
    "\\": "text in it",
    "#": "comments",
    ";": "statements; it is one expression",
}

_REFUSED_KEYWORDS = {
    "lambda": "lam, or λ, for the parameter (lambda is a Python keyword)",
    "and": "write (x > 0) & (x < 1), each comparison in parentheses",
    "or": "write (x < 0) | (x > 1), each comparison in parentheses",
    "not": "write ~(x > 0)",
    "True": "write 1",
    "False": "write 0",
    "None": "leave it out",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A formula as given, and where in it the expression to the right of `~` or `=` starts."""

    text: str
    start: int = 0
    response: str | None = None

    @property
    def expression(self) -> str:
        """The part that is evaluated, on one line."""
        return re.sub(r"\s", " ", self.text[self.start :])

    def fail(
        self, what: str, column: int, width: int = 1, next: str = "", causes: Sequence[str] = ()
    ) -> NoReturn:
        """Raise FormulaError with the formula shown and a caret under `column` of the text."""
        raise FormulaError(f"{what}\n{self._excerpt(column, width)}", causes=causes, next=next)

    def _excerpt(self, column: int, width: int) -> str:
        text = printable(self.text)
        column = min(max(column, 0), len(text))
        first, last = max(0, column - _MARGIN), min(len(text), column + _MARGIN)
        before, after = "..." * (first > 0), "..." * (last < len(text))
        mark = "^" + "~" * (min(column + width, last) - column - 1)
        shown = f"    {before}{text[first:last]}{after}"
        return f"{shown}\n    {' ' * (len(before) + column - first)}{mark}"


def printable(text: str) -> str:
    """The same number of characters, with everything a terminal cannot show as a blank or `?`."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def normalized(name: str) -> str:
    """The form in which Python itself compares identifiers (NFKC), so that µ is μ."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def read_source(text: object) -> Source:
    """Check that `text` is a formula's worth of characters and split off a response."""
    if not isinstance(text, str):
        raise FormulaError(f"A formula is text, not {type(text).__name__}.")
    if len(text) > LONGEST:
        raise FormulaError(
            f"The formula has {len(text)} characters; at most {LONGEST} are read.",
            next="write the model as a Python function instead",
        )
    left = _RESPONSE.match(text)
    source = Source(text)
    if left:
        name = normalized(left["name"])
        check_name(source, name, left.start("name"), len(left["name"]))
        source = Source(text, left.end(), name)
    if not text[source.start :].strip():
        source.fail("The formula is empty.", len(text), next='for example "a*exp(-b*x) + c"')
    # ast refuses leading blanks, and the carets need to know how many were skipped.
    blanks = len(text[source.start :]) - len(text[source.start :].lstrip())
    return Source(text, source.start + blanks, source.response)


def check_tokens(source: Source) -> None:
    """Refuse what can never be part of a formula, with the line to write instead.

    Running before `ast.parse` also keeps Python's own tokenizer from ever seeing text literals,
    so it emits no warnings about escapes or about `1if`.
    """
    previous: re.Match[str] | None = None
    for token in _TOKEN.finditer(source.text, source.start):
        kind = token.lastgroup
        if kind == "space":
            continue
        if kind == "other":
            _refuse_character(source, token[0], token.start(), previous)
        if kind == "name":
            _check_keyword(source, token)
        if previous is not None:
            _check_neighbors(source, previous, token)
        previous = token


def _refuse_character(
    source: Source, character: str, column: int, previous: re.Match[str] | None
) -> NoReturn:
    if character == ".":
        rest = re.compile(r"\s*(\w+)").match(source.text, column + 1)
        called = rest[1] if rest else ""
        hint = f"write {called}(...)" if called in FUNCTIONS else "use plain names without dots"
        start = previous.start() if previous else column
        source.fail("A formula has no attributes.", start, column + 1 - start, next=hint)
    if character in _NEVER:
        source.fail(f"A formula has no {_NEVER[character]}.", column)
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    hint = _REFUSED_CHARACTERS.get(character, "")
    source.fail(f"A formula cannot contain {shown}", column, next=hint)


def _check_keyword(source: Source, token: re.Match[str]) -> None:
    name = token[0]
    if not name.isidentifier():  # as x² is not, although ² counts as a word character
        first = next(i for i in range(len(name)) if not name[: i + 1].isidentifier())
        _refuse_character(source, name[first], token.start() + first, None)
    if name in ("if", "else") or not keyword.iskeyword(name):
        return
    hint = _REFUSED_KEYWORDS.get(name, "another name (this is a Python keyword)")
    source.fail(f"A formula cannot contain the word {name}.", token.start(), len(name), next=hint)


def _check_neighbors(source: Source, left: re.Match[str], right: re.Match[str]) -> None:
    """Two operands with nothing between them are a product somebody forgot to write."""
    if left[0] in ("if", "else") or right[0] in ("if", "else"):
        return
    ends = left.lastgroup in ("number", "name") or left[0] == ")"
    begins = right.lastgroup in ("number", "name") or right[0] == "("
    called = left.lastgroup == "name" and right[0] == "("
    if ends and begins and not called:
        tail = "(...)" if right[0] == "(" else right[0]
        head = "(...)" if left[0] == ")" else left[0]
        place = (right.start(), len(right[0]))
        if head in FUNCTIONS:
            source.fail("Parentheses are missing here.", *place, next=f"{head}({tail})")
        source.fail("An operator is missing here.", *place, next=f"{head}*{tail}")


def check_name(source: Source, name: str, column: int, width: int) -> None:
    """Refuse names that could not be a parameter, a variable or a response."""
    if name.startswith("_"):
        source.fail(f"A name cannot begin with an underscore: {name}", column, width)
    if keyword.iskeyword(name) or not name.isidentifier():
        hint = _REFUSED_KEYWORDS.get(name, "another name")
        source.fail(f"{name} cannot be used as a name.", column, width, next=hint)
    if name in ("inf", "nan"):
        source.fail(f"{name} is neither a number nor a name in a formula.", column, width)
    row = FUNCTIONS.get(name)
    if row is not None and not row.symbol:
        source.fail(
            f"{name} is a function and has to be called.",
            column,
            width,
            next=f"{name}(...), or another name if a parameter is meant",
        )


def unknown_function(source: Source, name: str, column: int, width: int) -> NoReturn:
    """Say that nothing of this name can be called, and what may have been meant."""
    near = [name.lower()] if name.lower() in FUNCTIONS else []
    near = near or difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.6)
    hint = f"{near[0]}(...)" if near else f"{name}*(...) if a product is meant"
    source.fail(f"There is no function {name} in formulas.", column, width, next=hint)
