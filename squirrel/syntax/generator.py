"""Has Lark make the parser tables of the grammar, and stores them for ``squirrel.syntax.tables`` when run as a program.

    python -m squirrel.syntax.generator [DIRECTORY]

writes into DIRECTORY, or beside the grammar.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from lark import Lark
from lark.lexer import BasicLexer
from lark.parsers.lalr_analysis import Shift

from squirrel.syntax.tables import END, FILE, Tables, digest_of, grammar_text


def build(grammar: str) -> Tables:
    """Have Lark make the tables of ``grammar``."""
    # A lexer class makes Lark accept terminals that have no pattern; it is never run.
    lark = Lark(grammar, parser="lalr", lexer=BasicLexer)
    table = lark.parser.parser._parse_table
    texts = {terminal.name: str(getattr(terminal.pattern, "value", terminal.name)) for terminal in lark.terminals}
    names = sorted({symbol for row in table.states.values() for symbol in row if _is_terminal(symbol)})
    terminals = [texts.get(name, name) for name in names] + [""]
    terminal_number = {name: number for number, name in enumerate(names)}
    nonterminals = sorted({str(rule.origin.name) for rule in lark.rules})
    nonterminal_number = {name: number for number, name in enumerate(nonterminals)}
    rule_number = {rule: number for number, rule in enumerate(lark.rules)}

    # Lark numbers the states as it comes across them in sets; number them in the order in which they are reached.
    start = table.start_states["start"]
    order = {start: 0}
    accessing = [""]
    action: list[list[int]] = []
    goto: list[list[int]] = []
    default: list[int] = []
    queue = [start]
    for state in queue:
        row = table.states[state]
        actions = [0] * len(terminals)
        gotos = [-1] * len(nonterminals)
        reductions: Counter[int] = Counter()
        for symbol in sorted(row):
            kind, target = row[symbol]
            if kind is not Shift:
                reduction = -(rule_number[target] + 1)
                actions[terminal_number[symbol]] = reduction
                # The whole script ends at the end of the source only, never because of an unexpected token.
                if target.origin.name != "start":
                    reductions[reduction] += 1
                continue
            if target not in order:
                order[target] = len(order)
                accessing.append(texts.get(symbol, str(symbol)))
                queue.append(target)
            if _is_terminal(symbol):
                actions[terminal_number[symbol]] = order[target] + 1
            else:
                gotos[nonterminal_number[symbol]] = order[target]
        action.append(actions)
        goto.append(gotos)
        default.append(max(reductions, key=lambda reduction: (reductions[reduction], reduction)) if reductions else 0)
    return Tables(
        terminals=terminals,
        action=action,
        goto=goto,
        default=default,
        accessing=accessing,
        rule_symbol=[nonterminal_number[rule.origin.name] for rule in lark.rules],
        rule_length=[len(rule.expansion) for rule in lark.rules],
        rule_name=[str(rule.alias or rule.origin.name) for rule in lark.rules],
        end_state=order[table.end_states["start"]],
    )


def _is_terminal(symbol: str) -> bool:
    return symbol == END or symbol.isupper()


def write(directory: Path) -> Path:
    """Make the tables and store them in ``directory`` (that of the grammar, to be found there); the file's path."""
    grammar = grammar_text()
    text = build(grammar).to_json(digest_of(grammar))
    path = directory / FILE
    # A reader sees the old file or the new one, never a part of one.
    handle, temporary = tempfile.mkstemp(dir=directory, prefix=FILE)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "grammar"))
