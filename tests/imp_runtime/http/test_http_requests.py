"""``httprequest``: what goes over the wire, and what the script gets."""

from __future__ import annotations

import json
import threading

import pytest

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.peers import PATIENCE, Handler, HttpPeer, saying
from tests.in_process import run

SHOW = 'function show(r) { server.log(r.statuscode + " " + r.body); }\n'


def sent(peer: HttpPeer, expression: str) -> Handler:
    """Make one request and return it as the peer saw it."""
    with AgentRun(SHOW + f"({expression}).sendasync(show);", URL=peer.url) as agent:
        agent.end()
    return peer.seen[-1]


@pytest.mark.parametrize(
    ("expression", "line", "body"),
    [
        ("http.get(URL)", "GET / HTTP/1.1", b""),
        ('http.get(URL + "/a", {})', "GET /a HTTP/1.1", b""),
        ('http.httpdelete(URL + "/a")', "DELETE /a HTTP/1.1", b""),
        ('http.post(URL + "/a", {}, "x=1")', "POST /a HTTP/1.1", b"x=1"),
        ('http.post(URL, null, "")', "POST / HTTP/1.1", b""),
        ('http.put(URL + "/a", {}, "new")', "PUT /a HTTP/1.1", b"new"),
        ('http.request("PATCH", URL, {}, "p")', "PATCH / HTTP/1.1", b"p"),
        ('http.request("get", URL, {}, "with body")', "get / HTTP/1.1", b"with body"),
        ('http.request("DELETE", URL, {}, "d")', "DELETE / HTTP/1.1", b"d"),
        ('http.request("OPTIONS", URL, {}, "")', "OPTIONS / HTTP/1.1", b""),
        ('http.request("HEAD", URL, {}, "")', "HEAD / HTTP/1.1", b""),
        ('http.post(URL, {}, "\\x00\\xff\\r\\n")', "POST / HTTP/1.1", b"\0\xff\r\n"),
        ("http.put(URL, {}, blobOf())", "PUT / HTTP/1.1", b"blob"),
    ],
)
def test_factories(expression: str, line: str, body: bytes) -> None:
    with HttpPeer() as peer:
        source = SHOW + 'function blobOf() { local b = blob(); b.writestring("blob"); return b; }\n'
        with AgentRun(source + f"({expression}).sendasync(show);", URL=peer.url) as agent:
            agent.end()
        assert (peer.seen[-1].requestline, peer.seen[-1].body) == (line, body)


@pytest.mark.parametrize(
    "target",
    ["/a/../b/./c", "/a//b", "/%7euser/%2f?q=%20+a&b", "/?", "/x?a=1?b=2", "/;p=1/'()*!$,[]{}|^`\"<>", "/a%zz%"],
)
def test_path_and_query_go_out_as_written(target: str) -> None:
    with HttpPeer() as peer:
        script_text = target.replace('"', '\\"')
        assert sent(peer, f'http.get(URL + "{script_text}#fragment")').requestline == f"GET {target} HTTP/1.1"


def test_a_query_without_a_path() -> None:
    with HttpPeer() as peer:
        assert sent(peer, 'http.get(URL + "?a=/b")').requestline == "GET /?a=/b HTTP/1.1"


def test_bytes_of_a_url_that_are_not_ascii_go_out_as_they_are() -> None:
    with HttpPeer() as peer:
        assert sent(peer, 'http.get(URL + "/\\xc3\\xa9\\xff")').requestline == "GET /\xc3\xa9\xff HTTP/1.1"


def test_headers_go_out_as_written_and_little_is_added() -> None:
    with HttpPeer() as peer:
        seen = sent(
            peer, 'http.post(URL, { "X-MiXeD" : "a b", "x-number": 5, "Empty": "", "x-utf": "\\xc3\\xa9" }, "b")'
        )
        headers = dict(seen.headers.items())
        assert headers.pop("User-Agent").startswith("impsim/")
        assert headers == {
            **{"Host": f"127.0.0.1:{peer.port}", "X-MiXeD": "a b", "x-number": "5", "Empty": "", "x-utf": "Ã©"},
            "Content-Length": "1",
        }


def test_a_script_overrides_what_is_added_but_not_the_length() -> None:
    with HttpPeer() as peer:
        headers = '{ "user-agent": "me", "Host": "other.example", "Content-Length": "99", "accept": "x/y" }'
        seen = sent(peer, f'http.post(URL, {headers}, "four")')
        assert (seen.headers["User-Agent"], seen.headers["Host"]) == ("me", "other.example")
        assert (seen.headers.get_all("Content-Length"), seen.headers["Accept"]) == (["4"], "x/y")
        assert len(seen.headers.get_all("Host") or []) == 1


