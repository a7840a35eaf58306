"""How compile and runtime errors look on standard error."""

from __future__ import annotations

import re
import unicodedata

from imp_runtime.cli.shown import shown_variable
from imp_runtime.config import DEVICE_SOURCE_NAME, SOURCE_NAME
from imp_runtime.host import shortened
from imp_runtime.natives import host_text
from imp_runtime.redaction import hide_secrets
from squirrel.errors import CompileError, SquirrelError
from squirrel.syntax.hints import hint

_LINE_DIRECTIVE = re.compile(rb"^[ \t]*#line\b", re.MULTILINE)


def compile_error_text(error: CompileError, text: str, name: str, source: bytes) -> str:
    """``FILE:LINE:COLUMN: message``, the source line and a caret, and where it helps a line that says what to write.

    ``name`` is the script's file. When ``#line`` directives rename lines, the place is theirs and no line is shown.
    """
    headline = _printable(f"{_file(error.file, name)}:{error.line}:{error.column}: {text}")
    if _LINE_DIRECTIVE.search(source):
        return headline
    advice = hint(source.decode("latin-1"), error)
    return headline + excerpt(source, error.line, error.column) + (f"\nhint: {advice}" if advice else "")


def excerpt(source: bytes, line: int, column: int) -> str:
    """The source line and a caret below the column (a 1-based count of bytes); empty when there is no such line."""
    lines = source.split(b"\n")
    if not 1 <= line <= len(lines):
        return ""
    content = lines[line - 1].removesuffix(b"\r")
    before = content[: column - 1].decode("utf-8", "replace")
    shown = hide_secrets(_printable(content.decode("utf-8", "replace")), keep_length=True)
    # Tabs stay tabs, so that the caret stands right whatever their width is.
    padding = "".join("\t" if character == "\t" else " " * _width(character) for character in before)
    padding += " " * max(0, column - 1 - len(content))
    return f"\n{shown}\n{padding}^"


def _width(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runtime_error_text(error: SquirrelError, text: str, name: str) -> str:
    """The message, then each frame with its function, file, line and locals."""
    lines = [text]
    for index, entry in enumerate(shortened(error.trace)):
        if isinstance(entry, int):
            lines.append(f"  ... {entry} more frames ...")
            continue
        function = host_text(entry.function)
        lines.append(f"  {'from' if index else 'in'} {function} at {_file(entry.file, name)}:{entry.line}")
        lines += [f"      {shown_variable(local, value)}" for local, value in entry.locals()]
    return _printable("\n".join(lines))


def _file(file: str, name: str) -> str:
    """The file of a place: the script's own, or what a ``#line`` directive called it."""
    return name if file in (SOURCE_NAME, DEVICE_SOURCE_NAME) else host_text(file)


def _printable(text: str) -> str:
    """The text without what a terminal could take for a command."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
