"""Peers of an agent: Python's own HTTP server, and a socket that says whatever a test wants."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

PATIENCE = 10.0

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers every verb with the peer's function; `body` is what came with the request."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = self._read_chunks()
        else:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.peer.seen.append(self)
        self.server.peer.answer(self)
        self.wfile.flush()

    def _read_chunks(self) -> bytes:
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def reply(self, status: int, body: bytes = b"", *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing goes to standard error."""


def echo(handler: Handler) -> None:
    """Answer with what was asked, as JSON."""
    seen = {
        "line": handler.requestline,
        "headers": [[name, value] for name, value in handler.headers.items()],
        "body": handler.body.decode("latin-1"),
    }
    handler.reply(200, json.dumps(seen).encode(), ("Content-Type", "application/json"))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    peer: HttpPeer
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is part of many tests."""


class HttpPeer:
    """A server on a free port of the loopback address; `seen` are the requests so far."""

    def __init__(self, answer: Answer = echo, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.seen: list[Handler] = []
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.peer = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"

    def __enter__(self) -> HttpPeer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class RawPeer:
    """Gives each connection, once a request's head is in, to a function that writes and reads as it likes."""

    def __init__(self, talk: Callable[[socket.socket], None], *, wait: bool = True) -> None:
        self._talk = talk
        self._wait = wait
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.connections = 0

    def __enter__(self) -> RawPeer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(PATIENCE)
            try:
                if self._wait:
                    read_head(connection)
                self._talk(connection)
            except OSError:
                return


def read_head(connection: socket.socket) -> bytes:
    """Read to the empty line that ends a head."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def saying(data: bytes) -> RawPeer:
    """A peer that answers every request with these bytes, and closes."""
    return RawPeer(lambda connection: connection.sendall(data))


def reset(connection: socket.socket) -> None:
    """Close with a reset instead of a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
