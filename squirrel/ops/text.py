"""Names of types, and values as text (dialect sheet, section 4)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.metamethods import call_metamethod, metamethod
from squirrel.values.base import Value
from squirrel.values.classes import Instance
from squirrel.values.native import NativeObject
from squirrel.values.numbers import float_text
from squirrel.values.table import Table

# Error texts cut the keys and values they show at this many characters (section 12).
SHOWN_LENGTH = 50
# Bytes in one string, far beyond the memory of an imp: a loop that doubles a string must not take the process down.
LONGEST_TEXT: Final = 1 << 25
# Below this length a string is quicker made than counted.
SHORT_TEXT: Final = 1024


def type_name(value: object) -> str:
    """The type of a value, as ``type(x)`` returns it and error texts name it."""
    if value is None:
        return "null"
    if type(value) is int:
        return "integer"
    if type(value) is str:
        return "string"
    if type(value) is bool:
        return "bool"
    if type(value) is float:
        return "float"
    if isinstance(value, Value):
        return value.type_name
    raise AssertionError("not a Squirrel value")


def typeof(machine: Machine, value: object) -> object:
    """The ``typeof`` operator: as ``type_name``, but ``_typeof`` and host objects speak for themselves."""
    if isinstance(value, (Table, Instance)):
        handler = metamethod(value, "_typeof")
        if handler is not None:
            return call_metamethod(machine, handler, value, [])
    if isinstance(value, NativeObject):
        return value.native_name()
    return type_name(value)


def address_text(name: str, value: object) -> str:
    """The text of what has no better one: ``(table : 0x7f...)``."""
    return f"({name} : 0x{id(value):x})"


def to_text(machine: Machine, value: object) -> str:
    """Squirrel's conversion to a string: concatenation, ``tostring()``, ``print``. Calls ``_tostring``."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return float_text(value)
    if type(value) is bool:
        return "true" if value else "false"
    if value is None:
        return "(null : (nil))"
    if isinstance(value, (Table, Instance)):
        handler = metamethod(value, "_tostring")
        if handler is not None:
            result = call_metamethod(machine, handler, value, [])
            if type(result) is str:
                return result
    elif isinstance(value, NativeObject):
        text = value.text()
        if text is not None:
            return text
        return address_text(value.native_name(), value)
    return address_text(type_name(value), value)


def concatenate(machine: Machine, left: str, right: str) -> str:
    """Both texts as one.

    Raises:
        SquirrelError: ``out of memory``: it would be longer than ``LONGEST_TEXT``.
    """
    check_text(machine, len(left) + len(right))
    return left + right


def check_text(machine: Machine, length: i64) -> None:
    """Allow a string of that length, and count the work it is.

    Raises:
        SquirrelError: ``out of memory``.
    """
    if length > LONGEST_TEXT:
        raise SquirrelError("out of memory")
    machine.spend(length)


def shown(value: object) -> str:
    """A key or value as error texts show it: numbers and strings themselves, anything else by its type."""
    if type(value) is str:
        return value[:SHOWN_LENGTH]
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return float_text(value, 14)
    return type_name(value)


def no_such_index(key: object) -> SquirrelError:
    """The error for a slot that is not there."""
    return SquirrelError(f"the index '{shown(key)}' does not exist")
