"""A shift-reduce parser over Lark's tables that makes the AST as it goes and reports errors in the reference's words.

Lark's own parser loop is not used: the texts and positions of the reference compiler's errors need the pending
reductions of a state to run before an error is reported, what ``{``, ``function`` and ``class`` are is asked of the
parser's state, and a loop over integers is several times faster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from squirrel.syntax.ast import Script
from squirrel.syntax.builder import FLAT, Builder
from squirrel.syntax.lexer import Lexer, Token
from squirrel.syntax.tables import END, Tables

# How many AST nodes may stand inside each other. Later phases walk the tree by recursion; a chain of binary operators,
# which is deep on its left side only, does not count.
NESTING_LIMIT: Final = 2000

# A declaration where the parser can go on with one, otherwise the start of a value.
_VALUES: Final = {"{": "TABLE_OPEN", "function": "FUNCTION_VALUE", "class": "CLASS_VALUE"}

# What the reference compiler insists on in a place where several tokens are possible, most telling first.
_EXPECTED: Final = (
    "IDENTIFIER", ")", "]", "}", "{", "(", ":", "while", "in", "catch", "=", ";", "::",
)  # fmt: skip


class Parser:
    """Parses one source. ``name`` is what errors call it."""

    def __init__(self, tables: Tables, source: str, name: str) -> None:
        kinds = tables.kinds
        self.tables = tables
        self.lexer = Lexer(source, name, kinds, tables.unknown)
        builder = Builder(self.lexer, name)
        self.actions: list[Callable[[list[object]], object] | None] = [
            None if rule == "only" else cast(Callable[[list[object]], object], getattr(builder, rule))
            for rule in tables.rule_name
        ]
        self.costs: list[int] = [0 if rule in FLAT else 2 if rule == "binary" else 1 for rule in tables.rule_name]
        self.bracket_kind = kinds["["]
        self.parenthesis_kind = kinds["("]
        self.integer_kind = kinds["INTEGER"]
        self.case_kinds = (kinds["case"], kinds["default"])
        self.states: list[int] = [0]
        self.values: list[object] = []
        # How many nodes stand inside each other in each of the values.
        self.depths: list[int] = []

    def parse(self) -> Script:
        """The whole source as a Script. Raises CompileError."""
        lexer = self.lexer
        kinds = self.tables.kinds
        values = {kinds[text]: kinds[value] for text, value in _VALUES.items()}
        increments = (kinds["++"], kinds["--"])
        newline_increment = kinds["NEWLINE_INCREMENT"]
        returns = (kinds["return"], kinds["yield"])
        no_value = kinds["NO_VALUE"]
        end = kinds[END]
        terminators = (kinds[";"], kinds["}"], end)
        while True:
            token = lexer.next()
            kind = token.kind
            if lexer.previous_kind in returns and (lexer.after_newline or kind in terminators):
                self._feed(no_value, token)
            if kind in values:
                if not self._accepts(kind):
                    kind = values[kind]
            elif lexer.after_newline and kind in increments:
                kind = newline_increment
            self._feed(kind, token)
            if kind == end:
                return cast(Script, self.values[-1])

    def _feed(self, kind: int, token: Token) -> None:
        """Make the reductions that a token of this kind calls for, then shift it (or, at the end, accept)."""
        tables = self.tables
        states = self.states
        width = len(tables.terminals)
        symbols = len(tables.goto[0])
        while True:
            state = states[-1]
            act = tables.action[state][kind]
            if act > 0:
                if kind == self.bracket_kind and self.lexer.after_newline and tables.accessing[state] == "postfix":
                    raise self.lexer.error("cannot brake deref/or comma needed after [exp]=exp slot declaration")
                states.append(act - 1)
                self.values.append(token)
                self.depths.append(0)
                return
            if act == 0:
                act = self._default(state, kind)
            rule = -act - 1
            action = self.actions[rule]
            if action is None:
                states.pop()
            else:
                self._reduce(rule, action)
            base = states[-1]
            symbol = tables.rule_symbol[rule]
            place = (base * symbols + symbol) * width + kind
            state = tables.settled.get(place, -1)
            if state < 0:
                state = self._settle(base, symbol, kind)
                tables.settled[place] = state
            states.append(state)
            if state == tables.end_state:
                return

    def _reduce(self, rule: int, action: Callable[[list[object]], object]) -> None:
        """Replace the values of the rule's right side by the node its action makes of them."""
        values = self.values
        depths = self.depths
        length = self.tables.rule_length[rule]
        if length == 0:
            values.append(action([]))
            depths.append(0)
            return
        value = action(values[-length:])
        cost = self.costs[rule]
        if cost == 2:
            depth = max(depths[-3], depths[-1] + 1)
        elif length == 1:
            depth = depths[-1] + cost
        else:
            depth = max(depths[-length:]) + cost
        if depth > NESTING_LIMIT:
            raise self.lexer.error("nesting too deep")
        del self.states[-length:]
        del values[-length:]
        del depths[-length:]
        values.append(value)
        depths.append(depth)

    def _settle(self, base: int, symbol: int, kind: int) -> int:
        """The state after ``symbol`` on top of ``base``, once the rules that only pass its value on have been applied.

        A name climbs through all the levels of precedence this way; the tables remember how far for which next token.
        """
        tables = self.tables
        while True:
            state = tables.goto[base][symbol]
            act = tables.action[state][kind]
            if act >= 0 or self.actions[-act - 1] is not None:
                return state
            symbol = tables.rule_symbol[-act - 1]

    def _accepts(self, kind: int) -> bool:
        """Whether a token of this kind would be shifted, without making any reduction."""
        tables = self.tables
        states = self.states
        top = len(states) - 1
        above: list[int] = []
        while True:
            act = tables.action[above[-1] if above else states[top]][kind]
            if act >= 0:
                return act > 0
            rule = -act - 1
            length = tables.rule_length[rule]
            while length and above:
                above.pop()
                length -= 1
            top -= length
            above.append(tables.goto[above[-1] if above else states[top]][tables.rule_symbol[rule]])

    def _default(self, state: int, kind: int) -> int:
        """The reduction to make before a token that has no place in ``state``.

        Raises the error for the token when there is none, or when the reference compiler would read an expression.
        """
        act = self.tables.default[state]
        row = self.tables.action[state]
        wants_expression = row[self.integer_kind] > 0 and row[self.parenthesis_kind] > 0
        if act == 0 or (wants_expression and kind not in self.case_kinds):
            raise self.lexer.error(self._message(state, kind))
        return act

    def _message(self, state: int, kind: int) -> str:
        tables = self.tables
        expected = {tables.terminals[terminal] for terminal, act in enumerate(tables.action[state]) if act > 0}
        if "(" in expected and "INTEGER" in expected:
            if "}" in expected and kind in self.case_kinds:
                return "expected '}'"
            return "expression expected"
        if "INTEGER" in expected:
            return "scalar expected : integer,float" + (" or string" if "STRING" in expected else "")
        if tables.accessing[state] == "parameter_list":
            return "expected ')' or ','"
        for text in _EXPECTED:
            if text in expected:
                return f"expected '{text}'"
        return "expression expected"
