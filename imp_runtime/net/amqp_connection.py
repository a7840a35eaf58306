"""One AMQP connection on the I/O thread: Proton's engine between an asyncio socket and the agent's endpoints.

Proton is used without its reactor: bytes are pushed in, events are read off the collector, bytes are popped out. After
every command of the agent the output is taken at once, because Proton itself writes all attaches of a turn before all
detaches, whatever their order was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import count
from uuid import uuid4

from proton import Collector, Connection, Delivery, Event, EventType, Link, ProtonException, Session, Transport

from imp_runtime.config import NetworkConfig
from imp_runtime.net.amqp_dial import DialError, dial
from imp_runtime.net.amqp_endpoint import (
    CLOSED,
    OPEN,
    OPENING,
    Abandoned,
    Arrived,
    Closing,
    Ended,
    Endpoint,
    Notice,
    Opened,
    Outcome,
    Settled,
)
from imp_runtime.net.amqp_links import LinkNode, ReceiverNode, SenderNode, SessionNode
from imp_runtime.net.amqp_texts import (
    GREETING_LENGTH,
    condition_text,
    establishment_failed,
    not_amqp,
    redacted,
    transport_failure,
)
from imp_runtime.net.amqp_url import AmqpUrl

_log = logging.getLogger(__name__)

_SESSION_EVENTS = frozenset({Event.SESSION_REMOTE_OPEN, Event.SESSION_REMOTE_CLOSE})
_LINK_EVENTS = frozenset(
    {Event.LINK_REMOTE_OPEN, Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH, Event.LINK_FLOW, Event.DELIVERY}
)

OPEN_TIMEOUT = 30.0
"""Seconds that a peer has for SASL and its open frame."""

CLOSE_TIMEOUT = 2.0
"""Seconds that a peer has to answer our close, or to say why it refused a link (decision A7)."""


class AmqpConnection(asyncio.Protocol):
    """A connection and everything on it.

    Every method runs on the I/O thread. `emit` is called with the notices of a turn, in order; `finished` once, when
    nothing is left of the connection.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        url: AmqpUrl,
        config: NetworkConfig,
        emit: Callable[[Notice], None],
        finished: Callable[[AmqpConnection], None],
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.url = url
        self.sessions: list[SessionNode] = []
        self._config = config
        self._emit = emit
        self._finished = finished
        self._trace = trace
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._dialing: asyncio.Task[None] | None = None
        self._socket: asyncio.Transport | None = None
        self._connection: Connection | None = None
        self._transport: Transport | None = None
        self._collector: Collector | None = None
        self._by_session: dict[Session | None, SessionNode] = {}
        self._by_link: dict[Link | None, LinkNode] = {}
        self._to_free: list[Session | Link] = []
        self._notices: list[Notice] = []
        self._link_names = count(1)
        # The first bytes of the peer: what it is when it does not speak AMQP.
        self._greeting = b""
        self._closing = False
        self._peer_is_done = False
        self._write_paused = False
        self._close_timer: asyncio.TimerHandle | None = None
        self._tick_timer: asyncio.TimerHandle | None = None
        self._replenishing = False

    # The agent's commands.

    def start(self) -> None:
        """Connect."""
        self._dialing = self._loop.create_task(self._dial())

    async def _dial(self) -> None:
        try:
            await dial(self.url, self._config, lambda: self)
        except DialError as error:
            self._lose(str(error))
            self._finish()
        finally:
            self._dialing = None

    def add_session(self, node: SessionNode) -> None:
        """Open a session, now or when the connection is open."""
        self.sessions.append(node)
        if self.endpoint.state == OPEN:
            self._begin(node)
            self._turn()

    def add_link(self, node: LinkNode) -> None:
        """Open a link, now or when its session is open."""
        node.session.links.append(node)
        if node.session.endpoint.state == OPEN:
            self._attach(node)
            self._turn()

    def send(self, node: SenderNode, transfer: int, payload: bytes) -> None:
        """Queue a message and send what credit allows."""
        node.queue.append((transfer, payload))
        self._pump(node)
        self._turn()

    def settle(self, node: ReceiverNode, number: int, outcome: Outcome) -> None:
        """Settle a received message."""
        node.settle(number, outcome)
        self._replenish_soon(node)
        self._turn()

    def close_link(self, node: LinkNode) -> None:
        """Close a link on the agent's behalf."""
        if node.closing or node.endpoint.state == CLOSED:
            return
        self._drop_queue(node)
        node.close()
        if node.link is None:
            self._forget_link(node)
        self._turn()

    def close_session(self, node: SessionNode) -> None:
        """Close a session and its links on the agent's behalf."""
        if node.closing or node.endpoint.state == CLOSED:
            return
        for link in node.links:
            self._drop_queue(link)
        node.close()
        if node.session is None:
            self._forget_session(node)
        self._turn()

    def close(self) -> None:
        """Close everything on the agent's behalf; what the peer does not answer within two seconds is given up."""
        if self._closing or self.endpoint.state == CLOSED:
            return
        self._closing = True
        self.endpoint.state = CLOSED
        for node in self.sessions:
            for link in node.links:
                self._drop_queue(link)
            node.close()
        if self._connection is None:
            if self._dialing is not None:
                self._dialing.cancel()
            self._finish()
            return
        self._connection.close()
        self._limit_closing()
        self._turn()

    async def shutdown(self) -> None:
        """Close and wait until that is done; when cancelled, drop the socket."""
        self.close()
        try:
            await asyncio.shield(self._done)
        except asyncio.CancelledError:
            self._abort()
            raise

    # asyncio's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket (and TLS) is up: begin with SASL and the open frame."""
        assert isinstance(transport, asyncio.Transport)
        if self._closing:
            transport.abort()
            return
        self._socket = transport
        self._collector = Collector()
        connection = Connection()
        connection.collect(self._collector)
        connection.container = f"impsim-{uuid4()}"
        connection.hostname = self.url.host
        engine = Transport()
        sasl = engine.sasl()
        if self.url.user is None:
            sasl.allowed_mechs("ANONYMOUS")
        else:
            connection.user = self.url.user
            connection.password = self.url.password or ""
            sasl.allowed_mechs("PLAIN")
        # TLS is not Proton's, so it cannot know that the connection is encrypted.
        sasl.allow_insecure_mechs = True
        if self._trace is not None:
            engine.tracer = self._trace_frame
            engine.trace(Transport.TRACE_FRM)
        engine.bind(connection)
        connection.open()
        self._close_timer = self._loop.call_later(OPEN_TIMEOUT, self._give_up_opening)
        self._connection, self._transport = connection, engine
        self._turn()

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""
        if len(self._greeting) < GREETING_LENGTH:
            self._greeting += data[: GREETING_LENGTH - len(self._greeting)]
        engine = self._transport
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
            self._handle_events()
        self._turn()

    def pause_writing(self) -> None:
        """The socket's buffer is full."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self._write_paused = False
        self._turn()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone, by our doing or not."""
        self._socket = None
        if self.endpoint.state != CLOSED:
            how = "was reset" if isinstance(exc, ConnectionError) else "was closed without a close frame"
            text = f"the connection to {self.url.place} {how}"
            if self.endpoint.state == OPENING:
                self._lose(not_amqp(self.url, self._greeting) or text)
            else:
                # The script is told of a closed connection without a reason (core sheet, rules A3 and A4).
                _log.warning("%s", text)
                self._lose(None)
        self._finish()

    # A turn of the engine.

    def _turn(self) -> None:
        """Handle events and move output until there is neither, then tell the agent."""
        while True:
            self._handle_events()
            self._tick()
            if not self._flush():
                break
        for freed in self._to_free:
            freed.free()
        self._to_free.clear()
        self._tell()

    def _handle_events(self) -> None:
        collector = self._collector
        while collector is not None and (event := collector.peek()) is not None:
            self._handle(event, event.type)
            collector.pop()

    def _handle(self, event: Event, kind: EventType) -> None:
        if kind in _LINK_EVENTS:
            link = self._by_link.get(event.link)
            if link is not None:
                self._handle_link(link, event, kind)
        elif kind in _SESSION_EVENTS:
            session = self._by_session.get(event.session)
            if session is not None and kind is Event.SESSION_REMOTE_OPEN:
                self._on_session_open(session)
            elif session is not None:
                self._on_session_close(session)
        elif kind is Event.CONNECTION_REMOTE_OPEN:
            self._on_connection_open()
        elif kind is Event.CONNECTION_REMOTE_CLOSE:
            self._on_connection_close()
        elif kind is Event.TRANSPORT_ERROR:
            self._on_transport_error()

    def _handle_link(self, node: LinkNode, event: Event, kind: EventType) -> None:
        if kind is Event.LINK_REMOTE_OPEN:
            self._on_link_open(node)
        elif kind is Event.LINK_FLOW:
            if isinstance(node, SenderNode):
                self._pump(node)
        elif kind is Event.DELIVERY:
            if event.delivery is not None:
                self._on_delivery(node, event.delivery)
        else:
            self._on_link_close(node, closed=kind is Event.LINK_REMOTE_CLOSE)

    def _flush(self) -> bool:
        """Write what Proton has to say; True when that brought new events."""
        engine, sock = self._transport, self._socket
        while engine is not None:
            size = engine.pending()
            if size < 0:
                # Everything is said, which is so from our own close on; what the peer still has to say is waited for.
                if sock is not None and self._peer_is_done:
                    sock.close()
                break
            if size == 0 or self._write_paused or sock is None:
                break
            sock.write(bytes(engine.peek(size) or b""))
            engine.pop(size)
        return self._collector is not None and bool(self._collector.more())

    def _tick(self) -> None:
        """Heartbeats: let Proton look at the clock, and come back when it wants to."""
        if self._transport is None or self._socket is None:
            return
        if self._tick_timer is not None:
            self._tick_timer.cancel()
            self._tick_timer = None
        now = self._loop.time()
        deadline = self._transport.tick(now)
        if deadline:
            self._tick_timer = self._loop.call_later(max(0.001, deadline - now), self._turn)

    def _tell(self) -> None:
        """Hand the notices of this turn to the agent; settlements in the order in which the messages were sent."""
        notices, self._notices = self._notices, []
        settled = iter(sorted((n for n in notices if isinstance(n, Settled)), key=lambda n: n.transfer))
        for notice in notices:
            self._emit(next(settled) if isinstance(notice, Settled) else notice)

    # Proton's events.

    def _on_connection_open(self) -> None:
        assert self._connection is not None
        if self.endpoint.state != OPENING:
            return
        if establishment_failed(self._connection):
            # The close that says why follows; nothing is open until then, nor after.
            return
        if self._close_timer is not None:
            self._close_timer.cancel()
            self._close_timer = None
        self.endpoint.state = OPEN
        self._notices.append(Opened(self.endpoint))
        for node in self.sessions:
            self._begin(node)

    def _on_connection_close(self) -> None:
        assert self._connection is not None
        self._peer_is_done = True
        if self.endpoint.state == CLOSED:
            return
        error = condition_text(self._connection)
        if error is None and self.endpoint.state == OPENING:
            error = f"{self.url.place} refused the connection"
        self._lose(error)
        self._connection.close()
        self._limit_closing()

    def _on_session_open(self, node: SessionNode) -> None:
        assert node.session is not None
        node.begun = True
        if node.closing:
            node.session.close()
            return
        node.endpoint.state = OPEN
        self._notices.append(Opened(node.endpoint))
        for link in node.links:
            self._attach(link)

    def _on_session_close(self, node: SessionNode) -> None:
        assert node.session is not None
        if not node.closing:
            error = condition_text(node.session)
            if error is None and node.endpoint.state == OPENING:
                error = f"{self.url.place} refused the session"
            self._end_tree([node], error, "the session was ended")
            node.session.close()
        self._to_free.append(node.session)
        self._forget_session(node)

    def _on_link_open(self, node: LinkNode) -> None:
        if node.endpoint.state != OPENING:
            return
        if not node.has_terminus():
            # A refusal; the reason comes with the detach (AMQP 1.0 part 2, section 2.6.3).
            node.refusal_timer = self._loop.call_later(CLOSE_TIMEOUT, self._give_up_link, node)
            return
        node.endpoint.state = OPEN
        self._notices.append(Opened(node.endpoint))
        node.start()
        if isinstance(node, SenderNode):
            self._pump(node)

    def _on_link_close(self, node: LinkNode, *, closed: bool) -> None:
        """The peer has detached; `closed` False is the end of the link all the same (decision A13)."""
        assert node.link is not None
        if node.endpoint.state != CLOSED:
            self._end_link(node, condition_text(node.link))
            if closed:
                node.link.close()
            else:
                node.link.detach()
        self._to_free.append(node.link)
        self._forget_link(node)

    def _give_up_link(self, node: LinkNode) -> None:
        """The peer has refused a link and does not say why."""
        node.refusal_timer = None
        if node.endpoint.state == OPENING:
            self._end_link(node, None)
            node.close()
            self._turn()

    def _on_delivery(self, node: LinkNode, delivery: Delivery) -> None:
        if isinstance(node, SenderNode):
            settled = node.settled(delivery)
            if settled is not None:
                self._notices.append(Settled(*settled))
        elif isinstance(node, ReceiverNode) and node.endpoint.state == OPEN:
            if node.take() and not node.endpoint.incoming_announced:
                node.endpoint.incoming_announced = True
                self._notices.append(Arrived(node.endpoint))
            self._replenish_soon(node)

    def _on_transport_error(self) -> None:
        assert self._transport is not None
        self._peer_is_done = True
        if self.endpoint.state != CLOSED:
            self._lose(transport_failure(self._transport, self.url, self._greeting))

    # Steps.

    def _begin(self, node: SessionNode) -> None:
        assert self._connection is not None
        node.session = self._connection.session()
        self._by_session[node.session] = node
        node.session.open()

    def _attach(self, node: LinkNode) -> None:
        link = node.attach(f"impsim-{next(self._link_names)}-{uuid4().hex[:12]}")
        self._by_link[link] = node

    def _pump(self, node: SenderNode) -> None:
        self._notices.extend(Settled(transfer, None) for transfer in node.pump())

    def _replenish_soon(self, node: ReceiverNode) -> None:
        """One flow frame for all that is settled in this round of the loop."""
        if node.credit_due and not self._replenishing:
            self._replenishing = True
            self._loop.call_soon(self._replenish)

    def _replenish(self) -> None:
        self._replenishing = False
        for session in self.sessions:
            for node in session.links:
                if isinstance(node, ReceiverNode):
                    node.replenish()
        self._turn()

    def _drop_queue(self, node: LinkNode) -> None:
        """The agent closes a sender: what credit allowed is sent, the rest never will be (decision A15)."""
        if isinstance(node, SenderNode) and node.queue and not node.closing:
            transfers = tuple(transfer for transfer, _ in node.queue)
            node.queue.clear()
            self._notices.append(Abandoned(transfers, len(transfers), node.address))

    def _end_link(self, node: LinkNode, error: str | None) -> None:
        """The peer ended one link."""
        if error is None and node.endpoint.state == OPENING:
            error = f"{self.url.place} refused the link to '{node.address}'"
        node.endpoint.state = CLOSED
        self._notices += [Closing((node.endpoint,)), Ended(node.endpoint, error)]

    def _end_tree(
        self, nodes: list[SessionNode], error: str | None, otherwise: str, root: Endpoint | None = None
    ) -> None:
        """Sessions and their links end together, `root` (the connection) last: first all states, then all events.

        `error` is told to the root, or to the session when there is no root. What was open just closes; what was still
        opening is told the error, or `otherwise` when there is none.
        """
        ended: list[Ended] = []
        for node in nodes:
            for link in node.links:
                if link.endpoint.state != CLOSED:
                    ended.append(Ended(link.endpoint, None if link.endpoint.state == OPEN else error or otherwise))
            if node.endpoint.state != CLOSED:
                mine = error if root is None else None
                ended.append(Ended(node.endpoint, mine if node.endpoint.state == OPEN else error or otherwise))
        if root is not None:
            ended.append(Ended(root, error))
        for end in ended:
            end.endpoint.state = CLOSED
        self._notices.append(Closing(tuple(end.endpoint for end in ended)))
        self._notices += ended

    def _lose(self, error: str | None) -> None:
        """The whole connection ends, not by our doing."""
        if not self._closing and self.endpoint.state != CLOSED:
            self._end_tree(self.sessions, error, f"the connection to {self.url.place} was closed", self.endpoint)

    def _abandon(self, node: LinkNode) -> None:
        if isinstance(node, SenderNode):
            transfers = node.give_up()
            if transfers:
                self._notices.append(Abandoned(transfers, 0, node.address))

    def _forget_link(self, node: LinkNode) -> None:
        self._abandon(node)
        if node.link is not None:
            self._by_link.pop(node.link, None)
        if node in node.session.links:
            node.session.links.remove(node)
        node.finish()

    def _forget_session(self, node: SessionNode) -> None:
        for link in list(node.links):
            self._forget_link(link)
        if node.session is not None:
            self._by_session.pop(node.session, None)
            node.session = None
        if node in self.sessions:
            self.sessions.remove(node)

    def _give_up_opening(self) -> None:
        self._lose(f"{self.url.place} accepted the connection but did not open it within {OPEN_TIMEOUT:.0f} seconds")
        self._abort()
        self._turn()

    def _limit_closing(self) -> None:
        """From now on the peer has two seconds to close its half."""
        if self._close_timer is not None:
            self._close_timer.cancel()
        self._close_timer = self._loop.call_later(CLOSE_TIMEOUT, self._abort)

    def _abort(self) -> None:
        """The peer does not answer: drop the socket."""
        if self._socket is not None:
            self._socket.abort()
        elif not self._done.done():
            self._finish()

    def _finish(self) -> None:
        """Nothing is left of the connection: let go of everything of Proton's, on this thread."""
        if self._done.done():
            return
        self._done.set_result(None)
        for node in list(self.sessions):
            self._forget_session(node)
        for timer in (self._close_timer, self._tick_timer):
            if timer is not None:
                timer.cancel()
        self._close_timer = self._tick_timer = None
        self._to_free.clear()
        self._by_link.clear()
        self._by_session.clear()
        if self._transport is not None:
            self._transport.unbind()
        if self._connection is not None:
            self._connection.free()
        self._connection = self._transport = self._collector = None
        self._tell()
        self._finished(self)

    def _trace_frame(self, _: Transport, text: str) -> None:
        if self._trace is not None:
            self._trace(redacted(text))
