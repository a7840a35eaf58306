"""What to write instead: a hint for a source that does not compile.

The compiler's own texts are those of the reference, word for word; people and tools know them. They say what is wrong,
seldom what would be right. This adds that, where the line makes it certain enough.
"""

from __future__ import annotations

import re
from typing import Final

from squirrel.errors import CompileError

# A pattern for the line of the error (strings and comments blanked out), and what to write instead.
_BY_LINE: Final = (
    (r"^\s*@\s*(include|if|elseif|else|endif|end|set|macro|while|repeat|error|warning)\b", "this is a directive of the "
     "Builder preprocessor: run the preprocessed file"),
    (r"@\{", "this is an expression of the Builder preprocessor: run the preprocessed file"),
    (r"\b(var|let)\s+[A-Za-z_]", "declare a variable with 'local'"),
    (r"\bfor\s*\([^;()]*,[^;()]*;", "separate the three parts of 'for' with ';'"),
    (r"\bfor\s+each\b", "write 'foreach (value in container)'"),
    (r"\bforeach\s*\([^)]*:", "write 'foreach (value in container)' or 'foreach (key, value in container)'"),
    (r"\bfor\s*\(\s*(local\s+)?\w+\s+in\b", "write 'foreach (value in container)'"),
    (r"\b(elseif|elif|elsif)\b", "write 'else if'"),
    (r"=>", "a lambda is '@(a, b) expression'"),
    (r"[=!]==", "compare with '==' and '!='"),
    (r"&&=|\|\|=|\*\*|\?\?|\?\.", "Squirrel has no such operator: write it out"),
    (r"\bfinally\b", "there is no 'finally': put the code after the 'catch' block"),
    (r"[{,]\s*(class|function|local|static|default|this|base|return|in|if|null|true|false|throw|delete|clone)\s*=(?!=)",
     'a reserved word as a key is written ["class"] = value, or "class": value'),
    (r"\bprint\s+[\"\w]", "call it with parentheses: print(...)"),
    (r"\b(undefined|None|nil)\b", "the empty value is 'null'"),
    (r"[=(,]\s*;", "a value is missing before the ';'"),
    (r"=\s*[-+*/%]?\s*$", "a value is missing at the end of the line"),
    (r"\bdefault\s*:.*\bcase\b", "'default' has to be the last case"),
)  # fmt: skip

_BY_MESSAGE: Final = {
    "end of statement expected (; or lf)": "two statements on one line need a ';' between them",
    "unfinished string": "the string that begins here has no closing quote",
    "newline in a constant": 'close the string before the end of the line, or write @"..." for one of several lines',
    "constant too long": "single quotes hold one character; strings have double quotes",
    "empty constant": "single quotes hold one character; the empty string is \"\"",
    'missing "*/" in comment': 'close the comment with "*/"',
    "scalar expected : integer,float or string": "a constant is an integer, a float or a string, written out",
    "scalar expected : integer,float": "a sign stands before a number only",
    "can't assign expression": "assign to a variable or a slot; constants, calls and literals cannot be changed",
    "can't 'create' a local slot": "'<-' makes a slot of a table; assign to a local variable with '='",
    "cannot delete an (outer) local": "'delete' removes slots of tables; set the variable to null instead",
    "invalid octal number": "a number that begins with 0 is octal: its digits are 0 to 7",
    "function with default parameters cannot have variable number of parameters":
        "leave out the default values, or the '...'",
    "'break' has to be in a loop block": "use 'return' to leave a function",
    "'continue' has to be in a loop block": "use 'return' to leave a function",
    "nesting too deep": "take parts of the expression out into variables or functions",
    "expected 'catch'": "a 'try' block needs 'catch (error) { ... }'",
    "expected 'in'": "write 'foreach (value in container)'",
}  # fmt: skip

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\]|\\.)*\'?|//.*|#.*')
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


def hint(source: str, error: CompileError) -> str | None:
    """What to write, or None where the message alone has to do. ``source`` is the whole text, ``error`` its error."""
    lines = source.split("\n")
    if not 1 <= error.line <= len(lines):
        return None
    # The column is behind the culprit, which may be the last token of the line above.
    line = _TEXT.sub(lambda match: " " if match[0][0] in "/#" else '""', lines[error.line - 1])
    for pattern, advice in _BY_LINE:
        if re.search(pattern, line):
            return advice
    if not lines[error.line - 1][error.column :].strip() and not "".join(lines[error.line :]).strip():
        opened = unclosed(source)
        if opened is not None:
            return f"the '{opened[0]}' of line {opened[1]} is not closed"
    return _BY_MESSAGE.get(error.message)


def unclosed(source: str) -> tuple[str, int] | None:
    """The innermost bracket that is never closed, with its line, by a rough look at the source."""
    opened: list[tuple[str, int]] = []
    for number, line in enumerate(source.split("\n"), 1):
        for character in _TEXT.sub(" ", line):
            if character in "([{":
                opened.append((character, number))
            elif character in _BRACKETS and opened and opened[-1][0] == _BRACKETS[character]:
                opened.pop()
    return opened[-1] if opened else None
