"""What scripts can call on the AMQP objects, and what they get for it (core sheet, sections 1.0 to 1.8)."""

from __future__ import annotations

import socket

import pytest
from proton import Message

from imp_runtime.net.amqp_url import AmqpUrl, UrlError, parse_url
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer

# Nobody listens there; nothing in these scripts waits for an answer.
NOWHERE = "amqp://127.0.0.1:1"


def log_of(body: str, url: str = NOWHERE) -> list[str]:
    """Run statements and return what they log before the first event."""
    with AgentRun("function tell(event, detail) { }\n" + body, URL=url) as run:
        return run.end()


def error_of(expression: str) -> str:
    [line] = log_of(
        f"""
        local conn = amqp.openconnection(URL, tell), session = conn.opensession(), sender = session.opensender("s");
        local receiver = session.openreceiver("r"), message = amqp.createmessage("m");
        local transfer = sender.createtransfer(message);
        try {{ {expression}; }} catch (e) {{ server.log(e); }}
        """
    )
    return line


def test_type_names() -> None:
    assert log_of(
        """
        local conn = amqp.openconnection(URL, tell), session = conn.opensession(), sender = session.opensender("s");
        local receiver = session.openreceiver("r"), message = amqp.createmessage("m");
        local transfer = sender.createtransfer(message);
        foreach (x in [amqp, conn, session, sender, receiver, message, transfer]) server.log(typeof x + " " + type(x));
        """
    ) == [
        "amqp meta",
        "amqpconnection meta",
        "amqpsession meta",
        "amqpsender meta",
        "amqpreceiver meta",
        "amqpmessage meta",
        "amqptransfer meta",
    ]


def test_nothing_is_open_at_first() -> None:
    assert (
        log_of(
            """
        local conn = amqp.openconnection(URL, tell), session = conn.opensession();
        local sender = session.opensender("s"), receiver = session.openreceiver("r");
        foreach (x in [conn, session, sender, receiver]) server.log(x.isopen());
        """
        )
        == ["false"] * 4
    )


