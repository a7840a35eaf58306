"""Methods of strings (dialect sheet, section 5). Characters are bytes, 0-255."""

from __future__ import annotations

from squirrel.delegates.arguments import integer
from squirrel.delegates.common import collect, shared_members
from squirrel.delegates.numerals import string_to_number
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import float_to_int, round32


def _this(arguments: list[object]) -> str:
    value = arguments[0]
    assert type(value) is str
    return value


def slice_bounds(arguments: list[object], length: int) -> tuple[int, int]:
    """Start and end of ``slice([start], [end])`` for something of that length; negative ones count from the end.

    Raises:
        SquirrelError: ``wrong indexes``, ``slice out of range``. A start before the beginning is out of range too,
            where the reference reads foreign memory.
    """
    start = integer(arguments[1]) if len(arguments) > 1 else 0
    end = integer(arguments[2]) if len(arguments) > 2 else length
    if start < 0:
        start += length
    if end < 0:
        end += length
    if end < start:
        raise SquirrelError("wrong indexes")
    if start < 0 or end > length:
        raise SquirrelError("slice out of range")
    return start, end


def string_len(machine: Machine, arguments: list[object]) -> object:
    """``len()``."""
    return len(_this(arguments))


def string_tointeger(machine: Machine, arguments: list[object]) -> object:
    """``tointeger()``: the number the string begins with."""
    machine.spend(len(_this(arguments)))
    value = string_to_number(_this(arguments))
    return value if type(value) is int else float_to_int(float(value))


def string_tofloat(machine: Machine, arguments: list[object]) -> object:
    """``tofloat()``: the number the string begins with."""
    machine.spend(len(_this(arguments)))
    return round32(float(string_to_number(_this(arguments))))


def string_slice(machine: Machine, arguments: list[object]) -> object:
    """``slice(start, [end])``."""
    text = _this(arguments)
    start, end = slice_bounds(arguments, len(text))
    machine.spend(end - start)
    return text[start:end]


def string_find(machine: Machine, arguments: list[object]) -> object:
    """``find(substring, [start])``: the index or null. Looks past NULs (section 18)."""
    text = _this(arguments)
    wanted = arguments[1]
    assert type(wanted) is str
    start = integer(arguments[2]) if len(arguments) > 2 else 0
    if start < 0 or start >= len(text):
        return None
    machine.spend(len(text) - start)
    found = text.find(wanted, start)
    return None if found < 0 else found


def string_tolower(machine: Machine, arguments: list[object]) -> object:
    """``tolower()``, ASCII only: bytes above 127 stay what they are."""
    machine.spend(len(_this(arguments)))
    return _this(arguments).encode("latin-1").lower().decode("latin-1")


def string_toupper(machine: Machine, arguments: list[object]) -> object:
    """``toupper()``, ASCII only."""
    machine.spend(len(_this(arguments)))
    return _this(arguments).encode("latin-1").upper().decode("latin-1")


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("len", string_len, 0, 0, "s"),
            NativeFunction("tointeger", string_tointeger, 0, 0, "s"),
            NativeFunction("tofloat", string_tofloat, 0, 0, "s"),
            NativeFunction("slice", string_slice, 0, -1, "snn"),
            NativeFunction("find", string_find, 1, -1, "ssn"),
            NativeFunction("tolower", string_tolower, 0, 0, "s"),
            NativeFunction("toupper", string_toupper, 0, 0, "s"),
            *shared_members(),
        ]
    )
