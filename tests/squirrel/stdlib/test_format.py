"""``format``."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('"%d|%5d|%-5d|%05d|%+d|% d", 1, 2, 3, 4, 5, 6', "1|    2|3    |00004|+5| 6"),
        ('"%i %d", -7, 3.9', "-7 3"),
        ('"%x %X %o %u", -1, 255, 8, -1', "ffffffff FF 10 4294967295"),
        ('"%#x %#o %#X %#x %#o", 255, 8, 255, 0, 0', "0xff 010 0XFF 0 0"),
        ('"%.5d|%8.5d|%.0d|%-8.3d|%08.3d|", 3, 4, 0, 5, 5', "00003|   00004||005     |     005|"),
        ('"%08d|%-08d|%+x|% u", -5, 5, 1, 1', "-0000005|5       |1|1"),
        ('"%.3x|%#.5x|%.0x", 10, 10, 0', "00a|0x0000a|"),
        ('"%u %d %d", 3e9, 3e9, 1.0 / 0', "2147483648 -2147483648 -2147483648"),
        ('"%c%c|%5c|%-3c|%05c", 321, 66, 67, 68, 69', "AB|    C|D  |    E"),
        ('"%c", 200', "\xc8"),
        ('"%f %e %g %E %G", 1.5, 1.5, 1.5, 1.5, 1e20', "1.500000 1.500000e+00 1.5 1.500000E+00 1E+20"),
        ('"%5.2f|%-8.3f|%+.1e|%010.3f", 1.234, 2.5, 3.0, -4.0', " 1.23|2.500   |+3.0e+00|-00004.000"),
        ('"%.0f %.0f %.0f %.f", 0.5, 1.5, 2.5, 2.5', "0 2 2 2"),
        ('"%#.0f %#g %f", 1.0, 1.0, 3', "1. 1.00000 3.000000"),
        ('"%.3g|%.10g|%.0g|%.15g", 1234567.0, 0.1, 0.55, 0.1', "1.23e+06|0.1000000015|0.6|0.100000001490116"),
        ('"%g %g %g %G %E", 1.0 / 0, -1.0 / 0, 0.0 / 0, 1.0 / 0, 0.0 / 0', "inf -inf -nan INF -NAN"),
        ('"%5g|%-8g|%08g|%+g|% g", 1.0/0, -1.0/0, 1.0/0, 1.0/0, 1.0/0', "  inf|-inf    |     inf|+inf| inf"),
        ('"%s|%5s|%-5s|%.2s|%5.1s|%05s", "a", "b", "c", "def", "gh", "i"', "a|    b|c    |de|    g|    i"),
        (r'"%s|%3s|", "a\0b", "c\0d"', "a|  c|"),
        ('"%s", blob(2)', ""),
        (r'"a\0%d", 1', "a\x001"),
        ('"100%%"', "100%"),
        ('""', ""),
        ('"%d", 1, 2', "1"),
        ('"%99d", 1', " " * 98 + "1"),
        ('"%--------------------d", 1', "1"),
    ],
)
def test_text(evaluate: Callable[[str], str], arguments: str, expected: str) -> None:
    assert evaluate(f"format({arguments})") == repr(expected)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ('"%d"', "not enough paramters for the given format string"),
        ('"%d %d", 1', "not enough paramters for the given format string"),
        ('"%"', "not enough paramters for the given format string"),
        ('"%", 1', "invalid format"),
        ('"%5", 1', "invalid format"),
        ('"%5%", 1', "invalid format"),
        ('"%y", 1', "invalid format"),
        ('"%ld", 1', "invalid format"),
        ('"%*d", 1', "invalid format"),
        ('"%5.5.5d", 1', "invalid format"),
        ('"%d", "3"', "integer expected for the specified format"),
        ('"%d", true', "integer expected for the specified format"),
        ('"%c", null', "integer expected for the specified format"),
        ('"%f", "3"', "float expected for the specified format"),
        ('"%f", true', "float expected for the specified format"),
        ('"%s", 3', "string expected for the specified format"),
        ('"%s", null', "string expected for the specified format"),
        ('"%100d", 1', "width format too long"),
        ('"%.100d", 1', "precision format too long"),
        ('"%---------------------d", 1', "format too long"),
        ("1", "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("", "wrong number of parameters"),
    ],
)
def test_error(evaluate: Callable[[str], str], arguments: str, text: str) -> None:
    assert evaluate(f"format({arguments})") == f"error: {text}"
