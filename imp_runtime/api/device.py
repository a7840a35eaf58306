"""``device``: the agent's link to its device (core sheet, section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.device.link import AGENT, DEVICE, SEND_ERROR_WOULDBLOCK, pack
from imp_runtime.natives import Callback, Module, method
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

_ADDRESS = "127.0.0.1"


class Device(Module, name="device"):
    """The ``device`` object of an agent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent
        self._link = agent.link

    @method
    def on(self, messageName: str, callback: Callback) -> None:
        """Register the function that gets the data of each message of that name; it replaces the one before."""
        self._link.on(AGENT, messageName, callback)

    @method
    def send(self, messageName: str, data: object) -> None:
        """Send a message; it is lost when the device is not connected.

        Raises:
            SquirrelError: the data cannot be serialised (section 7), or is larger than 256 KB.
        """
        code = self._link.send(DEVICE, messageName, pack(messageName, data))
        if code == SEND_ERROR_WOULDBLOCK:
            self._agent.tell_once("the device does not take its messages: those that device.send adds are lost")

    @method
    def isconnected(self) -> bool:
        """Whether the device is connected at this moment."""
        return self._link.connected

    @method
    def onconnect(self, callback: Callback) -> None:
        """Register the function, without parameters, that is called when the device has connected; replaces."""
        self._link.on_connect(AGENT, callback)

    @method
    def ondisconnect(self, callback: Callback) -> None:
        """Register the function that is called when the device has disconnected, with an empty table; replaces."""
        self._link.on_disconnect(AGENT, callback)

    @method
    def info(self) -> Table:
        """A table with ``id``, ``isconnected`` and ``ipaddress``; the latter empty before the first connection."""
        table = Table()
        table.new_slot("id", self._agent.config.device_id)
        table.new_slot("isconnected", self._link.connected)
        table.new_slot("ipaddress", _ADDRESS if self._link.was_connected else "")
        return table
