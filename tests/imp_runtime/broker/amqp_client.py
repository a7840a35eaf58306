"""A raw AMQP peer for tests: a blocking socket and a Proton connection without its reactor, on the caller's thread.

Nothing happens behind a test's back: bytes move only inside `wait`.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable

from proton import (
    Collector,
    Condition,
    Connection,
    Delivery,
    Event,
    Link,
    Message,
    Receiver,
    Sender,
    Session,
    Terminus,
    Transport,
)

from imp_runtime.broker import BrokerEvent, BrokerThread

PATIENCE = 10.0
"""Seconds after which a test gives up waiting."""

StartBroker = Callable[..., BrokerThread]
Connect = Callable[..., "Client"]


class Client:
    """A peer of the broker."""

    def __init__(
        self,
        port: int,
        *,
        user: str | None = None,
        password: str = "",
        mechanisms: str | None = None,
        sasl: bool = True,
        tls: ssl.SSLContext | None = None,
        sni: str | None = None,
        idle_timeout: float = 0.0,
        container: str = "client",
    ) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname=sni)
        self.transport = Transport()
        self.connection = Connection()
        self.collector = Collector()
        self.connection.collect(self.collector)
        self.connection.container = container
        if user is not None:
            self.connection.user = user
            self.connection.password = password
        if sasl:
            layer = self.transport.sasl()
            layer.allow_insecure_mechs = True
            if mechanisms is not None:
                layer.allowed_mechs(mechanisms)
        self.transport.idle_timeout = idle_timeout
        self.transport.bind(self.connection)
        self.arrived: dict[Link, list[tuple[Delivery, bytes]]] = {}
        self.partial: dict[Link, bytearray] = {}
        self.eof = False
        self._ended = False
        self.session: Session = self.connection.session()
        self._tag = 0

    def open(self) -> Client:
        """Open the connection and a session; returns when the broker has answered."""
        self.connection.open()
        self.session.open()
        self.wait(lambda: self.remote_active(self.connection) and self.remote_active(self.session), "open")
        return self

    def sender(self, address: str | None, *, mode: int = Link.SND_UNSETTLED, name: str | None = None) -> Sender:
        """An attached sender with credit."""
        link = self.session.sender(name or f"sender-{address}")
        link.target.type = Terminus.TARGET
        if address is not None:
            link.target.address = address
        link.snd_settle_mode = mode
        link.open()
        self.wait(lambda: self.remote_active(link) and link.credit > 0, "sender")
        return link

    def receiver(self, address: str, credit: int = 10, *, mode: int = Link.SND_UNSETTLED, name: str = "") -> Receiver:
        """An attached receiver that has granted `credit`."""
        link = self.session.receiver(name or f"receiver-{address}")
        link.source.address = address
        link.snd_settle_mode = mode
        link.open()
        self.wait(lambda: self.remote_active(link), "receiver")
        if credit:
            link.flow(credit)
            self.push()
        return link

    def send(self, link: Sender, message: Message | bytes | str, *, settled: bool = False) -> Delivery:
        """Send one message, without waiting for the outcome."""
        if isinstance(message, str):
            message = Message(message)
        raw = bytes(message.encode() if isinstance(message, Message) else message)
        self._tag += 1
        delivery = link.delivery(str(self._tag))
        link.stream(raw)
        link.advance()
        if settled:
            delivery.settle()
        self.push()
        return delivery

    def send_and_wait(self, link: Sender, *messages: Message | bytes | str) -> list[object]:
        """Send messages and return their outcomes."""
        deliveries = [self.send(link, message) for message in messages]
        self.wait(lambda: all(delivery.settled for delivery in deliveries), "outcomes")
        outcomes: list[object] = [delivery.remote_state for delivery in deliveries]
        for delivery in deliveries:
            delivery.settle()
        return outcomes

    def receive(self, link: Receiver, count: int = 1) -> list[tuple[Delivery, Message]]:
        """The next `count` messages with their deliveries, unsettled."""
        self.wait(lambda: len(self.arrived.get(link, [])) >= count, f"{count} messages")
        taken, self.arrived[link] = self.arrived[link][:count], self.arrived[link][count:]
        return [(delivery, decoded(raw)) for delivery, raw in taken]

    def settle(self, delivery: Delivery, state: int = int(Delivery.ACCEPTED)) -> None:
        """Settle a received delivery with an outcome."""
        delivery.update(state)
        delivery.settle()
        self.push()

    def close(self) -> None:
        """Close the connection properly and the socket."""
        self.connection.close()
        self.wait(lambda: bool(self.connection.state & Link.REMOTE_CLOSED), "close")
        self.socket.close()

    def vanish(self) -> None:
        """Drop the socket without a word."""
        self.socket.close()

    def condition(self) -> Condition | None:
        """The condition with which the broker closed the connection."""
        return self.connection.remote_condition

    @staticmethod
    def remote_active(endpoint: Connection | Session | Link) -> bool:
        return bool(endpoint.state & Link.REMOTE_ACTIVE)

    def wait(self, condition: Callable[[], bool], what: str = "something") -> None:
        """Move bytes until the condition holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.push()
            if condition():
                return
            left = deadline - time.monotonic()
            assert left > 0, f"{what} did not happen"
            assert not self.eof, f"the broker closed the socket before {what}: {self.condition()}"
            self._pull(left)

    def wait_for_eof(self) -> None:
        """Move bytes until the broker closes the socket."""
        deadline = time.monotonic() + PATIENCE
        while not self.eof:
            self.push()
            left = deadline - time.monotonic()
            assert left > 0, "the broker did not close the socket"
            self._pull(left)
        self.socket.close()

    def push(self) -> None:
        """Handle events and write what Proton has to say."""
        self._events()
        self.transport.tick(time.monotonic())
        while (size := self.transport.pending()) > 0:
            data = self.transport.peek(size)
            assert data is not None
            try:
                self.socket.sendall(data)
            except OSError:
                self.eof = True
                return
            self.transport.pop(len(data))
        if size < 0 and not self._ended:
            # Proton has said its last word; so does the socket.
            self._ended = True
            if not isinstance(self.socket, ssl.SSLSocket):
                with contextlib.suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
        self._events()

    def _pull(self, patience: float) -> None:
        deadline = self.transport.tick(time.monotonic())
        if deadline:
            patience = min(patience, max(deadline - time.monotonic(), 0.001))
        pending = isinstance(self.socket, ssl.SSLSocket) and self.socket.pending() > 0
        if not pending and not select.select([self.socket], [], [], patience)[0]:
            return
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.eof = True
            self.transport.close_tail()
        while data and (capacity := self.transport.capacity()) > 0:
            self.transport.push(data[:capacity])
            data = data[capacity:]
            self._events()
        self._events()

    def _events(self) -> None:
        while (event := self.collector.peek()) is not None:
            if event.type is Event.DELIVERY and event.link is not None and event.link.is_receiver:
                self._read(event.link)  # type: ignore[arg-type]
            self.collector.pop()

    def _read(self, link: Receiver) -> None:
        while (delivery := link.current) is not None:
            buffer = self.partial.setdefault(link, bytearray())
            if delivery.pending:
                buffer += link.recv(delivery.pending) or b""
            if delivery.partial:
                return
            self.arrived.setdefault(link, []).append((delivery, bytes(buffer)))
            buffer.clear()
            link.advance()


def decoded(raw: bytes) -> Message:
    message = Message()
    message.decode(raw)
    return message


class EventLog:
    """Collects the events of a broker and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[BrokerEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: BrokerEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def named(self, name: str, **fields: object) -> list[BrokerEvent]:
        """The events of one kind, those whose fields have the given values."""
        with self._changed:
            return [
                event
                for event in self.events
                if event.event == name and all(getattr(event, field) == value for field, value in fields.items())
            ]

    def wait(self, name: str, count: int = 1, **fields: object) -> BrokerEvent:
        """The `count`th event of that kind, waiting for it if need be."""
        with self._changed:
            happened = self._changed.wait_for(lambda: len(self._matching(name, fields)) >= count, PATIENCE)
            assert happened, f"no event {name} {fields}; there were:\n{self.text()}"
            return self._matching(name, fields)[count - 1]

    def text(self) -> str:
        """Everything as it would be logged, both forms."""
        return "\n".join(form for event in list(self.events) for form in (event.line(), event.json_line()))

    def _matching(self, name: str, fields: dict[str, object]) -> list[BrokerEvent]:
        return [
            event
            for event in self.events
            if event.event == name and all(getattr(event, field) == value for field, value in fields.items())
        ]
