"""Bounds for what a program may allocate in one step, so that a wrong number cannot take the process down."""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import LONGEST_TEXT

# An agent on the imp has far less memory than either; both are a fraction of what the process can hold. Blobs turn
# into strings, so they may be as long.
MOST_ITEMS: Final = 1 << 24
MOST_BYTES: Final = LONGEST_TEXT


def check_items(machine: Machine, count: int) -> None:
    """Allow an array of ``count`` items, and count the work of making it.

    Raises:
        SquirrelError: ``negative size``, or ``out of memory``.
    """
    if count < 0:
        raise SquirrelError("negative size")
    if count > MOST_ITEMS:
        raise SquirrelError("out of memory")
    machine.spend(count)


def check_bytes(machine: Machine, count: int) -> None:
    """Allow a blob of ``count`` bytes, and count the work of making it.

    Raises:
        SquirrelError: ``negative size``, or ``out of memory``.
    """
    if count < 0:
        raise SquirrelError("negative size")
    if count > MOST_BYTES:
        raise SquirrelError("out of memory")
    machine.spend(count)
