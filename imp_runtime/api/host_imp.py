"""What ``imp`` is alike on an agent and on a device (core sheet, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imp_runtime import __version__
from imp_runtime.api.timers import Timers
from imp_runtime.natives import Callback, Module, attribute, byte_string, method
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.host import Host

# What a script has to itself on the platform is not known; without --max-memory nothing is enforced here.
_FREE_MEMORY: Final = 1024 * 1024
# The largest integer.
_MOST_SHOWN: Final = (1 << 31) - 1


class HostImp(Module):
    """The members that both have."""

    def __init__(self, host: Host, device_id: str) -> None:
        super().__init__()
        self._host = host
        self._timers = Timers(host)
        self._configparams = Table()
        self._configparams.new_slot("deviceid", device_id)

    @method
    def sleep(self, seconds: float) -> None:
        """Block the script: no timer and no event runs meanwhile."""
        if seconds > 0:
            self._host.scheduler.sleep(seconds)

    @attribute
    def configparams(self) -> Table:
        """A table with the ``deviceid``."""
        return self._configparams

    @method
    def getmemoryfree(self) -> int:
        """Bytes; always the same where no limit is enforced."""
        memory = self._host.memory
        return _FREE_MEMORY if memory is None else min(memory.free, _MOST_SHOWN)

    @method
    def getsoftwareversion(self) -> str:
        """What runs the script."""
        return byte_string(f"impsim {__version__}")

    @method
    def onunhandledexception(self, handler: Callback | None) -> None:
        """Register the function that is told, in one string, of the error that ends the script; null for none."""
        self._host.exception_handler = handler
