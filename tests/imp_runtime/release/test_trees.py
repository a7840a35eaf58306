"""Connections, sessions, links and deliveries that are released: what goes with them, and in which order."""

from __future__ import annotations

import pytest

from imp_runtime.config import NetworkConfig
from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message

# Opens a connection, a session, a sender to `s` and a receiver on `r`, and calls `ready()` when all are open.
OPEN_ALL = """
function onEvent(event, detail) {
    server.log(event + (detail == null ? "" : " " + detail));
    if (event == "CONNECTION_OPEN") session <- conn.opensession(onEvent);
    if (event == "SESSION_OPEN") sender <- session.opensender("s", onEvent);
    if (event == "SENDER_OPEN") receiver <- session.openreceiver("r", onEvent, onMessages);
    if (event == "RECEIVER_OPEN") ready();
}
function onMessages(deliveries) { server.log(deliveries.len() + " messages"); }
conn <- amqp.openconnection(URL, onEvent);
"""
OPENED = ["CONNECTION_OPEN", "SESSION_OPEN", "SENDER_OPEN", "RECEIVER_OPEN"]
ATTACHED = ["open", "begin", "attach sender s", "attach receiver r"]


def frames_without_flow(peer: RawPeer) -> list[str]:
    return [frame for frame in peer.frames if not frame.startswith("flow")]


def test_connection_goes_with_everything_on_it() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        conn = null;
        server.log(session.isopen() + " " + sender.isopen() + " " + receiver.isopen());
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        # The children are still referenced, but they do not keep the connection: the run ends.
        assert run.end() == [*OPENED, "false false false"]
        peer.wait("lost")
        assert frames_without_flow(peer) == [*ATTACHED, "detach sender s", "detach receiver r", "end", "close", "lost"]


def test_session_goes_with_its_links() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        session = null;
        server.log(conn.isopen() + " " + sender.isopen() + " " + receiver.isopen());
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("end")
        assert run.wait_lines(5) == [*OPENED, "true false false"]
        assert frames_without_flow(peer) == [*ATTACHED, "detach sender s", "detach receiver r", "end"]


@pytest.mark.parametrize("call", ["sender.createtransfer(message)", "transfer.sendasync(function() { })"])
def test_children_of_a_released_parent_are_closed(call: str) -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        local message = amqp.createmessage("x"), transfer = sender.createtransfer(message);
        session = null;
        try { %s; } catch (e) { server.log(e); }
        conn = null;
    }"""
    )
    with RawPeer() as peer, AgentRun(script % call, URL=peer.url) as run:
        assert run.end() == [*OPENED, "the amqpsender is closed"]


def test_handles_dropped_one_by_one_close_one_by_one() -> None:
    script = OPEN_ALL + "function ready() { receiver = null; sender = null; session = null; conn = null; }"
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == OPENED
        peer.wait("lost")
        assert frames_without_flow(peer) == [*ATTACHED, "detach receiver r", "detach sender s", "end", "close", "lost"]


def test_local_handles_of_a_function_close_when_it_returns() -> None:
    script = OPEN_ALL.replace("conn <-", "local conn =") + "function ready() { }"
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        # The script's own local: its last reference goes when the script has run, long before the peer answers.
        assert run.end() == []
        assert "attach sender s" not in peer.frames


def test_handle_that_only_its_own_callback_knows_stays_in_the_cycle() -> None:
    script = """
    function start() {
        local conn;
        conn = amqp.openconnection(URL, function(event, detail) { server.log(event + " " + conn.isopen()); });
    }
    start();
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("CONNECTION_OPEN true")


def test_no_event_for_a_handle_released_while_the_event_waits() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        server.log("ready");
        // The agent is busy while the peer ends the link; the event is in the inbox when the handle goes.
        while (sender.isopen()) { }
        sender = null;
        marker <- session.opensender("marker", onMarker);
    }
    function onMarker(event, detail) { server.log(event); }
    """
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        peer.detach("s")
        assert run.wait_lines(6) == [*OPENED, "ready", "SENDER_OPEN"]


def test_no_event_after_local_close() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        conn.close();
        server.log(conn.isopen() + " " + session.isopen() + " " + sender.isopen());
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == [*OPENED, "false false false"]


def test_session_is_not_ended_before_the_peer_has_begun_it() -> None:
    script = """
    function onEvent(event, detail) {
        server.log(event);
        conn.opensession();
        local other = conn.opensession(function(e, d) { server.log("other " + e); conn = null; });
        again <- other;
    }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer(mute={"begin"}) as peer, AgentRun(script, URL=peer.url) as run:
        # The first session was dropped at once. Ending it too early would kill the connection.
        peer.wait("begin", 2)
        peer.run(peer.open_sessions)
        assert run.end() == ["CONNECTION_OPEN", "other SESSION_OPEN"]
        peer.wait("lost")
        assert peer.frames == ["open", "begin", "begin", "end", "end", "close", "lost"]


