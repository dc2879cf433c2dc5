"""What commands write: notes on standard error, tables, and JSON that any reader accepts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import click

SCHEMA = 1


def note(sentence: str) -> None:
    """Something assumed or worth knowing, on standard error."""
    click.echo(f"note: {sentence}", err=True)


def warn(sentence: str) -> None:
    """A reason for care, on standard error."""
    click.echo(f"warning: {sentence}", err=True)


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: arrays as lists, NaN and infinities as null."""
    if hasattr(value, "tolist"):  # arrays and the scalars of NumPy
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def write_json(content: Mapping[str, Any]) -> None:
    """One JSON object on standard output, with the version of its schema first."""
    everything = {"schema": SCHEMA, **plain(content)}
    click.echo(json.dumps(everything, ensure_ascii=False, allow_nan=False, indent=2))


def write_csv(columns: Mapping[str, Sequence[Any]]) -> None:
    """Columns as CSV on standard output, every number with all its digits."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    click.echo(text.getvalue(), nl=False)


def write_table(columns: Mapping[str, Sequence[Any]], digits: int = 8) -> None:
    """Columns aligned for reading, numbers with `digits` significant digits."""
    shown = [
        [name, *(f"{v:.{digits}g}" if isinstance(v, float) else str(v) for v in values)]
        for name, values in columns.items()
    ]
    widths = [max(map(len, column)) for column in shown]
    for row in zip(*shown):
        click.echo("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
