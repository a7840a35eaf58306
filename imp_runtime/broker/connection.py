"""One connection of a peer: a socket on one side, a Proton connection without its reactor on the other.

Bytes that arrive go through the opening (`sasl.py`), then into a Proton transport; the events that come out are handled
at once; what Proton wants sent is written to the socket. Everything runs on the broker's event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from proton import (
    Collector,
    Condition,
    Connection,
    Delivery,
    Endpoint,
    Event,
    Link,
    Receiver,
    Sender,
    Session,
    Terminus,
    Transport,
)

from imp_runtime.broker.cbs import CBS_ADDRESS, TokenPolicy
from imp_runtime.broker.events import EventName
from imp_runtime.broker.links import CbsTarget, IncomingLink, OutgoingLink, QueueTarget, RelayTarget, Target
from imp_runtime.broker.profile import NodeRefused
from imp_runtime.broker.queue import Queue
from imp_runtime.broker.sasl import Credentials, ServerHandshake

if TYPE_CHECKING:
    from imp_runtime.broker.broker import Broker

CONTAINER_ID = "impsim-broker"
_MAX_FRAME_SIZE = 64 * 1024
_MAX_CHANNEL = 1023
_OUTPUT_LIMIT = 1024 * 1024
"""Bytes a session may have waiting before it gets no further messages; the peer reads too slowly."""


class ClientConnection(asyncio.Protocol):
    """A peer of the broker."""

    def __init__(self, broker: Broker, name: str) -> None:
        self.broker = broker
        self.name = name
        self.user: str | None = None
        self.container: str | None = None
        self.closed: asyncio.Future[None] = broker.loop.create_future()
        self._loop = broker.loop
        config = broker.config
        self._handshake: ServerHandshake | None = ServerHandshake(Credentials(config.users, config.allow_anonymous))
        self._socket: asyncio.Transport | None = None
        self._early: list[bytes] = []
        self._write_paused = False
        self._pump_scheduled = False
        self._timer: asyncio.TimerHandle | None = None
        self._opening_timer: asyncio.TimerHandle | None = None
        self._linger_timer: asyncio.TimerHandle | None = None
        self._ending: tuple[str, str | None] | None = None

        self._transport = Transport(Transport.SERVER)
        self._connection = Connection()
        self._collector = Collector()
        self._links: dict[Link, IncomingLink | OutgoingLink] = {}
        self._choked: set[Queue] = set()
        self._cbs_replies: Queue | None = None
        self._access = None if broker.profile is None else broker.profile.access(self)

    # The socket's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected (and its TLS is up)."""
        socket = cast(asyncio.Transport, transport)
        if self.broker.stopping or self.closed.done():
            # It was accepted in the moment before the listener closed, or is gone since the TLS handshake.
            socket.abort()
            return
        self._socket = socket
        self.broker.remember(self)
        peer = socket.get_extra_info("peername") or ("?", 0)
        cipher = socket.get_extra_info("cipher")
        self.log("connected", address=f"{peer[0]}:{peer[1]}", detail=f"{cipher[1]}" if cipher else None)
        self._opening_timer = self._loop.call_later(self.broker.config.handshake_timeout, self._opening_expired)
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        """Bytes arrived."""
        if self._socket is None:
            # With TLS, the first bytes may be handed over before the caller knows that the TLS handshake is complete.
            self._early.append(data)
        elif self._handshake is None:
            self._receive(data)
        elif self._handshake.failure is None:
            self._shake_hands(self._handshake, data)

    def eof_received(self) -> bool:
        """The peer closed its half of the socket; without a close frame before, it is lost."""
        if self._handshake is None and not self._transport.closed:
            self._end("lost", "the peer closed the socket without closing the connection")
            self._guarded(self._transport.close_tail)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self.closed.set_result(None)
        if self._socket is None:
            return
        for timer in (self._timer, self._opening_timer, self._linger_timer):
            if timer is not None:
                timer.cancel()
        self._end("lost", str(exc) if exc else "the peer went away without closing the connection")
        self._drop_links()
        if self._access is not None:
            self._access.close()
        outcome, detail = self._ending or ("lost", None)
        self.log("disconnected", outcome=outcome, detail=detail)
        self._transport.unbind()
        self._collector.release()
        self.broker.forget(self)

    def pause_writing(self) -> None:
        """The peer reads more slowly than it is sent to."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """It caught up."""
        self._write_paused = False
        self._pump()

    def force_close(self, description: str) -> None:
        """Close from our side: a close frame where the peer can understand one, then the socket, soon."""
        self._end("forced", description)
        if self._handshake is not None:
            self._hang_up()
        else:
            self._connection.condition = Condition("amqp:connection:forced", description)
            self._connection.close()
            self._drop_links()
            self._linger()
            self._pump()

    def _shake_hands(self, handshake: ServerHandshake, data: bytes) -> None:
        handshake.receive(data)
        output = handshake.take_output()
        if output and self._socket is not None:
            self._socket.write(output)
        self.user = handshake.user
        if handshake.failure is not None:
            self._end("refused", handshake.failure)
            if handshake.mechanism is not None:
                self.log("authentication-failed", detail=self._identity(handshake.mechanism))
            self._hang_up()
        elif handshake.done:
            self.log("authenticated", detail=self._identity(handshake.mechanism))
            self._handshake = None
            self._start_proton()
            self._receive(handshake.rest)

    def _identity(self, mechanism: str | None) -> str:
        if mechanism is None:
            return "anonymous, no SASL layer"
        return mechanism if self.user is None else f"{mechanism}, user {self.user}"

    def _opening_expired(self) -> None:
        seconds = self.broker.config.handshake_timeout
        self._end("refused", f"the peer did not open the connection within {seconds:g} s")
        self._abort()

    def _end(self, outcome: str, detail: str | None) -> None:
        """Remember why the connection ends: the first reason is the true one."""
        if self._ending is None:
            self._ending = (outcome, detail)

    def _hang_up(self) -> None:
        """Close the socket once everything is written; drop it if the peer does not take it in time."""
        self._linger()
        if self._socket is not None:
            self._socket.close()

    def _linger(self) -> None:
        if self._linger_timer is None and not self.closed.done():
            self._linger_timer = self._loop.call_later(self.broker.config.close_timeout, self._abort)

    def _abort(self) -> None:
        if self._socket is not None:
            self._socket.abort()

    # Proton's side.

    def _start_proton(self) -> None:
        self._transport.max_frame_size = _MAX_FRAME_SIZE
        self._transport.channel_max = _MAX_CHANNEL
        self._transport.idle_timeout = self.broker.config.idle_timeout
        self._connection.collect(self._collector)
        self._connection.container = CONTAINER_ID
        self._transport.bind(self._connection)

    def _receive(self, data: bytes) -> None:
        def push() -> None:
            offset = 0
            while offset < len(data):
                capacity = self._transport.capacity()
                if capacity <= 0:
                    return
                self._transport.push(data[offset : offset + capacity])
                offset += capacity
                self._handle_events()

        self._guarded(push)

    def schedule_pump(self) -> None:
        """Have Proton's output sent soon; many changes make one write."""
        if not self._pump_scheduled:
            self._pump_scheduled = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._guarded(None)

    def _guarded(self, step: Callable[[], None] | None) -> None:
        """Run a step, then handle Proton's events, its clock and its output until nothing is left to do.

        This is the boundary at which a connection's trouble stays its own: whatever a peer's bytes provoke in a decoder
        ends this connection with an error, and no other.
        """
        self._pump_scheduled = False
        if self._handshake is not None or self.closed.done():
            return
        try:
            if step is not None:
                step()
            self._handle_events()
            self._tick()
            self._write()
            self._handle_events()
        except UnicodeDecodeError:
            self._fail("amqp:decode-error", "text that is not UTF-8")
        except Exception as error:
            self.log("internal-error", detail=f"{type(error).__name__}: {error}")
            self._fail("amqp:internal-error", "the broker could not handle what the peer sent")
        if self._choked and not self._write_paused:
            choked, self._choked = self._choked, set()
            for queue in choked:
                self.broker.schedule_dispatch(queue)

    def _fail(self, condition: str, description: str) -> None:
        """Close the connection with an error from our side, and look at nothing that the peer still says."""
        self._close_with(condition, description)
        while self._collector.peek() is not None:
            self._collector.pop()
        self._write()
        self._hang_up()

    def _close_with(self, condition: str, description: str) -> None:
        self._end("error", f"{condition}: {description}")
        self._drop_links()
        self._connection.condition = Condition(condition, description)
        self._connection.close()
        self._linger()

    def _tick(self) -> None:
        deadline = self._transport.tick(self._loop.time())
        if deadline and (self._timer is None or self._timer.cancelled() or deadline < self._timer.when()):
            if self._timer is not None:
                self._timer.cancel()
            # Proton counts in milliseconds; a timer that fires just before one would tick in vain.
            self._timer = self._loop.call_at(deadline + 0.001, self._timer_fired)
        self._handle_events()

    def _timer_fired(self) -> None:
        self._timer = None
        self._pump()

    def _write(self) -> None:
        socket = self._socket
        while socket is not None and not self._write_paused:
            size = self._transport.pending()
            if size < 0:
                self._hang_up()
                return
            if size == 0:
                return
            data = self._transport.peek(size)
            if data is None:
                return
            socket.write(bytes(data))
            self._transport.pop(len(data))

    def _handle_events(self) -> None:
        while (event := self._collector.peek()) is not None:
            try:
                self._handle(event)
            finally:
                self._collector.pop()

    def _handle(self, event: Event) -> None:
        kind = event.type
        if kind is Event.DELIVERY:
            self._delivery(cast(Delivery, event.delivery))
        elif kind is Event.LINK_FLOW:
            entry = self._links.get(cast(Link, event.link))
            if isinstance(entry, OutgoingLink):
                self.broker.schedule_dispatch(entry.queue)
        elif kind is Event.LINK_REMOTE_OPEN:
            self._link_opened(cast(Link, event.link))
        elif kind in (Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH):
            self._link_closed(cast(Link, event.link), kind is Event.LINK_REMOTE_CLOSE)
        elif kind is Event.SESSION_REMOTE_OPEN:
            cast(Session, event.session).open()
        elif kind is Event.SESSION_REMOTE_CLOSE:
            self._session_closed(cast(Session, event.session))
        elif kind is Event.CONNECTION_REMOTE_OPEN:
            self._opened()
        elif kind is Event.CONNECTION_REMOTE_CLOSE:
            self._end("closed", _condition_text(self._connection))
            self._drop_links()
            self._connection.close()
            self._linger()
        elif kind is Event.TRANSPORT_ERROR:
            condition = self._transport.condition
            self._end("error", f"{condition.name}: {condition.description}" if condition else None)
            self._drop_links()
            self._linger()
        elif kind is Event.TRANSPORT_TAIL_CLOSED and self._ending is None:
            # Proton stops reading at some malformed frames without a word: no error, nothing to send.
            self._close_with("amqp:decode-error", "malformed frame")

    def _opened(self) -> None:
        if self._opening_timer is not None:
            self._opening_timer.cancel()
        self.container = self._connection.remote_container
        if self._access is None:
            self._connection.offered_capabilities = ["ANONYMOUS-RELAY"]
        self._connection.properties = {"product": "impsim development broker"}
        self._connection.open()
        host = self._connection.remote_hostname
        self.log("opened", detail=f"container {self.container}" + (f", host {host}" if host else ""))

    def _session_closed(self, session: Session) -> None:
        for link in [link for link in self._links if link.session == session]:
            self._drop_link(link, _condition_text(session))
        session.close()
        session.free()

    # Links.

    def _link_opened(self, link: Link) -> None:
        if link.is_receiver:
            self._sending_peer_attached(cast(Receiver, link))
        else:
            self._receiving_peer_attached(cast(Sender, link))

    def _sending_peer_attached(self, link: Receiver) -> None:
        asked = link.remote_target
        try:
            target = self._target(asked)
        except NodeRefused as refusal:
            return self._refuse(link, refusal.condition, refusal.description)
        link.source.copy(link.remote_source)
        link.target.copy(asked)
        if asked.dynamic and target.address is not None:
            link.target.address = target.address
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.max_message_size = self.broker.config.max_message_size
        link.open()
        incoming = IncomingLink(self, link, target)
        self._links[link] = incoming
        self.log("link-attached", link=incoming.name, address=incoming.address, detail="the peer sends")
        incoming.replenish()

    def _target(self, asked: Terminus) -> Target:
        """Where a sending peer wants to send to. Raises `NodeRefused`."""
        if asked.type == Terminus.COORDINATOR:
            raise NodeRefused("amqp:not-implemented", "transactions are not supported")
        if asked.type == Terminus.UNSPECIFIED:
            raise NodeRefused("amqp:invalid-field", "the attach has no target")
        address = None if asked.dynamic else asked.address or None
        if address == CBS_ADDRESS:
            return CbsTarget()
        if self._access is not None:
            return self._access.target(address)
        if asked.dynamic:
            return QueueTarget(self._dynamic_queue())
        return RelayTarget() if address is None else QueueTarget(self.broker.queue(address))

    def _receiving_peer_attached(self, link: Sender) -> None:
        asked = link.remote_source
        try:
            queue = self._source(asked)
        except NodeRefused as refusal:
            return self._refuse(link, refusal.condition, refusal.description)
        link.source.copy(asked)
        link.target.copy(link.remote_target)
        # A filter that is not in the answer is not in place.
        link.source.filter.clear()
        if asked.dynamic:
            link.source.address = queue.address
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.rcv_settle_mode = link.remote_rcv_settle_mode
        link.open()
        outgoing = OutgoingLink(self, link, queue)
        self._links[link] = outgoing
        self.log("link-attached", link=outgoing.name, address=queue.address, detail="the peer receives")

    def _source(self, asked: Terminus) -> Queue:
        """What a receiving peer wants to receive from. Raises `NodeRefused`."""
        if asked.type == Terminus.UNSPECIFIED or not (asked.address or asked.dynamic):
            raise NodeRefused("amqp:invalid-field", "the attach has no source address")
        if asked.distribution_mode == Terminus.DIST_MODE_COPY:
            raise NodeRefused("amqp:not-implemented", "browsing (distribution mode copy) is not supported")
        address = None if asked.dynamic else asked.address or None
        if address == CBS_ADDRESS:
            return self._cbs_queue()
        if self._access is not None:
            return self._access.source(address)
        return self._dynamic_queue() if address is None else self.broker.queue(address)

    def _dynamic_queue(self) -> Queue:
        return self.broker.queue(f"dynamic/{uuid4()}", temporary=True)

    def _refuse(self, link: Link, condition: str, description: str) -> None:
        """Answer an attach that cannot be: an attach without the terminus, then a detach that says why (part 2.6.3)."""
        if link.is_receiver:
            link.source.copy(link.remote_source)
            link.target.type = Terminus.UNSPECIFIED
        else:
            link.target.copy(link.remote_target)
            link.source.type = Terminus.UNSPECIFIED
        link.open()
        link.condition = Condition(condition, description)
        link.close()
        self.log("link-refused", link=link.name, outcome=condition, detail=description)

    def end_link(self, link: Link, condition: str, description: str) -> None:
        """Detach a link from our side with an error."""
        link.condition = Condition(condition, description)
        link.close()
        self._drop_link(link, f"{condition}: {description}")

    def end_links(self, addresses: Callable[[str | None], bool], condition: str, description: str) -> None:
        """Detach the links whose address is one of `addresses`, with an error."""
        for link, entry in list(self._links.items()):
            if addresses(entry.address):
                self.end_link(link, condition, description)
        self.schedule_pump()

    def _link_closed(self, link: Link, closed: bool) -> None:
        self._drop_link(link, _condition_text(link))
        if closed:
            link.close()
        else:
            link.detach()
        link.free()

    def _drop_link(self, link: Link, detail: str | None) -> None:
        entry = self._links.pop(link, None)
        if entry is not None:
            self.log("link-detached", link=entry.name, address=entry.address, detail=detail)
            entry.close()

    def _drop_links(self) -> None:
        """Everything the connection held is free again, at once: a peer that is gone must not keep messages."""
        for link in list(self._links):
            self._drop_link(link, "the connection ended")

    def _delivery(self, delivery: Delivery) -> None:
        entry = self._links.get(delivery.link)
        if isinstance(entry, IncomingLink):
            entry.read()
        elif isinstance(entry, OutgoingLink) and delivery.updated:
            entry.update(delivery)

    def takes_output(self, session: Session, queue: Queue) -> bool:
        """Whether a session takes another message; if not, `queue` is looked at again when that may have changed."""
        if not self._write_paused and session.outgoing_bytes < _OUTPUT_LIMIT:
            return True
        self._choked.add(queue)
        return False

    # What links ask for.

    @property
    def token_policy(self) -> TokenPolicy:
        """Who judges the tokens that this peer puts to `$cbs`."""
        return self.broker.token_policy if self._access is None else self._access

    def store(self, queue: Queue, raw: bytes, link: str) -> Condition | None:
        """Put an encoded message that arrived over `link` on a queue; the result says why it was not possible."""
        if queue.full:
            return Condition("amqp:resource-limit-exceeded", f"the queue is full ({queue.limit} messages)")
        message = self.broker.new_message(raw)
        self.log(
            "message-received",
            link=link,
            address=queue.address,
            message=message.number,
            size=len(raw),
            outcome="accepted",
        )
        queue.put(message)
        return None

    def reply_from_cbs(self, reply: bytes, reply_to: str | None) -> None:
        """Send an answer of the `$cbs` node to this peer's `$cbs` receiver, or to the queue named `reply_to`.

        Peers name their `$cbs` receiver in several ways: not at all, by its source or by its target address. Where a
        profile says which nodes there are, a peer cannot name others.
        """
        own = [e.reply_to for e in self._links.values() if isinstance(e, OutgoingLink) and e.address == CBS_ADDRESS]
        if reply_to is None or reply_to == CBS_ADDRESS or reply_to in own or self._access is not None:
            queue = self._cbs_queue()
        else:
            queue = self.broker.queue(reply_to)
        queue.put(self.broker.new_message(reply))

    def _cbs_queue(self) -> Queue:
        """The answers for this connection; they also wait for a receiver that is attached later."""
        if self._cbs_replies is None:
            self._cbs_replies = self.broker.private_queue(CBS_ADDRESS)
        return self._cbs_replies

    def log(
        self,
        event: EventName,
        *,
        link: str | None = None,
        address: str | None = None,
        message: int | None = None,
        size: int | None = None,
        outcome: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Report an event of this connection."""
        self.broker.report(
            event,
            connection=self.name,
            link=link,
            address=address,
            message=message,
            size=size,
            outcome=outcome,
            detail=detail,
        )


def _condition_text(endpoint: Endpoint) -> str | None:
    condition = endpoint.remote_condition
    if condition is None:
        return None
    return f"{condition.name}: {condition.description}" if condition.description else str(condition.name)
