"""The two kinds of links, seen from the broker: from a sending peer into a target, from a queue to a receiving peer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from proton import Condition, Delivery, Link, Receiver, Sender

from imp_runtime.broker.cbs import CBS_ADDRESS, answer_request
from imp_runtime.broker.encoding import MalformedMessage, destination
from imp_runtime.broker.events import EventName
from imp_runtime.broker.queue import Queue, StoredMessage

if TYPE_CHECKING:
    from imp_runtime.broker.connection import ClientConnection

_OUTCOMES = {
    Delivery.ACCEPTED: "accepted",
    Delivery.REJECTED: "rejected",
    Delivery.RELEASED: "released",
    Delivery.MODIFIED: "modified",
}


class Target(Protocol):
    """Where the messages of a sending peer go."""

    address: str | None

    def attach(self, link: IncomingLink) -> None:
        """A link into this target was opened."""

    def detach(self, link: IncomingLink) -> None:
        """It is gone."""

    def room(self) -> int:
        """Messages that may still be granted."""

    def take(self, raw: bytes, link: IncomingLink) -> Condition | None:
        """Take an encoded message; the result says why it is rejected, `None` that it is accepted."""


class QueueTarget:
    """A queue, named when the link was attached."""

    def __init__(self, queue: Queue) -> None:
        self.address: str | None = queue.address
        self._queue = queue

    def attach(self, link: IncomingLink) -> None:
        """The queue grants credit from now on."""
        self._queue.producers.append(link)

    def detach(self, link: IncomingLink) -> None:
        """Its credit is void."""
        self._queue.producers.remove(link)

    def room(self) -> int:
        """What the queue has left."""
        return self._queue.room()

    def take(self, raw: bytes, link: IncomingLink) -> Condition | None:
        """Append to the queue."""
        return link.connection.store(self._queue, raw, link.name)


class CbsTarget:
    """The `$cbs` node of a connection."""

    address: str | None = CBS_ADDRESS

    def attach(self, link: IncomingLink) -> None:
        """Nothing to prepare."""

    def detach(self, link: IncomingLink) -> None:
        """Nothing to undo."""

    def room(self) -> int:
        """Requests are answered at once; there is always room."""
        return sys.maxsize

    def take(self, raw: bytes, link: IncomingLink) -> Condition | None:
        """Answer the request; answers go to the connection's `$cbs` receiver unless reply-to names another node."""
        connection = link.connection
        exchange = answer_request(raw, connection.token_policy, connection.user, connection.container)
        if exchange is None:
            return Condition("amqp:decode-error", "the request is not a readable AMQP message")
        answer, request = exchange.answer, exchange.request
        connection.log(
            "put-token",
            link=link.name,
            address=CBS_ADDRESS,
            outcome=str(answer.status),
            detail=f"{answer.description}; for {request.name}, {request.type}" if request else answer.description,
        )
        connection.reply_from_cbs(exchange.reply, exchange.reply_to)
        return None


class RelayTarget:
    """The anonymous relay: every message says in its `to` field where it goes."""

    address: str | None = None

    def attach(self, link: IncomingLink) -> None:
        """Nothing to prepare."""

    def detach(self, link: IncomingLink) -> None:
        """Nothing to undo."""

    def room(self) -> int:
        """Unknown before a message names its queue; a full queue rejects."""
        return sys.maxsize

    def take(self, raw: bytes, link: IncomingLink) -> Condition | None:
        """Pass the message on to the node that it names."""
        try:
            address = destination(raw)
        except MalformedMessage as error:
            return Condition("amqp:decode-error", str(error))
        if not address:
            return Condition("amqp:invalid-field", "a message to the anonymous relay needs an address in 'to'")
        if address == CBS_ADDRESS:
            return CbsTarget().take(raw, link)
        return link.connection.store(link.connection.broker.queue(address), raw, link.name)


class IncomingLink:
    """A link on which the peer sends."""

    def __init__(self, connection: ClientConnection, link: Receiver, target: Target) -> None:
        self.connection = connection
        self.link = link
        self.name = link.name
        self.address = target.address
        self._target = target
        self._arriving = bytearray()
        self._withheld = False
        target.attach(self)

    def outstanding_credit(self) -> int:
        """Messages that the peer may send without being granted more."""
        return int(self.link.credit)

    def replenish(self) -> None:
        """Bring the peer's credit back to the window once half of it is used, as far as the target has room."""
        window = self.connection.broker.config.credit_window
        credit = self.outstanding_credit()
        if credit > window // 2 or not self.link.state & Link.LOCAL_ACTIVE:
            return
        grant = min(window - credit, self._target.room())
        if grant > 0:
            self.link.flow(grant)
            self.connection.schedule_pump()
        withheld = credit == 0 and grant <= 0
        if withheld != self._withheld:
            self._withheld = withheld
            event: EventName = "credit-withheld" if withheld else "credit-granted"
            detail = "no room left in the queue" if withheld else "the queue has room again"
            self.connection.log(event, link=self.name, address=self.address, detail=detail)

    def read(self) -> None:
        """Take what has arrived: whole messages, and the pieces of one that is still under way."""
        while (delivery := self.link.current) is not None:
            if delivery.aborted:
                self._arriving.clear()
                delivery.settle()
                continue
            if delivery.pending:
                self._arriving += self.link.recv(delivery.pending) or b""
            if len(self._arriving) > self.connection.broker.config.max_message_size:
                self.connection.end_link(self.link, "amqp:link:message-size-exceeded", "the message is too big")
                return
            if delivery.partial:
                return
            raw = bytes(self._arriving)
            self._arriving.clear()
            self._settle(delivery, raw)
        self.replenish()

    def _settle(self, delivery: Delivery, raw: bytes) -> None:
        self.link.advance()
        refusal = self._target.take(raw, self)
        if refusal is not None:
            self.connection.log(
                "message-refused",
                link=self.name,
                address=self.address,
                size=len(raw),
                outcome="rejected",
                detail=f"{refusal.name}: {refusal.description}",
            )
            delivery.local.condition = refusal
        if not delivery.settled:
            delivery.update(Delivery.ACCEPTED if refusal is None else Delivery.REJECTED)
        delivery.settle()

    def close(self) -> None:
        """The link is gone; half a message is nothing."""
        self._arriving.clear()
        self._target.detach(self)