@pytest.mark.parametrize("name", ["conn", "session", "sender", "receiver"])
def test_close_is_nothing_the_second_time(name: str) -> None:
    assert log_of(
        f"""
        local conn = amqp.openconnection(URL, tell), session = conn.opensession();
        local sender = session.opensender("s"), receiver = session.openreceiver("r");
        server.log({name}.close() == null);
        server.log({name}.close() == null);
        server.log({name}.isopen());
        """
    ) == ["true", "true", "false"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("conn.close(); conn.opensession()", "the amqpconnection is closed"),
        ("local s = conn.opensession(); s.close(); s.opensender(`x`)", "the amqpsession is closed"),
        ("local s = conn.opensession(); s.close(); s.openreceiver(`x`)", "the amqpsession is closed"),
        ("local s = conn.opensession(); conn.close(); s.opensender(`x`)", "the amqpsession is closed"),
        (
            "local s = conn.opensession(), x = s.opensender(`x`); x.close(); x.createtransfer(amqp.createmessage(``))",
            "the amqpsender is closed",
        ),
    ],
)
def test_closed_objects_cannot_be_used(call: str, text: str) -> None:
    assert error_of(call.replace("`", '"')) == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("amqp.openconnection(URL)", "wrong number of parameters"),
        ("amqp.openconnection(URL, tell, 1)", "wrong number of parameters"),
        ("amqp.openconnection(URL, null)", "parameter 2 has an invalid type 'null' ; expected: 'function|function'"),
        ("amqp.openconnection(1, tell)", "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("amqp.createmessage()", "wrong number of parameters"),
        ("amqp.createmessage(1)", "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("amqp.createmessage(``, {}, 1)", "wrong number of parameters"),
        ("amqp.createmessage(``, {[1] = 2})", "the keys of message properties must be strings"),
        ("amqp.createbinarymessage(``, {[1.5] = 2})", "the keys of message properties must be strings"),
        ("conn.opensession(1)", "parameter 1 has an invalid type 'integer' ; expected: 'null|function|function'"),
        ("conn.opensession(tell, tell)", "wrong number of parameters"),
        ("conn.opensession().opensender()", "wrong number of parameters"),
        ("conn.opensession().opensender(`x`, tell, tell)", "wrong number of parameters"),
        ("conn.opensession().openreceiver()", "wrong number of parameters"),
        ("conn.opensession().openreceiver(`x`, tell, tell, tell)", "wrong number of parameters"),
        ("amqp.createmessage(blob())", "parameter 1 has an invalid type 'meta' ; expected: 'string'"),
        ("amqp.createmessage(``, 1)", "parameter 2 has an invalid type 'integer' ; expected: 'null|table'"),
        ("amqp.createbinarymessage()", "wrong number of parameters"),
        ("amqp.createbinarymessage(null)", "parameter 1 has an invalid type 'null' ; expected: 'string'"),
        ("amqp.createbinarymessage(``, [])", "parameter 2 has an invalid type 'array' ; expected: 'null|table'"),
        ("amqp.createbinarymessage(``, {}, 1)", "wrong number of parameters"),
        ("session.opensender(1)", "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        (
            "session.opensender(`x`, 1)",
            "parameter 2 has an invalid type 'integer' ; expected: 'null|function|function'",
        ),
        ("session.openreceiver(null)", "parameter 1 has an invalid type 'null' ; expected: 'string'"),
        (
            "session.openreceiver(`x`, 1)",
            "parameter 2 has an invalid type 'integer' ; expected: 'null|function|function'",
        ),
        (
            "session.openreceiver(`x`, null, {})",
            "parameter 3 has an invalid type 'table' ; expected: 'null|function|function'",
        ),
        ("sender.createtransfer()", "wrong number of parameters"),
        ("sender.createtransfer(message, 1)", "wrong number of parameters"),
        ("sender.createtransfer(null)", "parameter 1 has an invalid type 'null' ; expected: 'amqpmessage'"),
        ("sender.createtransfer(sender)", "parameter 1 has an invalid type 'meta' ; expected: 'amqpmessage'"),
        ("transfer.sendasync()", "wrong number of parameters"),
        ("transfer.sendasync(tell, tell)", "wrong number of parameters"),
        ("transfer.sendasync(null)", "parameter 1 has an invalid type 'null' ; expected: 'function|function'"),
        ("transfer.cancel(1)", "wrong number of parameters"),
        ("message.body(1)", "wrong number of parameters"),
        ("message.properties(1)", "wrong number of parameters"),
        ("conn.isopen(1)", "wrong number of parameters"),
        ("session.isopen(1)", "wrong number of parameters"),
        ("sender.isopen(1)", "wrong number of parameters"),
        ("receiver.isopen(1)", "wrong number of parameters"),
        ("conn.close(1)", "wrong number of parameters"),
        ("session.close(1)", "wrong number of parameters"),
        ("sender.close(1)", "wrong number of parameters"),
        ("receiver.close(1)", "wrong number of parameters"),
        ("conn.isopen.call(session)", "parameter 0 has an invalid type 'meta' ; expected: 'amqpconnection'"),
        (
            "sender.createtransfer.call(conn, message)",
            "parameter 0 has an invalid type 'meta' ; expected: 'amqpsender'",
        ),
        ("receiver.createtransfer(message)", "the index 'createtransfer' does not exist"),
        ("conn.nothing()", "the index 'nothing' does not exist"),
        ("conn.callback <- 1", "cannot set property of object of type amqpconnection"),
        ("amqp.amqpconnection()", "the index 'amqpconnection' does not exist"),
    ],
)
def test_wrong_calls(call: str, text: str) -> None:
    assert error_of(call.replace("`", '"')) == text


