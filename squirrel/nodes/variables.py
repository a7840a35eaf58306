"""Local variables, captured variables, ``this``, and names that are slots of ``this`` or of the root table."""

from __future__ import annotations

from typing import cast

from mypy_extensions import i64

from squirrel.machine import Machine
from squirrel.nodes.base import Expr, Frame
from squirrel.ops.access import find, get, set_slot, try_set
from squirrel.ops.text import no_such_index
from squirrel.values.base import WeakRef
from squirrel.values.classes import Instance
from squirrel.values.function import Cell
from squirrel.values.table import MISSING, Table


class LocalGet(Expr):
    """A local variable of this function."""

    def __init__(self, slot: int) -> None:
        self.slot: i64 = slot

    def eval(self, frame: Frame) -> object:
        return frame.slots[self.slot]


class LocalSet(Expr):
    """Assignment to a local variable of this function."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: i64 = slot
        self.value = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        frame.slots[self.slot] = value
        return value


class TemporaryGet(Expr):
    """Takes what ``Before`` put into a temporary slot; the slot is empty again afterwards."""

    def __init__(self, slot: int) -> None:
        self.slot: i64 = slot

    def eval(self, frame: Frame) -> object:
        value = frame.slots[self.slot]
        frame.slots[self.slot] = None
        return value


class CellGet(Expr):
    """A captured local variable of this function."""

    def __init__(self, slot: int) -> None:
        self.slot: i64 = slot

    def eval(self, frame: Frame) -> object:
        return cast(Cell, frame.slots[self.slot]).value


class CellSet(Expr):
    """Assignment to a captured local variable of this function."""

    def __init__(self, slot: int, value: Expr) -> None:
        self.slot: i64 = slot
        self.value = value

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        cast(Cell, frame.slots[self.slot]).value = value
        return value


class OuterGet(Expr):
    """A variable of an enclosing function."""

    def __init__(self, index: int) -> None:
        self.index: i64 = index

    def eval(self, frame: Frame) -> object:
        return frame.closure.cells[self.index].value


class OuterSet(Expr):
    """Assignment to a variable of an enclosing function."""

    def __init__(self, index: int, value: Expr) -> None:
        self.index: i64 = index
        self.value = value

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
        self.value = value

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
    if type(this) is Instance and type(name) is str:
        value = global_from_method(frame.machine, this, name)
        if value is not MISSING:
            return value
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


def global_from_method(machine: Machine, this: Instance, name: str) -> object:
    """A global used in a method whose class neither has a member of that name nor ``_get``; else MISSING.

    Only a short cut past the general search, which gives the same.
    """
    cls = this.cls
    if name in cls.members.slots or "_get" in cls.metamethods or name in machine.instance_members:
        return MISSING
    return machine.root.get(name)


class NameGet(Expr):
    """A bare name (or ``this.name``) that is no local."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        this = frame.this
        if type(this) is Table:
            value = this.slots.get(self.name, MISSING)
            if value is not MISSING and type(value) is not WeakRef:
                return value
        frame.line = self.line
        return find_name(frame, self.name)


class NameSet(Expr):
    """Assignment to a bare name (or ``this.name``) that is no local."""

    def __init__(self, name: str, value: Expr, line: int) -> None:
        self.name = name
        self.value = value
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        value = self.value.eval(frame)
        frame.line = self.line
        set_name(frame, self.name, value)
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
        self.key = key
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        key = self.key.eval(frame)
        frame.line = self.line
        return find_name(frame, key)


class ThisIndexSet(Expr):
    """``this[key] = value``."""

    def __init__(self, key: Expr, value: Expr, line: int) -> None:
        self.key = key
        self.value = value
        self.line: i64 = line

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
        self.slot: i64 = slot
        self.first = first
        self.then = then

    def eval(self, frame: Frame) -> object:
        frame.slots[self.slot] = self.first.eval(frame)
        return self.then.eval(frame)
