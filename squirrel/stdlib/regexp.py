"""``regexp(pattern)`` and its methods (dialect sheet, section 9.2). The subject ends at its first NUL."""

from __future__ import annotations

from typing import Final

from squirrel.delegates.arguments import integer
from squirrel.delegates.common import collect, shared_members
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.stdlib.regexp_matcher import Matcher
from squirrel.stdlib.regexp_parser import parse
from squirrel.stdlib.string import cut_at_nul
from squirrel.values.array import Array
from squirrel.values.function import NativeFunction
from squirrel.values.regexp import REGEXP_MEMBERS, Regexp
from squirrel.values.table import Table

# Far beyond any pattern somebody writes; every character becomes a node.
LONGEST_PATTERN: Final = 1 << 16


def _matcher(machine: Machine, arguments: list[object]) -> Matcher:
    this, subject = arguments[0], arguments[1]
    if not isinstance(this, Regexp):
        raise SquirrelError("invalid type tag")
    assert type(subject) is str
    subject = cut_at_nul(subject)
    start = integer(arguments[2]) if len(arguments) > 2 else 0
    if start < 0:
        # The reference reads in front of the string; nothing is found there.
        start = len(subject)
    return Matcher(machine, this.nodes, subject, start)


def span(begin: int, end: int) -> Table:
    """The table that stands for a match; ``end`` is exclusive."""
    result = Table()
    result.new_slot("begin", begin)
    result.new_slot("end", end)
    return result


def regexp_new(machine: Machine, arguments: list[object]) -> object:
    """``regexp(pattern)``.

    Raises:
        SquirrelError: the pattern is wrong.
    """
    pattern = arguments[1]
    assert type(pattern) is str
    if len(pattern) > LONGEST_PATTERN:
        raise SquirrelError("regexp too complex")
    return Regexp(parse(pattern))


def regexp_match(machine: Machine, arguments: list[object]) -> object:
    """``match(text)``: whether the whole text matches."""
    return _matcher(machine, arguments).matches()


def regexp_search(machine: Machine, arguments: list[object]) -> object:
    """``search(text, [start])``: the first match as ``{begin, end}``, or null."""
    begin, end = _matcher(machine, arguments).search()
    return span(begin, end) if begin >= 0 else None


def regexp_capture(machine: Machine, arguments: list[object]) -> object:
    """``capture(text, [start])``: an array of ``{begin, end}``, the whole match first, then each group; or null.

    Groups that matched nothing are ``{begin = 0, end = 0}``.
    """
    matcher = _matcher(machine, arguments)
    if matcher.search()[0] < 0:
        return None
    found: list[object] = []
    for begin, length in zip(matcher.begins, matcher.lengths, strict=True):
        found.append(span(begin, begin + length) if length > 0 else span(0, 0))
    return Array(found)


def regexp_subexpcount(machine: Machine, arguments: list[object]) -> object:
    """``subexpcount()``: the number of groups, the whole pattern included."""
    this = arguments[0]
    if not isinstance(this, Regexp):
        raise SquirrelError("invalid type tag")
    return this.nodes.groups


def install(machine: Machine) -> None:
    """Put ``regexp`` into the root table."""
    machine.root.new_slot("regexp", NativeFunction("regexp", regexp_new, 1, 1, ".s"))


REGEXP_MEMBERS.update(
    collect(
        [
            NativeFunction("search", regexp_search, 1, -1, "msn"),
            NativeFunction("match", regexp_match, 1, 1, "ms"),
            NativeFunction("capture", regexp_capture, 1, -1, "msn"),
            NativeFunction("subexpcount", regexp_subexpcount, 0, 0, "m"),
            *shared_members(),
        ]
    )
)
