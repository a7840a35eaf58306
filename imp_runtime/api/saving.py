"""The two formats of ``server.save`` (core sheet, section 4; decision 12)."""

from __future__ import annotations

from typing import Final

from imp_runtime.api.http_json import decode_json, encode_json
from imp_runtime.log import LogWriter
from imp_runtime.serialisation import CorruptError, deserialise, serialise
from imp_runtime.store import Saved
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.values.numbers import float_text, round32
from squirrel.values.table import Table

JSON: Final = 1
BINARY: Final = 2
# Bytes of the serialised table.
_LARGEST: Final = 65536
# How many members that were left out one log entry names.
_NAMED: Final = 5


def to_saved(machine: Machine, table: Table, number: int, log: LogWriter) -> Saved:
    """A table in the format of that number. What JSON has to leave out is logged as an error.

    Raises:
        SquirrelError: another number, more than 64 KB, a circular structure, nesting too deep.
    """
    if number == BINARY:
        return Saved(BINARY, serialise(table, _LARGEST))
    if number != JSON:
        raise SquirrelError(f"invalid format {number}: it must be {JSON} (JSON) or {BINARY} (binary)")
    named: list[str] = []
    left_out = 0

    def dropped(member: str) -> None:
        nonlocal left_out
        left_out += 1
        if left_out <= _NAMED:
            named.append(member)

    text = encode_json(machine, table, compact=True, number_text=exact_text, dropped=dropped, limit=_LARGEST)
    if left_out:
        more = f" and {left_out - _NAMED} more" if left_out > _NAMED else ""
        log.error(f"server.save cannot save as JSON, and left out: {', '.join(named)}{more}")
    return Saved(JSON, text.encode("latin-1"))


def from_saved(saved: Saved) -> Table:
    """The table that was saved.

    Raises:
        SquirrelError: the data is damaged.
    """
    try:
        value = deserialise(saved.data) if saved.format == BINARY else decode_json(saved.data.decode("latin-1"))
    except CorruptError as error:
        raise SquirrelError(f"the saved data is damaged: {error}") from None
    if not isinstance(value, Table):
        raise SquirrelError("the saved data is damaged: it is no table")
    return value


def exact_text(number: float) -> str:
    """The shortest decimal that reads back as the same float, and as a float."""
    text = float_text(number)
    digits = 7
    while round32(float(text)) != number:
        text = float_text(number, digits)
        digits += 1
    return text if "." in text or "e" in text else text + ".0"
