"""Values as bytes: what ``device.send`` and ``server.save`` carry (core sheet, section 7).

Carried are null, bools, integers, floats, blobs, strings, and arrays and tables of these. A string that is not *safe*
(UTF-8 without NUL) arrives as a blob. Members of containers that cannot be carried are left out: functions, classes,
instances, and pairs whose key is no safe string. What arrives shares nothing with what was sent.

One tag byte introduces each value:

===== =====================================================================
``n`` null
``t`` true
``f`` false
``i`` integer, 4 bytes, little endian
``r`` float, 4 bytes, little endian
``s`` string: its length in 4 bytes, its bytes
``b`` blob, the same way
``[`` array: its values, then ``]``
``{`` table: for each slot the key (a string) and the value, then ``}``
===== =====================================================================
"""

from __future__ import annotations

import struct
from typing import Final

from squirrel.errors import SquirrelError
from squirrel.ops.text import LONGEST_TEXT, type_name
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.blob import Blob
from squirrel.values.native import NativeObject
from squirrel.values.table import Table

# Containers inside each other. No agent needs as many, and every walk of a value ends.
DEEPEST: Final = 1000

_INT: Final = struct.Struct("<i")
_FLOAT: Final = struct.Struct("<f")
_LENGTH: Final = struct.Struct("<I")


def is_safe(text: str) -> bool:
    """Whether a Squirrel string is *safe*: UTF-8 (ASCII included) without NUL."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def too_large(limit: int) -> SquirrelError:
    """The error for more bytes than may be."""
    if limit == LONGEST_TEXT:
        return SquirrelError("out of memory")
    return SquirrelError(f"the serialized data is larger than {limit} bytes")


def described(value: object) -> str:
    """What kind of value it is, for messages about one that cannot be carried."""
    if type(value) is str and not is_safe(value):
        return "string that is not UTF-8, or has a NUL"
    return value.native_name() if isinstance(value, NativeObject) else type_name(value)


class Path:
    """The containers that a walk is inside of: it tells a circular structure from one that is merely deep."""

    def __init__(self) -> None:
        self._inside: set[int] = set()

    def enter(self, container: Table | Array) -> None:
        """Go into a container; pair with ``leave``.

        Raises:
            SquirrelError: the walk is inside this container already, or nested too deep.
        """
        identity = id(container)
        if identity in self._inside:
            raise SquirrelError(f"cannot serialize a circular structure: the {type_name(container)} contains itself")
        if len(self._inside) >= DEEPEST:
            raise SquirrelError(f"cannot serialize more than {DEEPEST} levels of nesting")
        self._inside.add(identity)

    def leave(self, container: Table | Array) -> None:
        """Leave the container that was entered last."""
        self._inside.remove(id(container))


def serialise(value: object, limit: int) -> bytes:
    """The bytes of a value.

    Raises:
        SquirrelError: ``cannot serialize a function`` and the like, when the value itself cannot be carried
            (decision 13); a circular structure; nesting of more than ``DEEPEST`` levels; more than ``limit`` bytes.
    """
    writer = _Writer(limit)
    if not writer.write(value):
        raise SquirrelError(f"cannot serialize a {described(value)}")
    return bytes(writer.out)


class _Writer:
    def __init__(self, limit: int) -> None:
        self.out = bytearray()
        self._limit = limit
        self._path = Path()

    def write(self, value: object) -> bool:
        """Append a value; False, and nothing is appended, when it cannot be carried."""
        out = self.out
        if value is None:
            out += b"n"
        elif type(value) is bool:
            out += b"t" if value else b"f"
        elif type(value) is int:
            out += b"i" + _INT.pack(value)
        elif type(value) is float:
            out += b"r" + _FLOAT.pack(value)
        elif type(value) is str:
            self._bytes(b"s" if is_safe(value) else b"b", value.encode("latin-1"))
        elif isinstance(value, Blob):
            self._bytes(b"b", value.data)
        elif isinstance(value, Array):
            self._path.enter(value)
            out += b"["
            for item in value.items:
                self.write(strong(item))
            out += b"]"
            self._path.leave(value)
        elif isinstance(value, Table):
            self._table(value)
        else:
            return False
        self._check(0)
        return True

    def _table(self, table: Table) -> None:
        self._path.enter(table)
        out = self.out
        out += b"{"
        keys = table.keys()
        for key in keys:
            if type(key) is str and is_safe(key):
                before = len(out)
                self._bytes(b"s", key.encode("latin-1"))
                if not self.write(table.get(key)):
                    del out[before:]
        out += b"}"
        self._path.leave(table)

    def _bytes(self, tag: bytes, content: bytes | bytearray) -> None:
        self._check(len(content))
        self.out += tag + _LENGTH.pack(len(content))
        self.out += content

    def _check(self, more: int) -> None:
        if len(self.out) + more > self._limit:
            raise too_large(self._limit)


class CorruptError(Exception):
    """Bytes that ``serialise`` did not write."""


def deserialise(data: bytes) -> object:
    """The value that ``serialise`` wrote.

    Raises:
        CorruptError: the bytes are not those of a value.
    """
    reader = _Reader(data)
    try:
        value = reader.read(reader.tag(), 0)
    except (struct.error, IndexError):
        raise CorruptError("it ends in the middle of a value") from None
    if reader.position != len(data):
        raise CorruptError("something follows the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def tag(self) -> int:
        self.position += 1
        return self._data[self.position - 1]

    def read(self, tag: int, depth: int) -> object:
        """The value after its tag."""
        if depth > DEEPEST:
            raise CorruptError("it is nested too deep")
        match tag:
            case 0x6E:  # n
                return None
            case 0x74:  # t
                return True
            case 0x66:  # f
                return False
            case 0x69:  # i
                return self._number(_INT)
            case 0x72:  # r
                return self._number(_FLOAT)
            case 0x73:  # s
                return self._bytes().decode("latin-1")
            case 0x62:  # b
                return Blob(bytearray(self._bytes()))
            case 0x5B:  # [
                items: list[object] = []
                while (inner := self.tag()) != 0x5D:
                    items.append(self.read(inner, depth + 1))
                return Array(items)
            case 0x7B:  # {
                table = Table()
                while (inner := self.tag()) != 0x7D:
                    key = self.read(inner, depth + 1)
                    if type(key) is not str:
                        raise CorruptError("a key is no string")
                    table.new_slot(key, self.read(self.tag(), depth + 1))
                return table
        raise CorruptError(f"0x{tag:02x} introduces no value")

    def _number(self, layout: struct.Struct) -> object:
        number: object = layout.unpack_from(self._data, self.position)[0]
        self.position += layout.size
        return number

    def _bytes(self) -> bytes:
        length: int = _LENGTH.unpack_from(self._data, self.position)[0]
        start = self.position + _LENGTH.size
        self.position = start + length
        if self.position > len(self._data):
            raise CorruptError("it ends in the middle of a value")
        return self._data[start : self.position]
