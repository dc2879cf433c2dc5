"""`residua tangle`: literate documents in, modules with proved doctests out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from residua.cli.group import DONE, WARNED
from residua.cli.output import note, warn, write_json

if TYPE_CHECKING:
    from residua.literate.tangle import Report
    from residua.literate.task import Row


@click.command("tangle")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--run", is_flag=True, help="Run the blocks, record their outputs, prove the files.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where anything drifted.")
@click.option("--list", "as_list", is_flag=True, help="List the blocks; write and run nothing.")
@click.option("--force", is_flag=True, help="Write over files that were not made from DOCUMENT.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    metavar="SECONDS",
    help="For each session, with --run; 60 if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(documents: tuple[str, ...], **options: Any) -> int:
    """Write the modules of literate documents (.org or .md).

    Blocks marked with tangle become files. <<name>> stands for the block of that name, and
    <<doctest("name")>> in a docstring for its lines behind >>> with the output recorded of them. No
    code is run without --run.

    What was written is remembered in .residua-tangle.json beside the document; files that are not
    in it, or were edited since, are left alone.

    \b
    Examples:
      residua tangle tutorial.org
      residua tangle tutorial.org --run
      residua tangle tutorial.org --check
      residua tangle tutorial.org --list
    """
    if options["as_list"] and (options["run"] or options["check"]):
        raise click.UsageError("--list goes with neither --run nor --check.")
    for document in documents:
        if not Path(document).is_file():
            raise click.UsageError(f"There is no file {document}.")
    return _listed(documents, options) if options["as_list"] else _tangled(documents, options)


def _tangled(documents: tuple[str, ...], options: dict[str, Any]) -> int:
    from residua.literate.tangle import tangle

    chosen = {name: options[name] for name in ("run", "check", "force")}
    reports = []
    for document in documents:
        report = tangle(document, limit=options["timeout"], **chosen)
        reports.append(report)
        for sentence in report.warnings:
            warn(f"{report.document}: {sentence}.")
        if not options["as_json"]:
            _say(report, options["check"])
    if options["as_json"]:
        write_json({"kind": "tangle", "documents": [_plain(report) for report in reports]})
    return DONE if all(report.ok for report in reports) else WARNED


def _say(report: Report, check: bool) -> None:
    for sentence in report.drift:
        click.echo(f"{report.document}: {sentence}.")
    click.echo(report.diff, nl=False)
    for file in report.files:
        click.echo(file.diff, nl=False)
    if check and not report.drift:
        click.echo(f"{report.document}: nothing drifted.")
    if report.recorded:
        click.echo(f"{report.document}: recorded the output of {', '.join(report.recorded)}.")
    if not report.files and not report.drift:
        note(f"{report.document} has no block with tangle.")
    for file in report.files:
        _say_file(file.name, file.status, file.doctests, file.proof)


def _say_file(name: str, status: str, doctests: int, proof: str | None) -> None:
    examples = f", {doctests} doctest example{'' if doctests == 1 else 's'}" if doctests else ""
    passed = {None: "", "": " passed"}.get(proof, " FAILED") if doctests or proof else ""
    click.echo(f"{name}: {status}{examples}{passed}")
    if proof:
        click.echo(proof, nl=False)


def _plain(report: Report) -> dict[str, Any]:
    return {
        **report._asdict(),
        "ok": report.ok,
        "files": [file._asdict() for file in report.files],
    }


def _listed(documents: tuple[str, ...], options: dict[str, Any]) -> int:
    from residua.literate.tangle import listing

    found = {document: listing(document) for document in documents}
    if options["as_json"]:
        listed = [
            {"document": Path(document).name, "blocks": [row._asdict() for row in rows]}
            for document, rows in found.items()
        ]
        write_json({"kind": "blocks", "documents": listed})
        return DONE
    for document, rows in found.items():
        click.echo(document)
        for row in rows:
            click.echo(f"  {_line(row)}")
    return DONE


def _line(row: Row) -> str:
    words = [f"line {row.line:<5d} {row.name or '-':<20s} {row.language or '-':<8s}"]
    if row.runs:
        words.append(f"session {row.session}, output {row.result}")
    if row.tangle not in ("", "no"):
        words.append(f"-> {row.tangle}")
    return "  ".join(words).rstrip()
