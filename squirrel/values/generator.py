"""Generators: a function call that is suspended at a ``yield``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from squirrel.values.base import Value

if TYPE_CHECKING:
    from squirrel.nodes.base import Frame
    from squirrel.values.function import Closure

SUSPENDED: Final = "suspended"
RUNNING: Final = "running"
DEAD: Final = "dead"


class Generator(Value):
    """A Squirrel generator.

    ``this`` and ``arguments`` are what the first ``resume`` makes the ``frame`` of; from then on the frame is all there
    is, until the body ends.
    """

    def __init__(self, closure: Closure, this: object, arguments: list[object]) -> None:
        super().__init__()
        self.state = SUSPENDED
        self.closure = closure
        self.this = this
        self.arguments = arguments
        self.frame: Frame | None = None

    @property
    def type_name(self) -> str:
        return "generator"
