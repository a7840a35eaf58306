"""Incoming HTTP: the agent's URL on the loopback address, served on the I/O thread."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imp_runtime.net.http_connection import Connection, Incoming, ServerLimits

if TYPE_CHECKING:
    from imp_runtime.net.loop import IoThread

HOST: Final = "127.0.0.1"
# Connections that wait to be accepted.
_BACKLOG: Final = 512
# Of a scheme and a host, as clients write them that believe this to be a proxy.
_ABSOLUTE: Final = (b"http://", b"https://")


class HttpServer:
    """Listens from its making on, and serves when started. Every request for the agent goes to one function."""

    def __init__(
        self,
        io: IoThread,
        port: int,
        agent_id: str,
        on_request: Callable[[Request], None],
        limits: ServerLimits | None = None,
    ) -> None:
        """`on_request` is called on the I/O thread. Port 0 is a free one.

        Raises:
            OSError: the port is not to be had.
        """
        self._io = io
        self._socket = socket.create_server((HOST, port), backlog=_BACKLOG)
        self.port: int = self._socket.getsockname()[1]
        self._prefix = f"/{agent_id}".encode()
        self._on_request = on_request
        self._limits = limits or ServerLimits()
        self._server: asyncio.Server | None = None
        self._ended = False
        self._connections: set[Connection] = set()
        # Whether anybody answers; while nobody does, all requests get 404.
        self.attended = False
        io.call(self._begin)

    def _begin(self) -> None:
        self._io.add(self)
        self._io.spawn(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._ended:
            self._server = await loop.create_server(self._connect, sock=self._socket, backlog=_BACKLOG)

    def _connect(self) -> Connection:
        crowded = len(self._connections) >= self._limits.connections
        return Connection(self._limits, self._dispatch, self._connections, crowded=crowded)

    def _dispatch(self, incoming: Incoming) -> None:
        path = self._path(incoming.target)
        if path is None or not self.attended:
            incoming.answer(404, (), b"")
            return
        rate = self._limits.rate
        if rate is not None and not rate.take():
            incoming.answer(429, ((b"Retry-After", b"1"),), b"")
            return
        path, _, query = path.partition(b"?")
        self._on_request(Request(self._io, incoming, path, query))

    def _path(self, target: bytes) -> bytes | None:
        """What follows the agent's id in a target; None when it is not there."""
        if target.lower().startswith(_ABSOLUTE):
            _, _, rest = target.partition(b"://")
            _, slash, rest = rest.partition(b"/")
            target = slash + rest
        if not target.startswith(self._prefix):
            return None
        path = target.removeprefix(self._prefix)
        return path if path[:1] in (b"", b"/", b"?") else None

    async def shutdown(self) -> None:
        """Stop listening, answer what nobody will answer any more, and let the answers go out."""
        self._ended = True
        if self._server is None:
            self._socket.close()
        else:
            self._server.close()
        try:
            for connection in list(self._connections):
                connection.end()
            for connection in list(self._connections):
                await connection.closed.wait()
        finally:
            for connection in list(self._connections):
                connection.abort()


@dataclass(frozen=True, slots=True)
class Request:
    """A request for the agent, on the agent's thread: `path` is what follows the agent's id, without the query."""

    io: IoThread
    incoming: Incoming
    path: bytes
    query: bytes

    @property
    def method(self) -> bytes:
        """The verb."""
        return self.incoming.method

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """Names in lower case, and values, in the order in which they came."""
        return self.incoming.headers

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self.incoming.body

    def answer(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer, once; nothing happens when the client has gone."""
        self.io.call(self.incoming.answer, status, headers, body)
