"""How much memory a run may take (``--max-memory``): the process is measured whenever a busy script pauses."""

from __future__ import annotations

import os
import sys
import time
from typing import Final

_STATM: Final = "/proc/self/statm"
# What the threads' stacks and the libraries may reserve beyond the limit, most of it never used.
_RESERVE: Final = 2 << 30
# Seconds between two looks: each takes as long as some thousand instructions of a script.
_LOOK_EVERY: Final = 0.005


class MemoryLimit:
    """The memory that a run may take beyond what the process has at its start."""

    def __init__(self, limit: int) -> None:
        """``limit`` is in bytes."""
        self.limit = limit
        self._before = used_memory()
        self._look_at = 0.0

    @property
    def free(self) -> int:
        """Bytes that are left; not below 0."""
        return max(0, self.limit - (used_memory() - self._before))

    def exceeded(self) -> bool:
        """Whether the run takes more than it may, as far as is known: it is measured a few hundred times a second."""
        now = time.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + _LOOK_EVERY
        return used_memory() - self._before > self.limit

    @property
    def text(self) -> str:
        """The error's text."""
        return f"out of memory: the run takes more than {self.limit >> 20} MB (--max-memory)"

    def enforce(self) -> None:
        """Have the system refuse memory far beyond the limit, for a single step that takes it all between two looks.

        It holds for the whole process.
        """
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        reserved = _pages(0)
        if reserved:
            most = reserved + self.limit + _RESERVE
            resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def used_memory() -> int:
    """Bytes of memory that the process has at this moment; where the system does not tell, the most it ever had."""
    resident = _pages(1)
    if resident:
        return resident
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, others kilobytes.
    return peak if sys.platform == "darwin" else peak * 1024


def _pages(field: int) -> int:
    """A field of the system's account of the process, in bytes; 0 where there is none."""
    try:
        descriptor = os.open(_STATM, os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(descriptor, 128).split()[field]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(descriptor)
