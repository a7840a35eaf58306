"""What a broker may be made to imitate: a profile decides which nodes there are, and who may use them.

Without a profile every address is a queue, made on demand, and every token will do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from imp_runtime.broker.cbs import TokenPolicy

if TYPE_CHECKING:
    from imp_runtime.broker.broker import Broker
    from imp_runtime.broker.connection import ClientConnection
    from imp_runtime.broker.links import Target
    from imp_runtime.broker.queue import Queue


class NodeRefused(Exception):
    """A link may not be attached: the AMQP error `condition` and a `description` for the peer."""

    def __init__(self, condition: str, description: str) -> None:
        super().__init__(description)
        self.condition = condition
        self.description = description


class Access(TokenPolicy, Protocol):
    """What one connection may do; it also judges the tokens that the connection puts to `$cbs`."""

    def target(self, address: str | None) -> Target:
        """Where a peer sends to that asks for `address`; None is an address that the broker is to choose, or the relay.

        Raises `NodeRefused`.
        """

    def source(self, address: str | None) -> Queue:
        """What a peer receives from that asks for `address`; None is an address that the broker is to choose.

        Raises `NodeRefused`.
        """

    def close(self) -> None:
        """The connection is gone."""


class Profile(Protocol):
    """What the broker imitates."""

    async def start(self, broker: Broker) -> None:
        """The broker listens from now on. Raises `OSError` with a plain `strerror` when an address cannot be had."""

    async def stop(self) -> None:
        """The broker ends; also called after a `start` that failed."""

    def access(self, connection: ClientConnection) -> Access:
        """The rights of a new connection."""
