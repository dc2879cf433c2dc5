"""Types as readers of a docstring want them: `array_like`, `float or None`, `{'a', 'b'}`."""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from typing import Any

from residua._types import TYPE_WORDS

# What is written -> what a reader is told. `object` says nothing.
WORDS = {
    "ArrayLike": "array_like",
    "npt.ArrayLike": "array_like",
    "numpy.typing.ArrayLike": "array_like",
    "np.ndarray": "ndarray",
    "numpy.ndarray": "ndarray",
    "None": "None",
    "NoneType": "None",
    "typing.Any": "Any",
    "object": "",
    "tuple[Any, ...]": "tuple",
    "tuple[Any, Any]": "tuple",
    "os.PathLike[str]": "path_like",
    "PathLike[str]": "path_like",
    **TYPE_WORDS,
}
_NDARRAY = r"(?:npt\.)?NDArray\[(?:Any|(?:np\.|numpy\.)?(\w+))\]"
# What is inside a mapping or a call is for the text of the argument to say.
_GENERIC = r"(?:typing\.|collections\.abc\.)?(Callable|Iterable|Mapping|Sequence)\[(.*)\]"
_LITERAL = r"(?:typing\.)?Literal\[(.*)\]"


def in_words(kind: Any, written: str = "") -> str:
    """A type as a docstring names it; `written` is how the source spelled it, which is preferred.

    The name of an alias, which a reader cannot look up, is told by what it stands for.

    >>> in_words(float | None), in_words(typing.Literal["a", "b"]), in_words(list[float])
    ('float or None', "{'a', 'b'}", 'list[float]')
    >>> in_words(float, "npt.NDArray[np.float64]"), in_words(list, "Sequence[str] | None")
    ('ndarray of float64', 'sequence of str or None')
    """
    if kind is inspect.Parameter.empty or kind is object:
        return ""
    if written and not _is_alias(kind, written):
        return _of_text(written)
    if isinstance(kind, str):
        return _of_text(kind)
    if isinstance(kind, typing.ForwardRef):
        return _of_text(kind.__forward_arg__)
    if _is_array_like(kind):
        return "array_like"
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_of_union(inside))
    if origin is typing.Literal:
        return "{" + ", ".join(map(repr, inside)) + "}"
    if getattr(origin, "__name__", "") == "ndarray" and len(inside) == 2:
        entry = in_words((*typing.get_args(inside[1]), Any)[0])
        return f"ndarray of {entry}" if entry else "ndarray"
    return _of_text(_name(kind))


def _of_union(members: tuple[Any, ...]) -> list[str]:
    """Members in words; those of ArrayLike, itself a union, under its one name."""
    known = sys.modules.get("numpy.typing")
    parts = () if known is None else typing.get_args(known.ArrayLike)
    if not parts or not set(parts) <= set(members):
        words = [_of_text(in_words(member)) or "object" for member in members]
        # A text is a path too.
        return [word for word in words if word != "str" or "path_like" not in words]
    others = [member for member in members if member not in parts]
    return ["array_like", *(_of_text(in_words(member)) or "object" for member in others)]


def _of_text(text: str) -> str:
    """A spelled type in a docstring's words: unions with `or`, known names by their word."""
    if text.isidentifier():
        return WORDS.get(text, text)
    if text[:1] in "'\"" and text[:1] == text[-1:]:
        return _of_text(text[1:-1])
    members = _members(text) if "|" in text else ()
    if len(members) > 1:
        return " or ".join(_of_text(member) or member for member in members)
    if "NDArray" in text and (found := re.fullmatch(_NDARRAY, text)):
        return f"ndarray of {found[1]}" if found[1] else "ndarray"
    if "Literal" in text and (found := re.fullmatch(_LITERAL, text)):
        return "{" + found[1] + "}"
    if text.startswith(("Optional[", "typing.Optional[")):
        return f"{_of_text(text[text.index('[') + 1 : -1])} or None"
    if text.startswith(("Unpack[", "typing.Unpack[")):
        return _of_text(text[text.index("[") + 1 : -1])
    if text not in WORDS and (found := re.fullmatch(_GENERIC, text)):
        outer, inside = found[1].lower(), _of_text(found[2])
        plain = outer in ("callable", "mapping") or inside == "Any"
        return outer if plain else f"{outer} of {inside}"
    return WORDS.get(text, text)


def _members(text: str) -> list[str]:
    """The parts of a union written with `|`, brackets and quotes respected."""
    parts, depth, begin, quote = [], 0, 0, ""
    for i, letter in enumerate(text):
        if quote or letter in "'\"":
            quote = "" if letter == quote else quote or letter
        elif letter in "[(":
            depth += 1
        elif letter in "])":
            depth -= 1
        elif letter == "|" and depth == 0:
            parts.append(text[begin:i].strip())
            begin = i + 1
    return [*parts, text[begin:].strip()]


def _is_alias(kind: Any, written: str) -> bool:
    """Whether a name without a word of its own is not that of the type it stands for."""
    named = written.isidentifier() and written not in WORDS
    return named and not isinstance(kind, str) and getattr(kind, "__name__", None) != written


def _is_array_like(kind: Any) -> bool:
    known = sys.modules.get("numpy.typing")
    return known is not None and kind is known.ArrayLike


def _name(kind: Any) -> str:
    """The name of a type or a generic, without the modules in front."""
    if kind is None:
        return "None"
    if typing.get_args(kind) or not isinstance(kind, type):
        text = getattr(kind, "__name__", "") if isinstance(kind, typing.TypeVar) else repr(kind)
    else:
        text = kind.__qualname__
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=\w)", "", text.replace("<locals>.", ""))
