"""Proton's functions for what happens once or more often for every message, without the objects around them.

For one event the `proton` package makes up to five wrapper objects, and two more for a delivery: more work than all the
rest that is done for a message. These are the functions that it calls itself, from the module it has them from.

What they give and take are pointers. One to an event is good until the event is popped, one to a delivery until it is
settled or its link is freed; the first is no longer than a turn, and for the second the nodes of links keep watch.
"""

from __future__ import annotations

from typing import Any, Final

import cproton
from proton import Collector, Event, Link, ProtonException

DELIVERY: Final[int] = cproton.PN_DELIVERY
LINK_FLOW: Final[int] = cproton.PN_LINK_FLOW

event_type: Final = cproton.pn_event_type
event_delivery: Final = cproton.pn_event_delivery
current_delivery: Final = cproton.pn_link_current
advance: Final = cproton.pn_link_advance
delivery_pending: Final = cproton.pn_delivery_pending
delivery_readable: Final = cproton.pn_delivery_readable
delivery_partial: Final = cproton.pn_delivery_partial
delivery_aborted: Final = cproton.pn_delivery_aborted
delivery_settled: Final = cproton.pn_delivery_settled
delivery_update: Final = cproton.pn_delivery_update
delivery_settle: Final = cproton.pn_delivery_settle
remote_state: Final = cproton.pn_delivery_remote_state

Pointer = Any
"""A pointer into Proton; false when it is null."""


class EventQueue:
    """The events of a collector."""

    def __init__(self, collector: Collector) -> None:
        # Pointers do not keep what they point to.
        self._collector = collector
        self._pointer = pointer_of(collector)

    def peek(self) -> Pointer:
        """The next event; a null pointer when there is none."""
        return cproton.pn_collector_peek(self._pointer)

    def pop(self) -> None:
        """Go on to the one after it."""
        cproton.pn_collector_pop(self._pointer)


def pointer_of(wrapper: Collector | Link) -> Pointer:
    """The pointer in one of the `proton` package's objects, which must outlive it."""
    return wrapper._impl


def whole_event(event: Pointer) -> Event:
    """An event with all its objects."""
    wrapped: Event = Event.wrap(event)  # type: ignore[no-untyped-call]
    return wrapped


def link_key(link: Link) -> int:
    """A number that tells a link from all others that live."""
    return hash(link)


def event_link_key(event: Pointer) -> int:
    """The ``link_key`` of the link that an event is about."""
    return int(cproton.addressof(cproton.pn_event_link(event)))


def delivery_key(delivery: Pointer) -> int:
    """A number that tells a delivery from all others that are not settled."""
    return int(cproton.addressof(delivery))


def send(link: Pointer, tag: bytes, payload: bytes) -> Pointer:
    """Put a whole message on a link that has credit; returns its delivery."""
    delivery = cproton.pn_delivery(link, tag)
    if cproton.pn_link_send(link, payload) < 0:
        raise ProtonException("cannot send")
    cproton.pn_link_advance(link)
    return delivery


def receive(link: Pointer, size: int) -> bytes:
    """What has arrived of the current delivery, at most ``size`` bytes."""
    count, data = cproton.pn_link_recv(link, size)
    return bytes(data) if count > 0 else b""
