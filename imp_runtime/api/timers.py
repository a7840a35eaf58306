"""The timers of ``imp.wakeup``, on an agent and on a device (core sheet, section 5; decision 16)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from imp_runtime.limits import MOST_TIMERS
from imp_runtime.natives import HostObject, invoke
from imp_runtime.scheduler import Timer
from squirrel.errors import SquirrelError

if TYPE_CHECKING:
    from imp_runtime.host import Host

# Seconds; 2**30 hundredths.
_LONGEST_INTERVAL: Final = 10737418.0
_RESOLUTION: Final = 0.01


class ImpTimer(HostObject, name="timer"):
    """What ``imp.wakeup`` returns. The scheduler keeps an armed timer, whether or not the script keeps this."""

    def __init__(self, timer: Timer) -> None:
        super().__init__()
        self.timer = timer


class Timers:
    """The armed timers of one script."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._named: dict[str, Timer] = {}
        self._armed = 0

    def arm(self, interval: float, callback: object, name: str | None = None) -> ImpTimer | None:
        """Call ``callback`` in ``interval`` seconds; None when timers cannot be that long, or there are too many.

        Raises:
            SquirrelError: a negative interval; a name that an armed timer has already.
        """
        if math.isnan(interval) or interval < 0:
            raise SquirrelError("the interval of a timer must not be negative")
        if interval > _LONGEST_INTERVAL or self._are_too_many():
            return None
        if interval > 0:
            interval = max(_RESOLUTION, round(interval / _RESOLUTION) * _RESOLUTION)
        if name is not None and name in self._named:
            raise SquirrelError(f"a timer named '{name}' is already active")

        machine = self._host.machine
        named = self._named

        def fire() -> None:
            self._armed -= 1
            if name is not None:
                named.pop(name, None)
            invoke(machine, callback)

        timer = self._host.scheduler.start_timer(interval, fire)
        self._armed += 1
        if name is not None:
            named[name] = timer
        return ImpTimer(timer)

    def _are_too_many(self) -> bool:
        limits = self._host.config.limits
        most = MOST_TIMERS if limits is None else min(limits.timers, MOST_TIMERS)
        if self._armed < most:
            return False
        self._host.tell_once(f"{self._host.who} has {most} timers: imp.wakeup returns null for more")
        return True

    def cancel(self, timer: Timer) -> None:
        """Disarm a timer; one that has fired is ignored."""
        for name, named in self._named.items():
            if named is timer:
                del self._named[name]
                break
        if timer.active:
            self._armed -= 1
            self._host.scheduler.cancel_timer(timer)

    def named(self, name: str) -> Timer:
        """The armed timer of that name.

        Raises:
            SquirrelError: there is none.
        """
        timer = self._named.get(name)
        if timer is None:
            raise SquirrelError(f"no timer named '{name}' is active")
        return timer
