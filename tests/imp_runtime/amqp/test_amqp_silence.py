"""Peers that do not answer, give no credit or flood a slow agent: nothing hangs, nothing is lost, nothing piles up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from imp_runtime.net import amqp_connection, amqp_dial, amqp_wire
from imp_runtime.net.amqp_links import CREDIT_WINDOW
from tests.imp_runtime.amqp import wire
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message
from tests.imp_runtime.amqp.wire_peer import WireConnection, WirePeer

CONNECT = """
conn <- amqp.openconnection(URL, function(event, detail) {
    server.log(event + (detail == null ? "" : " " + detail));
});
"""

# Connecting.


def test_unreachable() -> None:
    # The broadcast address: no stream can be opened to it, whatever the routes are.
    with AgentRun(CONNECT, URL="amqp://255.255.255.255") as run:
        assert run.end() == ["CONNECTION_ERROR no route to 255.255.255.255:5672"]


def test_host_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_dial, "CONNECT_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, socket.socket() as first:
        # It takes one connection; to further ones a full system does not answer at all.
        first.connect(listener.getsockname())
        port = listener.getsockname()[1]
        with AgentRun(CONNECT, URL=f"amqp://127.0.0.1:{port}") as run:
            assert run.end() == [f"CONNECTION_ERROR connecting to 127.0.0.1:{port} timed out"]


def test_tls_handshake_without_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_dial, "CONNECT_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with AgentRun(CONNECT, URL=f"amqps://127.0.0.1:{port}") as run:
            assert run.end() == [f"CONNECTION_ERROR connecting to 127.0.0.1:{port} timed out"]


def sasl_without_outcome(peer: WireConnection) -> None:
    mechanisms = wire.described(wire.SASL_MECHANISMS, wire.symbol(b"ANONYMOUS"))
    peer.write(wire.SASL_HEADER, wire.frame(0, mechanisms, sasl=True))


SILENT_AFTER: dict[str, Callable[[WireConnection], None]] = {
    "the_socket": lambda peer: None,
    "its_header": lambda peer: peer.write(wire.SASL_HEADER),
    "the_mechanisms": sasl_without_outcome,
    "the_handshake": WireConnection.shake_hands,
}


@pytest.mark.parametrize("stage", SILENT_AFTER.values(), ids=SILENT_AFTER.keys())
def test_peer_that_does_not_open(stage: Callable[[WireConnection], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_connection, "OPEN_TIMEOUT", 0.3)

    def behave(peer: WireConnection) -> None:
        stage(peer)
        peer.until_hangup()

    with WirePeer(behave) as peer, AgentRun(CONNECT, URL=peer.url) as run:
        assert run.end() == [
            f"CONNECTION_ERROR {peer.place} accepted the connection but did not open it within 0 seconds"
        ]


# Silence on an open connection.


def test_peer_that_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_wire, "IDLE_TIMEOUT", 0.4)
    codes: list[int | None] = []

    def behave(peer: WireConnection) -> None:
        peer.open()
        codes.extend(peer.until_hangup())

    with WirePeer(behave) as peer, AgentRun(CONNECT, URL=peer.url) as run:
        assert run.end() == [
            "CONNECTION_OPEN",
            f"CONNECTION_ERROR amqp:resource-limit-exceeded: {peer.place} was silent for too long (idle timeout)",
        ]
    assert codes == [wire.CLOSE]


def test_silent_peer_that_does_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its socket is full; the agent must not wait until everything is written."""
    monkeypatch.setattr(amqp_wire, "IDLE_TIMEOUT", 0.4)
    monkeypatch.setattr(amqp_connection, "CLOSE_TIMEOUT", 0.2)
    script = """
    local body = "0123456789";
    while (body.len() < 1000000) body += body;
    conn <- amqp.openconnection(URL, function(event, detail) { if (event == "CONNECTION_ERROR") server.log(event); });
    session <- conn.opensession();
    sender <- session.opensender("s", function(event, detail) {
        server.log(event);
        if (event == "SENDER_OPEN") {
            for (local i = 0; i < 20; i++) {
                sender.createtransfer(amqp.createmessage(body)).sendasync(function() { server.log("sent"); });
            }
        }
    });
    """
    done = threading.Event()

    def behave(peer: WireConnection) -> None:
        peer.open()
        peer.begin()
        peer.attach()
        peer.flow(0, 0, 100)
        done.wait(10)

    with WirePeer(behave) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == ["SENDER_OPEN", "SENDER_CLOSED", "CONNECTION_ERROR"]
        done.set()


def test_empty_frames_keep_a_connection_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_wire, "IDLE_TIMEOUT", 0.5)

    def behave(peer: WireConnection) -> None:
        peer.open()
        pause = threading.Event()
        for _ in range(10):
            pause.wait(0.1)
            peer.write(b"\x00\x00\x00\x08\x02\x00\x00\x00")
        peer.put(wire.CLOSE)
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(CONNECT, URL=peer.url) as run:
        assert run.end() == ["CONNECTION_OPEN", "CONNECTION_CLOSED"]


UNANSWERED = """
conn <- amqp.openconnection(URL, function(event, detail) { server.log(event); });
session <- conn.opensession(function(event, detail) { server.log(event); });
sender <- session.opensender("s", function(event, detail) { server.log(event); });
sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); });
imp.wakeup(0.2, function() {
    sender = session = conn = null;
    server.log("dropped");
});
"""
WARNING = "WARNING: 1 AMQP message to 's' not sent: the sender was closed first"


