"""How click comes to the readers of ``imp_runtime.cli.options``, which know nothing of it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import click

from imp_runtime.cli.options import BadValueError


def checked(read: Callable[[str], object]) -> Callable[[str], object]:
    """The reader, as the type of a click option: what its BadValueError says is shown to the user."""

    @functools.wraps(read)
    def convert(value: str) -> object:
        try:
            return read(value)
        except BadValueError as error:
            raise click.BadParameter(str(error)) from None

    return convert
