"""Which events reach which callback, when, and with what (core sheet, sections 1.9 to 1.11, rules A1-A13)."""

from __future__ import annotations

import pytest
from proton import Condition

from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer

# Each object has a callback of its own, which logs its name, and calls `ready()` when all are open.
OWN_CALLBACKS = """
function named(name) {
    return function(event, detail) {
        local flags = "";
        foreach (key in ["conn", "session", "sender", "receiver"]) {
            if (key in getroottable()) flags += getroottable()[key].isopen() ? "1" : "0";
        }
        server.log(name + " " + event + " " + (detail == null ? "-" : detail) + " " + flags);
        if (event == "CONNECTION_OPEN") ::session <- conn.opensession(named("S"));
        if (event == "SESSION_OPEN") ::sender <- session.opensender("s", named("s"));
        if (event == "SENDER_OPEN") ::receiver <- session.openreceiver("r", named("r"), function(d) { });
        if (event == "RECEIVER_OPEN") ready();
    };
}
function ready() { }
conn <- amqp.openconnection(URL, named("C"));
"""
OPENED = ["C CONNECTION_OPEN - 1", "S SESSION_OPEN - 11", "s SENDER_OPEN - 111", "r RECEIVER_OPEN - 1111"]
ERROR = Condition("amqp:internal-error", "it broke")
TOLD = "amqp:internal-error: it broke"


def test_open_events_find_the_object_open() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        assert run.wait_lines(4) == OPENED


def test_link_closed_by_the_peer() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.detach("s")
        assert run.wait_lines(5)[4:] == ["s SENDER_CLOSED - 1101"]
        peer.detach("r")
        assert run.wait_lines(6)[5:] == ["r RECEIVER_CLOSED - 1100"]
        peer.wait("detach sender s")
        peer.wait("detach receiver r")


def test_link_detached_but_not_closed_by_the_peer() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.detach("r", closed=False)
        assert run.wait_lines(5)[4:] == ["r RECEIVER_CLOSED - 1110"]
        peer.wait("detach receiver r")


def test_link_closed_with_an_error_and_opened_again() -> None:
    script = (
        OWN_CALLBACKS
        + """
    function again(event, detail) { server.log("again " + event); }
    """
    )
    script = script.replace(
        "local flags", 'if (event == "SENDER_ERROR") ::sender2 <- session.opensender("s2", again); local flags'
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_lines(4)
        peer.detach("s", Condition("amqp:unauthorized-access", "Token Invalid."))
        # The error alone: no closed event follows, the session and the other link stay open.
        assert run.wait_lines(6)[4:] == [
            "s SENDER_ERROR amqp:unauthorized-access: Token Invalid. 1101",
            "again SENDER_OPEN",
        ]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition("amqp:not-found"), "amqp:not-found"),
        (Condition("amqp:not-found", "no such node"), "amqp:not-found: no such node"),
        (Condition("amqp:not-found", "n\u00e9e"), "amqp:not-found: n\u00e9e"),
    ],
)
def test_error_texts(condition: Condition, text: str) -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.detach("r", condition)
        assert run.wait_lines(5)[4:] == [f"r RECEIVER_ERROR {text} 1110"]


def test_session_ended_by_the_peer() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.end("s")
        assert run.wait_lines(7)[4:] == [
            "s SENDER_CLOSED - 1000",
            "r RECEIVER_CLOSED - 1000",
            "S SESSION_CLOSED - 1000",
        ]
        peer.wait("end")


def test_session_ended_with_an_error() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.end("s", ERROR)
        assert run.wait_lines(7)[4:] == [
            "s SENDER_CLOSED - 1000",
            "r RECEIVER_CLOSED - 1000",
            f"S SESSION_ERROR {TOLD} 1000",
        ]


LOST = ["s SENDER_CLOSED - 0000", "r RECEIVER_CLOSED - 0000", "S SESSION_CLOSED - 0000"]


def test_connection_closed_by_the_peer() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.close()
        # What is closed keeps no run alive.
        assert run.end()[4:] == [*LOST, "C CONNECTION_CLOSED - 0000"]
        assert "close" in peer.wait("lost")


def test_connection_closed_with_an_error() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.close(ERROR)
        assert run.end()[4:] == [*LOST, f"C CONNECTION_ERROR {TOLD} 0000"]


def test_connection_reset() -> None:
    with RawPeer() as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        run.wait_lines(4)
        peer.reset()
        text = f"the connection to 127.0.0.1:{peer.port} was reset"
        assert run.end()[4:] == [*LOST, f"C CONNECTION_ERROR {text} 0000"]


