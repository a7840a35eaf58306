"""Operators on one value, and ``instanceof``."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.nodes.base import REAL, Binary, Frame, Unary, boxed, unboxed
from squirrel.ops.access import clone
from squirrel.ops.arithmetic import complement, negate
from squirrel.ops.text import type_name, typeof
from squirrel.values.classes import Class, Instance


class Negate(Unary):
    """``-operand``."""

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
        frame.line = self.line
        return negate(frame.machine, value)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.operand.number(frame)
        # -2147483648 stays as it is; 0.0 and NaN have signs of their own.
        if -2147483648 < a < REAL:
            return -a, 0.0
        frame.line = self.line
        return unboxed(frame, negate(frame.machine, boxed(frame, a, x)))


class Complement(Unary):
    """``~operand``."""

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
        frame.line = self.line
        return complement(value)


class Typeof(Unary):
    """``typeof operand``."""

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
        frame.line = self.line
        return typeof(frame.machine, value)


class Clone(Unary):
    """``clone operand``."""

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
        frame.line = self.line
        return clone(frame.machine, value)


class InstanceOf(Binary):
    """``left instanceof right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        value = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        cls = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        frame.line = self.line
        if type(cls) is not Class:
            # The reference names the right operand first.
            raise SquirrelError(f"cannot apply instanceof between a {type_name(cls)} and a {type_name(value)}")
        return type(value) is Instance and value.cls.is_or_extends(cls)
