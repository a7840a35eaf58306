"""Python values, as JSON has them, as values of Squirrel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imp_runtime.natives import byte_string, host_text
from squirrel.values.array import Array
from squirrel.values.base import Value
from squirrel.values.blob import Blob
from squirrel.values.numbers import round32
from squirrel.values.table import Table


class NoSquirrelValueError(ValueError):
    """A value that Squirrel has nothing for; the text says which."""


def to_squirrel(value: object) -> object:
    """The Squirrel value that a Python value stands for: text as UTF-8, bytes as a blob; Squirrel's own as they are.

    Raises:
        NoSquirrelValueError: an integer of more than 32 bits, a key that is no text, or another type.
    """
    if value is None or isinstance(value, (bool, Value)):
        return value
    if isinstance(value, int):
        if not -(1 << 31) <= value < 1 << 31:
            raise NoSquirrelValueError(f"{value} does not fit into the 32 bits of an integer")
        return int(value)
    if isinstance(value, float):
        return round32(value)
    if isinstance(value, str):
        return byte_string(value)
    if isinstance(value, (bytes, bytearray)):
        return Blob(bytearray(value))
    if isinstance(value, Mapping):
        table = Table()
        for key, member in value.items():
            if not isinstance(key, str):
                raise NoSquirrelValueError(f"the key {key!r} of a table is no text")
            table.new_slot(byte_string(key), to_squirrel(member))
        return table
    if isinstance(value, Sequence):
        return Array([to_squirrel(item) for item in value])
    raise NoSquirrelValueError(f"{type(value).__name__} is no type of a value in Squirrel")


def from_squirrel(value: object) -> object:
    """The Python value of one that can be serialised: the other way round."""
    if isinstance(value, str):
        return host_text(value)
    if isinstance(value, Blob):
        return bytes(value.data)
    if isinstance(value, Array):
        return [from_squirrel(item) for item in value.items]
    if isinstance(value, Table):
        keys = value.keys()
        return {host_text(str(key)): from_squirrel(value.get(key)) for key in keys}
    return value
