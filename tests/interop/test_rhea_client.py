"""rhea as a client of the embedded broker, started as its users start it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import COMMAND, Cli
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.interop.programs import Program
from tests.interop.rhea_programs import Rhea


class EmbeddedBroker:
    """A running `impsim broker`: its ports, and rhea programs against it."""

    def __init__(self, program: Program, folder: Path, rhea: Rhea) -> None:
        self.program = program
        self.folder = folder
        self.ports: dict[str, int] = {}
        for scheme in ("amqp", "amqps"):
            line = program.wait_line(re.compile(rf"listening on {scheme}://").match, "listening")
            self.ports[scheme] = int(line.rpartition(":")[2])
        self._rhea = rhea

    def run(self, scenario: str, *, scheme: str = "amqp", **settings: object) -> list[Any]:
        """What a scenario of `rhea/client.js` reports."""
        return self._rhea.results("client", scenario=scenario, port=self.ports[scheme], **settings)


@pytest.fixture
def broker(request: pytest.FixtureRequest, rhea: Rhea, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """The broker with TLS, and with the options that a test is marked with."""
    options: tuple[str, ...] = getattr(request, "param", ())
    command = [*COMMAND, "broker", "--port", "0", "--tls-port", "0", "--ca-out", "ca.pem", *options]
    with Program(command, tmp_path, Cli(tmp_path).environment, name="impsim broker") as program:
        yield EmbeddedBroker(program, tmp_path, rhea)
    assert not [line for line in program.lines if "internal-error" in line or "Traceback" in line]


with_users = pytest.mark.parametrize("broker", [("--user", "alice:se cret", "--no-anonymous")], indirect=True, ids=[""])


def test_every_type_and_section_comes_back_as_it_was(broker: EmbeddedBroker) -> None:
    (count,) = broker.run("values")
    assert count > 30


def test_small_frames(broker: EmbeddedBroker) -> None:
    (count,) = broker.run("values", options={"max_frame_size": 1024})
    assert count > 30


def test_thousands_of_messages(broker: EmbeddedBroker) -> None:
    assert broker.run("many", count=5000) == [[5000, 5000]]


def test_credit_and_drain(broker: EmbeddedBroker) -> None:
    assert broker.run("credit") == [2, 5]


def test_outcomes(broker: EmbeddedBroker) -> None:
    """Released and modified messages come again; only a failed delivery counts."""
    assert broker.run("outcomes") == [
        {"accepted": [0], "rejected": [0], "released": [0, 0, 0], "modified": [0, 0, 0], "failed": [0, 1, 2]}
    ]


def test_settled_by_the_sender(broker: EmbeddedBroker) -> None:
    assert broker.run("presettled") == [[["a", "b", "c"], True]]


def test_request_and_answer_on_a_temporary_queue(broker: EmbeddedBroker) -> None:
    assert broker.run("answers") == [["q1", "HELLO"]]


def test_opening_and_closing(broker: EmbeddedBroker) -> None:
    one_round = ["session_open", "sender_open", "sender_close", "receiver_open", "receiver_close", "session_close"]
    assert broker.run("ends") == ["connection_open", *one_round * 2, "connection_close"]


def test_a_link_that_is_refused(broker: EmbeddedBroker) -> None:
    why = "the attach has no source address"
    assert broker.run("refused") == [["receiver_error", why], ["receiver_close", why], "after"]


def test_two_receivers_of_one_queue(broker: EmbeddedBroker) -> None:
    assert broker.run("competing") == [{"first": [0, 1], "second": [[2, 0], [3, 0], [0, 1], [1, 1]]}]


def test_heartbeats(broker: EmbeddedBroker) -> None:
    assert broker.run("heartbeats") == [True]


def test_token(broker: EmbeddedBroker) -> None:
    assert broker.run("token") == [{"status-code": 200, "status-description": "OK"}]


def test_tls(broker: EmbeddedBroker) -> None:
    authority = (broker.folder / "ca.pem").read_text()
    options = {"transport": "tls", "ca": authority, "servername": "hub.example"}
    assert broker.run("login", scheme="amqps", options=options) == [["connection_open"], ["closed"]]
    assert broker.run("many", scheme="amqps", options=options, count=500) == [[500, 500]]


@with_users
def test_password(broker: EmbeddedBroker) -> None:
    options = {"username": "alice", "password": "se cret"}
    assert broker.run("login", options=options) == [["connection_open"], ["closed"]]


@with_users
@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"username": "alice", "password": "wrong"}, ["connection_error", "Failed to authenticate: 1"]),
        ({"username": "bob", "password": "se cret"}, ["connection_error", "Failed to authenticate: 1"]),
        ({"username": "anonymous"}, ["connection_error", "No suitable mechanism; server supports PLAIN"]),
        # Without a name rhea does without SASL, and the broker answers with the header of SASL.
        ({}, ["protocol_error", "SASL layer not enabled"]),
    ],
    ids=["password", "user", "anonymous", "no SASL"],
)
def test_who_is_not_let_in(broker: EmbeddedBroker, options: dict[str, str], error: list[str]) -> None:
    reports = broker.run("login", options=options)
    assert reports[0] == error
    assert ["connection_open"] not in reports


ANSWER = """
function onEvent(event, error) {
    if (error) server.log(event + ": " + error);
    if (event == "CONNECTION_OPEN") session <- connection.opensession(onEvent);
    if (event == "SESSION_OPEN") sender <- session.opensender("telemetry", onEvent);
    if (event == "SENDER_OPEN") receiver <- session.openreceiver("commands", onEvent, onCommands);
    if (event == "RECEIVER_OPEN") server.log("ready");
}
function onCommands(deliveries) {
    foreach (delivery in deliveries) {
        local command = delivery.message();
        local answer = amqp.createbinarymessage("is " + command.body(), {number = command.properties().number});
        sender.createtransfer(answer).sendasync(function() {
            if (++answered == 2) receiver = sender = session = connection = null;
        });
    }
}
answered <- 0;
connection <- amqp.openconnection(URL, onEvent);
"""


def test_an_agent_and_rhea_meet_at_the_broker(broker: EmbeddedBroker) -> None:
    with AgentRun(ANSWER, URL=f"amqp://127.0.0.1:{broker.ports['amqp']}") as run:
        run.wait_line("ready")
        assert broker.run("agent") == [[["is on", {"number": 0}], ["is off", {"number": 1}]]]
        assert run.end() == ["ready"]
