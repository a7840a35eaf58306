"""Running a function's body, and making closures."""

from __future__ import annotations

from typing import cast

from mypy_extensions import i64

from squirrel.errors import SquirrelError, TraceEntry
from squirrel.machine import DEEPEST_CALL, Machine
from squirrel.nodes.base import Expr, Frame, Stmt
from squirrel.ops.call import WRONG_NUMBER
from squirrel.values.array import Array
from squirrel.values.function import Cell, Closure, Code
from squirrel.values.generator import Generator


class FunctionCode(Code):
    """A function definition with its executable body."""

    def __init__(self, name: str, files: list[str]) -> None:
        super().__init__(name, files)
        self.slot_count: i64 = 0
        # What a frame has beyond its arguments.
        self.padding: list[object] = []
        self.captured_parameters: list[int] = []
        self.body: Stmt = Stmt()
        # How much of the call budget one activation takes: deeply nested bodies need more of the real stack.
        self.weight: i64 = 1

    def invoke(self, closure: Closure, this: object, arguments: list[object]) -> object:
        count: i64 = len(arguments)
        if count != self.parameters or self.varargs:
            self.adapt(closure, arguments)
        if closure.is_bound:
            this = closure.environment
        if self.is_generator:
            return Generator(closure, this, arguments)
        return self.run(closure, this, arguments)

    def adapt(self, closure: Closure, arguments: list[object]) -> None:
        """Fill in default values, and collect ``vargv``.

        Raises:
            SquirrelError: ``wrong number of parameters``.
        """
        count: i64 = len(arguments)
        if self.varargs:
            if count < self.parameters:
                raise SquirrelError(WRONG_NUMBER)
            rest = arguments[self.parameters :]
            del arguments[self.parameters :]
            arguments.append(Array(rest))
            return
        missing = self.parameters - count
        if missing < 0 or missing > self.defaults:
            raise SquirrelError(WRONG_NUMBER)
        arguments.extend(closure.defaults[self.defaults - missing :])

    def count_call(self, machine: Machine) -> None:
        """One call more, to be taken back by ``machine.depth -= weight``.

        Raises:
            SquirrelError: ``stack overflow``.
            Interrupted: the host asked for the end.
        """
        machine.fuel -= 1
        if machine.fuel < 0:
            machine.refuel()
        if machine.depth >= DEEPEST_CALL:
            raise SquirrelError("stack overflow")
        machine.depth += self.weight

    def enter(self, closure: Closure, this: object, slots: list[object]) -> Frame:
        """Count the call and make its frame over ``slots``, the complete arguments. Raises as ``count_call``."""
        self.count_call(closure.machine)
        if self.padding:
            slots.extend(self.padding)
        for slot in self.captured_parameters:
            slots[slot] = Cell(slots[slot])
        return Frame(closure.machine, closure, this, slots)

    def run(self, closure: Closure, this: object, slots: list[object]) -> object:
        """Execute the body in a new frame over ``slots``, the complete arguments."""
        frame = self.enter(closure, this, slots)
        try:
            self.body.exec(frame)
        except SquirrelError as error:
            error.trace.append(TraceEntry(self, frame.line, slots))
            # Nobody reads Python's own traceback, and deep down in a recursion it takes seconds and gigabytes.
            error.__traceback__ = None
            raise
        closure.machine.depth -= self.weight
        return frame.result


class MakeClosure(Expr):
    """``function (...) {...}``: a new closure over the present variables.

    ``captures`` says where each cell comes from: a slot of this frame, or ``-1 - index`` for a cell of this closure.
    """

    def __init__(self, code: FunctionCode, captures: list[int], defaults: list[Expr]) -> None:
        self.code = code
        self.captures = captures
        self.defaults = defaults

    def eval(self, frame: Frame) -> object:
        return make_closure(frame, self)


def make_closure(frame: Frame, node: MakeClosure) -> Closure:
    """Evaluate the default values and collect the cells."""
    defaults: list[object] = []
    for default in node.defaults:
        defaults.append(default.eval(frame))
    cells: list[Cell] = []
    for source in node.captures:
        if source >= 0:
            cells.append(cast(Cell, frame.slots[source]))
        else:
            cells.append(frame.closure.cells[-1 - source])
    return Closure(frame.machine, node.code, cells, defaults)


def script_closure(machine: Machine, code: FunctionCode) -> Closure:
    """The closure of a whole script: it captures nothing."""
    return Closure(machine, code, [], [])
