"""`residua fit-potential`: u(r) and a database in, a potential with error bars out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from residua.cli.fit import exit_code, unknown_model
from residua.cli.neural import fit_network, parse_network
from residua.cli.options import parse_parameters, refuse_overwriting
from residua.cli.output import warn, write_json

if TYPE_CHECKING:
    from residua.atoms.fitting.result import PotentialFit


@click.command("fit-potential")
@click.argument("structures")
@click.option(
    "--model",
    "-m",
    "potential",
    required=True,
    metavar="MODEL",
    help='lennard_jones, ...; u(r) as a formula, "A*exp(-B*r) - C/r**6"; a network, "MLP([8])".',
)
@click.option("--energy/--no-energy", default=True, help="Whether energies are fitted.")
@click.option(
    "--forces/--no-forces", default=None, help="Whether forces are fitted; by a network, if any."
)
@click.option("--stress", is_flag=True, help="Stresses are fitted too.")
@click.option("--rc", metavar="RC", help="Cutoff in Å, or a formula of parameters, 3*sigma.")
@click.option(
    "--cutoff",
    type=click.Choice(["shift", "force", "switch", "sharp"]),
    default="shift",
    help="How u ends at rc.",
)
@click.option(
    "--per",
    type=click.Choice(["atom", "cell"]),
    default="atom",
    help="Whether energies count per atom, or large cells more.",
)
@click.option(
    "--weights",
    metavar="SPEC",
    help="energy=1,forces=0.5: 1/σ in 1/eV, Å/eV, Å³/eV; estimated where not given.",
)
@click.option("--offsets", is_flag=True, help="Fit an energy for each element too.")
@click.option("--select", metavar="WHAT", help='Which structures, "structure=fcc, rattle<2".')
@click.option(
    "--validation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    help="Part of the structures to hold back, by whole groups.",
)
@click.option("--by", metavar="KEY", help="What makes a group; of a network, a fold.")
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="SPEC",
    help="Start and bounds, sigma=3.4[3,4]; or a fixed value, m=6!",
)
@click.option("--seed", type=int, default=0, help="For the groups that are drawn.")
@click.option("--save", metavar="FILE", help="Write the potential as JSON, for load_potential.")
@click.option("--plot", metavar="FILE", help="Draw it beside the data (png, pdf, svg).")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(structures: str, potential: str, **options: Any) -> int:
    """Fit a pair potential to STRUCTURES: an ASE database, an extended XYZ file, or example:argon.

    Starts need not be given. Parameters of two elements are called epsilon_Ar_Kr.

    \b
    Examples:
      residua fit-potential example:argon --model lennard_jones --forces
      residua fit-potential argon.db -m "A*exp(-B*r) - C/r**6" --rc 9 --save argon.potential.json
      residua fit-potential argon.db -m mie -p "m=6!" --validation 0.2 --plot argon.png --json
      residua fit-potential argon.db -m "MLP([8])" --select structure=fcc --json
    """
    for path in (options["save"], options["plot"]):
        refuse_overwriting(path, options["force"])
    _check(structures, potential)
    network = parse_network(potential)
    if network is not None:
        return fit_network(network, structures, _words(options), options)
    fit: PotentialFit = _fitted(potential, structures, _words(options))
    _report(fit, structures, options)
    if options["save"]:
        fit.save(options["save"])
    if options["plot"]:
        fit.plot(options["plot"])
    return exit_code(fit, options["strict"])


def _check(structures: str, potential: str) -> None:
    """Stop at a slip of the pen before anything is read."""
    from residua._errors import ModelError
    from residua.problem.model import is_name
    from residua.science import registry
    from residua.science.shelf import FIELDS

    if not structures.startswith("example:") and not Path(structures).exists():
        raise click.UsageError(f"There is no file {structures}.")
    if is_name(potential.strip()) and parse_network(potential) is None:
        try:
            registry.get(potential.strip())
        except ModelError:
            raise unknown_model(potential, FIELDS["potentials"]) from None


def _words(options: dict[str, Any]) -> dict[str, Any]:
    """What `fit_potential` is told beside a potential and structures."""
    given = parse_parameters(options["parameters"])
    same = ("energy", "forces", "stress", "per", "offsets", "select", "cutoff", "validation", "by")
    return {
        **{name: options[name] for name in (*same, "seed")},
        "rc": parse_cutoff(options["rc"]),
        "weights": parse_weights(options["weights"]),
        "start": {n: v for n, v in given.start.items() if n not in given.fixed} or None,
        "bounds": given.bounds or None,
        "fixed": {name: given.start[name] for name in given.fixed} or None,
    }


def _fitted(potential: Any, structures: str, words: dict[str, Any]) -> Any:
    from residua.atoms import fit_potential

    return fit_potential(potential, structures, **words)


def parse_weights(text: str | None) -> dict[str, float] | None:
    """Weights by kind; None where nothing was said.

    >>> parse_weights("energy=1, forces=0.5")
    {'energy': 1.0, 'forces': 0.5}
    """
    if text is None:
        return None
    found = {}
    for part in text.split(","):
        kind, equals, number = (word.strip() for word in part.partition("="))
        try:
            found[kind] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise click.UsageError(f"--weights {text!r} cannot be read: write energy=1,forces=0.5.")
    return found


def parse_cutoff(text: str | None) -> float | str | None:
    """A number of Å, or the formula that it follows from.

    >>> parse_cutoff("9.2"), parse_cutoff("3*sigma")
    (9.2, '3*sigma')
    """
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _report(fit: PotentialFit, structures: str, options: dict[str, Any]) -> None:
    if options["as_json"]:
        write_json(_content(fit, structures))
    else:
        click.echo(str(fit))
    if options["as_json"] or not sys.stdout.isatty():
        for sentence in fit.warnings:
            warn(sentence)


def _content(fit: PotentialFit, structures: str) -> dict[str, Any]:
    """Everything a program may want to know about a fitted potential."""
    import residua

    intervals = fit.confidence_intervals()
    fixed = {leaf.name for leaf in fit.parameters.leaves if leaf.fixed}
    return {
        "kind": "potential",
        "residua": residua.__version__,
        "model": fit.model.text,
        "structures": {
            "name": structures,
            "fitted": len(fit.structures),
            "held_back": 0 if fit.held_back is None else len(fit.held_back),
            "species": fit.structures.species,
        },
        "outcome": {"name": fit.outcome.name.lower(), "sentence": fit.outcome.sentence},
        "ok": fit.ok,
        "warnings": fit.warnings,
        "parameters": {
            name: {
                "value": value,
                "stderr": fit.stderr[name],
                "low": intervals[name][0],
                "high": intervals[name][1],
                "fixed": name in fixed,
            }
            for name, value in fit.params.items()
        },
        "level": 0.95,
        "labels": fit.labels,
        "correlation": fit.correlation,
        "cutoff": fit.potential.cutoff,
        "levels": fit.levels,
        "levels_estimated": fit.levels_estimated,
        "errors": [row._asdict() for row in fit.errors],
        **{name: getattr(fit, name) for name in ("n", "dof", "rss", "steps", "seconds")},
    }
