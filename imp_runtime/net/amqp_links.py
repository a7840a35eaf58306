"""Sessions and links of an AMQP connection, on the I/O thread: what Proton knows of each, and what waits for it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque

from proton import Condition, Delivery, Link, Receiver, Sender, Session, Terminus

from imp_runtime.net import proton_calls as proton
from imp_runtime.net.amqp_endpoint import CLOSED, Endpoint, Kind, Outcome

CREDIT_WINDOW = 100
"""Messages that a peer may have on the way to a receiver, unsettled ones included (core sheet, section 1.12)."""

MOST_UNSETTLED = 20 * CREDIT_WINDOW
"""Messages at which the patience with a peer ends that sends more than it has credit for.

RabbitMQ 3 oversteps by some whenever credit is given back in quick succession: it forgets what it has on the way.
"""

LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message that a receiver takes."""

_OUTCOMES: dict[int, Outcome] = {
    Delivery.ACCEPTED: Outcome.ACCEPTED,
    Delivery.REJECTED: Outcome.REJECTED,
    Delivery.RELEASED: Outcome.RELEASED,
    Delivery.MODIFIED: Outcome.MODIFIED,
}
_STATES = {outcome: state for state, outcome in _OUTCOMES.items()}


class SessionNode:
    """A session.

    * `session`: Proton's half, None until the connection is open
    * `begun`: the peer's `begin` has arrived; before that no `end` may be sent
    * `closing`: closed by the agent; the peer's `end` is all that is awaited
    * `links`: in the order in which they were opened
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.session: Session | None = None
        self.begun = False
        self.closing = False
        self.links: list[LinkNode] = []

    def close(self) -> None:
        """Close on the agent's behalf: what credit allowed has been sent, the links go first, then the `end`."""
        self.closing = True
        self.endpoint.state = CLOSED
        for node in self.links:
            node.close()
        if self.begun and self.session is not None:
            self.session.close()


class LinkNode(ABC):
    """A sender or receiver; `link` is Proton's half, None until the session is open."""

    def __init__(self, endpoint: Endpoint, session: SessionNode, address: str) -> None:
        self.endpoint = endpoint
        self.session = session
        self.address = address
        self.link: Link | None = None
        self.closing = False
        # What the peer did that ends it: a condition, and what follows the peer's name in its description.
        self.violation: tuple[str, str] | None = None
        # Runs while a peer that has refused the link owes us the reason.
        self.refusal_timer: asyncio.TimerHandle | None = None

    @abstractmethod
    def attach(self, name: str) -> Link:
        """Send the attach."""

    @abstractmethod
    def has_terminus(self) -> bool:
        """Whether the peer's attach names the node that was asked for."""

    @abstractmethod
    def start(self) -> None:
        """The link is open."""

    def close(self) -> None:
        """Close on the agent's behalf."""
        if not self.closing:
            self.closing = True
            self.endpoint.state = CLOSED
            if self.link is not None:
                self.link.close()

    def refuse(self, condition: str, description: str) -> None:
        """Close because of what the peer did."""
        if self.link is not None:
            self.link.condition = Condition(condition, description)
        self.close()

    def finish(self) -> None:
        """The link is gone on both sides: let go of Proton's objects, here and on this thread."""
        if self.refusal_timer is not None:
            self.refusal_timer.cancel()
            self.refusal_timer = None
        self.link = None


class SenderNode(LinkNode):
    """A sender: transfers that wait for credit, and those that are sent and not settled."""

    def __init__(self, endpoint: Endpoint, session: SessionNode, address: str) -> None:
        super().__init__(endpoint, session, address)
        self.queue: deque[tuple[int, bytes]] = deque()
        # By delivery key.
        self.sent: dict[int, int] = {}

    def attach(self, name: str) -> Link:
        """Send the attach, with the address as target."""
        assert self.session.session is not None
        link: Sender = self.session.session.sender(name)
        link.target.address = self.address
        link.open()
        self.link = link
        return link

    def has_terminus(self) -> bool:
        """Whether the peer's attach has a target."""
        assert self.link is not None
        return bool(self.link.remote_target.type != Terminus.UNSPECIFIED)

    def start(self) -> None:
        """Credit comes with the peer's flow."""

    def pump(self) -> list[int]:
        """Send what credit allows; returns the transfers that are done with that, as the peer wants no settlement."""
        link = self.link
        done: list[int] = []
        if not isinstance(link, Sender) or self.endpoint.state == CLOSED:
            return done
        pointer = proton.pointer_of(link)
        presettled = bool(self.queue) and link.remote_snd_settle_mode == Link.SND_SETTLED
        while self.queue and link.credit > 0:
            transfer, payload = self.queue.popleft()
            delivery = proton.send(pointer, b"%d" % transfer, payload)
            if presettled:
                proton.delivery_settle(delivery)
                done.append(transfer)
            else:
                self.sent[proton.delivery_key(delivery)] = transfer
        if link.drain_mode:
            link.drained()
        return done

    def settled(self, delivery: proton.Pointer) -> tuple[int, Outcome | None] | None:
        """The peer has said something about a delivery: the transfer and its outcome if that is the end of it."""
        key = proton.delivery_key(delivery)
        if key not in self.sent:
            if proton.delivery_pending(delivery):
                self.violation = ("amqp:not-allowed", "sent a message over a link that it receives on")
            return None
        outcome = _OUTCOMES.get(proton.remote_state(delivery))
        if outcome is None and not proton.delivery_settled(delivery):
            return None
        proton.delivery_settle(delivery)
        return self.sent.pop(key), outcome

    def give_up(self) -> tuple[int, ...]:
        """All transfers that will never be heard of."""
        transfers = (*self.sent.values(), *(transfer for transfer, _ in self.queue))
        self.sent.clear()
        self.queue.clear()
        return transfers


