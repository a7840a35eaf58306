"""What HTTP carries, as Squirrel values and back (http sheet, sections 1.1, 2.2 and 2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import to_text
from squirrel.values.array import Array
from squirrel.values.table import Table

# RFC 9110, section 5.6.2.
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_WHITE_SPACE: Final = " \t"


def header(name: str, value: str) -> tuple[bytes, bytes]:
    """A header to be sent, as bytes.

    Raises:
        SquirrelError: the name is none, or the value would begin another header.
    """
    if not _TOKEN.match(name):
        raise SquirrelError(f"'{name[:50]}' is not a header name: letters, digits and - are, without a colon")
    if _CONTROL.search(value):
        raise SquirrelError(f"the value of header '{name[:50]}' has a line end or another control character in it")
    return name.encode("latin-1"), value.strip(_WHITE_SPACE).encode("latin-1")


def request_headers(machine: Machine, headers: Table | None) -> tuple[tuple[bytes, bytes], ...]:
    """A table of headers, in its order; values are converted to text.

    Raises:
        SquirrelError: as ``header``, or a name is not a string.
    """
    if headers is None:
        return ()
    pairs = []
    names = headers.keys()
    for name in names:
        if type(name) is not str:
            raise SquirrelError("the names of headers must be strings")
        pairs.append(header(name, to_text(machine, headers.get(name))))
    return tuple(pairs)


def method_name(verb: str) -> bytes:
    """A verb, as it is.

    Raises:
        SquirrelError: it is no word.
    """
    if not _TOKEN.match(verb):
        raise SquirrelError(f"'{verb[:50]}' is not an HTTP verb")
    return verb.encode("latin-1")


def response_table(status: int, lines: Sequence[bytes], body: bytes) -> Table:
    """What the callback of a request gets; ``lines`` are those of the head.

    The platform takes every line apart at its first colon: a status line whose text has one becomes a header, too.
    """
    raw: list[object] = []
    headers = Table()
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            name, value = name.strip(_WHITE_SPACE), value.strip(_WHITE_SPACE)
            headers.new_slot(name.lower(), value)
            raw.append(_table(("k", name), ("v", value)))
    return _table(
        ("statuscode", int(status)), ("headers", headers), ("rawheaders", Array(raw)), ("body", body.decode("latin-1"))
    )


def request_table(
    method: bytes, path: bytes, query: Table, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> Table:
    """What the handler of ``http.onrequest`` gets; names of headers in lower case, and values of one name joined."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return _table(
        ("method", method.decode("latin-1")),
        ("path", path.decode("latin-1")),
        ("query", query),
        ("headers", _table(*joined.items())),
        ("body", body.decode("latin-1")),
    )


def _table(*slots: tuple[str, object]) -> Table:
    table = Table()
    for key, value in slots:
        table.new_slot(key, value)
    return table
