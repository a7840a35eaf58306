"""Comparisons, ``&& || !``, ``? :`` and the comma."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame, truth
from squirrel.nodes.operators import Binary
from squirrel.ops.compare import compare, equal

OPERATORS = ["<", "==", "!=", ">", "<=", ">="]


class Equal(Binary):
    """``left == right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left == right
        if type(left) is str and type(right) is str:
            return left == right
        return equal(left, right)


class NotEqual(Binary):
    """``left != right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left != right
        if type(left) is str and type(right) is str:
            return left != right
        return not equal(left, right)


class Less(Binary):
    """``left < right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left < right
        if type(left) is float and type(right) is float and left != right:
            return left < right
        frame.line = self.line
        return compare(frame.machine, left, right) < 0


class LessEqual(Binary):
    """``left <= right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left <= right
        frame.line = self.line
        return compare(frame.machine, left, right) <= 0


class Greater(Binary):
    """``left > right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left > right
        if type(left) is float and type(right) is float and (left < right or left > right):
            return left > right
        frame.line = self.line
        return compare(frame.machine, left, right) > 0


class GreaterEqual(Binary):
    """``left >= right``."""

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        if type(left) is int and type(right) is int:
            return left >= right
        frame.line = self.line
        return compare(frame.machine, left, right) >= 0


class CompareInteger(Expr):
    """A comparison with an integer constant on its right side: its ``operator`` is a number, see ``OPERATORS``."""

    def __init__(self, operator: str, operand: Expr, constant: int, line: int) -> None:
        self.operator: i64 = OPERATORS.index(operator)
        self.operand = operand
        self.constant: i64 = constant
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        left = self.operand.eval(frame)
        operator = self.operator
        if type(left) is int:
            a: i64 = left
            if operator == 0:
                return a < self.constant
            if operator == 1:
                return a == self.constant
            if operator == 2:
                return a != self.constant
            if operator == 3:
                return a > self.constant
            if operator == 4:
                return a <= self.constant
            return a >= self.constant
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


class ThreeWay(Binary):
    """``left <=> right``."""

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        right = self.right.eval(frame)
        frame.line = self.line
        return compare(frame.machine, left, right)


class And(Expr):
    """``left && right``: gives the operand that decided."""

    def __init__(self, left: Expr, right: Expr) -> None:
        self.left = left
        self.right = right

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        return self.right.eval(frame) if truth(left) else left

    def cond(self, frame: Frame) -> bool:
        return self.left.cond(frame) and self.right.cond(frame)


class Or(Expr):
    """``left || right``: gives the operand that decided."""

    def __init__(self, left: Expr, right: Expr) -> None:
        self.left = left
        self.right = right

    def eval(self, frame: Frame) -> object:
        left = self.left.eval(frame)
        return left if truth(left) else self.right.eval(frame)

    def cond(self, frame: Frame) -> bool:
        return self.left.cond(frame) or self.right.cond(frame)


class Not(Expr):
    """``!operand``."""

    def __init__(self, operand: Expr) -> None:
        self.operand = operand

    def eval(self, frame: Frame) -> object:
        return not self.operand.cond(frame)

    def cond(self, frame: Frame) -> bool:
        return not self.operand.cond(frame)


class Conditional(Expr):
    """``condition ? then : otherwise``."""

    def __init__(self, condition: Expr, then: Expr, otherwise: Expr) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise

    def eval(self, frame: Frame) -> object:
        if self.condition.cond(frame):
            return self.then.eval(frame)
        return self.otherwise.eval(frame)


class Sequence(Expr):
    """``a, b, c``: gives the last."""

    def __init__(self, expressions: list[Expr]) -> None:
        self.expressions = expressions
        self.last: i64 = len(expressions) - 1

    def eval(self, frame: Frame) -> object:
        position: i64 = 0
        while position < self.last:
            self.expressions[position].eval(frame)
            position += 1
        return self.expressions[position].eval(frame)
