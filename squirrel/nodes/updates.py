"""Compound assignment (``+=``...) and ``++``/``--`` on each kind of target.

Both are "read, compute, write", and differ in which value they give.
"""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.nodes.arithmetic import Arithmetic, wrapped
from squirrel.nodes.base import NORMAL, Expr, Frame, Stmt
from squirrel.nodes.members import ByName, index, store_index
from squirrel.nodes.variables import BareName, find_name, set_name
from squirrel.ops.arithmetic import arithmetic
from squirrel.values.function import Cell
from squirrel.values.table import MISSING, Table


class LocalUpdate(Expr):
    """On a local variable of this function; the operand is evaluated first, then the variable is read."""

    def __init__(self, operation: Arithmetic, slot: int, value: Expr, postfix: bool, line: int) -> None:
        self.operation: Final = operation
        self.slot: Final[i64] = slot
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        slots = frame.slots
        before = slots[self.slot]
        after = self.operation.apply(frame, before, value)
        slots[self.slot] = after
        return before if self.postfix else after


class LocalIncrement(Expr):
    """``++x``, ``--x``, ``x++``, ``x--`` on a local variable of this function."""

    def __init__(self, slot: int, delta: int, postfix: bool, line: int) -> None:
        self.slot: Final[i64] = slot
        self.delta: Final[i64] = delta
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        slots = frame.slots
        before = slots[self.slot]
        after: object = None
        if type(before) is int:
            number: i64 = before
            after = wrapped(number + self.delta)
        else:
            frame.line = self.line
            after = arithmetic(frame.machine, "+" if self.delta > 0 else "-", before, 1)
        slots[self.slot] = after
        return before if self.postfix else after


class LocalCount(Stmt):
    """``x++`` and the like as a statement: most loops have one."""

    def __init__(self, slot: int, delta: int, line: int) -> None:
        self.slot: Final[i64] = slot
        self.delta: Final[i64] = delta
        self.line: Final[i64] = line

    def exec(self, frame: Frame) -> i64:
        slots = frame.slots
        before = slots[self.slot]
        if type(before) is int:
            number: i64 = before
            slots[self.slot] = wrapped(number + self.delta)
        else:
            frame.line = self.line
            slots[self.slot] = arithmetic(frame.machine, "+" if self.delta > 0 else "-", before, 1)
        return NORMAL


class CellUpdate(Expr):
    """On a captured local variable of this function."""

    def __init__(self, operation: Arithmetic, slot: int, value: Expr, postfix: bool, line: int) -> None:
        self.operation: Final = operation
        self.slot: Final[i64] = slot
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        cell = cast(Cell, frame.slots[self.slot])
        before = cell.value
        after = self.operation.apply(frame, before, value)
        cell.value = after
        return before if self.postfix else after


class OuterUpdate(Expr):
    """On a variable of an enclosing function."""

    def __init__(self, operation: Arithmetic, position: int, value: Expr, postfix: bool, line: int) -> None:
        self.operation: Final = operation
        self.position: Final[i64] = position
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        # The variable is loaded before the operand runs, unlike a local of the function itself.
        cell = frame.closure.cells[self.position]
        before = cell.value
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        after = self.operation.apply(frame, before, value)
        cell.value = after
        return before if self.postfix else after


class NameUpdate(BareName):
    """On a slot of ``this`` or of the root table."""

    def __init__(self, operation: Arithmetic, name: str, value: Expr, postfix: bool, line: int) -> None:
        super().__init__(name, line)
        self.operation: Final = operation
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        frame.line = self.line
        before = self.find(frame)
        after = self.operation.apply(frame, before, value)
        self.store(frame, after)
        return before if self.postfix else after


class ThisIndexUpdate(Expr):
    """On ``this[key]``."""

    def __init__(self, operation: Arithmetic, key: Expr, value: Expr, postfix: bool, line: int) -> None:
        self.operation: Final = operation
        self.key: Final = key
        self.value: Final = value
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        key = self.key.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        before = find_name(frame, key)
        after = self.operation.apply(frame, before, value)
        set_name(frame, key, after)
        return before if self.postfix else after


class MemberUpdate(ByName):
    """On ``target.name``."""

    def __init__(
        self, operation: Arithmetic, target: Expr, name: str, value: Expr, postfix: bool, line: int
    ) -> None:
        super().__init__(name, line)
        self.operation: Final = operation
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        if type(target) is Table and (type(value) is int or type(value) is float):
            before = target.slots.get(self.name, MISSING)
            if type(before) is int or type(before) is float:
                # Numbers only, so that nothing of the program runs: the slot stays.
                after = self.operation.apply(frame, before, value)
                target.slots[self.name] = after
                return before if self.postfix else after
        frame.line = self.line
        before = self.member(frame, target)
        after = self.operation.apply(frame, before, value)
        self.store_member(frame, target, after)
        return before if self.postfix else after


class IndexUpdate(Expr):
    """On ``target[key]``."""

    def __init__(self, operation: Arithmetic, target: Expr, key: Expr, value: Expr, postfix: bool, line: int) -> None:
        self.operation: Final = operation
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.postfix: Final = postfix
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        frame.line = self.line
        before = index(frame, target, key)
        after = self.operation.apply(frame, before, value)
        store_index(frame, target, key, after)
        return before if self.postfix else after
