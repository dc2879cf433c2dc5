"""From a file, a pipe or a compressed file to numbered lines of text."""

from __future__ import annotations

import gzip
import os
import re
import sys
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from residua._errors import DataError, FileError

_COMMENT = ("#", "%", "//")
STANDARD_INPUT = "standard input"

# First bytes of files people hand over by mistake, and what they are.
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"PAR1": "a Parquet file",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy file",
    b"%PDF": "a PDF document",
}
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


# Not str.splitlines: it also ends lines at form feeds and at U+2028 inside cells.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Line(NamedTuple):
    """One line and its number in the file, counted from 1."""

    number: int
    text: str


class Lines(NamedTuple):
    """The content of a file: lines of data, the comments before them, and what was assumed."""

    name: str
    data: list[Line]
    comments: list[Line]
    assumptions: list[str]


def read_lines(source: Any) -> Lines:
    """Read a path, "-" for standard input, or an open file; undo gzip; find the encoding.

    Raises FileError if it cannot be read and DataError if it is not text or has no line of data.
    """
    name, raw = _read_bytes(source)
    assumptions: list[str] = []
    text = raw if isinstance(raw, str) else _decode(name, _unzip(name, raw), assumptions)
    data: list[Line] = []
    comments: list[Line] = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        bare = line.strip()
        if bare.startswith(_COMMENT):
            if not data:
                comments.append(Line(number, bare.lstrip("#%/ \t")))
        elif bare.strip(",;\t| "):
            data.append(Line(number, line))
    if not data:
        cause = "the file is empty, or all comments"
        if name == STANDARD_INPUT:
            cause = "no file was named, and what was piped in is empty"
        raise DataError(f"{name} holds no data.", causes=(cause,))
    return Lines(name, data, comments, assumptions)


def _read_bytes(source: Any) -> tuple[str, bytes | str]:
    if hasattr(source, "read"):
        return str(getattr(source, "name", "the data")), source.read()
    if source == "-":
        # A text-only stand-in for standard input (as in a notebook) has no buffer.
        return STANDARD_INPUT, getattr(sys.stdin, "buffer", sys.stdin).read()
    path = Path(os.fspath(source))
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error


def _unzip(name: str, raw: bytes) -> bytes:
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name} is a damaged gzip file: {error}.") from error


def _decode(name: str, raw: bytes, assumptions: list[str]) -> str:
    for start, kind in _NOT_TEXT.items():
        if raw.startswith(start):
            raise DataError(f"{name} is {kind}, not text.", next="save the table as CSV first")
    encoding = next((codec for bom, codec in _BOMS.items() if raw.startswith(bom)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        assumptions.append("The text is not UTF-8; it was read as Windows-1252.")
    if "\x00" in text:
        raise DataError(f"{name} is a binary file, not text.", next="save the table as CSV first")
    return text
