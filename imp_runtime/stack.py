"""Threads whose stack is large enough for deep recursion of scripts."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Final

# Script calls inside each other use the C stack of their thread; the first size that the system grants is taken.
STACK_SIZES: Final = (512 << 20, 256 << 20, 128 << 20, 64 << 20)
# The plain build counts Python frames too; the machine's own limit on script calls comes long before this one.
RECURSION_LIMIT: Final = 2_000_000


def start_with_large_stack(function: Callable[[], None], name: str = "impsim-agent") -> int:
    """Start a daemon thread with the largest stack of ``STACK_SIZES`` that the system grants; return its bytes.

    Raises:
        RuntimeError: not even the smallest was granted.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    before = threading.stack_size()
    try:
        for size in STACK_SIZES:
            try:
                threading.stack_size(size)
                threading.Thread(target=function, name=name, daemon=True).start()
                return size
            except (RuntimeError, ValueError):
                continue
    finally:
        threading.stack_size(before)
    raise RuntimeError(f"no memory for a thread with a stack of {STACK_SIZES[-1] >> 20} MB")
