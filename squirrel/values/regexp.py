"""Regular expressions as values: ``regexp`` and ``regexp2`` (dialect sheet, section 9.2)."""

from __future__ import annotations

from typing import Final

from squirrel.values.function import NativeFunction
from squirrel.values.native import NativeObject
from squirrel.values.table import MISSING

# The methods of both classes; ``squirrel.stdlib.regexp`` and ``squirrel.stdlib.regexp2`` fill them.
REGEXP_MEMBERS: Final[dict[str, NativeFunction]] = {}
REGEXP2_MEMBERS: Final[dict[str, NativeFunction]] = {}


class RegexpNodes:
    """A compiled ``regexp`` pattern: a list of nodes, each with a type, two operands and the node that follows it.

    Types up to 255 are characters (signed, as in the reference), those above are in ``squirrel.stdlib.regexp_parser``.
    -1 stands for "no node".
    """

    def __init__(self) -> None:
        self.types: list[int] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.next: list[int] = []
        # Expressions in parentheses, the whole pattern being number 0.
        self.groups = 0


class Regexp(NativeObject):
    """What ``regexp(pattern)`` makes."""

    def __init__(self, nodes: RegexpNodes) -> None:
        super().__init__()
        self.nodes = nodes

    def native_name(self) -> str:
        """``typeof``."""
        return "regexp"

    def member(self, name: object) -> object:
        """A method by name."""
        return REGEXP_MEMBERS.get(name, MISSING) if type(name) is str else MISSING


class LiveCount:
    """How many ``regexp2`` objects of one machine are alive."""

    def __init__(self) -> None:
        self.alive = 0


class Regexp2(NativeObject):
    """What ``regexp2(pattern)`` makes. ``compiled`` is the RE2 object of the ``re2`` module."""

    def __init__(self, compiled: object, count: LiveCount) -> None:
        """Counts itself in ``count`` for as long as it lives."""
        super().__init__()
        self.compiled = compiled
        self.count = count
        count.alive += 1

    def __del__(self) -> None:
        self.count.alive -= 1

    def native_name(self) -> str:
        """``typeof``."""
        return "regexp2"

    def member(self, name: object) -> object:
        """A method by name."""
        return REGEXP2_MEMBERS.get(name, MISSING) if type(name) is str else MISSING
