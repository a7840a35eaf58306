"""Syntax trees as bytes and back."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings

from squirrel import CompileError
from squirrel.syntax import ast, parse
from squirrel.syntax.stored import dumps, loads
from tests.oracle.program_gen import expression_programs, statement_programs, table_programs

PROGRAMS = Path(__file__).parents[2] / "lang"
# Every kind of node, and every way in which a part may be absent.
EVERYTHING = """
    const A = 1; const B = -2.5; const C = "c"; enum E { P, Q = 7, R = "r", S = 0.5 }
    local a, b = null, c = [true, false, -1, 2147483647, 0.1, "x", 'c', @"v", {}, []];
    local function inner(x, y = 1) { return; }
    function outer() { yield; yield 1; return inner(1); }
    function path::deep(...) {}
    class Plain {} class Derived extends Plain </ doc = 1 /> { static s = 1; x = null; </ t = 2 /> y = 3; [a] = 4;
        constructor() { base.constructor(); this.x = 1 } function m() { return @(q) q + 1 } }
    class a.b.C {} class a["k"] {} class ::Root {}
    local t = { k = 1, "s": 2, [a + 1] = 3, function f() {} }, u = class {}, v = class extends Plain {};
    if (a) b = 1; else if (b) { } else c <- 1;
    while (a && !b || ~c) { if (a) break; continue }
    do { a++ } while (--b);
    for (;;) break;
    for (local i = 0; i < 3; i += 1) {}
    for (a = 0, b = 1; ; ) break;
    foreach (value in c) {}
    foreach (key, value in c) ;
    switch (a) { case 1: case "2": a = (b, c); break; default: ; }
    switch (a) {}
    try { throw clone a } catch (error) { delete t.k; ::g <- typeof a instanceof b }
    a = b ? c : (a)(b)[c].d; resume a; t.k -= 1;
"""


def same(left: object, right: object) -> bool:
    """Whether two trees are equal in every type and field; without recursion, and NaN equals itself."""
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, ast.Data) and isinstance(b, ast.Data):
            stack.extend((getattr(a, name), getattr(b, name)) for name in a.__match_args__)
        elif isinstance(a, list) and isinstance(b, list):
            if len(a) != len(b):
                return False
            stack.extend(zip(a, b, strict=True))
        elif isinstance(a, dict) and isinstance(b, dict):
            if list(a) != list(b):
                return False
            stack.extend(zip(a.values(), b.values(), strict=True))
        elif isinstance(a, float) and isinstance(b, float):
            if struct.pack("d", a) != struct.pack("d", b):
                return False
        elif a != b:
            return False
    return True


def nodes_of(root: ast.Node) -> list[ast.Node]:
    found, stack = [], [root]
    while stack:
        node = stack.pop()
        found.append(node)
        for name in node.__match_args__:
            value = getattr(node, name)
            stack.extend(part for part in (value if isinstance(value, list) else [value]) if isinstance(part, ast.Node))
    return found


def assert_kept(source: str) -> None:
    script = parse(source, "test")
    assert same(loads(dumps(script)), script)


def script_of(value: object) -> ast.Script:
    span = ast.Span(1, 1, 1, 2)
    literal = ast.Literal(span, value)  # type: ignore[arg-type]
    return ast.Script("test", [ast.ExpressionStatement(span, literal)], span)


def test_the_comparison_sees_differences() -> None:
    tree = parse("local a = 1 + b", "test")
    assert same(tree, parse("local a = 1 + b", "test"))
    for other in ("local a = 1 + c", "local a = 1.0 + b", "local a = 1  + b", "local a = 1 + b;", "local a = true + b"):
        assert not same(tree, parse(other, "test")), other


@pytest.mark.parametrize("program", sorted(path.relative_to(PROGRAMS).as_posix() for path in PROGRAMS.rglob("*.nut")))
def test_every_program_of_the_language_tests(program: str) -> None:
    source = (PROGRAMS / program).read_bytes().decode("latin-1")
    try:
        script = parse(source, "test")
    except CompileError:
        return
    assert same(loads(dumps(script)), script)


def test_every_kind_of_node() -> None:
    script = parse(EVERYTHING, "test")
    concrete = {kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.Node)}
    assert {type(node) for node in nodes_of(script)} == concrete - {ast.Node, ast.Expression, ast.Statement}
    assert same(loads(dumps(script)), script)


@settings(max_examples=60, deadline=None)
@given(expression_programs() | statement_programs() | table_programs())
def test_generated_programs(source: str) -> None:
    assert_kept(source)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, 1, -1, 63, 64, -64, -65, 2147483647, -2147483648),
        *(0.0, -0.0, 0.1, 1e38, math.inf, -math.inf, math.nan, -math.nan),
        *("", "a", "\0", "\xff" * 300, "".join(map(chr, range(256)))),
    ],
    ids=repr,
)
def test_values(value: object) -> None:
    assert same(loads(dumps(script_of(value))), script_of(value))


def test_names_are_one_object_each() -> None:
    script = loads(dumps(parse("some_name = 1; local t = {some_name = 1}", "test")))
    names = [node.name for node in nodes_of(script) if isinstance(node, ast.Name)]
    keys = [node.value for node in nodes_of(script) if isinstance(node, ast.Literal) and type(node.value) is str]
    assert names == keys == ["some_name"]
    assert names[0] is keys[0] is parse("some_name", "test").statements[0].expression.name  # type: ignore[attr-defined]


def test_places_follow_line_directives() -> None:
    assert_kept('a\n#line 100 "one.nut"\nb + \\\n'.replace("\\", "") + 'c\n#line 3 "two.nut"\nlocal d = [\n1,\n2]\n')


def test_deep_trees() -> None:
    assert_kept("x = " + "1 + " * 20000 + "1")
    assert_kept("x = " + "(" * 900 + "1" + ")" * 900)
    assert_kept("if (a) b else " * 1500 + "c")


@pytest.mark.parametrize("value", ["\u0100", b"bytes", 1j], ids=repr)
def test_what_no_parser_makes_is_refused(value: object) -> None:
    # Compiled nodes refuse values of wrong types themselves.
    with pytest.raises((TypeError, ValueError), match=r"codec can't encode|a value of type|object expected"):
        dumps(script_of(value))


def test_damaged_bytes_are_refused_or_are_another_tree() -> None:
    data = dumps(parse('local a = 1.5\nfunction f(x = "s") { foreach (k, v in x) return {a = [k]} }', "test"))
    for end in range(len(data)):
        with pytest.raises(ValueError, match="not a stored syntax tree"):
            loads(data[:end])
    for at in range(len(data)):
        for byte in {0, 1, 2, 5, 12, 27, 49, 50, 127, 128, 255, data[at] ^ 1, data[at] ^ 64} - {data[at]}:
            try:
                script = loads(data[:at] + bytes([byte]) + data[at + 1 :])
            except ValueError:
                continue
            assert isinstance(script, ast.Script)
    with pytest.raises(ValueError, match="not a stored syntax tree"):
        loads(data + data)
