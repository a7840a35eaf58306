"""Connections: ports, SASL, heartbeats, faults, the end."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading

import pytest
from proton import Condition, Data, Delivery, Link

from imp_runtime.broker import Broker, BrokerConfig, BrokerThread
from tests.imp_runtime.broker.amqp_client import PATIENCE, Client, Connect, EventLog, StartBroker

AMQP = b"AMQP\x00\x01\x00\x00"
SASL = b"AMQP\x03\x01\x00\x00"


def raw_socket(broker: BrokerThread) -> socket.socket:
    return socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE)


def read_to_end(peer: socket.socket) -> bytes:
    received = bytearray()
    try:
        while data := peer.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    peer.close()
    return bytes(received)


def read_exactly(peer: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        data = peer.recv(size - len(received))
        assert data, "the broker closed the socket"
        received += data
    return bytes(received)


def sasl_frame(code: int, *fields: bytes | str | None) -> bytes:
    data = Data()
    data.put_described()
    data.enter()
    data.put_ulong(code)
    data.put_list()
    data.enter()
    for field in fields:
        if isinstance(field, bytes):
            data.put_binary(field)
        elif field is None:
            data.put_null()
        else:
            data.put_symbol(field)
    body = data.encode()
    return struct.pack(">IBBH", 8 + len(body), 2, 1, 0) + body


def assert_works(client: Client) -> None:
    assert client.send_and_wait(client.sender("check"), "x") == [Delivery.ACCEPTED]


# Ports.


def test_port_0_takes_a_free_port(start_broker: StartBroker, connect: Connect) -> None:
    first, second = start_broker(BrokerConfig(port=0)), start_broker(BrokerConfig(port=0))
    assert 0 < first.port != second.port > 0
    assert first.tls_port is None
    one, other = connect(first.port), connect(second.port)
    one.send_and_wait(one.sender("q"), "x")
    other.send_and_wait(other.sender("r"), "x")
    assert (first.queue_depth("q"), second.queue_depth("q")) == (1, 0)


def test_a_taken_port_is_a_clear_error(broker: BrokerThread, log: EventLog) -> None:
    second = BrokerThread(BrokerConfig(port=broker.port), log)
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{broker.port}: address already in use"):
        second.start()
    second.stop()


def test_a_taken_tls_port_leaves_nothing_listening(broker: BrokerThread, log: EventLog) -> None:
    second = BrokerThread(BrokerConfig(port=0, tls_port=broker.port), log)
    with pytest.raises(OSError, match="already in use"):
        second.start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", second.port), timeout=PATIENCE)


def test_an_unknown_host_is_a_clear_error(log: EventLog) -> None:
    with pytest.raises(OSError, match="cannot listen on not-an-address"):
        BrokerThread(BrokerConfig(host="not-an-address.invalid"), log).start()


# SASL.


@pytest.mark.parametrize("options", [{}, {"sasl": False}, {"mechanisms": "ANONYMOUS"}])
def test_anonymous_peers_are_let_in(connect: Connect, options: dict[str, object]) -> None:
    assert_works(connect(**options))


def test_without_users_any_credentials_will_do(connect: Connect, log: EventLog) -> None:
    assert_works(connect(user="anybody", password="secret-word", mechanisms="PLAIN"))
    assert log.wait("authenticated").detail == "PLAIN, user anybody"
    assert "secret-word" not in log.text()


def test_users_are_checked(start_broker: StartBroker, connect: Connect, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(users={"ann": "pä:ss"}, allow_anonymous=False))
    assert_works(connect(broker.port, user="ann", password="pä:ss"))
    for user, password in (("ann", "secret-word"), ("bob", "secret-word"), ("ann", "")):
        client = Client(broker.port, user=user, password=password, mechanisms="PLAIN")
        client.connection.open()
        client.wait_for_eof()
        assert client.transport.condition == Condition("amqp:unauthorized-access", "Authentication failed [mech=PLAIN]")
    assert log.wait("authentication-failed", 2).detail == "PLAIN, user bob"
    log.wait("disconnected", 3, outcome="refused", detail="wrong user name or password")
    assert "secret-word" not in log.text()
    assert "pä:ss" not in log.text()
    assert "secret" not in repr(BrokerConfig(users={"a": "secret"}))


@pytest.mark.parametrize("options", [{"mechanisms": "ANONYMOUS"}, {"sasl": False}])
def test_no_anonymous(start_broker: StartBroker, log: EventLog, options: dict[str, object]) -> None:
    broker = start_broker(BrokerConfig(allow_anonymous=False))
    client = Client(broker.port, **options)  # type: ignore[arg-type]
    client.connection.open()
    client.wait_for_eof()
    assert client.transport.condition is not None
    log.wait("disconnected")
    assert not log.named("opened")


def test_plain_without_initial_response_is_challenged(broker: BrokerThread, log: EventLog) -> None:
    peer = raw_socket(broker)
    peer.sendall(SASL + sasl_frame(0x41, "PLAIN"))
    mechanisms = sasl_frame(0x40)
    assert read_exactly(peer, 8) == SASL
    size = struct.unpack(">I", read_exactly(peer, 4))[0]
    assert size > len(mechanisms)
    read_exactly(peer, size - 4)
    assert read_exactly(peer, len(sasl_frame(0x42, b""))) == sasl_frame(0x42, b"")
    peer.sendall(sasl_frame(0x43, b"\x00ann\x00pw"))
    size = struct.unpack(">I", read_exactly(peer, 4))[0]
    assert read_exactly(peer, size - 4).endswith(b"\x50\x00"), "outcome ok"
    peer.sendall(AMQP)
    assert read_exactly(peer, 8) == AMQP
    peer.close()
    assert log.wait("authenticated").detail == "PLAIN, user ann"


def test_the_opening_may_come_byte_by_byte(broker: BrokerThread, log: EventLog) -> None:
    peer = raw_socket(broker)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in SASL + sasl_frame(0x41, "ANONYMOUS", b"me") + AMQP:
        peer.sendall(bytes([byte]))
    log.wait("authenticated")
    peer.close()


@pytest.mark.parametrize(
    "frame",
    [
        sasl_frame(0x41, "PLAIN", b"no separators"),
        sasl_frame(0x41, "PLAIN", b"\x00\xff\xfe\x00x"),
        sasl_frame(0x41, "PLAIN", b"other\x00ann\x00pw"),
        sasl_frame(0x41, "PLAIN", b"\x00\x00pw"),
        sasl_frame(0x41, "EXTERNAL", b""),
        sasl_frame(0x41, None, b""),
        sasl_frame(0x41),
    ],
)
def test_bad_sasl_init_gets_an_outcome(broker: BrokerThread, log: EventLog, frame: bytes) -> None:
    peer = raw_socket(broker)
    peer.sendall(SASL + frame)
    assert read_to_end(peer).endswith(b"\x50\x01"), "outcome auth"
    log.wait("disconnected", outcome="refused")


@pytest.mark.parametrize(
    "frame",
    [
        b"\x00\x00\x00\x00\x02\x01\x00\x00",
        b"\xff\xff\xff\xff\x02\x01\x00\x00",
        b"\x00\x00\x00\x10\x02\x00\x00\x00" + bytes(8),
        b"\x00\x00\x00\x10\x02\x01\x00\x00" + b"\xff" * 8,
        b"\x00\x00\x00\x0c\x02\x01\x00\x00\x00\x53\x41\xc0",
        b"\x00\x00\x0f\xa7\x02\x01\x00\x00\x00\x53\x41" + b"\xd0\x00\x00\x0f\x90\x00\x00\x00\x01" * 444,
        sasl_frame(0x44, b""),
        sasl_frame(0x43, b""),
    ],
)
def test_malformed_sasl_ends_the_connection(broker: BrokerThread, log: EventLog, frame: bytes) -> None:
    peer = raw_socket(broker)
    peer.sendall(SASL + frame)
    assert read_to_end(peer).startswith(SASL)
    log.wait("disconnected", outcome="refused")


@pytest.mark.parametrize(
    ("greeting", "detail"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "the peer does not speak AMQP 1.0"),
        (b"AMQP\x00\x00\x09\x01", "the peer speaks another AMQP: protocol 0, version 0.9.1"),
        (b"AMQP\x02\x01\x00\x00", "the peer asks for TLS inside AMQP; use the TLS port"),
        (b"\x16\x03\x01\x00\xc8\x01\x00\x00", "the peer speaks TLS; this is the plain port"),
        (b"\x00", "the peer does not speak AMQP 1.0"),
    ],
)
def test_a_wrong_header_is_answered_with_the_right_one(
    broker: BrokerThread, connect: Connect, log: EventLog, greeting: bytes, detail: str
) -> None:
    bystander = connect()
    peer = raw_socket(broker)
    peer.sendall(greeting)
    assert read_to_end(peer) == AMQP
    log.wait("disconnected", outcome="refused", detail=detail)
    assert_works(bystander)


def test_a_second_sasl_layer_is_refused(broker: BrokerThread, log: EventLog) -> None:
    peer = raw_socket(broker)
    peer.sendall(SASL + sasl_frame(0x41, "ANONYMOUS") + SASL)
    assert read_to_end(peer).endswith(AMQP)
    log.wait("disconnected", outcome="refused")


# Faults after the opening.


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\xff" * 64,
        b"\x00\x00\x00\x04\x02\x00\x00\x00",
        b"\x00\x00\x00\x10\x02\x00\x00\x00" + b"\x00\x53\xff\x45\x40\x40\x40\x40",
        b"\x00\x00\x00\x0c\x02\x00\x00\x00\x00\x53\x12\xc0",
        b"\x00\x00\x00\x20\x02\x07\x00\x00" + bytes(24),
    ],
)
def test_malformed_frames_end_the_connection_with_an_error(
    broker: BrokerThread, connect: Connect, log: EventLog, rubbish: bytes
) -> None:
    bystander, culprit = connect(container="bystander"), connect(container="culprit")
    broker.put("q", b"\x00\x53\x77\xa1\x01x")
    culprit.receive(culprit.receiver("q"))
    culprit.push()
    culprit.socket.sendall(rubbish)
    culprit.wait_for_eof()
    condition = culprit.condition()
    assert condition is not None
    assert condition.name.startswith("amqp:")
    log.wait("disconnected", outcome="error", connection="c2")
    assert broker.queue_depth("q") == 1
    assert_works(bystander)


@pytest.mark.parametrize("target", [b"", b"\x00\x53\x29\xc0\x04\x01\xa1\x01q"])
def test_text_that_is_not_utf8_ends_only_its_connection(broker: BrokerThread, connect: Connect, target: bytes) -> None:
    bystander, culprit = connect(), connect()
    fields = b"\xa1\x02\xff\xfe\x43\x42\x40\x40\x00\x53\x28\x45" + target
    attach = b"\x00\x53\x12\xc0" + bytes([len(fields) + 1, 7 if target else 6]) + fields
    body = b"\x00\x00\x00" + bytes([8 + len(attach)]) + b"\x02\x00\x00\x00" + attach
    culprit.socket.sendall(body)
    culprit.wait_for_eof()
    assert culprit.condition() == Condition("amqp:decode-error", "text that is not UTF-8")
    assert_works(bystander)


def test_a_silent_peer_is_dropped_during_the_opening(start_broker: StartBroker, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(handshake_timeout=0.05))
    silent, half = raw_socket(broker), raw_socket(broker)
    half.sendall(AMQP)
    assert read_to_end(silent) == b""
    assert read_to_end(half)[:8] in (AMQP, b"")
    log.wait("disconnected", 2, outcome="refused", detail="the peer did not open the connection within 0.05 s")


def test_a_silent_peer_is_dropped_after_the_idle_timeout(
    start_broker: StartBroker, connect: Connect, log: EventLog
) -> None:
    broker = start_broker(BrokerConfig(idle_timeout=0.2))
    broker.put("q", b"\x00\x53\x77\xa1\x01x")
    client = connect(broker.port)
    client.receive(client.receiver("q"))
    assert client.transport.remote_idle_timeout == pytest.approx(0.1)
    # The client does nothing at all now: no heartbeats.
    log.wait("disconnected", outcome="error")
    assert "amqp:resource-limit-exceeded" in str(log.wait("disconnected").detail)
    assert broker.queue_depth("q") == 1


def test_the_broker_sends_heartbeats(connect: Connect) -> None:
    client = connect(idle_timeout=0.2)
    before = client.transport.frames_input
    client.wait(lambda: client.transport.frames_input >= before + 5, "heartbeats")
    assert client.transport.condition is None


def test_a_peer_that_closes_is_answered(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.close()
    assert client.condition() is None
    log.wait("disconnected", outcome="closed")
    assert broker.connection_count() == 0


def test_a_peer_that_closes_its_socket_only(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client = connect()
    client.socket.shutdown(socket.SHUT_WR)
    client.wait_for_eof()
    detail = "the peer closed the socket without closing the connection"
    log.wait("disconnected", outcome="lost", detail=detail)


# Many, and the end.


def test_two_hundred_connections(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    clients = [connect() for _ in range(200)]
    assert broker.connection_count() == 200
    for number, client in enumerate(clients):
        client.send_and_wait(client.sender(f"q{number % 10}"), str(number))
    assert [broker.queue_depth(f"q{n}") for n in range(10)] == [20] * 10
    for client in clients:
        client.vanish()
    log.wait("disconnected", 200)
    assert broker.connection_count() == 0


def test_stop_closes_every_connection_properly(broker: BrokerThread, connect: Connect, log: EventLog) -> None:
    client, other = connect(), connect()
    client.send_and_wait(client.sender("q"), "a")
    client.receive(client.receiver("q"))
    half_open = raw_socket(broker)
    log.wait("connected", 3)
    # Stopping waits for the peers' answers, which they give below.
    stopping = threading.Thread(target=broker.stop)
    stopping.start()
    for peer in (client, other):
        peer.wait(lambda peer=peer: bool(peer.connection.state & Link.REMOTE_CLOSED), "close")  # type: ignore[misc]
        assert peer.condition() == Condition("amqp:connection:forced", "the broker is stopping")
        peer.connection.close()
        peer.wait_for_eof()
    assert read_to_end(half_open) == b""
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert log.events[-1].event == "stopped"
    assert log.events[-1].detail == "1 messages discarded"
    with pytest.raises(ConnectionRefusedError):
        raw_socket(broker)


def test_stop_does_not_wait_for_the_dead(start_broker: StartBroker, connect: Connect, log: EventLog) -> None:
    broker = start_broker(BrokerConfig(close_timeout=0.1))
    connect(broker.port)
    broker.stop()
    log.wait("disconnected", outcome="forced")
    log.wait("stopped")
    broker.stop()


def test_a_broker_on_the_callers_loop() -> None:
    async def run() -> list[str]:
        log = EventLog()
        broker = Broker(BrokerConfig(), log)
        await broker.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
        await broker.stop()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        with pytest.raises(RuntimeError, match="no TLS listener"):
            _ = broker.ca_pem
        return [event.event for event in log.events]

    events = asyncio.run(run())
    assert (events[0], events[-1]) == ("listening", "stopped")
