"""The clock of a run: what time it is, and whether it can be made a later time."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Real or virtual time. All times are seconds."""

    def time(self) -> float:
        """Seconds since the epoch, UTC: what scripts see."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back. Timers are due by it."""
        ...

    def jump(self, moment: float) -> bool:
        """Make it that monotonic time at once; False when this clock cannot. Only called when nothing is in flight."""
        ...


class RealClock:
    """The clock on the wall."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def jump(self, moment: float) -> bool:
        """Never."""
        return False


class VirtualClock:
    """Real time, but for what everybody would only wait for (``--fast``).

    It goes on while scripts compute and while something is in flight, so that a loop until a later time ends and that
    time limits of the network mean what they say. Used under the lock of the run (``imp_runtime.group``).
    """

    def __init__(self) -> None:
        self._skipped = 0.0
        self._reached = 0.0

    def time(self) -> float:
        """Seconds since the epoch, with the time that was skipped."""
        return time.time() + self._skipped

    def monotonic(self) -> float:
        """Seconds since the machine started, with the time that was skipped."""
        return max(time.monotonic() + self._skipped, self._reached)

    def jump(self, moment: float) -> bool:
        """Skip the time until that moment."""
        now = self.monotonic()
        if moment > now:
            self._skipped += moment - now
            # Where rounding would leave it just before.
            self._reached = moment
        return True
