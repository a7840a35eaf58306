"""``regexp2(pattern)``, RE2's regular expressions, and its methods (dialect sheet, section 9.2).

RE2 comes with the optional package ``google-re2``, which is imported when a program first asks for it. As with
``regexp``, subjects end at their first NUL. Patterns and subjects are UTF-8, indexes count bytes.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

from squirrel.delegates.arguments import integer
from squirrel.delegates.common import collect, shared_members
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.stdlib.regexp import span
from squirrel.stdlib.string import cut_at_nul
from squirrel.values.array import Array
from squirrel.values.function import NativeFunction
from squirrel.values.regexp import REGEXP2_MEMBERS, LiveCount, Regexp2

LONGEST_PATTERN: Final = 256
MOST_OBJECTS: Final = 10


class Regexp2Library:
    """The constructor of one machine, which counts the objects that are alive."""

    def __init__(self) -> None:
        self.count = LiveCount()

    def new(self, machine: Machine, arguments: list[object]) -> object:
        """``regexp2(pattern)``.

        Raises:
            SquirrelError: the pattern is wrong or longer than 256 characters, there are 10 live objects already, or
                RE2 is not installed.
        """
        pattern = arguments[1]
        assert type(pattern) is str
        pattern = cut_at_nul(pattern)
        if len(pattern) > LONGEST_PATTERN:
            raise SquirrelError(f"a regexp2 pattern may have at most {LONGEST_PATTERN} characters")
        if self.count.alive >= MOST_OBJECTS:
            raise SquirrelError(f"there may be at most {MOST_OBJECTS} regexp2 objects")
        return Regexp2(compile_pattern(pattern.encode("latin-1")), self.count)


def compile_pattern(pattern: bytes) -> object:
    """The compiled pattern of the ``re2`` module.

    Raises:
        SquirrelError: the pattern is wrong, or RE2 is not installed.
    """
    try:
        re2: Any = importlib.import_module("re2")
    except ImportError:
        raise SquirrelError("regexp2 needs the package google-re2") from None
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: object = re2.compile(pattern, options)
    except re2.error as error:
        raise SquirrelError(f"invalid regexp2 pattern: {_error_text(error)}") from None
    return compiled


def _error_text(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown error"
    if isinstance(reason, bytes):
        return reason.decode("latin-1")
    return str(reason).encode("utf-8").decode("latin-1")


def _subject(machine: Machine, arguments: list[object]) -> tuple[Any, bytes, int]:
    """The compiled pattern, the subject from the start index on, and that index (-1: outside the subject)."""
    this, text = arguments[0], arguments[1]
    if not isinstance(this, Regexp2):
        raise SquirrelError("invalid type tag")
    assert type(text) is str
    machine.spend(len(text) * 16)
    subject = cut_at_nul(text).encode("latin-1")
    start = integer(arguments[2]) if len(arguments) > 2 else 0
    if start != 0 and not 0 <= start < len(subject):
        start = -1
    return this.compiled, subject[start:] if start > 0 else subject, start


def regexp2_match(machine: Machine, arguments: list[object]) -> object:
    """``match(text)``: whether the whole text matches."""
    compiled, subject, _ = _subject(machine, arguments)
    return compiled.fullmatch(subject) is not None


def regexp2_search(machine: Machine, arguments: list[object]) -> object:
    """``search(text, [start])``: the first match as ``{begin, end}``, or null."""
    compiled, subject, start = _subject(machine, arguments)
    found = compiled.search(subject) if start >= 0 else None
    if found is None:
        return None
    begin, end = found.span()
    return span(start + begin, start + end)


def regexp2_capture(machine: Machine, arguments: list[object]) -> object:
    """``capture(text, [start])``: an array of ``{begin, end}``, the whole match first, then each group; or null.

    Groups that did not take part are ``{begin = -1, end = -1}``.
    """
    compiled, subject, start = _subject(machine, arguments)
    found = compiled.search(subject) if start >= 0 else None
    if found is None:
        return None
    spans: list[object] = []
    for group in range(compiled.groups + 1):
        begin, end = found.span(group)
        spans.append(span(start + begin, start + end) if begin >= 0 else span(-1, -1))
    return Array(spans)


def install(machine: Machine) -> None:
    """Put ``regexp2`` into the root table."""
    machine.root.new_slot("regexp2", NativeFunction("regexp2", Regexp2Library().new, 1, 1, ".s"))


REGEXP2_MEMBERS.update(
    collect(
        [
            NativeFunction("search", regexp2_search, 1, -1, "msn"),
            NativeFunction("match", regexp2_match, 1, 1, "ms"),
            NativeFunction("capture", regexp2_capture, 1, -1, "msn"),
            *shared_members(),
        ]
    )
)