def test_connection_closes_while_a_session_has_not_begun() -> None:
    script = """
    function onEvent(event, detail) { session <- conn.opensession(); conn = null; }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer(mute={"begin"}) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == []
        peer.wait("lost")
        assert peer.frames == ["open", "begin", "close", "lost"]


def test_connection_dropped_before_it_is_open_is_closed_when_it_is() -> None:
    with (
        RawPeer() as peer,
        AgentRun("amqp.openconnection(URL, function(e, d) { server.log(e); });", URL=peer.url) as run,
    ):
        assert run.end() == []


@pytest.mark.parametrize("silent_about", ["detach", "end", "close"])
def test_silent_peer_does_not_keep_the_run_alive(silent_about: str) -> None:
    script = OPEN_ALL + "function ready() { conn = null; }"
    with RawPeer(mute={silent_about}) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == OPENED
        peer.wait("lost")
        assert frames_without_flow(peer)[-4:] == ["detach receiver r", "end", "close", "lost"]


def test_uncaught_error_closes_everything() -> None:
    script = OPEN_ALL + 'function ready() { local mine = session.opensender("mine"); throw "x"; }'
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        assert "ERROR: x" in run.lines
        peer.wait("lost")
        assert frames_without_flow(peer)[-2:] == ["close", "lost"]
        assert "detach sender mine" in peer.frames


def test_stopping_the_agent_closes_everything() -> None:
    script = OPEN_ALL + 'function ready() { server.log("ready"); while (true) { } }'
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        run.agent.stop(ExitStatus.INTERRUPTED)
        assert run.end_status() is ExitStatus.INTERRUPTED
        peer.wait("lost")
        assert frames_without_flow(peer)[-5:] == ["detach sender s", "detach receiver r", "end", "close", "lost"]


def test_stopping_the_agent_in_the_middle_of_a_send() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        for (local i = 0; i < 3; i++) {
            sender.createtransfer(amqp.createmessage("m" + i)).sendasync(function() { server.log("sent"); });
        }
        server.log("ready");
    }"""
    )
    with RawPeer(credit=2, settle_with=None) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("transfer sender s", 2)
        run.wait_line("ready")
        run.agent.stop(ExitStatus.INTERRUPTED)
        assert run.end_status() is ExitStatus.INTERRUPTED
        peer.wait("lost")
        assert frames_without_flow(peer)[-2:] == ["close", "lost"]
        assert "sent" not in run.lines


# Deliveries.

SETTLED = {
    "dropped_by_the_handler": ("", "accepted"),
    "handler_returns_at_once": ("return;", "accepted"),
    "set_to_null": ("deliveries[0] = null; mark();", "accepted"),
    "array_cleared": ("deliveries.clear(); mark();", "accepted"),
    "removed": ("deliveries.remove(0); mark();", "accepted"),
    "parameter_set_to_null": ("deliveries = null; mark();", "accepted"),
    "foreach_then_cleared": ("foreach (d in deliveries) { d.message(); } deliveries.clear(); mark();", "accepted"),
    "accept": ("deliveries[0].accept(); mark();", "accepted"),
    "reject": ("deliveries[0].reject(); mark();", "rejected"),
    "release": ("deliveries[0].release(); mark();", "released"),
    "reject_then_drop": ("deliveries[0].reject(); deliveries = null; mark();", "rejected"),
    "first_settlement_counts": ("deliveries[0].release(); deliveries[0].accept(); mark();", "released"),
    "kept_and_released_later": ("d <- deliveries[0]; imp.wakeup(0, function() { d = null; mark(); });", "accepted"),
    "kept_and_rejected_later": ("d <- deliveries[0]; imp.wakeup(0, function() { d.reject(); mark(); });", "rejected"),
    "message_outlives_delivery": ("m <- deliveries[0].message(); deliveries = null; mark();", "accepted"),
}
RECEIVE = """
function mark() { ::marker <- session.opensender("marker"); }
function onEvent(event, detail) {
    if (event == "CONNECTION_OPEN") session <- conn.opensession();
    if (event == "SESSION_OPEN") receiver <- session.openreceiver("r", null, onMessages);
}
function onMessages(deliveries) {
    %s
}
conn <- amqp.openconnection(URL, onEvent);
"""


@pytest.mark.parametrize(("code", "outcome"), SETTLED.values(), ids=SETTLED.keys())
def test_delivery_is_settled(code: str, outcome: str) -> None:
    with RawPeer() as peer, AgentRun(RECEIVE % code, URL=peer.url):
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"))
        peer.wait(f"{outcome} 0")
        if "mark()" in code:
            assert f"{outcome} 0" in peer.before("attach sender marker")


def test_kept_delivery_is_not_settled() -> None:
    with RawPeer() as peer, AgentRun(RECEIVE % "kept <- deliveries; mark();", URL=peer.url):
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"))
        assert "accepted 0" not in peer.before("attach sender marker")


