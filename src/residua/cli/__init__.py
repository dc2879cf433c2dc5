"""The command line: one thin module per command. Floor 7."""

from __future__ import annotations


def main() -> None:
    """Run the command line `residua` and leave with its exit code."""
    # Here and not above: whoever imports this package for another reason does not pay for click.
    from residua.cli.group import residua

    residua.main(prog_name="residua")
