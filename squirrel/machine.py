"""The state of one Squirrel machine: what all its frames and natives share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from squirrel.errors import Interrupted, SquirrelError
from squirrel.values.function import Closure, Code, NativeFunction
from squirrel.values.table import Table

if TYPE_CHECKING:
    from squirrel.nodes.base import Frame

# Loop rounds and calls between two looks at what the host wants.
FUEL: Final = 2000

# Script calls inside each other. Far below what the stack that the host gives its thread can hold.
DEEPEST_CALL: Final = 30000
# Native calls inside each other: metamethods, sort and map callbacks (dialect sheet, section 12.1).
DEEPEST_NATIVE_CALL: Final = 100

Members = dict[str, NativeFunction]


class Machine:
    """One program's world.

    ``root`` is the root table, ``constants`` what ``const`` and ``enum`` defined (an enum is a dict of its members).
    The ``*_members`` are the default delegates: the methods that strings, arrays... have.
    """

    def __init__(self, print_function: Callable[[str], None]) -> None:
        """``print_function`` receives the text of ``print``, as byte characters, without any line end added."""
        self.print_function = print_function
        self.root = Table()
        self.constants: dict[str, object] = {}
        self.number_members: Members = {}
        self.string_members: Members = {}
        self.table_members: Members = {}
        self.array_members: Members = {}
        self.function_members: Members = {}
        self.class_members: Members = {}
        self.instance_members: Members = {}
        self.generator_members: Members = {}
        self.weakref_members: Members = {}
        self.depth: i64 = 0
        self.native_depth: i64 = 0
        # ``try`` statements that are running now: an error that one of them will catch needs no trace.
        self.catchers: i64 = 0
        # The frames of the running functions, by depth. They are used again and again, and hold nothing when idle.
        self.frames: list[Frame] = []
        # What an idle frame has for its closure.
        self.idle = Closure(self, Code("", [""]), [], [])
        self.fuel: i64 = FUEL
        self.interrupted = False
        self.pause: Callable[[], None] | None = None
        # Unix time in seconds; hosts may have a time of their own.
        self.clock: Callable[[], float] = time.time
        # The function that is calling ``callee()`` at this moment.
        self.callee: Closure | None = None

    def interrupt(self) -> None:
        """Stop the running program at its next loop round or call. May be called from any thread."""
        self.interrupted = True

    def unwind(self, depth: i64) -> None:
        """An error has been caught by a function that had counted ``depth`` calls: release the frames above it."""
        level = self.depth
        while level > depth:
            level -= 1
            if level < len(self.frames):
                frame = self.frames[level]
                frame.release(len(frame.slots))
        self.depth = depth

    def reset(self) -> None:
        """Nothing of the program is running any more."""
        self.unwind(0)
        self.native_depth = 0
        self.catchers = 0

    def refuel(self) -> None:
        """Called by loops and calls when the fuel is used up: let other threads run, and obey an interrupt.

        Compiled code does not give up Python's global lock by itself, so ``pause`` (set by the host) does it here.

        Raises:
            Interrupted: the host asked for the end.
        """
        self.fuel = FUEL
        if self.pause is not None:
            self.pause()
        if self.interrupted:
            raise Interrupted

    def spend(self, amount: i64) -> None:
        """Count the bytes or items that a native is about to handle in one go: a thousand are like a loop round.

        Raises:
            Interrupted: the host asked for the end.
        """
        if amount >= 1024:
            self.fuel -= amount >> 10
            if self.fuel < 0:
                self.refuel()

    def enter_native(self) -> None:
        """Count a native call that may call back into the program; pair with ``leave_native``."""
        if self.native_depth >= DEEPEST_NATIVE_CALL:
            raise SquirrelError("Native stack overflow")
        self.native_depth += 1

    def leave_native(self) -> None:
        """See ``enter_native``."""
        self.native_depth -= 1
