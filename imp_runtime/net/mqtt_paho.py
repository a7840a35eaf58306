"""Paho without its sockets and threads: packets are put in one by one, bytes come out into an asyncio transport.

Paho connects, resolves names and shakes hands with blocking calls. Here all that is asyncio's, as for AMQP, and Paho
keeps what it knows best: the packets, their identifiers, and the exchanges of QoS 1 and 2.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from imp_runtime.net.mqtt_notices import MqttSettings
from imp_runtime.net.mqtt_packets import MalformedError

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

__all__ = ["MQTTMessageInfo", "PahoSession", "Pipe"]


class Pipe:
    """What Paho takes for its socket.

    * `blocked`: the transport's buffer is full; Paho keeps its packets until it is told to write again
    * `written`: something was written since this was last set to False
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._packet = memoryview(b"")
        self.blocked = False
        self.written = False

    def put(self, packet: bytes) -> None:
        """Give Paho a packet to read."""
        self._packet = memoryview(packet)

    def recv(self, buffer_size: int) -> bytes:
        """The next bytes of the packet."""
        if not self._packet:
            raise BlockingIOError
        part, self._packet = bytes(self._packet[:buffer_size]), self._packet[buffer_size:]
        return part

    def send(self, buffer: bytes | bytearray) -> int:
        """Write a packet, all of it or nothing."""
        if self.blocked:
            raise BlockingIOError
        if self._transport.is_closing():
            raise ConnectionError
        self.written = True
        self._transport.write(bytes(buffer))
        return len(buffer)

    def close(self) -> None:
        """The transport is closed by its owner."""

    def fileno(self) -> int:
        """There is none."""
        return -1

    def setblocking(self, flag: bool) -> None:
        """It never blocks."""


class PahoSession(Client):
    """One connection of Paho's client; another one needs another session."""

    def __init__(self, settings: MqttSettings, pipe: Pipe) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._pipe = pipe
        # Mosquitto hangs up on a client with more of them.
        self.max_inflight_messages_set(20)
        self.username_pw_set(settings.username, settings.password)  # type: ignore[arg-type]
        if settings.will is not None:
            self.will_set(*settings.will)

    def _create_socket(self) -> SocketLike:
        return self._pipe

    def begin(self, settings: MqttSettings) -> None:
        """Send the CONNECT packet."""
        # Paho only sends the keep-alive time on, a whole number: it is the connection that watches it.
        keepalive = max(1, round(settings.keepalive)) if settings.keepalive else 0
        self.connect(settings.url.host, settings.url.port, keepalive)

    def read(self, packet: bytes) -> None:
        """Handle a packet from the broker.

        Raises:
            MalformedError: Paho does not understand it.
        """
        self._pipe.put(packet)
        try:
            code = self.loop_read()
        except ValueError:
            # A topic that is not UTF-8.
            raise MalformedError("a topic that is not UTF-8") from None
        if code not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            raise MalformedError(f"a packet of type {packet[0] >> 4} that cannot be read")
