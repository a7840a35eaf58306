"""Sending: credit, settlement, outcomes, cancelling (core sheet, sections 1.6, 1.12; decisions A14, A15, A18, A19)."""

from __future__ import annotations

import pytest
from proton import Delivery, Link, Message

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer

SEND = """
function send(name) {
    sender.createtransfer(amqp.createmessage(name)).sendasync(function() { server.log("sent " + name); });
}
function onEvent(event, detail) {
    if (detail) server.error(detail);
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") sender <- session.opensender("s");
    if (event == "SENDER_OPEN") ready();
}
conn <- amqp.openconnection(URL, onEvent);
"""
SEND_FOUR = SEND + 'function ready() { foreach (name in ["a", "b", "c", "d"]) send(name); }'


def bodies(peer: RawPeer) -> list[object]:
    result: list[object] = []
    for _, raw in peer.messages:
        message = Message()
        message.decode(raw)
        result.append(message.body)
    return result


def test_callbacks_in_the_order_of_sending() -> None:
    with RawPeer() as peer, AgentRun(SEND_FOUR, URL=peer.url) as run:
        assert run.wait_lines(4) == ["sent a", "sent b", "sent c", "sent d"]
        assert bodies(peer) == ["a", "b", "c", "d"]


def test_transfers_wait_for_credit() -> None:
    with RawPeer(credit=2) as peer, AgentRun(SEND_FOUR, URL=peer.url) as run:
        assert run.wait_lines(2) == ["sent a", "sent b"]
        assert peer.frames.count("transfer sender s") == 2
        peer.run(lambda: peer.link("s").flow(1))
        assert run.wait_lines(3)[2:] == ["sent c"]
        peer.run(lambda: peer.link("s").flow(5))
        assert run.wait_lines(4)[3:] == ["sent d"]


def test_callback_waits_for_settlement() -> None:
    with RawPeer(settle_with=None) as peer, AgentRun(SEND_FOUR, URL=peer.url) as run:
        peer.wait("transfer sender s", 4)
        assert run.lines == []
        deliveries = peer.run(lambda: unsettled(peer))

        def settle() -> None:
            for delivery in deliveries:
                delivery.update(Delivery.ACCEPTED)
                delivery.settle()

        peer.run(settle)
        # One disposition for all of them, or several in one go: in the order of sending.
        assert run.wait_lines(4) == ["sent a", "sent b", "sent c", "sent d"]


def test_settlement_out_of_order() -> None:
    with RawPeer(settle_with=None) as peer, AgentRun(SEND_FOUR, URL=peer.url) as run:
        peer.wait("transfer sender s", 4)
        deliveries = peer.run(lambda: unsettled(peer))
        for index, expected in ((2, "sent c"), (0, "sent a")):

            def settle(index: int = index) -> None:
                deliveries[index].update(Delivery.ACCEPTED)
                deliveries[index].settle()

            peer.run(settle)
            run.wait_line(expected)
        assert run.lines == ["sent c", "sent a"]

        def settle_rest() -> None:
            for delivery in (deliveries[3], deliveries[1]):
                delivery.update(Delivery.ACCEPTED)
                delivery.settle()

        peer.run(settle_rest)
        assert run.wait_lines(4)[2:] == ["sent b", "sent d"]


def test_many_settled_by_one_disposition_keep_their_order() -> None:
    script = SEND + "function ready() { for (local i = 0; i < 200; i++) send(i.tostring()); }"
    with RawPeer(credit=200, settle_with=None) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("transfer sender s", 200)
        deliveries = peer.run(lambda: unsettled(peer))

        def settle() -> None:
            for delivery in deliveries:
                delivery.update(Delivery.ACCEPTED)
                delivery.settle()

        peer.run(settle)
        assert run.wait_lines(200) == [f"sent {i}" for i in range(200)]


@pytest.mark.parametrize(
    ("state", "name"),
    [(Delivery.REJECTED, "rejected"), (Delivery.RELEASED, "released"), (Delivery.MODIFIED, "modified")],
)
def test_other_outcomes_call_back_with_a_warning(state: int, name: str) -> None:
    with RawPeer(settle_with=state) as peer, AgentRun(SEND + 'function ready() { send("a"); }', URL=peer.url) as run:
        assert run.wait_lines(2) == [f"WARNING: the peer did not accept an AMQP message: {name}", "sent a"]


def test_peer_that_wants_no_settlement() -> None:
    with RawPeer(mute={"attach"}) as peer, AgentRun(SEND + 'function ready() { send("a"); }', URL=peer.url) as run:
        peer.wait("attach sender s")

        def attach() -> None:
            link = peer.link("s")
            link.target.copy(link.remote_target)
            link.snd_settle_mode = Link.SND_SETTLED
            link.open()
            link.flow(10)

        peer.run(attach)
        assert run.wait_lines(1) == ["sent a"]
        peer.wait("transfer sender s")


def test_settled_without_an_outcome() -> None:
    with RawPeer(settle_with=None) as peer, AgentRun(SEND + 'function ready() { send("a"); }', URL=peer.url) as run:
        peer.wait("transfer sender s")
        [delivery] = peer.run(lambda: unsettled(peer))
        peer.run(delivery.settle)
        assert run.wait_lines(1) == ["sent a"]


def test_drain() -> None:
    with RawPeer() as peer, AgentRun(SEND + 'function ready() { send("a"); }', URL=peer.url) as run:
        run.wait_lines(1)

        def drain() -> None:
            peer.link("s").drain(0)

        peer.run(drain)
        peer.wait_until(
            lambda: any(frame.startswith("flow sender s 0") for frame in peer.frames), "credit to be drained"
        )


def test_cancelled_transfer_is_not_sent() -> None:
    script = (
        SEND
        + """
    function ready() {
        local first = sender.createtransfer(amqp.createmessage("a"));
        local second = sender.createtransfer(amqp.createmessage("b"));
        first.sendasync(function() { server.log("sent a"); });
        second.sendasync(function() { server.log("sent b"); });
        first.cancel();
        server.log("cancelled");
    }"""
    )
    with RawPeer(credit=0) as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("cancelled")
        peer.wait("attach sender s")
        peer.run(lambda: peer.link("s").flow(10))
        assert run.wait_lines(2) == ["cancelled", "sent b"]
        assert bodies(peer) == ["b"]


def test_cancelled_too_late_does_not_call_back() -> None:
    script = (
        SEND
        + """
    function ready() {
        transfer <- sender.createtransfer(amqp.createmessage("a"));
        transfer.sendasync(function() { server.log("sent a"); });
        imp.wakeup(0, poll);
    }
    function poll() { transfer.cancel(); send("b"); }
    """
    )
    with RawPeer(settle_with=None) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("transfer sender s", 2)

        def settle() -> None:
            for delivery in unsettled(peer):
                delivery.update(Delivery.ACCEPTED)
                delivery.settle()

        peer.run(settle)
        assert run.wait_lines(1) == ["sent b"]


def test_transfers_of_a_dead_link_do_not_call_back_and_keep_no_run_alive() -> None:
    with RawPeer(credit=2, settle_with=None) as peer, AgentRun(SEND_FOUR, URL=peer.url) as run:
        peer.wait("transfer sender s", 2)
        peer.close()
        assert run.end() == []


def test_callback_may_send_the_next_message() -> None:
    script = (
        SEND
        + """
    count <- 0;
    function next() {
        if (count == 50) { conn = null; return; }
        sender.createtransfer(amqp.createmessage("m" + count++)).sendasync(next);
    }
    function ready() { next(); }
    """
    )
    with RawPeer(credit=100) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == []
        assert bodies(peer) == [f"m{i}" for i in range(50)]


def test_large_message_both_ways() -> None:
    script = (
        SEND
        + """
    function ready() {
        local text = "0123456789abcdef";
        while (text.len() < 1000000) text += text;
        local message = amqp.createbinarymessage(text);
        sender.createtransfer(message).sendasync(function() { server.log("sent " + text.len()); });
        receiver <- session.openreceiver("r", null, function(ds) { server.log(ds[0].message().body().len()); });
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("sent 1048576")
        assert len(peer.messages[0][1]) > 1048576
        peer.wait("flow receiver r 100")
        peer.send("r", peer.messages[0][1])
        run.wait_line("1048576")


def test_body_is_not_needed_any_more_after_sendasync() -> None:
    script = (
        SEND
        + """
    function ready() {
        local message = amqp.createmessage("kept", { a = 1 });
        local transfer = sender.createtransfer(message);
        message = null;
        transfer.sendasync(function() { server.log("sent"); });
        transfer = null;
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("sent")
        assert bodies(peer) == ["kept"]


def unsettled(peer: RawPeer) -> list[Delivery]:
    """The deliveries on `s` that the peer has received and not settled; only within `run`."""
    return list(peer.unsettled)
