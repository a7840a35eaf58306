"""What all AMQP handles share, and the place where the notices of the I/O thread become events of the script.

A handle (connection, session, sender, receiver) closes the moment its last reference goes: in ``__del__``. So nothing
here holds one: endpoints and children know their handle weakly, and while a callback runs no Python frame below it
keeps the handle that it belongs to.
"""

from __future__ import annotations

import functools
import gc
import weakref
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from imp_runtime.api.amqp_messages import Delivery, Message
from imp_runtime.natives import Callback, HostObject, byte_string, invoke
from imp_runtime.net.amqp import AmqpEngine
from imp_runtime.net.amqp_endpoint import (
    OPEN,
    Abandoned,
    Arrived,
    Closing,
    Ended,
    Endpoint,
    Kind,
    Notice,
    Opened,
    Outcome,
    Settled,
)
from imp_runtime.redaction import hide_secrets
from squirrel.errors import SquirrelError
from squirrel.values.array import Array
from squirrel.values.base import Value

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

_LIMITS = {"connection": 4, "session": 16, "link": 64}


class AmqpHost:
    """One agent's AMQP: its engine, its pending transfers, and how many handles are open (core sheet, section 1.0)."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.engine = AmqpEngine(agent.io, agent.config.network, self._receive, agent.config.trace_amqp)
        # What holds a transfer, whether or not the script does, from ``sendasync`` until it is settled.
        self.pending: dict[int, PendingTransfer] = {}
        self._transfers = 0
        self._open: Counter[str] = Counter()
        agent.handles.add_roots(self._under_way)
        agent.handles.add_source(self._deliveries)

    def _under_way(self) -> list[tuple[str, Value]]:
        return [("transfer under way", transfer) for transfer in self.pending.values()]

    def _deliveries(self) -> list[Delivery]:
        """The deliveries that the script has. There may be many a second, so nobody keeps a list of them."""
        holders = gc.get_referrers(self.engine)
        # Python keeps an object's attributes in the object itself, or in a dict that the object has.
        holders += gc.get_referrers(*[holder for holder in holders if isinstance(holder, dict)])
        return [holder for holder in holders if isinstance(holder, Delivery)]

    def claim(self, what: str) -> None:
        """Count a new handle.

        Raises:
            SquirrelError: ``max connection limit reached``, and so for sessions and links.
        """
        if self._open[what] >= _LIMITS[what]:
            raise SquirrelError(f"max {what} limit reached")
        self._open[what] += 1

    def give_back(self, what: str) -> None:
        """A handle is closed: it counts no more (decision A6)."""
        self._open[what] -= 1

    def hold_transfer(self, transfer: PendingTransfer, sender: Endpoint, payload: bytes) -> int:
        """Begin to send; the transfer is held, and the run kept alive, until the message is settled."""
        self._transfers += 1
        self.pending[self._transfers] = transfer
        self.agent.scheduler.hold()
        self.engine.send(sender, self._transfers, payload)
        return self._transfers

    def drop_transfer(self, number: int) -> Callback | None:
        """Let go of a transfer, and return its callback; None when that was done before."""
        transfer = self.pending.pop(number, None)
        if transfer is None:
            return None
        self.agent.scheduler.release()
        callback, transfer.callback = transfer.callback, None
        return callback

    def warn(self, text: str) -> None:
        """One line in the agent's log."""
        self.agent.log.log(byte_string(hide_secrets(f"WARNING: {text}")))

    def _receive(self, notices: Sequence[Notice]) -> None:
        """Called on the I/O thread."""
        self.agent.scheduler.post_all([functools.partial(self._handle, notice) for notice in notices])

    def _handle(self, notice: Notice) -> None:
        """On the agent's thread, in the order in which the notices came, one a turn of the loop."""
        if isinstance(notice, Opened):
            # Closed again in the meantime: what follows says so, and "open" would be untrue.
            if notice.endpoint.state == OPEN:
                notice.endpoint.announced = True
                handle = handle_of(notice.endpoint)
                if handle is not None:
                    handle.opened()
                del handle
                self._tell(notice.endpoint, "OPEN", None)
        elif isinstance(notice, Closing):
            for endpoint in notice.endpoints:
                handle = handle_of(endpoint)
                if handle is not None:
                    handle.ended_by_peer()
                del handle
        elif isinstance(notice, Ended):
            error = notice.error
            if error is None and not notice.endpoint.announced:
                # Opened and closed by the peer before the script could be told that it was open.
                error = f"the {notice.endpoint.kind.value.lower()} was closed as soon as it was open"
            if error is None:
                self._tell(notice.endpoint, "CLOSED", None)
            else:
                self._tell(notice.endpoint, "ERROR", byte_string(hide_secrets(error)))
        elif isinstance(notice, Settled):
            self._settled(notice)
        elif isinstance(notice, Abandoned):
            self._abandoned(notice)
        else:
            self._arrived(notice)

    def _tell(self, endpoint: Endpoint, event: str, detail: str | None) -> None:
        """Call the nearest callback (decision A1), unless the handle was released or closed by the script."""
        handle = handle_of(endpoint)
        if handle is None or handle.released:
            return
        if event != "OPEN":
            handle.let_run_end()
        callback = handle.nearest_callback()
        # The callback may drop the last reference, and then the handle must go at once.
        del handle
        if callback is not None:
            invoke(self.agent.machine, callback, f"{endpoint.kind.value}_{event}", detail)

    def _settled(self, notice: Settled) -> None:
        callback = self.drop_transfer(notice.transfer)
        if callback is None:
            return
        if notice.outcome not in (None, Outcome.ACCEPTED):
            assert notice.outcome is not None
            self.warn(f"the peer did not accept an AMQP message: {notice.outcome.value}")
        invoke(self.agent.machine, callback)

    def _abandoned(self, notice: Abandoned) -> None:
        for number in notice.transfers:
            self.drop_transfer(number)
        if notice.unsent:
            messages = "1 AMQP message" if notice.unsent == 1 else f"{notice.unsent} AMQP messages"
            self.warn(f"{messages} to '{notice.address}' not sent: the sender was closed first")

    def _arrived(self, notice: Arrived) -> None:
        """Hand over everything that has come in since the last time, as one array."""
        endpoint = notice.endpoint
        endpoint.incoming_announced = False
        handle = handle_of(endpoint)
        if handle is None or handle.released or not endpoint.incoming:
            return
        callback = handle.message_callback
        del handle
        if callback is not None:
            invoke(self.agent.machine, callback, Array(self._take_deliveries(endpoint)))
        else:
            # Dropped at once, and so accepted (decision A11).
            self._take_deliveries(endpoint)

    def _take_deliveries(self, endpoint: Endpoint) -> list[object]:
        deliveries: list[object] = []
        while endpoint.incoming:
            number, encoded = endpoint.incoming.popleft()
            deliveries.append(Delivery(self.engine, endpoint, number, Message(encoded, self.agent.machine)))
        return deliveries


