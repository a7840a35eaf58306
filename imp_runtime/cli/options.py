"""How the values of command-line options are read."""

from __future__ import annotations

import math
import re
import threading

import click

from imp_runtime.config import Address
from imp_runtime.natives import byte_string
from squirrel.syntax.lexer import KEYWORDS
from squirrel.values.numbers import round32, wrap32

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_DECIMAL = re.compile(r"[+-]?[0-9]+\Z")
_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]{1,8}\Z")
_FLOAT = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][+-]?[0-9]+)?\Z")


def definition(value: str) -> tuple[str, object]:
    """``NAME=VALUE``: a constant for the script."""
    name, separator, text = value.partition("=")
    # The value may be a secret: it is not repeated.
    if not separator:
        raise click.BadParameter("this is not NAME=VALUE.")
    if not _NAME.match(name):
        raise click.BadParameter(f"'{name}' is no name in Squirrel: letters, digits and _, no digit first.")
    if name in KEYWORDS:
        raise click.BadParameter(f"'{name}' is a word of the language; a constant needs another name.")
    return name, constant(text)


def constant(text: str) -> object:
    """The Squirrel value a text stands for: a 32-bit integer (also hexadecimal), float, bool, else a string."""
    if text in ("true", "false"):
        return text == "true"
    if _HEXADECIMAL.match(text):
        return wrap32(int(text, 16))
    # int() itself refuses thousands of digits; so many are no 32-bit integer.
    if _DECIMAL.match(text) and len(text) < 20 and wrap32(int(text)) == int(text):
        return int(text)
    if _FLOAT.match(text):
        number = round32(float(text))
        if math.isfinite(number):
            return number
    return byte_string(text)


def seconds(value: str) -> float:
    """A time in seconds, more than nothing."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise click.BadParameter(f"'{value}' is not a number of seconds above 0.")
    return min(number, threading.TIMEOUT_MAX)


def redirect(value: str) -> tuple[Address, Address]:
    """``HOST:PORT=ADDR:PORT``: where connections to a host and port really go."""
    wanted, _, actual = value.partition("=")
    source, target = address(wanted), address(actual)
    if source is None or target is None:
        raise click.BadParameter(f"'{value}' is not HOST:PORT=ADDR:PORT.")
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
