"""When a script that failed is started again (``--restart``; core sheet, section 6.5)."""

from __future__ import annotations

from typing import Final

# Seconds. The platform's own delays are not known.
_FIRST_DELAY: Final = 1.0
_LONGEST_DELAY: Final = 60.0
# A script that has run for so long has recovered: the next failure counts as the first.
_RECOVERED: Final = 60.0
MOST_RESTARTS: Final = 10


class Restarts:
    """Counts the failures of one script: delays of 1, 2, 4 ... 60 s, and ``MOST_RESTARTS`` times in a row at most."""

    def __init__(self) -> None:
        self.count = 0

    def next_delay(self, lived: float) -> float | None:
        """The delay in seconds before the next start, for a script that failed after ``lived`` s; None to give up."""
        if lived >= _RECOVERED:
            self.count = 0
        if self.count == MOST_RESTARTS:
            return None
        self.count += 1
        return float(min(_FIRST_DELAY * 2 ** (self.count - 1), _LONGEST_DELAY))
