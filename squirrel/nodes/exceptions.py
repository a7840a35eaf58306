"""``throw``, ``try`` and ``catch``."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.nodes.base import Expr, Frame, Stmt
from squirrel.nodes.control import clear
from squirrel.values.function import Cell


class Throw(Stmt):
    """``throw value``."""

    def __init__(self, value: Expr, line: int) -> None:
        self.value = value
        self.line: i64 = line

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
        self.body = body
        self.slot: i64 = slot
        self.captured = captured
        self.handler = handler
        self.last_slot: i64 = last_slot

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        depth = machine.depth
        native_depth = machine.native_depth
        metamethod_depth = machine.metamethod_depth
        try:
            return self.body.exec(frame)
        except SquirrelError as error:
            clear(frame, self.slot, self.last_slot)
            frame.slots[self.slot] = Cell(error.value) if self.captured else error.value
        machine.depth = depth
        machine.native_depth = native_depth
        machine.metamethod_depth = metamethod_depth
        code = self.handler.exec(frame)
        frame.slots[self.slot] = None
        return code
