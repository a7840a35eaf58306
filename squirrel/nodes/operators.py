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


class Unary(Expr):
    """One operand and a line to report."""

    def __init__(self, operand: Expr, line: int) -> None:
        self.operand = operand
        self.line: i64 = line


def wrapped(number: i64) -> i64:
    """An integer of up to 64 bits as its low 32 bits, signed."""
    if -2147483648 <= number <= 2147483647:
        return number
    return ((number + 0x80000000) & 0xFFFFFFFF) - 0x80000000


class Add(Binary):
    """``left + right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a + b)
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


class AddInteger(Unary):
    """``operand + constant`` and ``operand - constant``."""

    def __init__(self, operand: Expr, constant: int, operator: str, line: int) -> None:
        super().__init__(operand, line)
        self.constant = constant
        self.operator = operator
        self.delta: i64 = constant if operator == "+" else -constant

    def eval(self, frame: Frame) -> object:
        left = self.operand.eval(frame)
        if type(left) is int:
            a: i64 = left
            return wrapped(a + self.delta)
        frame.line = self.line
        return arithmetic(frame.machine, self.operator, left, self.constant)


class Subtract(Binary):
    """``left - right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a - b)
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
            a: i64 = left
            b: i64 = right
            return wrapped(a * b)
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
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            # Python rounds down, Squirrel towards zero: the same where neither is negative.
            if a >= 0 and b > 0:
                return a // b
            frame.line = self.line
            return divide_ints(left, right)
        frame.line = self.line
        return arithmetic(frame.machine, "/", left, right)


class Modulo(Binary):
    """``left % right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            if a >= 0 and b > 0:
                return a % b
            frame.line = self.line
            return modulo_ints(left, right)
        frame.line = self.line
        return arithmetic(frame.machine, "%", left, right)


class BitAnd(Binary):
    """``left & right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a & b
        frame.line = self.line
        return bitwise("&", left, right)


class BitOr(Binary):
    """``left | right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a | b
        frame.line = self.line
        return bitwise("|", left, right)


class BitXor(Binary):
    """``left ^ right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a ^ b
        frame.line = self.line
        return bitwise("^", left, right)


class ShiftLeft(Binary):
    """``left << right``; counts are taken modulo 32."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a << (b & 31))
        frame.line = self.line
        return bitwise("<<", left, right)


class ShiftRight(Binary):
    """``left >> right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a >> (b & 31)
        frame.line = self.line
        return bitwise(">>", left, right)


class ShiftRightUnsigned(Binary):
    """``left >>> right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped((a & 0xFFFFFFFF) >> (b & 31))
        frame.line = self.line
        return bitwise(">>>", left, right)


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