def test_wrong_message_for_a_transfer() -> None:
    assert error_of('local s = conn.opensession(), x = s.opensender("x"); x.createtransfer("text")') == (
        "parameter 1 has an invalid type 'string' ; expected: 'amqpmessage'"
    )


def test_transfer_is_used_once() -> None:
    script = """
        local conn = amqp.openconnection(URL, tell), session = conn.opensession(), sender = session.opensender("s");
        local message = amqp.createmessage("m");
        local transfer = sender.createtransfer(message), other = sender.createtransfer(message);
        transfer.sendasync(function() { });
        try { transfer.sendasync(function() { }); } catch (e) { server.log(e); }
        other.cancel();
        other.cancel();
        try { other.sendasync(function() { }); } catch (e) { server.log(e); }
        """
    # A refused connection would be the end of the sender as well, and might come first.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert log_of(script, f"amqp://127.0.0.1:{silent.getsockname()[1]}") == [
            "the amqptransfer was already sent",
            "the amqptransfer was cancelled",
            "WARNING: 1 AMQP message to 's' not sent: the sender was closed first",
        ]


def test_limits_are_thrown_and_slots_come_back() -> None:
    assert log_of(
        """
        function attempt(f) { try { return f(); } catch (e) { server.log(e); } }
        local connections = [], sessions = [], links = [];
        for (local i = 0; i < 4; i++) connections.append(amqp.openconnection(URL, tell));
        attempt(@() amqp.openconnection(URL, tell));
        connections.pop();
        connections.append(amqp.openconnection(URL, tell));
        for (local i = 0; i < 16; i++) sessions.append(connections[i % 4].opensession());
        attempt(@() connections[0].opensession());
        sessions[15].close();
        sessions.append(connections[0].opensession());
        for (local i = 0; i < 64; i++) {
            links.append(i % 2 ? sessions[i % 15].opensender("s") : sessions[i % 15].openreceiver("r"));
        }
        attempt(@() sessions[0].opensender("s"));
        attempt(@() sessions[0].openreceiver("r"));
        links.remove(7);
        links.append(sessions[0].opensender("s"));
        attempt(@() sessions[0].opensender("s"));
        // A connection takes its sessions and links with it; the closed ones may be held without counting.
        connections[0].close();
        connections.append(amqp.openconnection(URL, tell));
        for (local i = 0; i < 4; i++) sessions.append(connections[4].opensession());
        sessions.top().opensender("s");
        """
    ) == [
        "max connection limit reached",
        "max session limit reached",
        "max link limit reached",
        "max link limit reached",
        "max link limit reached",
    ]


def test_failed_calls_take_no_slot() -> None:
    assert log_of(
        """
        function attempt(f) { try { return f(); } catch (e) { server.log(e); } }
        local connections = [];
        foreach (url in ["", "http://x", "amqp://"]) attempt(@() amqp.openconnection(url, tell));
        for (local i = 0; i < 6; i++) attempt(@() connections.append(amqp.openconnection(URL, tell)));
        server.log(connections.len());
        """
    ) == [
        "the URL must begin with amqps:// or amqp://",
        "the URL must begin with amqps:// or amqp://",
        "the URL names no host",
        "max connection limit reached",
        "max connection limit reached",
        "4",
    ]


