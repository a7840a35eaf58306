"""One connection of a client to the agent's URL: h11 knows HTTP, asyncio has the socket, this is what lies between."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

import h11

Headers = Sequence[tuple[bytes, bytes]]

# Bytes that a client may send ahead while its request is being answered.
_MOST_AHEAD: Final = 64 * 1024
# Bytes of the head of a request.
_LONGEST_HEAD: Final = 64 * 1024
# Seconds for which a client that was turned away may go on sending, so that it can read why.
_LINGER_TIME: Final = 2.0
# What HTTP itself says about the body, and so the script cannot.
_FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})
_WITHOUT_BODY: Final = frozenset({204, 205, 304})


class Rate(Protocol):
    """A rate limit: `imp_runtime.api.http_limits.Bucket`."""

    def take(self) -> bool:
        """Whether one more is allowed now."""
        ...


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What clients may do; times in seconds.

    * `body`: bytes of a request's body (http sheet, section 1.1)
    * `connections`: at once
    * `read_time`: for a request to come in, once it has begun
    * `idle_time`: between two requests of a connection
    * `write_time`: for which a client may take nothing of its answer
    * `answer_time`: for the agent to answer; None for as long as the client waits
    * `rate`: of requests; None for any
    """

    body: int = 512 * 1024
    connections: int = 1000
    read_time: float = 60.0
    idle_time: float = 75.0
    write_time: float = 60.0
    answer_time: float | None = None
    rate: Rate | None = None


class Incoming:
    """A whole request, which waits for its answer. Only on the I/O thread."""

    def __init__(self, connection: Connection, method: bytes, target: bytes, headers: Headers, body: bytes) -> None:
        self._connection: Connection | None = connection
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body

    def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer. Only the first answer counts; nothing happens when the client has gone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.answer(status, headers, body)

    def forget(self) -> None:
        """The client has gone."""
        self._connection = None


