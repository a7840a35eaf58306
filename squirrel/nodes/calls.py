"""Function calls."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame
from squirrel.nodes.literals import Constant
from squirrel.nodes.members import index, member
from squirrel.nodes.variables import find_name
from squirrel.ops.access import get
from squirrel.ops.call import call_other
from squirrel.values.base import WeakRef
from squirrel.values.function import Closure
from squirrel.values.table import MISSING, Table


class Arguments:
    """The arguments of a call. The first three are attributes: most calls have no more."""

    def __init__(self, nodes: list[Expr]) -> None:
        self.count: i64 = len(nodes)
        nothing = Constant(None)
        self.first: Expr = nodes[0] if len(nodes) > 0 else nothing
        self.second: Expr = nodes[1] if len(nodes) > 1 else nothing
        self.third: Expr = nodes[2] if len(nodes) > 2 else nothing
        self.rest = nodes[3:]

    def evaluate(self, frame: Frame) -> list[object]:
        """Their values, in a list that the call will own."""
        if self.count == 1:
            return [self.first.eval(frame)]
        if self.count == 2:
            return [self.first.eval(frame), self.second.eval(frame)]
        if self.count == 0:
            return []
        values = [self.first.eval(frame), self.second.eval(frame), self.third.eval(frame)]
        for argument in self.rest:
            values.append(argument.eval(frame))
        return values


class CallValue(Expr):
    """A call of a function held in a local, a captured variable or any expression: ``this`` is passed on."""

    def __init__(self, callee: Expr, arguments: Arguments, line: int) -> None:
        self.callee = callee
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        callee = self.callee.eval(frame)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, frame.this, values)
        return call_other(frame.machine, callee, frame.this, values)


class CallLocal(CallValue):
    """A call of a function held in a local of this function, which is read after the arguments have run."""

    def eval(self, frame: Frame) -> object:
        values = self.arguments.evaluate(frame)
        callee = self.callee.eval(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, frame.this, values)
        return call_other(frame.machine, callee, frame.this, values)


class CallName(Expr):
    """``name(...)`` where the name is a slot of ``this`` or of the root table: ``this`` is passed on."""

    def __init__(self, name: str, arguments: Arguments, line: int) -> None:
        self.name = name
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        callee: object = MISSING
        this = frame.this
        if type(this) is Table:
            callee = this.slots.get(self.name, MISSING)
        if callee is MISSING or type(callee) is WeakRef:
            frame.line = self.line
            callee = find_name(frame, self.name)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, this, values)
        return call_other(frame.machine, callee, this, values)


class CallMember(Expr):
    """``target.name(...)``: ``this`` is the target."""

    def __init__(self, target: Expr, name: str, arguments: Arguments, line: int) -> None:
        self.target = target
        self.name = name
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        frame.line = self.line
        callee = member(frame, target, self.name)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, target, values)
        return call_other(frame.machine, callee, target, values)


class CallIndex(Expr):
    """``target[key](...)``: ``this`` is the target."""

    def __init__(self, target: Expr, key: Expr, arguments: Arguments, line: int) -> None:
        self.target = target
        self.key = key
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        frame.line = self.line
        callee = index(frame, target, key)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, target, values)
        return call_other(frame.machine, callee, target, values)


class CallBase(Expr):
    """``base.name(...)``: found in the class above, called with the present ``this``."""

    def __init__(self, name: str, arguments: Arguments, line: int) -> None:
        self.name = name
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        frame.line = self.line
        callee = get(frame.machine, frame.closure.base, self.name)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, frame.this, values)
        return call_other(frame.machine, callee, frame.this, values)


class CallThisIndex(Expr):
    """``this[key](...)``."""

    def __init__(self, key: Expr, arguments: Arguments, line: int) -> None:
        self.key = key
        self.arguments = arguments
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        key = self.key.eval(frame)
        frame.line = self.line
        callee = find_name(frame, key)
        values = self.arguments.evaluate(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, frame.this, values)
        return call_other(frame.machine, callee, frame.this, values)


class CallCallee(Expr):
    """``callee()``: natives do not know who called them, so this one call says it."""

    def __init__(self, call: Expr) -> None:
        self.call = call

    def eval(self, frame: Frame) -> object:
        frame.machine.callee = frame.closure
        result = self.call.eval(frame)
        frame.machine.callee = None
        return result
