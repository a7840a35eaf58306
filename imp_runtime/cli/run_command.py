"""``impsim run`` as a click command: for its help, and for command lines that ``read_plain`` leaves to click."""

from __future__ import annotations

import inspect
from typing import Any, Final

import click

from imp_runtime.cli.click_types import checked
from imp_runtime.cli.run import run
from imp_runtime.cli.run_options import RUN_OPTIONS, Option


def _click_option(option: Option) -> click.Option:
    declarations = [option.flag, option.name]
    if option.read is None:
        return click.Option(declarations, is_flag=True, help=option.help)
    kind: Any = click.Choice(option.choices) if option.choices else checked(option.read)
    if option.repeatable:
        return click.Option(declarations, type=kind, metavar=option.metavar, multiple=True, help=option.help)
    return click.Option(
        declarations,
        type=kind,
        metavar=option.metavar,
        default=option.default,
        show_default=option.default is not None,
        help=option.help,
    )


run_command: Final = click.Command(
    "run",
    callback=run,
    params=[click.Argument(["file"], metavar="FILE|-"), *map(_click_option, RUN_OPTIONS)],
    help=inspect.cleandoc(run.__doc__ or ""),
)
