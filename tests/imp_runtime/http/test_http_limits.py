"""The platform's rates, which hold only for those who ask for them."""

from __future__ import annotations

import socket

import pytest

from imp_runtime.api.http_limits import Bucket
from imp_runtime.limits import Limits
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.peers import HttpPeer, RawPeer


def test_credits_come_back_with_time() -> None:
    now = 100.0
    bucket = Bucket(3, 2.0, lambda: now)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    assert bucket.seconds_to_next() == 1
    now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now += 1000
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def limited(source: str, url: str) -> AgentRun:
    run = AgentRun(source, URL=url)
    run.agent.config.limits = Limits()
    return run


BURST = """
    local ok = 0, limited = 0;
    function count(r) {
        if (r.statuscode == 200) ok++;
        else if (r.statuscode == 429 && "x-agent-rate-limited" in r.headers) {
            if (r.headers["retry-after"].tofloat() > 0) limited++;
        }
        if (ok + limited == 60) server.log(ok >= 40 && limited > 0 ? "limited" : "ok " + ok + " limited " + limited);
    }
    for (local i = 0; i < 59; i++) http.get(URL).sendasync(count);
    local stream = http.poststream(URL, {}, count);
    stream.send("x");
    stream.closeasync();
"""


def test_more_requests_than_the_platform_lets_out() -> None:
    with HttpPeer(lambda handler: handler.reply(200)) as peer, limited(BURST, peer.url) as agent:
        assert agent.end() == ["limited"]
        assert 40 <= len(peer.seen) < 60


def test_without_limits_there_are_none() -> None:
    with HttpPeer(lambda handler: handler.reply(200)) as peer, AgentRun(BURST, URL=peer.url) as agent:
        assert agent.end() == ["ok 60 limited 0"]


def test_malformed_urls_cost_no_credit() -> None:
    source = """
        local left = 100;
        function next(r) {
            if (left--) http.get("none").sendasync(next);
            else http.get(URL).sendasync(@(r) server.log(r.statuscode));
        }
        next(null);
    """
    with HttpPeer(lambda handler: handler.reply(200)) as peer, limited(source, peer.url) as agent:
        assert agent.end() == ["200"]


@pytest.mark.parametrize(("is_limited", "line"), [(True, "28"), (False, "200")])
def test_head(is_limited: bool, line: str) -> None:
    """On the platform HEAD waits for a body that never comes."""
    source = 'http.request("HEAD", URL, {}, "").sendasync(@(r) server.log(r.statuscode), null, 0.5);'

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        connection.recv(1)

    with RawPeer(talk) as peer, limited(source, peer.url) if is_limited else AgentRun(source, URL=peer.url) as agent:
        assert agent.end() == [line]