def test_slots_of_what_the_peer_has_closed_come_back() -> None:
    """Everything is still held by the script, five times what may be open at once."""
    script = """
    kept <- [];
    rounds <- 0;
    closed <- 0;
    function onEvent(event, detail) {
        if (event != "CONNECTION_CLOSED" || ++closed % 4 != 0) return;
        server.log("closed");
        connect();
    }
    function connect() {
        if (rounds++ == 5) return;
        local connection, session;
        for (local i = 0; i < 4; i++) kept.append(connection = amqp.openconnection(URL, onEvent));
        for (local i = 0; i < 16; i++) kept.append(session = connection.opensession());
        for (local i = 0; i < 64; i++) kept.append(session.opensender("s"));
    }
    connect();
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        for times in range(1, 6):
            peer.wait("attach sender s", 64 * times)
            peer.close_all()
            run.wait_line("closed", times)
        run.end()


def test_methods_are_found_with_in() -> None:
    assert log_of('server.log("openconnection" in amqp); server.log("nothing" in amqp);') == ["true", "false"]


@pytest.mark.parametrize(
    ("declaration", "events", "messages"),
    [
        ('openreceiver("r")', False, False),
        ('openreceiver("r", function(e, d) { server.log("own " + e); })', True, False),
        ('openreceiver("r", function(ds) { server.log("messages"); })', False, True),
        ('openreceiver("r", (function(ds) { server.log("messages"); }).bindenv(this))', False, True),
        ('openreceiver("r", null)', False, False),
        ('openreceiver("r", null, null)', False, False),
        ('openreceiver("r", null, function(ds) { server.log("messages"); })', False, True),
        ('openreceiver("r", function(e, d) { server.log("own " + e); }, null)', True, False),
        (
            'openreceiver("r", function(e, d) { server.log("own " + e); }, function(ds) { server.log("messages"); })',
            True,
            True,
        ),
    ],
)
def test_forms_of_openreceiver(declaration: str, events: bool, messages: bool) -> None:
    script = f"""
    function onEvent(event, detail) {{
        server.log(event);
        if (event == "CONNECTION_OPEN") session <- conn.opensession();
        if (event == "SESSION_OPEN") receiver <- session.{declaration};
    }}
    conn <- amqp.openconnection(URL, onEvent);
    """
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as run:
        peer.wait("flow receiver r 100")
        peer.send("r", Message("x").encode())
        peer.wait("accepted 0")
        expected = ["CONNECTION_OPEN", "SESSION_OPEN", "own RECEIVER_OPEN" if events else "RECEIVER_OPEN"]
        assert run.lines == expected + (["messages"] if messages else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amqps://host", AmqpUrl("amqps", "host", 5671)),
        ("amqp://host", AmqpUrl("amqp", "host", 5672)),
        ("AMQPS://Host:99", AmqpUrl("amqps", "Host", 99)),
        ("amqps://host/path?query#fragment", AmqpUrl("amqps", "host", 5671)),
        ("amqps://user:pass@host", AmqpUrl("amqps", "host", 5671, "user", "pass")),
        ("amqps://u%40x:p%3A%2F%20@host:1", AmqpUrl("amqps", "host", 1, "u@x", "p:/ ")),
        ("amqps://user@host", AmqpUrl("amqps", "host", 5671, "user", "")),
        ("amqps://us@er:pa@ss@host", AmqpUrl("amqps", "host", 5671, "us@er", "pa@ss")),
        ("amqp://[::1]:7", AmqpUrl("amqp", "::1", 7)),
        ("amqp://[::1]", AmqpUrl("amqp", "::1", 5672)),
    ],
)
def test_urls(text: str, expected: AmqpUrl) -> None:
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host",
        "http://host",
        "amqp:host",
        "amqps://",
        "amqps:///path",
        "amqps://user:secret@",
        "amqps://user:secret@:5671",
        "amqps://user:secret@host:0",
        "amqps://user:secret@host:99999",
        "amqps://user:secret@host:5671x",
        "amqps://user:secret@ho st",
        "amqp://[::1",
        "amqp://[::1]x",
    ],
)
def test_bad_urls(text: str) -> None:
    with pytest.raises(UrlError) as caught:
        parse_url(text)
    assert "secret" not in str(caught.value)


def test_bad_url_is_thrown_to_the_script() -> None:
    assert (
        error_of('amqp.openconnection("http://user:secret@host", tell)')
        == "the URL must begin with amqps:// or amqp://"
    )


def test_password_is_not_shown() -> None:
    assert "secret" not in repr(parse_url("amqps://user:secret@host"))
