"""The messages that wait for one device, and what becomes of them.

The device completes a message (accepted), rejects it (rejected) or abandons it (released). An abandoned one comes back
with its delivery-count raised; so does one whose link ended before it was settled. After the tenth delivery, or when it
is rejected, a message is dead-lettered: nobody gets it any more.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from imp_runtime.broker.queue import Queue, StoredMessage


class Outcome(Enum):
    """What became of a message to a device; the names are those of a hub's feedback messages."""

    SUCCESS = "Success"
    REJECTED = "Rejected"
    DELIVERY_COUNT_EXCEEDED = "DeliveryCountExceeded"
    PURGED = "Purged"


class Mailbox(Queue):
    """The queue of a device.

    * `dead`: messages that were dead-lettered
    """

    counts_released = True

    def __init__(
        self,
        address: str,
        limit: int,
        max_deliveries: int,
        changed: Callable[[Queue], None],
        ended: Callable[[StoredMessage, Outcome], None],
    ) -> None:
        """`max_deliveries`: after so many failed ones a message is given up; `ended`: called when a message is gone."""
        super().__init__(address, limit, changed)
        self.dead = 0
        self._max_deliveries = max_deliveries
        self._ended = ended

    def done(self, message: StoredMessage) -> None:
        """The device completed a message."""
        super().done(message)
        self._ended(message, Outcome.SUCCESS)

    def reject(self, message: StoredMessage) -> None:
        """The device rejected a message."""
        super().done(message)
        self._bury(message, Outcome.REJECTED)

    def requeue(self, message: StoredMessage) -> None:
        """The device abandoned a message, or its link is gone."""
        if message.failures < self._max_deliveries:
            super().requeue(message)
            return
        super().done(message)
        self._bury(message, Outcome.DELIVERY_COUNT_EXCEEDED)

    def purge(self) -> None:
        """The device is gone: what waits for it goes, too."""
        for message in self.take_all():
            self._ended(message, Outcome.PURGED)

    def _bury(self, message: StoredMessage, outcome: Outcome) -> None:
        self.dead += 1
        self._ended(message, outcome)
