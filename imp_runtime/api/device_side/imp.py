"""``imp`` on a device: timers, sleep, and what the device is (core sheet, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imp_runtime.api.device_side.power import time_off
from imp_runtime.api.host_imp import HostImp
from imp_runtime.api.timers import ImpTimer
from imp_runtime.natives import Callback, attribute, method
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.device.device import Device

_MODULE: Final = 1
_NO_RADIO: Final = "impsim has no radio"
_NO_CONFIGURATION: Final = "impsim has no configuration to change"
_NOT_HERE: Final = {
    "getbssid": _NO_RADIO,
    "getcountry": _NO_RADIO,
    "getpowersave": _NO_RADIO,
    "getssid": _NO_RADIO,
    "rssi": _NO_RADIO,
    "scanwifinetworks": _NO_RADIO,
    "setcountry": _NO_RADIO,
    "setpoweren": _NO_RADIO,
    "setpowersave": _NO_RADIO,
    "clearconfiguration": _NO_CONFIGURATION,
    "enableblinkup": _NO_CONFIGURATION,
    "setenroltoken": _NO_CONFIGURATION,
    "setproxy": _NO_CONFIGURATION,
    "setsendbuffersize": _NO_CONFIGURATION,
    "setwificonfiguration": _NO_CONFIGURATION,
}


class Imp(HostImp, name="imp", refused=_NOT_HERE):
    """The ``imp`` object of a device."""

    def __init__(self, device: Device) -> None:
        super().__init__(device, device.config.device_id)
        self._device = device
        self._idle: ImpTimer | None = None
        self._info = Table()
        self._info.new_slot("type", "impsim")

    @method
    def wakeup(self, interval: float, callback: Callback) -> ImpTimer | None:
        """Call ``callback`` in ``interval`` seconds; null when timers cannot be that long, or there are too many.

        Raises:
            SquirrelError: a negative interval.
        """
        return self._timers.arm(interval, callback)

    @method
    def cancelwakeup(self, timer: ImpTimer | None) -> None:
        """Disarm a timer. One that has fired, and null, are ignored."""
        if timer is not None:
            self._timers.cancel(timer.timer)

    @method
    def onidle(self, callback: Callback | None) -> None:
        """Call a function when nothing else is to be done, once; it replaces the one before, and null takes it back."""
        if self._idle is not None:
            self._timers.cancel(self._idle.timer)
        self._idle = None if callback is None else self._timers.arm(0.0, callback)

    @method
    def deepsleepfor(self, seconds: float) -> None:
        """Switch off, and start from the beginning in ``seconds`` s. Never returns; the table ``nv`` survives.

        Raises:
            SquirrelError: a negative time.
        """
        self._device.restart(time_off(seconds))

    @method
    def environment(self) -> int:
        """``ENVIRONMENT_MODULE``."""
        return _MODULE

    @attribute
    def info(self) -> Table:
        """A table with the ``type`` of imp."""
        return self._info

    @method
    def getdeviceid(self) -> str:
        """The device id: 16 hexadecimal digits."""
        return self._device.config.device_id

    @method
    def getmacaddress(self) -> str:
        """Twelve hexadecimal digits, from those of the device id."""
        return self._device.config.device_id[-12:].lower()
