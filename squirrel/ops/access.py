"""Reading, writing, creating and deleting slots of anything (dialect sheet, sections 7 and 12)."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine, Members
from squirrel.ops.metamethods import call_metamethod, metamethod, try_metamethod
from squirrel.ops.text import no_such_index, type_name
from squirrel.values.array import Array
from squirrel.values.base import WeakRef, strong
from squirrel.values.blob import Blob
from squirrel.values.classes import Class, Instance
from squirrel.values.function import Closure, NativeFunction
from squirrel.values.generator import Generator
from squirrel.values.native import NativeObject
from squirrel.values.numbers import float_to_int
from squirrel.values.table import MISSING, Table, to_key


def index_of(key: object) -> int | None:
    """A number as an index of an array or string; None for anything else."""
    if type(key) is int:
        return key
    if type(key) is float:
        return float_to_int(key)
    return None


def own(target: object, key: object) -> object:
    """What the target itself has under a key, or MISSING: no delegates, no metamethods."""
    if type(target) is Table:
        return target.get(key)
    if type(target) is Instance:
        return target.get(key)
    if type(target) is Class:
        return target.get(key)
    if type(target) is Array:
        index = index_of(key)
        if index is not None and 0 <= index < len(target.items):
            return strong(target.items[index])
        return MISSING
    if type(target) is str:
        index = index_of(key)
        if index is not None and 0 <= index < len(target):
            return ord(target[index])
        return MISSING
    if isinstance(target, NativeObject):
        return target.member(key)
    return MISSING


def default_members(machine: Machine, target: object) -> Members | None:
    """The methods every value of the target's type has."""
    if type(target) is str:
        return machine.string_members
    if type(target) is Table:
        return machine.table_members
    if type(target) is Array:
        return machine.array_members
    if type(target) is Instance:
        return machine.instance_members
    if type(target) is int or type(target) is float or type(target) is bool:
        return machine.number_members
    if type(target) is Closure or type(target) is NativeFunction:
        return machine.function_members
    if type(target) is Class:
        return machine.class_members
    if type(target) is Generator:
        return machine.generator_members
    if type(target) is WeakRef:
        return machine.weakref_members
    return None


def find(machine: Machine, target: object, key: object) -> object:
    """The value of ``target[key]`` with delegates, ``_get`` and built-in methods, or MISSING."""
    value = own(target, key)
    if value is not MISSING:
        return value
    value = _inherited(machine, target, key)
    if value is not MISSING:
        return value
    if type(key) is str:
        members = default_members(machine, target)
        if members is not None:
            method = members.get(key)
            if method is not None:
                return method
    return MISSING


def _inherited(machine: Machine, target: object, key: object) -> object:
    """What a delegate or ``_get`` gives, or MISSING."""
    if type(target) is Table:
        delegate = target.delegate
        if delegate is None:
            return MISSING
        value = find(machine, delegate, key)
        if value is not MISSING:
            return value
    elif type(target) is not Instance:
        return MISSING
    handler = metamethod(target, "_get")
    if handler is None:
        return MISSING
    return try_metamethod(machine, handler, target, [key])


def get(machine: Machine, target: object, key: object) -> object:
    """``target[key]``.

    Raises:
        SquirrelError: ``the index 'key' does not exist``.
    """
    value = find(machine, target, key)
    if value is MISSING:
        raise no_such_index(key)
    return value


def contains(machine: Machine, container: object, key: object) -> bool:
    """``key in container``: its own slots, its delegates', and ``_get`` (section 18); not the built-in methods."""
    if own(container, key) is not MISSING:
        return True
    if type(container) is Table and container.delegate is not None and contains(machine, container.delegate, key):
        return True
    handler = metamethod(container, "_get")
    return handler is not None and try_metamethod(machine, handler, container, [key]) is not MISSING


