"""``imp``: timers, sleep, and what the agent runs on (core sheet, section 5; decision 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imp_runtime import __version__
from imp_runtime.api.timers import ImpTimer, Timers
from imp_runtime.natives import Callback, Module, attribute, byte_string, method
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

_AGENT: Final = 2
# What an agent has to itself on the platform is not known; without --max-memory nothing is enforced here.
FREE_MEMORY: Final = 1024 * 1024
# The largest integer.
MOST_SHOWN: Final = (1 << 31) - 1


class Imp(Module, name="imp"):
    """The ``imp`` object of an agent. Device-only members (``imp.info``, ``imp.onidle`` ...) are absent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent
        self._timers = Timers(agent)
        self._configparams = Table()
        self._configparams.new_slot("deviceid", agent.config.device_id)

    @method
    def wakeup(self, interval: float, callback: Callback, name: str | None = None) -> ImpTimer | None:
        """Call ``callback`` in ``interval`` seconds; null when timers cannot be that long, or there are too many.

        Raises:
            SquirrelError: a negative interval; a name that an armed timer has already.
        """
        return self._timers.arm(interval, callback, name)

    @method
    def cancelwakeup(self, timer: ImpTimer | str | None) -> None:
        """Disarm a timer, by object or name. A timer that has fired, and null, are ignored.

        Raises:
            SquirrelError: no armed timer has that name.
        """
        if timer is None:
            return
        self._timers.cancel(self._timers.named(timer) if isinstance(timer, str) else timer.timer)

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
        """Bytes; always the same where no limit is enforced."""
        memory = self._agent.memory
        return FREE_MEMORY if memory is None else min(memory.free, MOST_SHOWN)

    @method
    def getsoftwareversion(self) -> str:
        """What runs the agent."""
        return byte_string(f"impsim {__version__}")

    @method
    def onunhandledexception(self, handler: Callback | None) -> None:
        """Register the function that is told, in one string, of the error that ends the agent; null for none."""
        self._agent.exception_handler = handler
