"""Sources of absurd size or depth: an answer in linear time, never a crash."""

from __future__ import annotations

import time

import pytest

from squirrel.errors import CompileError
from squirrel.syntax import ast, parse
from squirrel.syntax.parser import NESTING_LIMIT

DEEP = 50_000


@pytest.mark.parametrize(
    "source",
    [
        "(" * DEEP + "1" + ")" * DEEP,
        "x=" + "[" * DEEP + "]" * DEEP,
        "x=" + "{a=" * DEEP + "1" + "}" * DEEP,
        "f(" * DEEP + "1" + ")" * DEEP,
        "a" + "[1]" * DEEP,
        "a" + ".b" * DEEP,
        "a" + "()" * DEEP,
        "!" * DEEP + "a",
        "{" * DEEP + "}" * DEEP,
        "if(a)" * DEEP + "b",
        "if(a) b\nelse " * DEEP + "c",
        "a?b:" * DEEP + "c",
        "a=" * DEEP + "b",
        "x=" + "@()" * DEEP + "1",
        "x=function(){return " * DEEP + "1" + "}" * DEEP,
    ],
    ids=lambda source: source[:12],
)
def test_deep_nesting_is_a_compile_error(source: str) -> None:
    with pytest.raises(CompileError, match="nesting too deep"):
        parse(source, "test")


@pytest.mark.parametrize("opening", ["(", "x=[", "{", "f(", "class a extends class extends "])
def test_unclosed_nesting(opening: str) -> None:
    with pytest.raises(CompileError, match="expected"):
        parse(opening * DEEP, "test")


def test_the_limit_is_exact() -> None:
    # Each pair of parentheses is one node around another; the literal and the statement are two more.
    fits = NESTING_LIMIT - 2
    parse("(" * fits + "1" + ")" * fits, "test")
    with pytest.raises(CompileError, match="nesting too deep"):
        parse("(" * (fits + 1) + "1" + ")" * (fits + 1), "test")


@pytest.mark.parametrize("operator", ["+", "||", "&&", "==", "in"])
def test_long_chains_are_not_nesting(operator: str) -> None:
    length = 10 * NESTING_LIMIT
    (statement,) = parse(f"a {operator} " * length + "a", "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    node = statement.expression
    for _ in range(length):
        assert isinstance(node, ast.Binary)
        assert isinstance(node.right, ast.Name)
        node = node.left


def test_long_lists() -> None:
    items = 100_000
    (statement,) = parse("[" + "1," * items + "]", "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    assert isinstance(statement.expression, ast.ArrayLiteral)
    assert len(statement.expression.items) == items
    assert len(parse("a;\n" * items, "test").statements) == items
    (statement,) = parse("a" + ",a" * items, "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    assert isinstance(statement.expression, ast.Comma)


def test_time_is_linear() -> None:
    line = 'function f(a, b = 2) { if (a > b) { return { x = [1, 2, a], y = "s" + g(a)[0].c } } }\n'

    def seconds(lines: int) -> float:
        source = line * lines
        # Processor time of this thread: others may be busy.
        start = time.thread_time()
        parse(source, "test")
        return time.thread_time() - start

    seconds(10)
    small = min(seconds(300) for _ in range(3))
    # Ten times the source; a quadratic parser would take a hundred times as long.
    assert seconds(3000) < 40 * small
