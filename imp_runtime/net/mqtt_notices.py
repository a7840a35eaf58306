"""What crosses between the agent's thread and the I/O thread for MQTT: settings one way, notices the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from imp_runtime.net.mqtt_url import MqttUrl

# Result codes of callbacks (core sheet, section 2.0).
SUCCESS: Final = 0
FAILURE: Final = -1
DISCONNECTED: Final = -3
BAD_UTF8_STRING: Final = -5
TOPICNAME_TRUNCATED: Final = -7
BAD_QOS: Final = -9
NO_MORE_MSGIDS: Final = -10
OPERATION_INCOMPLETE: Final = -11
MAX_BUFFERED_MESSAGES: Final = -12

# Reasons why a connection was lost (core sheet, section 2.2).
LOST_SOCKET: Final = -1
LOST_SIZE: Final = -3
LOST_FRAMING: Final = -4

REFUSED_FILTER: Final = 0x80
"""What a broker answers instead of a QoS."""


@dataclass(frozen=True)
class MqttSettings:
    """How to connect. Texts are host texts; `keepalive` is in seconds, 0 for none; `will` is topic and message."""

    url: MqttUrl
    client_id: str
    keepalive: float
    username: str | None = None
    password: bytes | None = field(default=None, repr=False)
    will: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker has accepted the connection."""


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no connection: the broker's code, or -1 and a text that says why."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Down:
    """The connection is lost; the results of what was under way follow, and then `Lost`."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The end of a connection, not by our doing: a reason code, and a text that says why."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection is closed, as the agent asked."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a message or an unsubscription."""

    number: int
    code: int


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The result of a subscription, and what the broker granted for each filter."""

    number: int
    code: int
    granted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """So many messages with a QoS above 0 had not been confirmed when the connection was closed."""

    count: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message; it is given back with `MqttConnection.taken`."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    dup: bool
    packet_id: int


Notice = Connected | Refused | Down | Lost | Closed | Done | Subscribed | Unconfirmed | Arrived
