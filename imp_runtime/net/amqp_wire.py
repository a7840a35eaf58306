"""Bytes in and out of one AMQP connection: Proton's engine between an asyncio socket and whoever handles its events.

Bytes are pushed in, events are read off the collector, bytes are popped out; Proton's reactor has no part in it.
"""

from __future__ import annotations

import asyncio
from typing import Protocol
from uuid import uuid4

from proton import Collector, Connection, ProtonException, Transport

from imp_runtime.net.amqp_texts import GREETING_LENGTH
from imp_runtime.net.amqp_trace import FrameTrace
from imp_runtime.net.amqp_url import AmqpUrl
from imp_runtime.net.proton_calls import EventQueue

IDLE_TIMEOUT = 120.0
"""Seconds of silence after which a peer counts as gone. It is told half of that, and sends an empty frame in time."""

# Bytes that are read from the socket at once.
_INPUT_SIZE = 64 * 1024


class WireOwner(Protocol):
    """Who handles what comes over a wire; every method is called on the I/O thread."""

    def wire_is_up(self, connection: Connection) -> None:
        """The socket (and TLS) is there, and Proton's connection is about to be opened."""
        ...

    def handle_events(self) -> bool:
        """Handle the events of the wire; True when there was anything of importance among them."""
        ...

    def turn(self) -> None:
        """Handle events and have output written until there is neither."""
        ...

    def wire_is_unreadable(self) -> None:
        """Proton has stopped reading in the middle of what the peer sent, and gives no reason."""
        ...

    def wire_is_down(self, error: Exception | None) -> None:
        """The socket is gone, by our doing or not."""
        ...


class Wire(asyncio.BufferedProtocol):
    """A socket and Proton's transport.

    * `connection`: Proton's connection; None before the socket is up and after `free`
    * `transport`: Proton's transport, likewise
    * `events`: Proton's events, likewise
    * `greeting`: the first bytes of the peer: what it is when it does not speak AMQP
    * `peer_is_done`: nothing more is to come from the peer: the socket is closed when all is written
    """

    def __init__(self, url: AmqpUrl, owner: WireOwner, trace: FrameTrace | None) -> None:
        self.connection: Connection | None = None
        self.transport: Transport | None = None
        self.events: EventQueue | None = None
        self.greeting = b""
        self.peer_is_done = False
        self._url = url
        # None when the connection is done with.
        self._owner: WireOwner | None = owner
        self._trace = trace
        self._loop = asyncio.get_running_loop()
        self._socket: asyncio.Transport | None = None
        # A view, because asyncio's TLS layer fills slices of it, and those of a bytearray are copies.
        self._input = memoryview(bytearray(_INPUT_SIZE))
        self._write_paused = False
        self._tick_timer: asyncio.TimerHandle | None = None

    # asyncio's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is up: begin with SASL and the open frame."""
        assert isinstance(transport, asyncio.Transport)
        if self._owner is None:
            transport.abort()
            return
        self._socket = transport
        collector = Collector()
        self.events = EventQueue(collector)
        connection = Connection()
        connection.collect(collector)
        connection.container = f"impsim-{uuid4()}"
        connection.hostname = self._url.host
        engine = Transport()
        sasl = engine.sasl()
        if self._url.user is None:
            sasl.allowed_mechs("ANONYMOUS")
        else:
            connection.user = self._url.user
            connection.password = self._url.password or ""
            sasl.allowed_mechs("PLAIN")
        # TLS is not Proton's, so it cannot know that the connection is encrypted.
        sasl.allow_insecure_mechs = True
        engine.idle_timeout = IDLE_TIMEOUT
        engine.bind(connection)
        self.connection, self.transport = connection, engine
        self._owner.wire_is_up(connection)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where bytes from the peer go: always the same place, for a new one each time takes longer than the read."""
        return self._input

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes from the peer are there."""
        data = bytes(self._input[:nbytes])
        if self._trace is not None:
            self._trace.received(data)
        if len(self.greeting) < GREETING_LENGTH:
            self.greeting += data[: GREETING_LENGTH - len(self.greeting)]
        if self._owner is not None:
            self._push(data, self._owner)
            self._owner_turn()

    def _owner_turn(self) -> None:
        if self._owner is not None:
            self._owner.turn()

    def _push(self, data: bytes, owner: WireOwner) -> None:
        engine = self.transport
        offset = 0
        while engine is not None and offset < len(data):
            capacity = engine.capacity()
            if capacity <= 0:
                break
            chunk = data[offset : offset + capacity]
            offset += len(chunk)
            try:
                engine.push(chunk)
            except ProtonException:
                # What is wrong arrives as an event.
                break
            owner.handle_events()
        if engine is not None and engine.capacity() < 0 and not self.peer_is_done:
            self.peer_is_done = True
            owner.wire_is_unreadable()

    def pause_writing(self) -> None:
        """The socket's buffer is full."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._write_paused = False
        self._owner_turn()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._socket = None
        if self._owner is not None:
            self._owner.wire_is_down(exc)

    # The owner's side.

    def flush(self) -> bool:
        """Write what Proton has to say; True when that brought new events."""
        engine, sock = self.transport, self._socket
        while engine is not None:
            size = engine.pending()
            if size < 0:
                # Everything is said, which is so from our own close on; what the peer still has to say is waited for.
                if sock is not None and self.peer_is_done:
                    sock.close()
                break
            if size == 0 or self._write_paused or sock is None:
                break
            output = bytes(engine.peek(size) or b"")
            if self._trace is not None:
                self._trace.sent(output)
            sock.write(output)
            engine.pop(size)
        return self.events is not None and bool(self.events.peek())

    def tick(self) -> None:
        """Heartbeats: let Proton look at the clock, and come back when it wants to."""
        if self.transport is None or self._socket is None:
            return
        now = self._loop.time()
        deadline = self.transport.tick(now)
        # A timer that is early looks again; it need not be set anew whenever a byte has moved the deadline.
        if deadline and (self._tick_timer is None or self._tick_timer.when() > deadline):
            if self._tick_timer is not None:
                self._tick_timer.cancel()
            self._tick_timer = self._loop.call_later(max(0.001, deadline - now), self._on_tick)

    def _on_tick(self) -> None:
        self._tick_timer = None
        self._owner_turn()

    def abort(self) -> bool:
        """Drop the socket; False when there is none."""
        if self._socket is None:
            return False
        self._socket.abort()
        return True

    def free(self) -> None:
        """Let go of everything of Proton's, on this thread, and of the owner: nobody collects cycles."""
        if self._tick_timer is not None:
            self._tick_timer.cancel()
            self._tick_timer = None
        if self.transport is not None:
            self.transport.unbind()
        if self.connection is not None:
            self.connection.free()
        self.connection = self.transport = self.events = None
        self._owner = None
