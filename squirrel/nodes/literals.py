"""Constants, array and table literals."""

from __future__ import annotations

from squirrel.nodes.base import Expr, Frame, truth
from squirrel.ops.access import new_slot
from squirrel.values.array import Array
from squirrel.values.table import Table


class Constant(Expr):
    """null, a bool, a number or a string known when the script was compiled."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.is_true = truth(value)

    def eval(self, frame: Frame) -> object:
        return self.value

    def cond(self, frame: Frame) -> bool:
        return self.is_true


class MakeArray(Expr):
    """``[a, b, c]``."""

    def __init__(self, items: list[Expr]) -> None:
        self.items = items

    def eval(self, frame: Frame) -> object:
        result: list[object] = []
        for item in self.items:
            result.append(item.eval(frame))
        return Array(result)


class MakeTable(Expr):
    """``{ a = 1, ["b"] = 2 }``."""

    def __init__(self, keys: list[Expr], values: list[Expr], line: int) -> None:
        self.keys = keys
        self.values = values
        self.line = line

    def eval(self, frame: Frame) -> object:
        table = Table(len(self.keys))
        for index in range(len(self.keys)):
            key = self.keys[index].eval(frame)
            value = self.values[index].eval(frame)
            frame.line = self.line
            new_slot(frame.machine, table, key, value)
        return table
