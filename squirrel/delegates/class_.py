"""Methods of classes (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates.arguments import truth
from squirrel.delegates.common import collect, rawget, rawin, rawset, shared_members
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.access import new_member, new_slot
from squirrel.values.classes import Class, Instance
from squirrel.values.function import NativeFunction
from squirrel.values.table import MISSING, to_key


def _this(arguments: list[object]) -> Class:
    value = arguments[0]
    assert type(value) is Class
    return value


def class_getattributes(machine: Machine, arguments: list[object]) -> object:
    """``getattributes(member)``: its attributes or null; of the class itself where ``member`` is null."""
    this, key = _this(arguments), arguments[1]
    if key is None:
        return this.attributes
    if this.members.get(key) is MISSING:
        raise SquirrelError("wrong index")
    return this.member_attributes.get(to_key(key))


def class_setattributes(machine: Machine, arguments: list[object]) -> object:
    """``setattributes(member, value)``: the attributes it had before."""
    this, key, value = _this(arguments), arguments[1], arguments[2]
    if key is None:
        before = this.attributes
        this.attributes = value
        return before
    if this.members.get(key) is MISSING:
        raise SquirrelError("wrong index")
    before = this.member_attributes.get(to_key(key))
    this.member_attributes[to_key(key)] = value
    return before


def class_instance(machine: Machine, arguments: list[object]) -> object:
    """``instance()``: a new instance whose constructor has not been called."""
    return Instance(_this(arguments))


def class_getbase(machine: Machine, arguments: list[object]) -> object:
    """``getbase()``: the class this one extends, or null."""
    return _this(arguments).base


def class_newmember(machine: Machine, arguments: list[object]) -> object:
    """``newmember(name, value, [attributes], [static])``: the attributes. ``_newmember`` may take it instead."""
    this, key, value, attributes, static = _new_member_arguments(arguments)
    new_member(machine, this, key, value, attributes, static)
    return attributes


def class_rawnewmember(machine: Machine, arguments: list[object]) -> object:
    """``rawnewmember(name, value, [attributes], [static])``: the attributes. ``_newmember`` is not asked."""
    this, key, value, attributes, static = _new_member_arguments(arguments)
    new_slot(machine, this, key, value, static)
    if attributes is not None:
        this.member_attributes[to_key(key)] = attributes
    return attributes


def _new_member_arguments(arguments: list[object]) -> tuple[Class, object, object, object, bool]:
    if len(arguments) > 5:
        # What the reference says to a surplus argument.
        raise SquirrelError("new member only works with classes")
    key = arguments[1]
    if key is None:
        raise SquirrelError("null key")
    attributes = arguments[3] if len(arguments) > 3 else None
    static = truth(arguments[4]) if len(arguments) > 4 else False
    return _this(arguments), key, arguments[2], attributes, static


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("getattributes", class_getattributes, 1, 1, "y."),
            NativeFunction("setattributes", class_setattributes, 2, 2, "y.."),
            NativeFunction("rawget", rawget, 1, 1, "y"),
            NativeFunction("rawset", rawset, 2, 2, "y"),
            NativeFunction("rawin", rawin, 1, 1, "y"),
            NativeFunction("instance", class_instance, 0, 0, "y"),
            NativeFunction("getbase", class_getbase, 0, 0, "y"),
            NativeFunction("newmember", class_newmember, 2, -1, "y"),
            NativeFunction("rawnewmember", class_rawnewmember, 2, -1, "y"),
            *shared_members(),
        ]
    )
