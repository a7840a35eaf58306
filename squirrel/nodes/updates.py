"""Compound assignment (``+=``...) and ``++``/``--`` on each kind of target.

Both are "read, compute, write", and differ in which value they give.
"""

from __future__ import annotations

from typing import cast

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame
from squirrel.nodes.members import index, member, store_index, store_member
from squirrel.nodes.operators import wrapped
from squirrel.nodes.variables import find_name, set_name
from squirrel.ops.arithmetic import arithmetic
from squirrel.values.function import Cell


class LocalUpdate(Expr):
    """On a local variable of this function; the operand is evaluated first, then the variable is read."""

    def __init__(self, operator: str, slot: int, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.slot: i64 = slot
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        slots = frame.slots
        before = slots[self.slot]
        frame.line = self.line
        after = arithmetic(frame.machine, self.operator, before, value)
        slots[self.slot] = after
        return before if self.postfix else after


class LocalIncrement(Expr):
    """``++x``, ``--x``, ``x++``, ``x--`` on a local variable of this function."""

    def __init__(self, slot: int, delta: int, postfix: bool, line: int) -> None:
        self.slot: i64 = slot
        self.delta: i64 = delta
        self.postfix = postfix
        self.line: i64 = line

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


class CellUpdate(Expr):
    """On a captured local variable of this function."""

    def __init__(self, operator: str, slot: int, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.slot: i64 = slot
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        cell = cast(Cell, frame.slots[self.slot])
        before = cell.value
        frame.line = self.line
        after = arithmetic(frame.machine, self.operator, before, value)
        cell.value = after
        return before if self.postfix else after


class OuterUpdate(Expr):
    """On a variable of an enclosing function."""

    def __init__(self, operator: str, position: int, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.position: i64 = position
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        # The variable is loaded before the operand runs, unlike a local of the function itself.
        cell = frame.closure.cells[self.position]
        before = cell.value
        value = self.value.eval(frame)
        frame.line = self.line
        after = arithmetic(frame.machine, self.operator, before, value)
        cell.value = after
        return before if self.postfix else after


class NameUpdate(Expr):
    """On a slot of ``this`` or of the root table; ``name`` is a Constant, or the key of ``this[key]``."""

    def __init__(self, operator: str, name: Expr, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.name = name
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        name = self.name.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        before = find_name(frame, name)
        after = arithmetic(frame.machine, self.operator, before, value)
        set_name(frame, name, after)
        return before if self.postfix else after


class MemberUpdate(Expr):
    """On ``target.name``."""

    def __init__(self, operator: str, target: Expr, name: str, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.target = target
        self.name = name
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        before = member(frame, target, self.name)
        after = arithmetic(frame.machine, self.operator, before, value)
        store_member(frame, target, self.name, after)
        return before if self.postfix else after


class IndexUpdate(Expr):
    """On ``target[key]``."""

    def __init__(self, operator: str, target: Expr, key: Expr, value: Expr, postfix: bool, line: int) -> None:
        self.operator = operator
        self.target = target
        self.key = key
        self.value = value
        self.postfix = postfix
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        before = index(frame, target, key)
        after = arithmetic(frame.machine, self.operator, before, value)
        store_index(frame, target, key, after)
        return before if self.postfix else after