NEAREST = """
function C(event, detail) {
    server.log("C " + event);
    if (event == "CONNECTION_OPEN") ::session <- conn.opensession(%s);
    if (event == "SESSION_OPEN") ready();
}
function S(event, detail) {
    server.log("S " + event);
    if (event == "SESSION_OPEN") ready();
}
function L(event, detail) { server.log("L " + event); }
function ready() { ::sender <- session.opensender("s", %s); }
conn <- amqp.openconnection(URL, C);
"""


@pytest.mark.parametrize(
    ("session", "link", "expected"),
    [
        ("", "L", ["C SESSION_OPEN", "L SENDER_OPEN", "L SENDER_CLOSED"]),
        ("null", "null", ["C SESSION_OPEN", "C SENDER_OPEN", "C SENDER_CLOSED"]),
        ("S", "null", ["S SESSION_OPEN", "S SENDER_OPEN", "S SENDER_CLOSED"]),
        ("S", "L", ["S SESSION_OPEN", "L SENDER_OPEN", "L SENDER_CLOSED"]),
    ],
)
def test_nearest_callback_once(session: str, link: str, expected: list[str]) -> None:
    with RawPeer() as peer, AgentRun(NEAREST % (session, link), URL=peer.url) as run:
        run.wait_lines(3)
        peer.detach("s")
        assert run.wait_lines(4) == ["C CONNECTION_OPEN", *expected]


def test_everything_opened_at_once_opens_in_order() -> None:
    script = """
    function onEvent(event, detail) { server.log(event); }
    conn <- amqp.openconnection(URL, onEvent);
    session <- conn.opensession();
    sender <- session.opensender("s");
    receiver <- session.openreceiver("r", null, function(d) { });
    sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); });
    server.log("returned");
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        lines = run.wait_lines(6)
        assert lines[:3] == ["returned", "CONNECTION_OPEN", "SESSION_OPEN"]
        assert sorted(lines[3:]) == ["RECEIVER_OPEN", "SENDER_OPEN", "sent"]
        assert [address for address, _ in peer.messages] == ["s"]


def test_callbacks_run_to_completion() -> None:
    script = """
    busy <- false;
    function onEvent(event, detail) {
        server.log(event + " " + busy);
        busy = true;
        if (event == "CONNECTION_OPEN") { session <- conn.opensession(); while (!session.isopen()) { } }
        if (event == "SESSION_OPEN") conn = null;
        busy = false;
    }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == ["CONNECTION_OPEN false", "SESSION_OPEN false"]


def test_open_event_is_not_told_when_the_object_is_closed_again() -> None:
    script = """
    function onEvent(event, detail) {
        server.log(event + " " + (detail == null ? "-" : detail));
        if (event == "CONNECTION_OPEN") {
            session <- conn.opensession(onEvent);
            while (!session.isopen()) { }
            server.log("open");
            while (session.isopen()) { }
        }
    }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("open")
        peer.run(peer.end_first_session)
        assert run.wait_lines(3) == [
            "CONNECTION_OPEN -",
            "open",
            "SESSION_ERROR the session was closed as soon as it was open",
        ]


@pytest.mark.parametrize(
    ("brief", "events"),
    [
        ("open", ["CONNECTION_ERROR the connection was closed as soon as it was open"]),
        ("begin", ["CONNECTION_OPEN -", "SESSION_ERROR the session was closed as soon as it was open"]),
        (
            "attach",
            ["CONNECTION_OPEN -", "SESSION_OPEN -", "SENDER_ERROR the sender was closed as soon as it was open"],
        ),
    ],
)
def test_what_the_peer_opens_and_ends_at_once_was_never_open(brief: str, events: list[str]) -> None:
    script = """
    function onEvent(event, detail) {
        server.log(event + " " + (detail == null ? "-" : detail));
        if (event == "CONNECTION_OPEN") session = conn.opensession(onEvent);
        else if (event == "SESSION_OPEN") sender = session.opensender("q", onEvent);
        else sender = session = conn = null;
    }
    sender <- null;
    session <- null;
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer(brief=brief) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == events


# Refusals.


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition("amqp:not-found", "no queue 's'"), "amqp:not-found: no queue 's'"),
        (Condition("amqp:not-found"), "amqp:not-found"),
        (None, "127.0.0.1:{port} refused the link to 's'"),
    ],
)
def test_refused_link(condition: Condition | None, text: str) -> None:
    script = OWN_CALLBACKS + "function ready() { } imp.wakeup(0, function() { });"
    with RawPeer(refuse={"s": condition}) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.wait_lines(3)[2] == f"s SENDER_ERROR {text.format(port=peer.port)} 110"
        peer.wait("detach sender s")


