"""Statements: blocks, conditions, loops, ``return``."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.nodes.base import BREAK, CONTINUE, NORMAL, RETURN, Expr, Frame, Stmt
from squirrel.values.function import Cell


class Evaluate(Stmt):
    """An expression for its effect."""

    def __init__(self, expression: Expr) -> None:
        self.expression: Final = expression

    def exec(self, frame: Frame) -> i64:
        self.expression.eval(frame)
        return NORMAL


class Nothing(Stmt):
    """``;`` and what was done at compile time (``const``, ``enum``)."""

    def exec(self, frame: Frame) -> i64:
        return NORMAL


class LocalDeclare(Stmt):
    """``local x = value``, and ``x = value`` as a statement."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: Final[i64] = slot
        self.value: Final = value

    def exec(self, frame: Frame) -> i64:
        frame.slots[self.slot] = self.value.eval(frame)
        return NORMAL


class CellDeclare(Stmt):
    """``local x = value`` where closures capture ``x``: each round of a loop makes a new variable."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: Final[i64] = slot
        self.value: Final = value

    def exec(self, frame: Frame) -> i64:
        frame.slots[self.slot] = Cell(self.value.eval(frame))
        return NORMAL


class Statements(Stmt):
    """Four statements in a row, without a scope of their own.

    Attributes, because compiled code checks the type of every item it takes out of a list.
    """

    def __init__(self, first: Stmt, second: Stmt, third: Stmt, fourth: Stmt) -> None:
        self.first: Final = first
        self.second: Final = second
        self.third: Final = third
        self.fourth: Final = fourth

    def exec(self, frame: Frame) -> i64:
        code = self.first.exec(frame)
        if code != NORMAL:
            return code
        code = self.second.exec(frame)
        if code != NORMAL:
            return code
        code = self.third.exec(frame)
        if code != NORMAL:
            return code
        return self.fourth.exec(frame)


class TwoStatements(Stmt):
    """Two statements in a row."""

    def __init__(self, first: Stmt, second: Stmt) -> None:
        self.first: Final = first
        self.second: Final = second

    def exec(self, frame: Frame) -> i64:
        code = self.first.exec(frame)
        if code != NORMAL:
            return code
        return self.second.exec(frame)


def in_a_row(statements: list[Stmt]) -> Stmt:
    """One node that executes all statements: a tree of the two above, so that a long script is no deep one."""
    while len(statements) > 4:
        grouped: list[Stmt] = []
        for index in range(0, len(statements), 4):
            grouped.append(in_a_row(statements[index : index + 4]))
        statements = grouped
    if not statements:
        return Nothing()
    if len(statements) == 1:
        return statements[0]
    if len(statements) == 2:
        return TwoStatements(statements[0], statements[1])
    fourth = statements[3] if len(statements) == 4 else Nothing()
    return Statements(statements[0], statements[1], statements[2], fourth)


class Scope(Stmt):
    """Statements with locals of their own: these are released when the block ends, however it ends."""

    def __init__(self, body: Stmt, first_slot: int, last_slot: int) -> None:
        self.body: Final = body
        self.first_slot: Final[i64] = first_slot
        self.last_slot: Final[i64] = last_slot

    def exec(self, frame: Frame) -> i64:
        code = self.body.exec(frame)
        clear(frame, self.first_slot, self.last_slot)
        return code


def clear(frame: Frame, slot: i64, last: i64) -> None:
    """Release the slots from ``slot`` up to, not including, ``last``."""
    slots = frame.slots
    while slot < last:
        slots[slot] = None
        slot += 1


class If(Stmt):
    """``if (condition) then else otherwise``."""

    def __init__(self, condition: Expr, then: Stmt, otherwise: Stmt | None) -> None:
        self.condition: Final = condition
        self.then: Final = then
        self.otherwise: Final = otherwise

    def exec(self, frame: Frame) -> i64:
        if self.condition.cond(frame):
            return self.then.exec(frame)
        if self.otherwise is not None:
            return self.otherwise.exec(frame)
        return NORMAL


class While(Stmt):
    """``while (condition) body``."""

    def __init__(self, condition: Expr, body: Stmt) -> None:
        self.condition: Final = condition
        self.body: Final = body

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        while self.condition.cond(frame):
            code = self.body.exec(frame)
            if code != NORMAL:
                if code == BREAK:
                    break
                if code == RETURN:
                    return RETURN
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()
        return NORMAL


class DoWhile(Stmt):
    """``do body while (condition)``."""

    def __init__(self, body: Stmt, condition: Expr) -> None:
        self.body: Final = body
        self.condition: Final = condition

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        while True:
            code = self.body.exec(frame)
            if code != NORMAL:
                if code == BREAK:
                    break
                if code == RETURN:
                    return RETURN
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()
            if not self.condition.cond(frame):
                break
        return NORMAL


class For(Stmt):
    """``for (initial; condition; step) body``; the resolver puts a Scope around it."""

    def __init__(self, initial: Stmt | None, condition: Expr | None, step: Stmt | None, body: Stmt) -> None:
        self.initial: Final = initial
        self.condition: Final = condition
        self.step: Final = step
        self.body: Final = body

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        if self.initial is not None:
            self.initial.exec(frame)
        condition = self.condition
        step = self.step
        while condition is None or condition.cond(frame):
            code = self.body.exec(frame)
            if code != NORMAL:
                if code == BREAK:
                    break
                if code == RETURN:
                    return RETURN
            if step is not None:
                step.exec(frame)
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()
        return NORMAL


class Break(Stmt):
    """``break``."""

    def exec(self, frame: Frame) -> i64:
        return BREAK


class Continue(Stmt):
    """``continue``."""

    def exec(self, frame: Frame) -> i64:
        return CONTINUE


class Return(Stmt):
    """``return value``."""

    def __init__(self, value: Expr) -> None:
        self.value: Final = value

    def exec(self, frame: Frame) -> i64:
        frame.result = self.value.eval(frame)
        return RETURN
