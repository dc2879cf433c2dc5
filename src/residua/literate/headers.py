"""The small languages of block headers: Org's `:key value`, fences' `key=value` and `{.braces}`."""

from __future__ import annotations

import re
from typing import NamedTuple

# What `:noweb` says -> what becomes of <<references>> when the block is tangled. Running expands
# them wherever it is not "no": a reference left in code could not be run anyway.
NOWEB = {
    "yes": "expand",
    "tangle": "expand",
    "no-export": "expand",
    "strip-export": "expand",
    "no": "keep",
    "eval": "keep",
    "strip-tangle": "strip",
}
# Header arguments that change what Org writes or runs, and that are not followed here.
NOT_FOLLOWED = frozenset(
    {"comments", "dir", "epilogue", "post", "prologue", "shebang", "tangle-mode", "var"}
)
# What other tools call it -> what it is called here.
ALIASES = {"file": "tangle", "label": "name"}

_ORG_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')
_ATTRIBUTE = re.compile(r"""([^\s=]+)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\S*)|(\S+)""")
_DIRECTIVE = re.compile(r"\{([A-Za-z][\w:+-]*)\}\s*(\S*)\s*$")
# MyST directives that hold code, and whether they are run there.
DIRECTIVES = {"code-cell": True, "code-block": False, "code": False, "sourcecode": False}


class Fence(NamedTuple):
    """The info string of a fence, read: language, options, how it was written."""

    language: str
    options: dict[str, str]
    braces: bool = False
    directive: bool = False


def org_arguments(text: str) -> dict[str, str]:
    """The header arguments of an Org block or property.

    Args:
        text: as written after the language, such as `:tangle a.py :noweb yes`.

    Returns:
        {key: value}, values without quotes, the last of two wins.

    >>> org_arguments(':tangle "a b.py" :results output silent :mkdirp')
    {'tangle': 'a b.py', 'results': 'output silent', 'mkdirp': ''}
    """
    found: dict[str, str] = {}
    key = ""
    for word in _ORG_WORD.findall(text):
        if len(word) > 1 and word[0] == ":" and word[1].isalpha():
            key = word[1:].lower()
            found[key] = ""
        elif key:
            found[key] = f"{found[key]} {_unquoted(word)}".strip()
    return found


def info_string(text: str) -> Fence:
    """The language and options behind the backticks of a fence.

    Args:
        text: `python name=a tangle=b.py`, `{.python #a tangle=b.py}`, `{code-cell} python`,
            `{python}`.

    Returns:
        Fence.

    >>> info_string("python name=one tangle='a b.py'").options
    {'name': 'one', 'tangle': 'a b.py'}
    >>> info_string("{.python #one file=a.py}").options
    {'name': 'one', 'tangle': 'a.py'}
    >>> info_string("{code-cell} ipython3").language
    'ipython3'
    """
    text = text.strip()
    if match := _DIRECTIVE.match(text):
        return _directive(match[1], match[2])
    before, brace, inside = text.partition("{")
    if brace:
        inside = inside.rsplit("}", 1)[0]
    language, options = _attributes(f"{before} {inside}", bool(before.strip()) or not brace)
    return Fence(language, options, braces=bool(brace))


def _directive(kind: str, language: str) -> Fence:
    if kind in DIRECTIVES:
        options = {} if DIRECTIVES[kind] else {"eval": "no"}
        return Fence(language or "python", options, directive=True)
    # ```{python} of Quarto names a language; other directives hold no code.
    return Fence(kind, {}, braces=True)


def _attributes(text: str, bare: bool) -> tuple[str, dict[str, str]]:
    """Language and options; the first bare word is the language where `bare`."""
    language = ""
    options: dict[str, str] = {}
    for key, value, word in _ATTRIBUTE.findall(text):
        word = word.strip(",")
        if key:
            key = key.lstrip(":").lower()
            options[ALIASES.get(key, key)] = _unquoted(value.rstrip(","))
        elif word.startswith("#"):
            options["name"] = word[1:]
        elif word.startswith(".") and not language:
            language = word[1:]
        elif bare and not language:
            language = word
    return language, options


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return re.sub(r"\\([\"'\\])", r"\1", word[1:-1])
    return word
