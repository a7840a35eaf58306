"""Methods of functions, script and native alike (dialect sheet, section 5)."""

from __future__ import annotations

from typing import Final

from squirrel.delegates.common import collect, shared_members
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.call import call, expected_types, parameter_error, type_bit
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.function import CLASS, INSTANCE, META, TABLE, Closure, NativeFunction

# What an agent accepts in the array of acall and pacall, the context included.
MOST_ARRAY_ARGUMENTS: Final = 10


def function_call(machine: Machine, arguments: list[object]) -> object:
    """``call(context, ...)``, ``pcall(context, ...)``: errors propagate from both."""
    function, this = arguments[0], arguments[1]
    # The list is handed on, so that no argument outlives its use in the callee.
    del arguments[:2]
    return call(machine, function, this, arguments)


def function_acall(machine: Machine, arguments: list[object]) -> object:
    """``acall([context, ...])``, ``pacall([context, ...])``: errors propagate from both.

    Raises:
        SquirrelError: the array is empty, or holds more than 10 items.
    """
    function, packed = arguments[0], arguments[1]
    assert type(packed) is Array
    if not packed.items:
        raise SquirrelError("wrong number of parameters")
    if len(packed.items) > MOST_ARRAY_ARGUMENTS:
        raise SquirrelError(f"the array of acall may hold at most {MOST_ARRAY_ARGUMENTS} items")
    values = [strong(item) for item in packed.items]
    this = values.pop(0)
    return call(machine, function, this, values)


def function_bindenv(machine: Machine, arguments: list[object]) -> object:
    """``bindenv(context)``: the same function with its ``this`` fixed, held strongly (section 18).

    Host objects are contexts too (vendor code binds ``http.jsonencode`` to ``http``); the text does not name them.
    """
    function = arguments[0]
    if not type_bit(arguments[1]) & (TABLE | CLASS | INSTANCE | META):
        raise parameter_error(1, arguments[1], expected_types(TABLE | CLASS | INSTANCE))
    assert isinstance(function, (Closure, NativeFunction))
    bound: Closure | NativeFunction = function.copy()
    bound.environment = arguments[1]
    bound.is_bound = True
    return bound


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("call", function_call, 1, -1, "c"),
            NativeFunction("pcall", function_call, 1, -1, "c"),
            NativeFunction("acall", function_acall, 1, 1, "ca"),
            NativeFunction("pacall", function_acall, 1, 1, "ca"),
            NativeFunction("bindenv", function_bindenv, 1, 1, "c"),
            *shared_members(),
        ]
    )
