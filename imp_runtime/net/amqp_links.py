"""Sessions and links of an AMQP connection, on the I/O thread: what Proton knows of each, and what waits for it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque

from proton import Delivery, Link, Receiver, Sender, Session, Terminus

from imp_runtime.net.amqp_endpoint import CLOSED, Endpoint, Kind, Outcome

CREDIT_WINDOW = 100
"""Messages that a peer may have on the way to a receiver, unsettled ones included (core sheet, section 1.12)."""

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
        # By delivery tag.
        self.sent: dict[str, int] = {}

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
        while self.queue and link.credit > 0:
            transfer, payload = self.queue.popleft()
            tag = str(transfer)
            delivery = link.delivery(tag)
            link.stream(payload)
            link.advance()
            if link.remote_snd_settle_mode == Link.SND_SETTLED:
                delivery.settle()
                done.append(transfer)
            else:
                self.sent[tag] = transfer
        if link.drain_mode:
            link.drained()
        return done

    def settled(self, delivery: Delivery) -> tuple[int, Outcome | None] | None:
        """The peer has said something about a delivery: the transfer and its outcome if that is the end of it."""
        outcome = _OUTCOMES.get(delivery.remote_state)
        if outcome is None and not delivery.settled:
            return None
        transfer = self.sent.pop(delivery.tag, None)
        delivery.settle()
        return None if transfer is None else (transfer, outcome)

    def give_up(self) -> tuple[int, ...]:
        """All transfers that will never be heard of."""
        transfers = (*self.sent.values(), *(transfer for transfer, _ in self.queue))
        self.sent.clear()
        self.queue.clear()
        return transfers


class ReceiverNode(LinkNode):
    """A receiver: deliveries that are not settled, and the credit to be given back to the peer."""

    def __init__(self, endpoint: Endpoint, session: SessionNode, address: str) -> None:
        super().__init__(endpoint, session, address)
        self.unsettled: dict[int, Delivery] = {}
        self.received = 0
        self.credit_due = 0

    def attach(self, name: str) -> Link:
        """Send the attach, with the address as source."""
        assert self.session.session is not None
        link: Receiver = self.session.session.receiver(name)
        link.source.address = self.address
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
        while isinstance(link, Receiver) and (delivery := link.current) is not None:
            if delivery.aborted:
                delivery.settle()
                self.credit_due += 1
                continue
            if not delivery.readable or delivery.partial:
                break
            payload = bytes(link.recv(delivery.pending) or b"")
            link.advance()
            self.received += 1
            if delivery.settled:
                delivery.settle()
                self.credit_due += 1
            else:
                self.unsettled[self.received] = delivery
            self.endpoint.incoming.append((self.received, payload))
            took = True
        return took

    def settle(self, number: int, outcome: Outcome) -> None:
        """Tell the peer what became of a message; nothing when that was said before or the link is gone."""
        delivery = self.unsettled.pop(number, None)
        if delivery is not None and self.link is not None and not self.closing:
            delivery.update(_STATES[outcome])
            delivery.settle()
            self.credit_due += 1

    def replenish(self) -> None:
        """Give credit for what was settled."""
        if self.credit_due and isinstance(self.link, Receiver) and not self.closing:
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
