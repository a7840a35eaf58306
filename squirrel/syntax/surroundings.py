"""What stands around the place of a compile error: the tokens before and after it, and the brackets that are open.

The lexer stops at what it cannot read; this one reads on, takes the operators of other languages for one token each,
and knows no errors.
"""

from __future__ import annotations

import re
from typing import Final

# Stands for the end of the source among the texts of tokens. No character of a source is above 255.
END: Final = "\u220e"
# Stands before the token at which the compiler gave up.
CULPRIT: Final = "\u25b8"

_BEFORE: Final = 24
_AFTER: Final = 6
_LONGEST: Final = 40
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}

_TOKEN: Final = re.compile(
    r"""(?P<blank>[ \t\r]+|//[^\n]*|\#[^\n]*)
    | (?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<newline>\n[ \t\r\n]*)
    | (?P<string>@"(?:[^"]|"")*"?|"(?:[^"\\\n]|\\.)*"?)
    | (?P<character>'(?:[^'\\\n]|\\.)*'?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>0[xX][0-9a-fA-F]*|[0-9][0-9.]*(?:[eE][-+]?[0-9]*)?)
    | (?P<mark>>>>|>>=|<<=|<=>|\.\.\.|===|!==|&&=|\|\|=|\*\*=?|==|!=|<=|>=|=>|->|<>|<-|<<|>>|&&|\|\||\?\?|\?\.|::|:=
        |\+\+|--|[-+*/%&|^]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_CLASS_HEAD: Final = re.compile(r"class(?: \w+(?: \. \w+)*)?(?: extends \w+(?: \. \w+)*)?(?: \n)? $")
_ENUM_HEAD: Final = re.compile(r"enum \w+(?: \n)? $")
_SWITCH_HEAD: Final = re.compile(r"switch \([^\n]*\)(?: \n)? $")


class Opened:
    """An opening bracket that is not closed: its text, its line, and what it opens.

    ``kind`` is ``class``, ``enum`` or ``switch`` for the brace of one, otherwise the bracket.
    """

    def __init__(self, text: str, line: int, kind: str) -> None:
        self.text = text
        self.line = line
        self.kind = kind


class Surroundings:
    """The neighbourhood of an offset in a source.

    ``window`` has the texts of the tokens around it with a blank on both sides of each: strings as ``""``, characters
    as ``''``, line ends as a newline, comments left out, ``CULPRIT`` before the token that holds the offset.
    ``culprit`` is that token; empty when the offset is not in a token. ``opened`` are the brackets open before it,
    outermost first; ``unclosed`` is the innermost one that the source leaves open, where it ends with the culprit.
    ``last_line`` is the line on which the last string or comment up to there begins.
    """

    def __init__(self, source: str, offset: int) -> None:
        """``offset``: how far the compiler had read; the culprit ends there."""
        self.culprit = END
        self.opened: list[Opened] = []
        self.unclosed: Opened | None = None
        self.last_line = 1
        before: list[str] = []
        after: list[str] = []
        line = 1
        for match in _TOKEN.finditer(source):
            text = _text(match)
            if match.end() < offset:
                if match.lastgroup in ("string", "character", "comment"):
                    self.last_line = line
                if text:
                    self._pass(text, line, before)
                    before.append(text)
            elif self.culprit == END:
                if match.lastgroup in ("string", "character", "comment"):
                    self.last_line = line
                if match.start() >= offset and text not in ("", "\n"):
                    self.culprit = ""
                    break
                if text == "\n":
                    before.append(text)
                elif text:
                    self.culprit = text
            elif len(after) < _AFTER:
                after += [text] if text else []
            else:
                break
            line += match[0].count("\n")
        shown = [*before[-_BEFORE:], CULPRIT + self.culprit, *after, END]
        self.window = f" {' '.join(shown)} "
        if self.culprit and after in ([], ["\n"]):
            # At the end, the compiler may have stopped at the last token or have looked for one more.
            remaining = self.opened[:-1] if self.culprit in _CLOSING and not self.mismatched else self.opened
            self.unclosed = remaining[-1] if remaining else None

    def _pass(self, text: str, line: int, before: list[str]) -> None:
        """Keep account of the brackets."""
        if text in "([{":
            self.opened.append(Opened(text, line, _kind(text, before)))
        elif text in _CLOSING and self.opened and self.opened[-1].text == _CLOSING[text]:
            self.opened.pop()

    @property
    def enclosing(self) -> str:
        """The kind of the innermost open bracket; empty outside all brackets."""
        return self.opened[-1].kind if self.opened else ""

    @property
    def mismatched(self) -> bool:
        """Whether the culprit is a closing bracket that does not fit the innermost open one."""
        return self.culprit in _CLOSING and (not self.opened or self.opened[-1].text != _CLOSING[self.culprit])


def _text(match: re.Match[str]) -> str:
    """The text of a token in a window; empty for blanks and comments."""
    group = match.lastgroup
    if group in ("blank", "comment"):
        return ""
    if group == "newline":
        return "\n"
    if group == "string":
        return '""'
    if group == "character":
        return "''"
    return match[0][:_LONGEST]


def _kind(text: str, before: list[str]) -> str:
    if text == "{":
        head = " ".join([*before[-_BEFORE:], ""])
        for kind, pattern in (("class", _CLASS_HEAD), ("enum", _ENUM_HEAD), ("switch", _SWITCH_HEAD)):
            if pattern.search(head):
                return kind
    return text
