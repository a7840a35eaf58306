"""The sample programs, against peers on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Cli
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.http.client import Client
from tests.imp_runtime.http.peers import Handler, HttpPeer

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture
def shelf() -> Iterator[tuple[AgentRun, Client]]:
    """The REST sample, and a client of it."""
    with AgentRun((SAMPLES / "http_rest.nut").read_text()) as agent:
        agent.wait_lines(1)
        assert agent.lines[0].startswith("Ready at ")
        yield agent, Client(agent, agent.lines[0].removeprefix("Ready at "))


def test_the_rest_api(shelf: tuple[AgentRun, Client]) -> None:
    _, client = shelf
    for celsius in (20, 21.5, 23):
        added = client.ask("POST", "/readings", json.dumps({"sensor": "attic", "celsius": celsius}))
        assert (added.status, json.loads(added.body)["celsius"]) == (201, celsius)
        assert added.headers["Content-Type"] == "application/json"
    assert [reading["celsius"] for reading in json.loads(client.ask("GET", "/readings?limit=2").body)] == [21.5, 23]
    assert json.loads(client.ask("GET", "/readings/1").body) == {"sensor": "attic", "celsius": 20}
    assert client.ask("DELETE", "/readings").status == 204
    assert json.loads(client.ask("GET", "/readings").body) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/readings", "no json", 400),
        ("POST", "/readings", "[1]", 422),
        ("GET", "/readings/7", None, 404),
        ("GET", "/readings/x", None, 500),
        ("GET", "", None, 404),
        ("PATCH", "/readings", "{}", 404),
        ("GET", "/readings?limit=x", None, 500),
    ],
)
def test_what_clients_do_wrong(
    shelf: tuple[AgentRun, Client], method: str, path: str, body: str | None, status: int
) -> None:
    answer = shelf[1].ask(method, path, body)
    assert answer.status == status
    assert "error" in json.loads(answer.body)
    assert shelf[1].ask("GET", "/readings").status == 200


def test_waiting_for_the_next_reading(shelf: tuple[AgentRun, Client]) -> None:
    agent, client = shelf
    waiting = client.raw(b"GET BASE/next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    agent.wait_line("GET /next")
    client.ask("POST", "/readings", '{"sensor": "a", "celsius": 1}')
    assert b'"sensor": "a"' in waiting.recv(65536)


def test_the_json_client_with_the_rest_api(shelf: tuple[AgentRun, Client], tmp_path: Path) -> None:
    options = ["--log-format", "plain", "--define", f"API={shelf[1].url}", "--define", "KEY=k"]
    done = Cli(tmp_path)("run", *options, str(SAMPLES / "http_json.nut"))
    assert (done.returncode, done.stdout) == (0, "Sent\nattic: 21.5 °C\n")


def test_the_json_client_tries_again() -> None:
    answers = [429, 503, 200, 200]

    def answer(handler: Handler) -> None:
        status = answers.pop(0)
        body = b"[]" if handler.command == "GET" else b"{}"
        handler.reply(status, body, *([("Retry-After", "0.05")] if status != 200 else []))

    with HttpPeer(answer) as peer, AgentRun((SAMPLES / "http_json.nut").read_text(), API=peer.url, KEY="k") as agent:
        assert agent.end() == ["POST /readings: 429, again in 0.05 s", "POST /readings: 503, again in 0.05 s", "Sent"]
        assert {handler.headers["Authorization"] for handler in peer.seen} == {"Bearer k"}


def test_the_download_goes_on_where_it_broke_off() -> None:
    data = b"a line of text\n" * 200_000

    def answer(handler: Handler) -> None:
        if len(peer.seen) == 1:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data[:1_200_000])
            handler.close_connection = True
        else:
            start = int(handler.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            handler.reply(206, data[start:])

    with (
        HttpPeer(answer) as peer,
        AgentRun((SAMPLES / "http_download.nut").read_text(), FILE_URL=f"{peer.url}/large") as agent,
    ):
        lines = agent.end()
    assert "Broken off after 1200000 bytes (18), going on" in lines
    assert lines[-1] == "Done: 3000000 bytes, 200000 lines"
