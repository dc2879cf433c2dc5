"""Names of a package that are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def opened(package: str, face: Mapping[str, str], name: str) -> Any:
    """What a package calls `name`, kept in the package, so that it is asked for once.

    Args:
        package: its `__name__`.
        face: name -> the module where it lives.
        name: what is asked for.

    Raises:
        AttributeError: the package has no such name.

    >>> opened("residua", {"fit": "residua.fitting.fit"}, "fit").__name__
    'fit'
    """
    if name not in face:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value = getattr(import_module(face[name]), name)
    setattr(sys.modules[package], name, value)
    return value
