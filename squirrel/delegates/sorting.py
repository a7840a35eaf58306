"""``array.sort``: the reference's heap sort, which decides the order of equal items (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.call import call
from squirrel.ops.compare import compare
from squirrel.values.array import Array
from squirrel.values.numbers import float_to_int


def array_sort(machine: Machine, arguments: list[object]) -> object:
    """``sort([compare])``, in place: null. A compare function that throws leaves the array partly sorted.

    Items are only ever swapped, so none is lost whatever the compare function does.

    Raises:
        SquirrelError: see ``_order``; ``inconsistent compare function``; the compare function shortened the array.
    """
    this = arguments[0]
    assert type(this) is Array
    by = arguments[1] if len(arguments) > 1 else None
    items = this.items
    size = len(items)
    if size < 2:
        return None
    if by is None and _any_sort_will_do(items):
        machine.spend(len(items) * 16)
        items.sort()
        return None
    # The children of node i are 2i and 2i + 1: node 0 is a child of itself.
    for node in range(size // 2, -1, -1):
        _sift_down(machine, items, node, size - 1, by)
    for last in range(size - 1, 0, -1):
        items[0], items[last] = items[last], items[0]
        _sift_down(machine, items, 0, last - 1, by)
        _check_length(items, size)
    return None


def _any_sort_will_do(items: list[object]) -> bool:
    """Whether equal items cannot be told apart: all integers, or all strings without a NUL, where comparing ends."""
    if type(items[0]) is int:
        return all(type(item) is int for item in items)
    return all(type(item) is str and "\0" not in item for item in items)


def _sift_down(machine: Machine, items: list[object], node: int, bottom: int, by: object) -> None:
    while node * 2 <= bottom:
        child = node * 2
        if child != bottom:
            order = _order(machine, items[child], items[child + 1], by)
            _check_length(items, bottom + 1)
            if order <= 0:
                child += 1
        order = _order(machine, items[node], items[child], by)
        _check_length(items, bottom + 1)
        if order >= 0:
            return
        if node == child:
            raise SquirrelError("inconsistent compare function")
        items[node], items[child] = items[child], items[node]
        node = child


def _check_length(items: list[object], least: int) -> None:
    """The compare function may have changed the array."""
    if len(items) < least:
        raise SquirrelError("the compare function shortened the array")


def _order(machine: Machine, left: object, right: object, by: object) -> int:
    """Compare two items: negative, 0 or positive.

    Raises:
        SquirrelError: what the compare function throws if that is a string, else ``compare func failed``;
            ``numeric value expected as return value of the compare function``.
    """
    if by is None:
        machine.fuel -= 1
        if machine.fuel <= 0:
            machine.refuel()
        return compare(machine, left, right)
    try:
        result = call(machine, by, machine.root, [left, right])
    except SquirrelError as error:
        if type(error.value) is not str:
            error.args = ("compare func failed", error.trace)
        raise
    if type(result) is int:
        return result
    if type(result) is float:
        return float_to_int(result)
    raise SquirrelError("numeric value expected as return value of the compare function")
