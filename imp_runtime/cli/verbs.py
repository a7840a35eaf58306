"""The verbs of ``impsim``: finds the one that is asked for, and says what is wrong with the words of a command."""

from __future__ import annotations

import importlib
import io
from collections.abc import Sequence
from typing import Any, Final

import click

from imp_runtime import __version__
from imp_runtime.cli.main import complain, output_errors
from imp_runtime.redaction import hide_secrets
from imp_runtime.status import ExitStatus

# Where each verb's click command is. Loaded only when it is used: a verb may need heavy libraries.
_VERBS: Final = {
    "api": "imp_runtime.cli.api:api_command",
    "broker": "imp_runtime.cli.broker:broker_command",
    "doctor": "imp_runtime.cli.doctor:doctor_command",
    "run": "imp_runtime.cli.run_command:run_command",
    "test": "imp_runtime.cli.test:test_command",
}

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
        with output_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """As click's; the verbs write here."""
        with output_errors():
            return super().invoke(ctx)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="impsim")
def commands() -> None:
    """Run Electric Imp agent code on your own machine."""


def run_verb(words: Sequence[str]) -> int:
    """Run the command of these words and return its exit code.

    Raises:
        OutputError: standard output cannot be written.
        KeyboardInterrupt: the user had enough.
    """
    try:
        result = commands.main(args=list(words), prog_name="impsim", standalone_mode=False)
    except click.ClickException as error:
        text = io.StringIO()
        error.show(text)
        complain(hide_secrets(text.getvalue().removesuffix("\n")))
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return result if isinstance(result, int) else ExitStatus.OK
