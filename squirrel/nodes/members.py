"""Slots of tables, instances, classes, arrays: reading, assigning, creating, deleting."""

from __future__ import annotations

from mypy_extensions import i64

from squirrel.nodes.base import Expr, Frame
from squirrel.ops.access import contains, delete_slot, get, new_slot, set_slot
from squirrel.values.array import Array
from squirrel.values.base import WeakRef
from squirrel.values.classes import Instance
from squirrel.values.table import MISSING, Table


def member(frame: Frame, target: object, name: str) -> object:
    """``target.name``, with the common cases first. ``frame.line`` must be set."""
    if type(target) is Table:
        value = target.slots.get(name, MISSING)
        if value is not MISSING and type(value) is not WeakRef:
            return value
    elif type(target) is Instance:
        where = target.cls.members.slots.get(name, MISSING)
        if type(where) is int:
            value = target.fields[where] if where >= 0 else target.cls.methods[-1 - where]
            if type(value) is not WeakRef:
                return value
    return get(frame.machine, target, name)


def index(frame: Frame, target: object, key: object) -> object:
    """``target[key]``, with the common cases first. ``frame.line`` must be set."""
    if type(target) is Array and type(key) is int:
        items = target.items
        if 0 <= key < len(items):
            value = items[key]
            if type(value) is not WeakRef:
                return value
    elif type(target) is Table and (type(key) is str or type(key) is int):
        value = target.slots.get(key, MISSING)
        if value is not MISSING and type(value) is not WeakRef:
            return value
    return get(frame.machine, target, key)


class MemberGet(Expr):
    """``target.name``."""

    def __init__(self, target: Expr, name: str, line: int) -> None:
        self.target = target
        self.name = name
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        frame.line = self.line
        return member(frame, target, self.name)


class MemberSet(Expr):
    """``target.name = value``."""

    def __init__(self, target: Expr, name: str, value: Expr, line: int) -> None:
        self.target = target
        self.name = name
        self.value = value
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        store_member(frame, target, self.name, value)
        return value


def store_member(frame: Frame, target: object, name: str, value: object) -> None:
    """``target.name = value``, with the common cases first."""
    if type(target) is Table:
        if name in target.slots:
            target.slots[name] = value
            return
    elif type(target) is Instance:
        where = target.cls.members.slots.get(name, MISSING)
        if type(where) is int and where >= 0:
            target.fields[where] = value
            return
    set_slot(frame.machine, target, name, value)


class IndexGet(Expr):
    """``target[key]``."""

    def __init__(self, target: Expr, key: Expr, line: int) -> None:
        self.target = target
        self.key = key
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        frame.line = self.line
        return index(frame, target, key)


class IndexSet(Expr):
    """``target[key] = value``."""

    def __init__(self, target: Expr, key: Expr, value: Expr, line: int) -> None:
        self.target = target
        self.key = key
        self.value = value
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        store_index(frame, target, key, value)
        return value


def store_index(frame: Frame, target: object, key: object, value: object) -> None:
    """``target[key] = value``, with the common case first."""
    if type(target) is Array and type(key) is int and 0 <= key < len(target.items):
        target.items[key] = value
        return
    set_slot(frame.machine, target, key, value)


class NewSlot(Expr):
    """``target[key] <- value``."""

    def __init__(self, target: Expr, key: Expr, value: Expr, line: int) -> None:
        self.target = target
        self.key = key
        self.value = value
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        value = self.value.eval(frame)
        frame.line = self.line
        new_slot(frame.machine, target, key, value)
        return value


class DeleteSlot(Expr):
    """``delete target[key]``."""

    def __init__(self, target: Expr, key: Expr, line: int) -> None:
        self.target = target
        self.key = key
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        target = self.target.eval(frame)
        key = self.key.eval(frame)
        frame.line = self.line
        return delete_slot(frame.machine, target, key)


class In(Expr):
    """``key in container``."""

    def __init__(self, key: Expr, container: Expr, line: int) -> None:
        self.key = key
        self.container = container
        self.line: i64 = line

    def eval(self, frame: Frame) -> object:
        return self.cond(frame)

    def cond(self, frame: Frame) -> bool:
        key = self.key.eval(frame)
        container = self.container.eval(frame)
        frame.line = self.line
        if type(container) is Table and type(key) is str and key in container.slots:
            return True
        return contains(frame.machine, container, key)
