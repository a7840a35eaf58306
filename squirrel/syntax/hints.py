"""What to write instead: a hint for a source that does not compile.

The compiler's own texts are those of the reference, word for word; people and tools know them. They say what is wrong,
seldom what would be right. This adds that where the tokens around the place make it certain. Rules are in
``squirrel.syntax.hint_rules``.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

from squirrel.errors import CompileError
from squirrel.syntax.hint_rules import BY_MESSAGE, BY_TOKENS, OPERATORS, STATEMENT_END
from squirrel.syntax.lexer import KEYWORDS
from squirrel.syntax.surroundings import Surroundings

_INVALID_CONSTANT: Final = re.compile(r"invalid constant \[(\w+)\.(\w+)\]")
# The token before the culprit ends an expression, and the culprit begins a statement.
_TWO_STATEMENTS: Final = re.compile(r'(?:\w|[)\]}]|""|\+\+|--) \u25b8(\w+) ', re.ASCII)
# A statement that begins with a word, perhaps something in parentheses, and goes on: perhaps a misspelt keyword.
_FIRST_WORD: Final = re.compile(r'(?:^|[\n;{}()]) (\w+) (?:\( (?:[^ \n]+ ){0,12}?\) )?\u25b8(?:\w|""|[({@])', re.ASCII)
_ALIKE: Final = 0.81


def hint(source: str, error: CompileError) -> str | None:
    """What to write, or None where the message alone has to do.

    ``source`` is the whole text without ``#line`` directives, one character a byte; ``error`` is its error.
    """
    source = source.partition("\0")[0]
    if error.message in ("unfinished string", "error parsing the string", 'missing "*/" in comment'):
        what = "comment" if "comment" in error.message else "string"
        return f"the {what} that begins on line {Surroundings(source, len(source)).last_line} is not closed"
    offset = _offset(source, error)
    if offset < 0:
        return None
    around = Surroundings(source, offset)
    if around.culprit:
        advice = _by_tokens(error.message, around)
        if advice is not None:
            return advice or None
    invalid = _INVALID_CONSTANT.fullmatch(error.message)
    if invalid:
        return f"the enum '{invalid[1]}' has no member '{invalid[2]}'"
    return BY_MESSAGE.get(error.message)


def _offset(source: str, error: CompileError) -> int:
    """How far into the source the compiler had read; -1 when the place is not in it.

    Columns count from 0 on the first line and from 1 on others, up to the end of the culprit (``Lexer.error``).
    """
    start = 0
    for _ in range(error.line - 1):
        start = source.find("\n", start) + 1
        if start == 0:
            return -1
    end = source.find("\n", start)
    if end < 0:
        end = len(source)
    offset = start + error.column - (0 if error.line == 1 else 1)
    # A comment or a string over several lines before it shifts the column.
    return offset if start <= offset <= end else -1


def _by_tokens(message: str, around: Surroundings) -> str | None:
    """The hint of the first rule that fits; empty when the rule says that there is none."""
    if around.culprit in OPERATORS:
        return OPERATORS[around.culprit]
    if message == STATEMENT_END:
        first = _FIRST_WORD.search(around.window)
        if first and first[1] not in KEYWORDS:
            meant = difflib.get_close_matches(first[1], KEYWORDS, 1, _ALIKE)
            if meant:
                return f"perhaps '{meant[0]}' is meant in place of '{first[1]}'"
    for messages, enclosing, pattern, advice in BY_TOKENS:
        if message.startswith(messages) and enclosing in ("", around.enclosing):
            match = pattern.search(around.window)
            if match:
                return match.expand(advice)
    if "expected" in message:
        if around.mismatched and not around.opened:
            return f"there is nothing open that this '{around.culprit}' could close"
        opened = around.opened[-1] if around.mismatched else around.unclosed
        if opened is not None:
            return f"the '{opened.text}' of line {opened.line} is not closed"
    if message == STATEMENT_END:
        match = _TWO_STATEMENTS.search(around.window)
        return f"end the statement before '{match[1]}' with ';' or a new line" if match else None
    return None
