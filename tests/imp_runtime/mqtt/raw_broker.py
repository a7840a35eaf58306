"""A raw MQTT broker on loopback: it records every packet, and answers as MQTT 3.1.1 asks or as a test wants it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from types import TracebackType

PATIENCE = 10.0
"""Seconds after which a test gives up waiting."""

CONNACK = b"\x20\x02\x00\x00"
PINGRESP = b"\xd0\x00"

_NAMES = {
    1: "CONNECT",
    3: "PUBLISH",
    4: "PUBACK",
    5: "PUBREC",
    6: "PUBREL",
    7: "PUBCOMP",
    8: "SUBSCRIBE",
    10: "UNSUBSCRIBE",
    12: "PINGREQ",
    14: "DISCONNECT",
}


class RawBroker:
    """Listens on `port`; agents connect one after the other or at once.

    * `packets`: what came in, over all connections, in order: `CONNECT me`, `SUBSCRIBE a/b:1`, `PUBLISH a q0 text`,
      `PUBACK 1`, `DISCONNECT` ...; and `EOF` or `RESET` at the end of a connection
    * `connects`: the CONNECT packets as they came, without header
    * `mute`: names of packets that are not answered
    * `connack`: the answer to CONNECT
    * `granted`: the QoS in each SUBACK; None for what was asked for
    """

    def __init__(
        self,
        *,
        mute: tuple[str, ...] = (),
        connack: bytes = CONNACK,
        granted: tuple[int, ...] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.mute = mute
        self.connack = connack
        self.granted = granted
        self.packets: list[str] = []
        self.connects: list[bytes] = []
        self._tls = tls
        self._changed = threading.Condition()
        self._sockets: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="raw-broker", daemon=True)

    def __enter__(self) -> RawBroker:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(PATIENCE)
        for connection in self._sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    @property
    def url(self) -> str:
        """Where agents connect to."""
        return f"tcp://127.0.0.1:{self.port}"

    def wait(self, packet: str, times: int = 1) -> list[str]:
        """Wait until a packet has come so many times; returns all."""
        with self._changed:
            found = self._changed.wait_for(lambda: self.packets.count(packet) >= times, PATIENCE)
        assert found, f"waited for {packet!r}; packets: {self.packets}"
        return self.packets

    def send(self, data: bytes) -> None:
        """Send bytes over the latest connection."""
        self._sockets[-1].sendall(data)

    def publish(self, topic: str, payload: bytes, qos: int = 0, packet_id: int = 1, flags: int = 0) -> None:
        """Send a message over the latest connection."""
        self.send(publish_packet(topic.encode(), payload, qos, packet_id, flags))

    def hang_up(self) -> None:
        """Close the latest connection in an orderly way."""
        self._sockets[-1].shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Close the latest connection with a reset."""
        self._sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Wakes the thread that reads, which then closes it.
        self._sockets[-1].shutdown(socket.SHUT_RD)

    def _note(self, line: str) -> None:
        with self._changed:
            self.packets.append(line)
            self._changed.notify_all()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            if self._tls is not None:
                try:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                except OSError as error:
                    self._note(f"TLS {getattr(error, 'reason', None)}")
                    continue
            self._sockets.append(connection)
            threading.Thread(target=self._serve, args=(connection,), name="raw-broker-peer", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        try:
            while True:
                header = stream.read(1)
                if not header:
                    self._note("EOF")
                    return
                length = shift = 0
                while True:
                    byte = stream.read(1)[0]
                    length |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
                body = stream.read(length)
                line, answer = self._answer(header[0], body)
                # Noted first, so that what a test waited for was not yet answered, but answered before what comes next.
                self._note(line)
                if answer and line.split(" ")[0] not in self.mute:
                    connection.sendall(answer)
        except (OSError, IndexError):
            self._note("RESET")
        finally:
            with contextlib.suppress(OSError):
                stream.close()
            with contextlib.suppress(OSError):
                connection.close()

    def _answer(self, header: int, body: bytes) -> tuple[str, bytes]:
        kind = header >> 4
        name = _NAMES.get(kind, str(kind))
        if kind == 1:
            self.connects.append(body)
            client_id, _ = _text(body[10:])
            return f"{name} {client_id}", self.connack
        if kind == 3:
            topic, rest = _text(body)
            qos = (header >> 1) & 3
            packet_id = b""
            if qos:
                packet_id, rest = rest[:2], rest[2:]
            retained = " retained" if header & 1 else ""
            shown = rest.decode("latin-1") if len(rest) <= 40 else f"{len(rest)} bytes"
            answer = {0: b"", 1: b"\x40\x02", 2: b"\x50\x02"}[qos] + packet_id
            return f"{name} {topic} q{qos}{retained} {shown}".rstrip(), answer
        if kind in (8, 10):
            packet_id, rest, filters, levels = body[:2], body[2:], [], b""
            while rest:
                topic, rest = _text(rest)
                if kind == 8:
                    topic += f":{rest[0]}"
                    levels, rest = levels + rest[:1], rest[1:]
                filters.append(topic)
            if kind == 8 and self.granted is not None:
                levels = bytes(self.granted)
            answer = bytes([0x90 if kind == 8 else 0xB0, 2 + len(levels)]) + packet_id + levels
            return f"{name} {' '.join(filters)}", answer
        if kind == 12:
            return name, PINGRESP
        if kind in (4, 5, 6, 7):
            answer = {5: b"\x62\x02", 6: b"\x70\x02"}.get(kind, b"")
            return f"{name} {int.from_bytes(body)}", answer + body if answer else b""
        return name, b""


def _text(data: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(data[:2])
    return data[2 : 2 + length].decode(), data[2 + length :]


def publish_packet(topic: bytes, payload: bytes, qos: int = 0, packet_id: int = 1, flags: int = 0) -> bytes:
    """A PUBLISH packet; `flags` are DUP (8) and RETAIN (1)."""
    body = len(topic).to_bytes(2) + topic + (packet_id.to_bytes(2) if qos else b"") + payload
    return bytes([0x30 | qos << 1 | flags]) + remaining_length(len(body)) + body


def remaining_length(length: int) -> bytes:
    """The length of a packet as MQTT writes it."""
    encoded = b""
    while True:
        length, byte = length >> 7, length & 0x7F
        encoded += bytes([byte | (0x80 if length else 0)])
        if not length:
            return encoded
