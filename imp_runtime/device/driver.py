"""A device that Python code plays: for tests of agents."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

from imp_runtime.device.link import AGENT, SENT, pack
from imp_runtime.device.values import from_squirrel, to_squirrel
from imp_runtime.natives import byte_string, host_text
from imp_runtime.serialisation import deserialise

if TYPE_CHECKING:
    from imp_runtime.agent import Agent


class DeviceDriver:
    """Connects, sends and receives as the device of an agent; from any thread.

    The agent needs a device without a script: ``AgentConfig(device=DeviceConfig())``. Inside the ``with`` block the
    agent's run does not end. Values are Python's: None, bool, int, float, str (UTF-8), bytes (a blob), list, dict.
    """

    def __init__(self, agent: Agent) -> None:
        self._link = agent.link
        self._group = agent.group
        self._kept: AbstractContextManager[None] | None = None
        self._changed = threading.Condition()
        self._received: deque[tuple[str, object]] = deque()
        self._link.listener = self._take

    def __enter__(self) -> DeviceDriver:
        self._kept = self._group.kept()
        self._kept.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._kept is not None
        self._kept.__exit__(kind, value, trace)

    def wait_connected(self, timeout: float = 10.0) -> None:
        """Wait until the agent runs, and is connected to its device.

        Raises:
            TimeoutError: it was not within so many seconds.
        """
        if not self._link.wait_connected(timeout):
            raise TimeoutError(f"no connection within {timeout:g} s")

    def connect(self) -> None:
        """The network comes back. It is there at first."""
        self._link.set_network(True)

    def disconnect(self) -> None:
        """The network goes."""
        self._link.set_network(False)

    def send(self, name: str, data: object = None) -> bool:
        """Send a message to the agent; False when it is lost, because there is no connection or the agent takes none.

        Raises:
            NoSquirrelValueError: Squirrel has nothing for the data.
            SquirrelError: it is larger than 256 KB.
        """
        return self._link.send(AGENT, byte_string(name), pack(byte_string(name), to_squirrel(data))) == SENT

    def receive(self, timeout: float = 10.0) -> tuple[str, object]:
        """The name and the data of the next message from the agent.

        Raises:
            TimeoutError: none came within so many seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._received), timeout):
                raise TimeoutError(f"no message from the agent within {timeout:g} s")
            return self._received.popleft()

    def _take(self, name: str, data: bytes) -> None:
        """On the agent's thread."""
        message = (host_text(name), from_squirrel(deserialise(data)))
        with self._changed:
            self._received.append(message)
            self._changed.notify_all()
