"""``split`` and ``strip``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM
from squirrel.values.array import Array


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('split("a,b,,c,", ",")', "['a', 'b', 'c']"),
        ('split(",a", ",")', "['a']"),
        ('split("a b,c", " ,")', "['a', 'b', 'c']"),
        ('split("a-b]c^d\\\\e", "]^-\\\\")', "['a', 'b', 'c', 'd', 'e']"),
        ('split("abc", ",")', "['abc']"),
        ('split("", ",")', "[]"),
        (r'split("a,b\0z,c", ",")', "['a', 'b']"),
        ('split("abc", "")', "error: empty separators string"),
        ('split("a")', "error: wrong number of parameters"),
        ('split(1, ",")', "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        (r'strip("  a b \t\n\v\f\r")', "'a b'"),
        (r'lstrip(" \ta ")', "'a '"),
        (r'rstrip(" a \t")', "' a'"),
        ('[strip("   "), lstrip("   "), rstrip("   "), strip("")]', "['', '', '', '']"),
        (r'strip("\xa0x\x85")', r"'\xa0x\x85'"),
        (r'strip(" a\0z ")', r"'a\x00z'"),
        (r'lstrip(" a\0z ")', "'a'"),
        (r'rstrip(" a\0z ")', r"' a\x00z'"),
        ("strip(1)", "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


def test_long_strings_take_linear_time() -> None:
    vm = VM()
    vm.define("s", "ab, " * 2_500_000)
    pieces = vm.run('return split(strip(s), ", ")')
    assert isinstance(pieces, Array)
    assert len(pieces) == 2_500_000
