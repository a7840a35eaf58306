"""Fuzzing cases that go deep or large: nesting, recursion by every path, long chains, big literals, huge results."""

from __future__ import annotations

from random import Random
from typing import Final

# `{n}` times the first text, the middle, `{n}` times the last.
NESTED: Final[tuple[tuple[str, str, str], ...]] = (
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{a=", "1", "}"),
    ("return {", "", "}"),
    ("{", "", "}"),
    ("if(1){", "", "}"),
    ("if(0);else ", ";", ""),
    ("if(0){}else if(0){", "", "}"),
    ("while(1){", "break;", "break;}"),
    ("for(;;)", "break;", ""),
    ("foreach(x in [1])", ";", ""),
    ("try{", "throw 1;", "}catch(e){throw e;}"),
    ("try{throw 1}catch(e){", "", "}"),
    ("switch(1){case 1:", "", "}"),
    ("do ", ";", " while(0);"),
    ("local f=function(){", "", "};f();"),
    ("return function(){", "", "}()"),
    ("return (@() ", "1", ")()"),
    ("class A{x=", "1", "}"),
    ("return class{x=", "1", "}"),
    ("return class extends ", "null", "{}"),
    ("return class</a=", "1", "/>{}"),
    ("function f(a=", "1", "){}"),
    ("-", "1", ""),
    ("!", "1", ""),
    ("~", "1", ""),
    ("typeof ", "1", ""),
    ("clone ", "[]", ""),
    ("resume ", "1", ""),
    ("x<-", "1", ""),
    ("a.b=", "1", ""),
    ("1?", "1", ":1"),
    ("1?1:", "1", ""),
    ("local a=[];a=a", "", "[0]"),
    ("local t={};t", "", ".a"),
    ("print", "", "()"),
    ("1", "", "+1"),
    ("1+(", "1", ")"),
    ("(1+", "1", ")"),
    ("(", "1", "+1)"),
    ("local x=1;x=", "x", "+x"),
    ('""', "", '+"a"'),
    ("1", "", "&&1"),
    ("1||", "1", ""),
    ("1", "", ",1"),
    ("1 in ", "[]", ""),
    ("1", "", "<1"),
    ("f(", "", ")"),
    ("f(1,", "", ")"),
    ("x[", "0", "]"),
    ("delete ", "t.x", ""),
    ("/*", "", "*/"),
    ("(@(a=", "1", ") a)()"),
    ("::", "a", ""),
    ("this.", "a", ""),
    ("yield ", "1", ""),
    ("enum E{a=", "1", "}"),
    ("const a=", "1", ""),
    ("++", "x", "++"),
)

