"""The mathematics library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("math.sqrt(2)", "1.41421354"),
        ("math.sqrt(-1)", "-nan"),
        ("math.sqrt(-0.0)", "-0"),
        ("math.sqrt(1.0 / 0)", "inf"),
        ("math.sin(0.5)", "0.47942555"),
        ("math.cos(2.5)", "-0.801143587"),
        ("math.tan(1.2)", "2.5721519"),
        ("math.sin(1.0 / 0)", "-nan"),
        ("math.asin(0.7)", "0.77539748"),
        ("math.acos(2)", "nan"),
        ("math.asin(-2)", "nan"),
        ("math.atan(1.0 / 0)", "1.57079637"),
        ("math.atan2(1, -1)", "2.3561945"),
        ("math.atan2(-0.0, -1)", "-3.14159274"),
        ("math.atan2(0.0 / 0, 1)", "-nan"),
        ("math.log(3.3)", "1.1939224"),
        ("math.log(0)", "-inf"),
        ("math.log(-1)", "-nan"),
        ("math.log10(1000)", "3"),
        ("math.log10(-1)", "nan"),
        ("math.exp(1)", "2.71828175"),
        ("math.exp(88.73)", "inf"),
        ("math.exp(1000)", "inf"),
        ("math.exp(-1000)", "0"),
        ("math.pow(2, 10)", "1024"),
        ("math.pow(2, 0.5)", "1.41421354"),
        ("math.pow(-8, 3)", "-512"),
        ("math.pow(-1, 0.5)", "-nan"),
        ("math.pow(0, -1)", "inf"),
        ("math.pow(-0.0, -3)", "-inf"),
        ("math.pow(-0.0, -2)", "inf"),
        ("math.pow(1e30, 2)", "inf"),
        ("math.pow(-1e30, 3)", "-inf"),
        ("math.pow(0.0 / 0, 0)", "1"),
        ("math.floor(-2.5)", "-3"),
        ("math.ceil(-2.5)", "-2"),
        ("math.ceil(-0.5)", "-0"),
        ("math.floor(1.0 / 0)", "inf"),
        ("math.floor(0.0 / 0)", "-nan"),
        ("math.fabs(-2)", "2"),
        ("math.PI", "3.14159274"),
    ],
)
def test_float(evaluate: Callable[[str], str], expression: str, text: str) -> None:
    assert evaluate(f"typeof {expression}") == "'float'"
    assert evaluate(f'format("%.9g", {expression})') == repr(text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("math.abs(-2.9)", "2"),
        ("math.abs(-2147483648)", "-2147483648"),
        ("math.abs(-3e9)", "-2147483648"),
        ("math.RAND_MAX", "2147483647"),
        ("math.srand(1)", "None"),
        ("math.rand(1)", "error: wrong number of parameters"),
        ("math.sin()", "error: wrong number of parameters"),
        ('math.sin("x")', "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ("math.pow(1, true)", "error: parameter 2 has an invalid type 'bool' ; expected: 'integer|float'"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


def test_random_numbers() -> None:
    vm = VM()
    draws = [vm.run("math.srand(1); return math.rand()") for _ in range(100)]
    assert all(type(draw) is int and 0 <= draw <= 2147483647 for draw in draws)
    assert len(set(draws)) > 90
    assert draws != [VM().run("return math.rand()") for _ in range(100)]
