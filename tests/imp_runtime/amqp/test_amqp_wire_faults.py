"""Peers that break the rules of AMQP or hang up in the middle, byte by byte on a real socket."""

from __future__ import annotations

import re
import struct

import pytest

from imp_runtime.net import amqp_links
from tests.imp_runtime.amqp import wire
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import text_message
from tests.imp_runtime.amqp.wire_peer import WireConnection, WirePeer, transfer

# Four objects, and one transfer on its way.
ALL_OPEN = """
function named(name) {
    return function(event, detail) {
        server.log(name + " " + event + (detail == null ? "" : " " + detail));
        if (event == "RECEIVER_OPEN") send();
    };
}
function send() {
    sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); });
}
function onMessages(deliveries) {
    foreach (delivery in deliveries) server.log("got " + delivery.message().body());
}
conn <- amqp.openconnection(URL, named("C"));
session <- conn.opensession(named("S"));
sender <- session.opensender("s", named("s"));
receiver <- session.openreceiver("r", named("r"), onMessages);
"""
OPENED = ["C CONNECTION_OPEN", "S SESSION_OPEN", "s SENDER_OPEN", "r RECEIVER_OPEN"]
LOST = ["s SENDER_CLOSED", "r RECEIVER_CLOSED", "S SESSION_CLOSED"]

# The handles that the agent gives its links.
SENDER, RECEIVER = 0, 1

SETTLE = wire.frame(
    0, wire.described(wire.DISPOSITION, wire.TRUE, wire.uint(0), wire.uint(0), wire.TRUE, wire.ACCEPTED)
)
CLOSE = wire.frame(0, wire.described(wire.CLOSE))


def open_all(peer: WireConnection) -> None:
    """What `ALL_OPEN` asks for; the transfer has arrived and is not settled."""
    peer.open()
    peer.begin()
    peer.attach()
    peer.attach()
    peer.flow(SENDER, 0, 1)
    # Sent when the script has been told that all is open.
    peer.read(wire.TRANSFER)


def performative(code: int, *fields: bytes, channel: int = 0) -> bytes:
    return wire.frame(channel, wire.described(code, *fields))