class PendingTransfer(HostObject):
    """What a transfer is to its host: something with a callback from ``sendasync`` until its end."""

    def __init__(self) -> None:
        super().__init__()
        self.callback: Callback | None = None


class Handle(HostObject):
    """A connection, session, sender or receiver.

    * `released`: closed by the script (or its parent was); nothing is told any more
    """

    counted_as: ClassVar[str]
    kind: ClassVar[Kind]

    def __init__(self, host: AmqpHost, parent: Handle | None, callback: Callback | None, name: str = "") -> None:
        """``name`` says where it leads, for reports.

        Raises:
            SquirrelError: there are too many of the kind.
        """
        super().__init__()
        # Until the claim succeeds there is nothing to give back.
        self.released = True
        host.claim(self.counted_as)
        self.released = False
        self._ended = False
        self._holding = True
        self._resting = False
        host.agent.scheduler.hold()
        self.host = host
        self._name = name
        self.endpoint = Endpoint(self.kind, weakref.ref(self))
        self._callback = callback
        # Only receivers have one.
        self.message_callback: Callback | None = None
        self._parent = None if parent is None else weakref.ref(parent)
        self._children: weakref.WeakSet[Handle] = weakref.WeakSet()
        if parent is not None:
            parent._children.add(self)
        host.agent.handles.opened(self)

    def __del__(self) -> None:
        if not self.released:
            self.close_locally()

    @property
    def is_open(self) -> bool:
        """What ``isopen()`` says: the truth at this moment, not what the last event said."""
        return not self.released and self.endpoint.state == OPEN

    def open_text(self) -> str | None:
        """``sender to 'telemetry'``; None when it is closed."""
        if self.released or self._ended:
            return None
        return f"{self.kind.value.lower()}{self._name}"

    def check_usable(self) -> None:
        """Raises SquirrelError when the handle is closed. One that is still opening may be used (decision A2)."""
        if self.released or self._ended:
            raise SquirrelError(f"the {self.host_name} is closed")

    def nearest_callback(self) -> Callback | None:
        """The handle's own callback, else that of the nearest parent that has one."""
        if self._callback is not None:
            return self._callback
        parent = self._parent() if self._parent is not None else None
        return parent.nearest_callback() if parent is not None else None

    def close_locally(self) -> None:
        """Close for the script: this handle, and with it its children; the peer is told, children first."""
        if self.released:
            return
        self._release()
        self.host.engine.close(self.endpoint)

    def _release(self) -> None:
        if self.released:
            return
        for child in list(self._children):
            child._release()
        self.released = True
        if not self._ended:
            self._ended = True
            self.host.give_back(self.counted_as)
        self.let_run_end()

    def ended_by_peer(self) -> None:
        """The peer has closed it, or it was lost; the event follows."""
        if not self._ended and not self.released:
            self._ended = True
            self.host.give_back(self.counted_as)

    def opened(self) -> None:
        """The peer has opened it too: from now on it waits for whatever may come, and time may jump meanwhile."""
        if self._holding and not self._resting:
            self._resting = True
            self.host.agent.scheduler.keep_open()
            self.host.agent.scheduler.release()

    def let_run_end(self) -> None:
        """The handle does not keep the run alive any more."""
        if self._holding:
            self._holding = False
            if self._resting:
                self.host.agent.scheduler.let_close()
            else:
                self.host.agent.scheduler.release()


def handle_of(endpoint: Endpoint) -> Handle | None:
    """The script's handle of an endpoint, None once it is released."""
    owner = endpoint.owner
    handle = owner() if isinstance(owner, weakref.ref) else None
    return handle if isinstance(handle, Handle) else None
