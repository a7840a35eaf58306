"""Frames, and the two kinds of nodes."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.machine import Machine
from squirrel.values.function import Closure

# Whether this is the compiled build.
COMPILED: Final = not hasattr(Machine.__init__, "__code__")

# Completion codes: how a statement ended. From RETURN on, loops end as well and pass the code on.
NORMAL: Final = 0
BREAK: Final = 1
CONTINUE: Final = 2
RETURN: Final = 3
YIELD: Final = 4

# The numbers that ``Expr.number`` gives for values that are no integers; integers are smaller.
REAL: Final = 1 << 40
OTHER: Final = 1 << 41


class Frame:
    """One activation of a function.

    ``slots`` holds parameters, locals and temporaries, and may be longer than the function needs; the slot of a
    captured local holds its ``Cell``. ``line`` is where the frame is, for stack traces. ``result`` is what a
    ``return`` or ``yield`` left. ``resuming`` is set while a generator's body finds its way back to where it was left.
    ``other`` is a value on its way from ``Expr.number`` to its caller.
    """

    def __init__(self, machine: Machine, closure: Closure, this: object, slots: list[object]) -> None:
        self.machine = machine
        self.closure = closure
        self.this = this
        self.slots = slots
        self.line: i64 = 0
        self.result: object = None
        self.resuming = False
        self.other: object = None

    def release(self, count: i64) -> None:
        """Let go of everything: of ``count`` slots, the last first."""
        slots = self.slots
        if COMPILED:
            while count > 0:
                count -= 1
                slots[count] = None
        else:
            slots[:count] = [None] * count
        self.result = None
        self.this = None
        self.other = None
        self.closure = self.machine.idle

    def take(self) -> object:
        """What ``Expr.number`` left because it was no number."""
        value = self.other
        self.other = None
        return value


class Expr:
    """An expression.

    ``local`` is the slot of a plain local variable, else -1: most operands are locals, and a node that takes its
    operand out of the frame by itself saves a call.
    """

    local: i64 = -1

    def eval(self, frame: Frame) -> object:
        """The expression's value."""
        raise AssertionError("every expression evaluates")

    def cond(self, frame: Frame) -> bool:
        """The expression's truth; comparisons override this so that conditions need no bool object."""
        return truth(self.eval(frame))

    def number(self, frame: Frame) -> tuple[i64, float]:
        """The value without a box.

        An integer is ``(integer, 0.0)``, a float ``(REAL, float)``. Of anything else it is ``(OTHER, 0.0)``, and the
        value waits in ``frame.other``: the caller must take it from there before it runs anything else.
        """
        return unboxed(frame, self.eval(frame))


class Stmt:
    """A statement."""

    def exec(self, frame: Frame) -> i64:
        """Run it; returns a completion code."""
        raise AssertionError("every statement executes")


class Unary(Expr):
    """One operand and a line to report."""

    def __init__(self, operand: Expr, line: int) -> None:
        self.operand: Final = operand
        self.operand_local: Final[i64] = operand.local
        self.line: Final[i64] = line


class Binary(Expr):
    """Two operands and a line to report."""

    def __init__(self, left: Expr, right: Expr, line: int) -> None:
        self.left: Final = left
        self.right: Final = right
        self.left_local: Final[i64] = left.local
        self.right_local: Final[i64] = right.local
        self.line: Final[i64] = line


def unboxed(frame: Frame, value: object) -> tuple[i64, float]:
    """A value as ``Expr.number`` gives it."""
    if type(value) is int:
        return value, 0.0
    if type(value) is float:
        return REAL, value
    frame.other = value
    return OTHER, 0.0


def boxed(frame: Frame, number: i64, real: float) -> object:
    """What ``Expr.number`` gave, as a value."""
    if number < REAL:
        return number
    return real if number == REAL else frame.take()


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
