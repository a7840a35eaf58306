"""Runs short Squirrel programs for the tables of the tests in the folders below."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM
from squirrel.errors import SquirrelError
from squirrel.values.array import Array
from squirrel.values.table import Table

Evaluate = Callable[[str], str]


def plain(value: object) -> object:
    """Arrays and tables as Python has them, in iteration order."""
    if isinstance(value, Array):
        return [plain(item) for item in value.items]
    if isinstance(value, Table):
        keys = value.keys()
        return {key: plain(value.get(key)) for key in keys}
    return value


@pytest.fixture
def evaluate() -> Evaluate:
    """A function from a program (or a single expression) to what it returns, as ``repr`` shows it, or ``error: text``.

    ``repr`` tells 1, 1.0 and true apart.
    """

    def run(source: str) -> str:
        program = source if "return" in source else f"return ({source})"
        try:
            return repr(plain(VM(print_function=lambda text: None).run(program)))
        except SquirrelError as error:
            return f"error: {error.value}"

    return run
