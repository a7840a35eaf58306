"""Where ``server.save`` puts an agent's data (core sheet, section 4). In memory here; ``file_store`` has the file."""

from __future__ import annotations

import binascii
import os
from typing import Protocol


class StoreError(Exception):
    """The store cannot be read or written; the text says which, and why."""


class Saved:  # noqa: PLW1641 - needs no hash
    """What an agent saved last: the number of the format, and bytes in that format."""

    def __init__(self, format: int, data: bytes) -> None:
        self.format = format
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Saved) and (self.format, self.data) == (other.format, other.data)


class Store(Protocol):
    """Keeps the data of agents apart by their ids."""

    def load(self, agent_id: str) -> Saved | None:
        """What the agent saved last, None when it never did.

        Raises:
            StoreError: it cannot be read.
        """
        ...

    def save(self, agent_id: str, saved: Saved) -> None:
        """Replace what the agent saved: all of it, or when that fails nothing.

        Raises:
            StoreError: it cannot be written.
        """
        ...


class MemoryStore:
    """Lasts as long as the process."""

    def __init__(self) -> None:
        self._saved: dict[str, Saved] = {}

    def load(self, agent_id: str) -> Saved | None:
        """What the agent saved last."""
        return self._saved.get(agent_id)

    def save(self, agent_id: str, saved: Saved) -> None:
        """Replace what the agent saved."""
        self._saved[agent_id] = saved


def new_agent_id() -> str:
    """A random agent id: 12 URL-safe characters, as on the platform (core sheet, section 6.1)."""
    # As base64.urlsafe_b64encode, which every start of an agent would have to import.
    return binascii.b2a_base64(os.urandom(9), newline=False).decode("ascii").replace("+", "-").replace("/", "_")
