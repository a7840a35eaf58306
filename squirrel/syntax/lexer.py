"""Source text to tokens (dialect sheet, section 3): comments, literals, punctuation, and where each token stands.

The parser asks for one token at a time, so an error here is reported no sooner than the parser gets to it.
Two positions are kept. Spans hold true 1-based lines and columns. An error is reported where the reference compiler
reports it: at the point up to which it has read, which is the end of the token it was looking at, with a column count
that starts at 0 on the first line, at 1 on later ones, and that does not start again at a newline inside a block
comment or a verbatim string.
"""

from __future__ import annotations

import re
import sys
from typing import Final, cast

from squirrel.errors import CompileError
from squirrel.syntax.literals import LiteralFault, LiteralReader, decode_number, decode_string, decode_verbatim

KEYWORDS: Final = frozenset(
    "base break case catch class clone const constructor continue default delete do else enum extends false for foreach"
    " function if in instanceof local null resume return static switch this throw true try typeof while yield".split()
)

_TOKEN: Final = re.compile(
    r"""[ \t\r]*(?:
      ([A-Za-z_][A-Za-z0-9_]*)                                            # 1: name or keyword
    | (>>>|<=>|\.\.\.|/>|==|!=|<=|>=|<-|<<|</|>>|&&|\|\||::|\+\+|--|[-+*/%]=
       |[-+*%=<>!&|^~?:;,.(){}\[\]]|/(?![/*])|@(?!"))                     # 2: punctuation
    | (\n[ \t\r\n]*)                                                      # 3: newlines
    | "([^"\\\n]*)"                                                       # 4: string without escapes
    | ([0-9])                                                             # 5: number
    | ((?://|\#)[^\n]*)                                                   # 6: line comment
    | (/\*)                                                               # 7: block comment
    | (@"|["'])                                                           # 8: other string
    | ([^\n])                                                             # 9: anything else
    | ()                                                                  # 10: the end
    )""",
    re.VERBOSE,
)
# Names and strings up to this length are made one object each.
_LONGEST_NAME: Final = 40

_LINE_DIRECTIVE: Final = re.compile(r'#line[ \t]+([0-9]{1,9})(?:[ \t]+"([^"]*)")?[ \t\r]*$')


class Token:
    """One token: its kind (a terminal of the tables), its value (a name, or a literal's value) and where it stands."""

    __slots__ = ("kind", "value", "line", "column", "end_line", "end_column", "file")

    def __init__(
        self, kind: int, value: object, line: int, column: int, end_line: int, end_column: int, file: str
    ) -> None:
        self.kind = kind
        self.value = value
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.file = file


