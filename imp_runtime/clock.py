"""The clock of an agent: what time it is, and how to wait for a later one."""

from __future__ import annotations

import threading
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

    def wait(self, condition: threading.Condition, due: float | None, in_flight: bool) -> None:
        """Wait, the condition held, until it is notified or the monotonic time ``due`` has come (None: never).

        ``in_flight`` says whether something outside may still notify: a virtual clock may only jump when nothing may.
        May return early.
        """
        ...


# The longest single wait; the operating system refuses waits of centuries.
_LONGEST_WAIT = 3600.0


class RealClock:
    """The clock on the wall."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since the machine started."""
        return time.monotonic()

    def wait(self, condition: threading.Condition, due: float | None, in_flight: bool) -> None:
        """Wait for the condition or for ``due``."""
        condition.wait(_LONGEST_WAIT if due is None else max(0.0, min(due - time.monotonic(), _LONGEST_WAIT)))
