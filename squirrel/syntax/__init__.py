"""Source text to the syntax tree: ``parse`` is the way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squirrel.syntax.ast import Script


def parse(source: str, name: str) -> Script:
    """Parse a whole source.

    ``source`` is a byte string held as ``str`` with characters 0-255; ``name`` is what errors call it.
    Raises CompileError, with the reference compiler's text and position (dialect sheet, section 3).
    """
    # Imported here so that using the tree alone (squirrel.syntax.ast) loads neither the tables nor Lark.
    from squirrel.syntax.parser import Parser
    from squirrel.syntax.tables import load

    return Parser(load(), source, name).parse()
