"""A peer that speaks AMQP frame by frame, with no library that would keep it from breaking the rules.

A test gives it what to do with the one connection it accepts, as a function that reads and writes frames.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.imp_runtime.amqp import wire
from tests.imp_runtime.amqp.raw_peer import PATIENCE


@dataclass(frozen=True)
class Frame:
    """A frame that came in; `code` is that of its performative, None for an empty frame."""

    code: int | None
    channel: int = 0
    fields: tuple[bytes, ...] = ()


class Hangup(Exception):
    """The agent has closed its socket."""


class WireConnection:
    """The peer's end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._data = b""

    def write(self, *parts: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(b"".join(parts))

    def read_bytes(self, size: int) -> bytes:
        """Wait for so many bytes."""
        while len(self._data) < size:
            received = self.socket.recv(65536)
            if not received:
                raise Hangup
            self._data += received
        taken, self._data = self._data[:size], self._data[size:]
        return taken

    def read(self, *codes: int) -> Frame:
        """Wait for a frame with one of the codes, passing over others; any frame when none is named."""
        while True:
            [size] = struct.unpack(">I", self.read_bytes(4))
            rest = self.read_bytes(size - 4)
            if len(rest) == 4:
                frame = Frame(None)
            else:
                frame = Frame(rest[6], int.from_bytes(rest[2:4], "big"), tuple(wire.fields(rest, 4)[0]))
            if not codes or frame.code in codes:
                return frame

    def until_hangup(self) -> list[int | None]:
        """The codes of all frames until the agent closes its socket."""
        codes: list[int | None] = []
        try:
            while True:
                codes.append(self.read().code)
        except (Hangup, ConnectionError):
            return codes

    def reset(self) -> None:
        """Drop the socket with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    # Steps of a proper peer.

    def shake_hands(self) -> None:
        """Both protocol headers and SASL ANONYMOUS."""
        self.read_bytes(8)
        mechanisms = wire.described(wire.SASL_MECHANISMS, wire.symbol(b"ANONYMOUS"))
        self.write(wire.SASL_HEADER, wire.frame(0, mechanisms, sasl=True))
        self.read(wire.SASL_INIT)
        self.write(wire.frame(0, wire.described(wire.SASL_OUTCOME, wire.ubyte(0)), sasl=True))
        self.read_bytes(8)
        self.write(wire.AMQP_HEADER)

    def open(self, *fields: bytes) -> None:
        """The handshake, and an open frame; `fields` follow the container's name."""
        self.shake_hands()
        self.read(wire.OPEN)
        self.put(wire.OPEN, wire.string(b"peer"), *fields)

    def begin(self) -> None:
        """Open the agent's session."""
        channel = self.read(wire.BEGIN).channel
        self.put(wire.BEGIN, b"\x60" + struct.pack(">H", channel), wire.uint(0), wire.uint(2048), wire.uint(2048))

    def attach(self) -> None:
        """Mirror the agent's next attach; the peer takes the agent's handle."""
        fields = self.read(wire.ATTACH).fields
        role = wire.FALSE if fields[2] == wire.TRUE else wire.TRUE
        nothing = (wire.NULL, wire.NULL)
        self.put(wire.ATTACH, *fields[:2], role, *nothing, *fields[5:7], *nothing, wire.uint(0))

    def flow(self, handle: int, delivery_count: int, credit: int) -> None:
        """Grant credit."""
        session = (wire.uint(0), wire.uint(2048), wire.uint(0), wire.uint(2048))
        self.put(wire.FLOW, *session, *(wire.uint(number) for number in (handle, delivery_count, credit)))

    def transfer(self, handle: int, number: int, payload: bytes, *, more: bool = False) -> None:
        """Send a message or a piece of one."""
        self.write(transfer(handle, number, payload, more=more))

    def put(self, code: int, *fields: bytes, channel: int = 0) -> None:
        """Send a performative."""
        self.write(wire.frame(channel, wire.described(code, *fields)))


def transfer(handle: int, number: int, payload: bytes, *, more: bool = False) -> bytes:
    """A transfer frame."""
    tag = wire.binary(struct.pack(">I", number))
    fields = (wire.uint(handle), wire.uint(number), tag, wire.uint(0), wire.FALSE, wire.TRUE if more else wire.FALSE)
    return wire.frame(0, wire.described(wire.TRANSFER, *fields), payload)


class WirePeer:
    """Listens on `url`, accepts one connection and does with it what it is told."""

    def __init__(self, behave: Callable[[WireConnection], None]) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="wire-peer", daemon=True)

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """Where the agent connects to."""
        return f"amqp://{self.place}"

    def __enter__(self) -> WirePeer:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._thread.join(PATIENCE)
        self._listener.close()
        if kind is None and self._failure is not None:
            raise self._failure

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(PATIENCE)
                self._behave(WireConnection(connection))
        except BaseException as error:
            self._failure = error
