"""The number a string begins with: ``tointeger`` and ``tofloat`` of strings (dialect sheet, section 5)."""

from __future__ import annotations

import functools
import math
import re
from typing import Final

from squirrel.errors import SquirrelError
from squirrel.values.numbers import round32, wrap32

LONG_MAX: Final = 0x7FFFFFFFFFFFFFFF
# More digits than any number that is not saturated; spares Python the conversion of endless digit strings.
_LONGEST: Final = 25


class _Patterns:
    """Numbers as C's strtol and strtod skip white space and take them."""

    def __init__(self) -> None:
        self.integer: Final = re.compile(r"[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|([0-9]+))", re.ASCII)
        self.floating: Final = re.compile(
            r"[ \t\n\v\f\r]*([+-]?)(?:"
            r"(0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?)"
            r"|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
            r"|(inf)(?:inity)?|(nan))",
            re.ASCII | re.IGNORECASE,
        )
        self.float_mark: Final = re.compile(r"[.eE]")
        self.hex_start: Final = re.compile(r"[ \t\n\v\f\r]*[+-]?0[xX][0-9a-fA-F]", re.ASCII)


@functools.cache
def _patterns() -> _Patterns:
    """Made at the first use: scripts should not wait for what few of them need."""
    return _Patterns()


def string_to_number(text: str) -> int | float:
    """The number at the start of a string: an int32, or a float32 where the string has a ``.``, ``e`` or ``E``.

    Hexadecimal integers (``0xFF``) saturate at 32 bits, which reads as -1; decimal ones at 64 bits, then wrap.

    Raises:
        SquirrelError: ``cannot convert the string``.
    """
    end = text.find("\0")
    if end >= 0:
        text = text[:end]
    patterns = _patterns()
    if patterns.float_mark.search(text) is not None and ("." in text or patterns.hex_start.match(text) is None):
        return _float(text)
    match = patterns.integer.match(text)
    if match is None:
        raise SquirrelError("cannot convert the string")
    sign, hexadecimal, decimal = match.group(1), match.group(2), match.group(3)
    if hexadecimal is not None:
        digits = hexadecimal.lstrip("0")
        if len(digits) > 8:
            return -1
        value = int(digits, 16) if digits else 0
    else:
        digits = decimal.lstrip("0")
        if len(digits) > _LONGEST:
            value = LONG_MAX + 1
        else:
            value = int(digits) if digits else 0
        if value > LONG_MAX:
            # What C saturates at: the largest 64-bit number, or the smallest.
            return 0 if sign == "-" else -1
    return wrap32(-value if sign == "-" else value)


def _float(text: str) -> float:
    match = _patterns().floating.match(text)
    if match is None:
        raise SquirrelError("cannot convert the string")
    sign, hexadecimal, decimal, infinite = match.group(1), match.group(2), match.group(3), match.group(4)
    if hexadecimal is not None:
        try:
            value = float.fromhex(hexadecimal)
        except OverflowError:
            value = math.inf
    elif decimal is not None:
        value = float(decimal)
    elif infinite is not None:
        value = math.inf
    else:
        value = math.nan
    return round32(-value if sign == "-" else value)
