"""What published agent code relies on (core sheet, section 1.11, rules A1 to A10), as far as nothing else tests it."""

from __future__ import annotations

import pytest
from proton import Condition

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer, text_message

# A connection, a session, a sender to `s` and a receiver from `r`, each with a callback of its own that logs the event.
OPEN_ALL = """
function named(name) {
    return function(event, detail) {
        server.log(name + " " + event);
        if (name + event in actions) actions[name + event]();
    };
}
actions <- {
    CCONNECTION_OPEN = function() { ::session <- conn.opensession(named("S")); },
    SSESSION_OPEN = function() { ::sender <- session.opensender("s", named("s")); },
    sSENDER_OPEN = function() { ::receiver <- session.openreceiver("r", named("r"), onMessages); },
    rRECEIVER_OPEN = function() { ready(); }
};
function onMessages(deliveries) { server.log(deliveries.len() + " messages"); }
function ready() { server.log("ready"); }
conn <- amqp.openconnection(URL, named("C"));
"""
OPENED = ["C CONNECTION_OPEN", "S SESSION_OPEN", "s SENDER_OPEN", "r RECEIVER_OPEN"]


# A1: never synchronous.

CALLS = {
    "openconnection": 'second <- amqp.openconnection(URL, named("x"));',
    "opensession": 'second <- conn.opensession(named("x"));',
    "opensender": 'second <- session.opensender("x", named("x"));',
    "openreceiver": 'second <- session.openreceiver("x", named("x"), onMessages);',
    "sendasync": 'sender.createtransfer(amqp.createmessage("m")).sendasync(function() { server.log("x SENT"); });',
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_no_callback_runs_inside_the_call(call: str) -> None:
    """Not even when the peer has answered before the function that made the call returns."""
    script = OPEN_ALL + f"function ready() {{ {call} imp.sleep(0.05); server.log(`returned`); }}".replace("`", '"')
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        lines = run.wait_lines(6)
        assert lines[:4] == OPENED
        assert lines[4] == "returned"
        assert lines[5].startswith("x ")


# A2: what is said to be open is usable at once; each of the uses goes out on the wire.


def test_in_its_open_event_an_object_can_be_used() -> None:
    script = OPEN_ALL.replace(
        "sSENDER_OPEN = function() {",
        """sSENDER_OPEN = function() {
        server.log(conn.isopen() + " " + session.isopen() + " " + sender.isopen());
        sender.createtransfer(amqp.createmessage("m")).sendasync(function() { server.log("sent"); });""",
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert "true true true" in run.wait_line("sent")


# A3 and A4: everything is closed before the first callback; the session's own callback hears of it.


def test_after_loss_a_link_can_tell_that_all_is_lost() -> None:
    """As a library does: its link's callback asks the session whether only the link is lost."""
    script = (
        OPEN_ALL + "actions.rRECEIVER_CLOSED <- function() { server.log(session.isopen() + ` ` + conn.isopen()); };"
    )
    with RawPeer() as peer, AgentRun(script.replace("`", '"'), URL=peer.url) as run:
        run.wait_line("ready")
        peer.reset()
        assert run.end()[5:] == [
            "s SENDER_CLOSED",
            "r RECEIVER_CLOSED",
            "false false",
            "S SESSION_CLOSED",
            "C CONNECTION_ERROR",
        ]


# A5: nothing for what was released.


@pytest.mark.parametrize(
    ("released", "rest"),
    [
        ("receiver", ["S SESSION_CLOSED", "C CONNECTION_ERROR"]),
        ("session", ["C CONNECTION_ERROR"]),
        ("conn", []),
    ],
)
def test_what_the_first_callback_releases_hears_nothing_more(released: str, rest: list[str]) -> None:
    script = OPEN_ALL + f"actions.sSENDER_CLOSED <- function() {{ ::{released} = null; }};"
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        peer.reset()
        assert run.end()[5:] == ["s SENDER_CLOSED", *rest]


def test_no_message_for_a_receiver_that_was_released() -> None:
    script = OPEN_ALL + "function ready() { receiver = null; gate <- session.opensender(`gate`, named(`gate`)); }"
    with RawPeer(mute={"detach"}) as peer, AgentRun(script.replace("`", '"'), URL=peer.url) as run:
        peer.wait("detach receiver r")
        # The peer has not seen the detach yet when it sends.
        peer.send("r", text_message("late"))
        assert run.wait_lines(5)[4:] == ["gate SENDER_OPEN"]
        peer.close()
        assert "1 messages" not in run.end()


# A6: a local close is not told, at any level.


@pytest.mark.parametrize("name", ["sender", "receiver", "session", "conn"])
@pytest.mark.parametrize("how", ["{}.close();", "{} = null;"])
def test_local_close_is_not_told(name: str, how: str) -> None:
    code = how.format(name) + " imp.sleep(0.02); server.log(`closed`); imp.wakeup(0.05, @() server.log(`later`));"
    script = OPEN_ALL + f"function ready() {{ {code} }}".replace("`", '"')
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("later")
        assert run.lines == [*OPENED, "closed", "later"]
        peer.wait({"sender": "detach sender s", "receiver": "detach receiver r", "session": "end"}.get(name, "close"))


def test_variable_stays_after_close() -> None:
    script = OPEN_ALL + "function ready() { sender.close(); server.log(typeof sender + ` ` + sender.isopen()); }"
    with RawPeer() as peer, AgentRun(script.replace("`", '"'), URL=peer.url) as run:
        assert run.wait_lines(5)[4:] == ["amqpsender false"]


# A7: an error ends the link and nothing else.


def test_receiver_that_ends_with_an_error_is_opened_again() -> None:
    script = OPEN_ALL + (
        "actions.rRECEIVER_ERROR <- function() {\n"
        '    server.log(receiver.isopen() + " " + sender.isopen() + " " + session.isopen() + " " + conn.isopen());\n'
        '    receiver = session.openreceiver("r", named("again"), onMessages);\n'
        "};"
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        peer.detach("r", Condition("amqp:unauthorized-access", "Token Invalid."))
        run.wait_line("again RECEIVER_OPEN")
        peer.send("r", text_message("x"))
        run.wait_line("1 messages")
        assert run.lines[5:] == ["r RECEIVER_ERROR", "false true true true", "again RECEIVER_OPEN", "1 messages"]


# A8: the text of an error is always a string.


@pytest.mark.parametrize("condition", [Condition("amqp:not-found", "gone"), Condition("amqp:not-found")])
@pytest.mark.parametrize("level", ["link", "session", "connection"])
def test_error_detail_is_a_string(level: str, condition: Condition) -> None:
    script = OPEN_ALL.replace("function(event, detail) {", "function(event, detail) { if (detail) detail.find(`x`);")
    script = script.replace("`", '"').replace(
        "server.log(name", 'server.log((detail == null ? "" : detail + "; ") + name'
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        {"link": peer.detach, "session": peer.end}.get(level, lambda _, c: peer.close(c))("s", condition)
        text = condition.name + (f": {condition.description}" if condition.description else "")
        name = {"link": "s SENDER", "session": "S SESSION"}.get(level, "C CONNECTION")
        run.wait_line(f"{text}; {name}_ERROR")


# A10: transfers that nobody keeps.


def test_one_variable_for_many_transfers() -> None:
    """As a library does: each transfer overwrites the last in the one variable there is."""
    script = (
        OPEN_ALL
        + """
    transfer <- null;
    function ready() {
        for (local i = 0; i < 20; i++) {
            local number = i;
            transfer = sender.createtransfer(amqp.createmessage("m" + i));
            transfer.sendasync(function() { server.log("sent " + number); });
        }
    }"""
    )
    with RawPeer(credit=100) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.wait_lines(24)[4:] == [f"sent {number}" for number in range(20)]


def test_transfer_holds_itself_until_it_is_settled() -> None:
    script = (
        OPEN_ALL
        + """
    weak <- null;
    // Read from a slot, a weak reference is what it refers to.
    function look() { return weak == null ? "gone" : typeof weak; }
    function ready() {
        weak = sender.createtransfer(amqp.createmessage("m")).weakref();
        server.log(look());
        local transfer = sender.createtransfer(amqp.createmessage("m"));
        weak = transfer.weakref();
        transfer.sendasync(function() { server.log("sent"); imp.wakeup(0, @() server.log(look())); });
        transfer = null;
        server.log(look());
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.wait_lines(8)[4:] == ["gone", "amqptransfer", "sent", "gone"]


def test_transfer_that_is_reached_weakly_can_be_cancelled() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        local transfer = sender.createtransfer(amqp.createmessage("m"));
        weak <- transfer.weakref();
        transfer.sendasync(function() { server.log("sent"); });
        transfer = null;
        weak.cancel();
        server.log(weak == null);
        gate <- session.opensender("gate", named("gate"));
    }"""
    )
    with RawPeer(credit=0) as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("gate SENDER_OPEN")
        peer.run(lambda: peer.link("s").flow(5))
        peer.detach("gate")
        assert run.wait_lines(7)[4:] == ["true", "gate SENDER_OPEN", "gate SENDER_CLOSED"]
        assert peer.messages == []


# Weak references of handles.


@pytest.mark.parametrize(
    "expression",
    [
        "amqp.openconnection(URL, named(`x`))",
        "conn.opensession()",
        "session.opensender(`x`)",
        "session.openreceiver(`x`)",
        "amqp.createmessage(`x`)",
        "sender.createtransfer(amqp.createmessage(`x`))",
    ],
)
def test_weak_reference_reads_null_at_once(expression: str) -> None:
    code = f"local x = {expression}, table = {{ weak = x.weakref() }}; server.log(table.weak == x); x = null;"
    script = OPEN_ALL + f"function ready() {{ {code} server.log(table.weak == null); }}"
    with RawPeer() as peer, AgentRun(script.replace("`", '"'), URL=peer.url) as run:
        assert run.wait_lines(6)[4:] == ["true", "true"]


def test_weak_reference_of_a_delivery_reads_null_at_once() -> None:
    script = OPEN_ALL.replace(
        'server.log(deliveries.len() + " messages");',
        "weak <- deliveries[0].weakref(); deliveries.clear(); server.log(weak == null);",
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        peer.send("r", text_message("x"))
        assert run.wait_lines(6)[5:] == ["true"]


def test_collectgarbage_closes_what_only_cycles_hold_and_counts_it() -> None:
    script = (
        OPEN_ALL
        + """
    function ready() {
        local t = { sender = session.opensender("lost", named("lost")) };
        t.me <- t;
        local weak = t.sender.weakref();
        t = null;
        server.log(weak.ref() != null);
        server.log(collectgarbage() >= 2);
        server.log(weak.ref() == null);
        server.log(collectgarbage());
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.wait_lines(8)[4:] == ["true", "true", "true", "0"]
        peer.wait("detach sender lost")
