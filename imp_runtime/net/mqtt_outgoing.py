"""What is under way to an MQTT broker: messages, subscriptions and their ends, until there is a result."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from paho.mqtt.client import MQTTMessageInfo
from paho.mqtt.enums import MQTTErrorCode

from imp_runtime.net.mqtt_notices import (
    DISCONNECTED,
    FAILURE,
    MAX_BUFFERED_MESSAGES,
    NO_MORE_MSGIDS,
    OPERATION_INCOMPLETE,
    REFUSED_FILTER,
    SUCCESS,
    Done,
    Notice,
    Subscribed,
)
from imp_runtime.net.mqtt_packets import MalformedError
from imp_runtime.net.mqtt_paho import PahoSession

MOST_IDS: Final = 65535
"""Identifiers of a connection, for what the broker has to confirm."""

MOST_BUFFERED: Final = 64 * 1024 * 1024
"""Bytes of messages that may be under way to the broker."""


class Outgoing:
    """The operations of one connection, each with the number that the agent gave it.

    `session` is Paho's; before it is there, and when the connection is no longer used, every operation fails.
    """

    def __init__(self) -> None:
        self.session: PahoSession | None = None
        # Messages with QoS 0 that Paho has not written yet, in order; number, Paho's record, size.
        self._unsent: deque[tuple[int, MQTTMessageInfo, int]] = deque()
        # By packet identifier: messages that the broker has not confirmed.
        self._unconfirmed: dict[int, tuple[int, MQTTMessageInfo, int]] = {}
        # By packet identifier: number and how many filters.
        self._subscribing: dict[int, tuple[int, int]] = {}
        self._unsubscribing: dict[int, int] = {}
        self._buffered = 0

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing under way."""
        return not (self._unsent or self._unconfirmed or self._subscribing or self._unsubscribing)

    @property
    def unconfirmed(self) -> int:
        """How many messages the broker has still to confirm."""
        return len(self._unconfirmed)

    def publish(self, number: int, topic: str, payload: bytes, qos: int, retain: bool) -> Iterator[Notice]:
        """Send a message, or tell at once why not."""
        code = self._try_publish(number, topic, payload, qos, retain)
        if code != SUCCESS:
            yield Done(number, code)

    def _try_publish(self, number: int, topic: str, payload: bytes, qos: int, retain: bool) -> int:
        if self.session is None:
            return DISCONNECTED
        if self._buffered + len(payload) > MOST_BUFFERED:
            return MAX_BUFFERED_MESSAGES
        if qos and self._is_out_of_ids():
            return NO_MORE_MSGIDS
        while True:
            sent = self.session.publish(topic, payload, qos, retain)
            # Paho counts its identifiers upwards, and returns this for one that is still in use.
            if sent.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                break
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return DISCONNECTED
        self._buffered += len(payload)
        if qos:
            self._unconfirmed[sent.mid] = (number, sent, len(payload))
        else:
            self._unsent.append((number, sent, len(payload)))
        return SUCCESS

    def subscribe(self, number: int, filters: Sequence[tuple[str, int]]) -> Iterator[Notice]:
        """Subscribe, or tell at once why not."""
        code, packet_id = self._request(lambda session: session.subscribe(list(filters)))
        if packet_id is None:
            yield Subscribed(number, code, ())
        else:
            self._subscribing[packet_id] = (number, len(filters))

    def unsubscribe(self, number: int, filters: Sequence[str]) -> Iterator[Notice]:
        """Unsubscribe, or tell at once that it failed: there is no other code for it (core sheet, section 2.4)."""
        _, packet_id = self._request(lambda session: session.unsubscribe(list(filters)))
        if packet_id is None:
            yield Done(number, FAILURE)
        else:
            self._unsubscribing[packet_id] = number

    def _request(self, request: Callable[[PahoSession], tuple[MQTTErrorCode, int | None]]) -> tuple[int, int | None]:
        if self.session is None:
            return DISCONNECTED, None
        if self._is_out_of_ids():
            return NO_MORE_MSGIDS, None
        code, packet_id = request(self.session)
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS or packet_id is None:
            return DISCONNECTED, None
        return SUCCESS, packet_id

    def _is_out_of_ids(self) -> bool:
        return len(self._unconfirmed) + len(self._subscribing) + len(self._unsubscribing) >= MOST_IDS

    def sent(self) -> Iterator[Notice]:
        """The messages with QoS 0 that have been written since the last time."""
        while self._unsent and self._unsent[0][1].is_published():
            number, _, size = self._unsent.popleft()
            self._buffered -= size
            yield Done(number, SUCCESS)

    def confirmed(self, packet_id: int, *, late: bool = False) -> Iterator[Notice]:
        """A PUBACK or PUBCOMP has come; after our DISCONNECT, `late`, Paho did not see it."""
        entry = self._unconfirmed.get(packet_id)
        if entry is not None and (late or entry[1].is_published()):
            del self._unconfirmed[packet_id]
            number, _, size = entry
            self._buffered -= size
            yield Done(number, SUCCESS)

    def subscribed(self, packet_id: int, reasons: Sequence[Any]) -> Iterator[Notice]:
        """A SUBACK has come.

        Raises:
            MalformedError: it answers another number of filters.
        """
        entry = self._subscribing.pop(packet_id, None)
        if entry is None:
            return
        number, count = entry
        granted = tuple(int(reason.value) for reason in reasons)
        if len(granted) != count:
            self._subscribing[packet_id] = entry
            raise MalformedError("a SUBACK for another number of filters")
        yield Subscribed(number, REFUSED_FILTER if REFUSED_FILTER in granted else SUCCESS, granted)

    def unsubscribed(self, packet_id: int) -> Iterator[Notice]:
        """An UNSUBACK has come."""
        number = self._unsubscribing.pop(packet_id, None)
        if number is not None:
            yield Done(number, SUCCESS)

    def drop(self) -> Iterator[Notice]:
        """The connection is gone: what is still under way failed."""
        yield from self.sent()
        self.session = None
        numbers = [number for number, *_ in (*self._unsent, *self._unconfirmed.values())]
        yield from [Done(number, OPERATION_INCOMPLETE) for number in sorted(numbers)]
        yield from [Subscribed(number, OPERATION_INCOMPLETE, ()) for number, _ in self._subscribing.values()]
        yield from [Done(number, FAILURE) for number in self._unsubscribing.values()]
        self._unsent.clear()
        self._unconfirmed.clear()
        self._subscribing.clear()
        self._unsubscribing.clear()
