"""Squirrel's own regular expressions. The spans were measured on the reference."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM
from squirrel.errors import Interrupted, SquirrelError


@pytest.mark.parametrize(
    ("pattern", "subject", "matches"),
    [
        ("a*", "aaa", True),
        ("a*", "", True),
        ("a.*z", "az", False),
        ("ab", "abc", False),
        ("[a-c]+", "abccba", True),
        ("[^a-c]+", "xyz", True),
        ("[a-b-c]", "-", True),
        ("a{2,3}", "aaaa", False),
        ("a{2,1}", "aa", False),
        ("a{65536}", "", True),
        ("a|bc", "bc", True),
        ("(a|b)*", "abba", True),
        ("*", "*", True),
        (r"\\x41", "x41", False),
        (r"\\.", ".", True),
        (r"\\w+\\s\\d", "ab_ 1", True),
        (r"\\l\\u\\p", "aB!", True),
        (r"\\W", r"\xe9", True),
        (r"\\\xe9", r"\xe9", True),
        ("^a$", "a", True),
        (r"a", r"a\0b", True),
    ],
)
def test_match(evaluate: Callable[[str], str], pattern: str, subject: str, matches: bool) -> None:
    assert evaluate(f'regexp("{pattern}").match("{subject}")') == repr(matches)


@pytest.mark.parametrize(
    ("pattern", "subject", "spans"),
    [
        ("a.*b", "xaxbxbx", [[1, 4]]),
        (r"(\\d+)-(\\d+)", "on 2015-06 x", [[3, 10], [3, 7], [8, 10]]),
        ("(a)(b)?", "xab", [[1, 3], [1, 2], [2, 3]]),
        ("(a)|(b)", "b", [[0, 1], [0, 0], [0, 1]]),
        ("((a)(b))(c)", "abc", [[0, 3], [0, 2], [0, 1], [1, 2], [0, 0]]),
        ("(?:a)(b)", "ab", [[0, 2], [1, 2]]),
        (r"\\bfoo\\b", "a foo b", None),
        (r"\\bfoo\\b", "foo", [[0, 3]]),
        ("a[^b]*", "a", [[0, 2]]),
        (r"([a-zA-Z]+)\\s*=\\s*(\\w+)", "  foo = bar9;", [[2, 12], [2, 5], [8, 12]]),
        ("q", "abc", None),
        ("a*", "", None),
    ],
)
def test_search_and_capture(
    evaluate: Callable[[str], str], pattern: str, subject: str, spans: list[list[int]] | None
) -> None:
    spans_of = f'local r = regexp("{pattern}"), m = r.search("{subject}"), c = r.capture("{subject}");'
    shown = "return c == null ? [m, c] : [[m.begin, m.end], c.map(@(m) [m.begin, m.end])]"
    expected = [None, None] if spans is None else [spans[0], spans]
    assert evaluate(f"{spans_of} {shown}") == repr(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('regexp("a").search("xaa", 2).begin', "2"),
        ('regexp("a").search("xa", 1.9).begin', "1"),
        ('regexp("a").search("xa", 5)', "None"),
        ('regexp("a").search("xa", -1)', "None"),
        ('regexp("^a").search("xa", 1).begin', "1"),
        ('regexp("(a)(?:b)(c)").subexpcount()', "3"),
        ('typeof regexp("a") + type(regexp("a"))', "'regexpmeta'"),
        ('regexp("a").foo', "error: the index 'foo' does not exist"),
        ('regexp("a").match(1)', "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ('regexp("a").match()', "error: wrong number of parameters"),
        ('regexp("a").match.call(blob(), "a")', "error: invalid type tag"),
        ("regexp(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("regexp()", "error: wrong number of parameters"),
    ],
)
def test_methods(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("", "letter expected"),
        ("(", "letter expected"),
        ("(?a)", "expected paren"),
        ("(?:a", "expected paren"),
        ("a)", "unexpected character"),
        ("a**", "unexpected character"),
        ("[", "letter expected"),
        ("[]", "empty class"),
        ("[^]", "empty class"),
        ("[z-a]", "invalid range"),
        ("[a-]", "invalid range"),
        (r"[\\d-z]", "invalid range"),
        ("a{x}", "number expected"),
        ("a{1", ", or } expected"),
        ("a{1,2", "expected paren"),
        ("a{1234567890}", "overflow in numeric constant"),
        ("a|", "letter expected"),
        (r"\xe9", "letter expected"),
        (r"\n", "letter expected"),
    ],
)
def test_bad_pattern(evaluate: Callable[[str], str], pattern: str, text: str) -> None:
    assert evaluate(f'regexp("{pattern}")') == f"error: {text}"


def test_deep_patterns_are_refused() -> None:
    vm = VM()
    vm.define("p", "(" * 5000 + "a" + ")" * 5000)
    with pytest.raises(SquirrelError, match="regexp too complex"):
        vm.run("regexp(p)")
    vm.define("p", "a+" * 5000)
    vm.define("s", "a" * 5000)
    with pytest.raises(SquirrelError, match="regexp too complex"):
        vm.run("regexp(p).match(s)")


def test_long_patterns_and_subjects() -> None:
    vm = VM()
    vm.define("p", "|".join(f"w{number}x" for number in range(3000)))
    assert vm.run('return regexp(p).match("w2999x")') is True
    vm.define("p", "ab" * 20000)
    assert vm.run("return regexp(p).match(p)") is True
    vm.define("s", "a" * 10_000_000)
    assert vm.run('return regexp("zz").search(s)') is None


def test_a_pattern_that_takes_for_ever_can_be_interrupted() -> None:
    vm = VM()
    vm.machine.pause = vm.interrupt
    vm.define("s", "a" * 200)
    with pytest.raises(Interrupted):
        vm.run('regexp("a+a+a+a+a+a+a+a+b").search(s)')
