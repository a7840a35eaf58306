"""Frames, and the two kinds of nodes."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from squirrel.machine import Machine
from squirrel.values.function import Closure

# Completion codes: how a statement ended. From RETURN on, loops end as well and pass the code on.
NORMAL: Final = 0
BREAK: Final = 1
CONTINUE: Final = 2
RETURN: Final = 3
YIELD: Final = 4


@mypyc_attr(free_list_len=1)
class Frame:
    """One activation of a function.

    ``slots`` holds parameters, locals and temporaries; the slot of a captured local holds its ``Cell``.
    ``line`` is where the frame is, for stack traces. ``result`` is what a ``return`` or ``yield`` left. ``resuming`` is
    set while a generator's body finds its way back to where it was left.
    """

    def __init__(self, machine: Machine, closure: Closure, this: object, slots: list[object]) -> None:
        self.machine = machine
        self.closure = closure
        self.this = this
        self.slots = slots
        self.line: i64 = 0
        self.result: object = None
        self.resuming = False


class Expr:
    """An expression."""

    def eval(self, frame: Frame) -> object:
        """The expression's value."""
        raise AssertionError("every expression evaluates")

    def cond(self, frame: Frame) -> bool:
        """The expression's truth; comparisons override this so that conditions need no bool object."""
        return truth(self.eval(frame))


class Stmt:
    """A statement."""

    def exec(self, frame: Frame) -> i64:
        """Run it; returns a completion code."""
        raise AssertionError("every statement executes")


def truth(value: object) -> bool:
    """null, false, 0 and 0.0 are false; everything else is true."""
    if type(value) is bool:
        return value
    if value is None:
        return False
    if type(value) is int:
        return value != 0
    if type(value) is float:
        return value != 0.0
    return True
