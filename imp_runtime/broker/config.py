"""The settings of the broker, apart from the command line that fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BrokerConfig:
    """Settings of a `Broker`.

    * `host`: the address to listen on; loopback unless told otherwise
    * `port`: TCP port of the plain listener, 0 for any free one
    * `tls_port`: TCP port of the TLS listener, 0 for any free one, `None` for no TLS listener
    * `users`: name -> password for SASL PLAIN; empty: any name and password is accepted
    * `allow_anonymous`: accept SASL ANONYMOUS and peers without a SASL layer
    * `credit_window`: messages that a sender may have on the way to the broker
    * `max_queue_length`: messages a queue holds, those being delivered included; then senders get no more credit
    * `max_message_size`: bytes of one encoded message
    * `idle_timeout`: seconds of silence after which a peer counts as gone; announced to it in the open frame
    * `handshake_timeout`: seconds a new connection has for TLS, SASL and the open frame
    * `close_timeout`: seconds a peer has to answer the broker's close before its socket is dropped
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls_port: int | None = None
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_anonymous: bool = True
    credit_window: int = 100
    max_queue_length: int = 100_000
    max_message_size: int = 64 * 1024 * 1024
    idle_timeout: float = 120.0
    handshake_timeout: float = 10.0
    close_timeout: float = 2.0
