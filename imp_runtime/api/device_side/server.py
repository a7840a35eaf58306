"""``server`` on a device: its log, its connection, and its sleep (core sheet, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from imp_runtime.api.device_side.power import time_off
from imp_runtime.device.link import DEVICE, NO_LINK, SEND_ERROR_NOT_CONNECTED, SEND_ERROR_WOULDBLOCK, SENT
from imp_runtime.natives import Callback, Module, invoke, method
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import to_text

if TYPE_CHECKING:
    from imp_runtime.device.device import Device

_CONNECTED: Final = 5
# Seconds that a connection is waited for, unless the script says how many.
_PATIENCE: Final = 60.0
_DAY: Final = 86400

CONSTANTS: Final[dict[str, int]] = {
    "ENVIRONMENT_CARD": 0,
    "ENVIRONMENT_MODULE": 1,
    "ENVIRONMENT_AGENT": 2,
    "SHUTDOWN_NEWSQUIRREL": 1,
    "SHUTDOWN_NEWFIRMWARE": 2,
    "SHUTDOWN_OTHER": 3,
    "SEND_ERROR_NOT_CONNECTED": SEND_ERROR_NOT_CONNECTED,
    "SEND_ERROR_TIMEOUT": 2,
    "SEND_ERROR_DISCONNECTED": 3,
    "SEND_ERROR_WOULDBLOCK": SEND_ERROR_WOULDBLOCK,
    "NO_WIFI": NO_LINK,
    "NO_LINK": NO_LINK,
    "NO_IP_ADDRESS": 2,
    "NOT_RESOLVED": 3,
    "NO_SERVER": 4,
    "SERVER_CONNECTED": _CONNECTED,
    "SUSPEND_ON_ERROR": 0,
    "RETURN_ON_ERROR": 1,
    "RETURN_ON_ERROR_NO_DISCONNECT": 2,
    "WAIT_TIL_SENT": 0,
    "WAIT_FOR_ACK": 1,
}

_NO_FACTORY: Final = "impsim has no factory"


class Server(Module, name="server", refused={"bless": _NO_FACTORY, "factoryblinkup": _NO_FACTORY}):
    """The ``server`` object of a device. Agent-only members (``server.save`` ...) are absent."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self._link = device.link

    @method
    def log(self, entry: object) -> int:
        """Log one entry of type ``server.log``. Returns 0, or a Send Error Code when the device is not connected."""
        text = to_text(self._device.machine, entry)
        if not self._link.connected:
            return SEND_ERROR_NOT_CONNECTED
        self._device.log.log(text)
        return SENT

    @method
    def error(self, entry: object) -> int:
        """Log one entry of type ``server.error``, as ``log`` does."""
        text = to_text(self._device.machine, entry)
        if not self._link.connected:
            return SEND_ERROR_NOT_CONNECTED
        self._device.log.error(text)
        return SENT

    @method
    def isconnected(self) -> bool:
        """Whether the device is connected at this moment."""
        return self._link.connected

    @method
    def connect(self, callback: Callback | None = None, timeout: float = _PATIENCE) -> int | None:
        """Connect. The callback gets ``SERVER_CONNECTED``, or ``NO_LINK`` when the time is up.

        Without a callback it blocks, and returns the same.
        """
        self._link.want(True)
        if callback is None:
            connected = self._device.scheduler.wait_for(lambda: self._link.connected, max(0.0, timeout))
            return _CONNECTED if connected else NO_LINK
        self._wait_for_connection(callback, max(0.0, timeout))
        return None

    def _wait_for_connection(self, callback: Callback, timeout: float) -> None:
        machine, scheduler, link = self._device.machine, self._device.scheduler, self._link
        if link.connected:
            scheduler.post(lambda: _tell(machine, callback, _CONNECTED))
            return

        def connected() -> None:
            scheduler.cancel_timer(timer)
            _tell(machine, callback, _CONNECTED)

        def given_up() -> None:
            link.wait_for_connection(None)
            _tell(machine, callback, NO_LINK)

        timer = scheduler.start_timer(timeout, given_up)
        link.wait_for_connection(connected)

    @method
    def disconnect(self) -> None:
        """Disconnect, until ``connect``."""
        self._link.want(False)

    @method
    def flush(self, timeout: float = _PATIENCE) -> bool:
        """Whether everything was sent, which it is at once; false when the device is not connected."""
        return self._link.connected

    @method
    def setsendtimeoutpolicy(self, onError: int, waitFor: int, timeout: float) -> None:
        """Nothing: what is sent is sent at once, and without a connection every call returns its error."""

    @method
    def onunexpecteddisconnect(self, callback: Callback | None) -> None:
        """Register the function that is called with a reason when the connection is lost; null for none."""
        self._link.on_disconnect(DEVICE, callback)

    @method
    def onshutdown(self, handler: Callback | None) -> None:
        """Register a function to be told of a shutdown; nothing shuts a device down here, so it is never called."""
        self._device.shutdown_handler = handler

    @method
    def restart(self) -> NoReturn:
        """Start the device's code anew. Never returns."""
        self._device.restart()

    @method
    def sleepfor(self, seconds: float) -> NoReturn:
        """Switch off, and start from the beginning in ``seconds`` s. Never returns; the table ``nv`` survives.

        Raises:
            SquirrelError: a negative time.
        """
        self._device.restart(time_off(seconds))

    @method
    def sleepuntil(self, hour: int, minute: int, second: int = 0) -> NoReturn:
        """As ``sleepfor``, until a time of day, UTC.

        Raises:
            SquirrelError: there is no such time.
        """
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise SquirrelError("there is no such time of day")
        now = self._device.clock.time() % _DAY
        self._device.restart((hour * 3600 + minute * 60 + second - now) % _DAY)


def _tell(machine: Machine, callback: Callback, state: int) -> None:
    invoke(machine, callback, state)
