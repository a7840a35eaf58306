"""``switch``."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.nodes.base import BREAK, NORMAL, Expr, Frame, Stmt
from squirrel.ops.compare import equal


class Switch(Stmt):
    """``switch (subject) { case value: ... default: ... }``.

    The cases' values are evaluated in order until one equals the subject; execution starts at that case's body and
    falls through until a ``break``. ``default_index`` is where it starts when none does (the number of bodies if there
    is no ``default``).
    """

    def __init__(self, subject: Expr, values: list[Expr], bodies: list[Stmt], default_index: int) -> None:
        self.subject: Final = subject
        self.values: Final = values
        self.bodies: Final = bodies
        self.default_index: Final[i64] = default_index

    def exec(self, frame: Frame) -> i64:
        position = self.select(frame)
        while position < len(self.bodies):
            code = self.bodies[position].exec(frame)
            if code != NORMAL:
                return NORMAL if code == BREAK else code
            position += 1
        return NORMAL

    def select(self, frame: Frame) -> i64:
        """The index of the body to start at. A function of its own: the subject is released when it returns."""
        subject = self.subject.eval(frame)
        position: i64 = 0
        for value in self.values:
            if equal(subject, value.eval(frame)):
                return position
            position += 1
        return self.default_index
