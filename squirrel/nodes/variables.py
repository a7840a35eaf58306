"""Local variables, captured variables, ``this``, and names that are slots of ``this`` or of the root table."""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame, unboxed
from squirrel.nodes.members import ABSENT, GLOBAL, ByName
from squirrel.ops.access import find, get, set_slot, try_set
from squirrel.ops.text import no_such_index
from squirrel.values.base import WeakRef
from squirrel.values.classes import Instance
from squirrel.values.function import Cell
from squirrel.values.table import MISSING, Table


class LocalGet(Expr):
    """A local variable of this function."""

    def __init__(self, slot: int) -> None:
        self.local = slot

    def eval(self, frame: Frame) -> object:
        return frame.slots[self.local]

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, frame.slots[self.local])


class LocalSet(Expr):
    """Assignment to a local variable of this function."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: Final[i64] = slot
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        frame.slots[self.slot] = value
        return value


class TemporaryGet(Expr):
    """Takes what ``Before`` put into a temporary slot; the slot is empty again afterwards."""

    def __init__(self, slot: int) -> None:
        self.slot: Final[i64] = slot

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.slot]
        frame.slots[self.slot] = None
        return value


class CellGet(Expr):
    """A captured local variable of this function."""

    def __init__(self, slot: int) -> None:
        self.slot: Final[i64] = slot

    def eval(self, frame: Frame) -> object:
        return cast(Cell, frame.slots[self.slot]).value


class CellSet(Expr):
    """Assignment to a captured local variable of this function."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: Final[i64] = slot
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        cast(Cell, frame.slots[self.slot]).value = value
        return value


class OuterGet(Expr):
    """A variable of an enclosing function."""

    def __init__(self, index: int) -> None:
        self.index: Final[i64] = index

    def eval(self, frame: Frame) -> object:
        return frame.closure.cells[self.index].value

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class OuterSet(Expr):
    """Assignment to a variable of an enclosing function."""

    def __init__(self, index: int, value: Expr) -> None:
        self.index: Final[i64] = index
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        frame.closure.cells[self.index].value = value
        return value


class This(Expr):
    """``this``."""

    def eval(self, frame: Frame) -> object:
        return frame.this


class ThisSet(Expr):
    """``this = value``: for the rest of the call."""

    def __init__(self, value: Expr) -> None:
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        frame.this = value
        return value


class BaseClass(Expr):
    """``base``: the class above the one that the running method belongs to, or null."""

    def eval(self, frame: Frame) -> object:
        return frame.closure.base


class RootTable(Expr):
    """The root table, as the target of ``::name``."""

    def eval(self, frame: Frame) -> object:
        return frame.machine.root


def find_name(frame: Frame, name: object) -> object:
    """A slot of ``this``, else of the root table.

    Raises:
        SquirrelError: ``the index 'name' does not exist``.
    """
    this = frame.this
    root = frame.machine.root
    if this is not root:
        value = find(frame.machine, this, name)
        if value is not MISSING:
            return value
    value = root.get(name)
    if value is not MISSING:
        return value
    if this is root:
        return get(frame.machine, root, name)
    raise no_such_index(name)


class BareName(ByName):
    """An expression with a bare name (or ``this.name``) that is no local."""

    def find(self, frame: Frame) -> object:
        """A slot of ``this``, else of the root table; the common cases first, then as ``find_name``."""
        this = frame.this
        if type(this) is Table:
            value = this.slots.get(self.name, MISSING)
            if value is not MISSING and type(value) is not WeakRef:
                return value
        elif type(this) is Instance:
            where = self.locate(frame.machine, this.cls)
            value = MISSING
            if where < ABSENT:
                value = this.fields[where] if where >= 0 else this.cls.methods[-1 - where]
            elif where == GLOBAL:
                value = frame.machine.root.slots.get(self.name, MISSING)
            if value is not MISSING and type(value) is not WeakRef:
                return value
        frame.line = self.line
        return find_name(frame, self.name)


    def store(self, frame: Frame, value: object) -> None:
        """Assign to a slot of ``this``, else of the root table; as ``set_name``."""
        this = frame.this
        if type(this) is Instance:
            where = self.locate(frame.machine, this.cls)
            if 0 <= where < ABSENT:
                this.fields[where] = value
                return
        frame.line = self.line
        set_name(frame, self.name, value)


class NameGet(BareName):
    """The value of a bare name."""

    def eval(self, frame: Frame) -> object:
        return self.find(frame)

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class NameSet(BareName):
    """Assignment to a bare name."""

    def __init__(self, name: str, value: Expr, line: int) -> None:
        super().__init__(name, line)
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        self.store(frame, value)
        return value


def set_name(frame: Frame, name: object, value: object) -> None:
    """Assign to a slot of ``this``, else of the root table.

    Raises:
        SquirrelError: ``the index 'name' does not exist``.
    """
    this = frame.this
    machine = frame.machine
    if type(this) is Table and type(name) is str and name in this.slots:
        this.slots[name] = value
        return
    if this is machine.root:
        set_slot(machine, this, name, value)
        return
    if not try_set(machine, this, name, value) and not machine.root.set(name, value):
        raise no_such_index(name)


class ThisIndexGet(Expr):
    """``this[key]``: like a bare name, it falls back to the root table (dialect sheet, section 18)."""

    def __init__(self, key: Expr, line: int) -> None:
        self.key: Final = key
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        key = self.key.eval(frame)
        frame.line = self.line
        return find_name(frame, key)


class ThisIndexSet(Expr):
    """``this[key] = value``."""

    def __init__(self, key: Expr, value: Expr, line: int) -> None:
        self.key: Final = key
        self.value: Final = value
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        key = self.key.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        set_name(frame, key, value)
        return value


class Before(Expr):
    """Evaluates ``first`` into a temporary slot, then ``then``, which takes it from there.

    An operand that is a plain local is read when its operator runs, after the other operand (dialect sheet, section
    18): where the other operand may change the local, it is evaluated before.
    """

    def __init__(self, slot: int, first: Expr, then: Expr) -> None:
        self.slot: Final[i64] = slot
        self.first: Final = first
        self.then: Final = then

    def eval(self, frame: Frame) -> object:
        frame.slots[self.slot] = self.first.eval(frame)
        return self.then.eval(frame)
