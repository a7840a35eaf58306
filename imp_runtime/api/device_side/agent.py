"""``agent``: the device's link to its agent (core sheet, section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.device.link import AGENT, DEVICE, SEND_ERROR_WOULDBLOCK, pack
from imp_runtime.natives import Callback, Module, method

if TYPE_CHECKING:
    from imp_runtime.device.device import Device


class Agent(Module, name="agent"):
    """The ``agent`` object of a device."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self._link = device.link

    @method
    def on(self, messageName: str, callback: Callback) -> None:
        """Register the function that gets the data of each message of that name; it replaces the one before."""
        self._link.on(DEVICE, messageName, callback)

    @method
    def send(self, messageName: str, data: object) -> int:
        """Send a message; returns 0 or a Send Error Code: not connected, or more than the agent takes.

        Raises:
            SquirrelError: the data cannot be serialised (section 7), or is larger than 256 KB.
        """
        code = self._link.send(AGENT, messageName, pack(messageName, data))
        if code == SEND_ERROR_WOULDBLOCK:
            self._device.tell_once("the agent does not take its messages: agent.send returns SEND_ERROR_WOULDBLOCK")
        return code
