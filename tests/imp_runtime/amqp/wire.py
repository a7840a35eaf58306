"""As much of the AMQP 1.0 encoding as peers without a library need (part 1, section 1.6; part 2, sections 2.3 and 2.7).

Nothing here keeps a test from breaking the rules. The peer of the benchmarks uses it for another reason: a few lines of
Python are quicker than Proton, so that the peer is never what limits a measurement.
"""

from __future__ import annotations

import struct

SASL_HEADER = b"AMQP\x03\x01\x00\x00"
AMQP_HEADER = b"AMQP\x00\x01\x00\x00"

OPEN = 0x10
BEGIN = 0x11
ATTACH = 0x12
FLOW = 0x13
TRANSFER = 0x14
DISPOSITION = 0x15
DETACH = 0x16
END = 0x17
CLOSE = 0x18
SASL_MECHANISMS = 0x40
SASL_INIT = 0x41
SASL_OUTCOME = 0x44

NULL = b"\x40"
TRUE = b"\x41"
FALSE = b"\x42"
ACCEPTED = b"\x00\x53\x24\x45"

_FIXED = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_SMALL = (0xA, 0xC, 0xE)


def uint(number: int) -> bytes:
    """An encoded uint."""
    return b"\x70" + struct.pack(">I", number)


def ubyte(number: int) -> bytes:
    """An encoded ubyte."""
    return bytes([0x50, number])


def string(text: bytes) -> bytes:
    """An encoded string of at most 255 bytes."""
    return bytes([0xA1, len(text)]) + text


def symbol(text: bytes) -> bytes:
    """An encoded symbol of at most 255 bytes."""
    return bytes([0xA3, len(text)]) + text


def binary(content: bytes) -> bytes:
    """An encoded binary of at most 255 bytes."""
    return bytes([0xA0, len(content)]) + content


def described(code: int, *fields: bytes) -> bytes:
    """A composite value: a described list of encoded fields."""
    body = b"".join(fields)
    return bytes([0x00, 0x53, code, 0xD0]) + struct.pack(">II", len(body) + 4, len(fields)) + body


def frame(channel: int, performative: bytes, payload: bytes = b"", *, sasl: bool = False) -> bytes:
    """A whole frame."""
    size = 8 + len(performative) + len(payload)
    return struct.pack(">IBBH", size, 2, int(sasl), channel) + performative + payload


def value_end(data: bytes, position: int) -> int:
    """Where the encoded value at a position ends."""
    constructor = data[position]
    if constructor == 0:
        return value_end(data, value_end(data, position + 1))
    kind = constructor >> 4
    if kind in _FIXED:
        return position + 1 + _FIXED[kind]
    if kind in _SMALL:
        return position + 2 + data[position + 1]
    return position + 5 + int.from_bytes(data[position + 1 : position + 5], "big")


def fields(data: bytes, position: int) -> tuple[list[bytes], int]:
    """The encoded fields of the described list at a position, and where it ends."""
    position = value_end(data, position + 1)
    end = value_end(data, position)
    constructor = data[position]
    if constructor == 0x45:
        return [], end
    if constructor == 0xC0:
        count, position = data[position + 2], position + 3
    else:
        count, position = int.from_bytes(data[position + 5 : position + 9], "big"), position + 9
    found = []
    for _ in range(count):
        after = value_end(data, position)
        found.append(data[position:after])
        position = after
    return found, end


def number(encoded: bytes) -> int:
    """An encoded uint or ubyte; 0 for null."""
    return int.from_bytes(encoded[1:], "big")


def text(encoded: bytes) -> bytes:
    """The content of an encoded string, symbol or binary; empty for null."""
    kind = encoded[0] >> 4
    return encoded[2:] if kind == 0xA else encoded[5:] if kind == 0xB else b""
