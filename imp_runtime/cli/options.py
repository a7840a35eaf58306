"""How the values of command-line options are read; without click, which takes longer to import than a script to run."""

from __future__ import annotations

import math
import re
import threading

from imp_runtime.config import Address
from imp_runtime.natives import byte_string
from squirrel.values.numbers import round32, wrap32

# Compiled when they are first used.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*\Z"
_DECIMAL = r"[+-]?[0-9]+\Z"
_HEXADECIMAL = r"0[xX][0-9A-Fa-f]{1,8}\Z"
_FLOAT = r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][+-]?[0-9]+)?\Z"


class BadValueError(ValueError):
    """A value that an option does not take; the text is a sentence that says why."""


def definition(value: str) -> tuple[str, object]:
    """``NAME=VALUE``: a constant for the script.

    Raises:
        BadValueError: there is no ``=``, or the name is none.
    """
    name, separator, text = value.partition("=")
    # The value may be a secret: it is not repeated.
    if not separator:
        raise BadValueError("this is not NAME=VALUE.")
    if not re.match(_NAME, name):
        raise BadValueError(f"'{name}' is no name in Squirrel: letters, digits and _, no digit first.")
    from squirrel.syntax.lexer import KEYWORDS

    if name in KEYWORDS:
        raise BadValueError(f"'{name}' is a word of the language; a constant needs another name.")
    return name, constant(text)


def constant(text: str) -> object:
    """The Squirrel value a text stands for: a 32-bit integer (also hexadecimal), float, bool, else a string."""
    if text in ("true", "false"):
        return text == "true"
    if re.match(_HEXADECIMAL, text):
        return wrap32(int(text, 16))
    # int() itself refuses thousands of digits; so many are no 32-bit integer.
    if re.match(_DECIMAL, text) and len(text) < 20 and wrap32(int(text)) == int(text):
        return int(text)
    if re.match(_FLOAT, text):
        number = round32(float(text))
        if math.isfinite(number):
            return number
    return byte_string(text)


def seconds(value: str) -> float:
    """A time in seconds, more than nothing.

    Raises:
        BadValueError: it is no number, or not above 0.
    """
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise BadValueError(f"'{value}' is not a number of seconds above 0.")
    return min(number, threading.TIMEOUT_MAX)


def port(value: str) -> int:
    """A TCP port to listen on, 0 for a free one.

    Raises:
        BadValueError: it is none.
    """
    if not re.fullmatch("[0-9]{1,5}", value) or int(value) > 65535:
        raise BadValueError(f"'{value}' is not a port: a number from 0 to 65535.")
    return int(value)


def megabytes(value: str) -> int:
    """An amount of memory in MB, as bytes.

    Raises:
        BadValueError: it is no whole number from 1 to a million.
    """
    if not re.fullmatch("[0-9]{1,7}", value) or not 1 <= int(value) <= 1_000_000:
        raise BadValueError(f"'{value}' is not a whole number of MB, 1 or more.")
    return int(value) << 20


def redirect(value: str) -> tuple[Address, Address]:
    """``HOST:PORT=ADDR:PORT``: where connections to a host and port really go.

    Raises:
        BadValueError: it has another form.
    """
    wanted, _, actual = value.partition("=")
    source, target = address(wanted), address(actual)
    if source is None or target is None:
        raise BadValueError(f"'{value}' is not HOST:PORT=ADDR:PORT.")
    return (source[0].lower(), source[1]), target


def address(text: str) -> Address | None:
    """``host:port`` or ``[ipv6]:port``, or None when it is neither."""
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return None
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        return None
    return host, int(port)
