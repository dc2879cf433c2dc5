"""The words of an entry: a proper sentence, its unit and bounds, what a default looks like."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Collection
from typing import Any

from residua.doc.record import Argument

WIDTH = 88  # of a line in a docstring, so that `help` fits a terminal
LONGEST_DEFAULT = 40
_BLOCK = r"(?m)\n\n|^\s*(?:[-*+] |\d+\. |>>> |\.\. |\|)|::$"
# What may begin a line that is laid out by hand, to ask for the pattern only where it can match.
_BEGINS_BLOCK = frozenset("-*+>.|0123456789")


def sentence(text: str, names: Collection[str] = ()) -> str:
    """Text with a capital letter in front and a period at its end, as numpydoc wants it.

    A first word that is one of `names`, the other arguments, is quoted instead; one that is no
    plain word, or a symbol of one letter, stays as it is.

    >>> sentence("a number"), sentence("x0 of the start", ["x0"]), sentence("pH of it.")
    ('A number.', '`x0` of the start.', 'pH of it.')
    """
    text = text.strip()
    word = _first_word(text)
    if word in names and word != "a" and word != text:  # "a" is more often the article
        text = f"`{word}`{text[len(word) :]}"
    elif word == "a" or (len(word) > 1 and word.isascii() and word.isalpha() and word.islower()):
        text = text[0].upper() + text[1:]
    closed = not text or text[-1] in ".!?:" or _is_block(text.rpartition("\n")[2])
    return text if closed else f"{text}."


def described(argument: Argument, names: Collection[str] = ()) -> list[str]:
    """The lines below an argument's name: its text, its unit, its bounds."""
    doc, limits = argument.doc.strip(), argument.limits
    others = set(names) - {argument.name}
    if argument.unit and f"in {argument.unit}" in doc and _says_unit(doc, argument.unit):
        limits = limits.removeprefix(f"in {argument.unit}").removeprefix("; ")
    head, semicolon, tail = doc.partition("; ")
    if semicolon and limits.startswith("in ") and head.count("(") == head.count(")"):
        # What follows the semicolon may be a remark: the unit belongs to what is before it.
        measure, _, limits = limits.partition("; ")
        doc = f"{head}, {measure}; {tail}"
    if not limits:
        text = sentence(doc, others)
    elif doc and doc[-1] not in ".!?:" and not _is_block(doc):
        joint = ", " if limits.startswith("in ") else "; "
        text = sentence(doc + joint + limits, others)
    else:
        text = f"{sentence(doc, others)} {sentence(limits)}".strip()
    return wrapped(text)


def wrapped(text: str) -> list[str]:
    """Lines of a bearable width; text that is laid out by hand stays as it is."""
    if not text:
        return []
    if _is_block(text):
        return inspect.cleandoc(text).split("\n")
    lines, line = [], ""
    for word in text.split():  # as textwrap does it, in a tenth of the time
        if line and len(line) + len(word) >= WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def type_line(argument: Argument, written: str = "") -> str:
    """What follows the colon: the type, the shape, the default; or what was written by hand."""
    if written and not argument.type_words and argument.shape is None:
        return written
    parts = [argument.type_words] if argument.type_words else []
    if argument.shape is not None:
        parts = [f"{argument.type_words or 'array'} of shape {argument.spelled_shape}"]
    if argument.default is not inspect.Parameter.empty:
        parts.append(default_in_words(argument.default))
    return ", ".join(parts)


def default_in_words(default: Any) -> str:
    """`default 300`, or `optional` where the value would say nothing.

    >>> default_in_words(300.0), default_in_words(None), default_in_words(len)
    ('default 300.0', 'optional', 'default len')
    """
    if default is None:
        return "optional"
    if isinstance(default, enum.Enum):
        return f"default {type(default).__name__}.{default.name}"
    if callable(default) and isinstance(getattr(default, "__name__", None), str):
        return f"default {default.__name__}".replace("<lambda>", "a function")
    text = repr(default)
    long = len(text) > LONGEST_DEFAULT or "\n" in text or text.endswith(".")
    unsaid = long or " at 0x" in text or "<lambda>" in text
    return "optional" if unsaid else f"default {text}"


def _is_block(text: str) -> bool:
    if "\n" not in text and text.lstrip()[:1] not in _BEGINS_BLOCK and not text.endswith("::"):
        return False
    return bool(re.search(_BLOCK, text))


def _says_unit(text: str, unit: str) -> bool:
    return bool(re.search(rf"\bin {re.escape(unit)}(?!\w)", text))


def _first_word(text: str) -> str:
    end = next((i for i, letter in enumerate(text) if letter in " ,;.\n\t"), len(text))
    return text[:end]
