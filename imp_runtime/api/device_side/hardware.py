"""``hardware``: there is none, and what a script wants of it is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.natives import Module, method
from squirrel.values.numbers import wrap32

if TYPE_CHECKING:
    from imp_runtime.device.device import Device


class Hardware(Module, name="hardware", others_refused="impsim has no hardware"):
    """The ``hardware`` object of a device. Scripts may put a table of their own in its place: ``hardware <- {...}``."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device
        self._began = device.clock.monotonic()

    @method
    def getdeviceid(self) -> str:
        """The device id: 16 hexadecimal digits."""
        return self._device.config.device_id

    @method
    def millis(self) -> int:
        """Milliseconds since the device was switched on."""
        return wrap32(int((self._device.clock.monotonic() - self._began) * 1000))

    @method
    def micros(self) -> int:
        """Microseconds since the device was switched on."""
        return wrap32(int((self._device.clock.monotonic() - self._began) * 1_000_000))
