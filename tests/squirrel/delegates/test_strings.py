"""Methods of strings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM

NOT_A_NUMBER = "error: cannot convert the string"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"abc".len()', "3"),
        ('"abc".slice()', "'abc'"),
        ('"abc".slice(1.9)', "'bc'"),
        ('"abc".slice(-2, -1)', "'b'"),
        ('"abc".slice(3)', "''"),
        ('"abc".slice(1, 2, 3)', "'b'"),
        ('"abc".slice(2, 1)', "error: wrong indexes"),
        ('"abc".slice(0, 4)', "error: slice out of range"),
        ('"abc".slice(-4)', "error: slice out of range"),
        ('"abc".slice("a")', "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ('"abc".slice(0, null)', "error: parameter 2 has an invalid type 'null' ; expected: 'integer|float'"),
        ('"ABC".find("")', "0"),
        ('"ABC".find("", 3)', "None"),
        ('"ABC".find("C", 1.5)', "2"),
        ('"ABC".find("C", -1)', "None"),
        (r'"a\0bc".find("bc")', "2"),
        ('"ABC".find(1)', "error: parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ('"ABC".find()', "error: wrong number of parameters"),
        (r'"A\xc4Z@[".tolower()', r"'aÄz@['"),
        (r'"a\xe4z`{".toupper()', r"'AäZ`{'"),
        ('"abc".tolower(1)', "error: wrong number of parameters"),
        ('"abc".startswith', "error: the index 'startswith' does not exist"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize(
    ("text", "integer", "number"),
    [
        ("12", "12", "12.0"),
        ("  12x", "12", "12.0"),
        ("+5", "5", "5.0"),
        ("+ 5", NOT_A_NUMBER, NOT_A_NUMBER),
        ("--5", NOT_A_NUMBER, NOT_A_NUMBER),
        ("", NOT_A_NUMBER, NOT_A_NUMBER),
        (r"\0", NOT_A_NUMBER, NOT_A_NUMBER),
        ("zebra", NOT_A_NUMBER, NOT_A_NUMBER),
        ("2timesfour", "2", "2.0"),
        ("12 apples", "12", "12.0"),
        ("1e3", "1000", "1000.0"),
        ("1e", "1", "1.0"),
        ("-1.9", "-1", "-1.899999976158142"),
        (".5", "0", "0.5"),
        (".", NOT_A_NUMBER, NOT_A_NUMBER),
        ("1e99", "-2147483648", "inf"),
        ("inf", NOT_A_NUMBER, NOT_A_NUMBER),
        ("infinite", "-2147483648", "inf"),
        ("010", "10", "10.0"),
        ("4294967295", "-1", "-1.0"),
        ("99999999999", "1215752191", "1215752192.0"),
        ("9223372036854775808", "-1", "-1.0"),
        ("-9223372036854775809", "0", "0.0"),
        ("0xFF", "255", "255.0"),
        ("0xfe", "254", "254.0"),
        ("-0x10", "-16", "-16.0"),
        ("0xFFFFFFFE", "-2", "-2.0"),
        ("0x00000000001", "1", "1.0"),
        ("0x1FFFFFFFF", "-1", "-1.0"),
        ("0xg", "0", "0.0"),
        ("0x1.8", "1", "1.5"),
    ],
)
def test_number_at_the_start(evaluate: Callable[[str], str], text: str, integer: str, number: str) -> None:
    assert evaluate(f'"{text}".tointeger()') == integer
    assert evaluate(f'"{text}".tofloat()') == number


def test_long_strings_take_linear_time() -> None:
    vm = VM()
    vm.define("s", "a1, " * 2_500_000)
    assert vm.run('return s.toupper().tolower().slice(1).find("zz")') is None
    vm.define("s", "1" * 10_000_000)
    assert vm.run("return s.tointeger()") == -1
    assert vm.run('return ("0x" + s).tointeger()') == -1
