"""How long a device stays off that switches itself off."""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError

# Seconds that a device needs at least to be up again. Without it, ``sleepfor(0)`` at the start of a script would be a
# loop that leaves the agent nothing but connects and disconnects.
BOOT_TIME: Final = 1.0


def time_off(seconds: float) -> float:
    """The seconds from switching off to running again.

    Raises:
        SquirrelError: a negative time.
    """
    if not seconds >= 0:
        raise SquirrelError("the time to sleep must not be negative")
    return max(BOOT_TIME, seconds)
