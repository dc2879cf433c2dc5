"""`residua predict`: a saved fit at new points, with its uncertainty."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from residua.cli.columns import ModelNames, assign_variables
from residua.cli.options import parse_points, read_data, table_options
from residua.cli.output import note, warn, write_csv, write_json, write_table

if TYPE_CHECKING:
    import numpy as np

    from residua.fitting.result import Fit
    from residua.inference.prediction import Prediction


@click.command("predict")
@click.argument("saved", metavar="FIT")
@click.option(
    "--at",
    multiple=True,
    metavar="POINTS",
    help="0:10:5 (five points from 0 to 10) or "
    "1,2,3; NAME=POINTS for each variable of a model with several.",
)
@click.option("--data", metavar="FILE", help="A table with the new points.")
@click.option(
    "-x",
    multiple=True,
    metavar="COLUMN",
    help="Column of --data; NAME=COLUMN when the model calls it NAME.",
)
@click.option(
    "--interval",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="LEVEL",
    help="Also give an interval of this level, such as 0.95.",
)
@click.option(
    "--kind",
    type=click.Choice(["confidence", "prediction"]),
    default="confidence",
    help="Interval of the mean, or of one new observation.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values, all digits.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@table_options
def command(saved: str, **options: Any) -> None:
    """Evaluate the saved fit FIT (from residua fit --save) at new points.

    Without --at or --data, at the points that were fitted.

    \b
    Examples:
      residua predict decay.fit.json --at 0:10:5
      residua predict decay.fit.json --at 1,2,3 --interval 0.95 --kind prediction --csv
      residua predict decay.fit.json --data new.csv -x time --json
    """
    if options["as_csv"] and options["as_json"]:
        raise click.UsageError("Choose one of --csv and --json.")
    if options["at"] and options["data"]:
        raise click.UsageError("Choose one of --at and --data.")
    if not Path(saved).exists():
        raise click.UsageError(f"There is no file {saved}.")
    import residua

    fit = residua.load(saved)
    points = _points(fit, options)
    interval = options["kind"] if options["interval"] else None
    found = fit.predict(points, interval=interval, level=options["interval"] or 0.95)
    _write(fit, points, found, options)
    if count := int(found.extrapolates.sum()):
        warn(f"{count} of {found.value.size} points lie outside what the data support.")


def _points(fit: Fit, options: dict[str, Any]) -> dict[str, np.ndarray]:
    names = fit.model.independent
    if options["data"]:
        return _from_table(names, options)
    if options["at"]:
        return _from_text(names, options["at"])
    return dict(zip(names, fit.observations.block.x))


def _from_table(names: tuple[str, ...], options: dict[str, Any]) -> dict[str, np.ndarray]:
    table = read_data(options["data"], options["delimiter"], options["decimal"], options["header"])
    model = ModelNames("the fitted model", names, names)
    variables, assumptions = assign_variables(model, table, options["x"])
    for sentence in [*table.assumptions, *assumptions]:
        note(sentence)
    return {name: table.numbers(variables[name]) for name in names}


def _from_text(names: tuple[str, ...], at: tuple[str, ...]) -> dict[str, np.ndarray]:
    import numpy as np

    given: dict[str, np.ndarray] = {}
    for text in at:
        name, equals, points = text.rpartition("=")
        if not equals:
            name = next((n for n in names if n not in given), names[0])
        if name not in names or name in given:
            known = ", ".join(names)
            raise click.UsageError(f"--at {text!r} names no further variable; they are {known}.")
        given[name] = parse_points(points)
    if left := [name for name in names if name not in given]:
        raise click.UsageError(f"The fitted model also needs --at for {', '.join(left)}.")
    try:
        arrays = np.broadcast_arrays(*(given[name] for name in names))
    except ValueError:
        lengths = ", ".join(f"{name} has {given[name].size}" for name in names)
        raise click.UsageError(f"The points do not pair up: {lengths}.") from None
    return dict(zip(names, arrays))


def _write(
    fit: Fit, points: dict[str, np.ndarray], found: Prediction, options: dict[str, Any]
) -> None:
    columns = {name: array.tolist() for name, array in points.items()}
    # A variable called like a column of the answer keeps its values under another name.
    columns = {f"{n} (x)" if n in _ANSWER else n: values for n, values in columns.items()}
    for name in _ANSWER:
        array = getattr(found, name)
        if array is not None:
            columns[name] = array.tolist()
    if options["as_json"]:
        head = {"kind": "predictions", "model": fit.model.text, "interval": found.interval}
        level = found.level if found.interval else None
        write_json({**head, "level": level, "predictions": columns})
    elif options["as_csv"]:
        write_csv(columns)
    else:
        write_table(columns)


_ANSWER = ("value", "stderr", "low", "high", "extrapolates")
