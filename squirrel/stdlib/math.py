"""The mathematics library, a table ``math`` on the imp (dialect sheet, section 11).

Arguments are float32 values, as in the reference; what C's functions answer with a NaN or an infinity does the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from squirrel.delegates.arguments import integer, number
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import round32, wrap32
from squirrel.values.table import Table

RAND_MAX: Final = 2147483647

# The sign of the NaN that a domain error gives differs from function to function, and programs can print it.
_NEGATIVE_NAN: Final = math.copysign(math.nan, -1.0)


def _argument(arguments: list[object], position: int) -> float:
    return round32(number(arguments[position]))


def math_sqrt(machine: Machine, arguments: list[object]) -> object:
    """``math.sqrt(x)``."""
    x = _argument(arguments, 1)
    return round32(math.sqrt(x)) if x >= 0 or x != x else _NEGATIVE_NAN


def math_sin(machine: Machine, arguments: list[object]) -> object:
    """``math.sin(x)``, x in radians."""
    x = _argument(arguments, 1)
    return _NEGATIVE_NAN if math.isinf(x) else round32(math.sin(x))


def math_cos(machine: Machine, arguments: list[object]) -> object:
    """``math.cos(x)``, x in radians."""
    x = _argument(arguments, 1)
    return _NEGATIVE_NAN if math.isinf(x) else round32(math.cos(x))


def math_tan(machine: Machine, arguments: list[object]) -> object:
    """``math.tan(x)``, x in radians."""
    x = _argument(arguments, 1)
    return _NEGATIVE_NAN if math.isinf(x) else round32(math.tan(x))


def math_asin(machine: Machine, arguments: list[object]) -> object:
    """``math.asin(x)`` in radians."""
    x = _argument(arguments, 1)
    return math.nan if x < -1 or x > 1 else round32(math.asin(x))


def math_acos(machine: Machine, arguments: list[object]) -> object:
    """``math.acos(x)`` in radians."""
    x = _argument(arguments, 1)
    return math.nan if x < -1 or x > 1 else round32(math.acos(x))


def math_atan(machine: Machine, arguments: list[object]) -> object:
    """``math.atan(x)`` in radians."""
    return round32(math.atan(_argument(arguments, 1)))


def math_atan2(machine: Machine, arguments: list[object]) -> object:
    """``math.atan2(y, x)`` in radians."""
    y, x = _argument(arguments, 1), _argument(arguments, 2)
    if y != y or x != x:
        return y if y != y else x
    return round32(math.atan2(y, x))


def math_log(machine: Machine, arguments: list[object]) -> object:
    """``math.log(x)``, the natural logarithm."""
    x = _argument(arguments, 1)
    if x == 0:
        return -math.inf
    return _NEGATIVE_NAN if x < 0 else round32(math.log(x))


def math_log10(machine: Machine, arguments: list[object]) -> object:
    """``math.log10(x)``."""
    x = _argument(arguments, 1)
    if x == 0:
        return -math.inf
    return math.nan if x < 0 else round32(math.log10(x))


def math_exp(machine: Machine, arguments: list[object]) -> object:
    """``math.exp(x)``."""
    x = _argument(arguments, 1)
    return round32(math.exp(x)) if x < 700 or x != x else math.inf


def math_pow(machine: Machine, arguments: list[object]) -> object:
    """``math.pow(x, y)``."""
    x, y = _argument(arguments, 1), _argument(arguments, 2)
    odd = math.isfinite(y) and y % 2 == 1
    try:
        return round32(math.pow(x, y))
    except OverflowError:
        return -math.inf if x < 0 and odd else math.inf
    except ValueError:
        if x == 0:
            return -math.inf if odd and math.copysign(1.0, x) < 0 else math.inf
        return _NEGATIVE_NAN


def math_floor(machine: Machine, arguments: list[object]) -> object:
    """``math.floor(x)``, a float."""
    x = _argument(arguments, 1)
    return math.copysign(float(math.floor(x)), x) if math.isfinite(x) else x


def math_ceil(machine: Machine, arguments: list[object]) -> object:
    """``math.ceil(x)``, a float."""
    x = _argument(arguments, 1)
    return math.copysign(float(math.ceil(x)), x) if math.isfinite(x) else x


def math_fabs(machine: Machine, arguments: list[object]) -> object:
    """``math.fabs(x)``, a float."""
    return math.fabs(_argument(arguments, 1))


def math_abs(machine: Machine, arguments: list[object]) -> object:
    """``math.abs(x)``: an integer, even of a float."""
    return wrap32(abs(integer(arguments[1])))


def math_srand(machine: Machine, arguments: list[object]) -> object:
    """``math.srand(seed)``: nothing, on the imp."""
    return None


class RandomSource:
    """The random numbers of one machine."""

    def __init__(self) -> None:
        self.draw: Callable[[int], int] | None = None

    def rand(self, machine: Machine, arguments: list[object]) -> object:
        """``math.rand()``: an integer from 0 to ``math.RAND_MAX``."""
        if self.draw is None:
            # Imported late: few scripts need it, and all would wait for it.
            from random import Random

            self.draw = Random().getrandbits
        return self.draw(31)


def install(machine: Machine) -> None:
    """Put the table ``math`` into the root table."""
    functions = [
        NativeFunction("sqrt", math_sqrt, 1, 1, ".n"),
        NativeFunction("sin", math_sin, 1, 1, ".n"),
        NativeFunction("cos", math_cos, 1, 1, ".n"),
        NativeFunction("asin", math_asin, 1, 1, ".n"),
        NativeFunction("acos", math_acos, 1, 1, ".n"),
        NativeFunction("log", math_log, 1, 1, ".n"),
        NativeFunction("log10", math_log10, 1, 1, ".n"),
        NativeFunction("tan", math_tan, 1, 1, ".n"),
        NativeFunction("atan", math_atan, 1, 1, ".n"),
        NativeFunction("atan2", math_atan2, 2, 2, ".nn"),
        NativeFunction("pow", math_pow, 2, 2, ".nn"),
        NativeFunction("floor", math_floor, 1, 1, ".n"),
        NativeFunction("ceil", math_ceil, 1, 1, ".n"),
        NativeFunction("exp", math_exp, 1, 1, ".n"),
        NativeFunction("srand", math_srand, 1, 1, ".n"),
        NativeFunction("rand", RandomSource().rand, 0, 0),
        NativeFunction("fabs", math_fabs, 1, 1, ".n"),
        NativeFunction("abs", math_abs, 1, 1, ".n"),
    ]
    library = Table()
    for function in functions:
        library.new_slot(function.name, function)
    library.new_slot("RAND_MAX", RAND_MAX)
    library.new_slot("PI", round32(math.pi))
    machine.root.new_slot("math", library)
    # Published agent tests use it without the table's name.
    machine.root.new_slot("RAND_MAX", RAND_MAX)