# What stands around a body that goes one step down: `{next}` is the step, `n` counts what is left.
PATHS: Final[tuple[str, ...]] = (
    "function down(n) { if (n > 0) return 1 + {next}; return 0; }",
    "function down(n) { return {next} + 1; }",
)
STEPS: Final[tuple[str, ...]] = (
    "down(n - 1)",
    "down.call(this, n - 1)",
    "down.acall([this, n - 1])",
    "down.bindenv(this)(n - 1)",
    "[1].map(function(x) { return down(n - 1); })[0]",
    "[1, 2].reduce(function(x, y) { return down(n - 1); })",
    "[1].filter(function(i, x) { return down(n - 1); }).len()",
    "[1].apply(function(x) { return down(n - 1); })",
    "[1, 2, 3].sort(function(a, b) { return down(n - 1); })",
    "M(n)[n - 1]",
    "(M(n) + n)",
    "(-M(n))",
    "(typeof M(n)).len()",
    "M(n).tostring().len()",
    '(M(n) + "x").len()',
    "(M(n) < M(n) ? 1 : 0)",
    "(M(n) <=> M(n))",
    "M(n)(n)",
    "(clone M(n)).n",
    "(M(n).q <- 1)",
    "(M(n).q = 1)",
    "(delete M(n).q)",
    '("q" in M(n) ? 1 : 0)',
    "each(M(n))",
    "C(n).n",
    "D(n).n",
    "(class extends H { static depth = n }, 1)",
    "(resume gen(n - 1))",
    "each(gen(n - 1))",
    "guarded(n - 1)",
    "many(n - 1)",
    "optional()",
    'format("%s", M(n).tostring()).len()',
    "switched(n - 1)",
    "T(n)[n - 1]",
    "(T(n) + 1)",
    "T(n).tostring().len()",
    "print(T(n))",
    "T(n)(n)",
    "(clone T(n)).n",
    "(T(n).q <- 1)",
    "(T(n).q = 1)",
    "[T(n), T(n)].sort()",
    "[M(n), M(n), M(n)].sort()",
    "({}.setdelegate({}.setdelegate(T(n)))).q",
    "blob(1).writestring(M(n).tostring())",
)
PRELUDE: Final = """
n <- 0;
class M { n = 0; constructor(v) { n = v; }
  function _get(k) { return ::down(n - 1); }
  function _set(k, v) { return ::down(n - 1); }
  function _add(o) { return ::down(n - 1); }
  function _unm() { return ::down(n - 1); }
  function _typeof() { return ::down(n - 1).tostring(); }
  function _tostring() { return ::down(n - 1).tostring(); }
  function _cmp(o) { return ::down(n - 1); }
  function _call(t, v) { return ::down(n - 1); }
  function _cloned(o) { ::down(n - 1); }
  function _newslot(k, v) { return ::down(n - 1); }
  function _delslot(k) { return ::down(n - 1); }
  function _nexti(i) { ::down(n - 1); return null; }
}
class C { n = 0; constructor(v) { n = ::down(v - 1); } }
class D extends C { constructor(v) { base.constructor(v); } }
class H { function _inherited(a) { ::down(::n - 1); } function _newmember(k, v, a, s) { ::down(v - 1); } }
function T(v) { return { n = v }.setdelegate({
  _get = function(k) { return ::down(n - 1); }, _set = function(k, w) { return ::down(n - 1); },
  _add = function(o) { return ::down(n - 1); }, _tostring = function() { return ::down(n - 1).tostring(); },
  _cmp = function(o) { return ::down(n - 1); }, _call = function(t, w) { return ::down(n - 1); },
  _cloned = function(o) { ::down(n - 1); }, _newslot = function(k, w) { return ::down(n - 1); } }); }
function gen(v) { yield ::down(v); yield ::down(v); }
function each(c) { foreach (x in c) return 1; return 0; }
function guarded(v) { try { return ::down(v); } catch (e) { throw e; } }
function many(...) { return ::down(vargv[0]); }
function optional(a = null) { return ::down(::n = ::n - 1); }
function switched(v) { switch (v) { case ::down(v): return 1; default: return 0; } }
"""

