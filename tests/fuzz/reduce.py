"""Makes the program that shows a fault smaller."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.fuzz.mutate import tokens


def reduced(source: str, still_fails: Callable[[str], bool], seconds: float) -> str:
    """Leave out lines, then tokens, as long as the fault stays and the time lasts."""
    end = time.monotonic() + seconds
    for parts in (source.splitlines(keepends=True), None):
        found = tokens(source) if parts is None else parts
        size = max(1, len(found) // 2)
        while True:
            at = 0
            while at < len(found):
                if time.monotonic() > end:
                    return "".join(found)
                fewer = found[:at] + found[at + size :]
                if still_fails("".join(fewer)):
                    found = fewer
                else:
                    at += size
            if size == 1:
                break
            size //= 2
        source = "".join(found)
    return source
