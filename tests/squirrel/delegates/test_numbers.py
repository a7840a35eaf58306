"""Methods of integers, floats and bools."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(3.99).tointeger()", "3"),
        ("(-3.99).tointeger()", "-3"),
        ("(3000000000.0).tointeger()", "-2147483648"),
        ("(0.0 / 0).tointeger()", "-2147483648"),
        ("true.tointeger()", "1"),
        ("false.tofloat()", "0.0"),
        ("(16777217).tofloat()", "16777216.0"),
        ("(65.9).tochar()", "'A'"),
        ("(321).tochar()", "'A'"),
        ("(-1).tochar()", "'ÿ'"),
        ("true.tochar()", r"'\x01'"),
        ("(1.5).tostring()", "'1.5'"),
        ("true.tostring()", "'true'"),
        ("(5).weakref()", "5"),
        ("(5).len", "error: the index 'len' does not exist"),
        ("(5).tointeger(10)", "error: wrong number of parameters"),
        ('(5).tointeger.call("x")', "error: parameter 0 has an invalid type 'string' ; expected: 'integer|float|bool'"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected
