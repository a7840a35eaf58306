"""Outgoing HTTP: libcurl, which the platform uses as well, on the I/O thread.

What a script sees of libcurl are its codes below 100, and that it leaves everything as it was written: the URL, the
names of headers, their order. What libcurl adds by itself is turned off here.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pycurl

from imp_runtime import __version__
from imp_runtime.config import NetworkConfig
from imp_runtime.net.http_exchange import Exchange, Failure
from squirrel.ops.text import LONGEST_TEXT

if TYPE_CHECKING:
    from imp_runtime.net.loop import IoThread

_log = logging.getLogger(__name__)

# Requests under way at once, and so sockets; what is asked for beyond that waits for its turn. It waits here and not in
# libcurl, which looks at all that wait whenever one is done.
_MOST_AT_ONCE: Final = 256
_USER_AGENT: Final = f"impsim/{__version__}".encode()
# Headers that libcurl would add, or that would contradict how it sends the body.
_NOT_BY_LIBCURL: Final = (b"accept", b"content-type", b"expect")
_FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})
_WITH_BODY: Final = frozenset({b"POST", b"PUT", b"PATCH"})


class HttpClient:
    """All outgoing requests of one agent, and the connections that they share.

    The public methods may be called from any thread and return at once; what comes of a request is told by the
    functions of its `Exchange`.
    """

    def __init__(self, io: IoThread, network: NetworkConfig) -> None:
        self._io = io
        self._network = network
        self._multi: pycurl.AsyncCurlMulti | None = None
        self._futures: dict[Exchange, asyncio.Future[Any]] = {}
        # Requests that wait for their turn, in their order.
        self._queue: dict[Exchange, None] = {}
        self._authorities: bytes | None = None

    def start(self, exchange: Exchange) -> None:
        """Send a request."""
        self._io.call(self._start, exchange)

    def cancel(self, exchange: Exchange) -> None:
        """Give a request up: nothing of it is told any more. Nothing happens when it is over."""
        self._io.call(self._cancel, exchange)

    def send(self, exchange: Exchange, data: bytes) -> None:
        """More of a streamed request body."""
        self._io.call(exchange.push, data)

    def finish(self, exchange: Exchange, timeout: float | None, *, stream: bool) -> None:
        """The streamed body of a request ends here, and so many seconds later the request does.

        From here on its answer is streamed, if it is to be.
        """
        self._io.call(self._finish, exchange, timeout, stream)

    def taken(self, exchange: Exchange, size: int) -> None:
        """The script is done with so many bytes of a streamed answer."""
        self._io.call(exchange.taken, size)

    async def shutdown(self) -> None:
        """Give up what is under way, and close the connections."""
        for exchange in [*self._queue, *self._futures]:
            self._cancel(exchange)
        if self._multi is not None:
            await self._multi.aclose()

    def _start(self, exchange: Exchange) -> None:
        if len(self._futures) < _MOST_AT_ONCE:
            self._send(exchange, exchange.order.timeout)
            return
        self._queue[exchange] = None
        self._limit(exchange, exchange.order.timeout)

    def _start_next(self) -> None:
        while self._queue and len(self._futures) < _MOST_AT_ONCE:
            exchange = next(iter(self._queue))
            del self._queue[exchange]
            # Its limit goes on to count.
            self._send(exchange, None)

    def _send(self, exchange: Exchange, timeout: float | None) -> None:
        if self._multi is None:
            self._multi = pycurl.AsyncCurlMulti()
            self._io.add(self)
        curl = exchange.curl = pycurl.Curl()
        try:
            self._prepare(curl, exchange)
            if timeout is not None:
                curl.setopt(pycurl.TIMEOUT_MS, max(1, round(timeout * 1000)))
            future = self._multi.add_handle(curl)
        except (pycurl.error, OSError) as error:
            _log.debug("a request cannot be made", exc_info=error)
            exchange.end(error.args[0] if isinstance(error, pycurl.error) else pycurl.E_SSL_CACERT_BADFILE)
            return
        self._futures[exchange] = future
        future.add_done_callback(lambda done: self._done(exchange, done))

    def _done(self, exchange: Exchange, future: asyncio.Future[Any]) -> None:
        self._futures.pop(exchange, None)
        if not future.cancelled():
            error = future.exception()
            exchange.end(None if error is None else int(error.args[0]))
        elif exchange.failure is not None:
            exchange.end(exchange.failure)
        else:
            exchange.close()
        self._start_next()

    def _cancel(self, exchange: Exchange) -> None:
        self._take_away(exchange, None)

    def _give_up(self, exchange: Exchange) -> None:
        self._take_away(exchange, Failure.TIMED_OUT)

    def _take_away(self, exchange: Exchange, failure: Failure | None) -> None:
        """End a request, wherever it is, with a failure that is told or in silence."""
        exchange.failure = failure
        if exchange in self._queue:
            del self._queue[exchange]
            if failure is None:
                exchange.close()
            else:
                exchange.end(failure)
        elif exchange in self._futures:
            self._futures[exchange].cancel()

    def _finish(self, exchange: Exchange, timeout: float | None, stream: bool) -> None:
        if stream:
            exchange.stream()
        exchange.push(None)
        self._limit(exchange, timeout)

    def _limit(self, exchange: Exchange, timeout: float | None) -> None:
        """End a request in so many seconds."""
        if timeout is not None and not exchange.over:
            exchange.deadline = asyncio.get_running_loop().call_later(timeout, self._give_up, exchange)

    def _prepare(self, curl: Any, exchange: Exchange) -> None:
        order = exchange.order
        curl.setopt(pycurl.URL, order.url)
        # As part of the URL libcurl would write it in its own way.
        curl.setopt(pycurl.REQUEST_TARGET, order.target)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.NOSIGNAL, 1)
        # An agent does not sit behind the proxy of whoever runs impsim.
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.MAXFILESIZE_LARGE, 0 if exchange.streaming else LONGEST_TEXT)
        curl.setopt(pycurl.HEADERFUNCTION, exchange.on_header)
        curl.setopt(pycurl.WRITEFUNCTION, exchange.on_write)
        if order.address is not None:
            host, port = order.address
            curl.setopt(pycurl.CONNECT_TO, [f"::{f'[{host}]' if ':' in host else host}:{port}"])
        self._prepare_body(curl, exchange)
        curl.setopt(pycurl.HTTPHEADER, _header_lines(exchange))
        self._prepare_tls(curl, order.verify)

    def _prepare_body(self, curl: Any, exchange: Exchange) -> None:
        order = exchange.order
        if order.body is None:
            curl.setopt(pycurl.UPLOAD, 1)
            curl.setopt(pycurl.READFUNCTION, exchange.on_read)
        elif order.method == b"HEAD" and not order.expect_body:
            curl.setopt(pycurl.NOBODY, 1)
        elif order.body or order.method in _WITH_BODY:
            curl.setopt(pycurl.POST, 1)
            curl.setopt(pycurl.POSTFIELDS, order.body)
        curl.setopt(pycurl.CUSTOMREQUEST, order.method)

    def _prepare_tls(self, curl: Any, verify: bool) -> None:
        curl.setopt(pycurl.SSL_VERIFYPEER, int(verify))
        curl.setopt(pycurl.SSL_VERIFYHOST, 2 if verify else 0)
        if not verify:
            return
        # Those that Python finds: the library that pycurl may bring does not know where this system has them.
        paths = ssl.get_default_verify_paths()
        if paths.capath:
            curl.setopt(pycurl.CAPATH, paths.capath)
        if not self._network.ca_files and not self._network.ca_pem:
            if paths.cafile:
                # By its name libcurl reads it once for all requests.
                curl.setopt(pycurl.CAINFO, paths.cafile)
            else:
                curl.unsetopt(pycurl.CAINFO)
            return
        if self._authorities is None:
            files = [*([paths.cafile] if paths.cafile else []), *self._network.ca_files]
            texts = [*(Path(file).read_bytes() for file in files), *map(str.encode, self._network.ca_pem)]
            self._authorities = b"\n".join(texts)
        curl.setopt(pycurl.CAINFO_BLOB, self._authorities)


def _header_lines(exchange: Exchange) -> list[bytes]:
    """The headers as libcurl takes them: ``Name: value``, ``Name;`` for an empty one, ``Name:`` to leave one out."""
    order = exchange.order
    lines = []
    given = {name.lower() for name, _ in order.headers}
    for name, value in order.headers:
        if name.lower() not in _FRAMING:
            lines.append(name + b": " + value if value.strip() else name + b";")
    if order.body is None:
        lines.append(b"Transfer-Encoding: chunked")
    if b"user-agent" not in given:
        lines.append(b"User-Agent: " + _USER_AGENT)
    lines += [name + b":" for name in _NOT_BY_LIBCURL if name not in given]
    return lines
