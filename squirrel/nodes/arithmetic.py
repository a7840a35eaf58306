"""Arithmetic and bit operations: ``+ - * / %``, ``& | ^``, ``<< >> >>>``.

Every node has two ways to its value. ``number`` takes the operands without a box and gives the result without one, so
that an expression like ``a * b + c`` allocates one object and not two: the compiled build goes this way. ``apply``
works on objects: for compound assignment, for strings and metamethods, and for the plain Python build, where a box
costs nothing and a tuple does. The classes repeat one shape on purpose: a call between them would cost what this gains.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.nodes.base import COMPILED, OTHER, REAL, Binary, Expr, Frame, boxed, unboxed
from squirrel.nodes.literals import Constant
from squirrel.ops.arithmetic import arithmetic, bitwise, divide_ints, modulo_ints
from squirrel.ops.text import SHORT_TEXT, concatenate
from squirrel.values.numbers import round32


def wrapped(number: i64) -> i64:
    """An integer of up to 64 bits as its low 32 bits, signed."""
    if -2147483648 <= number <= 2147483647:
        return number
    return ((number + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def as_real(number: i64, real: float) -> float:
    """An unboxed number as a float."""
    return real if number == REAL else round32(float(number))


class Arithmetic(Binary):
    """What these operators have in common.

    ``constant`` is the right operand if that is a constant integer, else REAL.
    """

    def __init__(self, left: Expr, right: Expr, line: int) -> None:
        super().__init__(left, right, line)
        value = right.value if isinstance(right, Constant) else None
        self.constant: Final[i64] = value if type(value) is int else REAL

    def left_number(self, frame: Frame) -> tuple[i64, float]:
        """The left operand without a box."""
        if self.left_local >= 0:
            return unboxed(frame, frame.slots[self.left_local])
        return self.left.number(frame)

    def right_number(self, frame: Frame) -> tuple[i64, float]:
        """The right operand without a box."""
        if self.constant < REAL:
            return self.constant, 0.0
        if self.right_local >= 0:
            return unboxed(frame, frame.slots[self.right_local])
        return self.right.number(frame)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        """The operator on two values."""
        raise AssertionError("every operator applies")

    def general(self, frame: Frame, a: i64, x: float, left: object, b: i64, y: float) -> tuple[i64, float]:
        """What ``number`` leaves to ``apply``. An operand that is OTHER is ``left``, or still in the frame."""
        right = boxed(frame, b, y)
        if a != OTHER:
            left = boxed(frame, a, x)
        return unboxed(frame, self.apply(frame, left, right))


class Add(Arithmetic):
    """``left + right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            result = left + right
            if -2147483648 <= result <= 2147483647:
                return result
        elif type(left) is float and type(right) is float:
            # As round32.
            real = left + right
            scaled = real * 536870913.0
            real = scaled - (scaled - real)
            if 1.1754943508222875e-38 <= real <= 3.4028234663852886e38:
                return real
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return wrapped(a + b), 0.0
        if a <= REAL and b <= REAL:
            real = as_real(a, x) + as_real(b, y)
            if real == real:
                return REAL, round32(real)
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a + b)
        if type(left) is float and type(right) is float:
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


class Subtract(Arithmetic):
    """``left - right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            result = left - right
            if -2147483648 <= result <= 2147483647:
                return result
        elif type(left) is float and type(right) is float:
            # As round32.
            real = left - right
            scaled = real * 536870913.0
            real = scaled - (scaled - real)
            if 1.1754943508222875e-38 <= real <= 3.4028234663852886e38:
                return real
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return wrapped(a - b), 0.0
        if a <= REAL and b <= REAL:
            real = as_real(a, x) - as_real(b, y)
            if real == real:
                return REAL, round32(real)
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a - b)
        if type(left) is float and type(right) is float:
            real = left - right
            if real == real:
                return round32(real)
        frame.line = self.line
        return arithmetic(frame.machine, "-", left, right)


class Multiply(Arithmetic):
    """``left * right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            result = left * right
            if -2147483648 <= result <= 2147483647:
                return result
        elif type(left) is float and type(right) is float:
            # As round32.
            real = left * right
            scaled = real * 536870913.0
            real = scaled - (scaled - real)
            if 1.1754943508222875e-38 <= real <= 3.4028234663852886e38:
                return real
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return wrapped(a * b), 0.0
        if a <= REAL and b <= REAL:
            real = as_real(a, x) * as_real(b, y)
            if real == real:
                return REAL, round32(real)
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a * b)
        if type(left) is float and type(right) is float:
            real = left * right
            if real == real:
                return round32(real)
        frame.line = self.line
        return arithmetic(frame.machine, "*", left, right)


