"""Time, and the casts and byte swaps that the imp keeps global (dialect sheet, section 11)."""

from __future__ import annotations

import math
import struct
import time

from squirrel.delegates.arguments import integer, number
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import bits_to_float, float_bits, round32, wrap32
from squirrel.values.table import Table


def system_clock(machine: Machine, arguments: list[object]) -> object:
    """``clock()``: seconds of processor time, a float."""
    return round32(time.process_time())


def system_time(machine: Machine, arguments: list[object]) -> object:
    """``time()``: whole seconds since 1970, UTC."""
    return wrap32(math.floor(machine.clock()))


def system_date(machine: Machine, arguments: list[object]) -> object:
    """``date([time])``: a table of the parts of a time (default: now), UTC.

    The slots are created in the reference's order, so that the table is iterated in the same one.
    """
    # Imported late: few scripts need it, and all would wait for it.
    from datetime import UTC, datetime, timedelta

    microseconds = 0
    if len(arguments) > 1:
        seconds = integer(arguments[1])
    else:
        now = machine.clock()
        seconds = math.floor(now)
        microseconds = min(999999, math.floor((now - seconds) * 1000000))
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    result = Table()
    result.new_slot("sec", moment.second)
    result.new_slot("min", moment.minute)
    result.new_slot("hour", moment.hour)
    result.new_slot("day", moment.day)
    result.new_slot("month", moment.month - 1)
    result.new_slot("year", moment.year)
    result.new_slot("wday", moment.isoweekday() % 7)
    result.new_slot("yday", moment.timetuple().tm_yday - 1)
    result.new_slot("time", wrap32(seconds))
    result.new_slot("usec", microseconds)
    return result


def system_casti2f(machine: Machine, arguments: list[object]) -> object:
    """``casti2f(integer)``: the float with these bits."""
    return bits_to_float(integer(arguments[1]))


def system_castf2i(machine: Machine, arguments: list[object]) -> object:
    """``castf2i(float)``: its bits as an integer."""
    return float_bits(round32(number(arguments[1])))


def system_swap2(machine: Machine, arguments: list[object]) -> object:
    """``swap2(integer)``: its low two bytes swapped, 0-65535 (section 18)."""
    low = integer(arguments[1]) & 0xFFFF
    return (low << 8 | low >> 8) & 0xFFFF


def system_swap4(machine: Machine, arguments: list[object]) -> object:
    """``swap4(integer)``: its bytes in reverse order."""
    return int.from_bytes((integer(arguments[1]) & 0xFFFFFFFF).to_bytes(4, "little"), "big", signed=True)


def system_swapfloat(machine: Machine, arguments: list[object]) -> object:
    """``swapfloat(float)``: its bytes in reverse order."""
    swapped: float = struct.unpack(">f", struct.pack("<f", round32(number(arguments[1]))))[0]
    return swapped


def install(machine: Machine) -> None:
    """Put the functions into the root table."""
    functions = [
        NativeFunction("casti2f", system_casti2f, 1, 1, ".n"),
        NativeFunction("castf2i", system_castf2i, 1, 1, ".n"),
        NativeFunction("swap2", system_swap2, 1, 1, ".n"),
        NativeFunction("swap4", system_swap4, 1, 1, ".n"),
        NativeFunction("swapfloat", system_swapfloat, 1, 1, ".n"),
        NativeFunction("clock", system_clock, 0, -1),
        NativeFunction("time", system_time, 0, 0),
        NativeFunction("date", system_date, 0, -1, ".nn"),
    ]
    for function in functions:
        machine.root.new_slot(function.name, function)
