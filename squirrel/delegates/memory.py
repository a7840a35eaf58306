"""Bounds for what a program may allocate in one step, so that a wrong number cannot take the process down."""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError

# An agent on the imp has far less memory than either; both are a fraction of what the process can hold.
MOST_ITEMS: Final = 1 << 25
MOST_BYTES: Final = 1 << 28


def check_items(count: int) -> None:
    """Allow an array of ``count`` items.

    Raises:
        SquirrelError: ``negative size``, or ``out of memory``.
    """
    if count < 0:
        raise SquirrelError("negative size")
    if count > MOST_ITEMS:
        raise SquirrelError("out of memory")


def check_bytes(count: int) -> None:
    """Allow a blob of ``count`` bytes.

    Raises:
        SquirrelError: ``negative size``, or ``out of memory``.
    """
    if count < 0:
        raise SquirrelError("negative size")
    if count > MOST_BYTES:
        raise SquirrelError("out of memory")
