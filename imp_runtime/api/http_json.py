"""``http.jsonencode`` and ``http.jsondecode`` (http sheet, section 3; decisions 8 and 9)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import accumulate
from json.encoder import encode_basestring
from typing import Final, NoReturn

from imp_runtime.serialisation import DEEPEST, Path, described, is_safe, too_large
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.ops.text import LONGEST_TEXT, type_name
from squirrel.values.array import Array
from squirrel.values.base import strong
from squirrel.values.numbers import INT_MAX, INT_MIN, float_text, round32
from squirrel.values.table import Table, from_key

# What ``scalar`` returns for a container; no scalar has an empty text.
_CONTAINER: Final = ""
# Characters of a path that ``dropped`` is told.
_SHOWN_PATH: Final = 100


class _Layout:
    """What stands around and between the members of containers."""

    def __init__(self, inner: str, comma: str, colon: str) -> None:
        self.table = ("{" + inner, inner + "}", "{" + inner + "}")
        self.array = ("[" + inner, inner + "]", "[" + inner + "]")
        self.comma = comma
        self.colon = colon


_SPACED: Final = _Layout(" ", ", ", ": ")
_COMPACT: Final = _Layout("", ",", ":")


def encode_json(
    machine: Machine,
    value: object,
    *,
    compact: bool,
    number_text: Callable[[float], str] = float_text,
    dropped: Callable[[str], None] | None = None,
    limit: int = LONGEST_TEXT,
) -> str:
    """The JSON text of a value, in the layout of the platform: one line, slots in the order of the table.

    Members that JSON cannot carry are left out: functions, classes, instances, blobs, strings that are not safe; a
    value of that kind itself becomes ``null``. So do NaN and infinities. Keys that are numbers or bools become
    strings; where two are the same then, the last value counts.

    * `number_text`: how finite floats are written
    * `dropped`: told of each member that is left out, as ``a.b[2] (function)``
    * `limit`: the most bytes that the text may have; with less than the most a string can have, the error names it

    Raises:
        SquirrelError: a circular structure, nesting of more than ``DEEPEST`` levels, more than ``limit`` bytes.
    """
    encoder = _Encoder(machine, _COMPACT if compact else _SPACED, number_text, dropped, limit)
    text = encoder.scalar(value)
    if text != _CONTAINER:
        return text or "null"
    encoder.container(value)
    return "".join(encoder.out)


class _Encoder:
    def __init__(
        self,
        machine: Machine,
        layout: _Layout,
        number_text: Callable[[float], str],
        dropped: Callable[[str], None] | None,
        limit: int,
    ) -> None:
        self.out: list[str] = []
        self._machine = machine
        self._layout = layout
        self._number_text = number_text
        self._dropped = dropped
        self._path = Path()
        # Where the walk is, for ``dropped``: keys and indexes.
        self._place: list[str | int] = []
        self._length = 0
        self._limit = limit

    def scalar(self, value: object) -> str | None:
        """The text of what is no container; ``_CONTAINER`` for one; None for what JSON cannot carry."""
        kind = type(value)
        if kind is str:
            assert isinstance(value, str)
            return encode_basestring(value) if is_safe(value) else None
        if kind is int:
            return str(value)
        if kind is float:
            assert isinstance(value, float)
            return self._number_text(value) if value - value == 0 else "null"
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        return _CONTAINER if isinstance(value, (Table, Array)) else None

    def container(self, value: object) -> None:
        """Append the text of a table or array."""
        assert isinstance(value, (Table, Array))
        self._path.enter(value)
        opening, closing, empty = self._layout.table if isinstance(value, Table) else self._layout.array
        # Shared containers can make a walk nearly endless: it must obey an interrupt.
        self._machine.spend(1024)
        out, comma = self.out, self._layout.comma
        start = len(out)
        before = opening
        place = self._place
        if isinstance(value, Table):
            for name, item in self._slots(value).items():
                place.append(name)
                text = self.scalar(item)
                if text is None:
                    self.drop(item)
                else:
                    before += encode_basestring(name) + self._layout.colon
                    self._member(before, text, item)
                    before = comma
                place.pop()
        else:
            for index, item in enumerate(value.items):
                place.append(index)
                item = strong(item)
                text = self.scalar(item)
                if text is None:
                    self.drop(item)
                else:
                    self._member(before, text, item)
                    before = comma
                place.pop()
        ending = closing if len(out) > start else empty
        out.append(ending)
        self._count(len(ending))
        self._path.leave(value)

    def _member(self, before: str, text: str, item: object) -> None:
        self.out.append(before + text)
        self._count(len(before) + len(text))
        if text == _CONTAINER:
            self.container(item)

    def _count(self, length: int) -> None:
        self._length += length
        if self._length > self._limit:
            raise too_large(self._limit)

    def _slots(self, table: Table) -> dict[str, object]:
        found: dict[str, object] = {}
        slots = table.slots
        for key in table.current_layout().in_order():
            value = strong(slots[key])
            if type(key) is str:
                if is_safe(key):
                    found[key] = value
                else:
                    self._drop_slot(repr(key)[1:-1], value)
                continue
            original = from_key(key)
            name = self._key_text(original)
            if name is not None:
                found[name] = value
            else:
                self._drop_slot(f"({type_name(original)})", value)
        return found

    def _key_text(self, key: object) -> str | None:
        if type(key) is float:
            return float_text(key)
        if type(key) is bool:
            return "true" if key else "false"
        return str(key) if type(key) is int else None

    def _drop_slot(self, name: str, value: object) -> None:
        self._place.append(name)
        self.drop(value)
        self._place.pop()

    def drop(self, value: object) -> None:
        """Tell that the value at the present place is left out."""
        if self._dropped is None:
            return
        path = ""
        for step in self._place:
            path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
        shown = path if len(path) <= _SHOWN_PATH else f"{path[:_SHOWN_PATH]}..."
        self._dropped(f"{shown} ({described(value)})")


# A string, its end missing perhaps, or anything else between brackets.
_NO_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^\[\]{}"]+', re.DOTALL)
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
# An escape; the halves of a surrogate pair are taken together.
_ESCAPE: Final = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|.)", re.DOTALL
)


def decode_json(text: str) -> object:
    r"""The value of a JSON text (RFC 4627, any value at the top).

    Integers beyond 32 bits become floats, floats beyond float32 infinities. ``\u`` escapes become UTF-8, half a
    surrogate pair U+FFFD. Of two members of one name the last counts.

    Raises:
        SquirrelError: ``json parse error: ...`` with the place, a line and a column counted in bytes from 1.
    """
    if is_too_deep(text):
        raise SquirrelError(f"json parse error: more than {DEEPEST} levels of nesting")
    try:
        return _value(_DECODER.decode(_ESCAPE.sub(_unescaped, text) if "\\u" in text else text))
    except json.JSONDecodeError:
        pass
    except _NoNumberError as error:
        raise SquirrelError(f"json parse error: {error} is no JSON value") from None
    try:
        # Once more with the escapes as they are written: replacing them moved columns.
        _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" starting at").removesuffix(" at")
        raise SquirrelError(f"json parse error: {what} at line {error.lineno}, column {error.colno}") from None
    raise AssertionError("whether JSON is valid does not depend on how its characters are written")


class _NoNumberError(ValueError):
    """``NaN``, ``Infinity`` or ``-Infinity``: Python's parser knows them, JSON does not."""