class ReceiverNode(LinkNode):
    """A receiver: deliveries that the agent has not settled, and the credit to be given back to the peer.

    Those that the peer has sent settled (None) take credit all the same until the agent is done with them: otherwise
    nothing would limit what waits for a slow script.
    """

    def __init__(self, endpoint: Endpoint, session: SessionNode, address: str) -> None:
        super().__init__(endpoint, session, address)
        self.unsettled: dict[int, proton.Pointer | None] = {}
        self.received = 0
        self.credit_due = 0

    def attach(self, name: str) -> Link:
        """Send the attach, with the address as source."""
        assert self.session.session is not None
        link: Receiver = self.session.session.receiver(name)
        link.source.address = self.address
        link.max_message_size = LARGEST_MESSAGE
        link.open()
        self.link = link
        return link

    def has_terminus(self) -> bool:
        """Whether the peer's attach has a source."""
        assert self.link is not None
        return bool(self.link.remote_source.type != Terminus.UNSPECIFIED)

    def start(self) -> None:
        """Let the peer send."""
        assert isinstance(self.link, Receiver)
        self.link.flow(CREDIT_WINDOW)

    def take(self) -> bool:
        """Move complete messages to the endpoint; True when there were any."""
        link = self.link
        took = False
        if not isinstance(link, Receiver):
            return took
        pointer = proton.pointer_of(link)
        while delivery := proton.current_delivery(pointer):
            if proton.delivery_aborted(delivery):
                proton.delivery_settle(delivery)
                self.credit_due += 1
                continue
            size = proton.delivery_pending(delivery)
            if len(self.unsettled) >= MOST_UNSETTLED:
                self.violation = ("amqp:link:transfer-limit-exceeded", "sent more messages than it had credit for")
                break
            if size > LARGEST_MESSAGE:
                what = f"sent a message of more than {LARGEST_MESSAGE} bytes"
                self.violation = ("amqp:link:message-size-exceeded", what)
                break
            if not proton.delivery_readable(delivery) or proton.delivery_partial(delivery):
                break
            payload = proton.receive(pointer, size)
            proton.advance(pointer)
            self.received += 1
            if proton.delivery_settled(delivery):
                proton.delivery_settle(delivery)
                self.unsettled[self.received] = None
            else:
                self.unsettled[self.received] = delivery
            self.endpoint.incoming.append((self.received, payload))
            took = True
        return took

    def settle(self, number: int, outcome: Outcome) -> None:
        """Tell the peer what became of a message; nothing when that was said before or the link is gone."""
        if number not in self.unsettled:
            return
        delivery = self.unsettled.pop(number)
        if self.link is not None and not self.closing:
            if delivery is not None:
                proton.delivery_update(delivery, _STATES[outcome])
                proton.delivery_settle(delivery)
            self.credit_due += 1

    def replenish(self) -> None:
        """Give credit for what was settled."""
        if self.credit_due and isinstance(self.link, Receiver) and not self.closing:
            if self.link.credit + self.credit_due < 0:
                # The peer is ahead of its credit by more than that. Proton would tell it a negative credit, and as
                # that has no sign on the wire it would be the largest there is.
                return
            self.link.flow(self.credit_due)
        self.credit_due = 0

    def close(self) -> None:
        """Close; messages that the agent has not seen go back to the peer."""
        incoming = self.endpoint.incoming
        while incoming:
            number, _ = incoming.popleft()
            self.settle(number, Outcome.RELEASED)
        super().close()

    def finish(self) -> None:
        """See `LinkNode.finish`."""
        self.unsettled.clear()
        super().finish()


def new_link(endpoint: Endpoint, session: SessionNode, address: str) -> LinkNode:
    """The node for a sender's or receiver's endpoint."""
    kind = SenderNode if endpoint.kind is Kind.SENDER else ReceiverNode
    return kind(endpoint, session, address)