class Divide(Arithmetic):
    """``left / right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            # Python rounds down, Squirrel towards zero: the same where neither is negative.
            if a >= 0 and b > 0:
                return a // b, 0.0
        elif a <= REAL and b <= REAL:
            divisor = as_real(b, y)
            if divisor != 0.0:
                real = as_real(a, x) / divisor
                if real == real:
                    return REAL, round32(real)
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        frame.line = self.line
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a // b if a >= 0 and b > 0 else divide_ints(left, right)
        return arithmetic(frame.machine, "/", left, right)


class Modulo(Arithmetic):
    """``left % right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL and a >= 0 and b > 0:
            return a % b, 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        frame.line = self.line
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a % b if a >= 0 and b > 0 else modulo_ints(left, right)
        return arithmetic(frame.machine, "%", left, right)


class BitAnd(Arithmetic):
    """``left & right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left & right
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return a & b, 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a & b
        frame.line = self.line
        return bitwise("&", left, right)


class BitOr(Arithmetic):
    """``left | right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left | right
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return a | b, 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a | b
        frame.line = self.line
        return bitwise("|", left, right)


class BitXor(Arithmetic):
    """``left ^ right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left ^ right
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return a ^ b, 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a ^ b
        frame.line = self.line
        return bitwise("^", left, right)


class ShiftLeft(Arithmetic):
    """``left << right``; counts are taken modulo 32."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return wrapped(a << (b & 31)), 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped(a << (b & 31))
        frame.line = self.line
        return bitwise("<<", left, right)


class ShiftRight(Arithmetic):
    """``left >> right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left >> (right & 31)
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return a >> (b & 31), 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return a >> (b & 31)
        frame.line = self.line
        return bitwise(">>", left, right)


class ShiftRightUnsigned(Arithmetic):
    """``left >>> right``."""

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        return self.apply(frame, left, right)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = self.left_number(frame)
        left = frame.take() if a == OTHER else None
        b, y = self.right_number(frame)
        if a < REAL and b < REAL:
            return wrapped((a & 0xFFFFFFFF) >> (b & 31)), 0.0
        return self.general(frame, a, x, left, b, y)

    def apply(self, frame: Frame, left: object, right: object) -> object:
        if type(left) is int and type(right) is int:
            a: i64 = left
            b: i64 = right
            return wrapped((a & 0xFFFFFFFF) >> (b & 31))
        frame.line = self.line
        return bitwise(">>>", left, right)


class AddInteger(Expr):
    """``operand + constant`` and ``operand - constant``."""

    def __init__(self, operand: Expr, constant: int, operator: str, line: int) -> None:
        self.operand: Final = operand
        self.operand_local: Final[i64] = operand.local
        self.constant: Final = constant
        self.operator: Final = operator
        self.delta: Final[i64] = constant if operator == "+" else -constant
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        if COMPILED:
            number, real = self.number(frame)
            return boxed(frame, number, real)
        left = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
        if type(left) is int:
            a: i64 = left
            return wrapped(a + self.delta)
        frame.line = self.line
        return arithmetic(frame.machine, self.operator, left, self.constant)

    def number(self, frame: Frame) -> tuple[i64, float]:
        a, x = (
            unboxed(frame, frame.slots[self.operand_local]) if self.operand_local >= 0 else self.operand.number(frame)
        )
        if a < REAL:
            return wrapped(a + self.delta), 0.0
        frame.line = self.line
        left = boxed(frame, a, x)
        return unboxed(frame, arithmetic(frame.machine, self.operator, left, self.constant))


def is_arithmetic(node: Expr) -> bool:
    """Whether a node computes a number and would have to box it."""
    return isinstance(node, (Arithmetic, AddInteger))
