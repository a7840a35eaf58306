"""Finding and calling metamethods (dialect sheet, section 7)."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.call import call
from squirrel.values.classes import Instance
from squirrel.values.table import MISSING, Table


def metamethod(value: object, name: str) -> object:
    """The metamethod of a table (in its delegate itself, not further up) or of an instance; None if there is none."""
    if type(value) is Table:
        delegate = value.delegate
        if delegate is None:
            return None
        found = delegate.slots.get(name, MISSING)
        return None if found is MISSING else found
    if type(value) is Instance:
        return value.cls.metamethods.get(name)
    return None


def call_metamethod(machine: Machine, handler: object, value: object, arguments: list[object]) -> object:
    """Run a metamethod with ``value`` as its ``this``."""
    result = call(machine, handler, value, arguments)
    return result


def try_metamethod(machine: Machine, handler: object, value: object, arguments: list[object]) -> object:
    """Run ``_get`` or ``_set``, whose way to say "not found" is to throw null: MISSING then."""
    depth = machine.depth
    native_depth = machine.native_depth
    try:
        return call_metamethod(machine, handler, value, arguments)
    except SquirrelError as error:
        if error.args[0] is not None:
            raise
    machine.unwind(depth)
    machine.native_depth = native_depth
    return MISSING
