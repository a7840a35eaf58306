"""Squirrel's own ``regexp`` engine: greedy, and it does not go back (dialect sheet, section 18).

A repetition takes as much as it can, but stops as soon as what follows it matches; what it took it never gives back.
The subject ends at its first NUL, and that NUL can be matched: by ``.`` and by any class that has it, as negated ones
do. What the reference reads behind it is chance; here nothing but ``.`` matches there.
"""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.stdlib.regexp_parser import (
    BEGIN,
    CHARACTER_TYPE,
    CLASS,
    DOT,
    END,
    GREEDY,
    GROUP,
    NO_LIMIT,
    NONE,
    NOT_CLASS,
    OR,
    RANGE,
    WORD_BOUNDARY,
)
from squirrel.values.regexp import RegexpNodes

FAILED: Final = -1
# How far one match may go down: groups inside each other and repetitions that look at the next one.
DEEPEST: Final = 200


class Matcher:
    """One match or search of a pattern in a subject."""

    def __init__(self, machine: Machine, nodes: RegexpNodes, subject: str, start: int = 0) -> None:
        """``subject`` has no NUL; it begins for ``^`` at ``start``."""
        self.machine = machine
        self.types = nodes.types
        self.left = nodes.left
        self.right = nodes.right
        self.next = nodes.next
        self.subject = subject
        self.begin = start
        self.end = len(subject)
        # Where each group began and how long it is.
        self.begins = [0] * nodes.groups
        self.lengths = [0] * nodes.groups
        self.current = 0
        self.depth = 0

    def matches(self) -> bool:
        """Whether the whole subject matches."""
        self.current = 0
        return self._node(0, self.begin, NONE) == self.end

    def search(self) -> tuple[int, int]:
        """Begin and end of the first place that matches; (-1, -1) if there is none, or nothing to search in."""
        first = self.left[0]
        plain = chr(self.types[first] & 0xFF) if self.types[first] < GREEDY else ""
        start = self.begin
        while start < self.end:
            if plain != "":
                # No match begins with another character: saves the engine most of its work.
                start = self.subject.find(plain, start)
                if start < 0:
                    break
            self.current = 0
            end = self._node(0, start, NONE)
            if end != FAILED:
                return start, end
            start += 1
        return -1, -1

    def _node(self, node: int, position: int, following: int) -> int:
        """Match one node: the position behind it, or FAILED. ``following`` comes after it, or is NONE."""
        machine = self.machine
        machine.fuel -= 1
        if machine.fuel <= 0:
            machine.refuel()
        kind = self.types[node]
        if kind == DOT:
            return position + 1
        if kind < GREEDY:
            return position + 1 if self._code(position) == kind else FAILED
        if kind in (CLASS, NOT_CLASS):
            if position > self.end:
                return FAILED
            inside = self._in_class(self.left[node], self._code(position))
            return position + 1 if inside == (kind == CLASS) else FAILED
        if kind == CHARACTER_TYPE:
            if position > self.end:
                return FAILED
            return position + 1 if has_type(self.left[node], self._code(position)) else FAILED
        if kind == BEGIN:
            return position if position == self.begin else FAILED
        if kind == END:
            return position if position == self.end else FAILED
        if kind == WORD_BOUNDARY:
            return position if self._at_boundary(position) == (self.left[node] == ord("b")) else FAILED
        self.depth += 1
        if self.depth > DEEPEST:
            raise SquirrelError("regexp too complex")
        if kind == GREEDY:
            result = self._repetition(node, position, following)
        elif kind == OR:
            result = self._alternatives(node, position)
        else:
            result = self._group(node, position, following)
        self.depth -= 1
        return result

    def _repetition(self, node: int, position: int, following: int) -> int:
        least, most = self.right[node] >> 16 & 0xFFFF, self.right[node] & 0xFFFF
        stop = self.next[node] if self.next[node] != NONE else following
        # A next repetition that may match nothing would always stop this one: it is not asked.
        asks = stop != NONE and (self.types[stop] != GREEDY or self.right[stop] >> 16 & 0xFFFF != 0)
        after_stop = NONE
        if asks:
            if self.next[stop] != NONE:
                after_stop = self.next[stop]
            elif following != NONE:
                after_stop = self.next[following]
        count = 0
        stalled = 0
        good = position
        while count == NO_LIMIT or count < most:
            position = self._node(self.left[node], position, stop)
            if position == FAILED:
                break
            count += 1
            stalled = stalled + 1 if position == good else 0
            good = position
            if asks and self._node(stop, position, after_stop) != FAILED and self._enough(count, least, most):
                break
            if position >= self.end:
                break
            if stalled == 2:
                # It matches nothing, over and over: the reference gets to the limit in the end, and nowhere else.
                count = most
                break
        return good if self._enough(count, least, most) else FAILED

    def _enough(self, count: int, least: int, most: int) -> bool:
        return count >= least and (count <= most or most == NO_LIMIT)

    def _alternatives(self, node: int, position: int) -> int:
        """The first alternative that matches."""
        while self.types[node] == OR:
            result = self._sequence(self.left[node], position)
            if result != FAILED:
                return result
            node = self.right[node]
        return self._sequence(node, position)

    def _sequence(self, node: int, position: int) -> int:
        """The nodes of one alternative; none of them is told what follows."""
        while node != NONE and position != FAILED:
            position = self._node(node, position, NONE)
            node = self.next[node]
        return position

    def _group(self, node: int, position: int, following: int) -> int:
        captured = NONE
        if self.types[node] == GROUP and self.right[node] == self.current:
            captured = self.current
            self.begins[captured] = position
            self.current += 1
        current = self.current
        start = position
        inner = self.left[node]
        while inner != NONE:
            after = self.next[inner]
            position = self._node(inner, position, after if after != NONE else following)
            if position == FAILED:
                if captured != NONE:
                    self.begins[captured] = 0
                    self.lengths[captured] = 0
                return FAILED
            inner = after
        self.current = current
        if captured != NONE:
            self.lengths[captured] = position - start
        return position

    def _code(self, position: int) -> int:
        """The character at a position as a signed byte; 0 outside of the subject."""
        if position >= self.end or position < 0:
            return 0
        code = ord(self.subject[position])
        return code - 256 if code > 127 else code

    def _in_class(self, item: int, code: int) -> bool:
        while item != NONE:
            kind = self.types[item]
            if kind == RANGE:
                if self.left[item] <= code <= self.right[item]:
                    return True
            elif kind == CHARACTER_TYPE:
                if has_type(self.left[item], code):
                    return True
            elif kind == code:
                return True
            item = self.next[item]
        return False

    def _at_boundary(self, position: int) -> bool:
        here = is_space(self._code(position))
        if position == self.begin and not here:
            return True
        if position == self.end and not is_space(self._code(position - 1)):
            return True
        return here != is_space(self._code(position + 1))


