"""The ``impsim`` command: finds the verb, and turns whatever goes wrong into one message and an exit code."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from imp_runtime import __version__
from imp_runtime.status import ExitStatus

# Where each verb's click command is. Loaded only when it is used: a verb may need heavy libraries.
_VERBS: Final = {
    "broker": "imp_runtime.cli.broker:broker_command",
    "doctor": "imp_runtime.cli.doctor:doctor_command",
    "run": "imp_runtime.cli.run:run_command",
}


# What writing to a full disk, a vanished reader or a closed descriptor gives.
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT})


class _Verbs(click.Group):
    """A group whose commands are imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _VERBS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="impsim")
def commands() -> None:
    """Run Electric Imp agent code on your own machine."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code.

    71 means an error in impsim itself; set IMPSIM_DEBUG=1 to see where it happened.
    """
    if sys.stdout is None:
        print("impsim: standard output is closed", file=sys.stderr)
        sys.exit(ExitStatus.CANNOT_WRITE)
    try:
        result = commands.main(
            args=None if arguments is None else list(arguments), prog_name="impsim", standalone_mode=False
        )
        code = result if isinstance(result, int) else ExitStatus.OK
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = ExitStatus.INTERRUPTED
    except SystemExit as ended:
        # How click answers a broken pipe.
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        code = output_failed(ended.__context__)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            sys.exit(output_failed(error))
        if os.environ.get("IMPSIM_DEBUG"):
            raise
        code = explain(error)
    sys.exit(code)


def output_failed(error: OSError) -> ExitStatus:
    """Standard output takes nothing any more: say why, unless its reader has just gone; return the exit code."""
    discard_output()
    if isinstance(error, BrokenPipeError):
        return ExitStatus.OUTPUT_CLOSED
    with contextlib.suppress(OSError):
        click.echo(f"impsim: cannot write to standard output: {error.strerror}", err=True)
    return ExitStatus.CANNOT_WRITE


def explain(error: Exception) -> ExitStatus:
    """Say in one line what no other place could deal with; return the exit code for it."""
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(("imp_runtime", "squirrel")):
        click.echo(f"impsim: this Python has no module {error.name}; `impsim doctor` says what to install.", err=True)
        return ExitStatus.UNAVAILABLE
    click.echo(
        f"impsim: internal error: {type(error).__name__}: {error}. This is a fault in impsim: please report it to its "
        "maintainers, with the script; IMPSIM_DEBUG=1 shows where it happened.",
        err=True,
    )
    return ExitStatus.INTERNAL_ERROR


def discard_output() -> None:
    """Send what is still unwritten of standard output nowhere: its reader has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
