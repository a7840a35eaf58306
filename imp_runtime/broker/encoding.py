"""The few looks into an encoded AMQP message that a broker needs, without decoding the whole of it.

Messages pass through the broker as the bytes that arrived. Two things are read or changed in place: the
delivery-count in the header section of a message that is delivered again, and the `to` field of a message that
came over the anonymous relay (AMQP 1.0 part 3, section 3.2; the encodings are those of part 1, section 1.6).
"""

from __future__ import annotations

import struct

_NULL = 0x40
_HEADER = 0x70
_DELIVERY_ANNOTATIONS = 0x71
_MESSAGE_ANNOTATIONS = 0x72
_PROPERTIES = 0x73
_SYMBOLIC_DESCRIPTORS = {
    b"amqp:header:list": _HEADER,
    b"amqp:delivery-annotations:map": _DELIVERY_ANNOTATIONS,
    b"amqp:message-annotations:map": _MESSAGE_ANNOTATIONS,
    b"amqp:properties:list": _PROPERTIES,
}

# Bytes after the constructor, by its upper half: fixed widths, then the width of a size field.
_FIXED_WIDTH = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_SIZE_WIDTH = {0xA: 1, 0xB: 4, 0xC: 1, 0xD: 4, 0xE: 1, 0xF: 4}

_DELIVERY_COUNT_FIELD = 4
_TO_FIELD = 2


class MalformedMessage(ValueError):
    """The bytes of a message do not follow the AMQP encoding as far as they were read."""


def with_delivery_count(raw: bytes, failures: int) -> bytes:
    """The encoded message `raw` with `failures` added to the delivery-count of its header.

    A header is added where there was none. Everything after the header is passed on untouched; a message that cannot
    be read is returned as it is, since what a sender put on a queue is not the broker's to refuse on the way out.
    """
    if failures == 0:
        return raw
    try:
        fields, rest = _split_header(raw)
        count = failures
        if len(fields) > _DELIVERY_COUNT_FIELD:
            count += _read_uint(fields[_DELIVERY_COUNT_FIELD])
    except MalformedMessage:
        return raw
    fields = fields[:_DELIVERY_COUNT_FIELD] + [bytes([_NULL])] * (_DELIVERY_COUNT_FIELD - len(fields))
    body = b"".join(fields) + b"\x70" + struct.pack(">I", min(count, 0xFFFFFFFF))
    return b"\x00\x53\x70\xc0" + bytes([len(body) + 1, _DELIVERY_COUNT_FIELD + 1]) + body + raw[rest:]


def destination(raw: bytes) -> str | None:
    """The `to` field of the properties section of the encoded message `raw`, `None` when there is none.

    Raises `MalformedMessage` when the sections up to there cannot be read.
    """
    offset = 0
    while offset < len(raw):
        descriptor, value = _section(raw, offset)
        if descriptor == _PROPERTIES:
            fields, _ = _list_fields(raw, value)
            return _read_string(fields[_TO_FIELD]) if len(fields) > _TO_FIELD else None
        if descriptor not in (_HEADER, _DELIVERY_ANNOTATIONS, _MESSAGE_ANNOTATIONS):
            return None
        offset = _value_end(raw, value)
    return None


def _split_header(raw: bytes) -> tuple[list[bytes], int]:
    """The encoded fields of the header section, and where the rest of the message begins."""
    if raw:
        descriptor, value = _section(raw, 0)
        if descriptor == _HEADER:
            return _list_fields(raw, value)
    return [], 0


def _section(raw: bytes, offset: int) -> tuple[int | None, int]:
    """The descriptor of the section at `offset` (`None`: not one that is known here), and where its value begins."""
    if raw[offset] != 0x00:
        raise MalformedMessage("a section must begin with a descriptor")
    start = offset + 1
    end = _value_end(raw, start)
    constructor, content = raw[start], raw[start + 1 : end]
    if constructor == 0x53:
        return content[0], end
    if constructor == 0x80:
        return int.from_bytes(content, "big"), end
    if constructor == 0xA3:
        return _SYMBOLIC_DESCRIPTORS.get(content[1:]), end
    if constructor == 0xB3:
        return _SYMBOLIC_DESCRIPTORS.get(content[4:]), end
    raise MalformedMessage("a section's descriptor must be a number or a symbol")


def _value_end(raw: bytes, offset: int) -> int:
    """Where the value that begins at `offset` ends."""
    if offset >= len(raw):
        raise MalformedMessage("the message is cut short")
    kind = raw[offset] >> 4
    if kind in _FIXED_WIDTH:
        end = offset + 1 + _FIXED_WIDTH[kind]
    elif kind in _SIZE_WIDTH:
        width = _SIZE_WIDTH[kind]
        end = offset + 1 + width + int.from_bytes(raw[offset + 1 : offset + 1 + width], "big")
    else:
        raise MalformedMessage(f"unknown type 0x{raw[offset]:02x}")
    if end > len(raw):
        raise MalformedMessage("the message is cut short")
    return end


def _list_fields(raw: bytes, offset: int) -> tuple[list[bytes], int]:
    """The encoded items of the list at `offset`, and where the list ends."""
    end = _value_end(raw, offset)
    constructor = raw[offset]
    if constructor == 0x45:
        return [], end
    if constructor == 0xC0:
        position, count = offset + 3, raw[offset + 2 : offset + 3]
    elif constructor == 0xD0:
        position, count = offset + 9, raw[offset + 5 : offset + 9]
    else:
        raise MalformedMessage("the section must be a list")
    fields = []
    for _ in range(int.from_bytes(count, "big")):
        field_end = _value_end(raw, position)
        if field_end > end:
            raise MalformedMessage("a list item reaches beyond its list")
        fields.append(raw[position:field_end])
        position = field_end
    return fields, end


def _read_uint(encoded: bytes) -> int:
    if encoded[0] in (_NULL, 0x43, 0x52, 0x70):
        return int.from_bytes(encoded[1:], "big")
    raise MalformedMessage("delivery-count must be a uint")


def _read_string(encoded: bytes) -> str | None:
    if encoded[0] == _NULL:
        return None
    if encoded[0] not in (0xA1, 0xB1):
        raise MalformedMessage("`to` must be a string")
    try:
        return encoded[2 if encoded[0] == 0xA1 else 5 :].decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedMessage("`to` is not UTF-8") from None
