"""``class`` expressions."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.nodes.base import Expr, Frame
from squirrel.ops.access import new_member
from squirrel.ops.metamethods import call_metamethod
from squirrel.ops.text import type_name
from squirrel.values.classes import Class


class Member:
    """One member of a class body."""

    def __init__(self, key: Expr, value: Expr, attributes: Expr | None, static: bool, line: int) -> None:
        self.key: Final = key
        self.value: Final = value
        self.attributes: Final = attributes
        self.static: Final = static
        self.line: Final[i64] = line


class MakeClass(Expr):
    """``class extends base </ attributes /> { members }``."""

    def __init__(self, base: Expr | None, attributes: Expr | None, members: list[Member], line: int) -> None:
        self.base: Final = base
        self.attributes: Final = attributes
        self.members: Final = members
        self.line: Final[i64] = line

    def eval(self, frame: Frame) -> object:
        base: Class | None = None
        if self.base is not None:
            value = self.base.eval(frame)
            if type(value) is not Class:
                frame.line = self.line
                raise SquirrelError(f"trying to inherit from a {type_name(value)}")
            base = value
        attributes: object = None
        if self.attributes is not None:
            attributes = self.attributes.eval(frame)
        frame.line = self.line
        cls = Class(base)
        handler = cls.metamethods.get("_inherited")
        if handler is not None:
            call_metamethod(frame.machine, handler, cls, [attributes])
        cls.attributes = attributes
        for member in self.members:
            self._add(frame, cls, member)
        return cls

    def _add(self, frame: Frame, cls: Class, member: Member) -> None:
        key = member.key.eval(frame)
        attributes: object = None
        if member.attributes is not None:
            attributes = member.attributes.eval(frame)
        value = member.value.eval(frame)
        frame.line = member.line
        new_member(frame.machine, cls, key, value, attributes, member.static)
