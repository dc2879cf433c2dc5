"""Between numbers and strict JSON: floats exactly, arrays as base64, readers that trust nothing.

JSON has no NaN and no infinity: they are written as the strings "nan", "inf" and "-inf". An array
is {"dtype": "<f8", "shape": [2, 3], "base64": "..."}; its bytes are little-endian, in C order.
Finite floats are written with Python's shortest text that reads back as the same float64.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from residua._errors import FileError

DTYPES = ("<f8", "<i8", "|b1")
MOST_AXES = 32
SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
# Names come back as keyword arguments and as labels: plain identifiers only, none private.
_NAME = re.compile(r"[^\W\d_]\w*")


def encode_number(value: Any) -> float | str:
    """A float that JSON can carry."""
    number = float(value)
    return number if math.isfinite(number) else str(number)


def encode_array(value: Any) -> dict[str, Any]:
    """An array with its exact bits."""
    array = np.asarray(value)
    kind = {"f": "<f8", "i": "<i8", "b": "|b1"}[array.dtype.kind]
    exact = np.ascontiguousarray(array, dtype=kind)
    text = base64.b64encode(exact.tobytes()).decode("ascii")
    return {"dtype": kind, "shape": list(array.shape), "base64": text}


def encode_entry(value: Any) -> Any:
    """A number as a number, an array as an array."""
    return encode_array(value) if np.ndim(value) else encode_number(value)


def readable(value: Any) -> Any:
    """A number or nested lists of numbers, for people who look into the file."""
    if np.ndim(value) == 0:
        return encode_number(value)
    return [readable(item) for item in np.asarray(value)]


def is_name(text: str) -> bool:
    """Whether a saved name may be used: an identifier that does not begin with an underscore."""
    return text.isidentifier() and _NAME.fullmatch(text) is not None


def parse(text: str, source: str) -> Node:
    """Strict JSON as a Node; FileError for anything else, however deep or long."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is not JSON")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a key stands twice in one object")
        return found

    try:
        value = json.loads(text, parse_constant=refuse, object_pairs_hook=unique)
    except (ValueError, RecursionError, MemoryError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise FileError(
            f"{source} is not a complete JSON file ({reason})",
            causes=["the file was cut off or edited", "it is another kind of file"],
        ) from error
    return Node(value, source, "")


class Node:
    """A place in a JSON document that says where it is when what stands there is wrong."""

    def __init__(self, value: Any, source: str, place: str) -> None:
        self.value = value
        self.source = source
        self.place = place

    def fail(self, what: str) -> NoReturn:
        """Raise a FileError for this place."""
        raise FileError(
            f"{self.source} is damaged: {self.place or 'the document'} {what}",
            causes=["the file was edited or cut off"],
        )

    def __getitem__(self, key: str) -> Node:
        if not isinstance(self.value, dict):
            self.fail("is not an object")
        place = f"{self.place}.{key}".lstrip(".")
        if key not in self.value:
            Node(None, self.source, place).fail("is missing")
        return Node(self.value[key], self.source, place)

    def __iter__(self) -> Iterator[Node]:
        if not isinstance(self.value, list):
            self.fail("is not a list")
        for i, item in enumerate(self.value):
            yield Node(item, self.source, f"{self.place}[{i}]")

    @property
    def missing(self) -> bool:
        """Whether null stands here."""
        return self.value is None

    def text(self) -> str:
        """A string that is proper Unicode."""
        if not isinstance(self.value, str):
            self.fail("is not a text")
        if any("\ud800" <= c <= "\udfff" for c in self.value):
            self.fail("is not proper Unicode")
        return self.value

    def name(self) -> str:
        """A name that may become a parameter or a variable."""
        if not is_name(self.text()):
            self.fail("is not a plain name")
        return self.text()

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            self.fail("is not true or false")
        return self.value

    def count(self) -> int:
        """A whole number from 0 to 2**53."""
        if type(self.value) is not int or not 0 <= self.value <= 2**53:
            self.fail("is not a count")
        return self.value

    def number(self) -> float:
        """A float64; NaN and infinities by their words."""
        if isinstance(self.value, str) and self.value in SPECIAL:
            return SPECIAL[self.value]
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.fail("is not a number")
        try:
            found = float(self.value)
        except OverflowError:
            found = math.inf
        if not math.isfinite(found):
            self.fail("is beyond the numbers of float64")
        return found

    def array(self, dtype: str = "<f8", shape: tuple[int | None, ...] | None = None) -> np.ndarray:
        """An array of this dtype; None in `shape` stands for any length.

        The bytes must fill the declared shape exactly, so a file can claim no more memory than it
        is long.
        """
        if self["dtype"].text() not in DTYPES or self["dtype"].text() != dtype:
            self.fail(f"does not hold {dtype}")
        sizes = tuple(item.count() for item in self["shape"])
        if shape is not None and (
            len(shape) != len(sizes) or any(a not in (None, b) for a, b in zip(shape, sizes))
        ):
            wanted = " x ".join("any" if a is None else str(a) for a in shape)
            self.fail(f"has the shape of another array, not {wanted or 'that of a number'}")
        content = self._bytes()
        size = np.dtype(dtype).itemsize
        if len(sizes) > MOST_AXES or math.prod(sizes) * size != len(content):
            self.fail("does not have the length its shape says")
        flat = np.frombuffer(content, dtype="|u1" if dtype == "|b1" else dtype)
        try:
            whole = flat.reshape(sizes)
        except ValueError:  # axes too long for any array, beside one of length zero
            self.fail("does not have the length its shape says")
        return whole != 0 if dtype == "|b1" else whole.astype(dtype[1:])

    def entry(self) -> Any:
        """A number, or an array of them."""
        return self.array() if isinstance(self.value, dict) else self.number()

    def _bytes(self) -> bytes:
        text = self["base64"].text()
        try:
            content = base64.b64decode(text, validate=True)
        except ValueError:
            self["base64"].fail("is not base64")
        # Python's readers forgive stray padding; only the one text these bytes have is accepted.
        if base64.b64encode(content).decode("ascii") != text:
            self["base64"].fail("is not base64")
        return content
