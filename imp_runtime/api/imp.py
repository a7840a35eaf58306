"""``imp``: timers, sleep, and what the agent runs on (core sheet, section 5; decision 16)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from imp_runtime import __version__
from imp_runtime.natives import Callback, HostObject, Module, attribute, byte_string, invoke, method
from imp_runtime.scheduler import Timer
from squirrel.errors import SquirrelError
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

_AGENT: Final = 2
# Seconds; 2**30 hundredths.
_LONGEST_INTERVAL: Final = 10737418.0
_RESOLUTION: Final = 0.01
# What an agent has to itself on the platform is not known; nothing is enforced here.
_FREE_MEMORY: Final = 1024 * 1024


class ImpTimer(HostObject, name="timer"):
    """What ``imp.wakeup`` returns. The scheduler keeps an armed timer, whether or not the script keeps this."""

    def __init__(self, timer: Timer) -> None:
        super().__init__()
        self.timer = timer


class Imp(Module, name="imp"):
    """The ``imp`` object of an agent. Device-only members (``imp.info``, ``imp.onidle`` ...) are absent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent
        self._named: dict[str, Timer] = {}
        self._configparams = Table()
        self._configparams.new_slot("deviceid", agent.config.device_id)

    @method
    def wakeup(self, interval: float, callback: Callback, name: str | None = None) -> ImpTimer | None:
        """Call ``callback`` in ``interval`` seconds; null when that is longer than a timer can be.

        Raises:
            SquirrelError: a negative interval; a name that an armed timer has already.
        """
        if math.isnan(interval) or interval < 0:
            raise SquirrelError("the interval of a timer must not be negative")
        if interval > _LONGEST_INTERVAL:
            return None
        if interval > 0:
            interval = max(_RESOLUTION, round(interval / _RESOLUTION) * _RESOLUTION)
        if name is not None and name in self._named:
            raise SquirrelError(f"a timer named '{name}' is already active")

        machine = self._agent.machine
        named = self._named

        def fire() -> None:
            if name is not None:
                named.pop(name, None)
            invoke(machine, callback)

        timer = self._agent.scheduler.start_timer(interval, fire)
        if name is not None:
            named[name] = timer
        return ImpTimer(timer)

    @method
    def cancelwakeup(self, timer: ImpTimer | str | None) -> None:
        """Disarm a timer, by object or name. A timer that has fired, and null, are ignored.

        Raises:
            SquirrelError: no armed timer has that name.
        """
        if timer is None:
            return
        if isinstance(timer, str):
            armed = self._named.pop(timer, None)
            if armed is None:
                raise SquirrelError(f"no timer named '{timer}' is active")
        else:
            armed = timer.timer
            for name, named in self._named.items():
                if named is armed:
                    del self._named[name]
                    break
        self._agent.scheduler.cancel_timer(armed)

    @method
    def sleep(self, seconds: float) -> None:
        """Block the agent: no timer and no event runs meanwhile."""
        if seconds > 0:
            self._agent.scheduler.sleep(seconds)

    @method
    def environment(self) -> int:
        """``ENVIRONMENT_AGENT``."""
        return _AGENT

    @attribute
    def configparams(self) -> Table:
        """A table with the ``deviceid``."""
        return self._configparams

    @method
    def getmemoryfree(self) -> int:
        """Bytes; always the same, as no limit is enforced."""
        return _FREE_MEMORY

    @method
    def getsoftwareversion(self) -> str:
        """What runs the agent."""
        return byte_string(f"impsim {__version__}")

    @method
    def onunhandledexception(self, handler: Callback | None) -> None:
        """Register the function that is told, in one string, of the error that ends the agent; null for none."""
        self._agent.exception_handler = handler
