"""A small HTTP server: one request a connection, JSON answers. For the tools of a desk and for agents, not for the web.

The headers are read by the standard library's parser.
"""

from __future__ import annotations

import asyncio
import io
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, parse_headers
from typing import Protocol, cast
from urllib.parse import parse_qsl, urlsplit

from imp_runtime.broker.iothub.config import MAX_MESSAGE_SIZE
from imp_runtime.broker.listener import listening_socket

_REQUEST_TIME = 10.0
"""Seconds in which a request must have arrived."""
_CLOSE_TIME = 1.0
"""Seconds in which an answer must be taken when the server stops."""
_MOST_DISCARDED = 16 * 1024 * 1024
"""Bytes of a body that is too large which are read all the same, so that the peer gets to read the answer."""


@dataclass(frozen=True)
class Request:
    """A request: its path without the query, and the names in it, still percent-encoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The parts of the path."""
        return self.path.strip("/").split("/")


@dataclass(frozen=True)
class Response:
    """An answer: an HTTP status and what is sent as JSON; None is no body."""

    status: int
    value: object = None

    def encoded(self) -> bytes:
        """The bytes to send. A list has one item a line, for people and for line-wise tools."""
        if isinstance(self.value, list) and self.value:
            body = "[" + ",\n ".join(json.dumps(item) for item in self.value) + "]\n"
        else:
            body = "" if self.value is None else json.dumps(self.value) + "\n"
        head = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\nConnection: close\r\n"
        if body:
            head += "Content-Type: application/json\r\n"
        if self.status != HTTPStatus.NO_CONTENT:
            head += f"Content-Length: {len(body)}\r\n"
        return f"{head}\r\n{body}".encode("ascii")


class Refused(Exception):
    """A request that is not answered as wanted: the HTTP `status`, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class RequestLog(Protocol):
    """Where a request that was answered is reported."""

    def __call__(self, *, address: str | None, outcome: str, detail: str | None) -> None:
        """`address`: method and path; `outcome`: the status; `detail`: why it was refused."""


class HttpServer:
    """Answers requests on the running asyncio event loop."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]], log: RequestLog) -> None:
        """`answer` may raise `Refused`."""
        self._answer = answer
        self._log = log
        self._server: asyncio.Server | None = None
        self._tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._reading: set[asyncio.StreamWriter] = set()

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen, with TLS if a context is given; the result is the port.

        Raises `OSError` with a plain `strerror`.
        """
        listener = listening_socket(host, port)
        self._server = await asyncio.start_server(self._serve, sock=listener, ssl=tls)
        bound: int = listener.getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Close the listener and the connections; requests that have arrived are still answered."""
        if self._server is not None:
            self._server.close()
        for writer in self._reading:
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=_CLOSE_TIME)
        tasks = list(self._tasks.items())
        for _, writer in tasks:
            writer.transport.abort()
        await asyncio.gather(*(task for task, _ in tasks))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks[task] = writer
        try:
            response, request, reason = await self._respond(reader, writer)
            self._log(
                address=f"{request.method} {request.path}" if request else None,
                outcome=str(response.status),
                detail=reason,
            )
            async with asyncio.timeout(_REQUEST_TIME):
                writer.write(response.encoded())
                await writer.drain()
        except (OSError, EOFError, TimeoutError):
            # The peer went away, or does not take the answer.
            writer.transport.abort()
        finally:
            del self._tasks[task]
            writer.close()

    async def _respond(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[Response, Request | None, str | None]:
        """The answer to a request, the request as far as it could be read, and why it was refused.

        Raises `OSError` or `EOFError` when the peer goes away.
        """
        request: Request | None = None
        try:
            self._reading.add(writer)
            try:
                async with asyncio.timeout(_REQUEST_TIME):
                    request = await _read_head(reader)
                    request = replace(request, body=await _read_body(request, reader, writer))
            except TimeoutError:
                raise Refused(HTTPStatus.REQUEST_TIMEOUT, "the request did not arrive in time") from None
            finally:
                self._reading.discard(writer)
            return await self._answer(request), request, None
        except Refused as refusal:
            return Response(refusal.status, {"Message": refusal.reason}), request, refusal.reason
        except (OSError, EOFError):
            raise
        except Exception as error:
            # Whatever a request provokes, its peer is answered and the broker goes on.
            status, reason = HTTPStatus.INTERNAL_SERVER_ERROR, f"a fault in the broker: {type(error).__name__}: {error}"
            return Response(status, {"Message": reason}), request, reason


async def _read_head(reader: asyncio.StreamReader) -> Request:
    """Read a request without its body. Raises `Refused` and `EOFError`."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        headers = parse_headers(io.BytesIO(rest))
    except (asyncio.LimitOverrunError, HTTPException):
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request has too long a head") from None
    words = line.decode("latin-1").split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.0", "HTTP/1.1"):
        raise Refused(HTTPStatus.BAD_REQUEST, "this is no HTTP/1.1 request")
    try:
        target = urlsplit(words[1])
        query = dict(parse_qsl(target.query, keep_blank_values=True))
    except ValueError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the address of the request cannot be read") from None
    return Request(words[0], target.path, query, headers, b"")


async def _read_body(request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Read the body of a request. Raises `Refused` and `EOFError`."""
    if request.headers.get("Transfer-Encoding"):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, "the body must come with a Content-Length")
    text = request.headers.get("Content-Length", "0").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length must be a number")
    length = int(text)
    if length > MAX_MESSAGE_SIZE:
        # A socket that is closed with data unread takes the answer along.
        if length <= _MOST_DISCARDED and not _asks_first(request):
            while length > 0 and (chunk := await reader.read(min(length, 65536))):
                length -= len(chunk)
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {MAX_MESSAGE_SIZE} bytes")
    if length and _asks_first(request):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return await reader.readexactly(length)


def _asks_first(request: Request) -> bool:
    """Whether the peer waits for a word before it sends the body."""
    return "100-continue" in request.headers.get("Expect", "").lower()
