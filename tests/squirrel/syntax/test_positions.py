"""Spans of nodes, and ``#line`` directives."""

from __future__ import annotations

import pytest

from squirrel.errors import CompileError
from squirrel.syntax import ast, parse
from squirrel.syntax.ast import Span


def test_spans() -> None:
    source = 'local a = 1,\n    b = f(2)\nx.y = -3 + "é"  // c\n'
    script = parse(source, "test")
    local, statement = script.statements
    assert script.span == Span(1, 1, 4, 1)
    assert isinstance(local, ast.Local)
    assert local.span == Span(1, 1, 2, 13)
    a, b = local.declarations
    assert (a.span, b.span) == (Span(1, 7, 1, 12), Span(2, 5, 2, 13))
    assert isinstance(b.value, ast.Call)
    assert b.value.span == Span(2, 9, 2, 13)
    assert isinstance(statement, ast.ExpressionStatement)
    assert statement.span == Span(3, 1, 3, 15)
    assert isinstance(statement.expression, ast.Assign)
    assert statement.expression.target.span == Span(3, 1, 3, 4)
    total = statement.expression.value
    assert isinstance(total, ast.Binary)
    assert (total.left.span, total.right.span) == (Span(3, 7, 3, 9), Span(3, 12, 3, 15))


def test_span_of_a_string_over_several_lines() -> None:
    (statement,) = parse('a = @"1\n2\n3" + /* \n */ b', "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    assert isinstance(statement.expression, ast.Assign)
    total = statement.expression.value
    assert isinstance(total, ast.Binary)
    assert (total.left.span, total.right.span) == (Span(1, 5, 3, 3), Span(4, 5, 4, 6))


def test_function_span_ends_with_its_brace() -> None:
    (statement,) = parse("function f()\n{\n}\n", "test").statements
    assert isinstance(statement, ast.FunctionDeclaration)
    assert statement.function.span == Span(1, 1, 3, 2)
    assert statement.function.body.span == Span(2, 1, 3, 2)


def test_line_directive() -> None:
    source = 'a\n#line 10 "x/y.nut"\nb\nc\n  #line 5\nd\n'
    a, b, c, d = parse(source, "test").statements
    assert (a.span.line, a.span.file) == (1, "")
    assert (b.span.line, b.span.file) == (10, "x/y.nut")
    assert (c.span.line, c.span.file) == (11, "x/y.nut")
    assert (d.span.line, d.span.file) == (5, "x/y.nut")


@pytest.mark.parametrize("source", ['a #line 5 "x"\nb +', '#line "x"\nb +', '#lines 5 "x"\nb +', "#line 5 x\nb +"])
def test_not_a_line_directive(source: str) -> None:
    with pytest.raises(CompileError) as caught:
        parse(source, "test")
    assert (caught.value.file, caught.value.line) == ("test", 2)


def test_line_directive_moves_errors() -> None:
    with pytest.raises(CompileError) as caught:
        parse('#line 70 "lib.nut"\n\nlocal a b', "test")
    error = caught.value
    assert (error.file, error.line, error.column) == ("lib.nut", 71, 10)
    assert str(error) == f"lib.nut:71:10: {error.message}"
