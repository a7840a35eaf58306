"""The same loops as in ``amqp_proton``, on Proton's bare engine: a socket, a collector, and no reactor around them.

``python amqp_engine.py MODE PORT ADDRESS COUNT [SIZE]``, with the modes and the output of ``amqp_proton.py``.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from proton import Collector, Connection, Delivery, Event, Message, Transport

CREDIT = 100
"""What receivers grant: as many as an agent's."""


class Engine:
    """One connection; ``handle`` gets each of Proton's events until it says that all is done."""

    def __init__(self, port: int, handle: Callable[[Any], bool]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._handle = handle
        self._collector = Collector()
        self._transport = Transport()
        self.connection = Connection()
        self.connection.collect(self._collector)
        self.connection.container = "benchmark"
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        self._transport.bind(self.connection)
        self.connection.open()
        self.session = self.connection.session()
        self.session.open()

    def run(self) -> None:
        """Move bytes until ``handle`` returns True, then say goodbye."""
        while not self._events():
            self._write()
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("the peer has hung up")
            while data:
                capacity = self._transport.capacity()
                self._transport.push(data[:capacity])
                data = data[capacity:]
        self.connection.close()
        self._write()
        self._socket.close()

    def _events(self) -> bool:
        while (event := self._collector.peek()) is not None:
            done = self._handle(event)
            self._collector.pop()
            if done:
                return True
        return False

    def _write(self) -> None:
        while (size := self._transport.pending()) > 0:
            data = self._transport.peek(size)
            self._socket.sendall(data or b"")
            self._transport.pop(size)


def send(port: int, address: str, count: int, size: int) -> None:
    """Send as fast as credit allows, until all is accepted."""
    sent = accepted = 0
    started = 0.0
    body = "x" * size

    def handle(event: Any) -> bool:
        nonlocal sent, accepted, started
        if event.type is Event.LINK_FLOW and sender.credit:
            started = started or time.perf_counter()
            while sender.credit and sent < count:
                sender.delivery(str(sent))
                sender.stream(Message(body=body).encode())
                sender.advance()
                sent += 1
        elif event.type is Event.DELIVERY and event.delivery.remote_state == Delivery.ACCEPTED:
            event.delivery.settle()
            accepted += 1
        return accepted == count

    engine = Engine(port, handle)
    sender = engine.session.sender("sender")
    sender.target.address = address
    sender.open()
    engine.run()
    print(time.perf_counter() - started)


def receive(port: int, address: str, count: int) -> None:
    """Receive, read the bodies and accept; credit is given back when half of it is used."""
    received = characters = 0
    started = 0.0

    def handle(event: Any) -> bool:
        nonlocal received, characters, started
        if event.type is Event.DELIVERY and event.delivery.readable and not event.delivery.partial:
            started = started or time.perf_counter()
            characters += len(str(taken(event).body))
            received += 1
            if receiver.credit <= CREDIT // 2:
                receiver.flow(CREDIT - receiver.credit)
        return received == count

    engine = Engine(port, handle)
    receiver = engine.session.receiver("receiver")
    receiver.source.address = address
    receiver.open()
    receiver.flow(CREDIT)
    engine.run()
    print(time.perf_counter() - started)


def roundtrip(port: int, address: str, count: int, size: int) -> None:
    """Send a message, wait until it comes back, and send the next."""
    times: list[float] = []
    sent_at = 0.0
    body = "x" * size

    def put() -> None:
        nonlocal sent_at
        sent_at = time.perf_counter()
        sender.delivery(str(len(times)))
        sender.stream(Message(body=body).encode())
        sender.advance()

    def handle(event: Any) -> bool:
        if event.type is Event.LINK_FLOW and event.link == sender and sender.credit and not sent_at:
            put()
        elif event.type is Event.DELIVERY and event.link == sender and event.delivery.settled:
            event.delivery.settle()
        elif event.type is Event.DELIVERY and event.link == receiver and event.delivery.readable:
            taken(event)
            receiver.flow(1)
            times.append(time.perf_counter() - sent_at)
            if len(times) < count:
                put()
        return len(times) == count

    engine = Engine(port, handle)
    receiver = engine.session.receiver("receiver")
    receiver.source.address = address
    receiver.open()
    receiver.flow(CREDIT)
    sender = engine.session.sender("sender")
    sender.target.address = address
    sender.open()
    engine.run()
    print(median(times) * 1e6)


def taken(event: Any) -> Message:
    """The message of a delivery event, accepted."""
    message = Message()
    message.decode(event.link.recv(event.delivery.pending))
    event.link.advance()
    event.delivery.update(Delivery.ACCEPTED)
    event.delivery.settle()
    return message


def main(mode: str, port: str, address: str, *numbers: str) -> None:
    """Run one loop."""
    loops: dict[str, Callable[..., None]] = {"send": send, "receive": receive, "roundtrip": roundtrip}
    loops[mode](int(port), address, *(int(number) for number in numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
