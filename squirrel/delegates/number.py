"""Methods of integers, floats and bools (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates.arguments import integer, number
from squirrel.delegates.common import collect, shared_members
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import round32


def _number(value: object) -> object:
    """A bool as the number it stands for."""
    if type(value) is bool:
        return 1 if value else 0
    return value


def tointeger(machine: Machine, arguments: list[object]) -> object:
    """``tointeger()``: floats are truncated."""
    return integer(_number(arguments[0]))


def tofloat(machine: Machine, arguments: list[object]) -> object:
    """``tofloat()``."""
    return round32(number(_number(arguments[0])))


def tochar(machine: Machine, arguments: list[object]) -> object:
    """``tochar()``: a string of one character, the low byte."""
    return chr(integer(_number(arguments[0])) & 0xFF)


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("tointeger", tointeger, 0, 0, "n|b"),
            NativeFunction("tofloat", tofloat, 0, 0, "n|b"),
            NativeFunction("tochar", tochar, 0, 0, "n|b"),
            *shared_members(),
        ]
    )
