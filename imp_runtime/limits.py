"""Bounds of a run: those that always hold, and those of the platform for who asks for them (``--limits``)."""

from __future__ import annotations

from typing import Final

# Bytes of the name and the data of a message between agent and device: "just under 256 KB" (core sheet, section 6.3).
LARGEST_MESSAGE: Final = 256 * 1024 - 1
# Armed timers: far more than any agent needs, and each takes memory.
MOST_TIMERS: Final = 100_000
# Messages on their way to one side that does not take them, and their bytes together.
MOST_MESSAGES: Final = 10_000
MOST_MESSAGE_BYTES: Final = 32 << 20


class Limits:
    """What the platform holds an agent to, beside what is always so.

    `timers`: how many timers may be armed at once; more make `imp.wakeup` return null (core sheet, section 5). The
    limits of HTTP are with `imp_runtime.api.http_outgoing`.
    """

    def __init__(self, *, timers: int = 20) -> None:
        self.timers = timers


PROFILES: Final = {"impcloud": Limits()}
