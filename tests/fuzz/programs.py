"""Random programs made from the grammar: every construct, names that mostly exist, bodies that do awkward things."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.fuzz.library import BINARY, PRELUDE, VALUES

_NAMES: Final = ("a", "b", "c", "d", "x", "y", "f", "g", "t", "self", "this", "base", "vargv", "k", "v", "C", "P", "E")
# Names that may be declared and assigned to.
_PLAIN: Final = ("a", "b", "c", "d", "x", "y", "f", "g", "t", "k", "v", "self")
_METAMETHODS: Final = (
    "_add", "_sub", "_mul", "_div", "_modulo", "_unm", "_typeof", "_get", "_set", "_newslot", "_delslot", "_tostring",
    "_nexti", "_cmp", "_call", "_cloned", "_inherited", "_newmember", "constructor", "f", "x",
)  # fmt: skip
# What functions called in the middle of something should not do.
_AWKWARD: Final = (
    "self.clear();", "self.push(1);", "self.resize(3);", "self.sort();", "delete t.x;", "t.y <- 1; ", "t.clear();",
    "c = null;", "resume dead;", "yield 1;", "throw null;", "throw this;", "throw \"x\";", "return this;",
    "b = null;", "return callee()(1);", "return callee();", "C.z <- 1;", "this.setdelegate(null);",
    "collectgarbage();", "return 1;", "return -1;", "return \"s\";", "return null;", "return 1.5;", "g = null;",
    "setdelegate(t);",
)  # fmt: skip
_PREFIXES: Final = ("-", "!", "~", "typeof ", "clone ", "resume ", "delete t.", "++t.", "--")
_ASSIGNMENTS: Final = ("=", "<-", "+=", "-=", "*=", "/=", "%=")


class Programs:
    """Makes programs; at most `budget` constructs each, so that they stay readable."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.budget = random.choice((10, 40, 120))
        self.loops = 0
        self.functions = 0

    def program(self) -> str:
        """A whole program."""
        first = PRELUDE + 'a <- 1; b <- [1, 2, 3]; c <- {x = 1}; d <- "s"; t <- {};\n'
        return first + "\n".join(self.statement(4) for _ in range(self.random.randint(1, 8)))

    def plain(self) -> str:
        return self.random.choice(_PLAIN)

    def _spent(self) -> bool:
        self.budget -= 1
        return self.budget < 0

    def name(self) -> str:
        return self.random.choice(_NAMES)

    def block(self, depth: int) -> str:
        return "{\n" + "\n".join(self.statement(depth - 1) for _ in range(self.random.randint(0, 3))) + "\n}"

    def loop(self, depth: int) -> str:
        """The body of a loop, where there may be a ``break``."""
        self.loops += 1
        body = self.block(depth)
        self.loops -= 1
        return body

    def statement(self, depth: int) -> str:
        if depth <= 0 or self._spent():
            return f"({self.expression(0)});"

        def e() -> str:
            return self.expression(depth - 1)

        name = self.plain()
        kind = self.random.randrange(26)
        if kind < 6:
            return f"({e()});"
        if kind == 6:
            return f"local {name} = {e()};"
        if kind == 7:
            return f"if ({e()}) {self.block(depth)} else {self.statement(depth - 1)}"
        if kind == 8:
            return f"for (local i = 0; i < 4; i++) {self.loop(depth)}"
        if kind == 9:
            return f"foreach ({name}, {self.plain()}2 in {e()}) {self.loop(depth)}"
        if kind == 10:
            return f"try {self.block(depth)} catch ({name}) {self.block(depth)}"
        if kind == 11:
            first, second = self.statement(depth - 1), self.statement(depth - 1)
            return f"switch ({e()}) {{ case {e()}: {first}\nbreak; default: {second}\n}}"
        if kind == 12:
            return f"function {name}({self.parameters(depth)}) {self.body(depth)}"
        if kind == 13:
            return f"class {name} {self.class_rest(depth)}"
        if kind == 14:
            return f"return {e()};"
        if kind == 15:
            return f"throw {e()};"
        if kind in (16, 24, 25):
            # A yield at the top would make a generator of the whole program, and nothing would run.
            return f"yield {e()};" if self.functions else f"foreach (v in (function() {self.body(depth)})()) print(v);"
        if kind == 17:
            return f"local i = 0; while (i++ < 3) {self.loop(depth)}"
        if kind == 18:
            return f"do {self.loop(depth)} while ({e()} == 12345);"
        if kind == 19:
            return self.random.choice(("break;", "continue;") if self.loops else (";", "{}"))
        if kind == 20:
            return f'enum E {{ a, b = {self.random.randint(-5, 5)}, c = "x" }}'
        if kind == 21:
            return "const " + name + " = " + self.random.choice(("1", "2.5", '"k"')) + ";"
        if kind == 22:
            return f"local function {name}({self.parameters(depth)}) {self.body(depth)}"
        return self.block(depth)

    def parameters(self, depth: int) -> str:
        return self.random.choice(
            ("", "x", "x, y", "...", "x, ...", f"x = {self.expression(depth - 2)}", "k, v = null")
        )

    def body(self, depth: int) -> str:
        """A function's body; some do what functions called in the middle of something should not do."""
        loops, self.loops = self.loops, 0
        self.functions += 1
        made = self._body(depth)
        self.functions -= 1
        self.loops = loops
        return made

    def _body(self, depth: int) -> str:
        if self.random.random() < 0.5:
            return "{ " + self.random.choice(_AWKWARD) + "\n" + self.statement(depth - 1) + "\n}"
        return self.block(depth)

    def class_rest(self, depth: int) -> str:
        extends = self.random.choice(("", "", "extends C ", "extends P ", f"extends {self.plain()} "))
        attributes = f"</ a = {self.expression(0)} /> " if self.random.random() < 0.1 else ""
        members = []
        for _ in range(self.random.randint(0, 4)):
            name = self.random.choice(_METAMETHODS)
            static = self.random.choice(("", "", "", "static "))
            if name == "constructor":
                members.append(f"constructor({self.parameters(depth)}) {self.body(depth)}")
            elif self.random.random() < 0.7:
                members.append(f"{static}function {name}({self.parameters(depth)}) {self.body(depth)}")
            else:
                members.append(f"{static}{name} = {self.expression(depth - 1)}")
        return f"{extends}{attributes}{{\n" + "\n".join(members) + "\n}"

    def expression(self, depth: int) -> str:
        if depth <= 0 or self._spent():
            return self.random.choice(VALUES) if self.random.random() < 0.5 else self.name()

        def e() -> str:
            return self.expression(depth - 1)

        kind = self.random.randrange(26)
        if kind < 4:
            return f"({e()} {self.random.choice(BINARY)} {e()})"
        if kind < 6:
            return (
                f"{e()}.{self.random.choice(('len', 'map', 'sort', 'x', 'f', 'call', 'tostring', 'weakref', 'push'))}"
            )
        if kind < 9:
            return f"{self.name()}({e()})"
        if kind == 9:
            return f"{e()}({e()}, {e()})"
        if kind == 10:
            return f"{self.name()}.{self.random.choice(('sort', 'map', 'filter', 'apply', 'reduce', 'f'))}({e()})"
        if kind == 11:
            return f"{self.name()}[{e()}]"
        if kind == 12:
            return f"({self.plain()} {self.random.choice(_ASSIGNMENTS)} {e()})"
        if kind == 13:
            return f"({self.name()}.{self.name()} {self.random.choice(_ASSIGNMENTS)} {e()})"
        if kind == 14:
            return f"({self.name()}[{e()}] {self.random.choice(_ASSIGNMENTS)} {e()})"
        if kind == 15:
            return f"[{e()}, {e()}]"
        if kind == 16:
            slots = ", ".join(f"{self.random.choice(_METAMETHODS[:16])} = {e()}" for _ in range(2))
            return f"{{ {slots}, [{e()}] = {e()} }}"
        if kind == 17:
            return f"function({self.parameters(depth)}) {self.body(depth)}"
        if kind == 18:
            return f"@({self.parameters(depth)}) {e()}"
        if kind == 19:
            return f"class {self.class_rest(depth)}"
        if kind == 20:
            return self.random.choice(_PREFIXES) + self.plain()
        if kind == 21:
            return f"({e()} ? {e()} : {e()})"
        if kind == 22:
            return f"{{}}.setdelegate({{ {self.random.choice(_METAMETHODS[:16])} = {e()} }})"
        if kind == 23:
            return f"(function({self.parameters(depth)}) {self.body(depth)})({e()})"
        if kind == 24:
            return self.random.choice(("E.a", "base.f(1)", "base.constructor()", "::a", "this.a", 'this["a"]', "::t.x"))
        return self.name() + self.random.choice(
            ("++", "--", ".weakref()", ".bindenv(t)", ".call(this, 1)", ".acall([t])")
        )
