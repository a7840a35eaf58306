"""Device scripts (``--device-script``): what happens to a device, and when, as JSON lines.

{"at": 0.5, "do": "send", "name": "reading", "data": {"celsius": 21.5}}
{"at": 2, "do": "disconnect"}
{"at": 3.5, "do": "connect"}
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

from imp_runtime.api.http_json import is_too_deep
from imp_runtime.config import DeviceEvent
from imp_runtime.device.link import pack
from imp_runtime.device.values import NoSquirrelValueError, to_squirrel
from imp_runtime.natives import byte_string, host_text
from squirrel.errors import SquirrelError
from squirrel.values.blob import Blob

# What an event may have beside `at` and `do`.
_MEMBERS: Final = {"connect": (), "disconnect": (), "send": ("name", "data", "blob")}
_KINDS: Final = "connect, disconnect, send"
# A year: more is a mistake, milliseconds for example.
_LATEST: Final = 366 * 86400.0


class DeviceScriptError(Exception):
    """A line of a device script that is no event; the text begins with its number."""


def read_events(text: str) -> list[DeviceEvent]:
    """The events of a device script, by their times and then by their places.

    Raises:
        DeviceScriptError: a line is wrong.
    """
    events: list[DeviceEvent] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                events.append(_event(line))
            except _WrongError as wrong:
                raise DeviceScriptError(f"{number}: {wrong}") from None
    return sorted(events, key=lambda event: event.at)


class _WrongError(Exception):
    """What is wrong with a line."""


def _event(line: str) -> DeviceEvent:
    if is_too_deep(line):
        raise _WrongError("this is nested too deep")
    try:
        event = json.loads(line, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise _WrongError(f"this is not JSON: {error.msg} (column {error.colno})") from None
    except ValueError:
        raise _WrongError("a number has too many digits") from None
    if not isinstance(event, dict):
        raise _WrongError('this is no event: write {"at": SECONDS, "do": "connect"}')
    at, kind = event.pop("at", None), event.pop("do", None)
    if isinstance(at, bool) or not isinstance(at, (int, float)) or not 0 <= at <= _LATEST:
        raise _WrongError("'at' must be a number of seconds since the start, 0 or more and at most a year")
    if not isinstance(kind, str) or kind not in _MEMBERS:
        raise _WrongError(f"'do' must be one of {_KINDS}")
    for member in event:
        if member not in _MEMBERS[kind]:
            raise _WrongError(f"'{kind}' has no member '{member}'")
    if kind != "send":
        return DeviceEvent(float(at), kind)
    name = event.get("name")
    if not isinstance(name, str) or not name:
        raise _WrongError("'send' needs the 'name' of the message")
    if "data" in event and "blob" in event:
        raise _WrongError("a message has 'data' or a 'blob', not both")
    return DeviceEvent(float(at), kind, byte_string(name), _data(byte_string(name), event))


def _data(name: str, event: dict[str, Any]) -> bytes:
    try:
        if "blob" not in event:
            value = to_squirrel(event.get("data"))
        elif isinstance(event["blob"], str):
            value = Blob(bytearray(base64.b64decode(event["blob"], validate=True)))
        else:
            raise _WrongError("'blob' must be text in base64")
        return pack(name, value)
    except binascii.Error:
        raise _WrongError("'blob' is not base64") from None
    except NoSquirrelValueError as error:
        raise _WrongError(str(error)) from None
    except SquirrelError as error:
        raise _WrongError(host_text(error.message)) from None


def _no_constant(name: str) -> object:
    raise _WrongError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _WrongError("a member is there twice")
    return members
