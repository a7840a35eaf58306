"""Running a function's body, and making closures."""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.errors import SquirrelError, TraceEntry
from squirrel.machine import DEEPEST_CALL, Machine
from squirrel.nodes.base import Expr, Frame, Stmt
from squirrel.ops.call import WRONG_NUMBER
from squirrel.values.array import Array
from squirrel.values.function import Cell, Closure, Code
from squirrel.values.generator import Generator


class FunctionCode(Code):
    """A function definition with its executable body.

    A call takes a frame (``begin``, which puts the arguments into its slots) and runs the body in it (``finish``).
    """

    def __init__(self, name: str, files: list[str]) -> None:
        super().__init__(name, files)
        self.slot_count: i64 = 0
        # The number of parameters, when a call with as many arguments needs nothing but their values; else -1.
        self.plain_parameters: i64 = -1
        self.captured_parameters: list[int] = []
        self.body: Stmt = Stmt()
        # How much of the call budget one activation takes: deeply nested bodies need more of the real stack.
        self.weight: i64 = 1

    def invoke(self, closure: Closure, this: object, arguments: list[object]) -> object:
        count: i64 = len(arguments)
        if count != self.parameters or self.varargs:
            self.adapt(closure, arguments)
        if self.is_generator:
            return Generator(closure, closure.environment if closure.is_bound else this, arguments)
        frame = self.begin(closure, this)
        slots = frame.slots
        position: i64 = len(arguments)
        # Moved, not copied: a parameter that the body sets to null has to release its value.
        while position > 0:
            position -= 1
            slots[position] = arguments.pop()
        return self.finish(frame)

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

    def begin(self, closure: Closure, this: object) -> Frame:
        """The frame for a call that will run next. The caller fills in the arguments."""
        machine = closure.machine
        if machine.depth >= len(machine.frames):
            add_frames(machine)
        frame = machine.frames[machine.depth]
        frame.closure = closure
        frame.this = closure.environment if closure.is_bound else this
        if len(frame.slots) < self.slot_count:
            frame.slots.extend([None] * (self.slot_count - len(frame.slots)))
        return frame

    def begin_with(self, closure: Closure, this: object, argument: object) -> Frame:
        """``begin`` with one argument. Nothing else holds it afterwards, so that the body can release it."""
        frame = self.begin(closure, this)
        frame.slots[0] = argument
        return frame

    def begin_with_two(self, closure: Closure, this: object, first: object, second: object) -> Frame:
        """``begin`` with two arguments."""
        frame = self.begin(closure, this)
        frame.slots[0] = first
        frame.slots[1] = second
        return frame

    def begin_with_three(
        self, closure: Closure, this: object, first: object, second: object, third: object
    ) -> Frame:
        """``begin`` with three arguments."""
        frame = self.begin(closure, this)
        frame.slots[0] = first
        frame.slots[1] = second
        frame.slots[2] = third
        return frame

    def finish(self, frame: Frame) -> object:
        """Execute the body, release the frame and return the result.

        Raises:
            SquirrelError: ``stack overflow``, or whatever the body throws.
            Interrupted: the host asked for the end.
        """
        machine = frame.machine
        if machine.depth >= DEEPEST_CALL:
            frame.release(self.slot_count)
            raise SquirrelError("stack overflow")
        machine.depth += self.weight
        machine.fuel -= 1
        if machine.catchers == 0 or machine.fuel < 0:
            self.run_traced(frame)
        else:
            # The ``try`` that catches an error of this body releases the frame, see ``Machine.unwind``.
            if self.captured_parameters:
                self.capture_parameters(frame.slots)
            self.body.exec(frame)
        machine.depth -= self.weight
        result = frame.result
        frame.release(self.slot_count)
        return result

    def run_traced(self, frame: Frame) -> None:
        """Execute the body; an error that leaves it remembers the frame, which is released."""
        machine = frame.machine
        depth = machine.depth - self.weight
        try:
            if machine.fuel < 0:
                machine.refuel()
            if self.captured_parameters:
                self.capture_parameters(frame.slots)
            self.body.exec(frame)
        except BaseException as error:
            if machine.catchers == 0 and isinstance(error, SquirrelError):
                error.left(TraceEntry(self, frame.line, frame.slots[: self.slot_count]))
            # Nobody reads Python's own traceback, and deep down in a recursion it takes seconds and gigabytes.
            error.__traceback__ = None
            machine.unwind(depth)
            raise

    def capture_parameters(self, slots: list[object]) -> None:
        """Move the parameters that closures capture into cells."""
        for slot in self.captured_parameters:
            slots[slot] = Cell(slots[slot])

    def lasting_frame(self, closure: Closure, this: object, arguments: list[object]) -> Frame:
        """A frame of its own for a generator; ``arguments`` become its slots."""
        arguments.extend([None] * (self.slot_count - len(arguments)))
        self.capture_parameters(arguments)
        return Frame(closure.machine, closure, this, arguments)

    def count_call(self, machine: Machine) -> None:
        """One call more, to be taken back by ``machine.depth -= weight``; for generators, which have their own frames.

        Raises:
            SquirrelError: ``stack overflow``.
            Interrupted: the host asked for the end.
        """
        machine.fuel -= 1
        if machine.fuel < 0:
            machine.refuel()
        if machine.depth >= DEEPEST_CALL:
            raise SquirrelError("stack overflow")
        add_frames(machine)
        machine.depth += self.weight


def add_frames(machine: Machine) -> None:
    """Make the frame for the present depth."""
    while machine.depth >= len(machine.frames):
        machine.frames.append(Frame(machine, machine.idle, None, []))


class MakeClosure(Expr):
    """``function (...) {...}``: a new closure over the present variables.

    ``captures`` says where each cell comes from: a slot of this frame, or ``-1 - index`` for a cell of this closure.
    """

    def __init__(self, code: FunctionCode, captures: list[int], defaults: list[Expr]) -> None:
        self.code: Final = code
        self.captures: Final = captures
        self.defaults: Final = defaults

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