FRAMING = "amqp:connection:framing-error: malformed frame"
UNREADABLE = "amqp:decode-error: PEER sent a frame that cannot be read"
FLOW_FIELDS = (wire.uint(0), wire.uint(1), wire.uint(0), wire.uint(1))
MALFORMED = {
    "size_zero": (struct.pack(">IBBH", 0, 2, 0, 0), FRAMING),
    "size_below_the_header": (struct.pack(">IBBH", 7, 2, 0, 0), FRAMING),
    "size_over_max_frame_size": (struct.pack(">IBBH", 0x100000, 2, 0, 0) + bytes(0x100000), FRAMING),
    "largest_size_there_is": (struct.pack(">IBBH", 0xFFFFFFFF, 2, 0, 0), FRAMING),
    "data_offset_within_the_header": (struct.pack(">IBBH", 8, 1, 0, 0), FRAMING),
    "data_offset_beyond_the_frame": (struct.pack(">IBBH", 8, 3, 0, 0), FRAMING),
    "unknown_frame_type": (CLOSE[:5] + b"\x09" + CLOSE[6:], UNREADABLE),
    "garbage": (b"\xff" * 64, FRAMING),
    "http": (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", FRAMING),
    "unknown_performative": (performative(0x19), UNREADABLE),
    "unknown_type_code": (wire.frame(0, b"\x00\x53\x14\x3f"), UNREADABLE),
    "no_performative": (wire.frame(0, b"\xa1\x03abc"), UNREADABLE),
    "list_longer_than_the_frame": (wire.frame(0, b"\x00\x53\x14\xc0\xff\x05"), UNREADABLE),
    "list_cut_short": (wire.frame(0, b"\x00\x53\x14\xd0\x00\x00\x00\x10\x00\x00\x00\x05"), UNREADABLE),
    "transfer_on_no_link": (transfer(77, 0, text_message("x")), "amqp:invalid-field: no such handle: 77"),
    "transfer_on_no_session": (
        performative(wire.TRANSFER, wire.uint(0), channel=5),
        "amqp:not-allowed: no such channel: 5",
    ),
    "transfer_without_fields": (
        performative(wire.TRANSFER),
        "amqp:invalid-field: delivery-id required on initial transfer of session",
    ),
    "flow_on_no_link": (
        performative(wire.FLOW, *FLOW_FIELDS, wire.uint(77), wire.uint(0), wire.uint(5)),
        "amqp:invalid-field: no such handle: 77",
    ),
    "detach_of_no_link": (performative(wire.DETACH, wire.uint(77)), "amqp:invalid-field: no such handle: 77"),
    "end_of_no_session": (performative(wire.END, channel=9), "amqp:not-allowed: no such channel: 9"),
    "answer_to_no_begin": (
        performative(wire.BEGIN, b"\x60\x00\x09", *FLOW_FIELDS[1:]),
        "amqp:invalid-field: begin reply to unknown channel 9.",
    ),
    "disposition_of_everything": (
        performative(wire.DISPOSITION, wire.TRUE, wire.uint(0), wire.uint(0xFFFFFFFF), wire.TRUE, wire.ACCEPTED),
        "amqp:not allowed: illegal delivery range: 0-ffffffff",
    ),
    "error_that_is_not_utf8": (
        performative(wire.CLOSE, wire.described(0x1D, wire.symbol(b"amqp:\xff"), wire.string(b"\xff\xfe"))),
        "amqp:decode-error: the peer's error text is not UTF-8",
    ),
}


@pytest.mark.parametrize(("malformed", "error"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_frame_ends_the_connection(malformed: bytes, error: str) -> None:
    answer: list[int | None] = []

    def behave(peer: WireConnection) -> None:
        open_all(peer)
        # What comes after it, be it the settlement, is not believed any more.
        peer.write(malformed, SETTLE)
        answer.extend(peer.until_hangup())

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        assert run.end() == [*OPENED, *LOST, f"C CONNECTION_ERROR {error.replace('PEER', peer.place)}"]
    assert answer == [wire.CLOSE]


STRANGE = {
    "empty_sasl_frame": struct.pack(">IBBH", 8, 2, 1, 0),
    "settlement_of_nothing": performative(
        wire.DISPOSITION, wire.TRUE, wire.uint(1000), wire.uint(2000), wire.TRUE, wire.ACCEPTED
    ),
    "second_open": performative(wire.OPEN, wire.string(b"peer")),
    "second_begin": performative(wire.BEGIN, b"\x60\x00\x00", *FLOW_FIELDS[1:]),
    "begin_without_fields": performative(wire.BEGIN, channel=3),
    "second_attach_on_a_handle": performative(wire.ATTACH, wire.string(b"other"), wire.uint(SENDER), wire.TRUE),
    "attach_without_fields": performative(wire.ATTACH),
    "flow_without_fields": performative(wire.FLOW),
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE.keys())
def test_frames_that_do_no_harm(strange: bytes) -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.write(strange, SETTLE, CLOSE)
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        assert run.end() == [*OPENED, "sent", *LOST, "C CONNECTION_CLOSED"]


def test_nothing_is_settled_after_the_peer_has_closed() -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.write(CLOSE, SETTLE, transfer(RECEIVER, 0, text_message("late")))
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        assert run.end() == [*OPENED, *LOST, "C CONNECTION_CLOSED"]


def test_sessions_and_links_of_the_peer_are_refused() -> None:
    refusals: list[int | None] = []

    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.put(wire.BEGIN, wire.NULL, *FLOW_FIELDS[1:], channel=3)
        refusals.extend(peer.read().code for _ in range(2))
        nothing = (wire.NULL,) * 6
        peer.put(wire.ATTACH, wire.string(b"mine"), wire.uint(9), wire.FALSE, *nothing, wire.uint(0))
        refusals.extend(peer.read().code for _ in range(2))
        peer.put(wire.DETACH, wire.uint(9), wire.TRUE)
        peer.put(wire.END, channel=3)
        peer.write(SETTLE, CLOSE)
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        assert run.end() == [*OPENED, "sent", *LOST, "C CONNECTION_CLOSED"]
    assert refusals == [wire.BEGIN, wire.END, wire.ATTACH, wire.DETACH]


def ending_of_a_link(*frames: bytes) -> list[str]:
    """Open all, send frames that make the agent end a link, settle what it sent; the log from then on."""

    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.write(*frames)
        detach = peer.read(wire.DETACH)
        peer.put(wire.DETACH, detach.fields[0], wire.TRUE)
        peer.write(SETTLE, CLOSE)
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        lines = [line.replace(peer.place, "PEER") for line in run.end()]
        assert lines[:4] == OPENED
        return lines[4:]


def test_message_over_a_link_of_the_wrong_direction_ends_the_connection() -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.write(transfer(SENDER, 0, text_message("x")), SETTLE)
        peer.until_hangup()

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        error = f"amqp:not-allowed: {peer.place} sent a message over a link that it receives on"
        assert run.end() == [*OPENED, *LOST, f"C CONNECTION_ERROR {error}"]


def test_more_messages_than_credit_end_the_link() -> None:
    flood = [transfer(RECEIVER, number, text_message("x")) for number in range(10_000)]
    lines = ending_of_a_link(b"".join(flood))
    error = "r RECEIVER_ERROR amqp:link:transfer-limit-exceeded: PEER sent more messages than it had credit for"
    # Which of the hundred that it had credit for came before the end depends on how quick the agent was.
    assert [line for line in lines if line != "got x"] == [
        error,
        "sent",
        "s SENDER_CLOSED",
        "S SESSION_CLOSED",
        "C CONNECTION_CLOSED",
    ]
    assert lines.count("got x") < 10_000


def test_message_without_end_ends_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amqp_links, "LARGEST_MESSAGE", 100_000)
    pieces = [transfer(RECEIVER, 0, bytes(10_000), more=True) for _ in range(11)]
    assert ending_of_a_link(*pieces) == [
        "r RECEIVER_ERROR amqp:link:message-size-exceeded: PEER sent a message of more than 100000 bytes",
        "sent",
        "s SENDER_CLOSED",
        "S SESSION_CLOSED",
        "C CONNECTION_CLOSED",
    ]


# Sockets that end in the middle.

WHOLE = transfer(RECEIVER, 0, text_message("hello"))


@pytest.mark.parametrize("cut", [1, 4, 8, 20, len(WHOLE) - 1])
@pytest.mark.parametrize("how", ["reset", "closed"])
def test_socket_that_ends_in_the_middle_of_a_frame(how: str, cut: int) -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.write(WHOLE[:cut])
        if how == "reset":
            peer.reset()

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        *before, last = run.end()
        assert before == [*OPENED, *LOST]
        assert re.fullmatch(rf"C CONNECTION_ERROR the connection to \S+ was {how}( without a close frame)?", last)


def test_frame_in_single_bytes() -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        for byte in WHOLE + SETTLE + CLOSE:
            peer.write(bytes([byte]))
        peer.read(wire.CLOSE)

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        assert run.end() == [*OPENED, "got hello", "sent", *LOST, "C CONNECTION_CLOSED"]


def test_reset_between_the_pieces_of_a_message() -> None:
    def behave(peer: WireConnection) -> None:
        open_all(peer)
        peer.transfer(RECEIVER, 0, text_message("hello")[:5], more=True)
        peer.reset()

    with WirePeer(behave) as peer, AgentRun(ALL_OPEN, URL=peer.url) as run:
        *before, last = run.end()
        assert before == [*OPENED, *LOST]
        assert re.fullmatch(r"C CONNECTION_ERROR the connection to \S+ was reset", last)


STAGES = {
    "protocol_header": lambda peer: peer.write(wire.SASL_HEADER[:5]),
    "sasl_mechanisms": lambda peer: peer.write(wire.SASL_HEADER, b"\x00\x00\x00\x30\x02\x01"),
    "open": lambda peer: (peer.shake_hands(), peer.write(b"\x00\x00\x00\x30\x02")),
}


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES.keys())
def test_reset_before_the_connection_is_open(stage: object) -> None:
    def behave(peer: WireConnection) -> None:
        assert callable(stage)
        stage(peer)
        peer.reset()

    script = 'conn <- amqp.openconnection(URL, function(event, detail) { server.log(event + " " + detail); });'
    with WirePeer(behave) as peer, AgentRun(script, URL=peer.url) as run:
        [line] = run.end()
        # How far the agent has read when the reset comes is a matter of luck.
        assert line.replace(peer.place, "PEER") in {
            "CONNECTION_ERROR the connection to PEER was reset",
            "CONNECTION_ERROR connection reset by PEER",
            "CONNECTION_ERROR PEER closed the connection at once; the port may want TLS: try amqps://",
        }
