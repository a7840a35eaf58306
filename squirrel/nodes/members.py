"""Slots of tables, instances, classes, arrays: reading, assigning, creating, deleting."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.machine import Machine
from squirrel.nodes.arithmetic import is_arithmetic
from squirrel.nodes.base import COMPILED, Expr, Frame, boxed, unboxed
from squirrel.ops.access import contains, delete_slot, get, new_slot, set_slot
from squirrel.values.array import Array
from squirrel.values.base import WeakRef
from squirrel.values.classes import Class, Instance
from squirrel.values.table import MISSING, Table

# Where a name is that a class does not know; GLOBAL when instances have no other way to give it a meaning, so that a
# bare name is one of the root table.
ABSENT: Final = 1 << 30
GLOBAL: Final = ABSENT + 1


class ByName(Expr):
    """An expression that looks a name up. It remembers where the last class it met has it."""

    def __init__(self, name: str, line: int) -> None:
        self.name: Final = name
        self.line: Final[i64] = line
        self.layout: i64 = -1
        self.where: i64 = ABSENT

    def locate(self, machine: Machine, cls: Class) -> i64:
        """Where instances of a class have the name, as ``Class.members`` says it; else ABSENT or GLOBAL."""
        if cls.layout != self.layout:
            self.search(machine, cls)
        return self.where

    def search(self, machine: Machine, cls: Class) -> None:
        """Look the name up and remember the answer."""
        self.layout = cls.layout
        where = cls.members.slots.get(self.name, MISSING)
        if type(where) is int:
            self.where = where
        elif "_get" in cls.metamethods or self.name in machine.instance_members:
            self.where = ABSENT
        else:
            self.where = GLOBAL

    def member(self, frame: Frame, target: object) -> object:
        """``target.name``, with the common cases first. ``frame.line`` must be set."""
        if type(target) is Table:
            value = target.slots.get(self.name, MISSING)
            if value is not MISSING and type(value) is not WeakRef:
                return value
        elif type(target) is Instance:
            where = self.locate(frame.machine, target.cls)
            if where < ABSENT:
                value = target.fields[where] if where >= 0 else target.cls.methods[-1 - where]
                if type(value) is not WeakRef:
                    return value
        elif type(target) is Array:
            method = frame.machine.array_members.get(self.name)
            if method is not None:
                return method
        elif type(target) is str:
            method = frame.machine.string_members.get(self.name)
            if method is not None:
                return method
        return get(frame.machine, target, self.name)

    def store_member(self, frame: Frame, target: object, value: object) -> None:
        """``target.name = value``, with the common cases first. ``frame.line`` must be set."""
        if type(target) is Table:
            if self.name in target.slots:
                target.slots[self.name] = value
                return
        elif type(target) is Instance:
            where = self.locate(frame.machine, target.cls)
            if 0 <= where < ABSENT:
                target.fields[where] = value
                return
        set_slot(frame.machine, target, self.name, value)


def index(frame: Frame, target: object, key: object) -> object:
    """``target[key]``, with the common cases first. ``frame.line`` must be set."""
    if type(target) is Array and type(key) is int:
        position: i64 = key
        if 0 <= position < len(target.items):
            value = target.items[position]
            if type(value) is not WeakRef:
                return value
    elif type(target) is Table and (type(key) is str or type(key) is int):
        value = target.slots.get(key, MISSING)
        if value is not MISSING and type(value) is not WeakRef:
            return value
    elif type(target) is str and type(key) is int:
        position = key
        if 0 <= position < len(target):
            return ord(target[position])
    return get(frame.machine, target, key)


class MemberGet(ByName):
    """``target.name``."""

    def __init__(self, target: Expr, name: str, line: int) -> None:
        super().__init__(name, line)
        self.target: Final = target
        self.target_local: Final[i64] = target.local

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        frame.line = self.line
        return self.member(frame, target)

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class MemberSet(ByName):
    """``target.name = value``."""

    def __init__(self, target: Expr, name: str, value: Expr, line: int) -> None:
        super().__init__(name, line)
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.value: Final = value

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        self.store_member(frame, target, value)
        return value


class IndexGet(Expr):
    """``target[key]``."""

    def __init__(self, target: Expr, key: Expr, line: int) -> None:
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.computed: Final[bool] = COMPILED and is_arithmetic(key)
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        if self.computed and type(target) is Array:
            position, real = self.key.number(frame)
            if 0 <= position < len(target.items):
                value = target.items[position]
                if type(value) is not WeakRef:
                    return value
            key = boxed(frame, position, real)
        else:
            key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        frame.line = self.line
        return index(frame, target, key)

    def number(self, frame: Frame) -> tuple[i64, float]:
        return unboxed(frame, self.eval(frame))


class IndexSet(Expr):
    """``target[key] = value``."""

    def __init__(self, target: Expr, key: Expr, value: Expr, line: int) -> None:
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        frame.line = self.line
        store_index(frame, target, key, value)
        return value


def store_index(frame: Frame, target: object, key: object, value: object) -> None:
    """``target[key] = value``, with the common cases first."""
    if type(target) is Array and type(key) is int:
        position: i64 = key
        if 0 <= position < len(target.items):
            target.items[position] = value
            return
    elif type(target) is Table and (type(key) is str or type(key) is int) and key in target.slots:
        target.slots[key] = value
        return
    set_slot(frame.machine, target, key, value)


class NewSlot(Expr):
    """``target[key] <- value``."""

    def __init__(self, target: Expr, key: Expr, value: Expr, line: int) -> None:
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.value: Final = value
        self.value_local: Final[i64] = value.local
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        value = frame.slots[self.value_local] if self.value_local >= 0 else self.value.eval(frame)
        if (
            type(target) is Table
            and (type(key) is str or type(key) is int)
            and target.delegate is None
            and not target.layout_is_live
        ):
            target.slots[key] = value
            return value
        frame.line = self.line
        new_slot(frame.machine, target, key, value)
        return value


class DeleteSlot(Expr):
    """``delete target[key]``."""

    def __init__(self, target: Expr, key: Expr, line: int) -> None:
        self.target: Final = target
        self.target_local: Final[i64] = target.local
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        target = frame.slots[self.target_local] if self.target_local >= 0 else self.target.eval(frame)
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        frame.line = self.line
        return delete_slot(frame.machine, target, key)


class In(Expr):
    """``key in container``."""

    def __init__(self, key: Expr, container: Expr, line: int) -> None:
        self.key: Final = key
        self.key_local: Final[i64] = key.local
        self.container: Final = container
        self.container_local: Final[i64] = container.local
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        key = frame.slots[self.key_local] if self.key_local >= 0 else self.key.eval(frame)
        container = frame.slots[self.container_local] if self.container_local >= 0 else self.container.eval(frame)
        frame.line = self.line
        if type(container) is Table and (type(key) is str or type(key) is int) and key in container.slots:
            return True
        return contains(frame.machine, container, key)
