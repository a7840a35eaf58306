"""Comparisons, ``&& || !``, ``? :`` and the comma."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.nodes.arithmetic import is_arithmetic
from squirrel.nodes.base import COMPILED, OTHER, REAL, Binary, Expr, Frame, boxed, truth
from squirrel.ops.compare import compare, equal

OPERATORS = ["<", "==", "!=", ">", "<=", ">="]


class Comparison(Binary):
    """What the comparisons have in common.

    Where an operand is arithmetic, ``numeric`` is set and both are compared without a box, see ``Expr.number``.
    """

    def __init__(self, left: Expr, right: Expr, line: int) -> None:
        super().__init__(left, right, line)
        self.numeric: Final[bool] = COMPILED and (is_arithmetic(left) or is_arithmetic(right))

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def order(self, frame: Frame, a: i64, x: float, left: object, b: i64, y: float) -> i64:
        """How two unboxed operands compare; one that is OTHER is ``left``, or still in the frame."""
        right = boxed(frame, b, y)
        if a != OTHER:
            left = boxed(frame, a, x)
        frame.line = self.line
        return compare(frame.machine, left, right)

    def same(self, frame: Frame, a: i64, x: float, left: object, b: i64, y: float) -> bool:
        """Whether two unboxed operands are equal."""
        right = boxed(frame, b, y)
        if a != OTHER:
            left = boxed(frame, a, x)
        return equal(left, right)


class Equal(Comparison):
    """``left == right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a == b
            return self.same(frame, a, x, first, b, y)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left == right
        if type(left) is str and type(right) is str:
            return left == right
        return equal(left, right)


class NotEqual(Comparison):
    """``left != right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a != b
            return not self.same(frame, a, x, first, b, y)
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left != right
        if type(left) is str and type(right) is str:
            return left != right
        return not equal(left, right)


class Less(Comparison):
    """``left < right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a < b
            if a == REAL and b == REAL and (x < y or x > y):
                return x < y
            return self.order(frame, a, x, first, b, y) < 0
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left < right
        if type(left) is float and type(right) is float and (left < right or left > right):
            return left < right
        frame.line = self.line
        return compare(frame.machine, left, right) < 0


class LessEqual(Comparison):
    """``left <= right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a <= b
            if a == REAL and b == REAL and (x < y or x > y):
                return x <= y
            return self.order(frame, a, x, first, b, y) <= 0
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left <= right
        if type(left) is float and type(right) is float and (left < right or left > right):
            return left <= right
        frame.line = self.line
        return compare(frame.machine, left, right) <= 0


class Greater(Comparison):
    """``left > right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a > b
            if a == REAL and b == REAL and (x < y or x > y):
                return x > y
            return self.order(frame, a, x, first, b, y) > 0
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left > right
        if type(left) is float and type(right) is float and (left < right or left > right):
            return left > right
        frame.line = self.line
        return compare(frame.machine, left, right) > 0


class GreaterEqual(Comparison):
    """``left >= right``."""

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.left.number(frame)
            first = frame.take() if a == OTHER else None
            b, y = self.right.number(frame)
            if a < REAL and b < REAL:
                return a >= b
            if a == REAL and b == REAL and (x < y or x > y):
                return x >= y
            return self.order(frame, a, x, first, b, y) >= 0
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left >= right
        if type(left) is float and type(right) is float and (left < right or left > right):
            return left >= right
        frame.line = self.line
        return compare(frame.machine, left, right) >= 0


class CompareInteger(Expr):
    """A comparison with an integer constant on its right side: its ``operator`` is a number, see ``OPERATORS``."""

    def __init__(self, operator: str, operand: Expr, constant: int, line: int) -> None:
        self.operator: Final[i64] = OPERATORS.index(operator)
        self.operand: Final = operand
        self.operand_local: Final[i64] = operand.local
        self.constant: Final[i64] = constant
        self.numeric: Final[bool] = COMPILED and is_arithmetic(operand)
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        if self.numeric:
            a, x = self.operand.number(frame)
            if a < REAL:
                return self.holds(a)
            left = boxed(frame, a, x)
        else:
            left = frame.slots[self.operand_local] if self.operand_local >= 0 else self.operand.eval(frame)
            if type(left) is int:
                return self.holds(left)
        operator = self.operator
        if operator == 1:
            return equal(left, self.constant)
        if operator == 2:
            return not equal(left, self.constant)
        frame.line = self.line
        order = compare(frame.machine, left, self.constant)
        if operator == 0:
            return order < 0
        if operator == 3:
            return order > 0
        return order <= 0 if operator == 4 else order >= 0

    def holds(self, number: i64) -> bool:
        """The comparison of an integer."""
        operator = self.operator
        if operator == 0:
            return number < self.constant
        if operator == 1:
            return number == self.constant
        if operator == 2:
            return number != self.constant
        if operator == 3:
            return number > self.constant
        if operator == 4:
            return number <= self.constant
        return number >= self.constant


class ThreeWay(Binary):
    """``left <=> right``."""

    def eval(self, frame: Frame) -> object:
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        right = frame.slots[self.right_local] if self.right_local >= 0 else self.right.eval(frame)
        frame.line = self.line
        return compare(frame.machine, left, right)


class And(Expr):
    """``left && right``: gives the operand that decided."""

    def __init__(self, left: Expr, right: Expr) -> None:
        self.left: Final = left
        self.left_local: Final[i64] = left.local
        self.right: Final = right

    def eval(self, frame: Frame) -> object:
        left: object = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        if not truth(left):
            return left
        right: object = self.right.eval(frame)
        # Always the right one: the reference holds the left operand until here, and so must a build that would drop it
        # after its last use.
        return left if left is None else right

    def cond(self, frame: Frame) -> bool:
        return self.left.cond(frame) and self.right.cond(frame)


class Or(Expr):
    """``left || right``: gives the operand that decided."""

    def __init__(self, left: Expr, right: Expr) -> None:
        self.left: Final = left
        self.left_local: Final[i64] = left.local
        self.right: Final = right

    def eval(self, frame: Frame) -> object:
        left = frame.slots[self.left_local] if self.left_local >= 0 else self.left.eval(frame)
        return left if truth(left) else self.right.eval(frame)

    def cond(self, frame: Frame) -> bool:
        return self.left.cond(frame) or self.right.cond(frame)


class Not(Expr):
    """``!operand``."""

    def __init__(self, operand: Expr) -> None:
        self.operand: Final = operand

    def eval(self, frame: Frame) -> object:
        return not self.operand.cond(frame)

    def cond(self, frame: Frame) -> bool:
        return not self.operand.cond(frame)


class Conditional(Expr):
    """``condition ? then : otherwise``."""

    def __init__(self, condition: Expr, then: Expr, otherwise: Expr) -> None:
        self.condition: Final = condition
        self.then: Final = then
        self.otherwise: Final = otherwise

    def eval(self, frame: Frame) -> object:
        if self.condition.cond(frame):
            return self.then.eval(frame)
        return self.otherwise.eval(frame)


class Sequence(Expr):
    """``a, b, c``: gives the last."""

    def __init__(self, expressions: list[Expr]) -> None:
        self.expressions: Final = expressions
        self.last: Final[i64] = len(expressions) - 1

    def eval(self, frame: Frame) -> object:
        position: i64 = 0
        while position < self.last:
            self.expressions[position].eval(frame)
            position += 1
        return self.expressions[position].eval(frame)
