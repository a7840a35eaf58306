"""The verbs of ``impsim``: finds the one that is asked for, and says what is wrong with the words of a command."""

from __future__ import annotations

import errno
import importlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click

from imp_runtime import __version__
from imp_runtime.cli.main import complain
from imp_runtime.redaction import hide_secrets
from imp_runtime.status import ExitStatus

# Where each verb's click command is. Loaded only when it is used: a verb may need heavy libraries.
_VERBS: Final = {
    "broker": "imp_runtime.cli.broker:broker_command",
    "doctor": "imp_runtime.cli.doctor:doctor_command",
    "run": "imp_runtime.cli.run:run_command",
}

# What writing to a full disk, a vanished reader or a closed descriptor gives.
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT})


class OutputError(Exception):
    """Standard output cannot be written; ``error`` says why. No OSError, for click has its own way with those."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


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

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """As click's; ``--help`` and ``--version`` write here."""
        with _output_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's; the verbs write here."""
        with _output_errors():
            return super().invoke(ctx)


@contextmanager
def _output_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        raise OutputError(error) from None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="impsim")
def commands() -> None:
    """Run Electric Imp agent code on your own machine."""


def run_verb(arguments: Sequence[str] | None) -> int:
    """Run the command line (the process's own for None) and return the exit code.

    Raises:
        OutputError: standard output cannot be written.
        KeyboardInterrupt: the user had enough.
    """
    try:
        result = commands.main(
            args=None if arguments is None else list(arguments), prog_name="impsim", standalone_mode=False
        )
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        complain(hide_secrets(text.getvalue().removesuffix("\n")))
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else ExitStatus.OK