def test_link_that_is_attached_and_detached_at_once() -> None:
    """The peer's attach has a terminus, but its detach with the error comes in the same breath."""
    with RawPeer(mute={"attach"}) as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        peer.wait("attach sender s")

        def refuse() -> None:
            link = peer.link("s")
            link.target.copy(link.remote_target)
            link.open()
            link.condition = ERROR
            link.close()

        peer.run(refuse)
        assert run.wait_lines(3)[2] == f"s SENDER_ERROR {TOLD} 110"


def test_refused_link_without_detach() -> None:
    with RawPeer(mute={"attach"}) as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        peer.wait("attach sender s")
        peer.refuse_attach("s")
        assert run.wait_lines(3)[2] == f"s SENDER_ERROR 127.0.0.1:{peer.port} refused the link to 's' 110"
        peer.wait("detach sender s")


def test_refused_session() -> None:
    with RawPeer(end_with=ERROR) as peer, AgentRun(OWN_CALLBACKS, URL=peer.url) as run:
        assert run.wait_lines(2)[1] == f"S SESSION_ERROR {TOLD} 10"


def test_refused_connection() -> None:
    """Opened and closed with an error in the same breath."""
    script = OWN_CALLBACKS.replace("function ready", "function nothing")
    refusal = Condition("amqp:resource-limit-exceeded", "full")
    with RawPeer(close_with=refusal) as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == ["C CONNECTION_ERROR amqp:resource-limit-exceeded: full 0"]


def test_children_of_a_connection_that_never_opens() -> None:
    script = """
    function named(name) { return function(event, detail) { server.log(name + " " + event + " " + detail); }; }
    conn <- amqp.openconnection(URL, named("C"));
    session <- conn.opensession(named("S"));
    sender <- session.opensender("s", named("s"));
    receiver <- session.openreceiver("r", named("r"), null);
    sender.createtransfer(amqp.createmessage("x")).sendasync(function() { server.log("sent"); });
    server.log("asked for");
    """
    with RawPeer(mute={"open"}) as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("asked for")
        peer.wait("open")

        def refuse() -> None:
            peer.connection.open()
            peer.connection.condition = ERROR
            peer.connection.close()

        peer.run(refuse)
        assert run.end() == [
            "asked for",
            f"s SENDER_ERROR {TOLD}",
            f"r RECEIVER_ERROR {TOLD}",
            f"S SESSION_ERROR {TOLD}",
            f"C CONNECTION_ERROR {TOLD}",
        ]


def test_child_opened_on_a_parent_that_the_peer_has_just_closed() -> None:
    script = (
        OWN_CALLBACKS
        + """
    function ready() {
        server.log("ready");
        while (conn.isopen()) { }
        ::late <- conn.opensession(named("late"));
        ::link <- session.opensender("late", named("link"));
    }"""
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.wait_line("ready")
        peer.close()
        lines = run.end()
        assert "late SESSION_ERROR the connection is closed 0000" in lines
        assert "link SENDER_ERROR the session is closed 0000" in lines


# Errors in callbacks.


def test_error_in_a_callback_ends_the_run() -> None:
    script = """
    function onEvent(event, detail) { return event.nothing; }
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        assert run.lines == ["ERROR: the index 'nothing' does not exist", "ERROR:   in onEvent agent_code:2"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", "called"),
        ("event", "called"),
        ("event, detail", "called"),
        ("event, detail, more = 1", "called"),
        ("...", "called"),
        ("event, detail, more", "ERROR: wrong number of parameters"),
    ],
)
def test_callbacks_get_what_they_can_take(parameters: str, expected: str) -> None:
    script = f'conn <- amqp.openconnection(URL, function({parameters}) {{ server.log("called"); conn = null; }});'
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        run.end_status()
        assert run.lines[0] == expected


def test_callback_that_is_called_when_it_is_null_is_an_uncaught_error() -> None:
    """Rule A12: a library that calls its own null handler in an event handler gets the usual error."""
    script = """
    handler <- null;
    conn <- amqp.openconnection(URL, function(event, detail) { handler(event); });
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end_status() is ExitStatus.RUNTIME_ERROR
        assert run.lines[0] == "ERROR: attempt to call 'null'"


def test_bound_callbacks_are_kept() -> None:
    script = """
    class Manager {
        name = null;
        conn = null;
        constructor(name) { this.name = name; conn = amqp.openconnection(URL, onEvent.bindenv(this)); }
        function onEvent(event, detail) { server.log(name + " " + event); conn = null; }
    }
    manager <- Manager("m");
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        assert run.end() == ["m CONNECTION_OPEN"]
