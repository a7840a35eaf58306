"""Makes random Squirrel programs (hypothesis strategies) whose meaning is the same on the reference VM and on ours.

What is known to differ, or to crash the reference, is left out: the remainder by zero or of something that is no
number, characters above 127, several locals in one statement, closures over locals of a loop that is left by
``break``, slices that begin before the string, weak bindings, ``in`` with delegates (see ``differences.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

_INTEGERS = st.one_of(
    st.integers(-9, 9),
    st.integers(-2147483647, 2147483647),
    st.sampled_from([0, 1, -1, 255, 256, 65535, 65536, 16777216, 16777217, 2147483647, -2147483647]),
)
_FLOATS = st.one_of(
    st.sampled_from([0.0, 0.5, -0.5, 1.0, 1.5, 2.0, 0.1, 1e6, 1e-5, 123456.0, 1234567.0, 1e10, 3.0e38, 1e-38]),
    st.floats(width=32, allow_nan=False, allow_infinity=False),
)
_TEXTS = st.text(alphabet="abcXYZ019 ._-,%", max_size=8)
_KEYS = ["a", "b", "c", "one", "two", "three", "four", "measureTime", "data", "time", "humidity", "temperature"]
_FORMATS = ["%d", "%5d", "%-5d|", "%05d", "%x", "%X", "%o", "%u", "%+d", "%i", "%c"]
_FLOAT_FORMATS = ["%f", "%.2f", "%8.3f", "%e", "%g", "%.10g", "%G", "%+.1e", "%-9.2f|", "%.0f"]


def integer_literal(value: int) -> str:
    """An integer as source text, safe next to other operators."""
    return str(value) if value >= 0 else f"({value})"


def float_literal(value: float) -> str:
    """A float as source text with enough digits for a single, safe next to other operators."""
    text = f"{value:.9g}"
    if not any(c in text for c in ".e"):
        text += ".0"
    return f"({text})" if text.startswith("-") else text


class Expressions:
    """Draws expressions of a wanted type. The names in scope are fixed: see ``PROLOGUE``."""

    PROLOGUE = (
        'local i1 = 7\nlocal i2 = -3\nlocal f1 = 2.5\nlocal f2 = -0.75\nlocal s1 = "hello"\nlocal s2 = "b"\n'
        'local b1 = true\nlocal n1 = null\nlocal xs = [3, 1, 2]\nlocal t = { a = 1, b = 2.5, c = "three" }\n'
        "local twice = @(x) x + x\nlocal count = 0\nlocal bump = function () { return ++count }\n"
    )

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, *choices: Callable[[int], str], depth: int) -> str:
        return str(self.draw(st.sampled_from(choices))(depth - 1))

    def choose(self, *texts: str) -> str:
        return str(self.draw(st.sampled_from(texts)))

    def integer(self, depth: int) -> str:
        if depth <= 0:
            leaf = self.draw(st.integers(0, 3))
            return self.choose("i1", "i2", "xs[0]", "t.a", "xs.len()") if leaf == 0 else self._integer_leaf()
        return self.pick(
            lambda d: f"({self.integer(d)} {self.choose('+', '-', '*', '&', '|', '^')} {self.integer(d)})",
            lambda d: f"({self.integer(d)} / {integer_literal(self.draw(st.integers(1, 50)))})",
            lambda d: f"({self.integer(d)} % {integer_literal(self.draw(st.integers(1, 50)))})",
            lambda d: f"({self.integer(d)} {self.choose('<<', '>>', '>>>')} {self.draw(st.integers(0, 40))})",
            lambda d: f"{self.choose('-', '~')}({self.integer(d)})",
            lambda d: f"({self.float(d)}).tointeger()",
            lambda d: f"({self.string(d)}).len()",
            lambda d: f"({self.boolean(d)} ? {self.integer(d)} : {self.integer(d)})",
            lambda d: f"({self.integer(d)} <=> {self.integer(d)})",
            lambda d: f"twice({self.integer(d)})",
            lambda d: "bump()",
            lambda d: f"(@(p, q = {self.integer(d)}) p - q)({self.integer(d)})",
            # Without parentheses, so that precedence is at work.
            lambda d: f"({self.integer(0)} {self._operator()} {self.integer(0)} {self._operator()} {self.integer(0)})",
            depth=depth,
        )

    def _operator(self) -> str:
        return self.choose("+", "-", "*", "&", "|", "^", "<<", ">>", ">>>")

    def _integer_leaf(self) -> str:
        return integer_literal(self.draw(_INTEGERS))

    def float(self, depth: int) -> str:
        if depth <= 0:
            leaf = self.draw(st.integers(0, 3))
            return self.choose("f1", "f2", "t.b") if leaf == 0 else float_literal(self.draw(_FLOATS))
        return self.pick(
            lambda d: f"({self.float(d)} {self.choose('+', '-', '*', '/')} {self.number(d)})",
            lambda d: f"({self.number(d)} {self.choose('+', '-', '*', '/')} {self.float(d)})",
            lambda d: f"({self.float(d)} % {float_literal(self.draw(st.sampled_from([0.5, 1.5, 3.0, 7.25])))})",
            lambda d: f"({self.integer(d)}).tofloat()",
            lambda d: f"-({self.float(d)})",
            lambda d: f"math.{self.choose('floor', 'ceil', 'fabs', 'sqrt')}({self.float(d)})",
            lambda d: f"({self.boolean(d)} ? {self.float(d)} : {self.float(d)})",
            depth=depth,
        )

    def number(self, depth: int) -> str:
        return self.integer(depth) if self.draw(st.booleans()) else self.float(depth)

    def string(self, depth: int) -> str:
        if depth <= 0:
            leaf = self.draw(st.integers(0, 2))
            return self.choose("s1", "s2", "t.c") if leaf == 0 else f'"{self.draw(_TEXTS)}"'
        return self.pick(
            lambda d: f"({self.string(d)} + {self.with_text(d)})",
            lambda d: f"({self.with_text(d)} + {self.string(d)})",
            lambda d: f"({self.number(d)}).tostring()",
            lambda d: f"({self.string(d)}).{self.choose('toupper', 'tolower', 'tostring')}()",
            lambda d: f"{self.choose('strip', 'lstrip', 'rstrip')}({self.string(d)})",
            lambda d: f'format("{self.choose(*_FORMATS[:-1])}", {self.number(d)})',
            lambda d: f'format("%c", {self.draw(st.integers(33, 126))})',
            lambda d: f'format("{self.choose(*_FLOAT_FORMATS)}", {self.number(d)})',
            lambda d: f'format("{self.choose("%s", "%5s|", "%-6s|", "%.2s")}", {self.string(d)})',
            lambda d: f"({self.string(d)}).slice({self.draw(st.integers(0, 3))})",
            lambda d: f"({self.string(d)}).slice({self.draw(st.integers(0, 2))}, {self.draw(st.integers(-2, 6))})",
            lambda d: f"({self.draw(st.integers(65, 90))}).tochar()",
            lambda d: f"typeof ({self.any(d)})",
            depth=depth,
        )

    def with_text(self, depth: int) -> str:
        """A value whose text is the same on both sides: not null, whose text has another length."""
        return self.pick(self.integer, self.float, self.string, self.boolean, depth=depth + 1)

    def boolean(self, depth: int) -> str:
        if depth <= 0:
            return self.choose("true", "false", "b1")
        return self.pick(
            lambda d: f"({self.number(d)} {self._comparison()} {self.number(d)})",
            lambda d: f"({self.string(d)} {self._comparison()} {self.string(d)})",
            lambda d: f"({self.any(d)} {self.choose('==', '!=')} {self.any(d)})",
            lambda d: self._close_comparison(),
            lambda d: f"!({self.any(d)})",
            lambda d: f"!!({self.boolean(d)} {self.choose('&&', '||')} {self.boolean(d)})",
            lambda d: f'("{self.choose(*_KEYS)}" in t)',
            lambda d: f"({self.draw(st.integers(-1, 4))} in xs)",
            depth=depth,
        )

    def _close_comparison(self) -> str:
        """An integer and a float so close that single precision decides."""
        value = self.draw(st.integers(-2147483000, 2147483000))
        near = integer_literal(value + self.draw(st.integers(-3, 3)))
        return f"({integer_literal(value)} {self._comparison()} ({near}).tofloat())"

    def _comparison(self) -> str:
        return self.choose("<", "<=", ">", ">=", "==", "!=")

    def any(self, depth: int) -> str:
        if depth <= 0:
            return self.choose("null", "n1", "true", self.integer(0), self.float(0), self.string(0))
        return self.pick(
            self.integer,
            self.float,
            self.string,
            self.boolean,
            lambda d: f"({self.any(d)} {self.choose('&&', '||')} {self.any(d)})",
            lambda d: f"({self.string(d)}).find({self.string(d)})",
            lambda d: (
                f'("{self.draw(st.integers(1, 99999))}" + {self.string(d)}).{self.choose("tointeger", "tofloat")}()'
            ),
            depth=depth,
        )

    def risky(self, depth: int) -> str:
        """An expression that may well throw: operands of any type, missing slots, calls of what is no function."""
        wrong = self.choose("xs", "t", "null", "twice", "s1", "f1", "b1", "i1")
        return self.pick(
            lambda d: f"({self.any(d)} {self.choose('+', '-', '*', '&', '|', '^', '<<', '>>')} {self.any(d)})",
            lambda d: f"({self.any(d)} {self.choose('<', '<=', '>', '>=')} {self.any(d)})",
            # Its sign: of strings the reference gives the difference of two characters, an intended difference.
            lambda d: f"(({self.any(d)} <=> {self.any(d)}) <=> 0)",
            lambda d: f"({self.integer(d)} / {self.choose('0', 'i1', '0.0')})",
            lambda d: f"{self.choose('-', '~')}{wrong}",
            lambda d: f"{wrong}.{self.choose('a', 'nope', 'b')}",
            lambda d: f"{wrong}[{self.integer(0)}]" if wrong != "s1" else "s1[1]",
            lambda d: f"{wrong}({self.any(d)})",
            lambda d: f"({wrong} instanceof {self.choose('t', 'i1')})",
            lambda d: f"xs.{self.choose('pop', 'top', 'len', 'nope')}()",
            lambda d: f"xs.{self.choose('remove', 'slice')}({self.draw(st.integers(0, 5))})",
            lambda d: f"t.{self.choose('rawget', 'rawdelete', 'rawin')}({self.any(d)})",
            lambda d: f"({self.string(d)}).slice({self.draw(st.integers(0, 9))}, {self.draw(st.integers(-9, 9))})",
            lambda d: f'format("{self.choose(*_FORMATS, *_FLOAT_FORMATS, "%s", "%q", "%", "%%")}", {self.any(d)})',
            # A digit first: ``0x`` at the start is an intended difference.
            lambda d: f"('1' + {self.string(d)}).{self.choose('tointeger', 'tofloat')}()".replace("'", '"'),
            lambda d: f"throw_({self.any(d)})",
            depth=depth,
        )


@st.composite
def expression_programs(draw: Draw) -> str:
    """A program that prints a few expressions, each in a ``try`` of its own."""
    expressions = Expressions(draw)
    lines = [Expressions.PROLOGUE + "function throw_(v) { throw v }"]
    for _ in range(draw(st.integers(1, 6))):
        make = draw(st.sampled_from([expressions.any, expressions.any, expressions.risky]))
        lines.append(
            f'try {{ print({make(draw(st.integers(1, 3)))} + "\\n") }} catch (e) {{ print("E " + e + "\\n") }}'
        )
    return "\n".join(lines) + "\n"


class Statements:
    """Draws statements over the variables of the prologue."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.e = Expressions(draw)
        self.fresh = 0

    def name(self) -> str:
        self.fresh += 1
        return f"v{self.fresh}"

    def block(self, depth: int, in_loop: bool) -> str:
        return "{\n" + "\n".join(self.statement(depth, in_loop) for _ in range(self.draw(st.integers(1, 3)))) + "\n}"

    def statement(self, depth: int, in_loop: bool = False) -> str:
        """One statement; ``depth`` bounds the nesting, ``in_loop`` allows ``break`` and ``continue``."""
        simple = [self.assign, self.print, self.container, self.call]
        if depth <= 0:
            return str(self.draw(st.sampled_from(simple))())
        kind = self.draw(st.integers(0, 13))
        d = depth - 1
        if kind == 0:
            return f"if ({self.e.any(1)}) {self.block(d, in_loop)} else {self.block(d, in_loop)}"
        if kind == 1:
            name = self.name()
            return f"for (local {name} = 0; {name} < {self.draw(st.integers(0, 4))}; {name}++) {self.block(d, True)}"
        if kind == 2:
            key, value = self.name(), self.name()
            container = self.e.choose(
                "clone xs", "clone t", "s1", "(s1 + s2)", "[1, 2.5, null]", "{}", "{ one = 1, two = 2, three = 3 }"
            )
            show = f'print({key} + "=" + {value} + ";");'
            return f"foreach ({key}, {value} in {container}) {{ {show}\n{self.statement(d, True)}\n}}"
        if kind == 3:
            name = self.name()
            return f"local {name} = {self.draw(st.integers(0, 4))}\nwhile ({name}-- > 0) {self.block(d, True)}"
        if kind == 4:
            name = self.name()
            return f"local {name} = 0\ndo {self.block(d, True)} while (++{name} < {self.draw(st.integers(1, 3))})"
        if kind == 5:
            return f'try {self.block(d, in_loop)} catch (e) {{ print("E " + e + "\\n") }}'
        if kind == 6:
            cases = "\n".join(
                f"case {self.e.any(0)}: {self.statement(0)}\n{self.e.choose('break', '')}"
                for _ in range(self.draw(st.integers(1, 3)))
            )
            return f"switch ({self.e.any(1)}) {{\n{cases}\ndefault: {self.statement(0)}\n}}"
        if kind == 7:
            return self.function(d)
        if kind == 8:
            return self.generator(d)
        if kind == 9:
            return self.sort()
        if kind == 10 and in_loop:
            return f"if ({self.e.boolean(1)}) {self.e.choose('break', 'continue')}"
        if kind == 11:
            return self.klass()
        return str(self.draw(st.sampled_from(simple))())

    def print(self) -> str:
        return f'print({self.e.any(2)} + "\\n")'

    def assign(self) -> str:
        target, kind = self.draw(
            st.sampled_from(
                [("i1", "i"), ("i2", "i"), ("f1", "f"), ("s1", "s"), ("xs[0]", "i"), ("t.a", "i"), ("t.c", "s")]
            )
        )
        if kind == "i":
            operator = self.e.choose("=", "+=", "-=", "*=")
            return f"{target} {operator} {self.e.integer(2)}" if self.draw(st.booleans()) else f"{target}++"
        if kind == "f":
            return f"{target} {self.e.choose('=', '+=', '*=', '/=')} {self.e.float(2)}"
        # Strings are cut so that they cannot grow without limit.
        return f'{target} = ({self.e.string(2)} + "......").slice(0, 6)'

    def container(self) -> str:
        return self.e.choose(
            f"xs.push({self.e.any(1)})",
            'if (xs.len() > 1) print(xs.pop() + "\\n")',
            f't["{self.e.choose(*_KEYS)}"] <- {self.e.any(1)}',
            f't.rawdelete("{self.e.choose(*_KEYS[3:])}")',
            f"t[{self.draw(st.integers(-3, 12))}] <- {self.e.any(1)}",
            'foreach (k, v in t) print(k + ":" + v + " ")',
            'foreach (k, v in clone t) print(k + ":" + v + " ")',
            'foreach (k, v in xs) print(k + ":" + v + " ")',
            "xs.reverse()",
            f"xs.insert(0, {self.e.integer(1)})",
            f'print(xs.map(@(x) x == {self.e.any(0)})[0] + "\\n")',
            f'print(xs.filter(@(i, x) x != {self.e.any(0)}).len() + "\\n")',
            f'print(xs.find({self.e.any(0)}) + "\\n")',
            f'print(t.len() + " " + split({self.e.string(1)}, ", .").len() + "\\n")',
        )

    def call(self) -> str:
        return self.e.choose(
            'print(bump() + "\\n")',
            f'print(twice({self.e.number(1)}) + "\\n")',
            f'print((function (a, ...) {{ return a + vargv.len() }})({self.e.integer(1)}, 1, 2) + "\\n")',
            f'print(twice.call(this, {self.e.string(1)}) + twice.acall([this, {self.e.string(0)}]) + "\\n")',
        )

    def function(self, depth: int) -> str:
        name, counter = self.name(), self.name()
        return (
            f"local {counter} = {self.e.integer(0)}\n"
            f"local {name} = function (p, q = {self.e.any(0)}) {{\n{counter} += 1\n{self.statement(depth)}\n"
            f'return p + "/" + q + "/" + {counter}\n}}\n'
            f'print({name}({self.e.any(1)}) + " " + {name}({self.e.any(0)}, {self.e.any(0)}) + "\\n")'
        )

    def generator(self, depth: int) -> str:
        name, item = self.name(), self.name()
        return (
            f"local {name} = function (n) {{\nfor (local k = 0; k < n; k++) {{\nyield k * {self.e.integer(0)}\n"
            f'{self.statement(min(depth, 0))}\n}}\nreturn "end"\n}}\n'
            f'foreach ({item} in {name}({self.draw(st.integers(0, 4))})) print({item} + " ")'
        )

    def sort(self) -> str:
        name = self.name()
        items = ", ".join(self.e.number(0) for _ in range(self.draw(st.integers(0, 12))))
        comparer = self.e.choose("", "@(a, b) b <=> a", "@(a, b) a.tointeger() % 3 <=> b.tointeger() % 3", "@(a, b) 0")
        return f'local {name} = [{items}]\n{name}.sort({comparer})\nforeach (v in {name}) print(v + " ")'

    def klass(self) -> str:
        name, item = self.name(), self.name()
        return (
            f"local {name} = class {{ m = {self.e.any(0)}; static s = {self.e.any(0)}; n = 0\n"
            f'constructor(n) {{ this.n = n }}\nfunction get() {{ return m + "|" + n }}\n'
            f'function _add(o) {{ return n + o }}\nfunction _tostring() {{ return "<" + n + ">" }} }}\n'
            f"local {item} = {name}({self.e.number(0)})\n"
            f'print({item}.get() + {item} + ({item} + {self.e.number(0)}) + {name}.s + "\\n")'
        )


