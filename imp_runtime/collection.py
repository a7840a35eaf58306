"""Python's automatic collection of cyclic garbage, which is off while agents run."""

from __future__ import annotations

import gc
import threading
from types import TracebackType
from typing import Final


class _CollectionOff:
    """Inside its ``with`` block Python collects no cyclic garbage by itself: it would close handles at a random time.

    Any number of agents of the process may be in it at the same time; the last that leaves puts things back, and lets
    the collector see again what was frozen.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                gc.unfreeze()
                if self._was_on:
                    gc.enable()


collection_off: Final = _CollectionOff()