class OutgoingLink:
    """A link on which the peer receives: a consumer of one queue."""

    def __init__(self, connection: ClientConnection, link: Sender, queue: Queue) -> None:
        self.connection = connection
        self.link = link
        self.name = link.name
        self.address = queue.address
        self.reply_to = link.remote_target.address
        self.queue = queue
        self._presettled = link.snd_settle_mode == Link.SND_SETTLED
        self._largest = link.remote_max_message_size
        self._sent = 0
        self._unsettled: dict[str, StoredMessage] = {}
        queue.add_consumer(self)

    def can_send(self) -> bool:
        """Whether the peer has granted credit and its connection is not choked."""
        if self.link.credit <= 0 or not self.link.state & Link.LOCAL_ACTIVE:
            return False
        return self.connection.takes_output(self.link.session, self.queue)

    def accepts(self, message: StoredMessage) -> bool:
        """Whether this message may go to this peer: not one it called undeliverable, not one over its size limit."""
        return self not in message.refused_by and not 0 < self._largest < len(message.body)

    def send(self, message: StoredMessage) -> bool:
        """Send one message; the result is True when the peer is to settle it."""
        self._sent += 1
        tag = str(self._sent)
        raw = message.encoded()
        delivery = self.link.delivery(tag)
        self.link.stream(raw)
        self.link.advance()
        if self._presettled:
            delivery.settle()
        else:
            self._unsettled[tag] = message
        self._log(
            "message-delivered",
            message,
            size=len(raw),
            outcome="settled" if self._presettled else None,
            detail=f"failed deliveries so far: {message.failures}" if message.failures else None,
        )
        self.connection.schedule_pump()
        return not self._presettled

    def exhausted(self) -> None:
        """Give back the credit of a peer that drains."""
        if self.link.drain_mode and self.link.credit > 0 and self.link.drained() > 0:
            self.connection.schedule_pump()

    def update(self, delivery: Delivery) -> None:
        """The peer said something about a delivery (AMQP 1.0 part 3.4)."""
        message = self._unsettled.get(delivery.tag)
        if message is None:
            return
        state = delivery.remote_state
        outcome = _OUTCOMES.get(state)  # type: ignore[call-overload]
        if outcome is None and not delivery.settled:
            return
        del self._unsettled[delivery.tag]
        self._log("message-settled", message, outcome=outcome or "none", detail=_reason(delivery))
        # Released is no failed delivery; modified is one when the peer says so; a settlement without an outcome is one,
        # since nothing says that the message was dealt with.
        if outcome == "modified":
            if delivery.remote.failed:
                message.failures += 1
            if delivery.remote.undeliverable:
                message.refused_by.add(self)
        elif outcome is None or (outcome == "released" and self.queue.counts_released):
            message.failures += 1
        if outcome == "accepted":
            self.queue.done(message)
        elif outcome == "rejected":
            self.queue.reject(message)
        else:
            self.queue.requeue(message)
        if not delivery.settled:
            delivery.update(state)
        delivery.settle()

    def close(self) -> None:
        """The link is gone: what it had not settled goes back, counted as failed, since it may have been processed."""
        self.queue.remove_consumer(self)
        for message in self._unsettled.values():
            message.failures += 1
            self._log("message-requeued", message, detail="the link ended before the message was settled")
            self.queue.requeue(message)
        self._unsettled.clear()
        if self.queue.temporary:
            self.connection.broker.delete(self.queue)

    def _log(
        self,
        event: EventName,
        message: StoredMessage,
        *,
        size: int | None = None,
        outcome: str | None = None,
        detail: str | None = None,
    ) -> None:
        self.connection.log(
            event,
            link=self.name,
            address=self.address,
            message=message.number,
            size=size,
            outcome=outcome,
            detail=detail,
        )


def _reason(delivery: Delivery) -> str | None:
    """What the peer gave as the reason for a rejection, or how it modified."""
    if delivery.remote_state == Delivery.REJECTED:
        condition = delivery.remote.condition
        return None if condition is None else f"{condition.name}: {condition.description or ''}".rstrip(": ")
    if delivery.remote_state == Delivery.MODIFIED:
        notes = [
            text
            for text, said in (
                ("delivery failed", delivery.remote.failed),
                ("undeliverable here", delivery.remote.undeliverable),
            )
            if said
        ]
        return ", ".join(notes) or None
    return None
