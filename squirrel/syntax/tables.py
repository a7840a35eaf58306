"""The LALR(1) tables that the parser runs: what Lark makes of ``squirrel/grammar/squirrel.lark``.

Making them takes a quarter of a second. They are therefore stored beside the grammar (``make grammar``), marked with
its checksum; where that file is missing, damaged or older than the grammar, they are made in memory and everything
works the same.
"""

from __future__ import annotations

import functools
import json
import os
import zlib
from typing import Final

from squirrel import grammar as grammar_package

END: Final = "$END"
FILE: Final = "squirrel.tables.json"


class Tables:
    """Tables for a shift-reduce parser. Terminals, nonterminals, rules and states are small integers.

    ``action[state][terminal]`` is state + 1 to shift to, -(rule + 1) to reduce by, or 0: no such token here.
    ``default[state]`` is the reduction to make before an error is reported: the one that most tokens cause, or 0.
    ``goto[state][nonterminal]`` is the state after a reduction, ``accessing[state]`` the symbol that leads to a state.
    A terminal is known by its text in the grammar, or by its name where it has no fixed text.
    """

    def __init__(
        self,
        terminals: list[str],
        action: list[list[int]],
        goto: list[list[int]],
        default: list[int],
        accessing: list[str],
        rule_symbol: list[int],
        rule_length: list[int],
        rule_name: list[str],
        end_state: int,
    ) -> None:
        self.terminals = terminals
        self.kinds: dict[str, int] = {text: kind for kind, text in enumerate(terminals)}
        # One more column, all zero, for characters that no token starts with.
        self.unknown = len(terminals) - 1
        self.action = action
        self.goto = goto
        self.default = default
        self.accessing = accessing
        self.rule_symbol = rule_symbol
        self.rule_length = rule_length
        self.rule_name = rule_name
        self.end_state = end_state
        # Filled by the parser: the state after a symbol, by state, symbol and next token.
        self.settled: dict[int, int] = {}

    def to_json(self, digest: str) -> str:
        """The text to store; ``digest`` is that of the grammar they were made of."""
        tables = {
            "terminals": self.terminals,
            "action": self.action,
            "goto": self.goto,
            "default": self.default,
            "accessing": self.accessing,
            "rule_symbol": self.rule_symbol,
            "rule_length": self.rule_length,
            "rule_name": self.rule_name,
            "end_state": self.end_state,
        }
        return json.dumps({"digest": digest, "tables": tables}, separators=(",", ":"))


def from_json(text: str, digest: str) -> Tables | None:
    """The stored tables, or None when the text is damaged or was made of a grammar with another digest."""
    try:
        stored = json.loads(text)
        return Tables(**stored["tables"]) if stored["digest"] == digest else None
    except (ValueError, TypeError, KeyError):
        return None


def grammar_text() -> str:
    """The text of the grammar."""
    return _text_of("squirrel.lark")


def _text_of(file: str) -> str:
    """The text of a file in the folder of the grammar."""
    # Without importlib.resources, which takes longer to import than a small script to parse.
    with open(os.path.join(grammar_package.__path__[0], file), encoding="utf-8") as stream:
        return stream.read()


def digest_of(grammar: str) -> str:
    """What marks tables as made of this grammar."""
    data = grammar.encode("utf-8")
    return f"{len(data)}-{zlib.crc32(data):08x}"


@functools.cache
def load() -> Tables:
    """The tables of the grammar, read or made once in a process."""
    grammar = grammar_text()
    try:
        text = _text_of(FILE)
    except (OSError, ValueError):
        text = ""
    stored = from_json(text, digest_of(grammar))
    if stored is not None:
        return stored
    # Only now is Lark needed.
    from squirrel.syntax.generator import build

    return build(grammar)
