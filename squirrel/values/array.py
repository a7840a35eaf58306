"""Arrays."""

from __future__ import annotations

from squirrel.values.base import Value


class Array(Value):
    """A Squirrel array. ``items`` may be read and changed directly; reads go through ``strong`` (weak references)."""

    def __init__(self, items: list[object]) -> None:
        """Takes the list over; it is not copied."""
        super().__init__()
        self.items = items

    @property
    def type_name(self) -> str:
        return "array"

    def __len__(self) -> int:
        return len(self.items)
