"""A bounded record of what happened, which any number of readers follow, each at its own place."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Entry(Generic[_T]):
    """One entry, its number (from 1), and what it counts towards the limit on the size."""

    number: int
    value: _T
    size: int


class Journal(Generic[_T]):
    """Entries in order of arrival, on the running event loop; the oldest go when it is full."""

    def __init__(self, most: int, most_size: int | None = None) -> None:
        """`most`: entries that are kept; `most_size`: the sum of their sizes."""
        self._most = most
        self._most_size = most_size
        self._entries: deque[Entry[_T]] = deque()
        self._size = 0
        self._numbers = count(1)
        self._changed = asyncio.Event()
        self._closed = False

    def append(self, value: _T, size: int = 0) -> None:
        """Record something."""
        self._entries.append(Entry(next(self._numbers), value, size))
        self._size += size
        while len(self._entries) > self._most or (self._most_size is not None and self._size > self._most_size):
            self._size -= self._entries.popleft().size
        self._wake()

    def close(self) -> None:
        """Let those who wait for more go away with what there is."""
        self._closed = True
        self._wake()

    def after(self, number: int, wanted: Callable[[_T], bool]) -> list[Entry[_T]]:
        """The wanted entries with numbers above `number`."""
        return [entry for entry in self._entries if entry.number > number and wanted(entry.value)]

    async def wait_after(self, number: int, wanted: Callable[[_T], bool], patience: float) -> list[Entry[_T]]:
        """The same, but if there is none, wait up to `patience` seconds for one."""
        deadline = asyncio.get_running_loop().time() + patience
        while not (found := self.after(number, wanted)) and not self._closed:
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                break
        return found

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
