"""Reads the patterns of Squirrel's own ``regexp`` (dialect sheet, sections 9.2 and 18) into a list of nodes.

Its oddities are those of the reference: a group in which groups stand does not let the groups behind it capture, ``*``
with nothing before it is a plain character, and bytes above 127 must be escaped.
"""

from __future__ import annotations

from typing import Final

from squirrel.errors import SquirrelError
from squirrel.values.regexp import RegexpNodes

# Node types beside the characters.
GREEDY: Final = 256  # left: what is repeated; right: least and most times, 16 bits each, 0xFFFF: no limit
OR: Final = 257  # left, right: the alternatives
GROUP: Final = 258  # left: first node inside; right: number of the group
PLAIN_GROUP: Final = 259  # left: first node inside; captures nothing
DOT: Final = 260
CLASS: Final = 261  # left: first item
CHARACTER_TYPE: Final = 262  # left: the letter, as in \d
NOT_CLASS: Final = 263  # left: first item
RANGE: Final = 264  # left, right: first and last character
END: Final = 265
BEGIN: Final = 266
WORD_BOUNDARY: Final = 267  # left: b or B

NO_LIMIT: Final = 0xFFFF
NONE: Final = -1

# Groups inside each other. The matcher goes down with them.
DEEPEST: Final = 100

_CHARACTER_TYPES: Final = "aAwWsSdDxXcCpPlu"
_CONTROLS: Final[dict[str, int]] = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11}


def parse(pattern: str) -> RegexpNodes:
    """Read a pattern, up to its first NUL.

    Raises:
        SquirrelError: the pattern is wrong: ``letter expected``, ``expected paren``, ...
    """
    return _Parser(pattern).parse()


def signed(character: str) -> int:
    """A character as the reference sees it: bytes above 127 are negative."""
    code = ord(character)
    return code - 256 if code > 127 else code


