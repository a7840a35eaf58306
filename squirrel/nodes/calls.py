"""Function calls."""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame, unboxed
from squirrel.nodes.functions import FunctionCode
from squirrel.nodes.literals import Constant
from squirrel.nodes.members import ByName, index
from squirrel.nodes.variables import BareName, find_name
from squirrel.ops.access import get
from squirrel.ops.call import call_native, call_other
from squirrel.values.base import strong
from squirrel.values.function import Closure, NativeFunction


class Arguments:
    """The arguments of a call. The first three are attributes: most calls have no more."""

    def __init__(self, nodes: list[Expr]) -> None:
        self.count: Final[i64] = len(nodes)
        nothing = Constant(None)
        self.first: Final[Expr] = nodes[0] if len(nodes) > 0 else nothing
        self.second: Final[Expr] = nodes[1] if len(nodes) > 1 else nothing
        self.third: Final[Expr] = nodes[2] if len(nodes) > 2 else nothing
        self.rest: Final = nodes[3:]

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

    def after_this(self, frame: Frame, this: object) -> list[object]:
        """``this`` and their values, as native functions get them."""
        if self.count == 1:
            return [this, self.first.eval(frame)]
        if self.count == 0:
            return [this]
        if self.count == 2:
            return [this, self.first.eval(frame), self.second.eval(frame)]
        values = self.evaluate(frame)
        values.insert(0, this)
        return values


def call_with(frame: Frame, callee: object, this: object, arguments: Arguments, line: i64) -> object:
    """Evaluate the arguments and call; ``line`` is where."""
    if type(callee) is Closure:
        code = cast(FunctionCode, callee.code)
        if arguments.count != code.plain_parameters or arguments.count > 3:
            values = arguments.evaluate(frame)
            frame.line = line
            return code.invoke(callee, this, values)
        if arguments.count == 1:
            entered = code.begin_with(callee, this, arguments.first.eval(frame))
        elif arguments.count == 2:
            entered = code.begin_with_two(callee, this, arguments.first.eval(frame), arguments.second.eval(frame))
        elif arguments.count == 0:
            entered = code.begin(callee, this)
        else:
            entered = code.begin_with_three(
                callee, this, arguments.first.eval(frame), arguments.second.eval(frame), arguments.third.eval(frame)
            )
        frame.line = line
        return code.finish(entered)
    if type(callee) is NativeFunction:
        values = arguments.after_this(frame, this)
        frame.line = line
        return call_native(frame.machine, callee, values)
    values = arguments.evaluate(frame)
    frame.line = line
    return call_other(frame.machine, callee, this, values)


class CallValue(Expr):
    """A call of a function held in a local, a captured variable or any expression: ``this`` is passed on."""

    def __init__(self, callee: Expr, arguments: Arguments, line: int) -> None:
        self.callee: Final = callee
        self.arguments: Final = arguments
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        callee = self.callee.eval(frame)
        return call_with(frame, callee, frame.this, self.arguments, self.line)


class CallLocal(CallValue):
    """A call of a function held in a local of this function, which is read after the arguments have run."""

    def eval(self, frame: Frame) -> object:
        values = self.arguments.evaluate(frame)
        callee = self.callee.eval(frame)
        frame.line = self.line
        if type(callee) is Closure:
            return callee.code.invoke(callee, frame.this, values)
        return call_other(frame.machine, callee, frame.this, values)


class CallName(BareName):
    """``name(...)`` where the name is a slot of ``this`` or of the root table: ``this`` is passed on."""

    def __init__(self, name: str, arguments: Arguments, line: int) -> None:
        super().__init__(name, line)
        self.arguments: Final = arguments

    def eval(self, frame: Frame) -> object:
        return call_with(frame, self.find(frame), frame.this, self.arguments, self.line)

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class CallMember(ByName):
    """``target.name(...)``: ``this`` is the target."""

    def __init__(self, target: Expr, name: str, arguments: Arguments, line: int) -> None:
        super().__init__(name, line)
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.arguments: Final = arguments

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        frame.line = self.line
        callee = self.member(frame, target)
        return call_with(frame, callee, target, self.arguments, self.line)

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class CallIndex(Expr):
    """``target[key](...)``: ``this`` is the target."""

    def __init__(self, target: Expr, key: Expr, arguments: Arguments, line: int) -> None:
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.arguments: Final = arguments
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        frame.line = self.line
        callee = index(frame, target, key)
        return call_with(frame, callee, target, self.arguments, self.line)


class CallBase(ByName):
    """``base.name(...)``: found in the class above, called with the present ``this``."""

    def __init__(self, name: str, arguments: Arguments, line: int) -> None:
        super().__init__(name, line)
        self.arguments: Final = arguments

    def eval(self, frame: Frame) -> object:
        return call_with(frame, self.method(frame), frame.this, self.arguments, self.line)

    def method(self, frame: Frame) -> object:
        """The member of the class above."""
        base = frame.closure.base
        if base is not None:
            where = self.locate(frame.machine, base)
            if where < 0:
                return strong(base.methods[-1 - where])
        frame.line = self.line
        return get(frame.machine, base, self.name)


class CallThisIndex(Expr):
    """``this[key](...)``."""

    def __init__(self, key: Expr, arguments: Arguments, line: int) -> None:
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.arguments: Final = arguments
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        frame.line = self.line
        callee = find_name(frame, key)
        return call_with(frame, callee, frame.this, self.arguments, self.line)


class CallCallee(Expr):
    """``callee()``: natives do not know who called them, so this one call says it."""

    def __init__(self, call: Expr) -> None:
        self.call: Final = call

    def eval(self, frame: Frame) -> object:
        frame.machine.callee = frame.closure
        result = self.call.eval(frame)
        frame.machine.callee = None
        return result
