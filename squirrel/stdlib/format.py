"""``format(text, ...)``: C's printf with Squirrel's checks (dialect sheet, section 9.1)."""

from __future__ import annotations

import math
from typing import Final

from squirrel.delegates.arguments import integer, number
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import check_text
from squirrel.values.blob import Blob
from squirrel.values.numbers import round32

_FLAGS: Final = "-+ #0"
_DIGITS: Final = "0123456789"
# Width and precision have two digits at most; all between ``%`` and the letter 20 characters.
_LONGEST_NUMBER: Final = 2
_LONGEST: Final = 20


class _Conversion:
    """What stands between the ``%`` and the letter. ``precision`` is -1 where there is none."""

    def __init__(self, flags: str, width: int, precision: int) -> None:
        self.left = "-" in flags
        self.plus = "+" in flags
        self.space = " " in flags
        self.alternative = "#" in flags
        self.zero = "0" in flags
        self.width = width
        self.precision = precision

    def pad(self, text: str) -> str:
        """Fill up with blanks."""
        return text.ljust(self.width) if self.left else text.rjust(self.width)

    def sign(self, negative: bool) -> str:
        """The sign of a number."""
        if negative:
            return "-"
        if self.plus:
            return "+"
        return " " if self.space else ""

    def pad_number(self, prefix: str, digits: str, zeros_allowed: bool) -> str:
        """Fill up with blanks, or with zeros between the sign or prefix and the digits."""
        if self.zero and zeros_allowed and not self.left:
            return prefix + digits.rjust(self.width - len(prefix), "0")
        return self.pad(prefix + digits)


def string_format(machine: Machine, arguments: list[object]) -> object:
    """``format(text, ...)``. Surplus arguments are ignored.

    Raises:
        SquirrelError: an argument is missing or of the wrong type, or the format is not one.
    """
    template = arguments[1]
    assert type(template) is str
    parts: list[str] = []
    argument = 2
    position = 0
    while True:
        percent = template.find("%", position)
        if percent < 0:
            parts.append(template[position:])
            check_text(machine, sum([len(part) for part in parts]))
            return "".join(parts)
        parts.append(template[position:percent])
        if template.startswith("%", percent + 1):
            parts.append("%")
            position = percent + 2
            continue
        if argument >= len(arguments):
            raise SquirrelError("not enough paramters for the given format string")
        conversion, position = _parse(template, percent + 1)
        letter = template[position] if position < len(template) else ""
        parts.append(_convert(conversion, letter, arguments[argument]))
        position += 1
        argument += 1


def _parse(template: str, start: int) -> tuple[_Conversion, int]:
    """Read flags, width and precision; the position behind them."""
    position = start
    while position < len(template) and template[position] in _FLAGS:
        position += 1
    flags = template[start:position]
    end = _number_end(template, position, "width format too long")
    width = int(template[position:end]) if end > position else 0
    precision = -1
    if end < len(template) and template[end] == ".":
        position = end + 1
        end = _number_end(template, position, "precision format too long")
        precision = int(template[position:end]) if end > position else 0
    if end - start > _LONGEST:
        raise SquirrelError("format too long")
    return _Conversion(flags, width, precision), end


def _number_end(template: str, position: int, too_long: str) -> int:
    start = position
    while position < len(template) and template[position] in _DIGITS:
        position += 1
        if position - start > _LONGEST_NUMBER:
            raise SquirrelError(too_long)
    return position


def _convert(conversion: _Conversion, letter: str, value: object) -> str:
    if letter == "s":
        return _string(conversion, value)
    if letter != "" and letter in "diouxXc":
        if type(value) is not int and type(value) is not float:
            raise SquirrelError("integer expected for the specified format")
        if letter == "c":
            return conversion.pad(chr(integer(value) & 0xFF))
        return _integer(conversion, letter, integer(value))
    if letter != "" and letter in "feEgG":
        if type(value) is not int and type(value) is not float:
            raise SquirrelError("float expected for the specified format")
        return _float(conversion, letter, round32(number(value)))
    raise SquirrelError("invalid format")


def _string(conversion: _Conversion, value: object) -> str:
    if isinstance(value, Blob):
        # Blobs turn into strings where one is needed (section 2.1).
        value = value.text()
    if type(value) is not str:
        raise SquirrelError("string expected for the specified format")
    end = value.find("\0")
    text = value if end < 0 else value[:end]
    return conversion.pad(text if conversion.precision < 0 else text[: conversion.precision])


def _integer(conversion: _Conversion, letter: str, value: int) -> str:
    prefix = ""
    if letter == "d" or letter == "i":
        prefix = conversion.sign(value < 0)
        digits = str(abs(value))
    else:
        value &= 0xFFFFFFFF
        if letter == "u":
            digits = str(value)
        elif letter == "o":
            digits = f"{value:o}"
        else:
            digits = f"{value:x}" if letter == "x" else f"{value:X}"
            if conversion.alternative and value != 0:
                prefix = "0" + letter
    if conversion.precision >= 0:
        digits = "" if value == 0 and conversion.precision == 0 else digits.rjust(conversion.precision, "0")
    if letter == "o" and conversion.alternative and not digits.startswith("0"):
        digits = "0" + digits
    return conversion.pad_number(prefix, digits, conversion.precision < 0)


def _float(conversion: _Conversion, letter: str, value: float) -> str:
    specification = ("%#." if conversion.alternative else "%.") + str(
        6 if conversion.precision < 0 else conversion.precision
    )
    digits = (specification + letter) % value
    if digits.startswith("-"):
        prefix, digits = "-", digits[1:]
    elif value != value and math.copysign(1.0, value) < 0:
        prefix = "-"
    else:
        prefix = conversion.sign(False)
    return conversion.pad_number(prefix, digits, math.isfinite(value))