class Connection(asyncio.Protocol):
    """Reads one request after the other, and answers each before it looks at the next."""

    def __init__(
        self,
        limits: ServerLimits,
        dispatch: Callable[[Incoming], None],
        connections: set[Connection],
        *,
        crowded: bool,
    ) -> None:
        """The connection adds itself to `connections` while it lasts; one that is too many is turned away."""
        self._limits = limits
        self._dispatch = dispatch
        self._connections = connections
        self._crowded = crowded
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        self._transport: asyncio.Transport
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._waiting: Incoming | None = None
        self._reading = False
        # A request has begun to come in, and its time runs.
        self._begun = True
        self._ahead = 0
        self._leaving = False
        self._ending = False
        self._blocked = False
        self._timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self.closed = asyncio.Event()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)
        # asyncio does it only for sockets that were made with the protocol's number.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._crowded:
            self._turn_away(503, "too many connections")
        else:
            self._set_timer(self._limits.read_time, self._too_slow)

    def connection_lost(self, error: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._stop_timers()
        self._connections.discard(self)
        if self._waiting is not None:
            self._waiting.forget()
            self._waiting = None
        self.closed.set()

    def data_received(self, data: bytes) -> None:
        """Something has come in."""
        if self._leaving:
            return
        if self._waiting is not None:
            self._ahead += len(data)
            if self._ahead > _MOST_AHEAD:
                self._transport.pause_reading()
        elif not self._begun:
            self._begun = True
            self._set_timer(self._limits.read_time, self._too_slow)
        self._feed(data)

    def eof_received(self) -> bool:
        """The client sends no more; it may still wait for its answer."""
        if self._leaving:
            return False
        self._feed(b"")
        return self._waiting is not None

    def pause_writing(self) -> None:
        """The client does not take its answer as quickly as it is given."""
        self._blocked = True
        loop = asyncio.get_running_loop()
        self._write_timer = loop.call_later(self._limits.write_time, self._transport.abort)

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        self._blocked = False
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        if self._waiting is None and not self._leaving:
            self._next_request()

    # Reading.

    def _feed(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            if self._waiting is None:
                self._read()
        except h11.RemoteProtocolError as error:
            self._malformed(error)

    def _read(self) -> None:
        """Take what h11 has made of the bytes, up to a request that is not answered at once."""
        if self._reading:
            # Answered from within: the loop below goes on with the next request.
            return
        self._reading = True
        try:
            while self._waiting is None and not self._leaving and not self._blocked:
                event = self._http.next_event()
                if isinstance(event, h11.Request):
                    self._begin(event)
                elif isinstance(event, h11.Data):
                    self._body += event.data
                    if len(self._body) > self._limits.body:
                        self._turn_away(413, "the body is too long")
                elif isinstance(event, h11.EndOfMessage):
                    self._complete()
                elif isinstance(event, h11.ConnectionClosed):
                    self._leave()
                else:
                    if event is h11.NEED_DATA and self._http.they_are_waiting_for_100_continue:
                        self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
                    return
        finally:
            self._reading = False

    def _begin(self, head: h11.Request) -> None:
        self._head = head
        lengths = [value for name, value in head.headers if name == b"content-length"]
        if lengths and int(lengths[0]) > self._limits.body:
            self._turn_away(413, "the body is too long")

    def _complete(self) -> None:
        head = self._head
        assert head is not None
        body = bytes(self._body)
        self._body.clear()
        self._waiting = Incoming(self, head.method, head.target, list(head.headers), body)
        self._set_timer(self._limits.answer_time, self._unanswered)
        self._dispatch(self._waiting)

    # Answering.

    def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer the request that waits, and go on to the next."""
        assert self._head is not None
        self._waiting = None
        method = self._head.method
        fields = [(name, value) for name, value in headers if name.lower() not in _FRAMING]
        if status not in _WITHOUT_BODY:
            fields.append((b"Content-Length", str(len(body)).encode()))
        tunnel = method == b"CONNECT" and 200 <= status < 300
        if self._ending or tunnel:
            fields.append((b"Connection", b"close"))
        head = h11.Response(status_code=status, headers=fields, reason=_reason(status))
        if tunnel:
            # For h11 this is no HTTP any more; for the script it was a request like every other.
            self._write(head)
            self._transport.write(body)
            self._leave()
            return
        bodiless = method == b"HEAD" or status in _WITHOUT_BODY
        self._write(head, *([] if bodiless else [h11.Data(data=body)]), h11.EndOfMessage())
        self._next_request()

    def end(self) -> None:
        """The agent has ended: answer what waits, and close."""
        self._ending = True
        if self._waiting is not None:
            self._waiting.answer(503, (), b"the agent has ended\n")
        self._leave()

    def abort(self) -> None:
        """Close at once, whatever is unwritten."""
        self._transport.abort()

    def _next_request(self) -> None:
        if self._blocked or self._leaving:
            return
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            if self._head is not None:
                self._leave()
            return
        self._http.start_next_cycle()
        self._head = None
        self._begun = False
        self._ahead = 0
        if not self._transport.is_reading():
            self._transport.resume_reading()
        self._set_timer(self._limits.idle_time, self._leave)
        try:
            self._read()
        except h11.RemoteProtocolError as error:
            self._malformed(error)

    def _unanswered(self) -> None:
        if self._waiting is not None:
            self._waiting.answer(504, (), b"the agent did not answer in time\n")

    # Sending clients away.

    def _malformed(self, error: h11.RemoteProtocolError) -> None:
        if self._waiting is not None or self._leaving:
            # What follows a request that is being answered: it is dealt with after the answer.
            return
        self._turn_away(error.error_status_hint, "this is not HTTP that an agent understands")

    def _too_slow(self) -> None:
        if self._head is None and not self._http.trailing_data[0]:
            self._leave()
        else:
            self._turn_away(408, "the request took too long to come in")

    def _turn_away(self, status: int, why: str) -> None:
        """Say what is wrong, and close as soon as the client has had time to read it."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"{why}\n".encode()
            fields = [
                (b"Content-Type", b"text/plain"),
                (b"Content-Length", b"%d" % len(body)),
                (b"Connection", b"close"),
            ]
            head = h11.Response(status_code=status, headers=fields, reason=_reason(status))
            bodiless = self._head is not None and self._head.method == b"HEAD"
            self._write(head, *([] if bodiless else [h11.Data(data=body)]), h11.EndOfMessage())
        self._leaving = True
        # Closed at once, unread data would make the system throw away what the client has not read yet.
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
        self._set_timer(_LINGER_TIME, self._transport.close)

    def _leave(self) -> None:
        """Close when everything is written."""
        self._leaving = True
        self._set_timer(self._limits.write_time, self._transport.abort)
        self._transport.close()

    # Helpers.

    def _write(self, *events: h11.Event) -> None:
        self._transport.write(b"".join(self._http.send(event) or b"" for event in events))

    def _set_timer(self, seconds: float | None, action: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, action)

    def _stop_timers(self) -> None:
        for timer in (self._timer, self._write_timer):
            if timer is not None:
                timer.cancel()


def _reason(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""
