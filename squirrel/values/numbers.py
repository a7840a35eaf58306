"""32-bit integers and 32-bit floats (dialect sheet, section 1).

An integer is a Python ``int`` kept in the int32 range; a float is a Python ``float`` kept on a float32 value.
Every operation that can leave those ranges passes its result through here.
"""

from __future__ import annotations

import math
import struct
from typing import Final

INT_MIN: Final = -2147483648
INT_MAX: Final = 2147483647

# The smallest normal and the largest finite float32.
_SMALLEST_NORMAL: Final = 1.1754943508222875e-38
_LARGEST: Final = 3.4028234663852886e38
# 2**29 + 1: multiplying by it and subtracting leaves the 24 significant bits of a float32, ties to even included.
_SPLITTER: Final = 536870913.0


def wrap32(number: int) -> int:
    """Wrap any integer to 32-bit two's complement."""
    if -2147483648 <= number <= 2147483647:
        return number
    number &= 0xFFFFFFFF
    return number - 0x100000000 if number >= 0x80000000 else number


def round32(number: float) -> float:
    """Round a Python float to the nearest float32; out of range gives an infinity."""
    scaled = number * 536870913.0
    rounded = scaled - (scaled - number)
    if 1.1754943508222875e-38 <= math.fabs(rounded) <= 3.4028234663852886e38:
        return rounded
    return _round_slowly(number)


def _round_slowly(number: float) -> float:
    """Zero, subnormals, overflow, infinities and NaN."""
    if number == 0.0 or math.isnan(number) or math.isinf(number):
        return number
    try:
        result: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return result


def float_to_int(number: float) -> int:
    """Truncate towards zero; what does not fit (NaN included) gives -2147483648, as the hardware conversion does."""
    if -2147483649.0 < number < 2147483648.0:
        return int(number)
    return INT_MIN


def float_bits(number: float) -> int:
    """The bits of a float32 as a signed integer: floats are equal when these are (section 18, quirks)."""
    result: int = struct.unpack("<i", struct.pack("<f", number))[0]
    return result


def bits_to_float(bits: int) -> float:
    """The float32 whose bits are the given int32."""
    result: float = struct.unpack("<f", struct.pack("<i", bits))[0]
    return result


def float_text(number: float, digits: int = 6) -> str:
    """C's ``%.{digits}g``: how Squirrel prints floats."""
    if number != number:
        return "-nan" if math.copysign(1.0, number) < 0 else "nan"
    if number == math.inf:
        return "inf"
    if number == -math.inf:
        return "-inf"
    return f"{number:.{digits}g}"