CHAINS: Final[tuple[str, ...]] = (
    # Values inside each other: made, printed, cloned, compared, dropped.
    "local a = []; for (local i = 0; i < {n}; i++) a = [a]; print(a); clone a; a = null;",
    "local a = {}; for (local i = 0; i < {n}; i++) a = {x = a}; clone a; a = null; collectgarbage();",
    "class N { x = null; constructor(v) { x = v; } }"
    " local a = null; for (local i = 0; i < {n}; i++) a = N(a); a = null;",
    "local a = null; for (local i = 0; i < {n}; i++) { local b = a; a = function() { return b; }; } a = null;",
    "local a = null; for (local i = 0; i < {n}; i++) { local b = a; a = @(x = b) x; } a = null;",
    "local a = print; for (local i = 0; i < {n}; i++) a = a.bindenv({f = a}); a = null;",
    "local a = {}; for (local i = 0; i < {n}; i++) { local b = {}; a.setdelegate(b); a = b; }"
    " local r = a.weakref(); a = null;",
    "local first = {}; local a = first; for (local i = 0; i < {n}; i++) { local b = {}; a.setdelegate(b); a = b; }"
    ' try { first.q; } catch (e) {} try { first.q = 1; } catch (e) {} ("q" in first); first.tostring(); first = null;',
    "local first = {}; local a = first; for (local i = 0; i < {n}; i++) { local b = {}; a.setdelegate(b); a = b; }"
    " a.q <- 1; first.q = 2; local t = clone first; first <- null; {}.setdelegate(t).q;",
    "local c = class {}; for (local i = 0; i < {n}; i++) c = class extends c {}; c(); c() instanceof c; c = null;",
    "function g(x) { yield x; } local a = null; for (local i = 0; i < {n}; i++) { a = g(a); resume a; } a = null;",
    "function g(x) { yield 1; foreach (v in x) yield v; } local a = [1, 2, 3];"
    " for (local i = 0; i < {n}; i++) a = g(a); local c = 0; foreach (v in a) { if (++c > 20) break; } a = null;",
    "function g(x) { if (x > 0) { local h = g(x - 1); foreach (v in h) yield v; } yield x; }"
    " local c = 0; foreach (v in g({n})) { if (++c > 3) break; }",
    # Generators started deep down and resumed from above.
    "function deep(n, g) { return n > 0 ? deep(n - 1, g) : resume g; }"
    " function body(k) { yield 1; if (k > 0) { local h = body(k - 1); deep({m}, h); resume h; } yield 2; }"
    " local g = body(40); deep({m}, g); resume g; g = null;",
    "function deep(n, g) { return n > 0 ? 1 + deep(n - 1, g) : resume g; }"
    " function body() { yield 1; deep({m}, null); }"
    " local g = body(); deep({m}, g); try { resume g; } catch (e) { print(e); }",
    "local a = [1]; for (local i = 0; i < {n}; i++) a.append(a); local w = a.weakref(); a = null; collectgarbage();",
    "local t = {}; for (local i = 0; i < {n}; i++) t[i] <- i; foreach (k, v in t) { if (k % 2) delete t[k]; }"
    " foreach (k, v in t) if (t.len() < {n} * 2) t[k + {n}] <- 1; t.clear();",
    "local e = null; function f(n) { try { if (n == 0) throw {x = e}; f(n - 1); } catch (x) { throw [x]; } }"
    " try { f({m}); } catch (x) { e = x; } e = null;",
    "local w = []; local a = []; for (local i = 0; i < {n}; i++) { a = [a]; w.append(a.weakref()); } a = null;"
    " foreach (x in w) if (x != null) throw x;",
    "local a = {x = null}; for (local i = 0; i < {n}; i++) { a = {x = a}; a.me <- a; } a = null; collectgarbage();",
    "local g = null; function f() { yield resume g; } g = f(); try { resume g; } catch (e) { print(e); }",
)

