"""Methods of tables (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates.common import collect, rawget, rawin, rawset, shared_members
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import type_name
from squirrel.values.array import Array
from squirrel.values.function import NativeFunction
from squirrel.values.table import MISSING, Table


def table_len(machine: Machine, arguments: list[object]) -> object:
    """``len()``: the number of slots, delegates not counted."""
    this = arguments[0]
    assert type(this) is Table
    return len(this.slots)


def table_rawdelete(machine: Machine, arguments: list[object]) -> object:
    """``rawdelete(key)``: the removed value, or null."""
    this = arguments[0]
    assert type(this) is Table
    removed = this.remove(arguments[1])
    return None if removed is MISSING else removed


def clear(machine: Machine, arguments: list[object]) -> object:
    """``clear()`` of tables and arrays."""
    this = arguments[0]
    if type(this) is Table:
        this.clear()
    elif type(this) is Array:
        this.items.clear()
    else:
        raise SquirrelError("clear only works on table and array")
    return None


def table_setdelegate(machine: Machine, arguments: list[object]) -> object:
    """``setdelegate(table or null)``: the table itself.

    Raises:
        SquirrelError: ``delagate cycle``.
    """
    this, delegate = arguments[0], arguments[1]
    if type(this) is not Table:
        raise SquirrelError(f"unexpected type {type_name(this)}")
    if type(delegate) is Table:
        ancestor: Table | None = delegate
        while ancestor is not None:
            if ancestor is this:
                raise SquirrelError("delagate cycle")
            ancestor = ancestor.delegate
        this.delegate = delegate
    else:
        this.delegate = None
    return this


def table_getdelegate(machine: Machine, arguments: list[object]) -> object:
    """``getdelegate()``: the delegate, or null."""
    this = arguments[0]
    if type(this) is not Table:
        raise SquirrelError("wrong type")
    return this.delegate


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("len", table_len, 0, 0, "t"),
            NativeFunction("rawget", rawget, 1, 1, "t"),
            NativeFunction("rawset", rawset, 2, 2, "t"),
            NativeFunction("rawdelete", table_rawdelete, 1, 1, "t"),
            NativeFunction("rawin", rawin, 1, 1, "t"),
            NativeFunction("clear", clear, 0, 0, "."),
            NativeFunction("setdelegate", table_setdelegate, 1, 1, ".o|t"),
            NativeFunction("getdelegate", table_getdelegate, 0, 0, "."),
            *shared_members(),
        ]
    )