@st.composite
def statement_programs(draw: Draw) -> str:
    """A program of a few nested statements; it may end with an uncaught error."""
    statements = Statements(draw)
    lines = [Expressions.PROLOGUE] + [statements.statement(3) for _ in range(draw(st.integers(1, 5)))]
    lines.append('print("\\n" + i1 + " " + f1 + " " + s1 + " " + count + "\\n")')
    return "\n".join(lines) + "\n"


@st.composite
def table_programs(draw: Draw) -> str:
    """A program that inserts, deletes and clones, and prints the order of the table after each few steps."""
    keys = st.one_of(
        st.sampled_from([f'"{key}"' for key in _KEYS]),
        st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12).map(lambda text: f'"{text}"'),
        st.text(alphabet="abc", min_size=30, max_size=80).map(lambda text: f'"{text}"'),
        st.integers(-40, 40).map(integer_literal),
        st.sampled_from(["true", "false", "1.5", "2.0", "(-3.25)"]),
    )
    lines = ["local t = {}", 'local show = function (t) { foreach (k, v in t) print(k + " "); print("\\n") }']
    used: list[str] = []
    for _ in range(draw(st.integers(1, 25))):
        step = draw(st.integers(0, 9))
        if step >= 3 or not used:
            key = draw(keys)
            used.append(key)
            lines.append(f"t[{key}] <- 0")
        elif step == 2:
            lines.append("t = clone t")
        else:
            lines.append(f"t.rawdelete({draw(st.sampled_from(used))})")
        if draw(st.integers(0, 3)) == 0:
            lines.append("show(t)")
    lines.append("show(t)")
    literal = ", ".join(f"[{key}] = {number}" for number, key in enumerate(used[:9]))
    lines.append(f"show({{ {literal} }})")
    return "\n".join(lines) + "\n"
