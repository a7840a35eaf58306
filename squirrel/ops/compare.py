"""Equality and order (dialect sheet, sections 1, 7 and 18)."""

from __future__ import annotations

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.metamethods import call_metamethod, metamethod
from squirrel.ops.text import shown
from squirrel.values.base import Value
from squirrel.values.numbers import float_bits, round32


def equal(left: object, right: object) -> bool:
    """``==``: by value for null, bools, numbers and strings, by identity for the rest. Never calls the program.

    Two floats are equal when their bits are; an integer is rounded to a float before it is compared with one.
    """
    if left is right:
        return True
    if type(left) is type(right):
        if type(left) is float:
            return float_bits(left) == float_bits(right)  # type: ignore[arg-type]
        return not isinstance(left, Value) and left == right
    if type(left) is int and type(right) is float:
        return round32(float(left)) == right
    if type(left) is float and type(right) is int:
        return left == round32(float(right))
    return False


def cut_at_nul(text: str) -> str:
    """Order compares strings as C does: up to the first NUL."""
    position = text.find("\0")
    return text if position < 0 else text[:position]


def compare(machine: Machine, left: object, right: object) -> int:
    """``< > <= >= <=>``: negative, 0 or positive.

    Raises:
        SquirrelError: the types have no common order, or ``_cmp`` failed.
    """
    if type(left) is int and type(right) is int:
        return -1 if left < right else (1 if left > right else 0)
    if type(left) is str and type(right) is str:
        machine.spend(min(len(left), len(right)))
        if left == right:
            return 0
        first, second = cut_at_nul(left), cut_at_nul(right)
        return -1 if first < second else (1 if first > second else 0)
    if type(left) is float and type(right) is float:
        # The same bits are equal, NaN included; looking at them takes long.
        if (left == right or left != left) and float_bits(left) == float_bits(right):
            return 0
        return -1 if left < right else 1
    if type(left) is int and type(right) is float:
        rounded = round32(float(left))
        return 0 if rounded == right else (-1 if rounded < right else 1)
    if type(left) is float and type(right) is int:
        rounded = round32(float(right))
        return 0 if left == rounded else (-1 if left < rounded else 1)
    if left is right:
        return 0
    if type(left) is type(right):
        if type(left) is bool:
            return 1 if left else -1
        handler = metamethod(left, "_cmp")
        if handler is not None:
            result = call_metamethod(machine, handler, left, [right])
            if type(result) is not int:
                raise SquirrelError("_cmp must return an integer")
            return result
        return -1 if id(left) < id(right) else 1
    if left is None:
        return -1
    if right is None:
        return 1
    raise SquirrelError(f"comparison between '{shown(left)}' and '{shown(right)}'")
