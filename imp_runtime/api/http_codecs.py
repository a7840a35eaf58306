"""Base64 and URL coding for ``http`` (http sheet, section 3; decisions 10 and 11)."""

from __future__ import annotations

import binascii
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

from squirrel.machine import Machine
from squirrel.ops.text import check_text, to_text
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.table import MISSING, Table

_WHITE_SPACE: Final = b" \t\r\n\v\f"


def encode_base64(data: bytes) -> str:
    """RFC 4648, on one line."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def decode_base64(data: bytes) -> bytes:
    """The bytes; white space is skipped, anything else that is not base64 gives none at all."""
    try:
        return binascii.a2b_base64(data.translate(None, _WHITE_SPACE), strict_mode=True)
    except binascii.Error:
        return b""


def encode_url(machine: Machine, table: Table) -> str:
    """``key=value&...`` in the order of the table; an array repeats its key, everything else is converted to text.

    Raises:
        SquirrelError: what a ``_tostring`` throws; ``out of memory``: it is longer than strings may be.
    """
    pairs: list[str] = []
    length = 0
    keys = table.keys()
    for key in keys:
        name = _escaped(to_text(machine, key))
        value = table.get(key)
        if value is MISSING:
            # A ``_tostring`` has deleted it, which may change arrays too: their items are copied.
            continue
        for item in list(value.items) if isinstance(value, Array) else [value]:
            pairs.append(f"{name}={_escaped(to_text(machine, strong(item)))}")
            length += len(pairs[-1]) + 1
            check_text(machine, length)
    return "&".join(pairs)


def decode_url(text: str) -> Table:
    """A table of strings; a name that comes more than once has an array of them."""
    table = Table()
    for pair in text.split("&"):
        if not pair:
            continue
        key, _, rest = pair.partition("=")
        name, value = _unescaped(key), _unescaped(rest)
        known = table.get(name)
        if known is MISSING:
            table.new_slot(name, value)
        elif isinstance(known, Array):
            known.items.append(value)
        else:
            table.new_slot(name, Array([known, value]))
    return table


def _escaped(text: str) -> str:
    """All but the unreserved characters of RFC 3986 as ``%XX``."""
    return quote_from_bytes(text.encode("latin-1"), safe="")


def _unescaped(text: str) -> str:
    """``+`` is a space; a ``%`` that begins no escape stays."""
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("latin-1")
