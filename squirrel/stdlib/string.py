"""Global string functions but for ``format`` (dialect sheet, section 9.1). Strings end at a NUL where C's do."""

from __future__ import annotations

import re

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.stdlib.format import string_format
from squirrel.values.array import Array
from squirrel.values.function import NativeFunction

SPACES = " \t\n\v\f\r"


def _text(arguments: list[object], position: int) -> str:
    value = arguments[position]
    assert type(value) is str
    return value


def cut_at_nul(text: str) -> str:
    """The part of a string that C functions see."""
    end = text.find("\0")
    return text if end < 0 else text[:end]


def _long_text(machine: Machine, arguments: list[object]) -> str:
    """The argument of ``strip`` and its like, which make a copy."""
    text = _text(arguments, 1)
    machine.spend(len(text))
    return text


def string_split(machine: Machine, arguments: list[object]) -> object:
    """``split(text, separators)``: the pieces between any of the separators; empty ones are dropped.

    Raises:
        SquirrelError: ``empty separators string``.
    """
    text, separators = cut_at_nul(_text(arguments, 1)), _text(arguments, 2)
    if not separators:
        raise SquirrelError("empty separators string")
    machine.spend(len(text) * 16)
    if len(separators) == 1:
        pieces = text.split(separators)
    else:
        pieces = re.split("[" + re.escape(separators) + "]", text)
    return Array([piece for piece in pieces if piece])


def string_strip(machine: Machine, arguments: list[object]) -> object:
    """``strip(text)``: without the white space at both ends."""
    return _long_text(machine, arguments).strip(SPACES)


def string_lstrip(machine: Machine, arguments: list[object]) -> object:
    """``lstrip(text)``: without the white space at the beginning."""
    return cut_at_nul(_long_text(machine, arguments)).lstrip(SPACES)


def string_rstrip(machine: Machine, arguments: list[object]) -> object:
    """``rstrip(text)``: without the white space at the end."""
    return _long_text(machine, arguments).rstrip(SPACES)


def install(machine: Machine) -> None:
    """Put the functions into the root table."""
    functions = [
        NativeFunction("format", string_format, 1, -1, ".s"),
        NativeFunction("strip", string_strip, 1, 1, ".s"),
        NativeFunction("lstrip", string_lstrip, 1, 1, ".s"),
        NativeFunction("rstrip", string_rstrip, 1, 1, ".s"),
        NativeFunction("split", string_split, 2, 2, ".ss"),
    ]
    for function in functions:
        machine.root.new_slot(function.name, function)
