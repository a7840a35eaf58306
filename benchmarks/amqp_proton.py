"""The loops that agents are compared with, in raw Python Proton: ``python amqp_proton.py MODE PORT ...``.

``send ADDRESS COUNT SIZE``, ``receive ADDRESS COUNT`` and ``roundtrip ADDRESS COUNT SIZE``. Each prints the seconds
that COUNT messages took, from the first to the last settlement; ``roundtrip`` the median of one in microseconds.
"""

from __future__ import annotations

import sys
import time
from statistics import median
from typing import Any

from proton import Message
from proton.handlers import MessagingHandler
from proton.reactor import Container

CREDIT = 100
"""What receivers grant: as many as an agent's."""


class Send(MessagingHandler):
    """Sends as fast as credit allows, until all is accepted."""

    def __init__(self, url: str, address: str, count: int, size: int) -> None:
        super().__init__()
        self._url, self._address, self._count = url, address, count
        self._body = "x" * size
        self._sent = self._accepted = 0

    def on_start(self, event: Any) -> None:
        """Connect."""
        self._connection = event.container.connect(self._url, reconnect=False)
        event.container.create_sender(self._connection, self._address)

    def on_sendable(self, event: Any) -> None:
        """There is credit."""
        if self._sent == 0:
            self._started = time.perf_counter()
        while event.sender.credit and self._sent < self._count:
            event.sender.send(Message(body=self._body))
            self._sent += 1

    def on_accepted(self, event: Any) -> None:
        """One is done."""
        self._accepted += 1
        if self._accepted == self._count:
            print(time.perf_counter() - self._started)
            self._connection.close()


class Receive(MessagingHandler):
    """Receives, reads the bodies and accepts."""

    def __init__(self, url: str, address: str, count: int) -> None:
        super().__init__(prefetch=CREDIT, auto_accept=True)
        self._url, self._address, self._count = url, address, count
        self._received = self._characters = 0

    def on_start(self, event: Any) -> None:
        """Connect."""
        self._connection = event.container.connect(self._url, reconnect=False)
        event.container.create_receiver(self._connection, self._address)

    def on_message(self, event: Any) -> None:
        """One is here; it is accepted on return."""
        if self._received == 0:
            self._started = time.perf_counter()
        self._received += 1
        self._characters += len(event.message.body)
        if self._received == self._count:
            print(time.perf_counter() - self._started)
            self._connection.close()


class RoundTrip(MessagingHandler):
    """Sends a message, waits until it comes back, and sends the next."""

    def __init__(self, url: str, address: str, count: int, size: int) -> None:
        super().__init__(prefetch=CREDIT, auto_accept=True)
        self._url, self._address, self._count = url, address, count
        self._body = "x" * size
        self._times: list[float] = []
        self._sent_at = 0.0

    def on_start(self, event: Any) -> None:
        """Connect."""
        self._connection = event.container.connect(self._url, reconnect=False)
        event.container.create_receiver(self._connection, self._address)
        self._sender = event.container.create_sender(self._connection, self._address)

    def on_sendable(self, event: Any) -> None:
        """There is credit for the first."""
        if not self._sent_at:
            self._send()

    def on_message(self, event: Any) -> None:
        """It is back."""
        self._times.append(time.perf_counter() - self._sent_at)
        if len(self._times) == self._count:
            print(median(self._times) * 1e6)
            self._connection.close()
        else:
            self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._sender.send(Message(body=self._body))


def main(mode: str, port: str, address: str, *numbers: str) -> None:
    """Run one loop."""
    loops = {"send": Send, "receive": Receive, "roundtrip": RoundTrip}
    Container(loops[mode](f"amqp://127.0.0.1:{port}", address, *(int(number) for number in numbers))).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