def test_the_password_of_a_url_is_basic_authentication() -> None:
    with HttpPeer() as peer:
        seen = sent(peer, 'http.get("http://user:pass@" + URL.slice(7) + "/a")')
        assert seen.headers["Authorization"] == "Basic dXNlcjpwYXNz"


def test_the_response_table() -> None:
    answer = (
        b"HTTP/1.1 201 Created\r\nX-Twice: one\r\nx-twice:  two \r\nSet-Cookie: a=1\r\nNo-Value:\r\n"
        b"Content-Length: 3\r\n\r\n\x00\xff\n"
    )
    source = """
        http.get(URL).sendasync(function(response) {
            foreach (key in ["statuscode", "headers", "rawheaders", "body"]) server.log(typeof response[key]);
            server.log(response.len() + " " + response.statuscode + " " + response.body.len() + " " + response.body[1]);
            foreach (raw in response.rawheaders) server.log(raw.k + "=" + raw.v + " " + raw.len());
            local headers = response.headers;
            server.log(headers["x-twice"] + " " + headers["set-cookie"] + " " + headers.len());
        });
    """
    with saying(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == [
            *("integer", "table", "array", "string", "4 201 3 255"),
            *("X-Twice=one 2", "x-twice=two 2", "Set-Cookie=a=1 2", "No-Value= 2", "Content-Length=3 2"),
            "two a=1 4",
        ]


def test_a_status_line_with_a_colon_is_a_header_too() -> None:
    source = """
        http.get(URL).sendasync(function(response) {
            server.log(response.rawheaders[0].k + "|" + response.rawheaders[0].v);
            server.log("http/1.1 400 invalid parameter" in response.headers);
        });
    """
    answer = b"HTTP/1.1 400 Invalid parameter: 'key'\r\nContent-Length: 0\r\n\r\n"
    with saying(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["HTTP/1.1 400 Invalid parameter|'key'", "true"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    source = "http.get(URL).sendasync(function(r) { server.log(r.statuscode + r.headers.location); });"
    with (
        HttpPeer(lambda handler: handler.reply(status, b"", ("Location", "/elsewhere"))) as peer,
        AgentRun(source, URL=peer.url) as agent,
    ):
        assert agent.end() == [f"{status}/elsewhere"]
        assert len(peer.seen) == 1


def test_compressed_answers_are_neither_asked_for_nor_unpacked() -> None:
    packed = b"\x1f\x8b\x08\0"
    with HttpPeer(lambda handler: handler.reply(200, packed, ("Content-Encoding", "gzip"))) as peer:
        source = 'http.get(URL).sendasync(function(r) { server.log(r.body.len() + " " + r.body[0]); });'
        with AgentRun(source, URL=peer.url) as agent:
            assert agent.end() == ["4 31"]
        assert "Accept-Encoding" not in peer.seen[0].headers


def test_a_chunked_answer_is_one_body() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
    with saying(answer) as peer, AgentRun(SHOW + "http.get(URL).sendasync(show);", URL=peer.url) as agent:
        assert agent.end() == ["200 abcde"]


def test_interim_answers_are_not_told() -> None:
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny"
    source = "http.get(URL).sendasync(function(r) { server.log(http.jsonencode(r.headers) + r.body); });"
    with saying(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ['{ "content-length": "1" }y']


def test_a_callback_is_a_later_event_and_the_object_need_not_be_kept() -> None:
    source = """
        local order = [];
        http.get(URL).sendasync(function(r) { order.append("answer"); server.log(order[0] + " " + order[1]); });
        order.append("sent");
    """
    with HttpPeer() as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["sent answer"]


def test_factories_are_ordinary_functions() -> None:
    source = (
        SHOW
        + """
        local get = http.get;
        get(URL).sendasync(show);
        http.request.acall([http, "POST", URL, {}, "acall"]).sendasync(show);
        server.log(typeof http.get(URL));
    """
    )
    with HttpPeer(lambda handler: handler.reply(200, handler.body)) as peer, AgentRun(source, URL=peer.url) as agent:
        assert sorted(agent.end()) == ["200 ", "200 acall", "httprequest"]


def test_sendsync_blocks_and_returns_the_response() -> None:
    source = """
        imp.wakeup(0, function() { server.log("timer"); });
        local response = http.put(URL, {}, "sync").sendsync();
        server.log(response.statuscode + " " + response.body + " " + response.headers["x-a"]);
    """
    with (
        HttpPeer(lambda handler: handler.reply(200, handler.body, ("X-A", "b"))) as peer,
        AgentRun(source, URL=peer.url) as agent,
    ):
        assert agent.end() == ["200 sync b", "timer"]


def test_a_blocked_agent_still_receives() -> None:
    """While one request blocks the agent, another one is answered, and told of afterwards."""
    first_answered = threading.Event()

    def answer(handler: Handler) -> None:
        if handler.path == "/slow":
            assert first_answered.wait(PATIENCE)
        handler.reply(200, handler.path.encode())
        if handler.path == "/quick":
            first_answered.set()

    source = (
        SHOW
        + """
        http.get(URL + "/quick").sendasync(show);
        show(http.get(URL + "/slow").sendsync());
    """
    )
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["200 /slow", "200 /quick"]


def test_a_blocked_agent_can_be_stopped() -> None:
    asked, let_go = threading.Event(), threading.Event()

    def answer(handler: Handler) -> None:
        asked.set()
        let_go.wait(PATIENCE)

    with HttpPeer(answer) as peer, AgentRun("http.get(URL).sendsync();", URL=peer.url) as agent:
        assert asked.wait(PATIENCE)
        agent.stop()
        let_go.set()


def cancel(agent: AgentRun) -> None:
    agent.agent.vm.run("request.cancel(); request.cancel(); delete getroottable().request;")


def test_cancel_means_no_callback_and_a_closed_connection() -> None:
    asked, gone = threading.Event(), threading.Event()

    def answer(handler: Handler) -> None:
        asked.set()
        if handler.connection.recv(1) == b"":
            gone.set()

    source = """
        request <- http.get(URL);
        request.sendasync(function(r) { server.log("never"); }, function(c) { server.log("never"); });
    """
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert asked.wait(PATIENCE)
        agent.post(lambda: cancel(agent))
        assert gone.wait(PATIENCE)
        assert agent.end() == []


def test_cancel_in_the_same_turn_and_after_the_end() -> None:
    source = """
        local a = http.get(URL);
        a.sendasync(@(r) server.log("never"));
        a.cancel();
        local b = http.get(URL);
        b.sendasync(function(r) { b.cancel(); server.log("once"); });
    """
    with HttpPeer() as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["once"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("r.sendasync(f); r.sendasync(f);", "the httprequest was already sent; make a new one for each request"),
        ("r.cancel(); r.sendsync();", "the httprequest was already cancelled; make a new one for each request"),
        ("r.sendasync(f); r.setvalidation(1);", "the httprequest was already sent; make a new one for each request"),
        ("r.setvalidation(2);", "invalid mode: it must be VALIDATE_NONE or VALIDATE_USING_SYSTEM_CA_CERTS"),
        ("r.setvalidation(true);", "parameter 1 has an invalid type 'bool' ; expected: 'integer'"),
        ("r.sendasync(f, null, -2);", "the timeout must be a number of seconds, or NO_TIMEOUT"),
        ('r.sendasync(f, null, "5");', "parameter 3 has an invalid type 'string' ; expected: 'integer|float'"),
        ("r.sendasync();", "wrong number of parameters"),
        ("r.sendasync(null);", "parameter 1 has an invalid type 'null' ; expected: 'function'"),
        ("http.get();", "wrong number of parameters"),
        ("http.get(5);", "parameter 1 has an invalid type 'integer' ; expected: 'string'"),
        ("http.get(URL, 5);", "parameter 2 has an invalid type 'integer' ; expected: 'null|table'"),
        ("http.post(URL, {});", "wrong number of parameters"),
        ("http.post(URL, {}, 5);", "parameter 3 has an invalid type 'integer' ; expected: 'string|blob'"),
        ("http.post(URL, {}, {});", "parameter 3 has an invalid type 'table' ; expected: 'string|blob'"),
        ('http.request("", URL, {}, "");', "'' is not an HTTP verb"),
        ('http.request("GET /x HTTP/1.1\\r\\nX:", URL, {}, "");', "'GET /x HTTP/1.1\r\nX:' is not an HTTP verb"),
        ('http.get(URL, { "a:b": 1 });', "'a:b' is not a header name: letters, digits and - are, without a colon"),
        (
            'http.get(URL, { "a\\r\\nb": 1 });',
            "'a\r\nb' is not a header name: letters, digits and - are, without a colon",
        ),
        ("http.get(URL, { [1] = 1 });", "the names of headers must be strings"),
        *[
            (
                f'http.get(URL, {{ a = "b{bad}-c" }});',
                "the value of header 'a' has a line end or another control character in it",
            )
            for bad in (r"\r\nX-Injected: 1", r"\n", r"\x00", r"\x1b")
        ],
    ],
)
def test_misuse(code: str, error: str) -> None:
    source = f"""
        local f = function(r) {{}};
        const URL = "http://127.0.0.1:1/";
        local r = http.get(URL);
        try {{ {code} server.log("no error"); }} catch (e) {{ server.log(e); }}
    """
    logged = "\n".join(run(source).lines).replace("function|function", "function")
    assert logged == error.replace("\r\n", "\n")


def test_constants() -> None:
    assert run("foreach (c in [NO_TIMEOUT, VALIDATE_NONE, VALIDATE_USING_SYSTEM_CA_CERTS]) server.log(c);").lines == [
        "-1",
        "0",
        "1",
    ]


def test_connections_are_used_again() -> None:
    source = """
        local left = 5;
        function next(r) { if (left-- > 0) http.get(URL).sendasync(next); else server.log(r.statuscode); }
        next(null);
    """
    with HttpPeer() as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["200"]
        assert len({handler.client_address for handler in peer.seen}) == 1


def test_a_connection_that_the_peer_has_closed_meanwhile_is_replaced() -> None:
    def answer(handler: Handler) -> None:
        handler.reply(200, b"x")
        # Without saying so.
        handler.close_connection = True

    source = """
        local left = 3;
        function next(r) {
            if (left-- > 0) imp.wakeup(0.02, @() http.get(URL).sendasync(next));
            else server.log(r.statuscode);
        }
        next(null);
    """
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["200"]


def test_a_hundred_requests_at_once() -> None:
    everyone = threading.Barrier(100, timeout=PATIENCE)

    def answer(handler: Handler) -> None:
        everyone.wait()
        handler.reply(200, handler.path[1:].encode())

    source = """
        local sum = 0, count = 0;
        for (local i = 0; i < 100; i++) http.get(URL + "/" + i).sendasync(function(r) {
            sum += r.body.tointeger();
            if (++count == 100) server.log(sum);
        });
    """
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["4950"]


def test_requests_beyond_what_is_sent_at_once_wait_for_their_turn() -> None:
    """In their order, and each with its own limit of time; cancelled ones never go out."""
    asked, let_go = threading.Semaphore(0), threading.Event()

    def answer(handler: Handler) -> None:
        asked.release()
        assert let_go.wait(PATIENCE)
        handler.reply(200, handler.path[1:].encode())

    source = """
        count <- 0;
        function show(r) { server.log(r.statuscode + r.body); }
        for (local i = 0; i < 256; i++) http.get(URL + "/first").sendasync(@(r) count++);
        http.get(URL + "/impatient").sendasync(show, null, 0.2);
        cancelled <- http.get(URL + "/cancelled");
        cancelled.sendasync(show);
        http.get(URL + "/next").sendasync(show);
        stream <- http.poststream(URL + "/stream", {}, show);
        stream.send("a");
        stream.closeasync(null, 30);
        cancelled.cancel();
    """
    with HttpPeer(answer) as peer, AgentRun(source, URL=peer.url) as agent:
        for _ in range(256):
            assert asked.acquire(timeout=PATIENCE)
        assert agent.wait_lines(1) == ["28"]
        assert not asked.acquire(blocking=False)
        let_go.set()
        assert sorted(agent.end()) == ["200next", "200stream", "28"]
        assert {handler.path for handler in peer.seen} == {"/first", "/next", "/stream"}


def test_a_body_of_megabytes_both_ways() -> None:
    source = """
        local piece = blob(1024);
        for (local i = 0; i < 1024; i++) piece[i] = i & 255;
        local body = blob();
        for (local i = 0; i < 4096; i++) body.writeblob(piece);
        http.post(URL, {}, body).sendasync(function(r) {
            server.log(r.body.len() + " " + crypto.equals(r.body, body));
        });
    """
    with HttpPeer(lambda handler: handler.reply(200, handler.body)) as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["4194304 true"]


def test_json_of_a_real_server() -> None:
    source = """
        local headers = { "Content-Type": "application/json" };
        http.post(URL + "/api?x=1", headers, http.jsonencode({ a = [1, 2.5] })).sendasync(function(r) {
            local seen = http.jsondecode(r.body);
            server.log(seen.line);
            server.log(seen.body);
        });
    """
    with HttpPeer() as peer, AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == ["POST /api?x=1 HTTP/1.1", '{ "a": [ 1, 2.5 ] }']
        assert json.loads(peer.seen[0].body) == {"a": [1, 2.5]}