def is_space(code: int) -> bool:
    """C's ``isspace``."""
    return code == 32 or 9 <= code <= 13


def is_alpha(code: int) -> bool:
    """C's ``isalpha``, ASCII."""
    return 97 <= code <= 122 or 65 <= code <= 90


def is_alnum(code: int) -> bool:
    """C's ``isalnum``, ASCII."""
    return is_alpha(code) or 48 <= code <= 57


def is_hexadecimal(code: int) -> bool:
    """C's ``isxdigit``."""
    return 48 <= code <= 57 or 97 <= code <= 102 or 65 <= code <= 70


def has_type(letter: int, code: int) -> bool:
    """Whether a character is of the type that a letter after a backslash names; capitals negate, but for ``u``."""
    if letter == ord("l"):
        return 97 <= code <= 122
    if letter == ord("u"):
        return 65 <= code <= 90
    negated = letter < 97
    small = letter + 32 if negated else letter
    if small == ord("a"):
        result = is_alpha(code)
    elif small == ord("w"):
        result = is_alnum(code) or code == ord("_")
    elif small == ord("s"):
        result = is_space(code)
    elif small == ord("d"):
        result = 48 <= code <= 57
    elif small == ord("x"):
        result = is_hexadecimal(code)
    elif small == ord("c"):
        result = 0 <= code <= 31 or code == 127
    else:
        result = 33 <= code <= 126 and not is_alnum(code)
    return result != negated
