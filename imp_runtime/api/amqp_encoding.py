"""AMQP messages as bytes and as Squirrel values (core sheet, sections 1.1 and 1.8; decisions A8, A9, A16, A17).

The encoding is that of AMQP 1.0 part 1, section 1.6; the sections of a message are those of part 3, section 3.2.
Strings go out and come in as they are: byte strings of Squirrel, UTF-8 by convention only.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import to_text
from squirrel.values.array import Array
from squirrel.values.base import Value
from squirrel.values.blob import Blob
from squirrel.values.numbers import round32
from squirrel.values.table import Table

_APPLICATION_PROPERTIES: Final = 0x74
_DATA: Final = 0x75
_SEQUENCE: Final = 0x76
_VALUE: Final = 0x77

_SECTION_NAMES: Final = {
    b"amqp:application-properties:map": _APPLICATION_PROPERTIES,
    b"amqp:data:binary": _DATA,
    b"amqp:amqp-sequence:list": _SEQUENCE,
    b"amqp:amqp-value:*": _VALUE,
}

# Deeper nesting than any peer needs and far less than the stack holds.
_DEEPEST: Final = 64


def malformed(why: str) -> SquirrelError:
    """The error that a script gets for bytes that are no AMQP message; it can catch it."""
    return SquirrelError(f"malformed AMQP message: {why}")


@dataclass(frozen=True)
class Unmapped:
    """A value that has no Squirrel type, by the name that ``body()`` gives for it."""

    type_name: str


# Encoding.


def encode_message(machine: Machine, body: str, properties: Table | None, *, binary: bool) -> bytes:
    """A message with `body` as AMQP VALUE string (`binary`: DATA section) and application properties.

    Raises:
        SquirrelError: a property's key is not a string; whatever a ``_tostring`` throws.
    """
    content = body.encode("latin-1")
    section = _DATA if binary else _VALUE
    encoded = _encoded_properties(machine, properties) if properties is not None else b""
    return encoded + b"\x00\x53" + bytes([section]) + _variable(0xA0 if binary else 0xA1, content)


def _encoded_properties(machine: Machine, properties: Table) -> bytes:
    items = bytearray()
    count = 0
    keys = properties.keys()
    for key in keys:
        if not isinstance(key, str):
            raise SquirrelError("the keys of message properties must be strings")
        items += _variable(0xA1, key.encode("latin-1"))
        items += _encoded_property(machine, properties.get(key))
        count += 2
    if count == 0:
        return b""
    return b"\x00\x53\x74\xd1" + struct.pack(">II", len(items) + 4, count) + bytes(items)


def _encoded_property(machine: Machine, value: object) -> bytes:
    if isinstance(value, bool):
        return b"\x41" if value else b"\x42"
    if isinstance(value, int):
        return b"\x71" + struct.pack(">i", value)
    if isinstance(value, float):
        return b"\x72" + struct.pack(">f", value)
    return _variable(0xA1, to_text(machine, value).encode("latin-1"))


def _variable(short: int, content: bytes) -> bytes:
    """Binary (`short` 0xA0) or string (0xA1) with one byte of length where that is enough, else four."""
    if len(content) < 256:
        return bytes([short, len(content)]) + content
    return bytes([short + 0x10]) + struct.pack(">I", len(content)) + content


# Decoding.


def body_value(raw: bytes) -> object:
    """The body of an encoded message as a Squirrel value; each call makes new ones.

    Several DATA sections are one blob, several sequences one array, no body at all is null. A body without Squirrel
    type is the text ``Unhandled message body type <type>``.

    Raises:
        SquirrelError: the bytes cannot be read.
    """
    data: list[bytes] = []
    sequence: list[object] | None = None
    value: object = None
    has_data = False
    for code, reader in _sections(raw):
        if code == _DATA:
            has_data = True
            data.append(reader.binary())
        elif code == _SEQUENCE:
            items = reader.value()
            if not isinstance(items, Array):
                raise malformed("a sequence section must hold a list")
            sequence = (sequence or []) + items.items
        elif code == _VALUE:
            value = reader.value()
    if has_data:
        return Blob(bytearray(b"".join(data)))
    if sequence is not None:
        return Array(sequence)
    if isinstance(value, Unmapped):
        return f"Unhandled message body type {value.type_name}"
    return value


def properties_table(raw: bytes) -> Table:
    """The application properties as a new table; pairs without a Squirrel type are left out.

    Raises:
        SquirrelError: the bytes cannot be read.
    """
    for code, reader in _sections(raw):
        if code == _APPLICATION_PROPERTIES:
            properties = reader.value()
            if not isinstance(properties, Table):
                raise malformed("application properties must be a map")
            result = Table()
            keys = properties.keys()
            for key in keys:
                if isinstance(key, str):
                    result.new_slot(key, properties.get(key))
            return result
    return Table()


def _sections(raw: bytes) -> list[tuple[int | None, _Reader]]:
    """Each section's code (None: not one that is needed here) and a reader at its value."""
    found: list[tuple[int | None, _Reader]] = []
    reader = _Reader(raw)
    while not reader.at_end:
        if reader.byte() != 0x00:
            raise malformed("a section must begin with a descriptor")
        code = reader.descriptor()
        found.append((code, _Reader(raw, reader.position)))
        reader.skip()
    return found