LARGE: Final[tuple[str, ...]] = (
    'local s = "x"; for (local i = 0; i < 64; i++) s += s; return s.len();',
    'local s = "x"; for (local i = 0; i < 64; i++) s = s + s; return s.len();',
    'local t = {s = "x"}; for (local i = 0; i < 64; i++) t.s += t.s;',
    'local s = "x"; for (local i = 0; i < 64; i++) s = format("%s%s", s, s); return s.len();',
    'local s = "%s%s%s%s%s%s%s%s", x = "a"; for (local i = 0; i < 64; i++) x = format(s, x, x, x, x, x, x, x, x);',
    'local s = "x"; for (local i = 0; i < 27; i++) s += s; local a = [s];'
    " for (local i = 0; i < 20; i++) a = [a + s, s];",
    "local a = [1]; for (local i = 0; i < 64; i++) a.extend(a); return a.len();",
    "local a = [1]; while (true) { local b = clone a; a.extend(b); }",
    "local b = blob(1); while (true) b.writeblob(b);",
    "local b = blob(1); while (true) { b.seek(0, 'e'); b.writeblob(b); }",
    'local b = blob(); local s = "x"; for (local i = 0; i < 20; i++) s += s; while (true) b.writestring(s);',
    'local b = blob(268435456); b.tostring(); b + ""; b.swap4(); b.readblob(2147483647); clone b;',
    "local b = blob(268435456); local s = b.tostring(); for (local i = 0; i < 10; i++) s = s.toupper();",
    'local s = "a,"; for (local i = 0; i < 64; i++) s += s; split(s, ",");',
    'local s = "a,"; for (local i = 0; i < 25; i++) s += s; split(s, ","); split(s, ",;");',
    'local s = "a"; for (local i = 0; i < 24; i++) s += s; regexp(s).match(s);',
    'local s = "(a)"; for (local i = 0; i < 18; i++) s += s; regexp(s).capture("aaaa"); regexp2(s);',
    'local s = "a|"; for (local i = 0; i < 20; i++) s += s; regexp(s + "a").search("bbbbbbbb");',
    'local s = "a"; for (local i = 0; i < 18; i++) s += s; regexp("a*a*a*b").search(s); regexp("(a|aa)+b").search(s);',
    'local s = "a"; for (local i = 0; i < 20; i++) s += s; regexp("((a*)*)*b").match(s); regexp2("(a*)*b").match(s);',
    'local s = "a"; for (local i = 0; i < 24; i++) s += s; s.find(s.slice(0, s.len() / 2) + "b"); s.tointeger();',
    'local s = "1"; for (local i = 0; i < 26; i++) s += s; s.tointeger(); s.tofloat(); (s + ".1").tofloat();',
    "array(33554432).map(type);",
    "array(33554432, 1).filter(@(i, v) i % 2);",
    "array(33554432).apply(dummy); ",
    "array(33554432, 3).reduce(math.pow);",
    "local a = array(33554432, 3); a.sort(); a.reverse(); a.find(4); clone a; a.slice(0);",
    "local a = array(4000000, 3); a.sort(dummy); ",
    "local a = array(4000000, 3); a.sort(@(a, b) 0); ",
    "local a = array(33554432, {}); foreach (i, v in a) a[i] = [v];",
    "local a = array(33554432); local b = [a, clone a, clone a, clone a, clone a]; b = null;",
    "array(2147483647);",
    "array(2147483647, []);",
    "array(-1);",
    "array(1e30);",
    "blob(2147483647);",
    "blob(2000000000);",
    "blob(-2147483648);",
    "[].resize(2147483647); ",
    "[1].resize(-2147483648); ",
    "blob(1).resize(2147483647); ",
    'format("%2147483647d", 1);',
    'format("%.2147483647f", 1.5);',
    'format("%*d", 1, 2);',
    "for (local i = 0; i < 1000; i++) collectgarbage();",
    "local t = {}; for (local i = 0; ; i++) t[i] <- i;",
    "local a = []; for (;;) a.push([a]);",
    "for (;;) { try { throw 1; } catch (e) { continue; } }",
    "while (true) ;",
    "function f() { f(); } while (true) try { f(); } catch (e) {}",
    "function g() { while (true) yield 1; } foreach (x in g()) ;",
    "function g() { while (true) ; yield 1; } resume g();",
    "class A { function _nexti(i) { return 0; } function _get(k) { return 1; } } foreach (x in A()) ;",
    "[3, 2, 1].sort(function(a, b) { while (true) ; });",
    "local t = {}; t.setdelegate({_tostring = function() { for (;;) ; }}); print(t);",
    'local t = {a = 1}; foreach (k, v in t) t[k + "x"] <- 1;',
    "local a = [1]; foreach (v in a) a.push(v);",
    "local a = [1]; a.map(function(x) { a.push(x); while (a.len() < 10000000) a.push(1); });",
)


