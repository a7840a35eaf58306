"""Fuzzing cases that call every library function and every method of every type with all sorts of arguments."""

from __future__ import annotations

from random import Random
from typing import Final

from squirrel import VM
from squirrel.machine import Machine
from squirrel.values.blob import BLOB_MEMBERS
from squirrel.values.regexp import REGEXP2_MEMBERS, REGEXP_MEMBERS
from squirrel.values.table import Table

VALUES: Final[tuple[str, ...]] = (
    "null", "true", "false", "0", "1", "-1", "2", "3", "7", "10", "100", "255", "256", "65536", "2147483647",
    "(-2147483647 - 1)", "-2147483647", "16777217", "1.5", "-0.5", "0.0", "-0.0", "1e38", "-1e38", "1e-45",
    "(1e38 * 10)", "(0.0 / 0.0)", "2147483648.0", "'b'", "'c'", "'e'", "'l'", "'f'", "'d'", "'s'", '""', '"a"',
    '"abc"', '"\\0"', '"a\\0b"', '"\\xff\\x80"', '"  x "', '"12"', '"0x1F"', '"1e5"', '"nan"', '"-inf"', '"%d %s"',
    '"%5.3f%c%%"', '"%"', '"%99999999d"', '"%-#+ 020.15x"', '"(a|b)*c+"', '"[a-z]+"', '"["', '"("', '"a{2,3}"',
    '"\\\\b\\\\w*$"', '"^"', "long", "[]", "[1]", "[3, 1, 2]", '["b", "a"]', "[null]", '[1, "a", 2.5, null]',
    "[[1], [2]]", "array(300, 1)", "self", "{}", "{a = 1}", "{x = 1, y = 2}", "{a = 1}.setdelegate({b = 2})", "picky",
    "loop", "function() {}", "function(a) { return a; }", "function(a, b) { return a <=> b; }",
    "function(...) { return vargv; }", "function(a, b = 1) { throw a; }", "@(a, b) 0", "@(a, b) 1", "@(a, b) -1",
    "@(a, b) null", "@(a) null", "print", "type", "C", "C()", "P()", "class {}", "g()", "dead", "[].weakref()",
    "{}.weakref()", "C.weakref()", "gone", "blob()", "blob(16)", "full", 'regexp("a")', 'regexp2("(a)|b")', "this",
    "getroottable()", "math", "base", "array", "blob", "regexp", "[1].map", "C().f", "format.bindenv({})", "callee",
    "resume g()", "@(x, y) self.clear()", "@(x, y) self.push(x)", "@(x) self.len() > 0 ? self.pop() : 1",
    "@(x, y) full.resize(0)",
)  # fmt: skip
BINARY: Final = tuple("+ - * / % & | ^ << >> >>> == != < <= > >= <=> in instanceof && ||".split())
PRELUDE: Final = """
class C { x = 1; static s = 2; constructor(...) {} function f() { return x; } }
class P extends C { function _cmp(o) { return 1; } function _tostring() { return "p"; } function _get(k) { throw null; }
  function _typeof() { return 5; }
  function _nexti(i) { return i == null ? "x" : null; } function _call(...) { return 1; }
  function _add(o) { return this; } function _unm() { return null; } function _cloned(o) { x = o; }
  function _set(k, v) { throw k; } function _newslot(k, v) { x = v; } function _delslot(k) { return k; } }
picky <- {}.setdelegate({ _get = function(k) { throw "no " + k; }, _cmp = @(o) "x", _tostring = @() 5, _call = 5,
  _typeof = @() null, _add = "x", _set = null, _cloned = 1 });
loop <- {}; loop.me <- loop; loop.all <- [loop];
function g() { yield 1; yield [2]; return 3; }
dead <- g();
try { resume dead; resume dead; resume dead; } catch (e) {}
gone <- [].weakref();
long <- "ab"; for (local i = 0; i < 12; i++) long += long;
full <- blob(8); full.writestring("abcdefgh");
self <- [5, 3, 9, 1, 7, 2, 8];
"""


