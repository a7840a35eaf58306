"""Calling: closures, native functions, classes, and objects with ``_call``; the check of native arguments."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.values.array import Array
from squirrel.values.base import Value, WeakRef
from squirrel.values.classes import Class, Instance
from squirrel.values.function import (
    ARRAY,
    BOOL,
    CLASS,
    CLOSURE,
    FLOAT,
    GENERATOR,
    INSTANCE,
    INTEGER,
    MASK_NAMES,
    META,
    NATIVE,
    NULL,
    STRING,
    TABLE,
    WEAKREF,
    Closure,
    NativeFunction,
)
from squirrel.values.generator import Generator
from squirrel.values.table import MISSING, Table

WRONG_NUMBER = "wrong number of parameters"


def call(machine: Machine, function: object, this: object, arguments: list[object]) -> object:
    """Call anything callable from the host's side: a library function, a metamethod, an event.

    ``arguments`` does not hold ``this``, and is taken over: the caller must not use it again.

    Raises:
        SquirrelError: whatever the function throws; ``attempt to call 'x'`` when it is none.
    """
    machine.enter_native()
    if type(function) is Closure:
        result = function.code.invoke(function, this, arguments)
    else:
        # A native given to map or sort is a loop without any script in it.
        machine.fuel -= 1
        if machine.fuel < 0:
            machine.refuel()
        result = call_other(machine, function, this, arguments)
    machine.leave_native()
    return result


def call_other(machine: Machine, function: object, this: object, arguments: list[object]) -> object:
    """Call what is not a closure."""
    if type(function) is NativeFunction:
        arguments.insert(0, this)
        return call_native(machine, function, arguments)
    if type(function) is Class:
        return construct(machine, function, arguments)
    if type(function) is Closure:
        return function.code.invoke(function, this, arguments)
    handler: object = None
    if type(function) is Instance:
        handler = function.cls.metamethods.get("_call")
    elif type(function) is Table and function.delegate is not None:
        handler = function.delegate.slots.get("_call")
    if handler is None:
        raise SquirrelError(f"attempt to call '{_type_name(function)}'")
    # A called object passes the original ``this`` on as its first argument.
    arguments.insert(0, this)
    result = call(machine, handler, function, arguments)
    return result


def call_native(machine: Machine, function: NativeFunction, arguments: list[object]) -> object:
    """Check the arguments (``this`` first) of a native function and run it."""
    count = len(arguments) - 1
    if count < function.least or (count > function.most and function.most >= 0):
        raise SquirrelError(WRONG_NUMBER)
    if function.is_bound:
        arguments[0] = function.environment
    position = 0
    for mask in function.masks:
        if position > count:
            break
        if mask != -1 and not mask & type_bit(arguments[position]):
            raise parameter_error(position, arguments[position], expected_types(mask))
        position += 1
    machine.enter_native()
    result = function.body(machine, arguments)
    machine.leave_native()
    return result


def construct(machine: Machine, cls: Class, arguments: list[object]) -> object:
    """Make an instance and run the constructor, which may be called with anything where there is none."""
    instance = Instance(cls)
    constructor = cls.constructor
    if type(constructor) is Closure:
        constructor.code.invoke(constructor, instance, arguments)
    elif constructor is not None:
        call_other(machine, constructor, instance, arguments)
    return instance


def parameter_error(position: int, got: object, expected: str) -> SquirrelError:
    """The standard text for an argument of the wrong type; ``position`` 0 is ``this``."""
    return SquirrelError(f"parameter {position} has an invalid type '{_type_name(got)}' ; expected: '{expected}'")


def expected_types(mask: int) -> str:
    """The accepted types of a mask as error texts list them."""
    return "|".join([name for bit, name in MASK_NAMES if mask & bit])


def type_bit(value: object) -> int:
    """The bit of a value's type in the masks of native functions."""
    if value is None:
        return NULL
    if type(value) is int:
        return INTEGER
    if type(value) is str:
        return STRING
    if type(value) is float:
        return FLOAT
    if type(value) is bool:
        return BOOL
    if type(value) is Table:
        return TABLE
    if type(value) is Array:
        return ARRAY
    if type(value) is Closure:
        return CLOSURE
    if type(value) is Instance:
        return INSTANCE
    if type(value) is Class:
        return CLASS
    if type(value) is NativeFunction:
        return NATIVE
    if type(value) is Generator:
        return GENERATOR
    if type(value) is WeakRef:
        return WEAKREF
    return META


def accepted_arguments(function: object) -> tuple[int, int]:
    """The least and the most arguments (``this`` not counted) that a call may pass; -1 is "any number"."""
    if type(function) is Closure:
        code = function.code
        return (code.parameters - code.defaults, -1 if code.varargs else code.parameters)
    if type(function) is NativeFunction:
        return (function.least, function.most)
    if type(function) is Class and function.constructor is not None:
        return accepted_arguments(function.constructor)
    return (0, -1)


def accepts(function: object, count: int) -> bool:
    """Whether a call with ``count`` arguments would pass."""
    least, most = accepted_arguments(function)
    return least <= count and (most < 0 or count <= most)


def _type_name(value: object) -> str:
    """As ``text.type_name``, which stands above this module."""
    if value is None:
        return "null"
    if isinstance(value, Value):
        return value.type_name
    if value is MISSING:
        return "null"
    return {int: "integer", float: "float", bool: "bool", str: "string"}[type(value)]
