"""`residua fit`: a model and a table in, parameters with their uncertainty out."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from residua.cli.columns import ModelNames, Roles, assign, headed
from residua.cli.group import DONE, INTERRUPTED, NOT_CONVERGED, WARNED
from residua.cli.options import (
    Given,
    Told,
    parse_parameters,
    read_data,
    refuse_overwriting,
    refuse_unknown_picture,
    table_options,
)
from residua.cli.output import note, warn, write_json

if TYPE_CHECKING:
    from residua.data.csv_table import Table
    from residua.fitting.result import Fit

FIT = "residua.fitting.fit:fit"


@click.command("fit")
@click.argument("model")
@click.argument("data", required=False)
@click.option(
    "-x",
    multiple=True,
    metavar="COLUMN",
    help="Independent variable; again for more. NAME=COLUMN when the model calls it NAME.",
)
@click.option("-y", metavar="COLUMN", help="Observations.")
@click.option("--sigma", metavar="COLUMN", help="Standard deviations of the observations.")
@click.option("--absolute-sigma", is_flag=True, cls=Told, says=f"{FIT}.absolute_sigma")
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="SPEC",
    help="Start and bounds, a=1[0,10]; or a fixed value, b=2!",
)
@click.option(
    "--missing",
    type=click.Choice(["raise", "drop"]),
    default="raise",
    cls=Told,
    says=f"{FIT}.missing",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "eager", "compiled", "numeric"]),
    default="auto",
    cls=Told,
    says=f"{FIT}.engine",
)
@click.option("--seed", type=int, default=0, cls=Told, says=f"{FIT}.seed")
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    help="Coverage of the confidence intervals.",
)
@click.option("--save", metavar="FILE", help="Write the fit as JSON, for residua predict.")
@click.option("--plot", metavar="FILE", help="Draw data, fit and residuals (png, pdf, svg).")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@table_options
def command(model: str, data: str | None, **options: Any) -> int:
    """Fit MODEL, a formula or the name of a library model, to the table DATA.

    DATA is a file of comma-separated values (or semicolons, tabs, spaces; also compressed), "-" for
    standard input, or example:volume_energy. Whatever had to be assumed about it is printed on
    standard error.

    \b
    Examples:
      residua fit "a*exp(-b*x)+c" decay.csv -x time -y signal
      residua fit birch_murnaghan example:volume_energy --save eos.fit.json
      residua fit "y ~ a*x + b" data.csv -p "a=1[0,10]" -p "b=2!" --json
    """
    for path in (options["save"], options["plot"]):
        refuse_overwriting(path, options["force"])
    refuse_unknown_picture(options["plot"])
    given = parse_parameters(options["parameters"])
    names = _names(model, given)
    table = read_data(data, options["delimiter"], options["decimal"], options["header"])
    roles = assign(names, table, options["x"], options["y"], options["sigma"])
    assumptions = [*table.assumptions, *roles.assumptions]
    for sentence in assumptions:
        note(sentence)
    fit = _fit(model, table, roles, given, options)
    _report(fit, table, roles, assumptions, options)
    if options["save"]:
        fit.save(options["save"])
    if options["plot"]:
        fit.plot(options["plot"])
    return exit_code(fit, options["strict"])


def _names(model: str, given: Given) -> ModelNames:
    """What the model calls its variables, known before the data are read."""
    from residua._errors import ModelError
    from residua.problem.formula import parse
    from residua.science import registry

    if model.strip().replace("-", "_").isidentifier():
        try:
            entry = registry.get(model.strip())
        except ModelError:
            raise unknown_model(model, registry.names()) from None
        return ModelNames(entry.name, entry.independent, entry.independent, entry.response)
    formula = parse(model, ())
    return ModelNames(model, formula.names, (), formula.response, frozenset(given.names))


def unknown_model(model: str, known: Iterable[str]) -> click.UsageError:
    """The error for a name that no library model has, with the nearest one that there is."""
    near = difflib.get_close_matches(model.lower(), list(known), n=1)
    hint = f"\nTry: {near[0]}" if near else "\nTry: residua models"
    return click.UsageError(f"There is no library model {model!r}.{hint}")


def _fit(model: str, table: Table, roles: Roles, given: Given, options: dict[str, Any]) -> Fit:
    import residua

    data = {
        headed(table, name, column): table.numbers(column)
        for name, column in roles.variables.items()
    }
    x = list(roles.variables)
    y: Any = table.numbers(roles.y)
    if roles.y not in x:  # then what the fit says about y can use the name of the column
        data[headed(table, roles.y, roles.y)], y = y, roles.y
    sigma: Any = None if roles.sigma is None else table.numbers(roles.sigma)
    if roles.sigma is not None and roles.sigma not in (*x, roles.y):  # for its unit
        data[headed(table, roles.sigma, roles.sigma)], sigma = sigma, roles.sigma
    found: Fit = residua.fit(
        model,
        x,
        y,
        data=data,
        sigma=sigma,
        absolute_sigma=options["absolute_sigma"],
        start=given.start or None,
        bounds=given.bounds or None,
        fixed=given.fixed or None,
        missing=options["missing"],
        engine=options["engine"],
        seed=options["seed"],
    )
    return found


def _report(
    fit: Fit, table: Table, roles: Roles, assumptions: list[str], options: dict[str, Any]
) -> None:
    if options["as_json"]:
        write_json(_content(fit, table, roles, assumptions, options))
    else:
        from residua.report.text import describe

        click.echo(describe(fit))
        if options["level"] != 0.95:
            _write_intervals(fit, options["level"])
    # On a terminal the report has just said them; a program or a file gets them here as well.
    if options["as_json"] or not sys.stdout.isatty():
        for sentence in fit.warnings:
            warn(sentence)


def _write_intervals(fit: Fit, level: float) -> None:
    """Intervals of another level than the report's own."""
    import numpy as np

    click.echo(f"\n  {100 * level:g} % intervals")
    for name, (low, high) in fit.confidence_intervals(level).items():
        ends = zip(np.ravel(low).tolist(), np.ravel(high).tolist())
        click.echo(f"  {name}  " + "  ".join(f"[{a:.6g}, {b:.6g}]" for a, b in ends))


