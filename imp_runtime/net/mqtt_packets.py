"""Cuts the bytes of an MQTT broker into packets, and refuses what is none before it is kept or interpreted.

The client library reads packets too, but it takes whatever length a peer announces, and does not know that the first
packet has to be the CONNACK (MQTT 3.1.1, sections 2.2 and 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

CONNACK: Final = 2
PUBLISH: Final = 3
PUBACK: Final = 4
PUBREC: Final = 5
PUBREL: Final = 6
PUBCOMP: Final = 7
SUBACK: Final = 9
UNSUBACK: Final = 11
PINGRESP: Final = 13

PINGREQ: Final = b"\xc0\x00"
"""The packet that asks a broker for a sign of life."""

MOST_PAYLOAD: Final = 256 * 1024
"""Bytes of a message (core sheet, section 2.0)."""

MOST_TEXT: Final = 65535
"""Bytes of a topic, and of every other text or value with a length of two bytes."""

# The lower half of a packet's first byte, which is fixed for all but PUBLISH.
_FLAGS: Final = {CONNACK: 0, PUBACK: 0, PUBREC: 0, PUBREL: 2, PUBCOMP: 0, SUBACK: 0, UNSUBACK: 0, PINGRESP: 0}
# The least and most bytes after the length; a SUBACK has one for each of at most ten filters.
_LENGTHS: Final = {
    CONNACK: (2, 2),
    PUBLISH: (3, 2 + MOST_TEXT + 2 + MOST_PAYLOAD),
    PUBACK: (2, 2),
    PUBREC: (2, 2),
    PUBREL: (2, 2),
    PUBCOMP: (2, 2),
    SUBACK: (3, 12),
    UNSUBACK: (2, 2),
    PINGRESP: (0, 0),
}
# Bytes of the length at most.
_LENGTH_SIZE: Final = 4


class MalformedError(Exception):
    """The peer sent what is no MQTT packet, or none that a broker may send; the message says what."""


class OversizedError(Exception):
    """A message is larger than the platform takes."""


class PacketReader:
    """Collects bytes until they make packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> bytes:
        """The bytes of a packet that is not complete yet."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and yield the packets that are complete, header included.

        Raises:
            MalformedError: what follows the packets that were yielded is no packet.
            OversizedError: it is a message that is too large; it is not waited for.
        """
        buffer = self._buffer
        buffer += data
        start = 0
        try:
            while True:
                end = _end_of_packet(buffer, start)
                if end is None or end > len(buffer):
                    return
                packet = bytes(buffer[start:end])
                start = end
                yield packet
        finally:
            del buffer[:start]


def _end_of_packet(buffer: bytearray, start: int) -> int | None:
    """Where the packet that begins at `start` ends, None when its length is not there yet; checks the header."""
    if start >= len(buffer):
        return None
    kind, flags = buffer[start] >> 4, buffer[start] & 0x0F
    if kind not in _LENGTHS:
        raise MalformedError(f"a packet of type {kind}, which brokers do not send")
    if _FLAGS.get(kind, flags) != flags or (kind == PUBLISH and flags & 0x06 == 0x06):
        raise MalformedError(f"a packet of type {kind} with the flags {flags}")
    length = shift = 0
    for position in range(start + 1, start + 1 + _LENGTH_SIZE):
        if position >= len(buffer):
            return None
        byte = buffer[position]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            least, most = _LENGTHS[kind]
            if kind == PUBLISH and length > most:
                raise OversizedError
            if not least <= length <= most:
                raise MalformedError(f"a packet of type {kind} with a length of {length}")
            return position + 1 + length
    raise MalformedError("a packet whose length never ends")
