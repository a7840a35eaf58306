"""The values of literals (dialect sheet, sections 1 and 3)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squirrel.syntax import ast, parse
from squirrel.values.numbers import round32, wrap32


def value(source: str) -> object:
    (statement,) = parse(source, "test").statements
    assert isinstance(statement, ast.ExpressionStatement)
    assert isinstance(statement.expression, ast.Literal)
    return statement.expression.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("010", 8),
        ("08", 8),
        ("037777777777", -1),
        ("0x", 0),
        ("0xFf", 255),
        ("0XFFFFFFFF", -1),
        ("3000000000", -1294967296),
        ("4294967296", 0),
        ("99999999999", 1215752191),
        ("-2147483648", -2147483648),
        ("- 5", -5),
        ("~0", -1),
        ("1.5", 1.5),
        ("1.", 1.0),
        ("1..2", 1.0),
        ("1.5.2", 1.5),
        ("1e5e3", 100000.0),
        ("1E-2", round32(0.01)),
        ("0.1", 0.10000000149011612),
        ("16777217.0", 16777216.0),
        ("1e39", math.inf),
        ("-1.5", -1.5),
        ("'A'", 65),
        (r"'\n'", 10),
        (r"'\''", 39),
        ("'\"'", 34),
        (r"'\xff'", 255),
        ("'\xe9'", 233),
        ('""', ""),
        (r'"\t\a\b\n\r\v\f\0\\\"\'"', "\t\a\b\n\r\v\f\0\\\"'"),
        (r'"\x41\x4"', "A\x04"),
        (r'"\x414243"', "B43"),
        ('"\xe9\xff"', "\xe9\xff"),
        ('"it\'s"', "it's"),
        ('@""', ""),
        (r'@"a\n"', "a\\n"),
        ('@"a""b"""', 'a"b"'),
        ('@"a\nb"', "a\nb"),
    ],
)
def test_values(source: str, expected: object) -> None:
    result = value(source)
    assert result == expected
    assert type(result) is type(expected)


def test_a_literal_of_a_million_digits() -> None:
    assert value("1" * 1_000_000) == wrap32(pow(10, 1_000_000, 9 * 2**32) // 9)
    assert value("1." + "1" * 1_000_000) == round32(10 / 9)


@given(st.integers(min_value=0, max_value=2**40))
def test_integers_wrap(number: int) -> None:
    assert value(str(number)) == wrap32(number)


@given(st.text(alphabet=st.characters(max_codepoint=255, exclude_characters='"\0')))
def test_verbatim_strings_hold_any_byte(content: str) -> None:
    assert value(f'@"{content}"') == content


@given(st.binary())
def test_escapes_make_any_byte(content: bytes) -> None:
    source = "".join(f"\\x{byte:04x}" for byte in content)
    assert value(f'"{source}"') == content.decode("latin-1")
