"""One AMQP connection on the I/O thread: what Proton's engine and the agent's endpoints have to tell each other.

After every command of the agent that opens or closes something the output is taken at once, because Proton itself
writes all attaches of a turn before all detaches, whatever their order was. Transfers and settlements that follow each
other share a turn, and with it a write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from uuid import uuid4

from proton import Condition, Connection, Event, EventType, Link, Session
from proton import Endpoint as ProtonEndpoint

from imp_runtime.config import NetworkConfig
from imp_runtime.net import proton_calls
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
    condition_text,
    establishment_failed,
    joined,
    not_amqp,
    transport_failure,
)
from imp_runtime.net.amqp_trace import FrameTrace
from imp_runtime.net.amqp_url import AmqpUrl
from imp_runtime.net.amqp_wire import Wire

_SESSION_EVENTS = frozenset({Event.SESSION_REMOTE_OPEN, Event.SESSION_REMOTE_CLOSE})
_LINK_EVENTS = frozenset({Event.LINK_REMOTE_OPEN, Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH})
# What happens once in a while, by number; of deliveries and credit there are others to take care.
_RARE_EVENTS = frozenset(
    kind.number
    for kind in (
        *_LINK_EVENTS,
        *_SESSION_EVENTS,
        Event.CONNECTION_REMOTE_OPEN,
        Event.CONNECTION_REMOTE_CLOSE,
        Event.TRANSPORT_ERROR,
    )
)
_EVENTS = _RARE_EVENTS | {proton_calls.DELIVERY, proton_calls.LINK_FLOW}

OPEN_TIMEOUT = 30.0
"""Seconds that a peer has for SASL and its open frame."""

CLOSE_TIMEOUT = 2.0
"""Seconds that a peer has to answer our close, or to say why it refused a link (decision A7)."""


class AmqpConnection:
    """A connection and everything on it.

    Every method runs on the I/O thread. `emit` is called with the notices of a turn, in order; `finished` once, when
    nothing is left of the connection; `turn_soon` asks for a call of `turn_if_due` when the agent's calls of this
    moment have run, and before any of them that opens or closes something.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        url: AmqpUrl,
        config: NetworkConfig,
        emit: Callable[[Sequence[Notice]], None],
        finished: Callable[[AmqpConnection], None],
        turn_soon: Callable[[AmqpConnection], None],
        trace: FrameTrace | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.url = url
        self.sessions: list[SessionNode] = []
        self._config = config
        self._emit = emit
        self._finished = finished
        self._ask_for_turn = turn_soon
        self._wire = Wire(url, self, trace)
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._dialing: asyncio.Task[None] | None = None
        self._by_session: dict[Session, SessionNode] = {}
        # By link key.
        self._by_link: dict[int, LinkNode] = {}
        self._to_free: list[Session | Link] = []
        self._notices: list[Notice] = []
        self._strangers: set[Session | Link] = set()
        self._link_names = count(1)
        self._closing = False
        self._close_timer: asyncio.TimerHandle | None = None
        # Receivers with credit to be given back in this turn.
        self._to_replenish: list[ReceiverNode] = []
        self._turn_is_due = False

    # The agent's commands.

    def start(self) -> None:
        """Connect."""
        self._dialing = self._loop.create_task(self._dial())

    async def _dial(self) -> None:
        try:
            await dial(self.url, self._config, lambda: self._wire)
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
            self.turn()

    def add_link(self, node: LinkNode) -> None:
        """Open a link, now or when its session is open."""
        node.session.links.append(node)
        if node.session.endpoint.state == OPEN:
            self._attach(node)
            self.turn()

    def send(self, node: SenderNode, transfer: int, payload: bytes) -> None:
        """Queue a message and send what credit allows."""
        node.queue.append((transfer, payload))
        self._pump(node)
        self._turn_soon()

    def settle(self, node: ReceiverNode, number: int, outcome: Outcome) -> None:
        """Settle a received message."""
        node.settle(number, outcome)
        self._replenish_soon(node)
        self._turn_soon()

    def close_link(self, node: LinkNode) -> None:
        """Close a link on the agent's behalf."""
        if node.closing or node.endpoint.state == CLOSED:
            return
        self._drop_queue(node)
        node.close()
        if node.link is None:
            self._forget_link(node)
        self.turn()

    def close_session(self, node: SessionNode) -> None:
        """Close a session and its links on the agent's behalf."""
        if node.closing or node.endpoint.state == CLOSED:
            return
        for link in node.links:
            self._drop_queue(link)
        node.close()
        if node.session is None:
            self._forget_session(node)
        self.turn()

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
        if self._wire.connection is None:
            if self._dialing is not None:
                self._dialing.cancel()
            self._finish()
            return
        self._wire.connection.close()
        self._limit_closing()
        self.turn()

    async def shutdown(self) -> None:
        """Close and wait until that is done; when cancelled, drop the socket."""
        self.close()
        try:
            await asyncio.shield(self._done)
        except asyncio.CancelledError:
            self._abort()
            raise

    # What the wire tells.

    def wire_is_up(self, connection: Connection) -> None:
        """See `WireOwner`."""
        if self._closing:
            self._wire.abort()
            return
        connection.open()
        self._close_timer = self._loop.call_later(OPEN_TIMEOUT, self._give_up_opening)
        self.turn()

    def wire_is_unreadable(self) -> None:
        """See `WireOwner`."""
        self._break_off("amqp:decode-error", "sent a frame that cannot be read")

    def wire_is_down(self, error: Exception | None) -> None:
        """See `WireOwner`."""
        if self.endpoint.state != CLOSED:
            how = "was reset" if isinstance(error, ConnectionError) else "was closed without a close frame"
            text = f"the connection to {self.url.place} {how}"
            if self.endpoint.state == OPENING:
                text = not_amqp(self.url, self._wire.greeting) or text
            # Links and sessions just close (core sheet, section 1.12).
            self._lose(text)
        self._finish()

    # A turn of the engine.

    def _turn_soon(self) -> None:
        """Take a turn after the agent's calls that wait now: one for many messages."""
        if not self._turn_is_due:
            self._turn_is_due = True
            self._ask_for_turn(self)

    def turn_if_due(self) -> None:
        """Do now what was put off: the agent is about to do something else."""
        if self._turn_is_due:
            self.turn()

    def turn(self) -> None:
        """Handle events and move output until there is neither, then tell the agent."""
        self._turn_is_due = False
        self.handle_events()
        self._replenish()
        self._wire.tick()
        while self._wire.flush() and self.handle_events():
            self._replenish()
        for freed in self._to_free:
            freed.free()
        self._to_free.clear()
        self._tell()

    def handle_events(self) -> bool:
        """Do what Proton's events ask for; True when there was anything but what Proton tells of itself."""
        handled = False
        events = self._wire.events
        while events is not None and (pointer := events.peek()):
            number = proton_calls.event_type(pointer)
            handled |= number in _EVENTS
            if number == proton_calls.DELIVERY:
                self._on_delivery(pointer)
            elif number == proton_calls.LINK_FLOW:
                node = self._by_link.get(proton_calls.event_link_key(pointer))
                if isinstance(node, SenderNode):
                    self._pump(node)
            elif number in _RARE_EVENTS:
                event = proton_calls.whole_event(pointer)
                self._handle(event, event.type)
            events.pop()
        return handled

    def _handle(self, event: Event, kind: EventType) -> None:
        if kind in _LINK_EVENTS:
            assert event.link is not None
            node = self._by_link.get(proton_calls.link_key(event.link))
            if node is None:
                self._on_stranger(event.link, opened=kind is Event.LINK_REMOTE_OPEN)
            elif kind is Event.LINK_REMOTE_OPEN:
                self._on_link_open(node)
            else:
                self._on_link_close(node, closed=kind is Event.LINK_REMOTE_CLOSE)
        elif kind in _SESSION_EVENTS:
            assert event.session is not None
            session = self._by_session.get(event.session)
            if session is None:
                self._on_stranger(event.session, opened=kind is Event.SESSION_REMOTE_OPEN)
            elif kind is Event.SESSION_REMOTE_OPEN:
                self._on_session_open(session)
            else:
                self._on_session_close(session)
        elif kind is Event.CONNECTION_REMOTE_OPEN:
            self._on_connection_open()
        elif kind is Event.CONNECTION_REMOTE_CLOSE:
            self._on_connection_close()
        elif kind is Event.TRANSPORT_ERROR:
            self._on_transport_error()

    def _tell(self) -> None:
        """Hand the notices of this turn to the agent; settlements in the order in which the messages were sent."""
        notices, self._notices = self._notices, []
        if not notices:
            return
        settled = iter(sorted((n for n in notices if isinstance(n, Settled)), key=lambda n: n.transfer))
        self._emit([next(settled) if isinstance(notice, Settled) else notice for notice in notices])

    # Proton's events.

    def _on_connection_open(self) -> None:
        connection = self._wire.connection
        if self.endpoint.state != OPENING or connection is None:
            return
        if establishment_failed(connection):
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
        connection = self._wire.connection
        self._wire.peer_is_done = True
        if self.endpoint.state == CLOSED or connection is None:
            return
        error = condition_text(connection)
        if error is None and self.endpoint.state == OPENING:
            error = f"{self.url.place} refused the connection"
        self._lose(error)
        connection.close()
        self._limit_closing()

    def _on_session_open(self, node: SessionNode) -> None:
        assert node.session is not None
        if node.begun:
            # A peer that begins a session twice.
            return
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
            self.turn()

    def _on_stranger(self, endpoint: Session | Link, *, opened: bool) -> None:
        """A session or link that the peer has opened of its own accord: it is refused."""
        if opened and endpoint.state & ProtonEndpoint.LOCAL_UNINIT:
            self._strangers.add(endpoint)
            endpoint.open()
            endpoint.condition = Condition("amqp:not-allowed", "an agent takes no sessions and links of its peer's")
            endpoint.close()
        elif not opened and endpoint in self._strangers:
            self._strangers.discard(endpoint)
            self._to_free.append(endpoint)

    def _on_delivery(self, event: proton_calls.Pointer) -> None:
        node = self._by_link.get(proton_calls.event_link_key(event))
        if node is None or node.violation is not None or (node.endpoint.state == CLOSED and not node.closing):
            # Not closed by the agent, but ended by the peer or with the connection: nothing is settled any more.
            return
        if isinstance(node, SenderNode):
            settled = node.settled(proton_calls.event_delivery(event))
            if settled is not None:
                self._notices.append(Settled(*settled))
        elif isinstance(node, ReceiverNode) and node.endpoint.state == OPEN:
            if node.take() and not node.endpoint.incoming_announced:
                node.endpoint.incoming_announced = True
                self._notices.append(Arrived(node.endpoint))
            self._replenish_soon(node)
        self._end_for_violation(node)

    def _end_for_violation(self, node: LinkNode) -> None:
        """End what the peer has spoiled, if it has."""
        if node.violation is None or node.endpoint.state == CLOSED:
            return
        condition, what = node.violation
        if isinstance(node, SenderNode):
            # A message of the peer's is mixed up with our own in Proton: the link is past saving.
            self._break_off(condition, what)
            return
        description = f"{self.url.place} {what}"
        self._end_link(node, joined(condition, description))
        node.refuse(condition, description)

    def _on_transport_error(self) -> None:
        transport = self._wire.transport
        self._wire.peer_is_done = True
        if self.endpoint.state != CLOSED and transport is not None:
            self._lose(transport_failure(transport, self.url, self._wire.greeting))
            # The peer may not even read any more.
            self._limit_closing()

    # Steps.

    def _begin(self, node: SessionNode) -> None:
        assert self._wire.connection is not None
        node.session = self._wire.connection.session()
        self._by_session[node.session] = node
        node.session.open()

    def _attach(self, node: LinkNode) -> None:
        link = node.attach(f"impsim-{next(self._link_names)}-{uuid4().hex[:12]}")
        self._by_link[proton_calls.link_key(link)] = node

    def _pump(self, node: SenderNode) -> None:
        self._notices.extend(Settled(transfer, None) for transfer in node.pump())

    def _replenish_soon(self, node: ReceiverNode) -> None:
        """One flow frame for all that is settled in this turn."""
        if node.credit_due and node not in self._to_replenish:
            self._to_replenish.append(node)

    def _replenish(self) -> None:
        for node in self._to_replenish:
            node.replenish()
        self._to_replenish.clear()

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

    def _break_off(self, condition: str, what: str) -> None:
        """End the whole connection because of what the peer did; `what` follows its name."""
        connection = self._wire.connection
        if self.endpoint.state != CLOSED and connection is not None:
            error = Condition(condition, f"{self.url.place} {what}")
            self._lose(joined(error.name, error.description))
            connection.condition = error
            connection.close()
            self._limit_closing()

    def _abandon(self, node: LinkNode) -> None:
        if isinstance(node, SenderNode):
            transfers = node.give_up()
            if transfers:
                self._notices.append(Abandoned(transfers, 0, node.address))

    def _forget_link(self, node: LinkNode) -> None:
        self._abandon(node)
        if node.link is not None:
            self._by_link.pop(proton_calls.link_key(node.link), None)
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
        self.turn()

    def _limit_closing(self) -> None:
        """From now on the peer has two seconds to close its half."""
        if self._close_timer is not None:
            self._close_timer.cancel()
        self._close_timer = self._loop.call_later(CLOSE_TIMEOUT, self._abort)

    def _abort(self) -> None:
        """The peer does not answer: drop the socket."""
        if not self._wire.abort() and not self._done.done():
            self._finish()

    def _finish(self) -> None:
        """Nothing is left of the connection: let go of everything of Proton's, on this thread."""
        if self._done.done():
            return
        self._done.set_result(None)
        for node in list(self.sessions):
            self._forget_session(node)
        if self._close_timer is not None:
            self._close_timer.cancel()
            self._close_timer = None
        self._to_free.clear()
        self._strangers.clear()
        self._by_link.clear()
        self._by_session.clear()
        self._wire.free()
        self._tell()
        self._finished(self)