class _Parser:
    def __init__(self, pattern: str) -> None:
        end = pattern.find("\0")
        self.pattern = pattern if end < 0 else pattern[:end]
        self.position = 0
        self.depth = 0
        self.nodes = RegexpNodes()

    def parse(self) -> RegexpNodes:
        first = self.new(GROUP)
        inside = self.alternatives()
        self.nodes.left[first] = inside
        if self.position < len(self.pattern):
            raise SquirrelError("unexpected character")
        return self.nodes

    def new(self, kind: int) -> int:
        nodes = self.nodes
        nodes.types.append(kind)
        nodes.left.append(NONE)
        nodes.next.append(NONE)
        if kind == GROUP:
            nodes.right.append(nodes.groups)
            nodes.groups += 1
        else:
            nodes.right.append(NONE)
        return len(nodes.types) - 1

    def peek(self) -> str:
        """The character at the position; "" at the end."""
        return self.pattern[self.position] if self.position < len(self.pattern) else ""

    def take(self) -> str:
        """The character at the position, which moves on."""
        character = self.peek()
        if character == "":
            raise SquirrelError("letter expected")
        self.position += 1
        return character

    def take_printable(self) -> str:
        character = self.take()
        if not " " <= character <= "~":
            raise SquirrelError("letter expected")
        return character

    def expect(self, character: str) -> None:
        if self.peek() != character:
            raise SquirrelError("expected paren")
        self.position += 1

    def alternatives(self) -> int:
        """Branches with ``|`` between them; each ``OR`` has the rest as its right side."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise SquirrelError("regexp too complex")
        first = self.branch()
        last = NONE
        while self.peek() == "|":
            self.position += 1
            node = self.new(OR)
            if last == NONE:
                self.nodes.left[node] = first
                first = node
            else:
                self.nodes.left[node] = self.nodes.right[last]
                self.nodes.right[last] = node
            branch = self.branch()
            self.nodes.right[node] = branch
            last = node
        self.depth -= 1
        return first

    def branch(self) -> int:
        """Elements in a row: the first of them."""
        nodes = self.nodes
        first = NONE
        if self.peek() == "^":
            self.position += 1
            first = self.new(BEGIN)
        last = first
        while True:
            element = self.element()
            if last == NONE:
                first = element
            else:
                nodes.next[last] = element
            last = element
            following = self.peek()
            if following == "" or following in "|)*+":
                return first

    def element(self) -> int:
        """One character, class or group, and how often it may come."""
        character = self.peek()
        if character == "(":
            self.position += 1
            node = self.group()
        elif character == "[":
            self.position += 1
            node = self.character_class()
            self.expect("]")
        elif character == "$":
            self.position += 1
            node = self.new(END)
        elif character == ".":
            self.position += 1
            node = self.new(DOT)
        else:
            node = self.character(False)
        return self.repeated(node)

    def group(self) -> int:
        if self.peek() == "?":
            self.position += 1
            self.expect(":")
            node = self.new(PLAIN_GROUP)
        else:
            node = self.new(GROUP)
        inside = self.alternatives()
        self.nodes.left[node] = inside
        self.expect(")")
        return node

    def repeated(self, node: int) -> int:
        mark = self.peek()
        if mark == "*":
            least, most = 0, NO_LIMIT
        elif mark == "+":
            least, most = 1, NO_LIMIT
        elif mark == "?":
            least, most = 0, 1
        elif mark == "{":
            self.position += 1
            least, most = self.counts()
            self.position -= 1
        else:
            return node
        self.position += 1
        repeat = self.new(GREEDY)
        self.nodes.left[repeat] = node
        self.nodes.right[repeat] = least << 16 | most
        return repeat

    def counts(self) -> tuple[int, int]:
        """``n}``, ``n,}`` or ``n,m}``."""
        if not self.at_digit():
            raise SquirrelError("number expected")
        least = self.number()
        if self.peek() == "}":
            self.position += 1
            return least, least
        if self.peek() != ",":
            raise SquirrelError(", or } expected")
        self.position += 1
        most = self.number() if self.at_digit() else NO_LIMIT
        self.expect("}")
        return least, most

    def at_digit(self) -> bool:
        character = self.peek()
        return "0" <= character <= "9"

    def number(self) -> int:
        start = self.position
        while self.at_digit():
            if self.position - start >= 9:
                raise SquirrelError("overflow in numeric constant")
            self.position += 1
        return int(self.pattern[start : self.position]) & 0xFFFF

    def character(self, in_class: bool) -> int:
        """A plain or escaped character."""
        if self.peek() != "\\":
            return self.new(signed(self.take_printable()))
        self.position += 1
        letter = self.take()
        if letter in _CONTROLS:
            return self.new(_CONTROLS[letter])
        if letter in _CHARACTER_TYPES:
            node = self.new(CHARACTER_TYPE)
            self.nodes.left[node] = ord(letter)
            return node
        if letter in "bB" and not in_class:
            node = self.new(WORD_BOUNDARY)
            self.nodes.left[node] = ord(letter)
            return node
        return self.new(signed(letter))

    def character_class(self) -> int:
        """What stands between brackets; its items are chained."""
        nodes = self.nodes
        if self.peek() == "^":
            self.position += 1
            node = self.new(NOT_CLASS)
        else:
            node = self.new(CLASS)
        if self.peek() == "]":
            raise SquirrelError("empty class")
        last = node
        first = NONE
        while self.peek() != "]":
            if self.peek() == "-" and first != NONE:
                self.position += 1
                item = self.new(RANGE)
                following = self.peek()
                if nodes.types[first] > (signed(following) if following else 0):
                    raise SquirrelError("invalid range")
                nodes.left[item] = nodes.types[first]
                nodes.right[item] = self.range_end()
                nodes.next[last] = item
                last = item
                first = NONE
            else:
                if first != NONE:
                    nodes.next[last] = first
                    last = first
                first = self.character(True)
        if first != NONE:
            nodes.next[last] = first
        nodes.left[node] = nodes.next[node]
        nodes.next[node] = NONE
        return node

    def range_end(self) -> int:
        if self.peek() == "\\":
            self.position += 1
            letter = self.take()
            return _CONTROLS.get(letter, signed(letter))
        return signed(self.take_printable())