def nested(random: Random) -> str:
    """Brackets, blocks, functions, operators... inside each other, thousands deep, sometimes unbalanced."""
    opening, middle, closing = random.choice(NESTED)
    depth = random.choice((20, 150, 400, 990, 1999, 5000, 50000))
    missing = random.choice((0, 0, 0, 0, 1, depth // 2))
    source = opening * depth + middle + closing * (depth - missing)
    if random.random() < 0.3:
        other = random.choice(NESTED)
        depth = random.choice((5, 50, 300))
        source = other[0] * depth + source + other[2] * depth
    if random.random() < 0.4:
        # Called from as deep down as calls go.
        return (
            "n <- 0; function down(k) { if (k > 0) return down(k - 1); return inner(); }\n"
            "function inner() { " + source + "\n}\ntry { down(" + random.choice(("100", "29990")) + "); } catch (e) {}"
        )
    if random.random() < 0.3:
        return "function f(n) { if (n) f(n - 1);\n" + source + "\n f(n - 1); }\nf(100000);"
    return source


def recursion(random: Random) -> str:
    """A function that comes back to itself by one to three of all the ways to call a function."""
    path = random.choice(PATHS)
    steps = random.sample(STEPS, random.choice((1, 1, 1, 2, 3)))
    step = steps[0] if len(steps) == 1 else "(n % 2 ? " + steps[0] + " : " + steps[-1] + ")"
    depth = random.choice((3, 90, 101, 20000, 1000000))
    end = random.choice(("down(n);", "try { down(n); } catch (e) { print(e); } try { down(50); } catch (e) {}"))
    wrap = random.choice(("{}", "{}", "function go() { yield 1; {} yield 2; } foreach (x in go()) ;"))
    # After a block the next statement has to stand on a line of its own.
    return (PRELUDE + path.replace("{next}", step) + f"\nn = {depth};\n" + wrap.replace("{}", end)).replace("} ", "}\n")


def chain(random: Random) -> str:
    """Long chains of values, generators, delegates, classes."""
    n = random.choice((10, 1000, 30000, 300000))
    program = random.choice(CHAINS).replace("{n}", str(n)).replace("{m}", str(random.choice((100, 5000, 29000))))
    return program.replace("} ", "}\n")


def large(random: Random) -> str:
    """Programs that ask for more memory or time than there is."""
    return random.choice(LARGE).replace("} ", "}\n")


def big_literal(random: Random) -> str:
    """Sources of a megabyte and more."""
    n = random.choice((1000, 100000))
    return random.choice(
        (
            "return [" + "1," * n + "]",
            "return {" + "".join(f"a{i}={i}," for i in range(n)) + "}",
            'return "' + "x" * (n * 100) + '"',
            'return @"' + '""\n' * n + '"',
            "x <- 1;" * n,
            "local a;" * n,
            "".join(f"local a{i} = {i};" for i in range(n // 100)),
            "function f(" + ",".join(f"a{i}" for i in range(n // 10)) + ") {}",
            "dummy(" + "1," * n + "1)",
            "switch (1) {" + "".join(f"case {i}: break;" for i in range(n)) + "}",
            "enum E {" + ",".join(f"a{i}" for i in range(n)) + "}",
            "".join(f"const C{i} = {i};" for i in range(n)),
            "class A {" + "".join(f"a{i} = {i};" for i in range(n)) + "} A();",
            "if (0) ; " + "else if (0) ; " * n,
            "return 1" + " + 1" * n,
            'return ""' + ' + "a"' * n,
            "local t = {}; t" + ".a" * n,
            "return " + "9" * n,
            "return 0x" + "f" * n,
            "return 1." + "9" * n + "e" + "9" * n,
            "//" + "x" * n + "\n" * n + "x",
            '#line 16777217 "a"\nthrow 1',
            '#line 999999999 "a"\nlocal f = function() {\nthrow 1 }; f()',
            "".join(f'#line 1 "f{i}"\n' for i in range(n // 10)) + "throw 1;",
            "\n" * 16777300 + "throw 1",
            "'" + "x" * n + "'",
            '"' + "\\x" * n,
            "return [" + ",".join(["function(){}"] * (n // 10)) + "]",
            "\n".join(f"function f{i}(a, b = 1, ...) {{ return @() a + b; }}" for i in range(n // 10)),
        )
    )
