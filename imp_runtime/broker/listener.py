"""The listening sockets: plain, and TLS with a word in the log when a TLS handshake fails."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from imp_runtime.broker.broker import Broker

_BACKLOG = 1024


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound, listening TCP socket on the first address of `host`.

    Raises `OSError` whose `strerror` says what could not be had and why.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise OSError(error.errno, f"cannot listen on {host}: {error.strerror}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise OSError(error.errno, f"cannot listen on {host}:{port}: {reason}") from None
    return listener


class TlsAcceptor(asyncio.Protocol):
    """Takes a new socket through the TLS handshake and hands it to a `ClientConnection`.

    asyncio can do this by itself, but then a failed handshake leaves no trace, and an untrusted certificate is the
    likeliest mistake of all.
    """

    def __init__(self, broker: Broker, context: ssl.SSLContext) -> None:
        self._broker = broker
        self._context = context
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer connected."""
        # The event loop starts reading after this call; the hello must reach the TLS layer, so pause right after that.
        self._broker.loop.call_soon(self._begin, cast(asyncio.Transport, transport))

    def _begin(self, transport: asyncio.Transport) -> None:
        if transport.is_closing():
            return
        transport.pause_reading()
        self._broker.run_until_stopped(self._upgrade(transport))

    async def _upgrade(self, transport: asyncio.Transport) -> None:
        peer = transport.get_extra_info("peername") or ("?", 0)
        connection = self._broker.new_connection()
        timeout = self._broker.config.handshake_timeout
        try:
            upgraded = await self._broker.loop.start_tls(
                transport, connection, self._context, server_side=True, ssl_handshake_timeout=timeout
            )
        except (OSError, EOFError) as error:
            self._broker.report(
                "tls-failed",
                connection=connection.name,
                address=f"{peer[0]}:{peer[1]}",
                detail=_tls_error(error),
            )
            return
        # Without a transport, the peer went away the moment the handshake was complete.
        if upgraded is not None:
            connection.connection_made(upgraded)


def _tls_error(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return str(error.reason).lower().replace("_", " ")
    return str(error) or "the peer went away during the TLS handshake"
