"""``imp``: timers, sleep, and what the agent runs on (core sheet, section 5; decision 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imp_runtime.api.host_imp import HostImp
from imp_runtime.api.timers import ImpTimer
from imp_runtime.natives import Callback, method

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

_AGENT: Final = 2


class Imp(HostImp, name="imp"):
    """The ``imp`` object of an agent. Device-only members (``imp.info``, ``imp.onidle`` ...) are absent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent, agent.config.device_id)

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
    def environment(self) -> int:
        """``ENVIRONMENT_AGENT``."""
        return _AGENT
