"""Methods that several types share: ``tostring``, ``weakref`` and the raw access to slots."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import no_such_index, to_text
from squirrel.values.base import weak_reference
from squirrel.values.classes import Class, Instance
from squirrel.values.function import NativeFunction
from squirrel.values.table import MISSING, Table


def tostring(machine: Machine, arguments: list[object]) -> object:
    """``tostring()``."""
    text = to_text(machine, arguments[0])
    machine.spend(len(text))
    return text


def weakref(machine: Machine, arguments: list[object]) -> object:
    """``weakref()``: the value itself where it is not passed by reference."""
    return weak_reference(arguments[0])


def rawget(machine: Machine, arguments: list[object]) -> object:
    """``rawget(key)`` of tables, classes and instances: no delegate, no metamethod."""
    target = arguments[0]
    found: object = MISSING
    if isinstance(target, (Table, Class, Instance)):
        found = target.get(arguments[1])
    if found is MISSING:
        raise SquirrelError("the index doesn't exist")
    return found


def rawset(machine: Machine, arguments: list[object]) -> object:
    """``rawset(key, value)``: creates the slot where there is none (tables and classes); null."""
    target, key, value = arguments[0], arguments[1], arguments[2]
    if key is None:
        raise SquirrelError("null key")
    if type(target) is Table:
        target.new_slot(key, value)
    elif type(target) is Class:
        # A class that has instances silently stays as it is.
        target.add(key, value, False)
    elif type(target) is Instance and not target.set(key, value):
        raise no_such_index(key)
    return None


def rawin(machine: Machine, arguments: list[object]) -> object:
    """``rawin(key)``: whether the value itself has the slot."""
    target = arguments[0]
    return isinstance(target, (Table, Class, Instance)) and target.get(arguments[1]) is not MISSING


def collect(functions: list[NativeFunction]) -> dict[str, NativeFunction]:
    """The functions by name."""
    return {function.name: function for function in functions}


def shared_members() -> list[NativeFunction]:
    """``tostring`` and ``weakref``, which every type has."""
    return [
        NativeFunction("weakref", weakref),
        NativeFunction("tostring", tostring),
    ]
