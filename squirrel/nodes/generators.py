"""``yield`` and ``resume``. Each generator runs on a greenlet: a stack that can be left and entered again."""

from __future__ import annotations

from typing import cast

from greenlet import getcurrent, greenlet
from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.nodes.base import NORMAL, Expr, Frame, Stmt
from squirrel.nodes.functions import FunctionCode
from squirrel.nodes.operators import Unary
from squirrel.ops.text import type_name
from squirrel.values.function import Closure
from squirrel.values.generator import DEAD, RUNNING, SUSPENDED, Generator, Transfer


def run_body(closure: Closure, this: object, slots: list[object], transfer: Transfer) -> None:
    """What a generator's greenlet runs. The function's own result crosses like a yielded value."""
    transfer.value = cast(FunctionCode, closure.code).run(closure, this, slots, transfer)


def resume(machine: Machine, generator: Generator) -> object:
    """Run a generator up to its next ``yield``, or to its end.

    Raises:
        SquirrelError: the generator is dead or running, or its body throws.
    """
    if generator.state == DEAD:
        raise SquirrelError("resuming dead generator")
    if generator.state == RUNNING:
        raise SquirrelError("resuming active generator")
    depth = machine.depth
    native_depth = machine.native_depth
    metamethod_depth = machine.metamethod_depth
    generator.state = RUNNING
    try:
        enter(generator)
    except BaseException:
        generator.state = DEAD
        generator.stack = None
        raise
    machine.depth = depth
    machine.native_depth = native_depth
    machine.metamethod_depth = metamethod_depth
    value = generator.transfer.value
    generator.transfer.value = None
    return value


def enter(generator: Generator) -> None:
    """Switch to the generator's stack and come back when it yields or ends."""
    current = getcurrent()
    stack = generator.stack
    if stack is None:
        stack = greenlet(run_body)
        generator.stack = stack
        closure, this, arguments = generator.closure, generator.this, generator.arguments
        generator.closure = None
        generator.this = None
        generator.arguments = []
        stack.switch(closure, this, arguments, generator.transfer)
    else:
        stack.parent = current
        stack.switch()
    if stack.dead:
        generator.state = DEAD
        generator.stack = None
        return
    generator.state = SUSPENDED
    if current.parent is not None:
        # A suspended generator must not keep the one that resumed it alive.
        hub = current.parent
        while hub.parent is not None:
            hub = hub.parent
        stack.parent = hub


class Yield(Stmt):
    """``yield value``."""

    def __init__(self, value: Expr) -> None:
        self.value = value

    def exec(self, frame: Frame) -> i64:
        transfer = frame.transfer
        assert transfer is not None
        transfer.value = self.value.eval(frame)
        resumer = getcurrent().parent
        assert resumer is not None
        resumer.switch()
        return NORMAL


class Resume(Unary):
    """``resume generator``."""

    def eval(self, frame: Frame) -> object:
        value = self.operand.eval(frame)
        frame.line = self.line
        if type(value) is not Generator:
            raise SquirrelError(f"trying to resume a '{type_name(value)}',only genenerator can be resumed")
        return resume(frame.machine, value)
