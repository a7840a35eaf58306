"""What requests and responses keep alive, and what they do not."""

from __future__ import annotations

import socket
import threading

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.client import Client
from tests.imp_runtime.http.peers import PATIENCE, HttpPeer, RawPeer

# An unanswered response is the one thing whose end can be seen from outside: each of these is held by something.
HELD = """
    server.log(http.agenturl());
    function hold(response) { %s }
    http.onrequest(function(request, response) { http.onrequest(null); hold(response); });
"""


def answered(code: str, url: str = "") -> tuple[int, list[str]]:
    """The status that a client gets when the response is held by a request's callback, and the log."""
    with AgentRun(HELD % code, URL=url) as agent:
        status = Client(agent).ask("GET").status
        return status, agent.end()[1:]


def test_callbacks_are_dropped_when_the_request_is_over() -> None:
    with HttpPeer() as peer:
        code = "http.get(URL).sendasync(function(r) { server.log(typeof response); });"
        assert answered(code, peer.url) == (500, ["httpresponse"])


def test_callbacks_are_dropped_by_cancel() -> None:
    let_go = threading.Event()

    def talk(connection: socket.socket) -> None:
        let_go.wait(PATIENCE)

    with RawPeer(talk) as peer:
        code = """
            request <- http.get(URL);
            request.sendasync(@(r) response, @(c) response);
            imp.wakeup(0.05, function() {
                request.cancel();
                server.log("cancelled");
                imp.sleep(0.2);
                server.log("slept");
            });
        """
        assert answered(code, peer.url) == (500, ["cancelled", "slept"])
        let_go.set()


def test_callbacks_of_requests_that_are_never_sent_go_with_them() -> None:
    code = 'local stream = http.poststream("http://127.0.0.1:1", {}, @(r) response); stream = null;'
    assert answered(code) == (500, [])


def test_a_request_under_way_holds_its_callbacks_and_only_those() -> None:
    go = threading.Event()

    def talk(connection: socket.socket) -> None:
        assert go.wait(PATIENCE)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with (
        RawPeer(talk) as peer,
        AgentRun(
            HELD % 'http.get(URL).sendasync(@(r) response.send(201, "")); server.log("asked");', URL=peer.url
        ) as agent,
    ):
        client = Client(agent)

        def let_go() -> None:
            agent.wait_line("asked")
            go.set()

        threading.Thread(target=let_go, daemon=True).start()
        assert client.ask("GET").status == 201
        agent.end()


def test_a_response_table_is_not_kept() -> None:
    """Weak references tell: after the callback nothing of the answer is left."""
    source = """
        local seen = null;
        http.get(URL).sendasync(function(r) {
            seen = r.headers.weakref();
            r = null;
            server.log(seen.ref() == null);
        });
    """
    with HttpPeer() as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["true"]


def test_the_request_table_is_not_kept() -> None:
    source = """
        server.log(http.agenturl());
        http.onrequest(function(request, response) {
            local seen = request.headers.weakref();
            request = null;
            response.send(200, (seen.ref() == null).tostring());
        });
    """
    with AgentRun(source) as agent:
        assert Client(agent).ask("GET").body == b"true"


def test_a_stop_drops_everything_before_the_goodbye() -> None:
    asked = threading.Event()

    def talk(connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)

    source = """
        server.log(http.agenturl());
        http.onrequest(function(request, response) { http.get(URL).sendasync(@(r) response.send(200, "")); });
    """
    with RawPeer(talk) as peer, AgentRun(source, URL=peer.url) as agent:
        client = Client(agent)
        statuses: list[int] = []
        waiting = threading.Thread(target=lambda: statuses.append(client.ask("GET").status))
        waiting.start()
        assert asked.wait(PATIENCE)
        agent.stop()
        waiting.join(PATIENCE)
        assert statuses == [500]


def test_leaks_show_what_is_unanswered_and_what_holds_it() -> None:
    source = """
        server.log(http.agenturl());
        kept <- null;
        http.onrequest(function(request, response) {
            kept = response;
            server.log("kept");
        });
    """
    with AgentRun(source, leaks=True) as agent:
        client = Client(agent)
        client.raw(b"GET BASE/lamp HTTP/1.1\r\nHost: h\r\n\r\n")
        agent.wait_line("kept")
        report = "\n".join(agent.stop())
    assert "response to GET /lamp" in report
    assert "kept" in report


def test_a_response_in_a_cycle_is_reported() -> None:
    source = """
        server.log(http.agenturl());
        http.onrequest(function(request, response) {
            local cycle = { response = response };
            cycle.self <- cycle;
            http.onrequest(null);
            imp.wakeup(0, @() server.restart);
            server.log("kept");
        });
    """
    with AgentRun(source) as agent:
        client = Client(agent)
        client.raw(b"GET BASE/lamp HTTP/1.1\r\nHost: h\r\n\r\n")
        agent.wait_line("kept")
        [line] = agent.stop()
    assert "response to GET /lamp" in line
    assert "only by a cycle" in line


def test_nothing_piles_up() -> None:
    """Requests both ways leave no objects behind, without the collector of cycles."""
    source = """
        local left = 300;
        http.onrequest(function(request, response) { response.send(200, "x"); });
        function next(r) {
            if (left-- > 0) http.get(http.agenturl()).sendasync(next);
            else { server.log(collectgarbage() < 10); http.onrequest(null); }
        }
        next(null);
    """
    with AgentRun(source) as agent:
        assert agent.end() == ["true"]