class Library:
    """The names of all functions and methods, taken from a machine."""

    def __init__(self) -> None:
        machine = VM().machine
        self.functions = _functions(machine.root)
        library = machine.root.get("math")
        assert isinstance(library, Table)
        self.functions += ["math." + name for name in _functions(library)]
        names = {name for members in _member_tables(machine) for name in members}
        self.methods = sorted(names)

    def program(self, random: Random) -> str:
        """A program of some calls; each may fail by itself."""
        calls = [self._call(random) for _ in range(random.randint(1, 12))]
        return PRELUDE + "".join(f"try {{ {call}; }} catch (e) {{ typeof e; }}\n" for call in calls)

    def _call(self, random: Random) -> str:
        arguments = ", ".join(random.choice(VALUES) for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 12))))
        kind = random.random()
        if kind < 0.3:
            call = f"{random.choice(self.functions)}({arguments})"
        elif kind < 0.75:
            receiver = random.choice(VALUES)
            call = f"({receiver}).{random.choice(self.methods)}({arguments})"
        elif kind < 0.85:
            # The wrong `this`.
            method = f"({random.choice(VALUES)}).{random.choice(self.methods)}"
            call = f"{method}.{random.choice(('call', 'pcall'))}({arguments or 'null'})"
        elif kind < 0.9:
            call = f"{random.choice(self.functions)}.{random.choice(('acall', 'pacall', 'bindenv'))}([{arguments}])"
        else:
            call = self._operation(random)
        if random.random() < 0.3 and not call.startswith(("foreach", "switch", "throw", "delete")):
            call = f"local r = {call}; {self._use(random)}"
        return call

    def _operation(self, random: Random) -> str:
        left, right, third = (random.choice(VALUES) for _ in range(3))
        return random.choice(
            (
                f"({left}) {random.choice(BINARY)} ({right})",
                f"({left})[{right}]",
                f"({left})[{right}] = {third}",
                f"({left})[{right}] <- {third}",
                f"delete ({left})[{right}]",
                f"({left})[{right}] += {third}",
                f"({left})[{right}]++",
                f"{random.choice(('-', '~', '!', 'typeof ', 'clone ', 'resume '))}({left})",
                f"({left})({right}, {third})",
                f"foreach (k, v in {left}) {{ if (v == {right}) break; }}",
                f"foreach (v in {left}) {{ self.push(v); if (self.len() > 50) break; }}",
                f"(class extends ({left}) {{ x = {right}; static y = {third} }})",
                f"(class {{ </ a = {left} /> x = {right}; function f() {{ return base.f({third}); }} }})().f()",
                f"throw {left}",
                f"switch ({left}) {{ case {right}: break; default: ({third}); }}",
                f"[{left}, {right}, {third}].sort()",
                f"[{left}, {right}, {third}].sort({random.choice(VALUES)})",
                f"({{ [{left}] = {right}, y = {third} }})",
                f'("" + ({left}) + ({right}))',
            )
        )

    def _use(self, random: Random) -> str:
        return random.choice(
            (
                "print(r)",
                "typeof r",
                "clone r",
                "r + r",
                "r()",
                "r == r",
                "foreach (x in r) {}",
                "r[0]",
                "r.x <- 1",
                "r.len()",
            )
        )


def _functions(table: Table) -> list[str]:
    return [str(name) for name in table.slots if callable(getattr(table.get(name), "body", None))]


def _member_tables(machine: Machine) -> list[list[str]]:
    tables = [
        machine.number_members, machine.string_members, machine.table_members, machine.array_members,
        machine.function_members, machine.class_members, machine.instance_members, machine.generator_members,
        machine.weakref_members, BLOB_MEMBERS, REGEXP_MEMBERS, REGEXP2_MEMBERS,
    ]  # fmt: skip
    return [list(members) for members in tables]