class Lexer:
    """Reads tokens off ``source``; ``name`` is what errors call it until a ``#line`` directive says otherwise.

    ``kinds`` maps the text of each punctuation mark and keyword, and ``IDENTIFIER``, ``CONSTRUCTOR``, ``INTEGER``,
    ``FLOAT``, ``STRING`` and ``$END``, to the terminals of the tables. A character that is none of these gets the kind
    ``unknown``.
    """

    def __init__(self, source: str, name: str, kinds: dict[str, int], unknown: int) -> None:
        # The reference compiler takes a NUL for the end of the source.
        end = source.find("\0")
        self.source = source if end < 0 else source[:end]
        self.name = name
        self.kinds = kinds
        self.unknown = unknown
        self.end_kind = kinds["$END"]
        self.identifier_kind = kinds["IDENTIFIER"]
        self.string_kind = kinds["STRING"]
        self.word_kinds: dict[str, int] = {word: kinds[word] for word in KEYWORDS if word in kinds}
        self.word_kinds["constructor"] = kinds["CONSTRUCTOR"]
        self.file = ""
        self.position = 0
        self.line = 1
        self.line_start = 0
        # Where the reference compiler's column count last started, and what it started from.
        self.count_start = 0
        self.count_base = 0
        # The current token and what the parser needs to know about the one before.
        self.kind = -1
        self.previous_kind = -1
        self.after_newline = False

    def error(self, message: str) -> CompileError:
        """The error ``message`` at the point the lexer has read up to."""
        column = self.position - self.count_start + self.count_base
        return CompileError(message, self.file or self.name, self.line, column)

    def next(self) -> Token:
        """The next token; at the end of the source, ``$END`` for ever.

        Raises CompileError for a malformed literal, an unfinished comment and a control character.
        """
        source = self.source
        newline = False
        while True:
            match = _TOKEN.match(source, self.position)
            assert match is not None
            group = cast(int, match.lastindex)
            start = match.start(group)
            if group == 1:
                word = match.group(1)
                return self._token(self.word_kinds.get(word, self.identifier_kind), word, start, match.end(), newline)
            if group == 2:
                text = match.group(2)
                if text == "." and source.startswith(".", start + 1):
                    self.position = start + 2
                    raise self.error("invalid token '..'")
                return self._token(self.kinds[text], text, start, match.end(), newline)
            if group == 3:
                newline = True
                self.position = match.end()
                self._pass_lines(start, self.position)
                self.count_start = self.line_start
                self.count_base = 1
            elif group == 4:
                return self._token(self.string_kind, match.group(4), start - 1, match.end(), newline)
            elif group == 5:
                value, end = self._literal(decode_number, start)
                kind = self.kinds["FLOAT" if isinstance(value, float) else "INTEGER"]
                return self._token(kind, value, start, end, newline)
            elif group == 6:
                self.position = match.end()
                if source.startswith("#line", start):
                    self._line_directive(match.group(6), start)
            elif group == 7:
                self._block_comment(start)
            elif group == 8:
                return self._string(match.group(8), start, newline)
            elif group == 9:
                character = match.group(9)
                if character < " " or character == "\x7f":
                    self.position = start
                    raise self.error("unexpected character(control)")
                return self._token(self.unknown, character, start, match.end(), newline)
            else:
                return self._token(self.end_kind, None, start, start, newline)

    def _token(self, kind: int, value: object, start: int, end: int, newline: bool) -> Token:
        """Make the token between two offsets on the current line the current one."""
        self.position = end
        self.previous_kind = self.kind
        self.kind = kind
        self.after_newline = newline
        line_start = self.line_start - 1
        if type(value) is str and len(value) <= _LONGEST_NAME:
            # One object for each name: a dict finds it without comparing characters.
            value = sys.intern(value)
        return Token(kind, value, self.line, start - line_start, self.line, end - line_start, self.file)

    def _literal(self, decode: LiteralReader, position: int) -> tuple[object, int]:
        try:
            return decode(self.source, position)
        except LiteralFault as fault:
            self._pass_lines(position, fault.position)
            self.position = fault.position
            raise self.error(fault.message) from None

    def _string(self, opening: str, position: int, newline: bool) -> Token:
        verbatim = opening == '@"'
        value, end = self._literal(decode_verbatim if verbatim else decode_string, position)
        kind = self.kinds["INTEGER"] if opening == "'" else self.string_kind
        token = self._token(kind, value, position, end, newline)
        if verbatim:
            self._pass_lines(position, end)
            token.end_line = self.line
            token.end_column = end - self.line_start + 1
        return token

    def _block_comment(self, position: int) -> None:
        end = self.source.find("*/", position + 2)
        stop = len(self.source) if end < 0 else end + 2
        self._pass_lines(position, stop)
        self.position = stop
        if end < 0:
            raise self.error('missing "*/" in comment')

    def _pass_lines(self, start: int, end: int) -> None:
        """Count the newlines between two offsets."""
        newlines = self.source.count("\n", start, end)
        if newlines:
            self.line += newlines
            self.line_start = self.source.rfind("\n", start, end) + 1

    def _line_directive(self, comment: str, position: int) -> None:
        """``#line N "file"``, alone on its line: the next line is line N of that file."""
        match = _LINE_DIRECTIVE.match(comment)
        if match is None or self.source[self.line_start : position].strip(" \t\r"):
            return
        self.line = int(match.group(1)) - 1
        if match.group(2) is not None:
            self.file = match.group(2)