def _content(
    fit: Fit, table: Table, roles: Roles, assumptions: list[str], options: dict[str, Any]
) -> dict[str, Any]:
    """Everything a program may want to know about a fit."""
    import residua

    level = options["level"]
    intervals = fit.confidence_intervals(level)
    fixed = {leaf.name for leaf in fit.parameters.leaves if leaf.fixed}
    return {
        "kind": "fit",
        "residua": residua.__version__,
        "model": fit.model.text,
        "equation": fit.model.equation,
        "data": {
            "name": table.name,
            "x": roles.variables,
            "y": roles.y,
            "sigma": roles.sigma,
            "units": {name: fit.units.get(name) for name in (*roles.variables, roles.y)},
            "assumptions": assumptions,
        },
        "outcome": {"name": fit.outcome.name.lower(), "sentence": fit.outcome.sentence},
        "ok": fit.ok,
        "warnings": fit.warnings,
        "parameters": {
            name: {
                "value": value,
                "unit": fit.units.get(name),
                "stderr": fit.stderr[name],
                "low": intervals[name][0],
                "high": intervals[name][1],
                "fixed": name in fixed,
            }
            for name, value in fit.params.items()
        },
        "level": level,
        "labels": fit.labels,
        "correlation": fit.correlation,
        "absolute_sigma": fit.absolute_sigma,
        **{name: getattr(fit, name) for name in _STATISTICS},
        "seed": options["seed"],
    }


_STATISTICS = (
    *("n", "dof", "rss", "residual_standard_error", "r_squared", "aic", "bic"),
    *("engine", "steps", "evaluations", "seconds"),
)


def exit_code(fit: Fit, strict: bool) -> int:
    """What the shell is told about a fit."""
    if fit.outcome.name == "INTERRUPTED":
        return INTERRUPTED
    if not fit.ok:
        return NOT_CONVERGED
    return WARNED if strict and fit.warnings else DONE
