"""The page of one public function, class or constant."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from reference_groups import DATA
from reference_text import title


def page_of(module: str, name: str) -> str:
    """The name of the page, apart also where file names do not tell `Fit` from `fit`."""
    return f"{module}.{name}" + ("-class" if name[0].isupper() else "")


def name_page(module: str, name: str) -> str:
    """The directives that show one name."""
    whole = f"{module}.{name}"
    lines = [*title(name, "="), f".. currentmodule:: {module}", ""]
    thing = getattr(import_module(module), name)
    if inspect.isclass(thing):
        lines += [f".. autoclass:: {whole}", *_members(thing)]
    elif callable(thing):
        lines += [f".. autofunction:: {whole}"]
    else:
        lines += [f".. py:data:: {whole}", "", f"   {DATA[whole]}"]
    return "\n".join([*lines, ""])


def _members(cls: type) -> list[str]:
    names = members(cls)
    return [f"   :members: {', '.join(names)}"] if names else []


def members(cls: type) -> list[str]:
    """Public methods and properties with a docstring that residua wrote, own ones first."""
    found = []
    for home in cls.__mro__:
        if not home.__module__.startswith("residua"):
            continue
        found += [
            name for name, thing in vars(home).items() if _shown(name, thing) and name not in found
        ]
    return found


def _shown(name: str, thing: Any) -> bool:
    kinds = (property, classmethod, staticmethod)
    is_method = inspect.isfunction(thing) or isinstance(thing, kinds) or hasattr(thing, "attrname")
    return is_method and not name.startswith("_") and bool(inspect.getdoc(thing))
