"""Methods of tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("({a = 1, b = 2}).len()", "2"),
        ('({a = 1}).rawget("a")', "1"),
        ('({}).rawget("a")', "error: the index doesn't exist"),
        ("({}).rawget(null)", "error: the index doesn't exist"),
        ('local t = {a = 1}; return [t.rawset("b", 2), t.b]', "[None, 2]"),
        ("({}).rawset(null, 2)", "error: null key"),
        ('local t = {a = 1}; return [t.rawdelete("a"), t.rawdelete("a"), t.len()]', "[1, None, 0]"),
        ('({a = 1}).rawin("a")', "True"),
        ("({a = 1}).rawin(null)", "False"),
        ("local t = {a = 1, b = 2}; return [t.clear(), t.len()]", "[None, 0]"),
        ("local t = {}; return t.setdelegate({}) == t", "True"),
        ("({}).setdelegate(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'null|table'"),
        ("local t = {}; return t.setdelegate(t)", "error: delagate cycle"),
        ("local t = {}; local u = {}; t.setdelegate(u); return u.setdelegate(t)", "error: delagate cycle"),
        ("local d = {x = 1}; local t = {}; t.setdelegate(d); return t.getdelegate() == d", "True"),
        ("({}).getdelegate()", "None"),
        ('local t = {}; t.setdelegate({x = 1}); return [t.x, t.rawin("x"), t.len()]', "[1, False, 0]"),
        ('local t = {}; t.setdelegate({x = 1}); return t.rawget("x")', "error: the index doesn't exist"),
        (
            "local t = {}; t.setdelegate({x = 1}); t.setdelegate(null); return t.x",
            "error: the index 'x' does not exist",
        ),
        ('local t = {}; t.setdelegate({_tostring = @() "tt"}); return t.tostring()', "'tt'"),
        ("({}).len.call([1])", "error: parameter 0 has an invalid type 'array' ; expected: 'table'"),
        ("({}).clear.call(1)", "error: clear only works on table and array"),
        ("({}).setdelegate.call([1], {})", "error: unexpected type array"),
        ("({}).getdelegate.call([1])", "error: wrong type"),
        ("({}).filter", "error: the index 'filter' does not exist"),
        ("({}).keys", "error: the index 'keys' does not exist"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected
