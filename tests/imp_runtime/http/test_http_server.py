"""The server behind the agent's URL, with clients that are slow, broken or hostile."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imp_runtime.net.http_connection import ServerLimits
from imp_runtime.net.http_server import HttpServer, Request
from imp_runtime.net.loop import IoThread
from tests.imp_runtime.http.client import everything, opened
from tests.imp_runtime.http.peers import PATIENCE

GET = b"GET /id/a HTTP/1.1\r\nHost: h\r\n\r\n"
LAST = b"GET /id/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


class Served:
    """A server that answers with the path, or keeps what is asked for /keep."""

    def __init__(self, **limits: Any) -> None:
        self.io = IoThread()
        self.kept: list[Request] = []
        self.arrived = threading.Event()
        self.server = HttpServer(self.io, 0, "id", self._answer, ServerLimits(**limits))
        self.server.attended = True

    def _answer(self, request: Request) -> None:
        if request.path == b"/keep":
            self.kept.append(request)
            self.arrived.set()
        elif request.path == b"/large":
            request.answer(200, (), b"x" * (32 << 20))
        else:
            request.answer(200, (), request.path + request.body)

    def connect(self, data: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=PATIENCE)
        opened.append(connection)
        connection.sendall(data)
        return connection

    def ask(self, data: bytes) -> bytes:
        return everything(self.connect(data))

    def works(self) -> bool:
        return self.ask(LAST).endswith(b"\r\n\r\n/a")


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    made: list[Served] = []

    def make(**limits: Any) -> Served:
        made.append(Served(**limits))
        return made[-1]

    yield make
    for served in made:
        served.io.stop(1.0)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served()
    yield served
    served.io.stop(1.0)


MALFORMED = [
    b"\r\n\r\n\r\n",
    b"GARBAGE\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET /id/a\r\n\r\n",
    b"GET /id/a HTTP/1.1\r\n\r\n",
    b"GET /id/a b HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /id/a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    b"GET /id/a HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
    b"GET /id/a HTTP/1.1\r\nHost: h\r\nA\0: b\r\n\r\n",
    b"GET /id/a HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
    b"GET /id/\xff HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
    b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST /id/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 200,
]


@pytest.mark.parametrize("data", MALFORMED)
def test_malformed_requests(served: Served, data: bytes) -> None:
    connection = served.connect(data)
    connection.shutdown(socket.SHUT_WR)
    assert re.match(rb"HTTP/1\.1 4\d\d ", everything(connection))
    assert served.works()


def test_other_ways_to_send_a_body(served: Served) -> None:
    encoding = b"POST /id/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    assert served.ask(encoding).startswith(b"HTTP/1.1 501 ")


def test_a_head_without_end(served: Served) -> None:
    assert served.ask(b"GET /id/a HTTP/1.1\r\nA: " + b"x" * 70_000).startswith(b"HTTP/1.1 431 ")
    assert served.ask(b"GET /id/" + b"x" * 70_000).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 414 "))
    assert served.works()


def test_old_clients(served: Served) -> None:
    assert served.ask(b"GET /id/a HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n/a")


def test_a_client_that_sends_byte_by_byte(served: Served) -> None:
    connection = served.connect()
    for byte in b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok":
        connection.sendall(bytes([byte]))
    assert everything(connection).endswith(b"\r\n\r\n/aok")


def test_requests_in_one_packet_are_answered_in_order(served: Served) -> None:
    many = b"".join(b"GET /id/%d HTTP/1.1\r\nHost: h\r\n\r\n" % number for number in range(2000))
    answers = served.ask(many + LAST)
    bodies = re.findall(rb"\r\n\r\n/(\d+|a)", answers)
    assert bodies == [b"%d" % number for number in range(2000)] + [b"a"]


def test_many_refusals_in_one_packet(served: Served) -> None:
    many = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n" * 5000
    assert served.ask(many + LAST).count(b"HTTP/1.1 404 ") == 5000


def test_a_client_that_sends_ahead_waits(served: Served) -> None:
    served.arrived.clear()
    connection = served.connect(b"GET /id/keep HTTP/1.1\r\nHost: h\r\n\r\n")
    assert served.arrived.wait(PATIENCE)
    connection.settimeout(0.3)
    sent = 0
    with pytest.raises(TimeoutError):
        while True:
            sent += connection.send(b"GET /id/b HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 10_000 + b"\r\n\r\n")
            assert sent < 64 << 20
    connection.close()
    assert served.works()


def test_a_client_that_has_sent_all_still_gets_its_answer(served: Served) -> None:
    served.arrived.clear()
    connection = served.connect(b"GET /id/keep HTTP/1.1\r\nHost: h\r\n\r\n")
    connection.shutdown(socket.SHUT_WR)
    assert served.arrived.wait(PATIENCE)
    served.kept.pop().answer(200, (), b"late")
    assert everything(connection).endswith(b"\r\n\r\nlate")


def test_a_client_that_goes_while_it_waits(served: Served) -> None:
    served.arrived.clear()
    connection = served.connect(b"GET /id/keep HTTP/1.1\r\nHost: h\r\n\r\n")
    assert served.arrived.wait(PATIENCE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    request = served.kept.pop()
    request.answer(200, (), b"nobody")
    request.answer(200, (), b"again")
    assert served.works()


def test_a_client_that_goes_in_the_middle_of_its_request(served: Served) -> None:
    for data in (GET[:5], GET[:-2], b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"):
        served.connect(data).close()
    assert served.works()


def test_a_slow_request_is_turned_away(serve: Callable[..., Served]) -> None:
    served = serve(read_time=0.3)
    assert served.ask(GET[:10]).startswith(b"HTTP/1.1 408 ")
    body = b"POST /id/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"
    assert served.ask(body).startswith(b"HTTP/1.1 408 ")
    # Nothing was asked: there is nothing to answer.
    assert served.ask(b"") == b""
    assert served.works()


def test_bytes_that_drip_in_do_not_win_time(serve: Callable[..., Served]) -> None:
    served = serve(read_time=0.4)
    connection = served.connect(b"GET /id/a HTTP/1.1\r\nHost: h\r\nX: ")
    tick = threading.Event()
    sent = 0
    try:
        while not tick.wait(0.05):
            connection.sendall(b"x")
            sent += 1
            assert sent < 100
    except OSError:
        sent = -1
    assert sent == -1


def test_an_idle_connection_is_closed(serve: Callable[..., Served]) -> None:
    served = serve(idle_time=0.2)
    assert served.ask(GET).endswith(b"\r\n\r\n/a")


def test_a_client_that_does_not_take_its_answer(serve: Callable[..., Served]) -> None:
    served = serve(write_time=0.3)
    connection = served.connect(b"GET /id/large HTTP/1.1\r\nHost: h\r\n\r\n" * 50)
    gone = threading.Event()

    def watch() -> None:
        if served.server._connections:
            served.io.loop.call_later(0.02, watch)
        else:
            gone.set()

    connection.recv(10)
    served.io.call(watch)
    assert gone.wait(PATIENCE)
    assert served.works()


def test_an_answer_that_does_not_come(serve: Callable[..., Served]) -> None:
    served = serve(answer_time=0.2)
    assert served.ask(LAST.replace(b"/a", b"/keep")).startswith(b"HTTP/1.1 504 ")
    served.kept.pop().answer(200, (), b"too late")
    assert served.works()


def test_too_many_connections(serve: Callable[..., Served]) -> None:
    served = serve(connections=2)
    first, second = served.connect(GET), served.connect(GET)
    assert first.recv(100) and second.recv(100)
    assert served.ask(GET).startswith(b"HTTP/1.1 503 ")
    first.sendall(LAST)
    assert everything(first).endswith(b"/a")


def test_the_end_answers_those_who_wait(serve: Callable[..., Served]) -> None:
    served = serve()
    waiting = served.connect(b"GET /id/keep HTTP/1.1\r\nHost: h\r\n\r\n")
    idle, reading = served.connect(), served.connect(GET[:9])
    assert served.arrived.wait(PATIENCE)
    served.io.stop(5.0)
    assert everything(waiting).startswith(b"HTTP/1.1 503 ")
    assert (everything(idle), everything(reading)) == (b"", b"")


def test_the_end_does_not_wait_for_clients_that_take_nothing(serve: Callable[..., Served]) -> None:
    served = serve()
    connection = served.connect(b"GET /id/large HTTP/1.1\r\nHost: h\r\n\r\n")
    assert connection.recv(10)
    served.io.stop(0.2)
    assert len(everything(connection)) < 32 << 20


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [GET, GET[:-2], b"\r\n", b"POST ", b" HTTP/1.1", b"Content-Length: 3\r\n", b"0\r\n\r\n", b"\0\xff"]
        )
        | st.binary(max_size=40),
        max_size=12,
    )
)
def test_whatever_comes_in_the_server_goes_on(served: Served, pieces: list[bytes]) -> None:
    connection = served.connect()
    try:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        everything(connection)
    except OSError:
        # Turned away while it was still sending.
        connection.close()
    assert served.works()
