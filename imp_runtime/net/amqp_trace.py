"""The frame trace of a connection (``--trace amqp``)."""

from __future__ import annotations

from collections.abc import Callable

from imp_runtime.net.amqp_frames import FrameReader


class FrameTrace:
    """Tells the frames of one connection in both directions, in lines such as ``#1 -> begin channel=0 ...``.

    It is given the bytes as they are after TLS has read, and before it writes, them.
    """

    def __init__(self, number: int, write: Callable[[str], None]) -> None:
        """``number`` tells the connection from others, ``write`` gets the lines."""
        self._number = number
        self._write = write
        self._incoming = FrameReader()
        self._outgoing = FrameReader()

    def sent(self, data: bytes) -> None:
        """Tell what goes to the peer."""
        for line in self._outgoing.lines(data):
            self._write(f"#{self._number} -> {line}")

    def received(self, data: bytes) -> None:
        """Tell what comes from the peer."""
        for line in self._incoming.lines(data):
            self._write(f"#{self._number} <- {line}")