def try_set(machine: Machine, target: object, key: object, value: object) -> bool:
    """Assign to a slot that exists, in the target, its delegates or by ``_set``; False when there is none.

    Raises:
        SquirrelError: the target's type has no slots to assign to.
    """
    if type(target) is Table:
        if target.set(key, value):
            return True
        if target.delegate is not None and try_set(machine, target.delegate, key, value):
            return True
    elif type(target) is Instance:
        if target.set(key, value):
            return True
    elif type(target) is Array:
        index = index_of(key)
        if index is None:
            raise SquirrelError(f"indexing {type_name(target)} with {type_name(key)}")
        if 0 <= index < len(target.items):
            target.items[index] = value
            return True
        return False
    elif isinstance(target, NativeObject):
        if target.set_member(key, value):
            return True
        raise SquirrelError(f"cannot set property of object of type {target.native_name()}")
    else:
        raise SquirrelError(f"trying to set '{type_name(target)}'")
    handler = metamethod(target, "_set")
    return handler is not None and try_metamethod(machine, handler, target, [key, value]) is not MISSING


def set_slot(machine: Machine, target: object, key: object, value: object) -> None:
    """``target[key] = value``.

    Raises:
        SquirrelError: ``the index 'key' does not exist``, and as ``try_set``.
    """
    if not try_set(machine, target, key, value):
        raise no_such_index(key)


def new_slot(machine: Machine, target: object, key: object, value: object, static: bool = False) -> None:
    """``target[key] <- value``.

    Raises:
        SquirrelError: the target cannot have a new slot.
    """
    if key is None:
        raise SquirrelError("null cannot be used as index")
    if type(target) is Table:
        if target.delegate is not None and target.get(key) is MISSING:
            handler = metamethod(target, "_newslot")
            if handler is not None:
                call_metamethod(machine, handler, target, [key, value])
                return
        target.new_slot(key, value)
    elif type(target) is Class:
        if not target.add(key, value, static):
            raise SquirrelError("trying to modify a class that has already been instantiated")
    elif type(target) is Instance:
        handler = metamethod(target, "_newslot")
        if handler is None:
            raise SquirrelError("class instances do not support the new slot operator")
        call_metamethod(machine, handler, target, [key, value])
    elif isinstance(target, NativeObject):
        raise SquirrelError(f"cannot set property of object of type {target.native_name()}")
    else:
        raise SquirrelError(f"indexing {type_name(target)} with {type_name(key)}")


def new_member(machine: Machine, cls: Class, key: object, value: object, attributes: object, static: bool) -> None:
    """Add a member in a class body: ``_newmember`` of a base class may take it instead."""
    handler = cls.metamethods.get("_newmember")
    if handler is not None:
        call_metamethod(machine, handler, cls, [key, value, attributes, static])
        return
    new_slot(machine, cls, key, value, static)
    if attributes is not None:
        cls.member_attributes[to_key(key)] = attributes


def delete_slot(machine: Machine, target: object, key: object) -> object:
    """``delete target[key]``: the removed value.

    Raises:
        SquirrelError: there is no such slot, or the target's slots cannot be deleted.
    """
    if type(target) is Table or type(target) is Instance:
        handler = metamethod(target, "_delslot")
        if handler is not None:
            return call_metamethod(machine, handler, target, [key])
        if type(target) is Instance:
            raise SquirrelError(f"cannot delete a slot from {type_name(target)}")
        assert type(target) is Table
        value = target.remove(key)
        if value is MISSING:
            raise no_such_index(key)
        return value
    raise SquirrelError(f"attempt to delete a slot from a {type_name(target)}")


def clone(machine: Machine, value: object) -> object:
    """``clone value``; ``_cloned`` of the copy runs with the original.

    Raises:
        SquirrelError: the type cannot be cloned.
    """
    if type(value) is Array:
        machine.spend(len(value.items))
        return Array(value.items.copy())
    if isinstance(value, NativeObject):
        cloned = value.clone()
        if cloned is MISSING:
            raise SquirrelError(f"cannot clone {value.native_name()}")
        if type(cloned) is Blob:
            machine.spend(len(cloned.data))
        return cloned
    if not isinstance(value, (Table, Instance)):
        raise SquirrelError(f"cloning a {type_name(value)}")
    if type(value) is Table:
        machine.spend(len(value.slots) * 16)
    copy = value.copy()
    handler = metamethod(copy, "_cloned")
    if handler is not None:
        call_metamethod(machine, handler, copy, [value])
    return copy
