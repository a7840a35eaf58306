"""What the broker reports: one event for each thing that happened, and its two written forms.

An event never carries message content, passwords or tokens. Names that a peer chose (containers, links, addresses)
are escaped, so that one event is always one line.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from imp_runtime.redaction import hide_secrets

EventName = Literal[
    "listening",
    "stopped",
    "connected",
    "authenticated",
    "opened",
    "disconnected",
    "tls-failed",
    "authentication-failed",
    "queue-created",
    "queue-deleted",
    "link-attached",
    "link-refused",
    "link-detached",
    "message-received",
    "message-refused",
    "message-delivered",
    "message-settled",
    "message-requeued",
    "message-dead-lettered",
    "credit-withheld",
    "credit-granted",
    "put-token",
    "token-expired",
    "device-created",
    "device-deleted",
    "http-request",
    "internal-error",
]

_LONGEST_VALUE = 300
"""Characters of one value that are shown; a peer chooses names, and they must not flood a log."""


@dataclass(frozen=True, slots=True)
class BrokerEvent:
    """One thing that happened in the broker; fields that do not apply are `None`.

    * `time`: seconds since the epoch
    * `event`: what happened, one word
    * `connection`: the broker's name for the connection (`c1`, `c2` ...)
    * `link`: the name of the link
    * `address`: the node: a queue, `$cbs`; for `listening` and `connected` the URL or the peer's socket address
    * `message`: the number the broker gave to the message
    * `size`: the size of the encoded message in bytes
    * `outcome`: `accepted`, `rejected`, `released`, `modified`, or how something ended
    * `detail`: the rest, for people
    """

    time: float
    event: EventName
    connection: str | None = None
    link: str | None = None
    address: str | None = None
    message: int | None = None
    size: int | None = None
    outcome: str | None = None
    detail: str | None = None

    def line(self) -> str:
        """The event as one readable line: time, connection, event, then `name=value` pairs; without secrets."""
        parts = [_timestamp(self.time), self.connection or "-", self.event]
        for name in ("link", "address", "message", "size", "outcome"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}={_shown(value)}")
        if self.detail is not None:
            parts.append(f"({_escaped(self.detail)})")
        return " ".join(parts)

    def json_line(self) -> str:
        """The event as one JSON object on one line; the time is ISO 8601 in UTC, absent fields are left out."""
        fields = {
            name: hide_secrets(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
            if value is not None
        }
        fields["time"] = _timestamp(self.time)
        return json.dumps(fields)


def _timestamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _shown(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    text = _escaped(value)
    return text if text and " " not in text and '"' not in text else '"' + text.replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    # Hidden before it is cut, or half a secret would no longer look like one.
    text = hide_secrets(text)
    if len(text) > _LONGEST_VALUE:
        text = text[:_LONGEST_VALUE] + "..."
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
