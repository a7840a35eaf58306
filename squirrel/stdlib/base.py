"""The base library (dialect sheet, section 2.1): what is left of Squirrel's on the imp."""

from __future__ import annotations

import gc

from squirrel.delegates.arguments import integer, truth
from squirrel.delegates.memory import check_items
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import to_text, type_name
from squirrel.values.array import Array
from squirrel.values.base import Value
from squirrel.values.function import NativeFunction


def base_getroottable(machine: Machine, arguments: list[object]) -> object:
    """``getroottable()``."""
    return machine.root


def base_assert(machine: Machine, arguments: list[object]) -> object:
    """``assert(condition)``.

    Raises:
        SquirrelError: ``assertion failed``.
    """
    if not truth(arguments[1]):
        raise SquirrelError("assertion failed")
    return None


def base_print(machine: Machine, arguments: list[object]) -> object:
    """``print(value)``, ``error(value)``: the value's text, without a line end, to the host."""
    machine.print_function(to_text(machine, arguments[1]))
    return None


def base_array(machine: Machine, arguments: list[object]) -> object:
    """``array(size, [fill])``."""
    size = integer(arguments[1])
    check_items(machine, size)
    fill = arguments[2] if len(arguments) > 2 else None
    return Array([fill] * size)


def base_type(machine: Machine, arguments: list[object]) -> object:
    """``type(value)``: the type's name; unlike ``typeof`` it never asks the value."""
    return type_name(arguments[1])


def base_callee(machine: Machine, arguments: list[object]) -> object:
    """``callee()``: the running script function.

    Raises:
        SquirrelError: no script function is running.
    """
    closure = machine.callee
    if closure is None:
        raise SquirrelError("no closure in the calls stack")
    return closure


def base_dummy(machine: Machine, arguments: list[object]) -> object:
    """``dummy(...)``: null."""
    return None


def base_collectgarbage(machine: Machine, arguments: list[object]) -> object:
    """``collectgarbage()``: release what only cycles hold; how many Squirrel objects went."""
    # It looks at every object there is: the host gets its turn at the next loop round.
    machine.fuel = 0
    before = _count_values()
    gc.collect()
    return max(0, before - _count_values())


def _count_values() -> int:
    """How many objects of Squirrel's types there are."""
    return sum(isinstance(value, Value) for value in gc.get_objects())


def install(machine: Machine) -> None:
    """Put the library into the root table, in the reference's order."""
    functions = [
        NativeFunction("getroottable", base_getroottable, 0, 0),
        NativeFunction("assert", base_assert, 1, 1),
        NativeFunction("print", base_print, 1, 1),
        NativeFunction("error", base_print, 1, 1),
        NativeFunction("array", base_array, 1, -1, ".n"),
        NativeFunction("type", base_type, 1, 1),
        NativeFunction("callee", base_callee, 0, -1),
        NativeFunction("dummy", base_dummy, 0, -1),
        NativeFunction("collectgarbage", base_collectgarbage, 0, -1),
    ]
    for function in functions:
        machine.root.new_slot(function.name, function)
    machine.root.new_slot("_versionnumber_", 304)
    machine.root.new_slot("_version_", "Squirrel 3.0.4 stable")
    machine.root.new_slot("_charsize_", 1)
    machine.root.new_slot("_intsize_", 4)
    machine.root.new_slot("_floatsize_", 4)
