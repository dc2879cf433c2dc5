"""`residua models`: the library of models, or one of them in detail."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

from residua.cli.output import write_json

if TYPE_CHECKING:
    from residua.science.registry import ShelfModel


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(name: str | None, as_json: bool) -> None:
    """List the library of models; with NAME, describe that one.

    \b
    Examples:
      residua models
      residua models gaussian
      residua models --json
    """
    from residua.science import registry

    if name is not None:
        _describe(name, as_json)
        return
    rows = registry.describe()
    if as_json:
        write_json({"kind": "models", "models": [dict(row) for row in rows]})
        return
    click.echo(str(rows))


def _describe(name: str, as_json: bool) -> None:
    from residua._errors import ModelError
    from residua.science import registry

    try:
        entry = registry.get(name)
    except ModelError:
        near = difflib.get_close_matches(name.lower(), registry.names(), n=1)
        hint = f"\nTry: residua models {near[0]}" if near else "\nTry: residua models"
        raise click.UsageError(f"There is no library model {name!r}.{hint}") from None
    content: dict[str, Any] = {
        "name": entry.name,
        "equation": entry.equation,
        "independent": list(entry.independent),
        "variables": {name: _told(entry, name) for name in entry.independent},
        "value": {"name": entry.response, "unit": entry.units[entry.response]},
        "parameters": {
            name: {**_told(entry, name), "bounds": entry.bounds.get(name)}
            for name in entry.parameters
        },
        "quantities": {
            name: {"equation": found.equation, "unit": found.unit}
            for name, found in entry.quantities.items()
        },
        "aliases": list(entry.aliases),
        "source": entry.source,
    }
    if as_json:
        write_json({"kind": "model", **content})
        return
    click.echo(str(entry))


def _told(entry: ShelfModel, name: str) -> dict[str, str | None]:
    """What a name means and its unit: "" for none, null for any."""
    return {"meaning": entry.meanings[name], "unit": entry.units[name]}
