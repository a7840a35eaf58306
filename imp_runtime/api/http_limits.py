"""The platform's rate limits, for those who ask for them (http sheet, sections 1.1 and 2.4; core sheet, 6.3)."""

from __future__ import annotations

import math
from collections.abc import Callable


class Bucket:
    """Credits that are used up one a request and come back with time."""

    def __init__(self, size: int, per_second: float, monotonic: Callable[[], float]) -> None:
        """``monotonic`` gives the seconds that the credits come back by."""
        self._size = size
        self._per_second = per_second
        self._monotonic = monotonic
        self._credits = float(size)
        self._counted = monotonic()

    def take(self) -> bool:
        """Use a credit; False when there is none."""
        now = self._monotonic()
        self._credits = min(self._size, self._credits + (now - self._counted) * self._per_second)
        self._counted = now
        if self._credits < 1:
            return False
        self._credits -= 1
        return True

    def seconds_to_next(self) -> int:
        """Whole seconds until there is a credit again."""
        return max(1, math.ceil((1 - self._credits) / self._per_second))
