"""Generators: a function that is suspended at a ``yield``, on a stack of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from squirrel.values.base import Value

if TYPE_CHECKING:
    from greenlet import greenlet

    from squirrel.values.function import Closure

SUSPENDED: Final = "suspended"
RUNNING: Final = "running"
DEAD: Final = "dead"


class Transfer:
    """How a value crosses from a generator's stack to whoever resumed it: neither side holds it while it is away."""

    def __init__(self) -> None:
        self.value: object = None


class Generator(Value):
    """A Squirrel generator.

    ``closure``, ``this`` and ``arguments`` are what the first ``resume`` starts with; then ``stack`` is the greenlet on
    which the body runs. Dropping a suspended generator unwinds that stack, which releases what its frames hold.
    """

    def __init__(self, closure: Closure, this: object, arguments: list[object]) -> None:
        super().__init__()
        self.state = SUSPENDED
        self.closure: Closure | None = closure
        self.this = this
        self.arguments = arguments
        self.stack: greenlet | None = None
        self.transfer = Transfer()

    @property
    def type_name(self) -> str:
        return "generator"
