"""Counting in words: one point, two points."""

from __future__ import annotations


def counted(count: float, noun: str, plural: str = "") -> str:
    """A number with its noun, which has an s for any number but one.

    >>> counted(1, "point"), counted(0, "point"), counted(2, "energy", "energies")
    ('1 point', '0 points', '2 energies')
    """
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
