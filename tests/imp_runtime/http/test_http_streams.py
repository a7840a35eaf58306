"""Streamed answers, and ``httpstream``: streamed requests."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.peers import PATIENCE, Handler, HttpPeer, RawPeer, reset

STREAM = """
    http.get(URL).sendasync(
        function(r) { server.log("done " + r.statuscode + " [" + r.body + "]"); },
        function(content) { server.log("piece " + content); });
"""
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_pieces_come_as_they_are_sent() -> None:
    first_seen = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD + chunk(b"one"))
        assert first_seen.wait(PATIENCE)
        connection.sendall(chunk(b"two") + chunk(b"three") + b"0\r\n\r\n")

    with RawPeer(talk) as peer, AgentRun(STREAM, URL=peer.url) as agent:
        agent.wait_line("piece one")
        first_seen.set()
        assert agent.end() == ["piece one", "piece two", "piece three", "done 200 []"]


def test_the_body_of_an_error_is_streamed_and_kept() -> None:
    with (
        HttpPeer(lambda handler: handler.reply(429, b"slow down")) as peer,
        AgentRun(STREAM, URL=peer.url) as agent,
    ):
        assert agent.end() == ["piece slow down", "done 429 [slow down]"]


def test_a_stream_that_breaks_ends_with_the_code() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD + chunk(b"one"))

    with RawPeer(talk) as peer, AgentRun(STREAM, URL=peer.url) as agent:
        assert agent.end() == ["piece one", "done 18 []"]


def test_cancel_in_the_middle_of_a_stream() -> None:
    gone = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.sendall(HEAD + chunk(b"one"))
        connection.sendall(chunk(b"two"))
        if connection.recv(1) == b"":
            gone.set()

    source = """
        local r = http.get(URL);
        r.sendasync(@(r) server.log("never"), function(content) { server.log(content); r.cancel(); });
    """
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["one"]
        assert gone.wait(PATIENCE)


def test_a_slow_script_holds_the_peer_back() -> None:
    """What comes in is bounded while the script is busy, and nothing is lost."""
    written = 0
    stuck = threading.Event()
    total = 64 << 20

    def talk(connection: socket.socket) -> None:
        nonlocal written
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % total)
        connection.settimeout(0.5)
        piece = b"x" * 65536
        while written < total:
            try:
                written += connection.send(piece[: total - written])
            except TimeoutError:
                stuck.set()
                connection.settimeout(PATIENCE)

    source = """
        local count = 0;
        local first = true;
        http.get(URL).sendasync(@(r) server.log(r.statuscode + " " + count), function(content) {
            count += content.len();
            if (first) { first = false; server.log("busy"); hold(); }
        });
    """
    with RawPeer(talk) as peer:
        agent = AgentRun(source, URL=peer.url)
        agent.agent.vm.define("hold", _waits_for(stuck))
        with agent:
            agent.wait_line("busy")
            assert stuck.wait(PATIENCE)
            assert written < 16 << 20
            assert agent.end() == ["busy", f"200 {total}"]


def _waits_for(event: threading.Event) -> object:
    from squirrel.values.function import NativeFunction

    def body(machine: object, arguments: list[object]) -> object:
        assert event.wait(PATIENCE)
        return None

    return NativeFunction("hold", body, 0, 0)


UPLOAD = """
    local stream = http.poststream(URL + "/up", { "X-A": "b" }, function(r) {
        server.log("over " + r.statuscode + " " + r.body);
    });