class _Reader:
    """Reads encoded values one after the other."""

    def __init__(self, raw: bytes, position: int = 0) -> None:
        self.raw = raw
        self.position = position
        self.depth = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.raw)

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self.position + size
        if end > len(self.raw):
            raise malformed("it is cut short")
        chunk = self.raw[self.position : end]
        self.position = end
        return chunk

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def number(self, size: int) -> int:
        """A length or count."""
        return int.from_bytes(self.take(size), "big")

    def descriptor(self) -> int | None:
        """A section's descriptor."""
        constructor = self.byte()
        if constructor in (0x53, 0x80):
            return self.number(1 if constructor == 0x53 else 8)
        if constructor in (0xA3, 0xB3):
            return _SECTION_NAMES.get(self.take(self.number(1 if constructor == 0xA3 else 4)))
        if constructor == 0x44:
            return 0
        raise malformed("a section's descriptor must be a number or a symbol")

    def skip(self) -> None:
        """Pass over one value."""
        constructor = self.byte()
        while constructor == 0x00:
            self.skip()
            constructor = self.byte()
        self.take(self.width(constructor))

    def width(self, constructor: int) -> int:
        """Bytes that follow a constructor; a size field is read."""
        kind = constructor >> 4
        if kind in _FIXED_WIDTHS:
            return _FIXED_WIDTHS[kind]
        if kind in (0xA, 0xC, 0xE):
            return self.number(1)
        if kind in (0xB, 0xD, 0xF):
            return self.number(4)
        raise malformed(f"unknown type 0x{constructor:02x}")

    def binary(self) -> bytes:
        """A binary value: the content of a DATA section."""
        constructor = self.byte()
        if constructor not in (0xA0, 0xB0):
            raise malformed("a data section must hold binary")
        return self.take(self.width(constructor))

    def value(self) -> object:
        """One value, as a Squirrel value or `Unmapped`."""
        constructor = self.byte()
        if constructor == 0x00:
            self.skip()
            self.skip()
            return Unmapped("amqp_DESCRIBED")
        return self.content(constructor)

    def content(self, constructor: int) -> object:
        """The value whose constructor has been read."""
        simple = _SIMPLE.get(constructor)
        if simple is not None:
            return simple(self.take(self.width(constructor)))
        if constructor not in _COMPOUND:
            raise malformed(f"unknown type 0x{constructor:02x}")
        if self.depth >= _DEEPEST:
            raise malformed("it is nested too deeply")
        self.depth += 1
        result = self.compound(constructor)
        self.depth -= 1
        return result

    def compound(self, constructor: int) -> object:
        """A list, map or array."""
        if constructor == 0x45:
            return Array([])
        size_width = 1 if constructor in (0xC0, 0xC1, 0xE0) else 4
        size = self.number(size_width)
        end = self.position + size
        count = self.number(size_width)
        if constructor in (0xE0, 0xF0):
            result = self.array(count, end)
        elif constructor in (0xC1, 0xD1):
            result = self.map(count)
        else:
            self.check_count(count)
            result = Array([_or_null(self.value()) for _ in range(count)])
        if self.position != end:
            raise malformed("a list, map or array has the wrong size")
        return result

    def check_count(self, count: int) -> None:
        """Refuse counts that the rest of the message cannot hold: each item takes a byte at least."""
        if count > len(self.raw) - self.position:
            raise malformed("it is cut short")

    def map(self, count: int) -> Value:
        """A map: pairs that have Squirrel types."""
        self.check_count(count)
        table = Table()
        for _ in range(count // 2):
            key, value = self.value(), self.value()
            if key is None or isinstance(key, (Unmapped, Value)) or isinstance(value, Unmapped):
                continue
            table.new_slot(key, value)
        return table

    def array(self, count: int, end: int) -> Value:
        """An array: one constructor for all items."""
        constructor = self.byte()
        if constructor == 0x00:
            # Described items have no Squirrel type; their number is all that can be told.
            self.check_count(count)
            self.position = end
            return Array([None] * count)
        if self.width_is_zero(constructor):
            if count > len(self.raw) * 64:
                raise malformed("an array is longer than is sane")
        else:
            self.check_count(count)
        return Array([_or_null(self.content(constructor)) for _ in range(count)])

    def width_is_zero(self, constructor: int) -> bool:
        """Whether values of this type take no bytes of their own."""
        return constructor >> 4 == 0x4


def _or_null(value: object) -> object:
    return None if isinstance(value, Unmapped) else value


_FIXED_WIDTHS: Final = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_COMPOUND: Final = frozenset({0x45, 0xC0, 0xD0, 0xC1, 0xD1, 0xE0, 0xF0})


def _low_bits(content: bytes) -> int:
    """The low 32 bits, signed (decision A16)."""
    number = int.from_bytes(content[-4:], "big")
    return number - 0x100000000 if len(content) >= 4 and number >= 0x80000000 else number


def _signed(content: bytes) -> int:
    """Signed bytes and shorts, and the short forms of int and long."""
    return int.from_bytes(content, "big", signed=True)


def _text(content: bytes) -> str:
    return content.decode("latin-1")


def _blob(content: bytes) -> Blob:
    return Blob(bytearray(content))


def _unmapped(name: str) -> Callable[[bytes], object]:
    return lambda _: Unmapped(name)


_SIMPLE: Final[dict[int, Callable[[bytes], object]]] = {
    0x40: lambda _: None,
    0x41: lambda _: True,
    0x42: lambda _: False,
    0x43: lambda _: 0,
    0x44: lambda _: 0,
    0x50: _low_bits,
    0x51: _signed,
    0x52: _low_bits,
    0x53: _low_bits,
    0x54: _signed,
    0x55: _signed,
    0x56: lambda content: content[0] != 0,
    0x60: _low_bits,
    0x61: _signed,
    0x70: _low_bits,
    0x71: _low_bits,
    0x72: lambda content: float(struct.unpack(">f", content)[0]),
    0x73: _unmapped("amqp_CHAR"),
    0x74: _unmapped("amqp_DECIMAL32"),
    0x80: _low_bits,
    0x81: _low_bits,
    0x82: lambda content: round32(struct.unpack(">d", content)[0]),
    0x83: _unmapped("amqp_TIMESTAMP"),
    0x84: _unmapped("amqp_DECIMAL64"),
    0x94: _unmapped("amqp_DECIMAL128"),
    0x98: _unmapped("amqp_UUID"),
    0xA0: _blob,
    0xA1: _text,
    0xA3: _text,
    0xB0: _blob,
    0xB1: _text,
    0xB3: _text,
}
