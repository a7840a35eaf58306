"""Objects of the host: what ``type()`` calls ``meta`` (dialect sheet, section 2.2)."""

from __future__ import annotations

from mypy_extensions import mypyc_attr

from squirrel.values.base import Value
from squirrel.values.function import NativeFunction
from squirrel.values.table import MISSING


@mypyc_attr(allow_interpreted_subclasses=True)
class NativeObject(Value):
    """Base of every object that the host gives to scripts: blobs, regular expressions, connections, timers.

    A subclass names itself for ``typeof`` and gives its members; scripts can neither add nor change them.
    Host objects that own something close it in ``__del__``: it runs the moment the last reference goes.
    """

    def __init__(self) -> None:
        super().__init__()

    @property
    def type_name(self) -> str:
        return "meta"

    def native_name(self) -> str:
        """What ``typeof`` returns."""
        return "meta"

    def member(self, name: object) -> object:
        """The member of that name (usually a NativeFunction), or MISSING."""
        return MISSING

    def set_member(self, name: object, value: object) -> bool:
        """Assign to a member; False when scripts may not."""
        return False

    def text(self) -> str | None:
        """What the object turns into where a string is needed, or None for the default ``(name : address)``."""
        return None

    def next_index(self, previous: object) -> object:
        """``foreach``: the index after ``previous`` (None: the first), None at the end, MISSING: not iterable."""
        return MISSING

    def clone(self) -> object:
        """``clone``: a copy, or MISSING when the object cannot be cloned."""
        return MISSING


Members = dict[str, NativeFunction]
