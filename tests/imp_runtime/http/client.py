"""A client of an agent: Python's own, and raw sockets."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.peers import PATIENCE

# What a test has opened; its end closes them.
opened: list[socket.socket | HTTPConnection] = []


@dataclass
class Reply:
    status: int
    reason: str
    headers: Message
    body: bytes


class Client:
    """Asks an agent over one connection; the script logs its URL first, unless it is given."""

    def __init__(self, agent: AgentRun, url: str | None = None) -> None:
        self.url = url or agent.wait_lines(1)[0]
        parts = urlsplit(self.url)
        self.base = parts.path
        assert parts.port is not None
        self.port = parts.port
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        opened.append(self.connection)

    def ask(self, method: str, path: str = "", body: bytes | str | None = None, **headers: str) -> Reply:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, self.base + path, body, names)
        answer = self.connection.getresponse()
        return Reply(answer.status, answer.reason, answer.headers, answer.read())

    def raw(self, data: bytes) -> socket.socket:
        """A connection of its own on which these bytes were sent; `BASE` stands for the agent's path."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        opened.append(connection)
        connection.sendall(data.replace(b"BASE", self.base.encode()))
        return connection


def everything(connection: socket.socket) -> bytes:
    """What comes until the peer closes."""
    data = b""
    while more := connection.recv(65536):
        data += more
    return data
