"""Generators: statements that can be left in their middle and entered again.

``yield`` is a statement, so only statements have to be resumable. Those that contain a ``yield`` are made of the nodes
here: before one is left with YIELD, it notes in a slot of its own where it stands. To resume, the body is executed from
the top with ``frame.resuming`` set: each of these nodes goes on where it stood, down to the ``yield``, which clears the
flag. A suspended generator is nothing but its frame; dropping it releases the slots.
"""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.errors import SquirrelError, TraceEntry
from squirrel.machine import Machine
from squirrel.nodes.base import BREAK, NORMAL, RETURN, YIELD, Expr, Frame, Stmt, Unary
from squirrel.nodes.control import clear
from squirrel.nodes.functions import FunctionCode
from squirrel.nodes.switch import Switch
from squirrel.ops.text import type_name
from squirrel.values.function import Cell
from squirrel.values.generator import DEAD, RUNNING, SUSPENDED, Generator


def resume(machine: Machine, generator: Generator) -> object:
    """Run a generator up to its next ``yield``, or to its end.

    Raises:
        SquirrelError: the generator is dead or running, or its body throws.
    """
    if generator.state == DEAD:
        raise SquirrelError("resuming dead generator")
    if generator.state == RUNNING:
        raise SquirrelError("resuming active generator")
    code = cast(FunctionCode, generator.closure.code)
    depth = machine.depth
    code.count_call(machine)
    frame = generator.frame
    if frame is None:
        frame = code.lasting_frame(generator.closure, generator.this, generator.arguments)
        generator.frame = frame
        generator.this = None
        generator.arguments = []
    else:
        frame.resuming = True
    generator.state = RUNNING
    # Its own frame stands in for the one of this depth, so that the machine's frames are those that run.
    pooled = machine.frames[depth]
    machine.frames[depth] = frame
    try:
        completion = code.body.exec(frame)
    except BaseException as error:
        machine.frames[depth] = pooled
        generator.state = DEAD
        generator.frame = None
        if machine.catchers == 0 and isinstance(error, SquirrelError):
            error.left(TraceEntry(code, frame.line, frame.slots))
        error.__traceback__ = None
        raise
    machine.frames[depth] = pooled
    machine.depth -= code.weight
    if completion == YIELD:
        generator.state = SUSPENDED
    else:
        generator.state = DEAD
        generator.frame = None
    value = frame.result
    frame.result = None
    return value


class Resume(Unary):
    """``resume generator``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        if type(value) is not Generator:
            raise SquirrelError(f"trying to resume a '{type_name(value)}',only genenerator can be resumed")
        return resume(frame.machine, value)


class Yield(Stmt):
    """``yield value``."""

    def __init__(self, value: Expr) -> None:
        self.value: Final = value

    def exec(self, frame: Frame) -> i64:
        if frame.resuming:
            frame.resuming = False
            return NORMAL
        frame.result = self.value.eval(frame)
        return YIELD


class ResumableStatements(Stmt):
    """Statements in a row. ``place`` is the slot that tells which one was left."""

    def __init__(self, statements: list[Stmt], place: int) -> None:
        self.statements: Final = statements
        self.place: Final[i64] = place

    def exec(self, frame: Frame) -> i64:
        position: i64 = 0
        if frame.resuming:
            position = cast(int, frame.slots[self.place])
        while position < len(self.statements):
            code = self.statements[position].exec(frame)
            if code != NORMAL:
                if code == YIELD:
                    frame.slots[self.place] = position
                return code
            position += 1
        return NORMAL


class ResumableScope(Stmt):
    """Statements with locals of their own, which stay while the generator is suspended."""

    def __init__(self, body: Stmt, first_slot: int, last_slot: int) -> None:
        self.body: Final = body
        self.first_slot: Final[i64] = first_slot
        self.last_slot: Final[i64] = last_slot

    def exec(self, frame: Frame) -> i64:
        code = self.body.exec(frame)
        if code != YIELD:
            clear(frame, self.first_slot, self.last_slot)
        return code


class ResumableIf(Stmt):
    """``if ... else if ... else``: a body for each condition, and maybe one more. ``place``: which body was left."""

    def __init__(self, conditions: list[Expr], bodies: list[Stmt], place: int) -> None:
        self.conditions: Final = conditions
        self.bodies: Final = bodies
        self.place: Final[i64] = place

    def exec(self, frame: Frame) -> i64:
        position: i64 = 0
        if frame.resuming:
            position = cast(int, frame.slots[self.place])
        else:
            while position < len(self.conditions) and not self.conditions[position].cond(frame):
                position += 1
        if position >= len(self.bodies):
            return NORMAL
        code = self.bodies[position].exec(frame)
        if code == YIELD:
            frame.slots[self.place] = position
        return code


class ResumableLoop(Stmt):
    """``while``, ``for``, and with ``test_first`` false ``do ... while``. It can only be left in its body."""

    def __init__(
        self, initial: Stmt | None, condition: Expr | None, step: Stmt | None, body: Stmt, test_first: bool
    ) -> None:
        self.initial: Final = initial
        self.condition: Final = condition
        self.step: Final = step
        self.body: Final = body
        self.test_first: Final = test_first

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        condition = self.condition
        if not frame.resuming:
            if self.initial is not None:
                self.initial.exec(frame)
            if self.test_first and condition is not None and not condition.cond(frame):
                return NORMAL
        while True:
            code = self.body.exec(frame)
            if code == BREAK:
                return NORMAL
            if code >= RETURN:
                return code
            if self.step is not None:
                self.step.exec(frame)
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()
            if condition is not None and not condition.cond(frame):
                return NORMAL


class ResumableSwitch(Stmt):
    """``switch``; as ``squirrel.nodes.switch``. ``place``: which body was left."""

    def __init__(self, selector: Switch, place: int) -> None:
        self.selector: Final = selector
        self.place: Final[i64] = place

    def exec(self, frame: Frame) -> i64:
        position: i64 = 0
        if frame.resuming:
            position = cast(int, frame.slots[self.place])
        else:
            position = self.selector.select(frame)
        bodies = self.selector.bodies
        while position < len(bodies):
            code = bodies[position].exec(frame)
            if code == YIELD:
                frame.slots[self.place] = position
            if code != NORMAL:
                return NORMAL if code == BREAK else code
            position += 1
        return NORMAL


class ResumableTry(Stmt):
    """``try ... catch``; as ``squirrel.nodes.exceptions``. ``place``: whether the handler was left, or the body."""

    def __init__(self, body: Stmt, slot: int, captured: bool, handler: Stmt, last_slot: int, place: int) -> None:
        self.body: Final = body
        self.slot: Final[i64] = slot
        self.captured: Final = captured
        self.handler: Final = handler
        self.last_slot: Final[i64] = last_slot
        self.place: Final[i64] = place

    def exec(self, frame: Frame) -> i64:
        if not frame.resuming or frame.slots[self.place] is False:
            machine = frame.machine
            depth = machine.depth
            native_depth = machine.native_depth
            catchers = machine.catchers
            machine.catchers = catchers + 1
            try:
                code = self.body.exec(frame)
                machine.catchers = catchers
                if code == YIELD:
                    frame.slots[self.place] = False
                return code
            except SquirrelError as error:
                machine.catchers = catchers
                machine.unwind(depth)
                clear(frame, self.slot, self.last_slot)
                frame.slots[self.slot] = Cell(error.args[0]) if self.captured else error.args[0]
            machine.native_depth = native_depth
        code = self.handler.exec(frame)
        if code == YIELD:
            frame.slots[self.place] = True
        else:
            frame.slots[self.slot] = None
        return code
