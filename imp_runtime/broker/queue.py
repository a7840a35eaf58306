"""A queue: messages in order, consumers that take turns, producers that get credit while there is room."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from imp_runtime.broker.encoding import with_delivery_count


@dataclass(slots=True, eq=False)
class StoredMessage:
    """A message in the broker: the bytes as they came, and what happened to it since.

    * `number`: its place in the order of arrival over the whole broker
    * `failures`: deliveries that failed, to be added to the delivery-count of its header
    * `refused_by`: consumers that said "undeliverable here" and are not offered it again
    """

    number: int
    body: bytes
    failures: int = 0
    refused_by: set[Consumer] = field(default_factory=set)

    def encoded(self) -> bytes:
        """The bytes to send."""
        return with_delivery_count(self.body, self.failures)


class Consumer(Protocol):
    """What a queue delivers to: a link on which the broker is the sender."""

    def can_send(self) -> bool:
        """Whether the peer has granted credit and the connection takes more data."""

    def accepts(self, message: StoredMessage) -> bool:
        """Whether this message may go to this consumer at all."""

    def send(self, message: StoredMessage) -> bool:
        """Send; the result is True when the delivery will be settled later, False when it is done with."""

    def exhausted(self) -> None:
        """The queue has nothing more for this consumer at present (answers a drain request)."""


class Producer(Protocol):
    """What fills a queue: a link on which the broker is the receiver."""

    def outstanding_credit(self) -> int:
        """Messages that the peer may send without being granted more."""

    def replenish(self) -> None:
        """Grant credit, as much as the window and the queue allow."""


class Queue:
    """A named, bounded, in-memory queue with competing consumers.

    * `counts_released`: whether a delivery that its receiver releases counts as failed
    """

    counts_released = False

    def __init__(self, address: str, limit: int, changed: Callable[[Queue], None], *, temporary: bool = False) -> None:
        """`limit`: messages it holds; `changed`: called when `dispatch` has something to do, which must not be at once,
        so that everything that arrived together is seen before messages move; `temporary`: goes with its link.
        """
        self.address = address
        self.limit = limit
        self.temporary = temporary
        self.consumers: deque[Consumer] = deque()
        self.producers: list[Producer] = []
        self._changed = changed
        # A heap by number: what returns to the queue regains its old place, whatever order it returns in.
        self._ready: list[tuple[int, StoredMessage]] = []
        self._unsettled = 0

    def __len__(self) -> int:
        """Messages in the queue, those delivered but not settled included."""
        return len(self._ready) + self._unsettled

    @property
    def depth(self) -> int:
        """Messages that wait for a consumer."""
        return len(self._ready)

    @property
    def full(self) -> bool:
        """Whether the queue holds as many messages as it may."""
        return len(self) >= self.limit

    def room(self) -> int:
        """Messages that may still be granted to producers."""
        return self.limit - len(self) - sum(producer.outstanding_credit() for producer in self.producers)

    def waiting(self) -> list[StoredMessage]:
        """The messages that wait for a consumer, first one first."""
        return [message for _, message in sorted(self._ready, key=lambda entry: entry[0])]

    def put(self, message: StoredMessage) -> None:
        """Append a message."""
        heapq.heappush(self._ready, (message.number, message))
        self._changed(self)

    def requeue(self, message: StoredMessage) -> None:
        """Take back a message whose delivery came to nothing; it regains its place in the order."""
        self._unsettled -= 1
        self.put(message)

    def done(self, message: StoredMessage) -> None:
        """A delivered message was accepted: its place is free."""
        self._unsettled -= 1
        self._changed(self)

    def reject(self, message: StoredMessage) -> None:
        """A delivered message was rejected: it is gone as well."""
        self.done(message)

    def take_all(self) -> list[StoredMessage]:
        """Take the messages that wait for a consumer off the queue, first one first."""
        messages = self.waiting()
        self._ready.clear()
        self._changed(self)
        return messages

    def add_consumer(self, consumer: Consumer) -> None:
        """Let a consumer take its turn from now on."""
        self.consumers.append(consumer)
        self._changed(self)

    def remove_consumer(self, consumer: Consumer) -> None:
        """Deliver nothing more to a consumer."""
        self.consumers.remove(consumer)

    def dispatch(self) -> None:
        """Deliver what waits to the consumers that have credit, in turn, and give producers the room that results."""
        passed_over: list[tuple[int, StoredMessage]] = []
        while self._ready:
            if not any(consumer.can_send() for consumer in self.consumers):
                break
            entry = heapq.heappop(self._ready)
            consumer = self._next_consumer(entry[1])
            if consumer is None:
                passed_over.append(entry)
                continue
            self._unsettled += 1
            if not consumer.send(entry[1]):
                self.done(entry[1])
        for entry in passed_over:
            heapq.heappush(self._ready, entry)
        for consumer in self.consumers:
            consumer.exhausted()
        for producer in self.producers:
            producer.replenish()

    def _next_consumer(self, message: StoredMessage) -> Consumer | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.accepts(message) and consumer.can_send():
                return consumer
        return None
