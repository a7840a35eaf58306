"""Methods of functions: calling with another ``this``, and ``bindenv``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

COUNT = "error: wrong number of parameters"
OWNER = "local t = {v = 3, function f(x = 0) { return this.v + x; }}; local u = {v = 9}; "


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (OWNER + "return [t.f.call(u), t.f.call(u, 1), t.f.pcall(u, 1)]", "[9, 10, 10]"),
        (OWNER + "return [t.f.acall([u]), t.f.acall([u, 1]), t.f.pacall([u, 1])]", "[9, 10, 10]"),
        (OWNER + "local a = [u, 1]; t.f.acall(a); return a.len()", "2"),
        ("local f = @() this; return [f.call(null), f.call(5)]", "[None, 5]"),
        ("local f = @(a) a; return f.call()", COUNT),
        ("local f = @(a) a; return f.call(this)", COUNT),
        ("local f = @() 1; return f.acall([])", COUNT),
        ("local f = @(a) a; return f.acall([this])", COUNT),
        ("local f = @(a) a; return f.acall(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'array'"),
        ("local f = @(...) vargv.len(); return f.acall(array(10))", "9"),
        (
            "local f = @(...) vargv.len(); return f.acall(array(11))",
            "error: the array of acall may hold at most 10 items",
        ),
        ('local f = function() { throw "e"; return 0; }; return f.pcall(this)', "error: e"),
        ('local f = function() { throw "e"; return 0; }; return f.pacall([this])', "error: e"),
        (OWNER + "return [t.f.bindenv(u)(), t.f.bindenv(u)(1), t.f.bindenv(u).call({v = 1}), t.f()]", "[9, 10, 9, 3]"),
        (OWNER + "return t.f.bindenv(u) == t.f.bindenv(u)", "False"),
        ("return ({x = 1}).len.bindenv({a = 1, b = 2})()", "2"),
        (
            "local f = @() 1; return f.bindenv(1)",
            "error: parameter 1 has an invalid type 'integer' ; expected: 'table|class|instance'",
        ),
        (
            "local f = @() 1; return f.bindenv(null)",
            "error: parameter 1 has an invalid type 'null' ; expected: 'table|class|instance'",
        ),
        ("local f = function() { return this.v; }; local g = f.bindenv({v = 7}); collectgarbage(); return g()", "7"),
        ("print.call(this, 1)", "None"),
        ("print.call(this)", COUNT),
        ("(@() 1).getinfos", "error: the index 'getinfos' does not exist"),
        ("(@() 1).tostring().slice(0, 12)", "'(function : '"),
        ("typeof print.weakref()", "'weakref'"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


def test_arguments_are_released_when_the_callee_drops_them(evaluate: Callable[[str], str]) -> None:
    source = """
        local f = function(x) { local w = x.weakref(); x = null; return w.ref(); }
        return [f.call(this, []), f.pcall(this, []), f.acall([this, []]) == null]
    """
    assert evaluate(source) == "[None, None, False]"
