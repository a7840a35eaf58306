"""AMQP frames as text: one line a frame, from the bytes of a connection (AMQP 1.0 parts 1, 2 and 5).

Secrets are never shown: what SASL exchanges, the contents of messages (tokens travel in them), and what a map holds
under a name that is a secret's.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from imp_runtime.redaction import HIDDEN, hide_secrets, is_secret_name

# Larger frames are nobody's; the numbers would be rubbish.
LARGEST_FRAME: Final = 1 << 24
# Characters of a string, and items of a list, that are shown.
_LONGEST: Final = 200
_MOST_ITEMS: Final = 50
_DEEPEST: Final = 16

# Names and fields of what is described by a number: the performatives, and what occurs in their fields.
_TYPES: Final[dict[int, tuple[str, str]]] = {
    0x10: (
        "open",
        "container-id hostname max-frame-size channel-max idle-time-out outgoing-locales incoming-locales "
        "offered-capabilities desired-capabilities properties",
    ),
    0x11: (
        "begin",
        "remote-channel next-outgoing-id incoming-window outgoing-window handle-max offered-capabilities "
        "desired-capabilities properties",
    ),
    0x12: (
        "attach",
        "name handle role snd-settle-mode rcv-settle-mode source target unsettled incomplete-unsettled "
        "initial-delivery-count max-message-size offered-capabilities desired-capabilities properties",
    ),
    0x13: (
        "flow",
        "next-incoming-id incoming-window next-outgoing-id outgoing-window handle delivery-count link-credit "
        "available drain echo properties",
    ),
    0x14: (
        "transfer",
        "handle delivery-id delivery-tag message-format settled more rcv-settle-mode state resume aborted batchable",
    ),
    0x15: ("disposition", "role first last settled state batchable"),
    0x16: ("detach", "handle closed error"),
    0x17: ("end", "error"),
    0x18: ("close", "error"),
    0x1D: ("error", "condition description info"),
    0x23: ("received", "section-number section-offset"),
    0x24: ("accepted", ""),
    0x25: ("rejected", "error"),
    0x26: ("released", ""),
    0x27: ("modified", "delivery-failed undeliverable-here message-annotations"),
    0x28: (
        "source",
        "address durable expiry-policy timeout dynamic dynamic-node-properties distribution-mode filter "
        "default-outcome outcomes capabilities",
    ),
    0x29: ("target", "address durable expiry-policy timeout dynamic dynamic-node-properties capabilities"),
    0x30: ("coordinator", "capabilities"),
    0x40: ("sasl-mechanisms", "sasl-server-mechanisms"),
    0x41: ("sasl-init", "mechanism initial-response hostname"),
    0x42: ("sasl-challenge", "challenge"),
    0x43: ("sasl-response", "response"),
    0x44: ("sasl-outcome", "code additional-data"),
}
_CODES: Final = {f"amqp:{name}:list": code for code, (name, _) in _TYPES.items()}
_SECRET_FIELDS: Final = frozenset({"initial-response", "challenge", "response", "additional-data"})
_SYMBOL: Final = re.compile(r"[A-Za-z0-9_.:/*+$-]{1,200}\Z")
_PROTOCOLS: Final = {0: "AMQP", 2: "TLS", 3: "SASL"}


class _Unreadable(Exception):
    """The bytes are not what AMQP says they must be."""


class FrameReader:
    """Cuts what goes one way over a connection into frames, and tells each in a line."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._lost = False

    def lines(self, data: bytes) -> Iterator[str]:
        """The frames that are complete with these bytes. After bytes that are no frame nothing more is told."""
        if self._lost:
            return
        self._buffer += data
        while len(self._buffer) >= 8:
            if self._buffer.startswith(b"AMQP"):
                header = bytes(self._buffer[:8])
                del self._buffer[:8]
                yield f"header {_PROTOCOLS.get(header[4], header[4])} {header[5]}.{header[6]}.{header[7]}"
                continue
            size, offset, kind, channel = struct.unpack_from(">IBBH", self._buffer)
            if not 8 <= offset * 4 <= size <= LARGEST_FRAME:
                self._lost = True
                start = self._buffer[:16].hex(" ")
                self._buffer.clear()
                yield f"(these bytes are no AMQP frame: {start} ...)"
                return
            if len(self._buffer) < size:
                return
            body = bytes(self._buffer[offset * 4 : size])
            del self._buffer[:size]
            yield frame_text(kind, channel, body)


def frame_text(kind: int, channel: int, body: bytes) -> str:
    """A frame in a line; `kind` 0 is AMQP, 1 is SASL."""
    if not body:
        return "heartbeat"
    reader = _Reader(body)
    try:
        name, fields = reader.described()
    except _Unreadable as error:
        return f"(frame of {len(body)} bytes that cannot be read: {error})"
    where = [f"channel={channel}"] if kind == 0 and name not in ("open", "close") else []
    rest = len(body) - reader.position
    content = [f"{rest} bytes"] if rest or name == "transfer" else []
    return " ".join([name, *where, *fields, *content])


class _Reader:
    """Reads encoded values one after the other, as text."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._depth = 0
        self.position = 0

    def described(self) -> tuple[str, list[str]]:
        """A described list at the beginning of the bytes: its name, and its fields as ``name=value``."""
        if self._byte() != 0:
            raise _Unreadable("it does not begin with a descriptor")
        return self._description()

    def _description(self) -> tuple[str, list[str]]:
        """What follows the zero byte: the descriptor and, for a known type, its fields."""
        descriptor = self._value()
        code = _CODES.get(descriptor)
        if code is None and descriptor.isdigit():
            code = int(descriptor)
        name, names = _TYPES.get(-1 if code is None else code, ("", ""))
        constructor = self._byte()
        if not name or constructor not in (0x45, 0xC0, 0xD0):
            return f"@{descriptor}", [self._content(constructor)]
        fields: list[str] = []
        _, count = self._bounds(constructor)
        known = names.split()
        for index in range(count):
            field = known[index] if index < len(known) else f"field-{index}"
            value = self._value(field)
            if value == "null":
                continue
            if field in _SECRET_FIELDS:
                value = HIDDEN
            # ``source(address=...)`` needs no ``source=`` before it.
            fields.append(value if value.startswith(f"{field}(") else f"{field}={value}")
        return name, fields

    def _bounds(self, constructor: int) -> tuple[int, int]:
        """Where a list, map or array ends, and the number of its items."""
        if constructor == 0x45:
            return self.position, 0
        width = 1 if constructor < 0xD0 or constructor == 0xE0 else 4
        size = self._number(width)
        end = self.position + size
        count = self._number(width)
        # Each item takes a byte at least, but for those of arrays.
        if end > len(self._raw) or (count > size and constructor not in (0xE0, 0xF0)):
            raise _Unreadable("it is cut short")
        return end, count

    def _value(self, field: str = "") -> str:
        constructor = self._byte()
        if field == "role" and constructor in (0x41, 0x42):
            return "receiver" if constructor == 0x41 else "sender"
        if constructor != 0:
            return self._content(constructor)
        self._descend()
        name, fields = self._description()
        self._depth -= 1
        return f"{name}({' '.join(fields)})" if fields else f"{name}"

    def _content(self, constructor: int) -> str:
        """The value whose constructor has been read."""
        kind = constructor >> 4
        if constructor == 0x45 or kind in (0xC, 0xD, 0xE, 0xF):
            self._descend()
            text = self._compound(constructor)
            self._depth -= 1
            return text
        if kind in (0xA, 0xB):
            return _variable(constructor & 0xF, self._take(self._number(1 if kind == 0xA else 4)))
        width = {4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16}.get(kind)
        if width is None:
            raise _Unreadable(f"there is no type 0x{constructor:02x}")
        return _fixed(constructor, self._take(width))

    def _compound(self, constructor: int) -> str:
        end, count = self._bounds(constructor)
        if constructor in (0xE0, 0xF0):
            text = self._array(count, end)
        elif constructor in (0xC1, 0xD1):
            text = f"{{{' '.join(self._pair() for _ in range(count // 2))}}}"
        else:
            text = _listed([self._value() for _ in range(count)])
        if self.position != end:
            raise _Unreadable("a list, map or array has the wrong size")
        return text

    def _pair(self) -> str:
        key, value = self._value(), self._value()
        return f"{key}={HIDDEN if is_secret_name(key) else value}"

    def _array(self, count: int, end: int) -> str:
        constructor = self._byte()
        if constructor == 0 or constructor >> 4 == 4:
            self.position = end
            return f"[{count} items]"
        return _listed([self._content(constructor) for _ in range(count)])

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unreadable("it is nested too deeply")

    def _byte(self) -> int:
        return self._take(1)[0]

    def _number(self, width: int) -> int:
        return int.from_bytes(self._take(width), "big")

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._raw):
            raise _Unreadable("it is cut short")
        chunk = self._raw[self.position : end]
        self.position = end
        return chunk


def _listed(items: list[str]) -> str:
    more = [f"... {len(items)} in all"] if len(items) > _MOST_ITEMS else []
    return f"[{' '.join(items[:_MOST_ITEMS] + more)}]"


def _variable(subtype: int, content: bytes) -> str:
    """Binary (0), string (1) or symbol (3)."""
    if subtype not in (0, 1, 3):
        raise _Unreadable(f"there is no type 0x.{subtype:x}")
    text = content.decode("latin-1" if subtype == 0 else "utf-8", "replace")
    if subtype == 3 and _SYMBOL.match(text):
        return text
    # Hidden before it is cut: half a secret would no longer look like one.
    shown = hide_secrets(text)
    cut = f"... ({len(content)} bytes)" if len(shown) > _LONGEST else ""
    escaped = "".join(_escaped(character, subtype == 0) for character in shown[:_LONGEST])
    return f'{"b" if subtype == 0 else ""}"{escaped}"{cut}'


def _escaped(character: str, binary: bool) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable() and not (binary and character > "~"):
        return character
    return f"\\x{ord(character):02x}" if character <= "\xff" else f"\\u{{{ord(character):x}}}"


def _fixed(constructor: int, content: bytes) -> str:
    """A value of fixed width."""
    constant = {0x40: "null", 0x41: "true", 0x42: "false", 0x43: "0", 0x44: "0"}.get(constructor)
    if constant is not None:
        return constant
    number = int.from_bytes(content, "big", signed=constructor in (0x51, 0x54, 0x55, 0x61, 0x71, 0x81, 0x83))
    if constructor == 0x56:
        return "true" if number else "false"
    if constructor in (0x72, 0x82):
        return f"{struct.unpack('>f' if constructor == 0x72 else '>d', content)[0]:g}"
    if constructor == 0x98:
        return str(UUID(bytes=content))
    if constructor in (0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x60, 0x61, 0x70, 0x71, 0x80, 0x81, 0x83):
        return str(number)
    # Characters and decimals: as they are on the wire.
    return f"0x{content.hex()}"
