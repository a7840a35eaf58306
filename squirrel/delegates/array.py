"""Methods of arrays (dialect sheet, section 5). Sorting is in ``squirrel.delegates.sorting``."""

from __future__ import annotations

from squirrel.delegates.arguments import integer, truth
from squirrel.delegates.common import collect, shared_members
from squirrel.delegates.memory import check_items
from squirrel.delegates.sorting import array_sort
from squirrel.delegates.string import slice_bounds
from squirrel.delegates.table import clear
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.call import call
from squirrel.ops.compare import equal
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.function import NativeFunction


def _this(arguments: list[object]) -> Array:
    value = arguments[0]
    assert type(value) is Array
    return value


def array_len(machine: Machine, arguments: list[object]) -> object:
    """``len()``."""
    return len(_this(arguments).items)


def array_append(machine: Machine, arguments: list[object]) -> object:
    """``append(value)``, ``push(value)``: null."""
    _this(arguments).items.append(arguments[1])
    return None


def array_extend(machine: Machine, arguments: list[object]) -> object:
    """``extend(array)``: null."""
    this = _this(arguments)
    other = arguments[1]
    assert type(other) is Array
    check_items(machine, len(this.items) + len(other.items))
    this.items.extend(other.items)
    return None


def array_pop(machine: Machine, arguments: list[object]) -> object:
    """``pop()``: the last item, removed."""
    items = _this(arguments).items
    if not items:
        raise SquirrelError("empty array")
    return items.pop()


def array_top(machine: Machine, arguments: list[object]) -> object:
    """``top()``: the last item."""
    items = _this(arguments).items
    if not items:
        raise SquirrelError("top() on a empty array")
    return items[-1]


def array_insert(machine: Machine, arguments: list[object]) -> object:
    """``insert(index, value)``: null."""
    items = _this(arguments).items
    index = integer(arguments[1])
    if not 0 <= index <= len(items):
        raise SquirrelError("index out of range")
    machine.spend(len(items) - index)
    items.insert(index, arguments[2])
    return None


def array_remove(machine: Machine, arguments: list[object]) -> object:
    """``remove(index)``: the removed item."""
    items = _this(arguments).items
    index = integer(arguments[1])
    if not 0 <= index < len(items):
        raise SquirrelError("idx out of range")
    machine.spend(len(items) - index)
    return strong(items.pop(index))


def array_resize(machine: Machine, arguments: list[object]) -> object:
    """``resize(size, [fill])``: null."""
    items = _this(arguments).items
    size = integer(arguments[1])
    check_items(machine, size)
    more = size - len(items)
    if more < 0:
        del items[size:]
    else:
        fill = arguments[2] if len(arguments) > 2 else None
        items.extend([fill] * more)
    return None


def array_reverse(machine: Machine, arguments: list[object]) -> object:
    """``reverse()``, in place: null."""
    items = _this(arguments).items
    machine.spend(len(items))
    items.reverse()
    return None


def array_slice(machine: Machine, arguments: list[object]) -> object:
    """``slice(start, [end])``: a new array."""
    items = _this(arguments).items
    start, end = slice_bounds(arguments, len(items))
    check_items(machine, end - start)
    return Array([strong(item) for item in items[start:end]])


def array_map(machine: Machine, arguments: list[object]) -> object:
    """``map(function(value))``: a new array of the results.

    Where the function shortens the array, the last value read stands for the missing ones, as in the reference.
    """
    this = _this(arguments)
    function = arguments[1]
    results: list[object] = [None] * len(this.items)
    value: object = None
    for index in range(len(results)):
        if index < len(this.items):
            value = strong(this.items[index])
        results[index] = call(machine, function, this, [value])
    return Array(results)


def array_apply(machine: Machine, arguments: list[object]) -> object:
    """``apply(function(value))``: every item becomes the function's result; null."""
    this = _this(arguments)
    function = arguments[1]
    value: object = None
    for index in range(len(this.items)):
        if index < len(this.items):
            value = strong(this.items[index])
        result = call(machine, function, this, [value])
        if index < len(this.items):
            this.items[index] = result
        del result
    return None


def array_reduce(machine: Machine, arguments: list[object]) -> object:
    """``reduce(function(previous, current))``: null for an empty array, the item for one of length 1."""
    this = _this(arguments)
    function = arguments[1]
    size = len(this.items)
    if size == 0:
        return None
    result = strong(this.items[0])
    value: object = None
    for index in range(1, size):
        if index < len(this.items):
            value = strong(this.items[index])
        result = call(machine, function, this, [result, value])
    return result


def array_filter(machine: Machine, arguments: list[object]) -> object:
    """``filter(function(index, value))``: a new array of the values for which the function gives true."""
    this = _this(arguments)
    function = arguments[1]
    kept: list[object] = []
    value: object = None
    for index in range(len(this.items)):
        if index < len(this.items):
            value = strong(this.items[index])
        if truth(call(machine, function, this, [index, value])):
            kept.append(value)
    return Array(kept)


def array_find(machine: Machine, arguments: list[object]) -> object:
    """``find(value)``: the index of the first item that is ``==``, or null."""
    wanted = arguments[1]
    for index, item in enumerate(_this(arguments).items):
        machine.fuel -= 1
        if machine.fuel < 0:
            machine.refuel()
        if equal(strong(item), wanted):
            return index
    return None


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("len", array_len, 0, 0, "a"),
            NativeFunction("append", array_append, 1, 1, "a"),
            NativeFunction("extend", array_extend, 1, 1, "aa"),
            NativeFunction("push", array_append, 1, 1, "a"),
            NativeFunction("pop", array_pop, 0, 0, "a"),
            NativeFunction("top", array_top, 0, 0, "a"),
            NativeFunction("insert", array_insert, 2, 2, "an"),
            NativeFunction("remove", array_remove, 1, 1, "an"),
            NativeFunction("resize", array_resize, 1, -1, "an"),
            NativeFunction("reverse", array_reverse, 0, 0, "a"),
            NativeFunction("sort", array_sort, 0, -1, "ac"),
            NativeFunction("slice", array_slice, 0, -1, "ann"),
            NativeFunction("clear", clear, 0, 0, "."),
            NativeFunction("map", array_map, 1, 1, "ac"),
            NativeFunction("apply", array_apply, 1, 1, "ac"),
            NativeFunction("reduce", array_reduce, 1, 1, "ac"),
            NativeFunction("filter", array_filter, 1, 1, "ac"),
            NativeFunction("find", array_find, 1, 1, "a."),
            *shared_members(),
        ]
    )
