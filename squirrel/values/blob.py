"""Blobs: byte buffers with a position (dialect sheet, section 10)."""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError
from squirrel.values.base import Value
from squirrel.values.function import NativeFunction
from squirrel.values.native import NativeObject
from squirrel.values.numbers import float_to_int
from squirrel.values.table import MISSING

# The methods of every blob; ``squirrel.stdlib.blob`` fills it.
BLOB_MEMBERS: Final[dict[str, NativeFunction]] = {}


class Blob(NativeObject):
    """A byte buffer. ``data`` may be read and changed directly; ``position`` is where the next read or write goes."""

    def __init__(self, data: bytearray) -> None:
        """Takes the buffer over; it is not copied."""
        super().__init__()
        self.data = data
        self.position = 0

    def native_name(self) -> str:
        """``typeof``."""
        return "blob"

    def member(self, name: object) -> object:
        """A byte (0-255) by index, or a method by name.

        Raises:
            SquirrelError: ``index out of range``.
        """
        if type(name) is int:
            return self.data[self._index(name)]
        if type(name) is str:
            return BLOB_MEMBERS.get(name, MISSING)
        if type(name) is float:
            return self.data[self._index(float_to_int(name))]
        return MISSING

    def set_member(self, name: object, value: object) -> bool:
        """Set a byte; only the low byte of the value counts.

        Raises:
            SquirrelError: ``index out of range``, or the value is not a number.
        """
        if type(name) is int:
            index = name
        elif type(name) is float:
            index = float_to_int(name)
        else:
            return False
        if type(value) is int:
            byte = value & 0xFF
        elif type(value) is float:
            byte = float_to_int(value) & 0xFF
        else:
            raise SquirrelError(f"parameter 2 has an invalid type '{_type_name(value)}' ; expected: 'integer|float'")
        self.data[self._index(index)] = byte
        return True

    def _index(self, index: int) -> int:
        if not 0 <= index < len(self.data):
            raise SquirrelError("index out of range")
        return index

    def text(self) -> str | None:
        """All bytes as a string."""
        return self.data.decode("latin-1")

    def next_index(self, previous: object) -> object:
        """``foreach``: the next index, or None at the end."""
        index = previous + 1 if type(previous) is int else 0
        return index if index < len(self.data) else None

    def clone(self) -> object:
        """A copy of the bytes; its position is 0."""
        return Blob(self.data.copy())

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes from the position on, which moves behind them."""
        start = self.position
        found = bytes(self.data[start : start + size]) if size > 0 else b""
        self.position = start + len(found)
        return found

    def write(self, content: bytes) -> None:
        """Overwrite from the position on, which moves behind what was written; the blob grows as needed."""
        start = self.position
        self.data[start : start + len(content)] = content
        self.position = start + len(content)


def _type_name(value: object) -> str:
    if isinstance(value, Value):
        return value.type_name
    if value is None:
        return "null"
    return "bool" if type(value) is bool else "string"
