"""The group `residua`: commands imported when they are called for, and what every exit code means.

Asking for help must stay instant, so nothing here, nor at the top of any command's module, may
import numpy or the rest of residua.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from residua import __version__
from residua._errors import DataError, FileError, FormulaError, ResiduaError

DONE = 0
WARNED = 1  # with --strict; drift with --check; a doctest that fails
USAGE = 2
UNUSABLE_DATA = 3
NOT_CONVERGED = 4
INTERNAL = 70
INTERRUPTED = 130

# Command -> its line in `residua --help`. The module of the same name holds the command.
COMMANDS = {
    "fit": "Fit a formula or a library model to a table.",
    "fit-potential": "Fit an interatomic potential to a database of structures.",
    "models": "List the library of models, or describe one.",
    "predict": "Evaluate a saved fit at new points, with its uncertainty.",
    "tangle": "Write the modules of literate documents, doctests proved.",
}

EXIT_CODES = """\b
Exit codes:
  0    done
  1    there were warnings, and --strict was given; --check found drift; a doctest failed
  2    usage: a bad option, formula, model or column
  3    the data cannot be used
  4    the fit did not converge (its result is printed all the same)
  70   an error inside residua
  130  interrupted"""


class Commands(click.Group):
    """A group that knows its commands by name, and turns every ending into an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"residua.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each command, from the table rather than from the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run and exit: results are on standard output, everything else on standard error."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal that has no ± gets a ? rather than a traceback.
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        extra["standalone_mode"] = False
        sys.exit(self._code(args, prog_name, extra))

    def _code(
        self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]
    ) -> int:
        try:
            code = super().main(args, prog_name, **extra)
            sys.stdout.flush()
            return code if isinstance(code, int) else DONE
        except click.ClickException as error:
            error.show()
            return USAGE
        except ResiduaError as error:
            click.echo(f"Error: {_in_words_of_the_command_line(error)}", err=True)
            return UNUSABLE_DATA if isinstance(error, (DataError, FileError)) else USAGE
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            return INTERRUPTED
        except BrokenPipeError:
            return _quietly()
        except Exception as error:
            return _internal(error)


def _quietly() -> int:
    """The reader of a pipe (`| head`) has seen enough: not an error."""
    # Python flushes standard output once more when it ends; give it somewhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _internal(error: Exception) -> int:
    if os.environ.get("RESIDUA_DEBUG") == "1":
        traceback.print_exc()
    else:
        reason = str(error).split("\n")[0]
        click.echo(f"Error inside residua: {type(error).__name__}: {reason}", err=True)
        click.echo("Run again with RESIDUA_DEBUG=1 to see where.", err=True)
    return INTERNAL


def _in_words_of_the_command_line(error: ResiduaError) -> str:
    """The error without a line of Python to type, but with the option that does the same."""
    if isinstance(error, FormulaError):
        return str(error)
    if 'missing="drop"' in error.next:
        advice = "--missing drop"
    elif "rs." in error.next or "=" in error.next:
        advice = ""
    else:
        advice = error.next
    return str(ResiduaError(error.what, error.causes, advice))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
@click.version_option(version=__version__, message="%(prog)s %(version)s")
def residua() -> None:
    """Differentiable regression: fit models to data, with exact derivatives and honest error bars.

    \b
    Examples:
      residua fit "a*exp(-b*x)+c" decay.csv -x time -y signal
      residua fit birch_murnaghan example:volume_energy --save eos.fit.json
      residua predict eos.fit.json --at 180:240:5 --interval 0.95
      residua models
    """