def test_delivery_in_a_loop_is_released_when_its_array_lets_go() -> None:
    code = """
    while (deliveries.len() > 0) {
        local d = deliveries.remove(0);
        d = null;
        session.opensender("left" + deliveries.len());
    }"""
    with RawPeer() as peer, AgentRun(RECEIVE % code, URL=peer.url):
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"), text_message("y"))
        frames = peer.before("attach sender left0")
        assert frames.index("accepted 0") < frames.index("attach sender left1") < frames.index("accepted 1")


def test_receiver_released_with_unsettled_delivery() -> None:
    """The link goes; settling what was on it does nothing any more, and the message is still readable."""
    code = "receiver = null; local d = deliveries[0]; d.accept(); server.log(d.message().body()); mark();"
    with RawPeer() as peer, AgentRun(RECEIVE % code, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", text_message("x"))
        assert "detach receiver r" in peer.before("attach sender marker")
        assert "accepted 0" not in peer.frames
        assert run.wait_lines(1) == ["x"]


def test_messages_the_agent_has_not_seen_go_back_when_the_receiver_is_released() -> None:
    script = (
        RECEIVE % 'server.log("got");'
        + """
    function busy() {
        server.log("busy");
        // Both come in while the agent is in this loop: first the messages, then what opens the gate.
        while (!gate.isopen()) { }
        receiver = null;
        mark();
    }
    function poll() {
        if ("receiver" in getroottable() && receiver.isopen()) { gate <- session.opensender("gate"); busy(); }
        else imp.wakeup(0.01, poll);
    }
    poll();
    """
    )
    with RawPeer(mute={"attach"}) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("attach receiver r")
        link = peer.run(lambda: peer.link("r"))

        def open_receiver() -> None:
            link.source.copy(link.remote_source)
            link.open()

        peer.run(open_receiver)
        run.wait_line("busy")
        peer.wait("attach sender gate")
        peer.send("r", text_message("x"), text_message("y"))

        def open_gate() -> None:
            gate = peer.link("gate")
            gate.target.copy(gate.remote_target)
            gate.open()

        peer.run(open_gate)
        frames = peer.before("attach sender marker")
        assert frames[-3:] == ["released 0", "released 1", "detach receiver r"]
        assert run.lines == ["busy"]


# Transfers.


def test_sender_released_right_after_sendasync_still_sends() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); conn = null; });
        sender = null;
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == [*OPENED, "sent"]
        frames = frames_without_flow(peer)
        assert frames[4:6] == ["transfer sender s", "detach sender s"]


def test_everything_released_right_after_sendasync_still_sends() -> None:
    """The message goes out; whether the peer's answer still finds the session is nobody's promise."""
    script = (
        OPEN_ALL
        + """
    function ready() {
        sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); });
        conn = session = sender = receiver = null;
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end()[:4] == OPENED
        peer.wait("lost")
        assert frames_without_flow(peer)[4:9] == [
            "transfer sender s",
            "detach receiver r",
            "detach sender s",
            "end",
            "close",
        ]


def test_sender_released_with_queued_transfers_sends_nothing_more() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        for (local i = 0; i < 3; i++) {
            sender.createtransfer(amqp.createmessage("m" + i)).sendasync(function() { server.log("sent"); });
        }
        sender = null;
        imp.wakeup(0, function() { marker <- session.opensender("marker", function(e, d) { }); });
    }"""
    )
    with RawPeer(credit=1) as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("attach sender marker")
        lines = run.wait_lines(6)
        assert sorted(lines[4:6]) == ["WARNING: 2 AMQP messages to 's' not sent: the sender was closed first", "sent"]
        assert peer.frames.count("transfer sender s") == 1


def test_pending_transfer_does_not_keep_its_sender() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        transfer <- sender.createtransfer(amqp.createmessage("x"));
        transfer.sendasync(function() { });
        sender = null;
        marker <- session.opensender("marker");
    }"""
    )
    with RawPeer(settle_with=None) as peer, AgentRun(script, URL=peer.url):
        assert "detach sender s" in peer.before("attach sender marker")


def test_pending_transfer_holds_its_callback_and_what_that_refers_to() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        local other = session.opensender("other");
        sender.createtransfer(amqp.createmessage("x")).sendasync(function() {
            server.log(typeof other);
            imp.wakeup(0, function() { marker <- session.opensender("marker"); });
        });
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("amqpsender")
        # The callback has run and is gone, and with it what it had captured.
        assert "detach sender other" in peer.before("attach sender marker")


def test_released_handles_free_their_slots() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        for (local i = 0; i < 300; i++) session.opensender("x");
        for (local i = 0; i < 100; i++) conn.opensession();
        for (local i = 0; i < 20; i++) amqp.openconnection(URL, onEvent);
        server.log("done");
        conn = null;
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == [*OPENED, "done"]


def test_run_without_open_handles_ends_though_closed_ones_are_held() -> None:
    script = OPEN_ALL + "function ready() { conn.close(); }"
    with RawPeer() as peer, AgentRun(script, NetworkConfig(), URL=peer.url) as run:
        assert run.end() == OPENED
