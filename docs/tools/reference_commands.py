"""The page of the command line: what every command says when asked for help."""

from __future__ import annotations

from click.testing import CliRunner

from reference_text import title
from residua.cli.group import COMMANDS, residua


def command_pages() -> dict[str, str]:
    """The help of `residua`, then that of each command."""
    lines = [*title("The command line", "="), *_block("residua", ["--help"])]
    for name, said in COMMANDS.items():
        heading = f"residua {name}"
        lines += [*title(heading, "-"), said, "", *_block(heading, [name, "--help"])]
    return {"commands.rst": "\n".join(lines)}


def _block(command: str, words: list[str]) -> list[str]:
    result = CliRunner(env={"COLUMNS": "76", "TERM": "dumb"}).invoke(
        residua, words, prog_name="residua", terminal_width=76
    )
    if result.exit_code != 0:
        raise RuntimeError(f"{command} --help failed: {result.output}")
    shown = [f"   {line}".rstrip() for line in result.output.rstrip().splitlines()]
    return [
        ".. code-block:: text",
        "   :class: command",
        "",
        f"   $ {command} --help",
        "",
        *shown,
        "",
    ]
