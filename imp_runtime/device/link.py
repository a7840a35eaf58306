"""The connection between an agent and its device: whether it is up, and the messages on it (core sheet, section 3)."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from imp_runtime.group import Group
from imp_runtime.limits import LARGEST_MESSAGE, MOST_MESSAGE_BYTES, MOST_MESSAGES
from imp_runtime.natives.calls import invoke
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.host import Host

AGENT: Final = 0
DEVICE: Final = 1
_NAMES: Final = ("agent", "device")

# Send Error Codes (core sheet, section 3.1).
SENT: Final = 0
SEND_ERROR_NOT_CONNECTED: Final = 1
SEND_ERROR_WOULDBLOCK: Final = 4

# What a device is told of a connection that is gone, or not to be had.
NO_LINK: Final = 1


def pack(name: str, value: object) -> bytes:
    """The serialised data of a message of that name.

    Raises:
        SquirrelError: it cannot be serialised (section 7), or name and data are larger than 256 KB.
    """
    from imp_runtime.serialisation import serialise

    return serialise(value, max(0, LARGEST_MESSAGE - len(name)))


class _End:
    """One side: the script there, and what it registered."""

    def __init__(self) -> None:
        self.host: Host | None = None
        self.handlers: dict[str, object] = {}
        self.on_connect: object = None
        self.on_disconnect: object = None
        # What is on its way to it.
        self.messages = 0
        self.bytes = 0


class DeviceLink:
    """Carries messages both ways while it is up. Every method may be called on any thread.

    It is up when three things are so: the network is there (``set_network``), the device runs (``set_running``), and
    its script has not disconnected (``want``).
    """

    def __init__(self, group: Group) -> None:
        self._group = group
        self._ends = (_End(), _End())
        self._changed_state = threading.Condition(group.lock)
        self._network = True
        self._wanted = True
        self._running = False
        self._connected = False
        # Whether it was up at any time since the agent's script began.
        self.was_connected = False
        self._connection_task: Callable[[], None] | None = None
        # Gets the messages to a device that has no script: their names and serialised data, on the agent's thread.
        self.listener: Callable[[str, bytes], None] | None = None

    @property
    def connected(self) -> bool:
        """Whether it is up at this moment."""
        return self._connected

    def wait_connected(self, timeout: float) -> bool:
        """Wait until it is up, at most so many seconds of real time; whether it is."""
        with self._changed_state:
            return self._changed_state.wait_for(lambda: self._connected, timeout)

    def start_end(self, which: int, host: Host) -> None:
        """A script begins on one side; what was on its way to the one before is lost."""
        with self._group.lock:
            end = self._ends[which]
            end.host, end.messages, end.bytes = host, 0, 0
            if which == AGENT:
                self.was_connected = self._connected

    def end(self, which: int) -> None:
        """The script of one side has ended; what it registered is released."""
        with self._group.lock:
            end = self._ends[which]
            handlers, end.handlers = end.handlers, {}
            callbacks = (end.on_connect, end.on_disconnect)
            end.host = end.on_connect = end.on_disconnect = None
            if which == DEVICE:
                self._connection_task = None
        del handlers, callbacks

    def on(self, which: int, name: str, callback: object) -> None:
        """Register what takes the messages of that name on one side; it replaces the one before."""
        self._ends[which].handlers[name] = callback

    def on_connect(self, which: int, callback: object) -> None:
        """Register what is called when the link comes up; it replaces the one before."""
        self._ends[which].on_connect = callback

    def on_disconnect(self, which: int, callback: object) -> None:
        """Register what is called when the link goes down; on the device only when its own script did not do it."""
        self._ends[which].on_disconnect = callback

    def wait_for_connection(self, task: Callable[[], None] | None) -> None:
        """Have a task run on the device's thread when the link comes up next; it replaces the one before."""
        self._connection_task = task

    def handlers(self, which: int) -> list[tuple[str, object]]:
        """What one side has registered, with a label for each."""
        end, name = self._ends[which], _NAMES[1 - which]
        found = [(f"handler of {name}.on('{message}')", callback) for message, callback in end.handlers.items()]
        callbacks = [
            (f"handler of {name}.onconnect", end.on_connect),
            (f"handler of {name}.ondisconnect", end.on_disconnect),
        ]
        return found + [(label, callback) for label, callback in callbacks if callback is not None]

    def set_network(self, up: bool) -> None:
        """The network between the two comes or goes."""
        with self._group.lock:
            self._network = up
            self._update(False)

    def set_running(self, running: bool) -> None:
        """The device's script begins or ends."""
        with self._group.lock:
            self._running = running
            if running:
                # A device connects when it starts.
                self._wanted = True
            self._update(True)

    def want(self, wanted: bool) -> None:
        """The device's script connects or disconnects."""
        with self._group.lock:
            self._wanted = wanted
            self._update(True)

    def _update(self, by_device: bool) -> None:
        """Find out whether it is up, and tell both sides of a change; with the lock held."""
        connected = self._network and self._running and self._wanted
        if connected == self._connected:
            return
        self._connected = connected
        self._changed_state.notify_all()
        self.was_connected = self.was_connected or connected
        agent, device = self._ends
        if agent.host is not None:
            agent.host.scheduler.post(functools.partial(self._changed, AGENT, connected))
        if device.host is not None:
            # Its script may be waiting for just this.
            device.host.scheduler.wake()
            if connected or not by_device:
                device.host.scheduler.post(functools.partial(self._changed, DEVICE, connected))

    def _changed(self, which: int, connected: bool) -> None:
        """On the thread of that side."""
        end = self._ends[which]
        if end.host is None:
            return
        if which == DEVICE and connected:
            task, self._connection_task = self._connection_task, None
            if task is not None:
                task()
            return
        callback = end.on_connect if connected else end.on_disconnect
        if callback is None:
            return
        if connected:
            invoke(end.host.machine, callback)
        else:
            # The parameter of the agent's handler is "reserved" (core sheet, section 3).
            invoke(end.host.machine, callback, Table() if which == AGENT else NO_LINK)

    def send(self, to: int, name: str, data: bytes) -> int:
        """Send a message, its data as ``pack`` made it, to one side; return a Send Error Code."""
        size = len(name) + len(data)
        with self._group.lock:
            if not self._connected:
                return SEND_ERROR_NOT_CONNECTED
            end = self._ends[to]
            if end.host is None:
                if to == DEVICE and self.listener is not None:
                    self.listener(name, data)
                return SENT
            if end.messages >= MOST_MESSAGES or end.bytes + size > MOST_MESSAGE_BYTES:
                return SEND_ERROR_WOULDBLOCK
            end.messages += 1
            end.bytes += size
            end.host.scheduler.post(functools.partial(self._arrived, to, name, data))
            return SENT

    def _arrived(self, which: int, name: str, data: bytes) -> None:
        """On the thread of that side."""
        # Imported late, as below: most agents send nothing.
        from imp_runtime.serialisation import deserialise

        end = self._ends[which]
        with self._group.lock:
            end.messages -= 1
            end.bytes -= len(name) + len(data)
        if end.host is None:
            return
        callback = end.handlers.get(name)
        if callback is None:
            sender = _NAMES[1 - which]
            end.host.log.log(f"WARNING: no handler for the {sender}'s message '{name}': it is dropped")
            return
        invoke(end.host.machine, callback, deserialise(data))