def is_too_deep(text: str) -> bool:
    """Whether brackets are nested deeper than ``DEEPEST``; the parser below is recursive."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    brackets = _NO_BRACKET.sub("", text)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > DEEPEST


def _unescaped(match: re.Match[str]) -> str:
    high, low, single = match.groups()
    if high is not None:
        code = 0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF)
    elif single is not None:
        code = int(single, 16)
        if code < 0x80:
            return match[0]
        if 0xD800 <= code <= 0xDFFF:
            code = 0xFFFD
    else:
        return match[0]
    return chr(code).encode("utf-8").decode("latin-1")


def _table(pairs: list[tuple[str, object]]) -> Table:
    table = Table()
    for name, value in pairs:
        table.new_slot(name, _value(value) if type(value) is list else value)
    return table


def _value(value: object) -> object:
    """What the parser returned, its lists as arrays; those inside of tables are arrays already."""
    if type(value) is not list:
        return value
    top = Array(value)
    lists: list[list[object]] = [value]
    while lists:
        items = lists.pop()
        for index, item in enumerate(items):
            if type(item) is list:
                items[index] = Array(item)
                lists.append(item)
    return top


def _integer(text: str) -> int | float:
    if len(text) < 12:
        number = int(text)
        if INT_MIN <= number <= INT_MAX:
            return number
    return _float(text)


def _float(text: str) -> float:
    return round32(float(text))


def _no_number(text: str) -> NoReturn:
    raise _NoNumberError(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_table, parse_int=_integer, parse_float=_float, parse_constant=_no_number
)
