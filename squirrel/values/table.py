"""Tables: a Python dict for look-ups, a ``Layout`` for iteration order."""

from __future__ import annotations

from typing import Final

from squirrel.values.base import Value, strong
from squirrel.values.layout import SMALLEST, BoolKey, FloatKey, Layout
from squirrel.values.numbers import float_bits


class _Missing:
    """What a look-up gives when there is no such slot: null is a value, so None cannot say it."""


MISSING: Final[object] = _Missing()

_TRUE: Final = BoolKey(True)
_FALSE: Final = BoolKey(False)


def to_key(value: object) -> object:
    """A Squirrel value as a key of a Python dict: ``1``, ``1.0`` and ``true`` are three different slots."""
    if type(value) is float:
        return FloatKey(value, float_bits(value))
    if type(value) is bool:
        return _TRUE if value else _FALSE
    return value


def from_key(key: object) -> object:
    """The Squirrel value that ``to_key`` made into ``key``."""
    if type(key) is FloatKey:
        return key.number
    if type(key) is BoolKey:
        return key.flag
    return key


class Table(Value):
    """A Squirrel table.

    ``slots`` maps keys (see ``to_key``) to values and may be read directly. It is changed only by the methods here, but
    for the value of a slot that exists: its order of insertion is what iteration order is computed from.
    """

    def __init__(self, size: int = 0) -> None:
        """An empty table with room for ``size`` slots (table literals ask for as many as they have)."""
        super().__init__()
        self.slots: dict[object, object] = {}
        self.delegate: Table | None = None
        self.size = size if size > SMALLEST else SMALLEST
        # Kept by hand once a slot has been deleted; until then replayed from the order of insertion when needed.
        self.layout: Layout | None = None
        self.layout_is_live = False

    @property
    def type_name(self) -> str:
        return "table"

    def get(self, value: object) -> object:
        """The slot's value, or MISSING. Delegates are not asked."""
        return strong(self.slots.get(to_key(value), MISSING))

    def set(self, value: object, content: object) -> bool:
        """Assign to a slot that exists; False when there is none."""
        key = to_key(value)
        if key in self.slots:
            self.slots[key] = content
            return True
        return False

    def new_slot(self, value: object, content: object) -> None:
        """Create or overwrite a slot. The key must not be null."""
        key = to_key(value)
        if self.layout_is_live and key not in self.slots:
            assert self.layout is not None
            self.layout.insert(key)
        self.slots[key] = content

    def remove(self, value: object) -> object:
        """Delete a slot and return what it held, or MISSING."""
        key = to_key(value)
        content = self.slots.get(key, MISSING)
        if content is MISSING:
            return MISSING
        self.current_layout().remove(key)
        self.layout_is_live = True
        del self.slots[key]
        return strong(content)

    def clear(self) -> None:
        """Delete every slot. The node array shrinks by half only, and the order of what comes next can tell."""
        size = self.current_layout().size
        self.slots.clear()
        self.size = size // 2 if size > SMALLEST else SMALLEST
        self.layout = None
        self.layout_is_live = False

    def copy(self) -> Table:
        """``clone``: same slots, same delegate; the order may change, as every slot is inserted anew."""
        layout = self.current_layout()
        result = Table(layout.size)
        slots = self.slots
        for key in layout.in_order():
            result.slots[key] = slots[key]
        result.delegate = self.delegate
        return result

    def current_layout(self) -> Layout:
        """The node array as the reference machine would have it now."""
        layout = self.layout
        if layout is None:
            layout = Layout(self.size)
            self.layout = layout
        if not self.layout_is_live and layout.used < len(self.slots):
            for key in list(self.slots)[layout.used :]:
                layout.insert(key)
        return layout

    def next_node(self, index: int) -> int:
        """The first used node at or after ``index``, or -1 at the end: one step of an iteration."""
        return self.current_layout().next_used(index)

    def node_key(self, index: int) -> object:
        """The key in a used node, as a Squirrel value."""
        return from_key(self.current_layout().keys[index])

    def keys(self) -> list[object]:
        """All keys, as Squirrel values, in iteration order."""
        return [from_key(key) for key in self.current_layout().in_order()]

    def __len__(self) -> int:
        return len(self.slots)
