"""Options that commands share, and the small languages inside them: -p, --at, where data are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    import numpy as np

    from residua.data.csv_table import Table

MOST_POINTS = 10_000_000
_DELIMITER_WORDS = {"tab": "\t", "space": " ", "\\t": "\t"}
_NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf)"
_PARAMETER = re.compile(
    rf"\s*(?P<name>\w+)\s*=\s*(?P<start>{_NUMBER})?\s*"
    rf"(?P<bounds>\[\s*(?P<lower>{_NUMBER})?\s*,\s*(?P<upper>{_NUMBER})?\s*\])?\s*(?P<fixed>!)?\s*"
)

Function = TypeVar("Function", bound=Callable[..., Any])


class Told(click.Option):
    """An option that is an argument of a public function: its help is what stands beside it there.

    Read only when the help of its command is asked for, since that imports the function.
    """

    def __init__(self, *names: Any, says: str, **options: Any) -> None:
        super().__init__(*names, **options)
        self._says = says

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its text, "module:function.argument" looked up now."""
        from residua.doc import arguments
        from residua.doc.sentences import sentence

        module, _, place = self._says.partition(":")
        function, _, argument = place.rpartition(".")
        told = arguments(getattr(import_module(module), function))[argument].doc
        self.help = sentence(" ".join(told.split()))
        return super().get_help_record(ctx)


def table_options(function: Function) -> Function:
    """--delimiter, --decimal and --header: for tables whose writing is misjudged."""
    options = (
        click.option("--delimiter", metavar="CHAR", help="Separator of columns: , ; | tab space."),
        click.option("--decimal", type=click.Choice([".", ","]), help="Decimal mark."),
        click.option("--header/--no-header", default=None, help="Whether the first row is names."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def read_data(
    source: str | None, delimiter: str | None, decimal: str | None, header: bool | None
) -> Table:
    """The table at a path, from standard input ("-" or nothing), or of `example:NAME`."""
    from residua.data.csv_table import read_table

    if source is None and sys.stdin.isatty():
        raise click.UsageError("No table was named.\nTry: DATA.csv, or - to type the table")
    if source is None:
        source = "-"
    if source.startswith("example:"):
        return read_table(_example(source.removeprefix("example:")))
    if source != "-" and not Path(source).exists():
        raise click.UsageError(f"There is no file {source}.")
    mark = _DELIMITER_WORDS.get(delimiter, delimiter) if delimiter else None
    return read_table(source, delimiter=mark, decimal=decimal, header=header)


def _example(name: str) -> Path:
    folder = Path(__file__).parent.parent / "datasets"
    known = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    if name not in known:
        raise click.UsageError(f"There is no example {name!r}. Examples: {', '.join(known)}.")
    return known[name]


def refuse_overwriting(path: str | None, force: bool) -> None:
    """Stop before any work is done if a file would be lost."""
    if path is not None and not force and Path(path).exists():
        raise click.UsageError(f"{path} exists already; write over it with --force.")
    if path is not None and not Path(path).absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {Path(path).absolute().parent}.")


def refuse_unknown_picture(path: str | None) -> None:
    """Stop before any work is done if a picture could not be written in the end."""
    if path is None:
        return
    from residua.report.pictures import FORMATS

    if Path(path).suffix.lower().lstrip(".") not in FORMATS:
        stem = Path(path).with_suffix("")
        known = ", ".join(FORMATS)
        raise click.UsageError(f"A picture is saved as {known}.\nTry: --plot {stem}.{FORMATS[0]}")


class Given(NamedTuple):
    """What -p said about the parameters, as `residua.fit` takes it."""

    start: dict[str, float]
    bounds: dict[str, tuple[float | None, float | None]]
    fixed: list[str]

    @property
    def names(self) -> set[str]:
        """Every parameter that was mentioned."""
        return {*self.start, *self.bounds, *self.fixed}


def parse_parameters(options: Sequence[str]) -> Given:
    """Read options such as `a=1`, `a=1[0,10]`, `a=[0,]` and `b=2!` (fixed).

    >>> parse_parameters(["a=1[0,]", "b=2!"])
    Given(start={'a': 1.0, 'b': 2.0}, bounds={'a': (0.0, None)}, fixed=['b'])
    """
    given = Given({}, {}, [])
    for option in options:
        match = _PARAMETER.fullmatch(option)
        if match is None or not (match["start"] or match["bounds"]):
            raise _bad_parameter(
                option, "write a=1 (start), a=1[0,10] (and bounds) or a=2! (fixed)"
            )
        name = match["name"]
        if name in given.names:
            raise _bad_parameter(option, f"{name} is given twice")
        if match["start"]:
            given.start[name] = float(match["start"])
        if match["bounds"]:
            given.bounds[name] = (_limit(match["lower"]), _limit(match["upper"]))
        if match["fixed"]:
            if not match["start"]:
                raise _bad_parameter(option, f"{name} is fixed, but at no value")
            given.fixed.append(name)
    return given


def _limit(text: str | None) -> float | None:
    return float(text) if text else None


def _bad_parameter(option: str, why: str) -> click.UsageError:
    return click.UsageError(f"-p {option!r} cannot be read: {why}.")


def parse_points(text: str) -> np.ndarray:
    """Points from `0:10:5` (five from 0 to 10, ends included) or `1,2,3`.

    >>> parse_points("0:10:5").tolist()
    [0.0, 2.5, 5.0, 7.5, 10.0]
    """
    import numpy as np

    parts = text.split(":")
    try:
        if len(parts) == 3:
            low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
            if not 1 <= count <= MOST_POINTS:
                raise ValueError
            with np.errstate(all="ignore"):
                points = np.linspace(low, high, count)
        else:
            points = np.array([float(part) for part in text.split(",")])
    except ValueError:
        raise click.UsageError(
            f"--at {text!r} cannot be read: write 0:10:5 (five points from 0 to 10) or 1,2,3."
        ) from None
    if not np.isfinite(points).all():
        raise click.UsageError(f"--at {text!r} has points that are not finite.")
    return points
