"""While an agent runs nobody collects cycles: whatever a connection, failed or not, leaves in one stays for good."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imp_runtime.config import NetworkConfig
from imp_runtime.net import amqp_dial
from tests.imp_runtime.amqp import wire
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.certificates import Authority
from tests.imp_runtime.amqp.wire_peer import Hangup, WireConnection

TIMES = 30

AGAIN = """
count <- 0;
function again() {
    session <- null;
    conn <- amqp.openconnection(URL, function(event, detail) {
        if (event == "CONNECTION_OPEN") {
            session = conn.opensession(function(event, detail) { next(); });
            return;
        }
        next();
    });
}
function next() {
    if (++count < TIMES) {
        imp.wakeup(0, again);
    } else {
        server.log("done");
        imp.wakeup(60, function() { });
    }
}
again();
"""

# What a connection is made of; a frame or traceback brings along all that its variables hold.
KINDS = ("_SelectorSocketTransport", "SSLProtocol", "SSLObject", "socket", "Future", "Task", "frame", "traceback")
OURS = ("AmqpConnection", "Wire", "Endpoint", "SessionNode", "Connection", "Session")


def left_behind(url: str, network: NetworkConfig | None = None) -> Counter[str]:
    """What there is more of after many connections."""
    with AgentRun(AGAIN, network, URL=url, TIMES=TIMES) as run:
        before = counted()
        run.wait_line("done")
        return counted() - before


def counted() -> Counter[str]:
    names = (type(thing).__name__ for thing in gc.get_objects())
    return Counter(name for name in names if name in KINDS or name in OURS)


def check(left: Counter[str]) -> None:
    """Of nothing is there one for each connection: the last one may still be there, and what listens."""
    assert all(count < TIMES / 3 for count in left.values()), left


Behaviour = Callable[[WireConnection], object]


@contextmanager
def peer(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A peer that does the same with every connection; no part of it is of asyncio, whose things are counted."""
    with socket.create_server(("127.0.0.1", 0), backlog=TIMES) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.settimeout(10)
                # A thread each: the next connection comes before the last one is closed.
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

        def handle(connection: socket.socket) -> None:
            with contextlib.suppress(OSError, Hangup):
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_side=True)
                with connection:
                    behave(WireConnection(connection))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            # Wakes the thread, which close() alone would not.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def sound(connection: WireConnection) -> None:
    connection.open()
    connection.begin()
    connection.read(wire.CLOSE)
    connection.put(wire.CLOSE)
    connection.until_hangup()


def answering(answer: bytes) -> Behaviour:
    """Gives one answer and hangs up."""

    def answer_once(connection: WireConnection) -> None:
        connection.socket.recv(1000)
        connection.write(answer)

    return answer_once


def resetting(connection: WireConnection) -> None:
    connection.open()
    connection.reset()


def garbling(connection: WireConnection) -> None:
    connection.open()
    connection.write(b"\xff" * 8)
    connection.until_hangup()


def without_password(connection: WireConnection) -> None:
    mechanisms = wire.described(wire.SASL_MECHANISMS, wire.symbol(b"ANONYMOUS"))
    connection.write(wire.SASL_HEADER, wire.frame(0, mechanisms, sasl=True))
    connection.until_hangup()


def test_sound_connections() -> None:
    with peer(sound) as port:
        check(left_behind(f"amqp://127.0.0.1:{port}"))


def test_sound_connections_with_tls() -> None:
    authority = Authority()
    with peer(sound, authority.server("localhost")) as port:
        check(left_behind(f"amqps://localhost:{port}", NetworkConfig(ca_pem=(authority.pem,))))


FAULTS: dict[str, Behaviour] = {
    "hangs_up": answering(b"AMQP\x03\x01\x00\x00"),
    "cannot_be_read": answering(b"AMQP\x03\x01\x00\x00\x00\x00\x00\x08\x01\x01\x00\x00"),
    "resets_when_open": resetting,
    "is_malformed_when_open": garbling,
}


@pytest.mark.parametrize("behave", FAULTS.values(), ids=FAULTS.keys())
def test_peer_that(behave: Behaviour) -> None:
    with peer(behave) as port:
        check(left_behind(f"amqp://127.0.0.1:{port}"))


def test_refused_connections() -> None:
    check(left_behind("amqp://127.0.0.1:1"))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b"])
def test_unknown_hosts(host: str) -> None:
    check(left_behind(f"amqp://{host}"))


def test_tls_to_a_plain_port() -> None:
    with peer(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        check(left_behind(f"amqps://127.0.0.1:{port}"))


def test_untrusted_certificates() -> None:
    with peer(sound, Authority().server("localhost")) as port:
        check(left_behind(f"amqps://localhost:{port}"))


def test_missing_authority_file(tmp_path: Path) -> None:
    network = NetworkConfig(ca_files=(str(tmp_path / "none.pem"),))
    check(left_behind("amqps://127.0.0.1:1", network))


def test_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_dial, "CONNECT_TIMEOUT", 0.02)
    with peer(WireConnection.until_hangup) as port:
        check(left_behind(f"amqps://127.0.0.1:{port}"))


def test_wrong_passwords() -> None:
    with peer(without_password) as port:
        check(left_behind(f"amqp://me:secret@127.0.0.1:{port}"))
