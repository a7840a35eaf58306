"""``throw``, ``try`` and ``catch``."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.nodes.base import Expr, Frame, Stmt
from squirrel.nodes.control import clear
from squirrel.values.function import Cell


class Throw(Stmt):
    """``throw value``."""

    def __init__(self, value: Expr, line: int) -> None:
        self.value: Final = value
        self.line: Final[i64] = line

    def exec(self, frame: Frame) -> i64:
        value = self.value.eval(frame)
        frame.line = self.line
        raise SquirrelError(value)


class Try(Stmt):
    """``try body catch (variable) handler``.

    Before the handler runs, everything that the error left behind is released: the frames it passed (with the error
    itself), and the locals of the body.
    """

    def __init__(self, body: Stmt, slot: int, captured: bool, handler: Stmt, last_slot: int) -> None:
        self.body: Final = body
        self.slot: Final[i64] = slot
        self.captured: Final = captured
        self.handler: Final = handler
        self.last_slot: Final[i64] = last_slot

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        depth = machine.depth
        native_depth = machine.native_depth
        catchers = machine.catchers
        machine.catchers = catchers + 1
        try:
            code = self.body.exec(frame)
            machine.catchers = catchers
            return code
        except SquirrelError as error:
            machine.catchers = catchers
            machine.unwind(depth)
            clear(frame, self.slot, self.last_slot)
            frame.slots[self.slot] = Cell(error.args[0]) if self.captured else error.args[0]
        machine.native_depth = native_depth
        code = self.handler.exec(frame)
        frame.slots[self.slot] = None
        return code
