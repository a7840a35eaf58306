"""The values of number and string literals (dialect sheet, section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from squirrel.values.numbers import round32, wrap32

LiteralReader = Callable[[str, int], tuple[object, int]]

_ESCAPES: Final = {
    "t": "\t", "a": "\a", "b": "\b", "n": "\n", "r": "\r", "v": "\v", "f": "\f", "0": "\0",
    "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip
_OCTAL: Final = re.compile(r"0([0-7]+)")
_HEXADECIMAL: Final = re.compile(r"0[xX]([0-9A-Fa-f]*)")
# The reference compiler reads digits, dots and exponents in any order, then converts as much as makes a number.
_DECIMAL: Final = re.compile(r"[0-9](?:[0-9.]|[eE][+-]?[0-9])*")
_FLOAT: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_EXPONENT: Final = re.compile(r"[eE][+-]?")
_PLAIN: Final = re.compile(r"[^\"'\\\n]+")
_HEX_DIGITS: Final = re.compile(r"[0-9A-Fa-f]{1,4}")


class LiteralFault(Exception):
    """A literal is malformed; ``position`` is the offset up to which it was read."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


def decode_number(source: str, position: int) -> tuple[object, int]:
    """The number at ``position`` and the offset after it. Integers wrap to 32 bits, floats are rounded to single.

    Raises LiteralFault.
    """
    match = _HEXADECIMAL.match(source, position)
    if match is not None:
        digits = match.group(1)
        if len(digits) > 8:
            raise LiteralFault("too many digits for an Hex number", match.end())
        return wrap32(int(digits or "0", 16)), match.end()
    match = _OCTAL.match(source, position)
    if match is not None:
        end = match.end()
        if source[end : end + 1] in ("8", "9"):
            raise LiteralFault("invalid octal number", end)
        return wrap32(int(match.group(1), 8)), end
    match = _DECIMAL.match(source, position)
    assert match is not None
    end = match.end()
    exponent = _EXPONENT.match(source, end)
    if exponent is not None:
        raise LiteralFault("exponent expected", exponent.end())
    text = match.group()
    if text.isdigit():
        return _decimal(text), end
    number = _FLOAT.match(text)
    assert number is not None
    return round32(float(number.group())), end


def _decimal(digits: str) -> int:
    """A decimal integer modulo 2**32, without building the whole number when it is absurdly long."""
    if len(digits) <= 1000:
        return wrap32(int(digits))
    value = 0
    for start in range(0, len(digits), 18):
        chunk = digits[start : start + 18]
        value = (value * 10 ** len(chunk) + int(chunk)) & 0xFFFFFFFF
    return wrap32(value)


def decode_verbatim(source: str, position: int) -> tuple[object, int]:
    """The string that starts at ``@"``, and the offset after it. Raises LiteralFault."""
    start = position + 2
    if start >= len(source):
        raise LiteralFault("error parsing the string", start)
    at = start
    while True:
        quote = source.find('"', at)
        if quote < 0:
            raise LiteralFault("unfinished string", len(source))
        if not source.startswith('"', quote + 1):
            return source[start:quote].replace('""', '"'), quote + 1
        at = quote + 2


def decode_string(source: str, position: int) -> tuple[object, int]:
    """The string or character constant whose quote stands at ``position``, and the offset after it.

    A character constant gives the integer 0-255 of its one byte. Raises LiteralFault.
    """
    quote = source[position]
    at = position + 1
    length = len(source)
    if at >= length:
        raise LiteralFault("error parsing the string", at)
    parts: list[str] = []
    while True:
        plain = _PLAIN.match(source, at)
        if plain is not None:
            parts.append(plain.group())
            at = plain.end()
        if at >= length:
            raise LiteralFault("unfinished string", at)
        character = source[at]
        if character == quote:
            at += 1
            break
        if character == "\n":
            raise LiteralFault("newline in a constant", at)
        at += 1
        if character != "\\":
            parts.append(character)
            continue
        escape = source[at : at + 1]
        if escape == "x":
            digits = _HEX_DIGITS.match(source, at + 1)
            if digits is None:
                raise LiteralFault("hexadecimal number expected", at + 1)
            parts.append(chr(int(digits.group(), 16) & 0xFF))
            at = digits.end()
        elif escape in _ESCAPES:
            parts.append(_ESCAPES[escape])
            at += 1
        else:
            raise LiteralFault("unrecognised escaper char", at)
    text = "".join(parts)
    if quote == '"':
        return text, at
    if not text:
        raise LiteralFault("empty constant", at)
    if len(text) > 1:
        raise LiteralFault("constant too long", at)
    return ord(text), at
