"""``http.onrequest`` and ``httpresponse``, asked by Python's HTTP client, curl, raw sockets and the agent itself."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from imp_runtime.config import AgentConfig
from imp_runtime.limits import Limits
from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.client import Client, everything
from tests.imp_runtime.http.peers import PATIENCE
from tests.in_process import run

URL = "server.log(http.agenturl());\n"
ECHO = (
    URL
    + """
    http.onrequest(function(request, response) { response.send(200, http.jsonencode(request)); });
"""
)
SEND = URL + "http.onrequest(function(request, response) { %s });\n"


def test_the_url() -> None:
    with AgentRun(URL + "server.log(http.agenturl() == http.agenturl());") as agent:
        lines = agent.end()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[A-Za-z0-9_-]{12}", lines[0])
    assert lines[1] == "true"


def test_the_request_table() -> None:
    with AgentRun(ECHO) as agent:
        client = Client(agent)
        answer = client.ask("POST", "/a/%7eb//c?x=1&y=a%20b+c&x=2&flag", b"body", X_MiXeD="V", Host="h")
        request = json.loads(answer.body)
    assert sorted(request) == ["body", "headers", "method", "path", "query"]
    assert (request["method"], request["path"], request["body"]) == ("POST", "/a/%7eb//c", "body")
    assert request["query"] == {"x": ["1", "2"], "y": "a b c", "flag": ""}
    assert request["headers"] == {"x-mixed": "V", "host": "h", "content-length": "4", "accept-encoding": "identity"}


@pytest.mark.parametrize(("path", "seen"), [("", ""), ("/", "/"), ("?a=b", ""), ("/x?", "/x")])
def test_the_path_behind_the_agent_id(path: str, seen: str) -> None:
    with AgentRun(ECHO) as agent:
        assert json.loads(Client(agent).ask("GET", path).body)["path"] == seen


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE"])
def test_every_verb(method: str) -> None:
    with AgentRun(SEND % "response.send(200, request.method);") as agent:
        assert Client(agent).ask(method).body == method.encode()


def test_head() -> None:
    with AgentRun(SEND % 'response.send(200, "four");') as agent:
        client = Client(agent)
        answer = client.ask("HEAD")
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "4", b"")
        assert client.ask("GET").body == b"four"


def test_headers_of_one_name_are_joined() -> None:
    with AgentRun(SEND % 'response.send(200, request.headers["x-a"]);') as agent:
        request = b"GET BASE HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a:  2 \r\nConnection: close\r\n\r\n"
        assert everything(Client(agent).raw(request)).endswith(b"\r\n\r\n1, 2")


def test_the_response() -> None:
    source = (
        SEND
        % """
        response.header("X-Case", "one");
        response.header("x-case", "two");
        response.header("Content-Length", "999");
        response.header("Transfer-Encoding", "chunked");
        response.header("X-Bytes", "\\xc3\\xa9");
        response.send(418, "\\x00\\xff");
        server.log(typeof response);
    """
    )
    with AgentRun(source) as agent:
        answer = Client(agent).ask("GET")
        assert (answer.status, answer.reason, answer.body) == (418, "I'm a Teapot", b"\0\xff")
        assert answer.headers.items() == [
            ("X-Case", "one"),
            ("x-case", "two"),
            ("X-Bytes", "Ã©"),
            ("Content-Length", "2"),
        ]
        agent.wait_line("httpresponse")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_answers_without_body(status: int) -> None:
    with AgentRun(SEND % f'response.send({status}, "ignored");') as agent:
        client = Client(agent)
        for _ in range(2):
            answer = client.ask("GET")
            assert (answer.status, answer.body) == (status, b"")


def test_a_blob_as_body_and_bytes_both_ways() -> None:
    source = SEND % "local b = blob(); b.writestring(request.body); response.send(200, b);"
    body = bytes(range(256)) * 1000
    with AgentRun(source) as agent:
        assert Client(agent).ask("POST", "", body).body == body


def test_a_deferred_response() -> None:
    source = (
        SEND
        % """
            waiting.append(response);
            if (waiting.len() == 2) { waiting.pop().send(200, "b"); waiting.pop().send(200, "a"); }
        """
    )
    with AgentRun("waiting <- [];" + source) as agent:
        client = Client(agent)
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda _: urllib.request.urlopen(client.url, timeout=PATIENCE).read(), range(2)))
        assert sorted(answers) == [b"a", b"b"]


@pytest.mark.parametrize(
    "code",
    [
        "return;",
        "response = null; imp.sleep(30);",
        "local t = { r = response }; t.r <- null; response = null; imp.sleep(30);",
    ],
)
def test_a_dropped_response_is_answered_at_once(code: str) -> None:
    with AgentRun(SEND % code) as agent:
        assert Client(agent).ask("GET").status == 500


def test_a_response_dropped_later() -> None:
    source = (
        "kept <- null;"
        + SEND
        % """
        if (request.path == "") kept = response;
        else response.send(200, "");
        if (request.path == "/drop") kept = null;
    """
    )
    with AgentRun(source) as agent:
        client = Client(agent)
        waiting = client.raw(b"GET BASE HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        # Its handler has run when the next one is answered.
        assert client.ask("GET", "/mark").status == 200
        assert client.ask("GET", "/drop").status == 200
        assert everything(waiting).startswith(b"HTTP/1.1 500 ")


def test_a_handler_that_throws() -> None:
    with AgentRun(SEND % 'throw "oops";') as agent:
        client = Client(agent)
        assert client.ask("GET").status == 500
        assert agent.end_status() is ExitStatus.RUNTIME_ERROR
        assert agent.lines[1:] == ["ERROR: oops", "ERROR:   in unknown agent_code:2"]


def test_others_that_wait_when_the_agent_ends() -> None:
    source = "kept <- [];" + SEND % 'kept.append(response); if (kept.len() == 3) throw "end";'
    with AgentRun(source) as agent:
        client = Client(agent)
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: everything(client.raw(b"GET BASE HTTP/1.0\r\n\r\n"))[:12], range(3)))
        assert answers == [b"HTTP/1.1 500"] * 3


def test_requests_in_the_queue_when_the_agent_ends() -> None:
    arrived = threading.Event()
    source = URL + 'http.onrequest(function(request, response) { server.log("busy"); imp.sleep(60); });'
    with AgentRun(source) as agent:
        client = Client(agent)
        first = client.raw(b"GET BASE HTTP/1.1\r\nHost: h\r\n\r\n")
        agent.wait_line("busy")
        second = client.raw(b"GET BASE HTTP/1.1\r\nHost: h\r\n\r\n")
        agent.agent.io.call(arrived.set)
        assert arrived.wait(PATIENCE)
        agent.stop()
        assert everything(first).startswith(b"HTTP/1.1 500 ")
        # Read by the server before the end, or not: an answer, or the end of the connection.
        try:
            assert everything(second)[:13] in (b"HTTP/1.1 503 ", b"")
        except ConnectionResetError:
            assert agent.lines[1:] == ["busy"]


def test_nobody_answers() -> None:
    source = (
        URL
        + """
        http.onrequest(@(request, response) response.send(200, ""));
        http.onrequest(null);
        imp.wakeup(30, @() null);
    """
    )
    with AgentRun(source) as agent:
        assert Client(agent).ask("GET").status == 404


@pytest.mark.parametrize("path", ["/", "/other", "BASEx", "*", "/BASE"])
def test_other_paths_are_not_the_agents(path: str) -> None:
    with AgentRun(SEND % 'server.log("asked");') as agent:
        request = f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()
        if path == "/BASE":
            request = request.replace(b"/BASE", b"/x/BASE")
        assert everything(Client(agent).raw(request)).startswith(b"HTTP/1.1 404 ")
        assert len(agent.lines) == 1


def test_a_target_with_scheme_and_host() -> None:
    with AgentRun(ECHO) as agent:
        request = b"GET http://any.hostBASE/a?b=c HTTP/1.1\r\nHost: any.host\r\nConnection: close\r\n\r\n"
        body = everything(Client(agent).raw(request)).partition(b"\r\n\r\n")[2]
        assert json.loads(body)["path"] == "/a"


def test_a_new_handler_replaces_the_old_one() -> None:
    source = (
        SEND
        % """
        http.onrequest(@(request, response) response.send(201, "new"));
        response.send(200, "old");
    """
    )
    with AgentRun(source) as agent:
        client = Client(agent)
        assert [client.ask("GET").body for _ in range(3)] == [b"old", b"new", b"new"]


def test_a_listener_keeps_the_run_alive_until_it_is_removed() -> None:
    with AgentRun(SEND % 'http.onrequest(null); response.send(200, "bye");') as agent:
        assert Client(agent).ask("GET").body == b"bye"
        agent.end()


def test_an_unanswered_request_keeps_the_run_alive() -> None:
    source = SEND % 'http.onrequest(null); imp.wakeup(0.05, @() response.send(200, "late"));'
    with AgentRun(source) as agent:
        assert Client(agent).ask("GET").body == b"late"
        agent.end()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ('response.send(200, ""); response.send(200, "");', "the response was already sent"),
        ('response.send(200, ""); response.header("a", "b");', "the response was already sent"),
        ('response.send(99, "");', "99 is not a status code: it must be from 200 to 999"),
        ('response.send(101, "");', "101 is not a status code: it must be from 200 to 999"),
        ('response.send(1000, "");', "1000 is not a status code: it must be from 200 to 999"),
        ("response.send(200);", "wrong number of parameters"),
        ('response.send("200", "");', "parameter 1 has an invalid type 'string' ; expected: 'integer'"),
        ("response.send(200, {});", "parameter 2 has an invalid type 'table' ; expected: 'string|blob'"),
        ("response.send(200, null);", "parameter 2 has an invalid type 'null' ; expected: 'string|blob'"),
        ('response.header("a b", "c");', "'a b' is not a header name: letters, digits and - are, without a colon"),
        (
            'response.header("a", "b\\r\\nSet-Cookie: c");',
            "the value of header 'a' has a line end or another control character in it",
        ),
        ('response.header("a", 5);', "parameter 2 has an invalid type 'integer' ; expected: 'string'"),
    ],
)
def test_misuse_throws_and_the_connection_goes_on(code: str, error: str) -> None:
    source = (
        SEND % f'try {{ {code} }} catch (e) {{ server.log(e); try {{ response.send(200, "ok"); }} catch (e) {{}} }}'
    )
    with AgentRun(source) as agent:
        client = Client(agent)
        assert client.ask("GET").body in (b"ok", b"")
        agent.wait_line(error)
        assert client.ask("GET").status == 200


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("http.onrequest();", "wrong number of parameters"),
        ("http.onrequest(5);", "parameter 1 has an invalid type 'integer' ; expected: 'null|function'"),
        ("http.agenturl(1);", "wrong number of parameters"),
    ],
)
def test_misuse_of_the_module(code: str, error: str) -> None:
    [line] = run(f"try {{ {code} }} catch (e) {{ server.log(e); }}").lines
    assert line.replace("function|function", "function") == error


def test_onrequest_null_without_a_handler_opens_nothing() -> None:
    assert run("http.onrequest(null);").lines == []


def test_a_handler_with_one_parameter() -> None:
    with AgentRun(URL + "http.onrequest(function(request) { server.log(request.path); });") as agent:
        assert Client(agent).ask("GET", "/x").status == 500
        agent.wait_line("/x")


def test_a_handler_that_wants_more() -> None:
    with AgentRun(URL + "http.onrequest(function(a, b, c) { server.log(1); });") as agent:
        assert Client(agent).ask("GET").status == 500
        assert agent.end_status() is ExitStatus.RUNTIME_ERROR
        assert agent.lines[1] == "ERROR: wrong number of parameters"


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run(
            "try { http.agenturl(); } catch (e) { server.log(e); } http.onrequest(@(a, b) null);",
            config=AgentConfig(http_port=port),
        )
    assert ran.lines[0] == f"cannot listen on 127.0.0.1:{port}: address already in use"
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_the_agent_asks_itself() -> None:
    """The handler runs as a later event; CONNECT included, which published libraries test."""
    source = """
        local order = [], verbs = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT"], left = verbs.len();
        http.onrequest(function(request, response) {
            order.append("handler");
            response.send(200, request.method + request.body);
        });
        foreach (verb in verbs) {
            http.request(verb, http.agenturl() + "/v", {}, "!").sendasync(function(r) {
                order.append(r.statuscode + r.body);
                if (--left) return;
                http.onrequest(null);
                server.log(order[0]);
                order.sort();
                foreach (entry in order) server.log(entry);
            });
        }
        order.append("sent");
    """
    with AgentRun(source) as agent:
        lines = agent.end()
    assert lines[0] == "sent"
    assert lines[1:] == [
        *("200", "200CONNECT!", "200DELETE!", "200GET!", "200OPTIONS!", "200POST!", "200PUT!"),
        *["handler"] * 7,
        "sent",
    ]


def test_a_refused_connect() -> None:
    source = """
        http.onrequest(@(request, response) response.send(405, "no"));
        http.request("CONNECT", http.agenturl(), {}, "").sendasync(function(r) {
            server.log(r.statuscode + r.body);
            http.onrequest(null);
        });
    """
    assert run(source).lines == ["405no"]


def test_a_hundred_clients_at_once() -> None:
    source = (
        "kept <- [];"
        + SEND
        % """
        kept.append(response);
        if (kept.len() == 100) while (kept.len()) kept.pop().send(200, request.body);
    """
    )
    with AgentRun(source) as agent:
        url = Client(agent).url
        with ThreadPoolExecutor(100) as pool:
            answers = list(pool.map(lambda _: urllib.request.urlopen(url, b"x", PATIENCE).read(), range(100)))
        assert answers == [b"x"] * 100


def test_the_size_limit() -> None:
    with AgentRun(SEND % 'server.log("asked"); response.send(200, request.body.len().tostring());') as agent:
        client = Client(agent)
        most = 512 * 1024
        assert client.ask("POST", "", b"x" * most).body == b"524288"
        answer = client.ask("POST", "", b"x" * (most + 1))
        assert (answer.status, answer.headers["Connection"]) == (413, "close")
        assert agent.lines.count("asked") == 1


def test_a_chunked_request_and_its_limit() -> None:
    with AgentRun(SEND % "response.send(200, request.body);") as agent:
        client = Client(agent)
        head = b"POST BASE HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert b"\r\n\r\nabcde" in everything(
            client.raw(
                head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            )
        )
        large = client.raw(head + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 9)
        assert everything(large).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_asks_before_it_sends() -> None:
    with AgentRun(SEND % "response.send(200, request.body);") as agent:
        head = (
            b"POST BASE HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        connection = Client(agent).raw(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ok")
        assert everything(connection).endswith(b"\r\n\r\nok")
        refused = Client(agent).raw(head.replace(b"Length: 2", b"Length: 999999"))
        assert everything(refused).startswith(b"HTTP/1.1 413 ")


def test_rate_and_patience_of_the_platform() -> None:
    agent = AgentRun(SEND % 'response.send(200, "");')
    agent.agent.config.limits = Limits()
    with agent:
        client = Client(agent)
        statuses = [client.ask("GET").status for _ in range(60)]
    assert statuses[:20] == [200] * 20
    assert statuses.count(429) >= 20


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl (Debian: apt install curl)")
def test_curl() -> None:
    with AgentRun(ECHO) as agent:
        url = Client(agent).url
        command = [
            "curl",
            "-sS",
            "--max-time",
            "10",
            "-d",
            '{"a": 1}',
            "-H",
            "Content-Type: application/json",
            f"{url}/api?x=y",
        ]
        request = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
        assert (request["method"], request["path"], request["query"]) == ("POST", "/api", {"x": "y"})
        assert (request["body"], request["headers"]["content-type"]) == ('{"a": 1}', "application/json")
        big = ["curl", "-sS", "--max-time", "10", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-", url]
        sent = subprocess.run(big, input=b"x" * 600_000, capture_output=True, check=True, timeout=60)
        assert sent.stdout == b"413"
