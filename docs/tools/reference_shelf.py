"""Pages of the shelf: every model by field, as `residua models NAME` tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_text import title
from residua.science import registry
from residua.science.shelf import FIELDS

Row = tuple[str, ...]


def shelf_pages() -> dict[str, str]:
    """The list of fields, and a page for each."""
    pages = {f"shelf.{field}.rst": field_page(field, list(rows)) for field, rows in FIELDS.items()}
    return {"shelf.rst": contents(), **pages}


def contents() -> str:
    """All models by field, each a link."""
    count = sum(map(len, FIELDS.values()))
    lines = title("The shelf of models", "=")
    lines += [f'{count} models with automatic starts. ``rs.fit("gaussian", x, y)`` fits one,']
    lines += ['``rs.model("gaussian")`` makes one to combine with others, and']
    lines += ["``residua models gaussian`` tells on the command line what stands here.", ""]
    for field, names in FIELDS.items():
        links = ", ".join(f":ref:`{name} <model-{name}>`" for name in names)
        lines += [*title(_words(field), "-"), f":doc:`shelf.{field}`: {links}", ""]
    lines += [".. toctree::", "   :hidden:", ""]
    return "\n".join([*lines, *(f"   shelf.{field}" for field in FIELDS), ""])


def field_page(field: str, names: list[str]) -> str:
    """Every model of one field."""
    lines = title(_words(field), "=")
    lines += ["A unit in brackets is that of the data, whatever it is.", ""]
    for name in names:
        lines += model_lines(registry.get(name))
    return "\n".join(lines)


def model_lines(model: registry.ShelfModel) -> list[str]:
    """Equation, arguments, what follows from it, other names, and the source of one model."""
    lines = [f".. _model-{model.name}:", "", *title(model.name, "-")]
    lines += [
        ".. code-block:: text",
        "   :class: equation",
        "",
        f"   {_broken(model.equation)}",
        "",
    ]
    arguments = [_argument(model, name) for name in (*model.independent, *model.parameters)]
    lines += _table(("", "unit", "meaning", "bounds"), (12, 14, 54, 20), arguments)
    if model.quantities:
        rows = [
            (f"``{name}``", _unit(found.unit), f"``{found.equation}``")
            for name, found in model.quantities.items()
        ]
        lines += ["What follows from it (``model.quantity``, ``fit.quantity``):", ""]
        lines += _table(("", "unit", "equation"), (28, 14, 58), rows)
    if model.aliases:
        lines += ["Also called " + ", ".join(f"``{name}``" for name in model.aliases) + ".", ""]
    return [*lines, f"Source: {_escaped(model.source)}", ""]


def _argument(model: registry.ShelfModel, name: str) -> Row:
    low, high = model.bounds.get(name, (None, None))
    within = "" if low is None else f"{low:g} to {high:g}".replace("inf", "∞")
    return f"``{name}``", _unit(model.units[name]), _escaped(model.meanings[name]), within


def _unit(unit: str | None) -> str:
    return "any" if unit is None else "none" if unit in ("", "1") else f"``{unit}``"


def _table(head: Row, widths: tuple[int, ...], rows: Sequence[Row]) -> list[str]:
    lines = [".. list-table::", "   :header-rows: 1"]
    lines += [f"   :widths: {' '.join(map(str, widths))}", ""]
    for row in (head, *rows):
        lines += [f"   {'* -' if k == 0 else '  -'} {cell}".rstrip() for k, cell in enumerate(row)]
    return [*lines, ""]


def _broken(equation: str) -> str:
    """Long equations continue below, where they say what their letters stand for."""
    return equation.replace(", with ", ",\n       with ")


def _escaped(text: Any) -> str:
    """Text that is no markup: a * or _ in a meaning stands for itself."""
    return "".join(f"\\{letter}" if letter in "\\*_`|" else letter for letter in str(text))


def _words(field: str) -> str:
    return field.replace("_", " ").capitalize()