@pytest.mark.parametrize(
    ("mute", "before"),
    [
        ({"open", "close"}, []),
        ({"begin", "close"}, ["CONNECTION_OPEN"]),
        ({"attach", "close"}, ["CONNECTION_OPEN", "SESSION_OPEN"]),
    ],
)
def test_peer_that_never_answers(mute: set[str], before: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing opens, and when the script lets go the run ends, though the peer does not answer that either."""
    monkeypatch.setattr(amqp_connection, "CLOSE_TIMEOUT", 0.2)
    with RawPeer(mute=mute) as peer, AgentRun(UNANSWERED, URL=peer.url) as run:
        assert run.end() == [*before, "dropped", WARNING]
        peer.wait("lost")


def test_peer_that_never_answers_a_detach_or_an_end() -> None:
    script = """
    count <- 0;
    function again() {
        session <- conn.opensession(function(event, detail) {
            sender <- session.opensender("s", function(event, detail) {
                sender = session = null;
                if (++count == 20) conn = null; else again();
            });
        });
    }
    conn <- amqp.openconnection(URL, function(event, detail) { again(); });
    """
    with RawPeer(mute={"detach", "end"}) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == []
        peer.wait("lost")
        assert peer.frames.count("detach sender s") == peer.frames.count("end") == 20


# Credit.


def test_no_credit_for_ever() -> None:
    with RawPeer(credit=0) as peer, AgentRun(UNANSWERED, URL=peer.url) as run:
        assert run.end() == ["CONNECTION_OPEN", "SESSION_OPEN", "SENDER_OPEN", "dropped", WARNING]
        assert peer.messages == []


SEND_MANY = """
sent <- 0;
conn <- amqp.openconnection(URL, function(event, detail) { server.log(event); });
session <- conn.opensession(function(event, detail) { server.log(event); });
sender <- session.opensender("s", function(event, detail) { server.log(event); });
for (local i = 0; i < 10000; i++) {
    local number = i;
    sender.createtransfer(amqp.createmessage(number.tostring())).sendasync(function() {
        if (number != sent) server.log(number + " instead of " + sent);
        sent++;
        if (sent == STOP) {
            server.log(sent + " sent");
            sender = session = conn = null;
        }
    });
}
server.log("queued");
"""


def in_pieces(total: int) -> Iterator[int]:
    """Credits that add up to a number."""
    piece = 1
    while total > 0:
        yield min(piece, total)
        total -= piece
        piece *= 3


def grant(peer: RawPeer, credit: int) -> None:
    peer.link("s").flow(credit)


def test_ten_thousand_queued_transfers() -> None:
    with RawPeer(credit=0) as peer, AgentRun(SEND_MANY, URL=peer.url, STOP=10_000) as run:
        run.wait_line("SENDER_OPEN")
        for credit in in_pieces(10_000):
            peer.run(partial(grant, peer, credit))
        assert run.end()[-1] == "10000 sent"
        assert [body for _, body in peer.messages] == [text_message(str(number)) for number in range(10_000)]


def test_ten_thousand_queued_transfers_and_a_lost_connection() -> None:
    with RawPeer(credit=0) as peer, AgentRun(SEND_MANY, URL=peer.url, STOP=-1) as run:
        run.wait_line("SENDER_OPEN")
        peer.run(lambda: peer.link("s").flow(5000))
        peer.wait("transfer sender s", 5000)
        peer.reset()
        # Those that were settled have called back, in order and once; no other ever does, and nothing waits for them.
        assert run.end()[-3:] == ["SENDER_CLOSED", "SESSION_CLOSED", "CONNECTION_ERROR"]


RECEIVE_SLOWLY = """
conn <- amqp.openconnection(URL, function(event, detail) { });
session <- conn.opensession();
got <- 0;
most <- 0;
receiver <- session.openreceiver("r", null, function(deliveries) {
    %s
    if (deliveries.len() > most) most = deliveries.len();
    foreach (delivery in deliveries) {
        if (delivery.message().body() != got.tostring()) server.log("wrong: " + delivery.message().body());
        got++;
    }
    if (got == 2000) {
        server.log("all, at most " + most + " at once");
        // The last hundred are accepted before their receiver closes.
        deliveries = null;
        receiver = session = conn = null;
    }
});
"""
WAYS = {"asleep": "imp.sleep(0.02);", "busy": "for (local i = 0; i < 20000; i++) { }"}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("settled", [False, True], ids=["unsettled", "presettled"])
def test_flood_for_a_slow_agent(way: str, settled: bool) -> None:
    """Every message comes once and in order, and never more are on the way than there is credit for."""
    with RawPeer() as peer, AgentRun(RECEIVE_SLOWLY % way, URL=peer.url) as run:
        peer.wait(f"flow receiver r {CREDIT_WINDOW}")

        def flood() -> None:
            link = peer.link("r")
            for number in range(2000):
                delivery = link.delivery(str(number))
                link.stream(text_message(str(number)))
                link.advance()
                if settled:
                    delivery.settle()

        peer.run(flood)
        [line] = run.end()
        peer.wait("lost")
        assert line == f"all, at most {CREDIT_WINDOW} at once"
        granted = [int(frame.split()[-1]) for frame in peer.frames if frame.startswith("flow receiver r ")]
        assert max(granted) == CREDIT_WINDOW
        if not settled:
            assert sorted(frame for frame in peer.frames if frame.startswith("accepted")) == sorted(
                f"accepted {number}" for number in range(2000)
            )
