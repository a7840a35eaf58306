"""Arithmetic, bit operations and the other value operators."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.nodes.base import Expr, Frame
from squirrel.ops.access import clone
from squirrel.ops.arithmetic import arithmetic, bitwise, complement, divide_ints, modulo_ints, negate
from squirrel.ops.text import SHORT_TEXT, concatenate, type_name, typeof
from squirrel.values.classes import Class, Instance
from squirrel.values.numbers import round32


class Binary(Expr):
    """Two operands and a line to report: the base of the arithmetic nodes."""

    def __init__(self, left: Expr, right: Expr, line: int) -> None:
        self.left = left
        self.right = right
        self.line: i64 = line


class Add(Binary):
    """``left + right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            total = left + right
            if -2147483648 <= total <= 2147483647:
                return total
        elif type(left) is float and type(right) is float:
            real = left + right
            if real == real:
                return round32(real)
        elif type(left) is str and type(right) is str:
            if len(left) + len(right) < SHORT_TEXT:
                return left + right
            frame.line = self.line
            return concatenate(frame.machine, left, right)
        frame.line = self.line
        return arithmetic(frame.machine, "+", left, right)


class Subtract(Binary):
    """``left - right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            total = left - right
            if -2147483648 <= total <= 2147483647:
                return total
        elif type(left) is float and type(right) is float:
            real = left - right
            if real == real:
                return round32(real)
        frame.line = self.line
        return arithmetic(frame.machine, "-", left, right)


class Multiply(Binary):
    """``left * right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            total = left * right
            if -2147483648 <= total <= 2147483647:
                return total
        elif type(left) is float and type(right) is float:
            real = left * right
            if real == real:
                return round32(real)
        frame.line = self.line
        return arithmetic(frame.machine, "*", left, right)


class Divide(Binary):
    """``left / right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        frame.line = self.line
        if type(left) is int and type(right) is int:
            return divide_ints(left, right)
        return arithmetic(frame.machine, "/", left, right)


class Modulo(Binary):
    """``left % right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        frame.line = self.line
        if type(left) is int and type(right) is int:
            return modulo_ints(left, right)
        return arithmetic(frame.machine, "%", left, right)


class BitAnd(Binary):
    """``left & right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left & right
        frame.line = self.line
        return bitwise("&", left, right)


class BitOr(Binary):
    """``left | right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left | right
        frame.line = self.line
        return bitwise("|", left, right)


class BitXor(Binary):
    """``left ^ right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left ^ right
        frame.line = self.line
        return bitwise("^", left, right)


class Shift(Binary):
    """``<<``, ``>>`` and ``>>>``."""

    def __init__(self, operator: str, left: Expr, right: Expr, line: int) -> None:
        super().__init__(left, right, line)
        self.operator = operator

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        frame.line = self.line
        return bitwise(self.operator, left, right)


class Unary(Expr):
    """One operand and a line to report."""

    def __init__(self, operand: Expr, line: int) -> None:
        self.operand = operand
        self.line: i64 = line


class Negate(Unary):
    """``-operand``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        return negate(frame.machine, value)


class Complement(Unary):
    """``~operand``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        return complement(value)


class Typeof(Unary):
    """``typeof operand``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        return typeof(frame.machine, value)


class Clone(Unary):
    """``clone operand``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        return clone(frame.machine, value)


class InstanceOf(Binary):
    """``left instanceof right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        value = self.left.eval(frame)
        cls = self.right.eval(frame)
        frame.line = self.line
        if type(cls) is not Class:
            # The reference names the right operand first.
            raise SquirrelError(f"cannot apply instanceof between a {type_name(cls)} and a {type_name(value)}")
        return type(value) is Instance and value.cls.is_or_extends(cls)
