"""A fast AMQP peer for the benchmark, a process of its own: ``python -m benchmarks.amqp_peer``. Prints its port.

* a sender on any address but those below gets credit and has its messages accepted, many by one disposition
* ``echo``: what is sent to it comes back on the receiver from ``echo`` of the same connection
* ``source/N/SIZE``: a receiver from it gets N messages with a text of SIZE characters, as far as it gives credit
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

from tests.imp_runtime.amqp import wire

WINDOW = 1000
"""Messages that a client may have on the way to the peer."""


@dataclass
class _Incoming:
    """A link that the client sends on."""

    handle: int
    address: bytes
    received: int = 0
    granted: int = WINDOW


@dataclass
class _Outgoing:
    """A link that the client receives on: what it still gets, and how many it may get before the next flow."""

    handle: int
    left: int
    message: bytes
    sent: int = 0
    limit: int = 0


class Peer(asyncio.Protocol):
    """One client."""

    def __init__(self) -> None:
        self._data = b""
        self._greetings = 0
        self._incoming: dict[int, _Incoming] = {}
        self._outgoing: dict[int, _Outgoing] = {}
        self._echo: _Outgoing | None = None
        self._next_delivery = 0
        self._next_incoming = 0
        self._output: list[bytes] = []
        self._settle_from: int | None = None
        self._settle_to = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport

    def data_received(self, data: bytes) -> None:
        """Read whole frames, then answer all of them with one write."""
        data = self._data + data
        position = 0
        while len(data) - position >= 8:
            if data.startswith(b"AMQP", position):
                self._greet()
                position += 8
                continue
            size = int.from_bytes(data[position : position + 4], "big")
            if position + size > len(data):
                break
            self._frame(data[position : position + size])
            position += size
        self._data = data[position:]
        self._settle()
        for link in self._incoming.values():
            if link.granted - link.received <= WINDOW // 2:
                link.granted = link.received + WINDOW
                self._output.append(self._flow(link))
        for outgoing in self._outgoing.values():
            self._send(outgoing)
        if self._output:
            self._socket.write(b"".join(self._output))
            self._output.clear()

    def _greet(self) -> None:
        self._greetings += 1
        if self._greetings == 1:
            mechanisms = wire.described(wire.SASL_MECHANISMS, wire.symbol(b"ANONYMOUS"))
            self._output += [wire.SASL_HEADER, wire.frame(0, mechanisms, sasl=True)]
        else:
            self._output.append(wire.AMQP_HEADER)

    def _frame(self, frame: bytes) -> None:
        if len(frame) == 8:
            return
        code = frame[10]
        if code == wire.TRANSFER:
            self._transfer(frame)
            return
        fields, _ = wire.fields(frame, 8)
        if code == wire.SASL_INIT:
            self._output.append(wire.frame(0, wire.described(wire.SASL_OUTCOME, wire.ubyte(0)), sasl=True))
        elif code == wire.OPEN:
            self._put(wire.OPEN, wire.string(b"peer"))
        elif code == wire.BEGIN:
            self._put(wire.BEGIN, b"\x60\x00\x00", wire.uint(0), wire.uint(0x7FFFFFFF), wire.uint(0x7FFFFFFF))
        elif code == wire.ATTACH:
            self._attach(fields)
        elif code == wire.FLOW and len(fields) > 6 and fields[4] != wire.NULL:
            link = self._outgoing.get(wire.number(fields[4]))
            if link is not None:
                link.limit = wire.number(fields[5]) + wire.number(fields[6])
        elif code == wire.DETACH:
            self._put(wire.DETACH, fields[0], wire.TRUE)
        elif code in (wire.END, wire.CLOSE):
            self._put(code)

    def _put(self, code: int, *fields: bytes) -> None:
        self._output.append(wire.frame(0, wire.described(code, *fields)))

    def _attach(self, fields: list[bytes]) -> None:
        name, encoded_handle, role = fields[:3]
        source, target = fields[5], fields[6]
        handle = wire.number(encoded_handle)
        self._put(
            wire.ATTACH,
            name,
            encoded_handle,
            wire.TRUE if role in (wire.FALSE, b"\x56\x00") else wire.FALSE,
            wire.NULL,
            wire.NULL,
            source,
            target,
            wire.NULL,
            wire.NULL,
            wire.uint(0),
        )
        if role in (wire.FALSE, b"\x56\x00"):
            link = _Incoming(handle, wire.text(wire.fields(target, 0)[0][0]))
            self._incoming[handle] = link
            self._output.append(self._flow(link))
            return
        address = wire.text(wire.fields(source, 0)[0][0])
        count, _, size = address.removeprefix(b"source/").partition(b"/")
        if address == b"echo":
            self._outgoing[handle] = self._echo = _Outgoing(handle, 0, b"")
        else:
            message = b"\x00\x53\x77\xb1" + struct.pack(">I", int(size)) + b"x" * int(size)
            self._outgoing[handle] = _Outgoing(handle, int(count), message)

    def _flow(self, link: _Incoming) -> bytes:
        # Of the session: next-incoming-id, windows, next-outgoing-id; of the link: handle, delivery-count, credit.
        session = (wire.uint(self._next_incoming), wire.uint(0x7FFFFFFF), wire.uint(0), wire.uint(0x7FFFFFFF))
        credit = (wire.uint(link.handle), wire.uint(link.received), wire.uint(link.granted - link.received))
        return wire.frame(0, wire.described(wire.FLOW, *session, *credit))

    def _transfer(self, frame: bytes) -> None:
        fields, end = wire.fields(frame, 8)
        delivery = wire.number(fields[1])
        link = self._incoming[wire.number(fields[0])]
        link.received += 1
        self._next_incoming += 1
        if self._settle_from is None:
            self._settle_from = delivery
        self._settle_to = delivery
        if link.address == b"echo" and self._echo is not None:
            # The echo must not wait for the end of this read.
            self._echo.left += 1
            self._echo.message = frame[end:]
            self._send(self._echo)

    def _settle(self) -> None:
        if self._settle_from is not None:
            numbers = (wire.uint(self._settle_from), wire.uint(self._settle_to))
            self._put(wire.DISPOSITION, wire.TRUE, *numbers, wire.TRUE, wire.ACCEPTED)
            self._settle_from = None

    def _send(self, link: _Outgoing) -> None:
        count = min(link.left, link.limit - link.sent)
        for _ in range(count):
            tag = wire.binary(struct.pack(">I", self._next_delivery))
            transfer = (wire.uint(link.handle), wire.uint(self._next_delivery), tag, wire.uint(0), wire.FALSE)
            self._output.append(wire.frame(0, wire.described(wire.TRANSFER, *transfer), link.message))
            self._next_delivery += 1
        link.left -= count
        link.sent += count


async def serve() -> None:
    """Listen until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Peer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
