"""A raw AMQP peer on loopback: a Proton connection without a reactor on a thread of its own, that records every frame.

It does what AMQP asks of it and nothing else: opens, begins and attaches are mirrored, messages are kept and accepted.
A test changes that by the attributes of `RawPeer`, or reaches in with `run`.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from proton import Collector, Condition, Connection, Delivery, Endpoint, Event, Receiver, Terminus, Transport

PATIENCE = 10.0
"""Seconds after which a test gives up waiting."""

_T = TypeVar("_T")
_FRAME = re.compile(r"FRAME:\s+(\d+) <- @(\w+)\(\d+\) (.*)", re.DOTALL)


class RawPeer:
    """Listens on `port`; one or more agents connect.

    * `frames`: what came in, over all connections, in order: `attach sender q`, `transfer q`, `accepted q 0`,
      `detach sender q`, `end`, `close` ...
    * `messages`: (address, encoded message) in order of arrival
    * `credit`: what each of the agent's senders gets on attach
    * `settle_with`: the outcome for incoming messages; None leaves them unsettled
    * `unsettled`: incoming deliveries that were left so; only within `run`
    * `refuse`: address -> error: attach answered with a null terminus and detached with that error
    * `mute`: names of frames (`open`, `begin`, `attach`, `detach`, `end`, `close`) that are not answered
    * `tls`, `sasl`, `idle_timeout` (seconds): what it demands
    * `close_with`, `end_with`: an error to close or end with at once instead of opening
    * `brief`: a frame (`open`, `begin` or `attach`) that is answered and followed by the end at once, without an error
    """

    def __init__(
        self,
        *,
        credit: int = 10,
        settle_with: int | None = Delivery.ACCEPTED,
        refuse: dict[str, Condition | None] | None = None,
        mute: set[str] | None = None,
        close_with: Condition | None = None,
        end_with: Condition | None = None,
        brief: str = "",
        tls: ssl.SSLContext | None = None,
        sasl: tuple[str, ...] = ("ANONYMOUS",),
        idle_timeout: float = 0.0,
    ) -> None:
        self.credit = credit
        self.settle_with = settle_with
        self.refuse = refuse or {}
        self.mute = mute or set()
        self.close_with = close_with
        self.end_with = end_with
        self.brief = brief
        self.frames: list[str] = []
        self.messages: list[tuple[str, bytes]] = []
        self.unsettled: list[Delivery] = []
        self.hostnames: list[str | None] = []
        self.port = 0
        self._tls = tls
        self._sasl = sasl
        self._idle_timeout = idle_timeout
        self._changed = threading.Condition()
        self._connections: list[_PeerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="raw-peer", daemon=True)

    def __enter__(self) -> RawPeer:
        self._thread.start()

        async def listen() -> None:
            server = await self._loop.create_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
            self.port = server.sockets[0].getsockname()[1]
            self._server = server

        asyncio.run_coroutine_threadsafe(listen(), self._loop).result(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            self._server.close()
            for connection in self._connections:
                connection.drop()
            # One more round for the sockets to close.
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where agents connect to."""
        return f"amqp://127.0.0.1:{self.port}"

    def run(self, action: Callable[[], _T]) -> _T:
        """Run something on the peer's thread, send what it leads to, and return its result."""
        result: Future[_T] = Future()

        def step() -> None:
            try:
                result.set_result(action())
            except BaseException as error:
                result.set_exception(error)
            for connection in list(self._connections):
                connection.turn()

        self._loop.call_soon_threadsafe(step)
        return result.result(PATIENCE)

    @property
    def connection(self) -> Connection:
        """Proton's half of the latest connection; only within `run`."""
        return self._connections[-1].connection

    def link(self, address: str) -> Any:
        """The latest link to an address; only within `run`."""
        return self._connections[-1].links[address]

    def send(self, address: str, *payloads: bytes) -> None:
        """Send encoded messages to the agent's receiver on an address, all at once."""

        def put() -> None:
            link = self.link(address)
            for payload in payloads:
                link.delivery(link.delivery_tag())
                link.stream(payload)
                link.advance()

        self.run(put)

    def answer_attach(self, address: str) -> None:
        """Mirror an attach that was left unanswered."""

        def answer() -> None:
            link = self.link(address)
            link.source.copy(link.remote_source)
            link.target.copy(link.remote_target)
            link.open()

        self.run(answer)

    def open_first_session(self) -> None:
        """Answer a begin that was left unanswered; only within `run`."""
        session = self.connection.session_head(0)
        assert session is not None
        session.open()

    def open_sessions(self) -> None:
        """Answer all begins that were left unanswered; only within `run`."""
        session = self.connection.session_head(Endpoint.LOCAL_UNINIT)
        while session is not None:
            session.open()
            session = self.connection.session_head(Endpoint.LOCAL_UNINIT)

    def refuse_attach(self, address: str) -> None:
        """Answer an attach with a null terminus."""

        def refuse() -> None:
            link = self.link(address)
            link.source.type = link.target.type = Terminus.UNSPECIFIED
            link.open()

        self.run(refuse)

    def detach(self, address: str, condition: Condition | None = None, *, closed: bool = True) -> None:
        """End a link."""

        def end() -> None:
            link = self.link(address)
            link.condition = condition
            if closed:
                link.close()
            else:
                link.detach()

        self.run(end)

    def end(self, address: str, condition: Condition | None = None) -> None:
        """End the session of a link."""

        def end() -> None:
            session = self.link(address).session
            session.condition = condition
            session.close()

        self.run(end)

    def end_first_session(self) -> None:
        """End a session that has no links; only within `run`."""
        session = self.connection.session_head(0)
        assert session is not None
        session.close()

    def close(self, condition: Condition | None = None) -> None:
        """Close the connection."""

        def close() -> None:
            self.connection.condition = condition
            self.connection.close()

        self.run(close)

    def close_all(self) -> None:
        """Close every connection that is up."""

        def close() -> None:
            for connection in self._connections:
                connection.connection.close()

        self.run(close)

    def reset(self) -> None:
        """Drop the sockets with a reset."""

        def drop() -> None:
            for connection in self._connections:
                if connection.socket is not None:
                    plain = connection.socket.get_extra_info("socket")
                    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.drop()

        self.run(drop)

    def record(self, frame: str) -> None:
        with self._changed:
            self.frames.append(frame)
            self._changed.notify_all()

    def wait(self, frame: str, times: int = 1) -> list[str]:
        """Wait until a frame has come in so many times; returns all frames up to now."""
        self.wait_until(lambda: self.frames.count(frame) >= times, f"{times} x {frame!r}")
        return list(self.frames)

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something that frames bring about."""
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE):
                raise AssertionError(f"waited for {what}; frames: {self.frames}")

    def before(self, marker: str) -> list[str]:
        """Wait for a frame, and return those that came before it."""
        frames = self.wait(marker)
        return frames[: frames.index(marker)]

    def _accept(self) -> asyncio.Protocol:
        connection = _PeerConnection(self)
        self._connections.append(connection)
        return connection


class _PeerConnection(asyncio.Protocol):
    def __init__(self, peer: RawPeer) -> None:
        self.peer = peer
        self.links: dict[str, Any] = {}
        self.handles: dict[tuple[str, str], str] = {}
        # Channel and delivery number -> address, for both directions: deliveries that we sent are settled by number.
        self.deliveries: dict[str, list[str]] = {}
        self.collector = Collector()
        self.connection = Connection()
        self.connection.container = "raw-peer"
        self.connection.collect(self.collector)
        self.transport = Transport(Transport.SERVER)
        if peer._sasl:
            self.transport.sasl().allowed_mechs(" ".join(peer._sasl))
        self.transport.idle_timeout = peer._idle_timeout
        self.transport.tracer = lambda _, text: self.trace(text)
        self.transport.trace(Transport.TRACE_FRM)
        self.transport.bind(self.connection)
        self.socket: asyncio.Transport | None = None
        self.peer_is_done = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.socket = transport
        self.turn()

    def data_received(self, data: bytes) -> None:
        while data:
            capacity = self.transport.capacity()
            if capacity <= 0:
                break
            self.transport.push(data[:capacity])
            data = data[capacity:]
            self.turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self.socket = None
        self.peer.record("lost")

    def drop(self) -> None:
        if self.socket is not None:
            self.socket.abort()

    def turn(self) -> None:
        for _ in range(1000):
            while (event := self.collector.peek()) is not None:
                self.handle(event)
                self.collector.pop()
            size = self.transport.pending()
            if size < 0 and self.socket is not None and self.peer_is_done:
                self.socket.close()
            if size <= 0 or self.socket is None:
                if not self.collector.more():
                    return
                continue
            self.socket.write(bytes(self.transport.peek(size) or b""))
            self.transport.pop(size)

    def trace(self, text: str) -> None:
        match = _FRAME.match(text)
        if match is None:
            if "<- EMPTY FRAME" in text or "<- (EMPTY FRAME)" in text:
                self.peer.record("heartbeat")
            return
        channel, name, fields = match.groups()
        handle = (match := re.search(r"\bhandle=(0x\w+)", fields)) and match[1]
        if name == "attach":
            role = "receiver" if "role=true" in fields else "sender"
            terminus = re.search(r"source=.*?address=\"(.*?)\"|target=.*?address=\"(.*?)\"", fields)
            address = (terminus[1] or terminus[2]) if terminus else "?"
            self.handles[channel, handle or ""] = f"{role} {address}"
            self.peer.record(f"attach {role} {address}")
        elif name in ("detach", "transfer"):
            self.peer.record(f"{name} {self.handles[channel, handle or '']}")
        elif name == "disposition":
            state = (match := re.search(r"state=@(\w+)", fields)) and match[1]
            first = int(re.search(r"first=(0x\w+)", fields)[1], 16)  # type: ignore[index]
            last_field = re.search(r"last=(0x\w+)", fields)
            last = int(last_field[1], 16) if last_field else first
            for number in range(first, last + 1):
                self.peer.record(f"{state} {number}")
        elif name == "flow":
            credit = re.search(r"link-credit=(0x\w+)", fields)
            if handle and credit:
                self.peer.record(f"flow {self.handles[channel, handle]} {int(credit[1], 16)}")
        else:
            self.peer.record(name)

    def handle(self, event: Event) -> None:
        peer = self.peer
        kind = event.type
        if kind is Event.CONNECTION_REMOTE_OPEN:
            assert event.connection is not None
            peer.hostnames.append(event.connection.remote_hostname)
            if "open" not in peer.mute:
                event.connection.open()
            if peer.close_with is not None or peer.brief == "open":
                event.connection.condition = peer.close_with
                event.connection.close()
        elif kind is Event.SESSION_REMOTE_OPEN and "begin" not in peer.mute:
            assert event.session is not None
            event.session.open()
            if peer.end_with is not None or peer.brief == "begin":
                event.session.condition = peer.end_with
                event.session.close()
        elif kind is Event.LINK_REMOTE_OPEN:
            self.attach(event.link)
        elif kind in (Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH) and "detach" not in peer.mute:
            assert event.link is not None
            event.link.close()
        elif kind is Event.SESSION_REMOTE_CLOSE and "end" not in peer.mute:
            assert event.session is not None
            event.session.close()
        elif kind is Event.CONNECTION_REMOTE_CLOSE and "close" not in peer.mute:
            assert event.connection is not None
            self.peer_is_done = True
            event.connection.close()
        elif kind is Event.TRANSPORT_ERROR:
            self.peer_is_done = True
        elif kind is Event.DELIVERY:
            self.receive(event)

    def attach(self, link: Any) -> None:
        address = (link.remote_target if link.is_receiver else link.remote_source).address
        self.links[address] = link
        if "attach" in self.peer.mute:
            return
        if address in self.peer.refuse:
            link.source.type = link.target.type = Terminus.UNSPECIFIED
            link.open()
            link.condition = self.peer.refuse[address]
            link.close()
            return
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.open()
        if self.peer.brief == "attach":
            link.close()
        elif link.is_receiver and self.peer.credit:
            link.flow(self.peer.credit)

    def receive(self, event: Event) -> None:
        delivery, link = event.delivery, event.link
        assert delivery is not None
        if not isinstance(link, Receiver):
            if delivery.settled:
                delivery.settle()
            return
        if not delivery.readable or delivery.partial:
            return
        payload = bytes(link.recv(delivery.pending) or b"")
        link.advance()
        with self.peer._changed:
            self.peer.messages.append((str(link.remote_target.address), payload))
            self.peer._changed.notify_all()
        if self.peer.settle_with is not None:
            delivery.update(self.peer.settle_with)
            delivery.settle()
        else:
            self.peer.unsettled.append(delivery)


def text_message(text: str) -> bytes:
    """An encoded message with a short string as its body."""
    content = text.encode()
    return b"\x00\x53\x77\xa1" + bytes([len(content)]) + content


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Poll for something that nothing announces (an object of the operating system); with a limit."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited for {what}")
        threading.Event().wait(0.005)
