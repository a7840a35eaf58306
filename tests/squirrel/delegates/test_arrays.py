"""Methods of arrays but for ``sort``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM

NUMBER = "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"
FUNCTION = "error: parameter 1 has an invalid type 'integer' ; expected: 'function|function'"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[1, 2].len()", "2"),
        ("local a = [1]; return [a.append(2), a.push(3), a.len()]", "[None, None, 3]"),
        ("local a = [1]; return [a.extend([2, 3]), a]", "[None, [1, 2, 3]]"),
        ("local a = [1, 2]; a.extend(a); return a", "[1, 2, 1, 2]"),
        ("[1].extend(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'array'"),
        ("local a = [1, 2]; return [a.pop(), a]", "[2, [1]]"),
        ("[].pop()", "error: empty array"),
        ("[1, 2].top()", "2"),
        ("[].top()", "error: top() on a empty array"),
        ('local a = [1, 2]; return [a.insert(1.7, "x"), a]', "[None, [1, 'x', 2]]"),
        ("local a = [1]; a.insert(1, 2); return a", "[1, 2]"),
        ("[1].insert(2, 1)", "error: index out of range"),
        ("[1].insert(-1, 1)", "error: index out of range"),
        ("local a = [1, 2, 3]; return [a.remove(1), a]", "[2, [1, 3]]"),
        ("[1].remove(0.9)", "1"),
        ("[1].remove(1)", "error: idx out of range"),
        ("[1].remove(-1)", "error: idx out of range"),
        ('[1].remove("x")', NUMBER),
        ('local a = [1]; return [a.resize(3, "f"), a]', "[None, [1, 'f', 'f']]"),
        ("local a = [1, 2, 3]; a.resize(1.9); return a", "[1]"),
        ("[1].resize(-1)", "error: negative size"),
        ("[1].resize(2147483647)", "error: out of memory"),
        ('[1].resize("x")', NUMBER),
        ("local a = [1, 2, 3]; return [a.reverse(), a]", "[None, [3, 2, 1]]"),
        ("[1, 2, 3].slice(1)", "[2, 3]"),
        ("[1, 2, 3].slice(-2, -1)", "[2]"),
        ("[1, 2].slice(1, 0)", "error: wrong indexes"),
        ("[1, 2].slice(0, 3)", "error: slice out of range"),
        ("[1, 2].slice(-3)", "error: slice out of range"),
        ("local a = [1]; return [a.clear(), a]", "[None, []]"),
        ("[1, 2.5, true].map(@(x) typeof x)", "['integer', 'float', 'bool']"),
        ("[1, 2].map(@(x, y = 2) x + y)", "[3, 4]"),
        ("[1, 2].map(@(x, y) x)", "error: wrong number of parameters"),
        ("[1].map(1)", FUNCTION),
        ("local a = [1, 2]; return [a.apply(@(x) x * 2), a]", "[None, [2, 4]]"),
        ("local a = [1, 2]; return a.map(function(x) { return this == a; })", "[True, True]"),
        ("[1, 2, 3].reduce(@(a, b) a * 10 + b)", "123"),
        ("[5].reduce(@(a, b) 0)", "5"),
        ("[].reduce(@(a, b) 0)", "None"),
        ("[5, 6, 7].filter(@(i, x) i != 1)", "[5, 7]"),
        ('[5, 6].filter(@(i, x) "")', "[5, 6]"),
        ("[5, 6].filter(@(i, x) 0.0)", "[]"),
        ("[5].filter(@(x) true)", "error: wrong number of parameters"),
        ("[1, 2].find(2.0)", "1"),
        ("[true, 1].find(1)", "1"),
        ("[0.0].find(-0.0)", "None"),
        ("[[1]].find([1])", "None"),
        ('["a", null].find(null)', "1"),
        ("local a = [1, 2, 3]; return a.map(function(x) { a.clear(); return x; })", "[1, 1, 1]"),
        ("local a = [1, 2, 3]; a.apply(function(x) { a.clear(); return x; }); return a", "[]"),
        ("local a = [1, 2, 3]; return a.filter(function(i, x) { a.clear(); return true; })", "[1, 1, 1]"),
        ("local a = [1, 2, 3]; return a.reduce(function(x, y) { a.clear(); return x + y; })", "5"),
        (
            "local o = {}; local a = [o.weakref()]; return typeof a[0] + typeof a.top() + typeof a.pop()",
            "'tableweakrefweakref'",
        ),
        (
            "local o = {}; local a = [o.weakref()]; return [a.find(o), typeof a.slice(0).top(), typeof a.remove(0)]",
            "[0, 'table', 'table']",
        ),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize("taken_by", ["a.pop()", "a.remove(0)", "a.clear()", "a.resize(0)", "a.apply(@(x) 1)"])
def test_what_leaves_an_array_is_released_at_once(evaluate: Callable[[str], str], taken_by: str) -> None:
    assert evaluate(f"local a = [[]]; local w = a[0].weakref(); {taken_by}; return w.ref()") == "None"


def test_large_arrays() -> None:
    vm = VM()
    assert vm.run("local a = array(1000000, 1); a.reverse(); a.extend(a); return a.slice(5).find(2)") is None
    total = vm.run("return array(100001, 1).map(@(x) x + 1).filter(@(i, x) i % 2).reduce(@(x, y) x + y)")
    assert total == 100000