"""


def echo_body(handler: Handler) -> None:
    handler.reply(200, handler.body)


@pytest.mark.parametrize(
    ("maker", "verb"),
    [
        ('http.poststream(URL + "/up", {},', "POST"),
        ('http.putstream(URL + "/up", null,', "PUT"),
        ('http.requeststream("PATCH", URL + "/up", {},', "PATCH"),
    ],
)
def test_a_streamed_request_is_chunked(maker: str, verb: str) -> None:
    source = f"""
        local stream = {maker} @(r) server.log(typeof r.headers + r.statuscode + r.body));
        stream.send("one ");
        local b = blob();
        b.writen(255, 'b');
        stream.send(b);
        stream.closeasync();
        server.log(typeof stream);
    """
    with HttpPeer(echo_body) as peer, AgentRun(source, URL=peer.url) as agent:
        agent.wait_lines(2)
        assert agent.end()[0] == "httpstream"
        seen = peer.seen[0]
        assert (seen.command, seen.path, seen.body) == (verb, "/up", b"one \xff")
        assert (seen.headers["Transfer-Encoding"], seen.headers["Content-Length"]) == ("chunked", None)
        assert "Expect" not in seen.headers


def test_pieces_go_out_before_the_end() -> None:
    first = threading.Event()
    received = b""

    def talk(connection: socket.socket) -> None:
        nonlocal received
        while b"first" not in received:
            received += connection.recv(65536)
        first.set()
        while b"0\r\n\r\n" not in received:
            received += connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    source = UPLOAD + 'stream.send("first"); end <- @() stream.closeasync();'
    with RawPeer(talk, wait=False) as peer, AgentRun(source, URL=peer.url) as agent:
        assert first.wait(PATIENCE)
        agent.post(lambda: end(agent))
        assert agent.end() == ["over 200 ok"]


def end(agent: AgentRun) -> None:
    agent.agent.vm.run("end(); delete getroottable().end;")


def test_closeasync_streams_the_answer() -> None:
    source = (
        UPLOAD
        + """
        stream.send("a");
        stream.closeasync(function(content) { server.log("piece " + content); }, 5);
    """
    )
    with HttpPeer(echo_body) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["piece a", "over 200 "]


def test_closesync_returns_the_response_and_does_not_call_back() -> None:
    source = (
        UPLOAD
        + """
        stream.send("sync");
        local r = stream.closesync();
        server.log(r.statuscode + " " + r.body);
    """
    )
    with HttpPeer(echo_body) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["200 sync"]


def test_a_stream_without_a_piece() -> None:
    with HttpPeer(echo_body) as peer, AgentRun(UPLOAD + "stream.closeasync();", URL=peer.url) as agent:
        assert agent.end() == ["over 200 "]
        assert peer.seen[0].headers["Transfer-Encoding"] == "chunked"


def test_nothing_is_sent_before_the_first_piece() -> None:
    with HttpPeer(echo_body) as peer, AgentRun(UPLOAD + "stream = null;", URL=peer.url) as agent:
        assert agent.end() == []
        assert peer.seen == []


@pytest.mark.parametrize("how", ["stream.cancel();", "stream = null;", "stream.cancel(); stream.cancel();"])
def test_a_stream_that_is_given_up_is_broken_off(how: str) -> None:
    gone = threading.Event()

    def talk(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass
        gone.set()

    with RawPeer(talk) as peer, AgentRun(UPLOAD + f'stream.send("a"); {how}', URL=peer.url) as agent:
        assert agent.end() == []
        # A connection that was never made needs no end.
        assert gone.wait(0 if peer.connections == 0 else PATIENCE) or peer.connections == 0


@pytest.mark.parametrize(
    "code",
    [
        'stream.cancel(); stream.send("a");',
        'stream.closeasync(); stream.send("a");',
        "stream.closeasync(); stream.closeasync();",
        'stream.closesync(); stream.send("a");',
        "stream.cancel(); stream.closesync();",
    ],
)
def test_a_closed_stream_throws(code: str) -> None:
    source = UPLOAD.replace("over ", "") + f"try {{ {code} }} catch (e) {{ server.log(e); stream.cancel(); }}"
    with HttpPeer(echo_body) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["stream closed"]


def test_a_stream_whose_request_is_over_throws() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")

    source = """
        stream <- http.poststream(URL, {}, function(r) {
            server.log(r.statuscode + " " + r.body);
            try { stream.send("b"); } catch (e) { server.log(e); }
            try { stream.setvalidation(0); } catch (e) { server.log(e); }
        });
        stream.send("a");
    """
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["413 big", "stream closed", "the httpstream is already sending"]


def test_a_stream_that_cannot_connect() -> None:
    source = """
        refused <- http.poststream("http://127.0.0.1:1/", {}, @(r) server.log(r.statuscode));
        refused.send("a");
        bad <- http.poststream("no url", {}, @(r) server.log(r.statuscode));
        bad.send("a");
        server.log(http.putstream("no url", {}, @(r) server.log("never")).closesync().statuscode);
    """
    with AgentRun(source) as agent:
        assert sorted(agent.end()) == ["3", "3", "7"]


def test_the_time_of_a_stream_counts_from_its_end() -> None:
    let_go = threading.Event()

    def talk(connection: socket.socket) -> None:
        let_go.wait(PATIENCE)

    source = UPLOAD + 'stream.send("a"); imp.wakeup(0.3, @() stream.closeasync(null, 0.2));'
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["over 28 "]
        let_go.set()


def test_a_peer_that_takes_nothing() -> None:
    let_go = threading.Event()

    def talk(connection: socket.socket) -> None:
        let_go.wait(PATIENCE)
        reset(connection)

    source = (
        UPLOAD
        + """
        local megabyte = "";
        while (megabyte.len() < 1048576) megabyte += "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        try { for (local i = 0; i < 1000; i++) stream.send(megabyte); } catch (e) { server.log(e); }
        stream.cancel();
    """
    )
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["the peer does not take what is sent: too much is waiting"]
        let_go.set()


def test_a_stream_to_a_peer_that_answers_first() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        while connection.recv(65536):
            pass

    source = UPLOAD + 'stream.send("a"); stream.closeasync();'
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["over 200 ok"]
