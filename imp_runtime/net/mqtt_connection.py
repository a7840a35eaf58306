"""One MQTT connection on the I/O thread: Paho's protocol between an asyncio socket and the agent's client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Final

from paho.mqtt.client import MQTTMessage

from imp_runtime.config import NetworkConfig
from imp_runtime.net.amqp_dial import DialError, dial
from imp_runtime.net.loop import IoThread
from imp_runtime.net.mqtt_notices import (
    FAILURE,
    LOST_FRAMING,
    LOST_SIZE,
    LOST_SOCKET,
    Arrived,
    Closed,
    Connected,
    Down,
    Lost,
    MqttSettings,
    Notice,
    Refused,
    Unconfirmed,
)
from imp_runtime.net.mqtt_outgoing import Outgoing
from imp_runtime.net.mqtt_packets import (
    CONNACK,
    MOST_PAYLOAD,
    PINGREQ,
    PUBACK,
    PUBCOMP,
    PUBLISH,
    PUBREL,
    MalformedError,
    OversizedError,
    PacketReader,
)
from imp_runtime.net.mqtt_paho import PahoSession, Pipe

OPEN_TIMEOUT: Final = 30.0
"""Seconds that a broker has to answer our CONNECT."""

CLOSE_TIMEOUT: Final = 2.0
"""Seconds in which a message must be confirmed, and then a broker must take our DISCONNECT, when we close."""

_MOST_UNRELEASED: Final = 64 * 1024 * 1024
"""Bytes of messages with QoS 2 that the broker has sent and not released."""

_MOST_UNTAKEN: Final = 100
"""Messages that wait for the script before nothing more is read from the broker."""

_MOST_UNTAKEN_BYTES: Final = 4 * 1024 * 1024

_REFUSALS: Final = {
    1: "does not speak MQTT 3.1.1",
    2: "rejected the client id",
    3: "is not available",
    4: "refused the user name or the password",
    5: "does not authorise this client",
}


class _Phase(Enum):
    DIALING = 1
    # The socket is there; the broker has not answered yet.
    OPENING = 2
    UP = 3
    # The agent wants it closed; something is still to be confirmed.
    FINISHING = 4
    # Our DISCONNECT is on its way.
    LEAVING = 5
    OVER = 6


class MqttConnection(asyncio.Protocol):
    """A connection, from `connect` to its end; it is not used again.

    It is made on the agent's thread and works on the I/O thread: the methods named `ask_...` may be called from any
    thread and return at once, all others run there. `emit` is called there, with the connection and the notices of one
    moment in order. It must not hold the agent's client.
    """

    def __init__(
        self,
        io: IoThread,
        config: NetworkConfig,
        settings: MqttSettings,
        emit: Callable[[MqttConnection, Sequence[Notice]], None],
    ) -> None:
        self.settings = settings
        self._io = io
        self._config = config
        self._emit = emit
        self._phase = _Phase.DIALING
        self._loop: asyncio.AbstractEventLoop
        self._done: asyncio.Future[None]
        self._dialing: asyncio.Task[None] | None = None
        self._socket: asyncio.Transport | None = None
        self._pipe: Pipe
        self._paho: PahoSession | None = None
        self._reader = PacketReader()
        self._greeting = b""
        self._timer: asyncio.TimerHandle | None = None
        self._pulse: asyncio.TimerHandle | None = None
        self._heard = False
        self._awaited = False
        self._stalled = False
        # The agent does not want to hear of it any more: its client was released.
        self._deserted = False
        self._notices: list[Notice] = []
        self._outgoing = Outgoing()
        # Sizes of messages with QoS 2 that the broker has sent and not released, by packet identifier.
        self._unreleased: dict[int, int] = {}
        self._unreleased_bytes = 0
        self._untaken = 0
        self._untaken_bytes = 0
        self._reading_paused = False
        self._hung_up = False

    # What the agent's thread asks for.

    def ask_connect(self) -> None:
        """Connect; `Connected` or `Refused` tells what came of it."""
        self._io.call(self._start)

    def ask_publish(self, number: int, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        """Send a message; `Done` with its number tells the result."""
        self._io.call_in_time(self._publish, number, topic, payload, qos, retain)

    def ask_subscribe(self, number: int, filters: Sequence[tuple[str, int]]) -> None:
        """Subscribe to filters, each with its QoS; `Subscribed` with the number tells the result."""
        self._io.call(self._subscribe, number, filters)

    def ask_unsubscribe(self, number: int, filters: Sequence[str]) -> None:
        """Unsubscribe; `Done` with the number tells the result."""
        self._io.call(self._unsubscribe, number, filters)

    def taken(self, message: Arrived) -> None:
        """The script is done with a message; from any thread."""
        self._io.call_in_time(self._taken, message)

    def ask_close(self) -> None:
        """Close when everything is confirmed, or when nothing was for two seconds; `Closed` tells the end."""
        self._io.call(self._close)

    def desert(self) -> None:
        """Send what there is, then DISCONNECT, and tell nothing but `Unconfirmed`; from any thread."""
        self._io.call(self._desert)

    # On the I/O thread.

    def _start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        self._io.add(self)
        self._dialing = self._io.spawn(self._dial())

    async def _dial(self) -> None:
        try:
            await dial(self.settings.url, self._config, lambda: self)
        except DialError as error:
            if self._phase is _Phase.DIALING:
                self._refuse(FAILURE, str(error))
                self._finish()
        finally:
            self._dialing = None

    def _publish(self, number: int, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        self._notices += self._outgoing.publish(number, topic, payload, qos, retain)
        self._settle()

    def _subscribe(self, number: int, filters: Sequence[tuple[str, int]]) -> None:
        self._notices += self._outgoing.subscribe(number, filters)
        self._settle()

    def _unsubscribe(self, number: int, filters: Sequence[str]) -> None:
        self._notices += self._outgoing.unsubscribe(number, filters)
        self._settle()

    def _taken(self, message: Arrived) -> None:
        self._untaken -= 1
        self._untaken_bytes -= len(message.payload)
        if self._phase not in (_Phase.UP, _Phase.FINISHING) or self._paho is None or self._socket is None:
            return
        if message.qos:
            self._paho.ack(message.packet_id, message.qos)
        if self._reading_paused and self._untaken <= _MOST_UNTAKEN // 2:
            self._reading_paused = False
            # What came meanwhile has not been read yet.
            self._heard, self._awaited = True, False
            self._socket.resume_reading()

    def _close(self) -> None:
        if self._phase is _Phase.UP:
            self._phase = _Phase.FINISHING
            self._outgoing.session = None
            self._limit(CLOSE_TIMEOUT, self._leave)
            self._settle()
        else:
            self._give_up_opening()

    def _desert(self) -> None:
        self._deserted = True
        if self._phase in (_Phase.UP, _Phase.FINISHING):
            self._leave()
        else:
            self._give_up_opening()

    def _give_up_opening(self) -> None:
        """Close a connection that the broker has not accepted yet; one that is over stays as it is."""
        if self._phase is _Phase.DIALING:
            self._phase = _Phase.OVER
            if self._dialing is not None:
                self._dialing.cancel()
            self._notices.append(Closed())
            self._finish()
        elif self._phase is _Phase.OPENING:
            self._phase = _Phase.LEAVING
            self._abort()

    def _leave(self) -> None:
        """Send DISCONNECT after everything that was to be sent, and close the socket."""
        assert self._paho is not None and self._socket is not None
        self._phase = _Phase.LEAVING
        self._outgoing.session = None
        self._limit(CLOSE_TIMEOUT, self._abort)
        self._paho.disconnect()
        self._settle()

    async def shutdown(self) -> None:
        """Say goodbye and wait until the socket is closed; when cancelled, drop it."""
        self._desert()
        try:
            await asyncio.shield(self._done)
        except asyncio.CancelledError:
            self._abort()
            raise

    # asyncio's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket (and TLS) is up: send CONNECT."""
        assert isinstance(transport, asyncio.Transport)
        if self._phase is not _Phase.DIALING:
            transport.abort()
            return
        self._socket = transport
        self._phase = _Phase.OPENING
        self._pipe = Pipe(transport)
        paho = PahoSession(self.settings, self._pipe)
        paho.on_message = self._on_message
        paho.on_subscribe = self._on_subscribe
        paho.on_unsubscribe = self._on_unsubscribe
        self._paho = paho
        self._limit(OPEN_TIMEOUT, self._no_answer)
        paho.begin(self.settings)

    def data_received(self, data: bytes) -> None:
        """Bytes from the broker are there."""
        self._heard = True
        if len(self._greeting) < 2:
            self._greeting += data[:2]
        try:
            for packet in self._reader.feed(data):
                if self._phase is _Phase.OVER:
                    return
                if self._phase is _Phase.LEAVING:
                    self._handle_late(packet)
                else:
                    self._handle(packet)
        except (MalformedError, OversizedError) as error:
            if self._phase is _Phase.OPENING:
                self._refuse(FAILURE, self._not_mqtt() or f"{self._place} does not speak MQTT")
            elif isinstance(error, OversizedError):
                self._lose(LOST_SIZE, f"{self._place} sent a message of more than {MOST_PAYLOAD} bytes")
            else:
                self._lose(LOST_FRAMING, f"{self._place} sent {error}")
        self._settle()

    def pause_writing(self) -> None:
        """The socket's buffer is full."""
        self._pipe.blocked = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._pipe.blocked = False
        if self._paho is not None and self._phase is not _Phase.OVER:
            self._paho.loop_write()
            self._settle()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone, by our doing or not."""
        if self._phase is _Phase.OPENING:
            self._refuse(FAILURE, self._not_mqtt() or f"{self._place} closed the connection without an answer")
        elif self._phase is _Phase.UP:
            how = "was reset" if isinstance(exc, ConnectionError) else "was closed by the broker"
            self._lose(LOST_SOCKET, f"the connection to {self._place} {how}")
        elif self._phase is not _Phase.OVER:
            self._phase = _Phase.OVER
            if self._deserted and self._outgoing.unconfirmed:
                self._notices.append(Unconfirmed(self._outgoing.unconfirmed))
            self._notices += self._outgoing.drop()
            self._notices.append(Closed())
        self._socket = None
        self._finish()

    # Packets.

    def _handle(self, packet: bytes) -> None:
        assert self._paho is not None
        kind = packet[0] >> 4
        if (kind == CONNACK) is not (self._phase is _Phase.OPENING):
            raise MalformedError(f"a packet of type {kind} at the wrong time")
        if kind == CONNACK and packet[3]:
            # A code that MQTT 3.1.1 does not have says no more than that there is no connection.
            code = packet[3] if packet[3] in _REFUSALS else FAILURE
            self._refuse(code, f"{self._place} {_REFUSALS.get(code, 'refused the connection')}")
            return
        packet_id = int.from_bytes(packet[2:4])
        if kind == PUBREL:
            self._unreleased_bytes -= self._unreleased.pop(packet_id, 0)
        self._paho.read(packet)
        if kind == CONNACK:
            self._open()
        elif kind == PUBLISH:
            self._watch_unreleased(packet)
        elif kind in (PUBACK, PUBCOMP):
            self._notices += self._outgoing.confirmed(packet_id)
            if self._phase is _Phase.FINISHING:
                self._limit(CLOSE_TIMEOUT, self._leave)

    def _handle_late(self, packet: bytes) -> None:
        """What comes after our DISCONNECT; Paho takes nothing any more."""
        if packet[0] >> 4 in (PUBACK, PUBCOMP):
            self._notices += self._outgoing.confirmed(int.from_bytes(packet[2:4]), late=True)

    def _open(self) -> None:
        self._phase = _Phase.UP
        self._outgoing.session = self._paho
        if self._timer is not None:
            self._timer.cancel()
        self._notices.append(Connected())
        if self.settings.keepalive:
            self._pulse = self._loop.call_later(self.settings.keepalive / 2, self._beat)

    def _watch_unreleased(self, packet: bytes) -> None:
        """Messages with QoS 2 are kept until the broker releases them: it must not make us keep any amount."""
        if (packet[0] >> 1) & 3 != 2:
            return
        length_end = next(index for index in range(1, len(packet)) if packet[index] < 0x80) + 1
        topic_end = length_end + 2 + int.from_bytes(packet[length_end : length_end + 2])
        packet_id = int.from_bytes(packet[topic_end : topic_end + 2])
        self._unreleased_bytes += len(packet) - self._unreleased.get(packet_id, 0)
        self._unreleased[packet_id] = len(packet)
        if self._unreleased_bytes > _MOST_UNRELEASED:
            raise OversizedError

    def _on_message(self, client: Any, userdata: Any, message: MQTTMessage) -> None:
        topic = message.topic
        if "\0" in topic:
            raise MalformedError("a topic with a zero byte")
        payload = bytes(message.payload)
        if len(payload) > MOST_PAYLOAD:
            raise OversizedError
        self._untaken += 1
        self._untaken_bytes += len(payload)
        arrived = Arrived(topic, payload, message.qos, message.retain, message.dup, message.mid)
        self._notices.append(arrived)
        if self._untaken >= _MOST_UNTAKEN or self._untaken_bytes >= _MOST_UNTAKEN_BYTES:
            assert self._socket is not None
            if not self._reading_paused:
                self._reading_paused = True
                self._socket.pause_reading()

    def _on_subscribe(self, client: Any, userdata: Any, packet_id: int, reasons: Any, properties: Any) -> None:
        self._notices += self._outgoing.subscribed(packet_id, reasons)

    def _on_unsubscribe(self, client: Any, userdata: Any, packet_id: int, reasons: Any, properties: Any) -> None:
        self._notices += self._outgoing.unsubscribed(packet_id)

    # Time.

    def _limit(self, seconds: float, action: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, action)

    def _no_answer(self) -> None:
        if self._phase is _Phase.OPENING:
            self._refuse(FAILURE, f"{self._place} does not answer")
            self._settle()

    def _beat(self) -> None:
        """Twice in the keep-alive time: ask a silent broker for a sign of life, and take one that gives none for gone.

        While the script does not take what came, nothing is read, and a broker's silence means nothing.
        """
        if self._phase not in (_Phase.UP, _Phase.FINISHING) or self._socket is None:
            return
        # A full buffer from which nothing went out: then there is no asking either.
        stalled = self._pipe.blocked and not self._pipe.written
        if not self._heard and not self._reading_paused and (self._awaited or (stalled and self._stalled)):
            self._lose(LOST_SOCKET, f"{self._place} does not answer any more (keep-alive)")
            self._settle()
            return
        self._stalled = stalled
        silent = self._reading_paused or not (self._heard and self._pipe.written)
        self._awaited = silent and not self._pipe.blocked
        if self._awaited:
            self._socket.write(PINGREQ)
        self._heard = self._pipe.written = False
        self._pulse = self._loop.call_later(self.settings.keepalive / 2, self._beat)

    # Ends.

    @property
    def _place(self) -> str:
        return self.settings.url.place

    def _not_mqtt(self) -> str | None:
        """What a peer is that did not begin with a CONNACK; None when it may be a broker."""
        url = self.settings.url
        if not url.tls and not self._greeting:
            return f"{url.place} closed the connection at once; the port may want TLS: try ssl://"
        if not url.tls and self._greeting[:1] == b"\x15":
            return f"{url.place} does not speak plain MQTT; the port may want TLS: try ssl://"
        return None

    def _refuse(self, code: int, text: str) -> None:
        """There will be no connection."""
        self._phase = _Phase.OVER
        self._notices.append(Refused(code, text))
        self._abort()

    def _lose(self, code: int, text: str) -> None:
        """The connection is lost, or not worth keeping: MQTT 3.1.1 has no way to tell a broker why."""
        if self._phase is not _Phase.UP:
            # The agent wants it closed anyway.
            self._abort()
            return
        self._phase = _Phase.OVER
        self._notices.append(Down())
        self._notices += self._outgoing.drop()
        self._notices.append(Lost(code, text))
        self._abort()

    def _settle(self) -> None:
        """After anything happened: tell the agent, and close what was only waiting for it."""
        self._notices += self._outgoing.sent()
        if self._phase is _Phase.FINISHING and self._outgoing.is_idle:
            self._leave()
            return
        if self._phase is _Phase.LEAVING and self._paho is not None and self._paho.socket() is None:
            self._hang_up()
        self._tell()

    def _hang_up(self) -> None:
        """Close the socket after our DISCONNECT, when the broker does: with unread data it would be a reset."""
        if self._socket is None or self._hung_up:
            return
        self._hung_up = True
        if not self._socket.can_write_eof():
            # TLS closes in this way by itself.
            self._socket.close()
            return
        self._socket.write_eof()
        if self._reading_paused:
            self._reading_paused = False
            self._socket.resume_reading()

    def _tell(self) -> None:
        if self._notices:
            notices, self._notices = self._notices, []
            self._emit(self, notices)

    def _abort(self) -> None:
        if self._socket is not None:
            self._socket.abort()

    def _finish(self) -> None:
        """Nothing is left of the connection."""
        for timer in (self._timer, self._pulse):
            if timer is not None:
                timer.cancel()
        self._timer = self._pulse = None
        # The two hold each other, and nobody collects cycles while an agent runs.
        self._paho = None
        self._tell()
        if not self._done.done():
            self._done.set_result(None)
            self._io.remove(self)
