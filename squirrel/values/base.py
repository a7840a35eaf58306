"""What every reference value shares: it can be pointed at weakly.

mypyc's native classes know no Python weak references, so a value that is pointed at weakly owns an ``Anchor``.
The anchor dies with the value and clears the address that the ``WeakRef`` remembers.
"""

from __future__ import annotations

from _ctypes import PyObj_FromPtr  # the address is known to be alive: see WeakRef.referent

from mypy_extensions import mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Value:
    """A Squirrel value that is passed by reference."""

    def __init__(self) -> None:
        # First of all attributes, so that it is also the first to go when the value dies.
        self.anchor: Anchor | None = None

    @property
    def type_name(self) -> str:
        """What ``type(x)`` returns, and what error messages call the value."""
        raise AssertionError("every value names its type")


class WeakRef(Value):
    """A Squirrel weak reference. Reads as null from the moment its referent is released."""

    def __init__(self, address: int, text: str | None = None) -> None:
        """``text`` is for strings, which are values here and have no address of their own: they are kept."""
        super().__init__()
        self.address = address
        self.text = text

    @property
    def type_name(self) -> str:
        return "weakref"

    def referent(self) -> object:
        """The value pointed at, or None. Safe: the anchor zeroes the address before the memory is given back."""
        if self.address == 0:
            return self.text
        value: object = PyObj_FromPtr(self.address)
        return value


class Anchor:
    """Owned by the value a ``WeakRef`` points at; its end is the end of that value."""

    def __init__(self, reference: WeakRef) -> None:
        self.reference = reference

    def __del__(self) -> None:
        self.reference.address = 0


def weak_reference(value: object) -> object:
    """``value.weakref()``: the value itself for null, numbers and bools, else its weak reference."""
    if isinstance(value, Value):
        anchor = value.anchor
        if anchor is None:
            anchor = Anchor(WeakRef(id(value)))
            value.anchor = anchor
        return anchor.reference
    if type(value) is str:
        return WeakRef(0, value)
    return value


def strong(value: object) -> object:
    """What a container gives when it is read: a weak reference in a slot reads as what it points at."""
    if type(value) is WeakRef:
        return value.referent()
    return value
