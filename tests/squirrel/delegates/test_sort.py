"""``array.sort``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM

NOT_A_NUMBER = "error: numeric value expected as return value of the compare function"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[3, 1, 2].sort()", "None"),
        ("local a = [3, 2.5, 1, null, 2]; a.sort(); return a", "[None, 1, 2, 2.5, 3]"),
        (r'local a = ["b", "a", "B", "\xe9", "z", ""]; a.sort(); return a', "['', 'B', 'a', 'b', 'z', 'é']"),
        ("local a = [true, false, true]; a.sort(); return a", "[False, True, True]"),
        ("local a = [1, 3, 2]; a.sort(@(x, y) y <=> x); return a", "[3, 2, 1]"),
        ("local a = [3, 1]; a.sort(@(x, y) x < y ? -1.5 : 1.5); return a", "[1, 3]"),
        (
            "local a = [3, 1]; local all = true; a.sort(function(x, y) { all = all && this == getroottable();"
            " return x <=> y; }); return all",
            "True",
        ),
        ('[1, "a"].sort()', "error: comparison between '1' and 'a'"),
        ("[1, 2].sort(@(x) 1)", "error: wrong number of parameters"),
        ('[1, 2].sort(@(x, y) "x")', NOT_A_NUMBER),
        ("[1, 2].sort(@(x, y) null)", NOT_A_NUMBER),
        ("[1, 2].sort(@(x, y) true)", NOT_A_NUMBER),
        ("[1, 2, 3].sort(@(x, y) -1)", "error: inconsistent compare function"),
        ('[2, 1].sort(function(x, y) { throw "boom"; return 0; })', "error: boom"),
        ("[2, 1].sort(function(x, y) { throw 5; return 0; })", "error: compare func failed"),
        ("[1, 2].sort(null)", "error: parameter 1 has an invalid type 'null' ; expected: 'function|function'"),
        ("[1].sort(@(x, y) null)", "None"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


def test_order_of_equal_items(evaluate: Callable[[str], str]) -> None:
    # As the reference leaves them: its heap sort is not stable.
    source = """
        local a = [[2, "a"], [1, "b"], [2, "c"], [1, "d"], [2, "e"], [1, "f"]]
        a.sort(@(x, y) x[0] <=> y[0])
        return a.map(@(x) x[1]).reduce(@(x, y) x + y)
    """
    assert evaluate(source) == "'bfdeca'"


def test_cmp_of_instances(evaluate: Callable[[str], str]) -> None:
    source = """
        class C { n = 0; constructor(x) { n = x; } function _cmp(other) { return n <=> other.n; } }
        local a = [C(3), C(1), C(2)]
        a.sort()
        return a.map(@(c) c.n)
    """
    assert evaluate(source) == "[1, 2, 3]"


def test_a_failing_compare_function_loses_nothing(evaluate: Callable[[str], str]) -> None:
    source = """
        local a = [5, 3, 9, 1, 7, 2]
        local calls = 0
        try {
            a.sort(function(x, y) { if (++calls == 9) throw "enough"; return x <=> y; })
        } catch (e) {
            a.sort()
        }
        return [calls, a]
    """
    assert evaluate(source) == "[9, [1, 2, 3, 5, 7, 9]]"


@pytest.mark.parametrize("change", ["a.clear()", "a.pop()", "a.remove(0)"])
def test_a_compare_function_that_shortens_the_array(evaluate: Callable[[str], str], change: str) -> None:
    source = f"local a = [3, 2, 1, 4]; a.sort(function(x, y) {{ {change}; return x <=> y; }}); return a"
    assert evaluate(source) == "error: the compare function shortened the array"


def test_a_compare_function_that_appends(evaluate: Callable[[str], str]) -> None:
    source = "local a = [3, 2, 1]; a.sort(function(x, y) { a.append(0); return x <=> y; }); return a.slice(0, 3)"
    assert evaluate(source) == "[1, 2, 3]"


def test_large_arrays() -> None:
    vm = VM()
    assert (
        vm.run("""
        local a = array(200000)
        for (local i = 0; i < a.len(); i++) a[i] = (i * 7919) % 200003
        a.sort()
        for (local i = 1; i < a.len(); i++) if (a[i - 1] > a[i]) return i
        return "sorted"
    """)
        == "sorted"
    )
