"""The words of an entry: a proper sentence, its unit and bounds, what a default looks like."""

from __future__ import annotations

import enum
import inspect
import re
import textwrap
from collections.abc import Collection
from typing import Any

from residua.doc.record import Argument

WIDTH = 88  # of a line in a docstring, so that `help` fits a terminal
LONGEST_DEFAULT = 40
_BLOCK = re.compile(r"\n\n|^\s*(?:[-*+] |\d+\. |>>> |\.\. |\|)|::$", re.MULTILINE)
_PLAIN_WORD = re.compile(r"(?:a|[a-z]{2,})(?=[\s,;.]|$)")


def sentence(text: str, names: Collection[str] = ()) -> str:
    """Text with a capital letter in front and a period at its end, as numpydoc wants it.

    A first word that is one of `names`, the other arguments, is quoted instead; one that is no
    plain word, or a symbol of one letter, stays as it is.

    >>> sentence("a number"), sentence("x0 of the start", ["x0"]), sentence("pH of it.")
    ('A number.', '`x0` of the start.', 'pH of it.')
    """
    text = text.strip()
    word = re.match(r"\w+(?=[\s,;.])", text)
    if word and word[0] in names and word[0] != "a":  # which is more often the article
        text = f"`{word[0]}`{text[word.end() :]}"
    elif _PLAIN_WORD.match(text):
        text = text[0].upper() + text[1:]
    closed = not text or text[-1] in ".!?:" or _is_block(text.rpartition("\n")[2])
    return text if closed else f"{text}."


def described(argument: Argument, names: Collection[str] = ()) -> list[str]:
    """The lines below an argument's name: its text, its unit, its bounds."""
    doc, limits = argument.doc.strip(), argument.limits
    others = set(names) - {argument.name}
    if argument.unit and re.search(rf"\bin {re.escape(argument.unit)}(?!\w)", doc):
        limits = limits.removeprefix(f"in {argument.unit}").removeprefix("; ")
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
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


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
    long = len(text) > LONGEST_DEFAULT or "\n" in text or " at 0x" in text or text.endswith(".")
    return "optional" if long else f"default {text}"


def _is_block(text: str) -> bool:
    return bool(_BLOCK.search(text))
