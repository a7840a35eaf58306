"""Constants, array and table literals."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.nodes.base import OTHER, REAL, Expr, Frame, truth
from squirrel.ops.access import new_slot
from squirrel.values.array import Array
from squirrel.values.table import Table


class Constant(Expr):
    """null, a bool, a number or a string known when the script was compiled."""

    def __init__(self, value: object) -> None:
        self.value: Final = value
        self.is_true: Final = truth(value)
        self.integer: Final[i64] = value if type(value) is int else REAL if type(value) is float else OTHER
        self.real: Final = value if type(value) is float else 0.0

    def eval(self, frame: Frame) -> object:
        return self.value

    def cond(self, frame: Frame) -> bool:
        return self.is_true

    def number(self, frame: Frame) -> tuple[i64, float]:
        if self.integer == OTHER:
            frame.other = self.value
        return self.integer, self.real


class MakeArray(Expr):
    """``[a, b, c]``."""

    def __init__(self, items: list[Expr]) -> None:
        self.items: Final = items

    def eval(self, frame: Frame) -> object:
        result: list[object] = []
        for item in self.items:
            result.append(item.eval(frame))
        return Array(result)


class MakeTable(Expr):
    """``{ a = 1, ["b"] = 2 }``."""

    def __init__(self, keys: list[Expr], values: list[Expr], line: int) -> None:
        self.keys: Final = keys
        self.values: Final = values
        self.line: Final = line

    def eval(self, frame: Frame) -> object:
        table = Table(len(self.keys))
        for index in range(len(self.keys)):
            key = self.keys[index].eval(frame)
            value = self.values[index].eval(frame)
            if type(key) is str:
                table.slots[key] = value
            else:
                frame.line = self.line
                new_slot(frame.machine, table, key, value)
        return table
