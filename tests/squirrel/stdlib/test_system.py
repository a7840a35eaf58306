"""Time, casts and byte swaps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM
from squirrel.values.table import Table


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("castf2i(1.5)", "1069547520"),
        ("castf2i(1)", "1065353216"),
        ("castf2i(1.0 / 0)", "2139095040"),
        ("casti2f(1069547520)", "1.5"),
        ('casti2f(-1) + ""', "'-nan'"),
        ('castf2i("x")', "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ("swap2(0x1234)", "13330"),
        ("swap2(0xff80)", "33023"),
        ("swap2(-1)", "65535"),
        ("swap4(1)", "16777216"),
        ("swap4(255)", "-16777216"),
        ("swap4(0x12345678)", "2018915346"),
        ("swapfloat(swapfloat(1.5))", "1.5"),
        ("castf2i(swapfloat(1.5))", "49215"),
        ("typeof clock()", "'float'"),
        ("time(1)", "error: wrong number of parameters"),
        ('date("x")', "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        (
            "date(1000000000)",
            "{'min': 46, 'hour': 1, 'yday': 251, 'year': 2001, 'wday': 0, 'time': 1000000000, 'sec': 40, 'usec': 0, "
            "'month': 8, 'day': 9}",
        ),
        ("date(-1).year", "1969"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


def test_now() -> None:
    vm = VM()
    vm.machine.clock = lambda: 1500000000.25
    assert vm.run("return time()") == 1500000000
    now = vm.run("return date()")
    assert isinstance(now, Table)
    assert [now.get(key) for key in ("time", "usec", "sec", "min", "hour", "day", "month", "year", "wday", "yday")] == [
        1500000000,
        250000,
        0,
        40,
        2,
        14,
        6,
        2017,
        5,
        194,
    ]
