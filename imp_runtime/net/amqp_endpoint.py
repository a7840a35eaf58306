"""What crosses between the agent's thread and the I/O thread: shared endpoints one way, notices the other.

Neither side hands the other an object of its own: script objects live and die on the agent's thread, Proton's on the
I/O thread. An ``Endpoint`` is all that both know of one connection, session or link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum

OPENING = 0
OPEN = 1
CLOSED = 2


class Kind(Enum):
    """What an endpoint is; the value begins the names of its events."""

    CONNECTION = "CONNECTION"
    SESSION = "SESSION"
    SENDER = "SENDER"
    RECEIVER = "RECEIVER"


class Outcome(Enum):
    """How a delivery ends (AMQP 1.0 part 3, section 3.4)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RELEASED = "released"
    MODIFIED = "modified"


class Endpoint:
    """One connection, session or link, as both threads see it.

    * `state`: `OPENING`, `OPEN` or `CLOSED`; the I/O thread alone writes it
    * `announced`: for the agent's thread: the script has been told that it is open
    * `owner`: for the agent's thread: how to find the script object without keeping it alive
    * `incoming`: a receiver's messages that the agent has not taken yet: (delivery number, encoded message)
    * `incoming_announced`: an `Arrived` notice is under way
    """

    __slots__ = ("announced", "incoming", "incoming_announced", "kind", "owner", "state")

    def __init__(self, kind: Kind, owner: object = None) -> None:
        self.kind = kind
        self.state = OPENING
        self.owner = owner
        self.announced = False
        self.incoming: deque[tuple[int, bytes]] = deque()
        self.incoming_announced = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The peer has opened its half."""

    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Closing:
    """These endpoints are closed, all at once, by the peer or by a failure; an `Ended` follows for each."""

    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of one endpoint, not by our doing; `error` is None when the peer gave no error."""

    endpoint: Endpoint
    error: str | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A transfer has reached its end at the peer; `None` when it was settled without saying how."""

    transfer: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Nothing more will be heard of these transfers: their link is gone. `unsent` of them were never sent."""

    transfers: tuple[int, ...]
    unsent: int
    address: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A receiver has incoming messages."""

    endpoint: Endpoint


Notice = Opened | Closing | Ended | Settled | Abandoned | Arrived
