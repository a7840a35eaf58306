"""Arguments of native functions as Python values; the type masks have been checked before."""

from __future__ import annotations

from squirrel.values.numbers import float_to_int


def integer(value: object) -> int:
    """A number as an integer; floats are truncated. Anything else counts as 0 (masks keep it out)."""
    if type(value) is int:
        return value
    if type(value) is float:
        return float_to_int(value)
    return 0


def number(value: object) -> float:
    """A number as a Python float, not rounded: integers above 24 bits are exact. Anything else counts as 0."""
    if type(value) is float:
        return value
    if type(value) is int:
        return float(value)
    return 0.0


def truth(value: object) -> bool:
    """Whether a value counts as true: all but null, false, 0 and 0.0."""
    if value is None:
        return False
    if type(value) is bool:
        return value
    if type(value) is int:
        return value != 0
    if type(value) is float:
        return value != 0.0
    return True
