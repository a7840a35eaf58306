"""``regexp2``, RE2's regular expressions."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def re2() -> None:
    pytest.importorskip("re2", reason="google-re2 is not installed")


@pytest.mark.usefixtures("re2")
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('regexp2("a.*z").match("az")', "True"),
        ('regexp2("b+").match("abb")', "False"),
        ('local m = regexp2("b+").search("abb"); return [m.begin, m.end]', "[1, 3]"),
        ('local m = regexp2("b").search("abcb", 2); return [m.begin, m.end]', "[3, 4]"),
        ('regexp2("b").search("ab", 2)', "None"),
        ('regexp2("b").search("ab", -1)', "None"),
        ('regexp2("x").search("ab")', "None"),
        ('regexp2("x").capture("ab")', "None"),
        ('regexp2("(a)|(b)").capture("xb").map(@(m) [m.begin, m.end])', "[[1, 2], [-1, -1], [1, 2]]"),
        (r'regexp2("a").search("\0a")', "None"),
        (r'local m = regexp2("z").search("\xc3\xa9z"); return m.begin', "2"),
        ('[typeof regexp2("a"), type(regexp2("a"))]', "['regexp2', 'meta']"),
        ('regexp2("(")', "error: invalid regexp2 pattern: missing ): ("),
        ("regexp2(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.usefixtures("re2")
def test_limits(evaluate: Callable[[str], str]) -> None:
    assert evaluate('local p = ""; for (local i = 0; i < 257; i++) p += "a"; return regexp2(p)') == (
        "error: a regexp2 pattern may have at most 256 characters"
    )
    assert evaluate('local kept = []; for (local i = 0; i < 11; i++) kept.append(regexp2("a")); return kept.len()') == (
        "error: there may be at most 10 regexp2 objects"
    )
    assert evaluate('for (local i = 0; i < 50; i++) { local r = regexp2("a"); } return 1') == "1"


def test_without_the_package(evaluate: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    assert evaluate('regexp2("a")') == "error: regexp2 needs the package google-re2"
