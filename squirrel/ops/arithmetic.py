"""Arithmetic and bit operations on every kind of operand; the nodes do int with int and float with float themselves."""

from __future__ import annotations

import math

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.metamethods import call_metamethod, metamethod
from squirrel.ops.text import concatenate, to_text, type_name
from squirrel.values.numbers import round32, wrap32

_METAMETHODS = {"+": "_add", "-": "_sub", "*": "_mul", "/": "_div", "%": "_modulo"}

# What x86 gives for 0/0 and the like: its default NaN has the sign bit set, and prints as ``-nan``.
NAN = math.copysign(math.nan, -1.0)


def divide_ints(left: int, right: int) -> int:
    """Integer division, truncating towards zero."""
    if right == 0:
        raise SquirrelError("division by zero")
    quotient = abs(left) // abs(right)
    return wrap32(quotient if (left < 0) == (right < 0) else -quotient)


def modulo_ints(left: int, right: int) -> int:
    """Integer remainder; it has the sign of the dividend."""
    if right == 0:
        raise SquirrelError("modulo by zero")
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


def divide_floats(left: float, right: float) -> float:
    """Float division; by zero it gives infinities or NaN."""
    if right == 0.0:
        if left != left:
            return left
        if left == 0.0:
            return NAN
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    if math.isinf(left) and math.isinf(right):
        return NAN
    return round32(left / right)


def modulo_floats(left: float, right: float) -> float:
    """C's ``fmod``; of two NaNs the right one."""
    if right != right:
        return right
    if left != left:
        return left
    if right == 0.0 or math.isinf(left):
        return NAN
    return round32(math.fmod(left, right))


def arithmetic_floats(operator: str, left: float, right: float) -> float:
    """One of ``+ - * / %`` on two floats."""
    if operator == "/":
        return divide_floats(left, right)
    if operator == "%":
        return modulo_floats(left, right)
    if left != left and right != right:
        # Which of two NaNs it gives can be seen by the sign.
        return left if operator == "-" else right
    if operator == "+":
        result = left + right
    elif operator == "-":
        result = left - right
    else:
        result = left * right
    if result != result and left == left and right == right:
        return NAN
    return round32(result)


def arithmetic(machine: Machine, operator: str, left: object, right: object) -> object:
    """One of ``+ - * / %`` on anything: numbers, string concatenation, metamethods.

    Raises:
        SquirrelError: ``arith op + on between 'a' and 'b'``, division by zero.
    """
    if type(left) is int:
        if type(right) is int:
            if operator == "+":
                return wrap32(left + right)
            if operator == "-":
                return wrap32(left - right)
            if operator == "*":
                return wrap32(left * right)
            if operator == "/":
                return divide_ints(left, right)
            return modulo_ints(left, right)
        if type(right) is float:
            return arithmetic_floats(operator, round32(float(left)), right)
    elif type(left) is float:
        if type(right) is float:
            return arithmetic_floats(operator, left, right)
        if type(right) is int:
            return arithmetic_floats(operator, left, round32(float(right)))
    if operator == "+" and (type(left) is str or type(right) is str):
        # Two steps, so that the left operand's _tostring runs first.
        text = to_text(machine, left)
        return concatenate(machine, text, to_text(machine, right))
    handler = metamethod(left, _METAMETHODS[operator])
    if handler is None:
        raise SquirrelError(f"arith op {operator} on between '{type_name(left)}' and '{type_name(right)}'")
    return call_metamethod(machine, handler, left, [right])


def bitwise(operator: str, left: object, right: object) -> int:
    """One of ``& | ^ << >> >>>`` on two integers; shift counts are taken modulo 32."""
    if type(left) is not int or type(right) is not int:
        raise SquirrelError(f"bitwise op between '{type_name(left)}' and '{type_name(right)}'")
    if operator == "&":
        return left & right
    if operator == "|":
        return left | right
    if operator == "^":
        return left ^ right
    count = right & 31
    if operator == "<<":
        return wrap32(left << count)
    if operator == ">>":
        return left >> count
    return wrap32((left & 0xFFFFFFFF) >> count)


def negate(machine: Machine, value: object) -> object:
    """Unary minus."""
    if type(value) is int:
        return wrap32(-value)
    if type(value) is float:
        return -value
    handler = metamethod(value, "_unm")
    if handler is None:
        raise SquirrelError(f"attempt to negate a {type_name(value)}")
    return call_metamethod(machine, handler, value, [])


def complement(value: object) -> int:
    """``~``."""
    if type(value) is not int:
        raise SquirrelError(f"attempt to perform a bitwise op on a {type_name(value)}")
    return ~value
